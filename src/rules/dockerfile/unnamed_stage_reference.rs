use rustc_hash::{FxHashMap, FxHashSet};

use crate::dockerfile::casing::Casing;
use crate::dockerfile::model::Dockerfile;
use crate::dockerfile::references::{Reference, ReferenceKind};
use crate::rules::check::Reporter;

/// `COPY --from=0`. The fix gives the stage a name where it has none; all findings of one stage share that edit.
pub fn check(dockerfile: &Dockerfile, out: &mut Reporter<'_>) {
    let is_number = |reference: &Reference<'_>| reference.kind == ReferenceKind::Copy && reference.text.parse::<usize>().is_ok();
    let numbered: Vec<_> = dockerfile.references().filter(|reference| !reference.onbuild && is_number(reference)).collect();
    if numbered.is_empty() {
        return;
    }
    let names = new_names(dockerfile, &numbered);
    for reference in numbered {
        let Some(stage) = reference.stage.map(|index| &dockerfile.stages[index]) else { continue };
        let from = dockerfile.instruction(stage.from);
        let draft = out.report(reference.span).value("from", reference.text).related(from.keyword_span, "stage");
        // Behind the image there is nothing, unless BuildKit refuses it.
        let image = dockerfile.image_word(stage).filter(|image| image.span.end == from.rest.whole().end);
        let new_name = names.get(&stage.index).zip(image);
        match (&stage.name, new_name) {
            (Some(name), _) => {
                let draft = draft.variant("named").value("name", name);
                // `--from` takes the last stage of a name.
                let is_last = dockerfile.stage_by_name(name, usize::MAX).is_some_and(|last| last.index == stage.index);
                if is_last { draft.replace(reference.span, name).emit() } else { draft.emit() }
            }
            (None, Some((name, image))) => {
                let keyword = if Casing::of(&from.keyword_text) == Some(Casing::Lower) { "as" } else { "AS" };
                let draft = draft.value("name", name).insert(image.span.end(), format!(" {keyword} {name}"));
                draft.replace(reference.span, name).emit();
            }
            (None, None) => draft.value("name", "build").emit(),
        }
    }
}

/// A name for each stage without one: `build`, or with several of them `build-0` and so on, where nothing else is called so.
fn new_names(dockerfile: &Dockerfile, numbered: &[Reference<'_>]) -> FxHashMap<usize, String> {
    let mut unnamed: Vec<usize> = numbered.iter().filter_map(|reference| reference.stage).collect();
    unnamed.retain(|stage| dockerfile.stages[*stage].name.is_none());
    unnamed.sort_unstable();
    unnamed.dedup();
    let named = dockerfile.stages.iter().filter_map(|stage| stage.name.clone());
    let mut taken: FxHashSet<String> =
        named.chain(dockerfile.references().map(|reference| reference.text.to_lowercase())).collect();
    let is_only = unnamed.len() == 1;
    let mut name = |stage: usize| {
        let plain = is_only.then(|| "build".to_owned());
        let mut candidates =
            plain.into_iter().chain([format!("build-{stage}")]).chain((0..).map(|more| format!("build-{stage}-{more}")));
        candidates.find(|name| taken.insert(name.clone()))
    };
    unnamed.into_iter().filter_map(|stage| Some((stage, name(stage)?))).collect()
}
