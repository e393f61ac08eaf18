use rustc_hash::{FxHashMap, FxHashSet};

use crate::catalog::secret_names;
use crate::dockerfile::expand::{self, Lookup, VariableUse};
use crate::dockerfile::instruction::{Body, Instruction, Keyword, Word};
use crate::dockerfile::model::{Base, Dockerfile, Stage};
use crate::dockerfile::nearest_of;
use crate::dockerfile::variables::is_platform_argument;
use crate::rules::check::Reporter;
use crate::source::Span;

/// How many names are compared in search of the one that was meant; real files need a few hundred.
const MOST_COMPARISONS: usize = 50_000;

/// As BuildKit's `reportUnmatchedVariables`: a variable that neither this stage, nor those that it is built on, nor the image sets.
/// What an image sets is known of some; of the others nothing is certain but the clear cases.
pub fn check(dockerfile: &Dockerfile, out: &mut Reporter<'_>) {
    let globals = dockerfile.global_arguments().iter().map(|global| global.name.as_str()).collect();
    let mut names = Names { globals, last: FxHashMap::default(), comparisons_left: MOST_COMPARISONS };
    for stage in dockerfile.stages.iter().filter(|stage| !stage.windows) {
        names.last = dockerfile.declared_in(stage).iter().map(|known| (known.name.as_str(), known.instruction)).collect();
        for (index, instruction) in dockerfile.instructions_of(stage) {
            let mut statement = Statement::new(dockerfile, stage, index, instruction);
            for word in instruction.substituted_words() {
                let uses = expand::expand(&word.text, dockerfile.tree.escape, &mut |_| Lookup::Unset);
                let way_back = instruction.way_back(&word);
                for usage in uses.map(|expanded| expanded.uses).unwrap_or_default() {
                    let place = || way_back.map_or(word.span, |way_back| way_back.span(usage.range.clone()));
                    statement.judge(&usage, &word, &place, &mut names, out);
                }
            }
            let (Body::Copy(transfer) | Body::Add(transfer)) = &instruction.body else { continue };
            for heredoc in transfer.heredocs.iter().filter(|heredoc| heredoc.expand) {
                let word = Word { text: heredoc.body.slice(out.text()).to_owned(), span: heredoc.body };
                let uses = expand::expand_body(&word.text, &mut |_| Lookup::Unset);
                for usage in uses.map(|expanded| expanded.uses).unwrap_or_default() {
                    let start = word.span.start();
                    let place = || Span::new(start + usage.range.start, start + usage.range.end);
                    statement.judge(&usage, &word, &place, &mut names, out);
                }
            }
        }
    }
}

/// Names that are declared elsewhere than in front of an instruction.
struct Names<'a> {
    /// In front of the first FROM.
    globals: FxHashSet<&'a str>,
    /// In the stage at hand, each with the last instruction that declares it.
    last: FxHashMap<&'a str, usize>,
    comparisons_left: usize,
}

/// An instruction.
struct Statement<'a> {
    dockerfile: &'a Dockerfile,
    stage: &'a Stage,
    index: usize,
    instruction: &'a Instruction,
    /// What an ARG or ENV itself declares: how often, and where the first of these pairs ends.
    own: FxHashMap<&'a str, (usize, u32)>,
    /// Reported already: once for each instruction is enough.
    named: FxHashSet<String>,
}

impl<'a> Statement<'a> {
    fn new(dockerfile: &'a Dockerfile, stage: &'a Stage, index: usize, instruction: &'a Instruction) -> Self {
        let mut own: FxHashMap<&str, (usize, u32)> = FxHashMap::default();
        if let Body::Arg(pairs) | Body::Env(pairs) = &instruction.body {
            for pair in pairs {
                own.entry(&pair.key.text).or_insert((0, pair.span.end)).0 += 1;
            }
        }
        Self { dockerfile, stage, index, instruction, own, named: FxHashSet::default() }
    }

    fn judge(
        &mut self,
        usage: &VariableUse,
        word: &Word,
        place: &dyn Fn() -> Span,
        names: &mut Names<'_>,
        out: &mut Reporter<'_>,
    ) {
        let name = usage.name.as_str();
        // Positional and special parameters are no variables of a Dockerfile.
        let is_name = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
        if !is_name || name == "PATH" || self.named.contains(name) || self.is_declared(name, word) {
            return;
        }
        let Some((variant, suggestion)) = self.case(usage, word, names) else { return };
        self.named.insert(name.to_owned());
        let span = place();
        let (written, head) = (span.slice(out.text()), self.instruction.head(out.text()));
        let mut draft = out.report(span).variant(variant).value("name", name);
        if let Some(suggestion) = &suggestion {
            draft = draft.value("suggestion", suggestion);
        }
        match (variant, suggestion) {
            ("misspelled", Some(suggestion)) => {
                let behind = written.strip_prefix("${").or_else(|| written.strip_prefix('$'));
                if let Some(behind) = behind.filter(|behind| behind.starts_with(name)) {
                    let start = span.end() - behind.len();
                    draft = draft.replace(Span::new(start, start + name.len()), suggestion);
                }
            }
            ("global" | "platform", _) => {
                let from = self.dockerfile.instruction(self.stage.from);
                let line = format!("{} {name}\n", from.in_its_casing(Keyword::Arg));
                draft = draft.insert(self.dockerfile.tree.lines_of(from).end(), line);
            }
            ("circular" | "defaulted", _) => {
                let pairs = match &self.instruction.body {
                    Body::Arg(pairs) => pairs.as_slice(),
                    _ => &[],
                };
                let is_plain =
                    matches!(self.instruction.body, Body::Env(_)) && !self.dockerfile.is_trigger(self.index, self.instruction);
                let is_secret = secret_names::is_known_to_hadolint(name);
                if let Some(pair) = pairs.iter().find(|pair| pair.key.text == name) {
                    draft = draft.replace(pair.span, name);
                } else if is_plain && !is_secret {
                    let line = format!("{} {name}\n", self.instruction.in_its_casing(Keyword::Arg));
                    draft = draft.insert(head, line);
                }
            }
            _ => {}
        }
        draft.emit();
    }

    /// In front of the instruction, or of the pair of an ARG; one that this ENV itself declares is the matter of
    /// `environment-self-reference`.
    fn is_declared(&self, name: &str, word: &Word) -> bool {
        let declared_here = match (&self.instruction.body, self.own.get(name)) {
            (Body::Env(_), Some((count, _))) => *count > 1 || !self.is_value_of(name, word),
            (Body::Arg(_), Some((_, end))) => *end <= word.span.start,
            _ => false,
        };
        declared_here || self.dockerfile.variable(self.index, name).is_some()
    }

    /// The case, and the name that was meant.
    fn case(&self, usage: &VariableUse, word: &Word, names: &mut Names<'_>) -> Option<(&'static str, Option<String>)> {
        let name = usage.name.as_str();
        let root = &self.dockerfile.stages.get(self.stage.root)?.base;
        let set_by_image = match (root, &self.stage.image) {
            (Base::Scratch, _) => Some(false),
            (_, Some(image)) => image.sets_variable(name),
            _ => None,
        };
        let is_circular = self.is_circular(name, word);
        Some(match set_by_image {
            Some(true) => return None,
            _ if is_circular => ("circular", None),
            _ if names.globals.contains(name) => ("global", None),
            _ if is_platform_argument(name) => ("platform", None),
            _ if names.last.get(name).is_some_and(|last| *last > self.index) => ("later", None),
            _ => match (self.meant(name, names), set_by_image) {
                (Some(near), _) => ("misspelled", Some(near.to_owned())),
                (None, None) => ("image", None),
                (None, Some(_)) if usage.defaulted => ("defaulted", None),
                (None, Some(_)) => ("unset", None),
            },
        })
    }

    /// The one name declared in front of this that is nearly the same.
    fn meant(&self, name: &str, names: &mut Names<'_>) -> Option<&'a str> {
        let declared = self.dockerfile.lineage(self.stage).flat_map(|stage| self.dockerfile.declared_in(stage));
        let before = declared.filter(|variable| variable.instruction < self.index).map(|variable| variable.name.as_str());
        let left = &mut names.comparisons_left;
        let counted = before.chain(["PATH"]).take_while(|_| {
            *left = left.saturating_sub(1);
            *left > 0
        });
        nearest_of(name, counted)
    }

    /// `ARG X=${X}`, `ENV X=$X`
    fn is_circular(&self, name: &str, word: &Word) -> bool {
        let value = word.text.trim_matches('"');
        let inner = value.strip_prefix("${").and_then(|value| value.strip_suffix('}')).or_else(|| value.strip_prefix('$'));
        inner.is_some_and(|inner| inner == name || inner.strip_prefix(name).is_some_and(|rest| rest.starts_with([':', '-'])))
            && self.is_value_of(name, word)
    }

    /// Whether a word is the value of the first pair of that name.
    fn is_value_of(&self, name: &str, word: &Word) -> bool {
        self.own.get(name).is_some_and(|(_, end)| word.span.end == *end)
    }
}
