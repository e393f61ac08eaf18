use rustc_hash::FxHashMap;

use crate::dockerfile::expand::VariableUse;
use crate::dockerfile::instruction::Word;
use crate::dockerfile::model::{Dockerfile, Stage};
use crate::dockerfile::problem::nearest;
use crate::dockerfile::variables::{PLATFORM_ARGUMENTS, is_platform_argument};
use crate::rules::check::Reporter;
use crate::source::Span;

/// A suggestion is looked for among this many names.
const MOST_NAMES: usize = 64;

/// `reportUnusedFromArgs`: one finding for each name in a word.
pub fn check(dockerfile: &Dockerfile, out: &mut Reporter<'_>) {
    let mut in_stages = None;
    for stage in &dockerfile.stages {
        let words = [dockerfile.platform_word(stage), dockerfile.image_word(stage).cloned()];
        for word in words.into_iter().flatten().filter(|word| word.text.contains('$')) {
            let Ok(expanded) = dockerfile.expand(stage.from, &word.text) else { continue };
            let is_defined = |name: &str| is_platform_argument(name) || dockerfile.variable(stage.from, name).is_some();
            let undefined: Vec<&VariableUse> = expanded.uses.iter().filter(|usage| !is_defined(&usage.name)).collect();
            for (index, usage) in undefined.iter().enumerate() {
                if undefined[..index].iter().all(|before| before.name != usage.name) {
                    let in_stages = in_stages.get_or_insert_with(|| arguments_of_stages(dockerfile));
                    report(dockerfile, stage, &word, &undefined[index..], in_stages, out);
                }
            }
        }
    }
}

/// `uses` begins with the name to report; the fix takes in its other uses.
fn report(
    dockerfile: &Dockerfile,
    stage: &Stage,
    word: &Word,
    uses: &[&VariableUse],
    in_stages: &FxHashMap<&str, (usize, Span)>,
    out: &mut Reporter<'_>,
) {
    let usage = uses[0];
    let name = usage.name.as_str();
    let text = out.text();
    let draft = out.report(word.part(text, usage.range.clone())).value("name", name);
    if let Some((_, span)) = in_stages.get(name).filter(|(instruction, _)| *instruction < stage.from) {
        draft.variant("in-stage").related(*span, "declaration").emit();
        return;
    }
    let Some(suggestion) = suggestion(dockerfile, name) else {
        let draft = if usage.defaulted { draft.variant("defaulted") } else { draft };
        draft.emit();
        return;
    };
    let mut draft = draft.variant("misspelled").value("suggestion", suggestion);
    if word.span.slice(text) == word.text {
        for usage in uses.iter().filter(|usage| usage.name == name) {
            let written = word.text.get(usage.range.clone()).unwrap_or_default();
            let start = usage.range.start + if written.starts_with("${") { 2 } else { 1 };
            draft = draft.replace(word.part(text, start..start + name.len()), suggestion);
        }
    }
    draft.emit();
}

/// The first ARG of each name inside stages: its instruction and place.
fn arguments_of_stages(dockerfile: &Dockerfile) -> FxHashMap<&str, (usize, Span)> {
    let mut found = FxHashMap::default();
    let declared = dockerfile.stages.iter().flat_map(|stage| dockerfile.declared_in(stage));
    for variable in declared.filter(|variable| !variable.environment) {
        found.entry(variable.name.as_str()).or_insert((variable.instruction, variable.span));
    }
    found
}

/// A declared name that differs in a letter or two, and not in most of them.
pub(super) fn suggestion<'a>(dockerfile: &'a Dockerfile, name: &str) -> Option<&'a str> {
    let declared = dockerfile.global_arguments().iter().map(|variable| variable.name.as_str());
    let names = declared.take(MOST_NAMES).chain(PLATFORM_ARGUMENTS.iter().copied());
    nearest(name, names).filter(|near| 3 * strsim::osa_distance(name, near) <= name.len().max(near.len()))
}
