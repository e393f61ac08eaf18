use rustc_hash::FxHashSet;

use crate::dockerfile::expand::{self, Lookup, VariableUse};
use crate::dockerfile::instruction::{Body, Instruction, Keyword, Pair};
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
                    let statement = Statement { dockerfile, index, instruction, pairs, seen: &seen };
                    statement.judge(std::ptr::eq(instruction, outer), out);
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
    pairs: &'a [Pair],
    seen: &'a FxHashSet<&'a str>,
}

impl Statement<'_> {
    fn judge(&self, is_own: bool, out: &mut Reporter<'_>) {
        let names: FxHashSet<&str> = self.pairs.iter().map(|pair| pair.key.text.as_str()).collect();
        // Names given since the last place where the fix parts the statement.
        let mut since_split: FxHashSet<&str> = FxHashSet::default();
        for pair in self.pairs {
            let own = pair.key.text.as_str();
            let uses: Vec<VariableUse> = match &pair.value {
                Some(value) if value.text.contains('$') => {
                    let expanded = expand::expand(&value.text, self.dockerfile.tree.escape, &mut |_| Lookup::Unset);
                    expanded.map(|expanded| expanded.uses).unwrap_or_default()
                }
                _ => Vec::new(),
            };
            let is_other = |name: &str| self.pairs.iter().any(|other| other.key.text == name && other.span != pair.span);
            let found = uses.iter().find(|usage| {
                let name = usage.name.as_str();
                names.contains(name) && (name != own || is_other(name)) && !self.has_value(name)
            });
            if let Some(usage) = found {
                let is_split = is_own && since_split.contains(usage.name.as_str());
                if is_split {
                    since_split.clear();
                }
                self.report(pair, usage, is_split, out);
            }
            since_split.insert(own);
        }
    }

    /// A value from before this statement, which is what BuildKit puts in.
    fn has_value(&self, name: &str) -> bool {
        match self.dockerfile.stage_of(self.index) {
            Some(_) => self.dockerfile.variable(self.index, name).is_some(),
            None => self.seen.contains(name),
        }
    }

    fn report(&self, pair: &Pair, usage: &VariableUse, is_split: bool, out: &mut Reporter<'_>) {
        let Some(value) = &pair.value else { return };
        let text = out.text();
        let name = usage.name.as_str();
        let written = &value.text[usage.range.clone()];
        let span = self.instruction.place(value, usage.range.clone()).unwrap_or(value.span);
        let edits = if is_split { self.split(text, pair) } else { Vec::new() };
        let mut draft = out.report(span).value("name", name).value("user", &pair.key.text);
        if let Some(other) = self.pairs.iter().find(|other| other.key.text == name && other.span != pair.span) {
            draft = draft.related(other.span, "definition");
        }
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
        name != "PATH" && (is_scratch || set_by_image != Some(true)) && self.instruction.keyword == Keyword::Env
    }

    /// Begins a new ENV in front of a pair.
    fn split(&self, text: &str, pair: &Pair) -> Vec<(Span, String)> {
        let Some(before) = self.pairs.iter().rev().find(|other| other.span.end <= pair.span.start) else { return Vec::new() };
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
