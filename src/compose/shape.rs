//! What a value has to be: the words in which [`super::shapes`] says it.

use std::borrow::Cow;

/// What compose takes at some place, and so how the value is written in its long form.
#[derive(Debug)]
pub(super) enum Shape {
    Any,
    /// Text, not a number or a boolean.
    Text,
    Bool,
    /// A whole number, or text that holds one.
    Int(i64, i64),
    Number,
    /// Text or a number; text in the long form.
    Word,
    /// `1m30s`.
    Duration,
    /// `512m`, or bytes; bytes as text in the long form.
    Size,
    /// As [`Self::Size`], but never a bare number.
    SizeText,
    OneOf(&'static [&'static str]),
    /// Text that follows a rule: the rule, and the rule in words.
    Matching(fn(&str) -> bool, &'static str),
    List(&'static Self),
    /// A list in which nothing stands twice.
    Set(&'static Self),
    /// One text or a list of texts; a list in the long form.
    Texts,
    /// Nothing, text that is split into words, or a list of words.
    Command,
    /// The test of a healthcheck.
    Test,
    /// A mapping of scalars, or a list of `KEY=VALUE`. `null` says what an absent value is in the long form.
    Pairs(Absent),
    Hosts,
    Map(&'static Fields),
    /// Any names with values of one shape; and whether names are checked.
    Named(&'static Self, Names),
    /// By what is written.
    Written(Written),
}

/// What `KEY` alone means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Absent {
    /// Taken from the environment.
    Null,
    Empty,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Names {
    /// Letters, digits, `.`, `_`, `-`.
    Checked,
    Free,
}

/// What each way to write a value has to be; `None` where it may not be written so.
#[derive(Debug)]
pub(super) struct Written {
    pub scalar: Option<&'static Shape>,
    pub list: Option<&'static Shape>,
    pub map: Option<&'static Shape>,
    pub null: bool,
    /// In words: `a path or a mapping`.
    pub expected: &'static str,
}

/// The keys of a mapping.
#[derive(Debug)]
pub(super) struct Fields {
    pub fields: &'static [(&'static str, Shape)],
    pub required: &'static [&'static str],
    /// `x-…` may stand here too.
    pub extensions: bool,
}

impl Fields {
    pub fn get(&self, name: &str) -> Option<&'static Shape> {
        self.fields.iter().find(|(field, _)| *field == name).map(|(_, shape)| shape)
    }

    /// All of them, for a message.
    pub fn names(&self) -> String {
        quoted(self.fields.iter().map(|(field, _)| *field))
    }

    /// The field that was meant by a name that is none.
    pub fn nearest(&self, name: &str) -> Option<&'static str> {
        let plain = |text: &str| text.to_ascii_lowercase().replace(['-', '_'], "");
        let wanted = plain(name);
        let scored = self.fields.iter().map(|(field, _)| (strsim::jaro_winkler(&wanted, &plain(field)), *field));
        let best = scored.max_by(|first, second| first.0.total_cmp(&second.0));
        best.filter(|(score, _)| *score > 0.85).map(|(_, field)| field)
    }
}

impl Shape {
    /// In words, behind `write`.
    pub fn expected(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Any => "anything",
            Self::Text => "text",
            Self::Bool => "`true` or `false`",
            Self::Int(i64::MIN, _) => "a whole number",
            Self::Int(least, i64::MAX) => return Cow::Owned(format!("a whole number, {least} or more")),
            Self::Int(least, most) => return Cow::Owned(format!("a whole number from {least} to {most}")),
            Self::Number => "a number",
            Self::Word => "text or a number",
            Self::Duration => "a duration with its units, such as `30s` or `1m30s`",
            Self::Size => "a size such as `512m` or `1g`",
            Self::SizeText => "a size with its unit, such as `512m` or `1g`",
            Self::OneOf([word]) => return Cow::Owned(format!("`{word}`")),
            Self::OneOf(words) => return Cow::Owned(format!("one of {}", quoted(words.iter().copied()))),
            Self::Matching(_, expected) => expected,
            Self::List(_) | Self::Set(_) => "a list",
            Self::Texts => "text, or a list of texts",
            Self::Command | Self::Test => "text, or a list of words",
            Self::Pairs(_) => "a mapping, or a list of `KEY=VALUE`",
            Self::Hosts => "a list of `host=address`, or a mapping",
            Self::Map(_) | Self::Named(..) => "a mapping",
            Self::Written(written) => written.expected,
        })
    }
}

/// `a`, `b`, `c`.
fn quoted(words: impl Iterator<Item = &'static str>) -> String {
    words.map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}
