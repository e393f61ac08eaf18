use rustc_hash::{FxHashMap, FxHashSet};

use crate::dockerfile::expand::{self, Lookup, VariableUse};
use crate::dockerfile::instruction::{Body, Instruction, Pair};
use crate::dockerfile::model::{Base, Dockerfile};
use crate::rules::check::Reporter;
use crate::source::Span;

/// A pair whose value names a variable of another pair of the same ENV, which has no value from before.
pub fn check(dockerfile: &Dockerfile, out: &mut Reporter<'_>) {
    // What any ENV or ARG further up declares, whatever its stage: there hadolint is silent.
    let mut seen: FxHashSet<&str> = FxHashSet::default();
    for (index, outer) in dockerfile.tree.instructions.iter().enumerate() {
        let instruction = match &outer.body {
            Body::Onbuild(trigger) => trigger,
            _ => outer,
        };
        match &instruction.body {
            Body::Env(pairs) => {
                if pairs.len() > 1 {
                    let statement = Statement { dockerfile, index, instruction, seen: &seen };
                    statement.judge(pairs, std::ptr::eq(instruction, outer), out);
                }
                seen.extend(pairs.iter().map(|pair| pair.key.text.as_str()));
            }
            Body::Arg(pairs) => seen.extend(pairs.iter().map(|pair| pair.key.text.as_str())),
            _ => {}
        }
    }
}

/// One ENV.
struct Statement<'a> {
    dockerfile: &'a Dockerfile,
    index: usize,
    instruction: &'a Instruction,
    seen: &'a FxHashSet<&'a str>,
}

impl Statement<'_> {
    fn judge(&self, pairs: &[Pair], is_own: bool, out: &mut Reporter<'_>) {
        // The first and the last pair of each name.
        let mut places: FxHashMap<&str, (usize, usize)> = FxHashMap::default();
        for (place, pair) in pairs.iter().enumerate() {
            places.entry(&pair.key.text).or_insert((place, place)).1 = place;
        }
        // Where the statement begins once the fixes before have parted it.
        let mut start = 0;
        for (place, pair) in pairs.iter().enumerate() {
            let uses: Vec<VariableUse> = match &pair.value {
                Some(value) if value.text.contains('$') => {
                    let expanded = expand::expand(&value.text, self.dockerfile.tree.escape, &mut |_| Lookup::Unset);
                    expanded.map(|expanded| expanded.uses).unwrap_or_default()
                }
                _ => Vec::new(),
            };
            // Another pair that gives the name its value.
            let definition = |usage: &VariableUse| {
                let (first, last) = *places.get(usage.name.as_str())?;
                let other = if first == place { last } else { first };
                (other != place && !self.has_value(&usage.name)).then_some(other)
            };
            let Some((usage, other)) = uses.iter().find_map(|usage| Some((usage, definition(usage)?))) else { continue };
            let is_split = is_own && (start..place).contains(&other);
            let before = if is_split { place.checked_sub(1).and_then(|before| pairs.get(before)) } else { None };
            if is_split {
                start = place;
            }
            self.report(pair, usage, &pairs[other], before, out);
        }
    }

    /// A value from before this statement, which is what BuildKit puts in.
    fn has_value(&self, name: &str) -> bool {
        match self.dockerfile.stage_of(self.index) {
            Some(_) => self.dockerfile.variable(self.index, name).is_some(),
            None => self.seen.contains(name),
        }
    }

    /// `before` is the pair behind which the fix parts the statement.
    fn report(&self, pair: &Pair, usage: &VariableUse, definition: &Pair, before: Option<&Pair>, out: &mut Reporter<'_>) {
        let Some(value) = &pair.value else { return };
        let name = usage.name.as_str();
        let written = &value.text[usage.range.clone()];
        let span = self.instruction.place(value, usage.range.clone()).unwrap_or(value.span);
        let edits = before.map(|before| self.split(out.text(), before, pair)).unwrap_or_default();
        let mut draft = out.report(span).value("name", name).value("user", &pair.key.text);
        draft = draft.related(definition.span, "definition");
        // hadolint compares text, and knows only these two ways to write it.
        let is_plain = written == format!("${name}") || written == format!("${{{name}}}");
        if self.seen.contains(name) || !is_plain {
            draft = draft.without("hadolint");
        }
        if !self.is_unmatched(name) {
            draft = draft.without("buildkit");
        }
        for (span, replacement) in edits {
            draft = draft.replace(span, replacement);
        }
        draft.emit();
    }

    /// Whether BuildKit's UndefinedVar says the same.
    fn is_unmatched(&self, name: &str) -> bool {
        let Some(stage) = self.dockerfile.stage_of(self.index) else { return false };
        let is_scratch = self.dockerfile.stages.get(stage.root).is_some_and(|root| root.base == Base::Scratch);
        let set_by_image = stage.image.as_ref().and_then(|image| image.sets_variable(name));
        let is_trigger = self.dockerfile.is_trigger(self.index, self.instruction);
        name != "PATH" && !is_trigger && (is_scratch || set_by_image != Some(true))
    }

    /// Begins a new ENV in front of a pair.
    fn split(&self, text: &str, before: &Pair, pair: &Pair) -> Vec<(Span, String)> {
        let gap = Span::new(before.span.end(), pair.span.start());
        let keyword = &self.instruction.keyword_text;
        match (gap.slice(text).find('\n'), gap.slice(text).rfind('\n')) {
            (Some(first), Some(last)) => {
                let line = gap.slice(text)[..first].trim_end_matches('\r').len();
                let continuation = Span::new(gap.start(), gap.start() + line);
                let indent = Span::new(gap.start() + last + 1, gap.end());
                vec![(continuation, String::new()), (indent, format!("{keyword} "))]
            }
            _ => vec![(gap, format!("\n{keyword} "))],
        }
    }
}
