//! The probe of a service as its compose file writes it: commands with places in that file, and how other words are written there.

use super::Project;
use crate::compose::{Node, Origin, Service};
use crate::finding::Edit;
use crate::shell::{self, Command};
use crate::source::{Location, Mapped, Span};

/// The `test` of a `healthcheck`.
#[derive(Debug)]
pub struct WrittenProbe<'a> {
    /// Their places are in the file, but see [`Self::place_of`].
    pub commands: Vec<Command>,
    origin: Origin,
    form: Form,
    text: &'a str,
    newline: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Words behind `CMD`.
    Words(Span),
    /// A shell text that stands in the file byte for byte; the span is that of the scalar.
    Text(Span),
    /// A shell text that is written otherwise: with variables, escapes, in several lines.
    Elsewhere,
}

impl<'a> WrittenProbe<'a> {
    /// The probe of a service; `None` where compose says none, turns it off, or it hangs on a variable.
    pub fn of(project: &'a Project, service: Service<'_>) -> Option<Self> {
        let check = service.healthcheck().filter(|check| !check.is_disabled())?;
        let test = check.node.get("test")?;
        let (first, items) = test.items().split_first()?;
        if test.origin.is_unknown() || items.is_empty() || items.iter().any(|item| item.origin.is_unknown()) {
            return None;
        }
        let source = &project.document(test.origin.file).source;
        let text = source.text();
        let (commands, form) = match first.as_str()? {
            "CMD" => {
                let words: Option<Vec<_>> =
                    items.iter().map(|item| Some((item.as_str()?.to_owned(), item.origin.span))).collect();
                let words = words?;
                let whole = words.first()?.1.cover(words.last()?.1);
                (shell::exec_in(text, &words).commands, Form::Words(whole))
            }
            "CMD-SHELL" => in_shell(text, &items[0])?,
            _ => return None,
        };
        Some(Self { commands, origin: test.origin, form, text, newline: source.newline() })
    }

    /// The place of a span of its commands.
    pub fn place_of(&self, span: Span) -> Location {
        let whole = self.origin.span;
        let span = if self.form != Form::Elsewhere && whole.contains(span) && !span.is_empty() { span } else { whole };
        Location { file: self.origin.file, span }
    }

    /// The edit that writes other text in the place of a part without quotes or blanks; `None` where other services would change too.
    pub fn replace(&self, span: Span, replacement: &str) -> Option<Edit> {
        let is_here = self.form != Form::Elsewhere && self.origin.span.contains(span) && self.is_own();
        is_here.then(|| self.edit(span, replacement.to_owned()))
    }

    /// The edit that writes other words in the place of a command; `None` where that cannot be said in the same form, or other services
    /// would change too.
    pub fn replace_command(&self, command: &Command, words: &[String]) -> Option<Edit> {
        if !self.is_own() || command.embedded.is_some() {
            return None;
        }
        match self.form {
            Form::Words(whole) if command.span == whole => {
                let words: Vec<String> = words.iter().filter_map(|word| serde_json::to_string(word).ok()).collect();
                let between = whole.slice(self.text);
                let is_flow = self.origin.span.slice(self.text).starts_with('[');
                if between.contains('#') || is_flow && between.contains('\n') {
                    return None;
                }
                let joint = if is_flow { ", ".to_owned() } else { self.next_item(whole)? };
                Some(self.edit(whole, words.join(&joint)))
            }
            Form::Text(scalar) => {
                let text = crate::dockerfile::probe::as_shell_text(words);
                Some(self.in_scalar(scalar, command.span, &text))
            }
            _ => None,
        }
    }

    fn is_own(&self) -> bool {
        self.origin.without_forms().is_own()
    }

    fn edit(&self, span: Span, replacement: String) -> Edit {
        Edit { file: self.origin.file, span, replacement }
    }

    /// What begins the next item of a list in block style.
    fn next_item(&self, first: Span) -> Option<String> {
        let line = self.text[..first.start()].rfind('\n').map_or(0, |newline| newline + 1);
        let before = &self.text[line..first.start()];
        let is_item = before.trim_start().starts_with('-') && before.trim_start()[1..].trim().is_empty();
        is_item.then(|| format!("{}{before}", self.newline))
    }

    /// Writes in the quotes that are there; a plain scalar gets some.
    fn in_scalar(&self, scalar: Span, span: Span, text: &str) -> Edit {
        match self.text.as_bytes().get(scalar.start()) {
            Some(b'"') => self.edit(span, text.replace('\\', "\\\\").replace('"', "\\\"")),
            Some(b'\'') => self.edit(span, text.replace('\'', "''")),
            _ => {
                let before = &self.text[scalar.start()..span.start()];
                let whole = format!("{before}{text}{}", &self.text[span.end()..scalar.end()]);
                let is_plain = !whole.contains([',', '[', ']', '{', '}', '#']) && !whole.contains(": ");
                if is_plain {
                    return self.edit(span, text.to_owned());
                }
                let quoted = serde_json::to_string(&whole).unwrap_or(whole);
                self.edit(scalar, quoted)
            }
        }
    }
}

fn in_shell(file: &str, item: &Node) -> Option<(Vec<Command>, Form)> {
    let text = item.as_str()?;
    let scalar = item.origin.span;
    let raw = scalar.slice(file);
    let is_quoted = raw.len() >= 2 && ['"', '\''].into_iter().any(|quote| raw.starts_with(quote) && raw.ends_with(quote));
    let inner = if is_quoted { Span::new(scalar.start() + 1, scalar.end() - 1) } else { scalar };
    if inner.slice(file) == text && !text.contains('\n') {
        return Some((shell::parse(&Mapped::literal(text, inner.start())).commands.clone(), Form::Text(scalar)));
    }
    Some((shell::parse(&Mapped::literal(text, 0)).commands.clone(), Form::Elsewhere))
}
