//! What BuildKit refuses only once it puts stages and variables together (`dockerfile2llb/convert.go`): this walks the
//! instructions as its dispatch does, as far as that needs no registry, no context and no build arguments.

use rustc_hash::FxHashMap;

use crate::source::Span;

use super::expand::{self, ExpandError, Expanded, Lookup};
use super::image::{self, ImageReference, InvalidReference};
use super::instruction::{Body, Flag, Heredoc, Instruction, Keyword, Mount, Pair, Transfer, Word};
use super::platform::is_platform;
use super::syntax::{Problem, ProblemStage, Tree};
use super::{check_options, mode, mount, port, remote, signal};

/// The image that is no image.
const SCRATCH: &str = "scratch";

/// The variables that BuildKit sets before the first FROM (`defaultArgs`).
const PREDEFINED: [&str; 11] = [
    "BUILDPLATFORM",
    "BUILDOS",
    "BUILDOSVERSION",
    "BUILDARCH",
    "BUILDVARIANT",
    "TARGETPLATFORM",
    "TARGETOS",
    "TARGETOSVERSION",
    "TARGETARCH",
    "TARGETVARIANT",
    "TARGETSTAGE",
];

/// A variable is looked for in this many generations of stages; beyond, it counts as unknown.
const MOST_GENERATIONS: usize = 64;

/// Adds what is wrong with the whole to the problems, and puts them in the order of the file.
pub(super) fn verify(text: &str, tree: &mut Tree) {
    let stage_count = tree.instructions.iter().filter(|instruction| instruction.keyword == Keyword::From).count();
    let mut walk = Walk {
        text,
        escape: tree.escape,
        has_variables: memchr::memchr(b'$', text.as_bytes()).is_some(),
        globals: FxHashMap::default(),
        stages: Vec::new(),
        earlier: FxHashMap::default(),
        named: stage_names(&tree.instructions),
        stage_count,
        states: stage_count,
        instruction: Span::default(),
        problems: Vec::new(),
    };
    walk.whole(tree);
    tree.problems.sort_by_key(|problem| problem.span.start);
    let mut broken = tree.problems.iter().filter(|problem| problem.stage == ProblemStage::Parse).peekable();
    for instruction in &tree.instructions {
        let before = walk.problems.len();
        walk.instruction(instruction);
        // What does not even parse has no use for what follows from that.
        while broken.next_if(|problem| problem.span.start < instruction.span.start).is_some() {}
        if broken.peek().is_some_and(|problem| instruction.span.contains(problem.span)) {
            walk.problems.truncate(before);
        }
    }
    let problems = walk.problems;
    tree.problems.extend(problems);
    tree.problems.sort_by_key(|problem| problem.span.start);
}

/// For each stage name, in lower case, the last stage that has it.
fn stage_names(instructions: &[Instruction]) -> FxHashMap<String, usize> {
    let stages = instructions.iter().filter(|instruction| instruction.keyword == Keyword::From);
    stages
        .enumerate()
        .filter_map(|(index, instruction)| match &instruction.body {
            Body::From { name: Some(name), .. } => Some((name.text.to_lowercase(), index)),
            _ => None,
        })
        .collect()
}

/// One stage, as far as it matters to variables.
#[derive(Debug, Default)]
struct Stage {
    variables: FxHashMap<String, Lookup>,
    parent: Option<usize>,
    /// Nothing comes from an image: what is not set here is not set.
    scratch: bool,
    has_workdir: bool,
}

struct Walk<'t> {
    text: &'t str,
    escape: char,
    /// Without any `$` in the file no value is ever asked for.
    has_variables: bool,
    /// ARGs before the first FROM.
    globals: FxHashMap<String, Lookup>,
    stages: Vec<Stage>,
    /// Stages so far, by name in lower case.
    earlier: FxHashMap<String, usize>,
    /// All stages, by name in lower case.
    named: FxHashMap<String, usize>,
    stage_count: usize,
    /// What a number in `--from` may count: the stages, and each image that was named instead of one.
    states: usize,
    /// The bytes of the instruction at hand.
    instruction: Span,
    problems: Vec<Problem>,
}

impl Walk<'_> {
    /// What is wrong with the file as such.
    fn whole(&mut self, tree: &Tree) {
        for directive in tree.directives.iter().filter(|directive| directive.name == "check") {
            // BuildKit reads the options from lines without indentation only.
            let indented = self.text[..directive.span.start()].ends_with([' ', '\t']);
            if let Some(option) = check_options::parse(&directive.value).err().filter(|_| !indented) {
                self.problems.push(Problem::build("check-option", directive.value_span).with("option", option));
            }
        }
        let Some(first) = tree.instructions.first() else {
            self.problems.push(Problem::parse("empty-file", Span::empty(0)));
            return;
        };
        let known = |instruction: &&Instruction| !matches!(instruction.keyword, Keyword::Arg | Keyword::Unknown);
        match tree.instructions.iter().find(known) {
            Some(instruction) if instruction.keyword != Keyword::From => {
                let problem = Problem::build("instruction-before-from", instruction.keyword_span);
                self.problems.push(problem.with("keyword", instruction.keyword.name()));
            }
            None if tree.instructions.iter().all(|instruction| instruction.keyword == Keyword::Arg) => {
                self.problems.push(Problem::build("no-stage", first.keyword_span));
            }
            _ => {}
        }
    }

    fn instruction(&mut self, instruction: &Instruction) {
        self.instruction = instruction.span;
        if instruction.keyword == Keyword::From {
            self.from(instruction);
            return;
        }
        if self.stages.is_empty() {
            match &instruction.body {
                Body::Arg(pairs) => self.global_arguments(pairs),
                // Without a stage nothing can be built anyway; no stage makes these ports right.
                Body::Expose(ports) => self.expose(ports),
                _ => {}
            }
            return;
        }
        match &instruction.body {
            Body::Run { mounts, .. } => self.mounts(mounts),
            Body::Copy(transfer) => {
                self.copy_from(instruction);
                self.transfer(instruction, transfer, false);
            }
            Body::Add(transfer) => self.transfer(instruction, transfer, true),
            Body::Env(pairs) => self.environment(pairs),
            Body::Label(pairs) => {
                for pair in pairs {
                    self.pair(pair);
                }
            }
            Body::Arg(pairs) => self.arguments(pairs),
            Body::Expose(ports) => self.expose(ports),
            Body::Volume { paths, json } => {
                for path in paths {
                    let place = if *json { Place::Whole } else { Place::Separated };
                    if self.word(path, place).is_some_and(|path| path.is_empty()) && !path.text.is_empty() {
                        self.problems.push(Problem::build("blank-volume", path.span));
                    }
                }
            }
            Body::User(word) => {
                self.word(word, Place::Whole);
            }
            Body::Workdir(word) => {
                self.word(word, Place::Whole);
                if let Some(stage) = self.stages.last_mut() {
                    stage.has_workdir = true;
                }
            }
            Body::Stopsignal(word) => {
                if let Some(signal) = self.word(word, Place::Whole).filter(|signal| !signal::is_signal(signal)) {
                    self.problems.push(Problem::build("unknown-signal", word.span).with("signal", signal));
                }
            }
            _ => {}
        }
    }

    fn from(&mut self, instruction: &Instruction) {
        let mut stage = Stage::default();
        let index = self.stages.len();
        if let Body::From { image, name, .. } = &instruction.body {
            match self.word(image, Place::Global) {
                Some(base) if base.is_empty() => {
                    self.problems.push(Problem::build("blank-image", image.span).with("image", &image.text));
                }
                // BuildKit compares the name as it is written here with the name in lower case.
                Some(base) => match self.earlier.get(&base) {
                    Some(parent) => {
                        stage.parent = Some(*parent);
                        stage.has_workdir = self.stages[*parent].has_workdir;
                        stage.scratch = self.stages[*parent].scratch;
                    }
                    None if base == SCRATCH => stage.scratch = true,
                    None => self.image(&base, image.span),
                },
                None => {}
            }
            if let Some(name) = name {
                self.earlier.insert(name.text.to_lowercase(), index);
            }
        }
        self.platform(instruction);
        self.stages.push(stage);
    }

    fn platform(&mut self, instruction: &Instruction) {
        let Some(flag) = instruction.flag("platform") else {
            return;
        };
        match self.flag(flag, Place::Global) {
            Some(value) if value.is_empty() && flag.value.as_deref() != Some("") => {
                let problem = Problem::build("blank-platform", flag.value_span);
                self.problems.push(problem.with("value", flag.value.as_deref().unwrap_or_default()));
            }
            Some(value) if !value.is_empty() && !is_platform(&value) => {
                self.problems.push(Problem::build("invalid-platform", flag.value_span).with("value", value));
            }
            _ => {}
        }
    }

    /// A reference that BuildKit would have to pull.
    fn image(&mut self, text: &str, span: Span) {
        if let Err(error) = ImageReference::parse(text) {
            let reason = match error {
                InvalidReference::Uppercase => "image-in-upper-case",
                InvalidReference::Tag => "invalid-tag",
                InvalidReference::Digest => "invalid-digest",
                _ => "invalid-image",
            };
            self.problems.push(Problem::build(reason, span).with("image", text));
        }
    }

    fn global_arguments(&mut self, pairs: &[Pair]) {
        for pair in pairs {
            let value = match &pair.value {
                Some(value) => self.word(value, Place::Argument(pair)).map_or(Lookup::Unknown, Lookup::Value),
                None => Lookup::Unknown,
            };
            if self.has_variables {
                self.globals.insert(pair.key.text.clone(), value);
            }
        }
    }

    fn arguments(&mut self, pairs: &[Pair]) {
        for pair in pairs {
            let value = match &pair.value {
                Some(value) => self.word(value, Place::Argument(pair)).map_or(Lookup::Unknown, Lookup::Value),
                None => self.globals.get(&pair.key.text).cloned().unwrap_or(Lookup::Unknown),
            };
            self.set(&pair.key.text, value);
        }
    }

    fn environment(&mut self, pairs: &[Pair]) {
        // All values of one ENV are expanded before any of them counts.
        let values: Vec<Option<(String, Lookup)>> = pairs.iter().map(|pair| self.pair(pair)).collect();
        for (key, value) in values.into_iter().flatten() {
            self.set(&key, value);
        }
    }

    fn pair(&mut self, pair: &Pair) -> Option<(String, Lookup)> {
        let key = self.word(&pair.key, Place::Whole);
        let value = pair.value.as_ref().and_then(|value| self.word(value, Place::Whole));
        Some((key?, value.map_or(Lookup::Unknown, Lookup::Value)))
    }

    fn set(&mut self, key: &str, value: Lookup) {
        if let Some(stage) = self.stages.last_mut().filter(|_| self.has_variables) {
            stage.variables.insert(key.to_owned(), value);
        }
    }

    fn expose(&mut self, ports: &[Word]) {
        for word in ports {
            if word.text.starts_with('#') {
                let end = ports.last().map_or(word.span, |last| last.span);
                self.problems.push(Problem::build("comment-behind-ports", word.span.cover(end)));
                return;
            }
            let escape = self.escape;
            let words = expand::expand_words(&word.text, escape, &mut |name| self.lookup(name));
            match words {
                Err(error) => self.refused(&error, word, Place::Whole),
                Ok(words) => {
                    for specification in words.words.iter().filter_map(|word| word.text.as_deref()) {
                        if let Err((reason, part)) = port::check(specification) {
                            self.problems.push(Problem::build(reason, word.span).with("port", part));
                        }
                    }
                }
            }
        }
    }

    /// `COPY --from`: a stage by name or number, or an image.
    fn copy_from(&mut self, instruction: &Instruction) {
        let Some(flag) = instruction.flag("from") else {
            return;
        };
        let Some(from) = flag.value.as_deref().filter(|from| !from.is_empty()) else {
            return;
        };
        let span = flag.value_span;
        match expand::expand(from, self.escape, &mut |_| Lookup::Unset) {
            Ok(Expanded { text: Some(text), .. }) if text == from => {}
            _ => {
                self.problems.push(Problem::build("copy-from-variable", span).with("from", from));
                return;
            }
        }
        let Ok(index) = from.parse::<i64>() else {
            self.stage_or_image(from, span, Purpose::Copy);
            return;
        };
        match usize::try_from(index) {
            Ok(index) if index < self.states => self.earlier_stage(index, from, span, Purpose::Copy),
            _ => self.problems.push(Problem::build("unknown-stage-index", span).with("from", from)),
        }
    }

    fn stage_or_image(&mut self, from: &str, span: Span, purpose: Purpose) {
        match self.named.get(&from.to_lowercase()) {
            Some(index) => self.earlier_stage(*index, from, span, purpose),
            None => {
                self.states += 1;
                if from != SCRATCH {
                    self.image(from, span);
                }
            }
        }
    }

    /// A stage can be used by those behind it. A number beyond the stages counts the images named so far.
    fn earlier_stage(&mut self, index: usize, from: &str, span: Span, purpose: Purpose) {
        let current = self.stages.len() - 1;
        let reason = match purpose {
            _ if index < current || index >= self.stage_count => return,
            Purpose::Copy if index == current => "copy-from-self",
            Purpose::Copy => "copy-from-later-stage",
            Purpose::Mount if index == current => "mount-from-self",
            Purpose::Mount => "mount-from-later-stage",
        };
        self.problems.push(Problem::build(reason, span).with("from", from));
    }

    fn mounts(&mut self, mounts: &[Mount]) {
        for mount in mounts {
            if let Some(from) = mount.from.as_ref().filter(|from| !from.text.is_empty() && !from.text.contains('$')) {
                self.stage_or_image(&from.text, from.span, Purpose::Mount);
            }
            let escape = self.escape;
            let mut expand = |word: &str| expand::expand(word, escape, &mut |name| self.lookup(name));
            match mount::check(mount, &mut expand) {
                Err(problem) if problem.reason == expand::NESTED_TOO_DEEP => {}
                Err(problem) => self.problems.push(problem),
                Ok(facts) => self.mount_target(mount, &facts),
            }
        }
    }

    /// A mount may not cover the root; without a target it covers the working directory.
    fn mount_target(&mut self, mount: &Mount, facts: &mount::Facts) {
        if matches!(facts.kind.as_deref(), None | Some("secret" | "ssh")) {
            return;
        }
        let has_workdir = self.stages.last().is_some_and(|stage| stage.has_workdir);
        let reason = match facts.target.as_deref() {
            Some("") if !has_workdir => "mount-without-target",
            Some("/") => "mount-over-root",
            Some(".") if !has_workdir => "mount-over-root",
            _ => return,
        };
        self.problems.push(Problem::build(reason, mount.span));
    }

    fn transfer(&mut self, instruction: &Instruction, transfer: &Transfer, add: bool) {
        let place = if transfer.json { Place::Whole } else { Place::Separated };
        for flag in &instruction.flags {
            match flag.name.as_str() {
                "chown" | "exclude" => {
                    self.flag(flag, Place::Whole);
                }
                "chmod" => {
                    if let Some(mode) = self.flag(flag, Place::Whole).filter(|mode| !mode.is_empty() && !mode::is_mode(mode)) {
                        self.problems.push(Problem::build("invalid-mode", flag.value_span).with("mode", mode));
                    }
                }
                _ => {}
            }
        }
        let sources: Vec<Option<String>> = transfer.sources.iter().map(|source| self.word(source, place)).collect();
        self.word(&transfer.destination, place);
        if add {
            self.checksum(instruction, &sources);
        } else {
            for (word, source) in transfer.sources.iter().zip(&sources) {
                let Some(source) = source else {
                    continue;
                };
                if remote::is_url(source) || remote::is_repository(source) {
                    self.problems.push(Problem::build("copy-remote", word.span));
                }
            }
        }
        for heredoc in transfer.heredocs.iter().filter(|heredoc| heredoc.expand) {
            self.heredoc(heredoc);
        }
    }

    fn checksum(&mut self, instruction: &Instruction, sources: &[Option<String>]) {
        let Some(flag) = instruction.flag("checksum").filter(|flag| flag.value.is_some()) else {
            return;
        };
        let Some(checksum) = self.flag(flag, Place::Whole).filter(|checksum| !checksum.is_empty()) else {
            return;
        };
        match sources {
            [None] => {}
            [Some(source)] if remote::is_repository(source) => {}
            [Some(source)] if remote::is_url(source) => {
                if !image::is_digest(&checksum) {
                    self.problems.push(Problem::build("invalid-checksum", flag.value_span));
                }
            }
            _ => self.problems.push(Problem::build("checksum-source", flag.span)),
        }
    }

    fn heredoc(&mut self, heredoc: &Heredoc) {
        let body = heredoc.body.slice(self.text);
        if !body.contains('$') {
            return;
        }
        if let Err(error) = expand::expand_body(body, &mut |name| self.lookup(name)) {
            if error.reason == expand::NESTED_TOO_DEEP {
                return;
            }
            let start = heredoc.body.start();
            let span = Span::new(start + error.range.start, start + error.range.end);
            self.problems.push(Problem::build(error.reason, span));
        }
    }

    fn flag(&mut self, flag: &Flag, place: Place<'_>) -> Option<String> {
        let word = Word { text: flag.value.clone()?, span: flag.value_span };
        self.word(&word, place)
    }

    /// The word with its variables expanded: `None` when its value cannot be known, or BuildKit refuses it.
    fn word(&mut self, word: &Word, place: Place<'_>) -> Option<String> {
        let escape = self.escape;
        let global = matches!(place, Place::Global);
        let mut lookup = |name: &str| if global { self.global(name) } else { self.lookup(name) };
        match expand::expand(&word.text, escape, &mut lookup) {
            Ok(expanded) => expanded.text,
            Err(error) => {
                self.refused(&error, word, place);
                None
            }
        }
    }

    fn refused(&mut self, error: &ExpandError, word: &Word, place: Place<'_>) {
        let quote = matches!(error.reason, "unclosed-single-quote" | "unclosed-double-quote");
        let reason = match place {
            _ if error.reason == expand::NESTED_TOO_DEEP => return,
            // The word was cut at a space inside the quotes.
            Place::Separated if quote => "quotes-around-space",
            Place::Argument(pair) if quote && pair.key.text.starts_with(['"', '\'']) => "quoted-argument",
            _ => error.reason,
        };
        let last = self.problems.last_mut().filter(|_| reason == "quotes-around-space");
        if let Some(last) = last.filter(|last| last.reason == reason && self.instruction.contains(last.span)) {
            // The other end of the same quotes.
            last.span = last.span.cover(word.span);
            return;
        }
        // A word that stands in one piece shows which part of it is at fault. Its text is no value of the message: it
        // may be a secret.
        let exact = word.span.slice(self.text) == word.text && reason == error.reason;
        let start = word.span.start();
        let span = if exact { Span::new(start + error.range.start, start + error.range.end) } else { word.span };
        self.problems.push(Problem::build(reason, span));
    }

    fn lookup(&self, name: &str) -> Lookup {
        let Some(mut index) = self.stages.len().checked_sub(1) else {
            return self.global(name);
        };
        for _ in 0..MOST_GENERATIONS {
            let stage = &self.stages[index];
            if let Some(value) = stage.variables.get(name) {
                return value.clone();
            }
            match stage.parent {
                Some(parent) => index = parent,
                // The image may have set it.
                None if stage.scratch && name != "PATH" => return Lookup::Unset,
                None => return Lookup::Unknown,
            }
        }
        Lookup::Unknown
    }

    fn global(&self, name: &str) -> Lookup {
        match self.globals.get(name) {
            Some(value) => value.clone(),
            None if PREDEFINED.contains(&name) => Lookup::Unknown,
            None => Lookup::Unset,
        }
    }
}

/// What a stage is used for.
#[derive(Debug, Clone, Copy)]
enum Purpose {
    Copy,
    Mount,
}

/// Where a word stands.
#[derive(Debug, Clone, Copy)]
enum Place<'p> {
    /// In FROM, which sees only what stands before the first FROM.
    Global,
    /// Split at whitespace whatever the quotes.
    Separated,
    Argument(&'p Pair),
    Whole,
}

#[cfg(test)]
mod tests;
