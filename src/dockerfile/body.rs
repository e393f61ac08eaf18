//! The arguments of each instruction, as `line_parsers.go` splits them and `instructions/parse.go` judges them.

use std::ops::Range;

use crate::source::{Mapped, Span};

use super::command::{self, Command};
use super::instruction::{
    Body, CommandForm, CommandLine, Flag, Healthcheck, Heredoc, Instruction, Keyword, Pair, Transfer, Word,
};
use super::json::{self, Form};
use super::problem::nearest;
use super::syntax::Problem;
use super::{flags, heredoc, lines, mount, words};
use crate::duration;

/// What all instructions of a file share.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setting<'t> {
    /// The file.
    pub text: &'t str,
    pub escape: u8,
    /// A frontend of someone else, which may know more than BuildKit's own.
    pub foreign: bool,
    /// Flags of the `labs` channel are known.
    pub labs: bool,
}

/// An instruction, taken apart but not yet understood.
#[derive(Debug)]
pub(super) struct Parts {
    pub keyword: Keyword,
    pub keyword_text: String,
    pub keyword_span: Span,
    pub flags: Vec<Flag>,
    pub rest: Mapped,
    pub heredocs: Vec<Heredoc>,
}

impl Parts {
    pub fn new(joined: &Mapped, command: Command) -> Self {
        let keyword_text = joined.text()[command.keyword.clone()].to_owned();
        Self {
            keyword: Keyword::of(&keyword_text),
            keyword_span: joined.span(command.keyword.start, command.keyword.end),
            keyword_text,
            flags: command.flags,
            rest: joined.part(command.rest.start, command.rest.end),
            heredocs: Vec::new(),
        }
    }

    /// The instruction behind ONBUILD.
    pub fn trigger(&self, escape: u8) -> Self {
        Self::new(&self.rest, command::split(&self.rest, 0..self.rest.text().len(), escape))
    }

    /// Whether heredoc words count: in RUN, COPY and ADD, but not in their JSON form.
    pub fn takes_heredocs(&self) -> bool {
        matches!(self.keyword, Keyword::Run | Keyword::Copy | Keyword::Add)
            && !matches!(json::form(self.rest.text()), Form::Strings(_))
    }

    fn word(&self, range: Range<usize>) -> Word {
        let span = self.rest.span(range.start, range.end);
        Word { text: self.rest.text()[range].to_owned(), span }
    }

    /// Behind the keyword, or all that is wrongly there.
    fn arguments_span(&self) -> Span {
        if self.rest.is_empty() { self.keyword_span } else { self.rest.whole() }
    }
}

/// Understands an instruction. What BuildKit refuses is reported, and as much as makes sense is still understood.
pub(super) fn parse(setting: Setting<'_>, mut parts: Parts, problems: &mut Vec<Problem>) -> (Body, Parts) {
    let mut reader = Reader { setting, problems };
    let heredocs = std::mem::take(&mut parts.heredocs);
    let body = match parts.keyword {
        Keyword::From => reader.from(&parts),
        Keyword::Run => reader.run(&parts, heredocs),
        Keyword::Cmd => reader.command(&parts).map(Body::Cmd),
        Keyword::Entrypoint => reader.command(&parts).map(Body::Entrypoint),
        Keyword::Shell => reader.shell(&parts),
        Keyword::Copy => reader.transfer(&parts, heredocs).map(Body::Copy),
        Keyword::Add => reader.transfer(&parts, heredocs).map(Body::Add),
        Keyword::Env => reader.pairs(&parts).map(Body::Env),
        Keyword::Label => reader.pairs(&parts).map(Body::Label),
        Keyword::Arg => reader.arguments(&parts),
        Keyword::Expose => reader.expose(&parts),
        Keyword::Volume => reader.volume(&parts),
        Keyword::User => reader.single(&parts).map(Body::User),
        Keyword::Workdir => reader.single(&parts).map(Body::Workdir),
        Keyword::Stopsignal => reader.single(&parts).map(Body::Stopsignal),
        Keyword::Maintainer => reader.single(&parts).map(Body::Maintainer),
        Keyword::Healthcheck => reader.healthcheck(&parts),
        Keyword::Onbuild => reader.onbuild(&parts, heredocs),
        Keyword::Unknown => reader.unknown(&parts),
    };
    // HEALTHCHECK NONE is done before its flags are looked at.
    let unchecked = matches!(&body, Some(Body::Healthcheck(Healthcheck { command: None, .. })));
    if !unchecked {
        flags::check(parts.keyword, &parts.flags, setting.foreign, problems);
    }
    (body.unwrap_or(Body::Invalid), parts)
}

struct Reader<'a, 't> {
    setting: Setting<'t>,
    problems: &'a mut Vec<Problem>,
}

impl Reader<'_, '_> {
    fn refuse(&mut self, reason: &'static str, parts: &Parts) {
        let problem = Problem::build(reason, parts.arguments_span()).with("keyword", parts.keyword.name());
        self.problems.push(problem);
    }

    /// The JSON form: `None` for the text form; `Some(None)` when an element is no string.
    fn json(&mut self, parts: &Parts, offset: usize) -> Option<Option<Vec<Word>>> {
        match json::form(&parts.rest.text()[offset..]) {
            Form::Text => None,
            Form::Strings(strings) => Some(Some(
                strings
                    .into_iter()
                    .map(|(text, range)| Word { text, span: parts.rest.span(offset + range.start, offset + range.end) })
                    .collect(),
            )),
            Form::Other(range) => {
                let span = parts.rest.span(offset + range.start, offset + range.end);
                let problem = Problem::parse("json-not-strings", span).with("keyword", parts.keyword.name());
                self.problems.push(problem);
                Some(None)
            }
        }
    }

    fn from(&mut self, parts: &Parts) -> Option<Body> {
        let mut arguments = words::separated(parts.rest.text()).into_iter().map(|range| parts.word(range));
        let Some(image) = arguments.next() else {
            self.refuse("from-without-image", parts);
            return None;
        };
        let rest: Vec<Word> = arguments.collect();
        let (as_keyword, name) = match rest.as_slice() {
            [] => (None, None),
            [keyword, name] if keyword.text.eq_ignore_ascii_case("as") => {
                if !is_stage_name(&name.text) {
                    self.problems.push(Problem::build("invalid-stage-name", name.span).with("name", &name.text));
                }
                (Some(keyword.clone()), Some(name.clone()))
            }
            [first, .., last] | [first @ last] => {
                let span = first.span.cover(last.span);
                let reason = if first.text.starts_with('#') { "comment-behind-from" } else { "from-arguments" };
                self.problems.push(Problem::build(reason, span));
                (None, None)
            }
        };
        Some(Body::From { image, as_keyword, name })
    }

    fn run(&mut self, parts: &Parts, heredocs: Vec<Heredoc>) -> Option<Body> {
        let mut mounts = Vec::new();
        for flag in &parts.flags {
            let Some(value) = flag.value.as_deref() else {
                continue;
            };
            let wrong = |reason| Problem::build(reason, flag.value_span).with("value", value);
            match flag.name.as_str() {
                "mount" => mounts.extend(mount::parse(self.setting.text, flag, self.problems)),
                "network" if !matches!(value, "default" | "none" | "host") => self.problems.push(wrong("run-network")),
                "security" if !matches!(value, "sandbox" | "insecure") => self.problems.push(wrong("run-security")),
                "device" if !self.setting.labs && !self.setting.foreign => {
                    self.problems.push(Problem::build("labs-only-flag", flag.span).with("flag", &flag.name));
                }
                _ => {}
            }
        }
        let mut command = self.command(parts)?;
        command.heredocs = heredocs;
        Some(Body::Run { command, mounts })
    }

    /// RUN, CMD and ENTRYPOINT may be empty.
    fn command(&mut self, parts: &Parts) -> Option<CommandLine> {
        let form = match self.json(parts, 0) {
            None => CommandForm::Shell(parts.rest.clone()),
            Some(strings) => CommandForm::Exec(strings?),
        };
        Some(CommandLine { form, heredocs: Vec::new() })
    }

    fn shell(&mut self, parts: &Parts) -> Option<Body> {
        match self.json(parts, 0) {
            None if parts.rest.is_empty() => self.refuse("no-arguments", parts),
            None => self.refuse("shell-not-json", parts),
            Some(strings) => {
                let strings = strings?;
                if !strings.is_empty() {
                    return Some(Body::Shell(strings));
                }
                self.refuse("no-arguments", parts);
            }
        }
        None
    }

    fn transfer(&mut self, parts: &Parts, heredocs: Vec<Heredoc>) -> Option<Transfer> {
        let (mut sources, json) = match self.json(parts, 0) {
            None => (words::separated(parts.rest.text()).into_iter().map(|range| parts.word(range)).collect(), false),
            Some(strings) => (strings?, true),
        };
        let destination = sources.pop().filter(|_| !sources.is_empty());
        let Some(destination) = destination else {
            self.refuse("no-destination", parts);
            return None;
        };
        if heredoc::marker(&destination.text).is_some() {
            let problem = Problem::build("heredoc-destination", destination.span);
            self.problems.push(problem.with("keyword", parts.keyword.name()));
        }
        sources.retain(|source| heredoc::marker(&source.text).is_none());
        Some(Transfer { sources, heredocs, destination, json })
    }

    /// ENV and LABEL (`parseNameVal`).
    fn pairs(&mut self, parts: &Parts) -> Option<Vec<Pair>> {
        let text = parts.rest.text();
        let ranges = words::quoted(text, self.setting.escape);
        let Some(first) = ranges.first() else {
            self.refuse("no-arguments", parts);
            return None;
        };
        if !text[first.clone()].contains('=') {
            let Some(key_end) = text.bytes().position(command::is_separator) else {
                let problem = Problem::parse("key-without-value", parts.rest.whole()).with("key", text);
                self.problems.push(problem.with("keyword", parts.keyword.name()));
                return None;
            };
            let behind = &text[key_end..];
            let gap = behind.bytes().position(|byte| !command::is_separator(byte)).unwrap_or(behind.len());
            let key = parts.word(0..key_end);
            let value = parts.word(key_end + gap..text.len());
            return Some(vec![Pair { key, value: Some(value), legacy: true, span: parts.rest.whole() }]);
        }
        let mut pairs = Vec::with_capacity(ranges.len());
        for range in ranges {
            let Some(pair) = pair(parts, range.clone()) else {
                let span = parts.rest.span(range.start, range.end);
                let problem = Problem::parse("word-without-equals", span).with("keyword", parts.keyword.name());
                self.problems.push(problem);
                continue;
            };
            self.blank_name(&pair, parts);
            pairs.push(pair);
        }
        Some(pairs)
    }

    fn arguments(&mut self, parts: &Parts) -> Option<Body> {
        let ranges = words::quoted(parts.rest.text(), self.setting.escape);
        if ranges.is_empty() {
            self.refuse("no-arguments", parts);
            return None;
        }
        let mut pairs = Vec::with_capacity(ranges.len());
        for range in ranges {
            let pair = pair(parts, range.clone()).unwrap_or_else(|| {
                let key = parts.word(range);
                Pair { span: key.span, key, value: None, legacy: false }
            });
            self.blank_name(&pair, parts);
            pairs.push(pair);
        }
        Some(Body::Arg(pairs))
    }

    fn blank_name(&mut self, pair: &Pair, parts: &Parts) {
        if pair.key.text.is_empty() {
            self.problems.push(Problem::build("blank-name", pair.span).with("keyword", parts.keyword.name()));
        }
    }

    fn expose(&mut self, parts: &Parts) -> Option<Body> {
        let ports: Vec<Word> = words::separated(parts.rest.text()).into_iter().map(|range| parts.word(range)).collect();
        if ports.is_empty() {
            self.refuse("no-arguments", parts);
            return None;
        }
        Some(Body::Expose(ports))
    }

    fn volume(&mut self, parts: &Parts) -> Option<Body> {
        let (paths, json): (Vec<Word>, bool) = match self.json(parts, 0) {
            None => (words::separated(parts.rest.text()).into_iter().map(|range| parts.word(range)).collect(), false),
            Some(strings) => (strings?, true),
        };
        if paths.is_empty() {
            self.refuse("no-arguments", parts);
            return None;
        }
        for path in paths.iter().filter(|path| path.text.trim().is_empty()) {
            self.problems.push(Problem::build("blank-volume", path.span));
        }
        Some(Body::Volume { paths, json })
    }

    /// The rest of the line as one word.
    fn single(&mut self, parts: &Parts) -> Option<Word> {
        if parts.rest.is_empty() {
            self.refuse("one-argument", parts);
            return None;
        }
        Some(parts.word(0..parts.rest.text().len()))
    }

    fn healthcheck(&mut self, parts: &Parts) -> Option<Body> {
        let text = parts.rest.text();
        if text.is_empty() {
            self.refuse("no-arguments", parts);
            return None;
        }
        let kind_end = text.bytes().position(|byte| byte.is_ascii_whitespace() || byte == 0x0b).unwrap_or(text.len());
        let kind = parts.word(0..kind_end);
        let start = kind_end + lines::skip_whitespace(&text[kind_end..]);
        let value = |name: &str| parts.flags.iter().find(|flag| flag.name == name).and_then(|flag| flag.value.clone());
        let mut healthcheck = Healthcheck {
            interval: value("interval"),
            timeout: value("timeout"),
            start_period: value("start-period"),
            start_interval: value("start-interval"),
            retries: value("retries"),
            command: None,
        };
        let form = match self.json(parts, start) {
            None => CommandForm::Shell(parts.rest.part(start, text.len())),
            Some(strings) => CommandForm::Exec(strings?),
        };
        let empty = match &form {
            CommandForm::Exec(strings) => strings.is_empty(),
            CommandForm::Shell(text) => text.is_empty(),
        };
        if kind.text.eq_ignore_ascii_case("none") {
            if !empty {
                let span = parts.rest.span(start, text.len());
                self.problems.push(Problem::build("healthcheck-none-arguments", span));
            }
            return Some(Body::Healthcheck(healthcheck));
        }
        if !kind.text.eq_ignore_ascii_case("cmd") {
            self.problems.push(Problem::build("healthcheck-kind", kind.span).with("kind", kind.text));
            return None;
        }
        if empty {
            self.problems.push(Problem::build("healthcheck-without-command", kind.span));
            return None;
        }
        self.healthcheck_flags(parts);
        healthcheck.command = Some(CommandLine { form, heredocs: Vec::new() });
        Some(Body::Healthcheck(healthcheck))
    }

    fn healthcheck_flags(&mut self, parts: &Parts) {
        for flag in &parts.flags {
            let Some(value) = flag.value.as_deref().filter(|value| !value.is_empty()) else {
                continue;
            };
            let wrong = |reason| Problem::build(reason, flag.value_span).with("flag", &flag.name).with("value", value);
            match flag.name.as_str() {
                "interval" | "timeout" | "start-period" | "start-interval" => match duration::parse(value) {
                    None => self.problems.push(wrong("healthcheck-duration")),
                    // BuildKit's least interval is a millisecond; none at all is fine.
                    Some(time) if time != 0 && time < 1_000_000 => self.problems.push(wrong("healthcheck-duration-too-short")),
                    Some(_) => {}
                },
                "retries" if !value.parse::<i32>().is_ok_and(|count| count >= 0) => {
                    self.problems.push(wrong("healthcheck-retries"));
                }
                _ => {}
            }
        }
    }

    fn onbuild(&mut self, parts: &Parts, heredocs: Vec<Heredoc>) -> Option<Body> {
        if parts.rest.is_empty() {
            self.refuse("no-arguments", parts);
            return None;
        }
        let mut trigger = parts.trigger(self.setting.escape);
        let refused = match trigger.keyword {
            Keyword::Onbuild => Some("onbuild-chain"),
            Keyword::From | Keyword::Maintainer => Some("onbuild-trigger"),
            _ => None,
        };
        if let Some(reason) = refused {
            let problem = Problem::build(reason, trigger.keyword_span).with("keyword", trigger.keyword.name());
            self.problems.push(problem);
            return None;
        }
        trigger.heredocs = heredocs;
        // BuildKit builds a trigger only in the build that inherits it; until then it must merely parse.
        let mut problems = Vec::new();
        let (body, trigger) = parse(self.setting, trigger, &mut problems);
        problems.retain(|problem| problem.stage == super::syntax::ProblemStage::Parse);
        self.problems.append(&mut problems);
        let span = trigger.keyword_span.cover(parts.rest.whole());
        Some(Body::Onbuild(Box::new(Instruction {
            span,
            line: 0,
            end_line: 0,
            keyword: trigger.keyword,
            keyword_text: trigger.keyword_text,
            keyword_span: trigger.keyword_span,
            flags: trigger.flags,
            rest: trigger.rest,
            body,
            comments: Vec::new(),
            blank_lines: Vec::new(),
            comments_above: Vec::new(),
        })))
    }

    fn unknown(&mut self, parts: &Parts) -> Option<Body> {
        if self.setting.foreign {
            return None;
        }
        let problem = |reason| Problem::build(reason, parts.keyword_span).with("keyword", &parts.keyword_text);
        // Pasted from a web page or a document: looks like a space, and is none to BuildKit.
        if parts.keyword_text.contains(|character: char| !character.is_ascii() && character.is_whitespace()) {
            self.problems.push(problem("no-break-space"));
            return None;
        }
        let names = Keyword::ALL.iter().map(|keyword| keyword.name());
        self.problems.push(match nearest(&parts.keyword_text.to_uppercase(), names) {
            Some(near) => problem("misspelled-instruction").with("suggestion", near),
            None if parts.keyword_text.is_empty() => problem("no-instruction"),
            None => problem("unknown-instruction"),
        });
        None
    }
}

/// `key=value`; `None` without `=`.
fn pair(parts: &Parts, range: Range<usize>) -> Option<Pair> {
    let length = parts.rest.text()[range.clone()].find('=')?;
    let equals = range.start + length;
    Some(Pair {
        key: parts.word(range.start..equals),
        value: Some(parts.word(equals + 1..range.end)),
        legacy: false,
        span: parts.rest.span(range.start, range.end),
    })
}

/// `^[a-z][a-z0-9-_.]*$` once in lower case
pub fn is_stage_name(name: &str) -> bool {
    let name = name.to_lowercase();
    name.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_' | b'.'))
}
