//! Instructions as BuildKit's `instructions/parse.go` understands them, every part with its span.

use std::ops::Range;

use crate::source::{Mapped, Span};

/// The keyword of an instruction, whatever its casing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Keyword {
    Add,
    Arg,
    Cmd,
    Copy,
    Entrypoint,
    Env,
    Expose,
    From,
    Healthcheck,
    Label,
    Maintainer,
    Onbuild,
    Run,
    Shell,
    Stopsignal,
    User,
    Volume,
    Workdir,
    /// Anything else; BuildKit refuses it when it builds.
    Unknown,
}

impl Keyword {
    /// All that BuildKit knows.
    pub const ALL: [Self; 18] = [
        Self::Add,
        Self::Arg,
        Self::Cmd,
        Self::Copy,
        Self::Entrypoint,
        Self::Env,
        Self::Expose,
        Self::From,
        Self::Healthcheck,
        Self::Label,
        Self::Maintainer,
        Self::Onbuild,
        Self::Run,
        Self::Shell,
        Self::Stopsignal,
        Self::User,
        Self::Volume,
        Self::Workdir,
    ];

    /// The keyword that a word is, whatever its casing.
    pub fn of(word: &str) -> Self {
        Self::ALL.into_iter().find(|keyword| keyword.name().eq_ignore_ascii_case(word)).unwrap_or(Self::Unknown)
    }

    /// In upper case; empty for [`Self::Unknown`].
    pub const fn name(self) -> &'static str {
        match self {
            Self::Add => "ADD",
            Self::Arg => "ARG",
            Self::Cmd => "CMD",
            Self::Copy => "COPY",
            Self::Entrypoint => "ENTRYPOINT",
            Self::Env => "ENV",
            Self::Expose => "EXPOSE",
            Self::From => "FROM",
            Self::Healthcheck => "HEALTHCHECK",
            Self::Label => "LABEL",
            Self::Maintainer => "MAINTAINER",
            Self::Onbuild => "ONBUILD",
            Self::Run => "RUN",
            Self::Shell => "SHELL",
            Self::Stopsignal => "STOPSIGNAL",
            Self::User => "USER",
            Self::Volume => "VOLUME",
            Self::Workdir => "WORKDIR",
            Self::Unknown => "",
        }
    }
}

/// One instruction with all that belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instruction {
    /// From the keyword to the end of the last line (heredoc terminators included), without the newline.
    pub span: Span,
    /// First and last physical line, from 1.
    pub line: usize,
    pub end_line: usize,
    pub keyword: Keyword,
    /// As written, continuations taken out.
    pub keyword_text: String,
    pub keyword_span: Span,
    pub flags: Vec<Flag>,
    /// All after the flags, continuations, comment lines and empty lines taken out.
    pub rest: Mapped,
    pub body: Body,
    /// Comment lines inside the instruction, with their newline.
    pub comments: Vec<Span>,
    /// Empty lines inside a continuation, with their newline (BuildKit's NoEmptyContinuation).
    pub blank_lines: Vec<Span>,
    /// The comment lines above, first to last, without newline: what BuildKit calls `node.PrevComment`. An instruction
    /// or an empty comment (`#`) parts them from what is further up; a blank line does not.
    pub comments_above: Vec<Span>,
}

impl Instruction {
    /// A keyword cased as that of this instruction.
    pub fn in_its_casing(&self, keyword: Keyword) -> String {
        let is_lower = !self.keyword_text.is_empty() && self.keyword_text.bytes().all(|byte| byte.is_ascii_lowercase());
        if is_lower { keyword.name().to_lowercase() } else { keyword.name().to_owned() }
    }

    /// Where some bytes of a word stand in the file; see [`Instruction::way_back`].
    pub fn place(&self, word: &Word, range: Range<usize>) -> Option<Span> {
        word.text.get(range.clone())?;
        Some(self.way_back(word)?.span(range))
    }

    /// The way from the bytes of a word to the file; `None` when the word is not as written (a string of a JSON array with escapes,
    /// a flag value with quotes).
    pub fn way_back(&self, word: &Word) -> Option<WayBack<'_>> {
        let Some(start) = self.rest.position(word.span.start()) else {
            let is_written = word.span.len() == word.text.len();
            return is_written.then(|| WayBack { rest: None, start: word.span.start() });
        };
        // The strings of a JSON array have their quotes in the span, but not in the text.
        let is_at = |start: usize| self.rest.text().get(start..).is_some_and(|written| written.starts_with(&word.text));
        let start = [start, start + 1].into_iter().find(|start| is_at(*start))?;
        Some(WayBack { rest: Some(&self.rest), start })
    }

    /// The words in which BuildKit puts values in the place of variables, flags included; heredocs are apart. Of RUN these are the
    /// options of mounts: its text is for the shell.
    pub fn substituted_words(&self) -> Vec<Word> {
        let mut words = Vec::new();
        let mut add = |word: &Word| {
            if word.text.contains('$') {
                words.push(word.clone());
            }
        };
        let mut add_pairs = |pairs: &[Pair], keys: bool| {
            for pair in pairs {
                if keys {
                    add(&pair.key);
                }
                if let Some(value) = &pair.value {
                    add(value);
                }
            }
        };
        match &self.body {
            Body::Env(pairs) | Body::Label(pairs) => add_pairs(pairs, true),
            Body::Arg(pairs) => add_pairs(pairs, false),
            Body::Copy(transfer) | Body::Add(transfer) => {
                for flag in self.flags.iter().filter(|flag| flag.name != "from") {
                    if let Some(value) = &flag.value {
                        add(&Word { text: value.clone(), span: flag.value_span });
                    }
                }
                transfer.sources.iter().for_each(&mut add);
                add(&transfer.destination);
            }
            Body::Run { mounts, .. } => {
                for mount in mounts {
                    for value in mount.fields.iter().filter_map(|(_, value)| value.as_ref()) {
                        add(&Word { text: value.clone(), span: mount.span });
                    }
                }
            }
            Body::Expose(ports) | Body::Volume { paths: ports, .. } => ports.iter().for_each(add),
            Body::User(word) | Body::Workdir(word) | Body::Stopsignal(word) => add(word),
            _ => {}
        }
        words
    }

    /// The source of a COPY or ADD that stands for the whole build context.
    pub fn copies_context(&self) -> Option<&Word> {
        let (Body::Copy(transfer) | Body::Add(transfer)) = &self.body else { return None };
        let is_filtered = self.flag("from").is_some() || self.flag("exclude").is_some();
        let is_whole = |source: &&Word| matches!(source.text.as_str(), "." | "./" | "/" | "*" | "./*");
        transfer.sources.iter().find(is_whole).filter(|_| !is_filtered)
    }

    /// The first flag of this name, such as `from`.
    pub fn flag(&self, name: &str) -> Option<&Flag> {
        self.flags.iter().find(|flag| flag.name == name)
    }

    /// Where a line can be put in front of it: the start of its first line, or of the comment lines directly above.
    pub fn head(&self, text: &str) -> usize {
        let line_start = |at: usize| text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        let mut head = line_start(self.span.start());
        for comment in self.comments_above.iter().rev() {
            let end = text[..head].strip_suffix('\n').map_or(0, |before| before.strip_suffix('\r').unwrap_or(before).len());
            if end != comment.end() {
                break;
            }
            head = line_start(comment.start());
        }
        head
    }

    /// Its lines, with the newline behind them.
    pub fn lines(&self, text: &str) -> Span {
        let start = text[..self.span.start()].rfind('\n').map_or(0, |newline| newline + 1);
        let end = text[self.span.end()..].find('\n').map_or(text.len(), |newline| self.span.end() + newline + 1);
        Span::new(start, end)
    }
}

/// See [`Instruction::way_back`].
#[derive(Debug, Clone, Copy)]
pub struct WayBack<'a> {
    /// `None` for a word that stands in the file in one piece.
    rest: Option<&'a Mapped>,
    /// Where the word starts, in `rest` or in the file.
    start: usize,
}

impl WayBack<'_> {
    /// Where these bytes of the word stand.
    pub fn span(&self, range: Range<usize>) -> Span {
        let (start, end) = (self.start + range.start, self.start + range.end);
        match self.rest {
            Some(rest) => rest.span(start, end),
            None => Span::new(start, end),
        }
    }
}

/// `--name=value` or `--name` after the keyword.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flag {
    /// Without the dashes, as written.
    pub name: String,
    /// Quotes and escapes processed; `None` without `=`.
    pub value: Option<String>,
    pub span: Span,
    pub name_span: Span,
    /// The raw value, quotes included; empty at the end of the name when there is none.
    pub value_span: Span,
}

impl Flag {
    /// The flag with the blanks behind it: what goes when the flag goes.
    pub fn with_blanks(&self, file: &str) -> Span {
        let rest = file.get(self.span.end()..).unwrap_or_default();
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        Span::new(self.span.start(), self.span.end() + blanks)
    }
}

/// A word of the joined text. `text` is raw: quotes, escapes and variables as written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Word {
    pub text: String,
    pub span: Span,
}

impl Word {
    /// Where a part of the text stands; the whole word when it is not written in one piece.
    pub fn part(&self, file: &str, range: Range<usize>) -> Span {
        if self.span.slice(file) != self.text {
            return self.span;
        }
        Span::new(self.span.start() + range.start, self.span.start() + range.end)
    }
}

/// `key=value`, or `key value` in the legacy form of ENV and LABEL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    pub key: Word,
    /// Raw, quotes kept. `None` only for an ARG without default.
    pub value: Option<Word>,
    /// Written without `=`.
    pub legacy: bool,
    pub span: Span,
}

/// A body given in lines after the instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heredoc {
    pub name: String,
    /// The whole redirection word, `<<-'EOF'`.
    pub word_span: Span,
    /// No quote in the word: variables of the body are expanded (by Docker in COPY and ADD, by the shell in RUN).
    pub expand: bool,
    /// `<<-`: leading tabs of the body are dropped.
    pub strip_tabs: bool,
    /// A descriptor before `<<`.
    pub descriptor: Option<u32>,
    /// The lines of the body, without the terminator line.
    pub body: Span,
}

/// How a command is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CommandForm {
    /// A JSON array. `Word::text` is the decoded string, `Word::span` the element with its quotes.
    Exec(Vec<Word>),
    /// Text for the shell, heredoc words included.
    Shell(Mapped),
}

/// What RUN, CMD, ENTRYPOINT and HEALTHCHECK start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandLine {
    pub form: CommandForm,
    pub heredocs: Vec<Heredoc>,
}

/// One `--mount` of a RUN.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mount {
    /// In lower case: `bind` unless given, `cache`, `tmpfs`, `secret`, `ssh`.
    pub kind: String,
    pub id: Option<String>,
    pub source: Option<String>,
    pub target: Option<String>,
    pub from: Option<Word>,
    pub env: Option<String>,
    /// Every field in order, the key in lower case, the value as written; `None` without `=`.
    pub fields: Vec<(String, Option<String>)>,
    pub span: Span,
}

/// COPY and ADD.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transfer {
    /// Sources that are paths, URLs or repositories; heredocs are apart.
    pub sources: Vec<Word>,
    pub heredocs: Vec<Heredoc>,
    pub destination: Word,
    /// Given as a JSON array: words are decoded, spans have the quotes.
    pub json: bool,
}

/// The flags of HEALTHCHECK as they are written, and its command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Healthcheck {
    pub interval: Option<String>,
    pub timeout: Option<String>,
    pub start_period: Option<String>,
    pub start_interval: Option<String>,
    pub retries: Option<String>,
    /// `None` for `HEALTHCHECK NONE`.
    pub command: Option<CommandLine>,
}

/// The meaning of the arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    From {
        image: Word,
        /// The `AS` keyword as written.
        as_keyword: Option<Word>,
        name: Option<Word>,
    },
    Run {
        command: CommandLine,
        mounts: Vec<Mount>,
    },
    Cmd(CommandLine),
    Entrypoint(CommandLine),
    Shell(Vec<Word>),
    Copy(Transfer),
    Add(Transfer),
    Env(Vec<Pair>),
    Label(Vec<Pair>),
    Arg(Vec<Pair>),
    Expose(Vec<Word>),
    Volume {
        paths: Vec<Word>,
        json: bool,
    },
    User(Word),
    Workdir(Word),
    Stopsignal(Word),
    Maintainer(Word),
    Healthcheck(Healthcheck),
    /// The trigger, with spans of this file.
    Onbuild(Box<Instruction>),
    /// An unknown keyword, or arguments that BuildKit refuses (the problem says why).
    Invalid,
}

#[cfg(test)]
mod tests {
    use super::super::syntax::parse;

    #[test]
    fn comments_directly_above_belong_to_an_instruction() {
        let head = |text: &str| {
            let tree = parse(text);
            let last = tree.instructions.last().unwrap();
            (text[last.head(text)..].to_owned(), last.lines(text).slice(text).to_owned())
        };
        let both = |head: &str, lines: &str| (head.to_owned(), lines.to_owned());
        assert_eq!(head("FROM x\n# a\n\n# b\n  # c\n RUN d\n"), both("# b\n  # c\n RUN d\n", " RUN d\n"));
        assert_eq!(head("FROM x\r\n# a\r\nRUN d \\\r\n  e"), both("# a\r\nRUN d \\\r\n  e", "RUN d \\\r\n  e"));
        assert_eq!(head("FROM x"), both("FROM x", "FROM x"));
        assert_eq!(head("# a\n#\nFROM x\n"), both("FROM x\n", "FROM x\n"));
    }
}
