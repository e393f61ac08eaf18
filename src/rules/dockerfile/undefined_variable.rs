use crate::dockerfile::expand::{self, VariableUse};
use crate::dockerfile::instruction::{Body, Instruction, Keyword, Word};
use crate::dockerfile::model::{Base, Dockerfile, Stage};
use crate::dockerfile::nearest_of;
use crate::dockerfile::variables::is_platform_argument;
use crate::rules::check::Reporter;
use crate::source::Span;

/// As BuildKit's `reportUnmatchedVariables`: a variable that neither this stage, nor those that it is built on, nor the image sets.
/// What an image sets is known of some; of the others nothing is certain but the clear cases.
pub fn check(dockerfile: &Dockerfile, out: &mut Reporter<'_>) {
    for stage in dockerfile.stages.iter().filter(|stage| !stage.windows) {
        for (index, instruction) in dockerfile.instructions_of(stage) {
            let mut named: Vec<String> = Vec::new();
            for word in instruction.substituted_words() {
                let uses = expand::expand(&word.text, dockerfile.tree.escape, &mut |_| expand::Lookup::Unset);
                for usage in uses.map(|expanded| expanded.uses).unwrap_or_default() {
                    let span = instruction.place(&word, usage.range.clone()).unwrap_or(word.span);
                    let place = Place { dockerfile, stage, index, instruction, word: &word, span };
                    place.judge(&usage, &mut named, out);
                }
            }
            let (Body::Copy(transfer) | Body::Add(transfer)) = &instruction.body else { continue };
            for heredoc in transfer.heredocs.iter().filter(|heredoc| heredoc.expand) {
                let word = Word { text: heredoc.body.slice(out.text()).to_owned(), span: heredoc.body };
                let uses = expand::expand_body(&word.text, &mut |_| expand::Lookup::Unset);
                for usage in uses.map(|expanded| expanded.uses).unwrap_or_default() {
                    let start = word.span.start();
                    let span = Span::new(start + usage.range.start, start + usage.range.end);
                    Place { dockerfile, stage, index, instruction, word: &word, span }.judge(&usage, &mut named, out);
                }
            }
        }
    }
}

/// Where a variable is named.
struct Place<'a> {
    dockerfile: &'a Dockerfile,
    stage: &'a Stage,
    index: usize,
    instruction: &'a Instruction,
    word: &'a Word,
    span: Span,
}

impl Place<'_> {
    fn judge(&self, usage: &VariableUse, named: &mut Vec<String>, out: &mut Reporter<'_>) {
        let name = usage.name.as_str();
        // Positional and special parameters are no variables of a Dockerfile.
        let is_name = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
        if !is_name || name == "PATH" || named.iter().any(|known| known == name) || self.is_declared(name) {
            return;
        }
        let Some((variant, suggestion)) = self.case(usage) else { return };
        named.push(name.to_owned());
        let written = self.span.slice(out.text());
        let mut draft = out.report(self.span).variant(variant).value("name", name);
        if let Some(suggestion) = &suggestion {
            draft = draft.value("suggestion", suggestion);
        }
        match (variant, suggestion) {
            ("misspelled", Some(suggestion)) => {
                let behind = written.strip_prefix("${").or_else(|| written.strip_prefix('$'));
                if let Some(behind) = behind.filter(|behind| behind.starts_with(name)) {
                    let start = self.span.end() - behind.len();
                    draft = draft.replace(Span::new(start, start + name.len()), suggestion);
                }
            }
            ("global" | "platform", _) => {
                let from = self.dockerfile.instruction(self.stage.from);
                let line = format!("{} {name}\n", from.in_its_casing(Keyword::Arg));
                draft = draft.insert(self.dockerfile.tree.lines_of(from).end(), line);
            }
            _ => {}
        }
        draft.emit();
    }

    /// In front of the instruction, or of the pair of an ARG; one that this ENV itself declares is the matter of
    /// `environment-self-reference`.
    fn is_declared(&self, name: &str) -> bool {
        let declared_here = match &self.instruction.body {
            Body::Env(pairs) => pairs.iter().any(|pair| pair.key.text == name && !pair.span.contains(self.word.span)),
            Body::Arg(pairs) => pairs.iter().any(|pair| pair.key.text == name && pair.span.end <= self.word.span.start),
            _ => false,
        };
        declared_here || self.dockerfile.variable(self.index, name).is_some()
    }

    /// The case, and the name that was meant.
    fn case(&self, usage: &VariableUse) -> Option<(&'static str, Option<String>)> {
        let name = usage.name.as_str();
        let root = &self.dockerfile.stages.get(self.stage.root)?.base;
        let set_by_image = match (root, &self.stage.image) {
            (Base::Scratch, _) => Some(false),
            (_, Some(image)) => image.sets_variable(name),
            _ => None,
        };
        if set_by_image == Some(true) {
            return None;
        }
        if self.dockerfile.global_arguments().iter().any(|global| global.name == name) {
            return Some((if self.is_circular(name) { "circular" } else { "global" }, None));
        }
        if is_platform_argument(name) {
            return Some(("platform", None));
        }
        if self.is_circular(name) {
            return Some(("circular", None));
        }
        let declared = self.dockerfile.declared_in(self.stage);
        if declared.iter().any(|variable| variable.name == name && variable.instruction > self.index) {
            return Some(("later", None));
        }
        let before = self.dockerfile.lineage(self.stage).flat_map(|stage| self.dockerfile.declared_in(stage));
        let before = before.filter(|variable| variable.instruction < self.index).map(|variable| variable.name.as_str());
        if let Some(near) = nearest_of(name, before.chain(["PATH"])) {
            return Some(("misspelled", Some(near.to_owned())));
        }
        Some(match set_by_image {
            None => ("image", None),
            Some(_) if usage.defaulted => ("defaulted", None),
            Some(_) => ("unset", None),
        })
    }

    /// `ARG X=${X}`, `ENV X=$X`
    fn is_circular(&self, name: &str) -> bool {
        let (Body::Arg(pairs) | Body::Env(pairs)) = &self.instruction.body else { return false };
        let Some(pair) = pairs.iter().find(|pair| pair.value.as_ref() == Some(self.word)) else { return false };
        let value = self.word.text.trim_matches('"');
        let inner = value.strip_prefix("${").and_then(|value| value.strip_suffix('}')).or_else(|| value.strip_prefix('$'));
        pair.key.text == name
            && inner
                .is_some_and(|inner| inner == name || inner.strip_prefix(name).is_some_and(|rest| rest.starts_with([':', '-'])))
    }
}
