//! Notes where the shell splits expansions, and where they are written in a way that deceives.

use shuck_ast::{
    ArrayElem, Assignment, AssignmentValue, Command as AstCommand, CommandSubstitutionSyntax, Redirect, StmtSeq, WordPart,
    WordPartNode,
};

use super::extent::redirect_target;
use super::walk::{Context, Walker};
use super::words::{locate, slice};
use super::{Expansion, ExpansionKind};

/// Programs whose output is made to be split: numbers, one a line.
const MADE_TO_BE_SPLIT: &[&str] = &["pgrep", "seq"];

/// What the shell does with the words of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Splits them.
    Split,
    /// Splits them unless it is Bash: the value of `export NAME=…`.
    Declared,
    /// Leaves them whole, or splits them because that is what they are for, such as those of a `for`.
    Whole,
}

impl<'a> Walker<'a, '_> {
    /// The words of a simple command; the first one may be its name, which people split on purpose.
    pub(super) fn note_words(
        &mut self,
        words: impl Iterator<Item = &'a shuck_ast::Word>,
        named: bool,
        command: usize,
        context: Context,
    ) {
        // `exec $COMMAND` runs what `$COMMAND` does.
        let mut is_name = named;
        for word in words {
            let place = if is_name { Place::Whole } else { Place::Split };
            is_name &= matches!(slice(self.source, word.span), "exec" | "command" | "builtin");
            self.note_parts(&word.parts, place, command, context);
        }
    }

    /// The words behind `for NAME in`.
    pub(super) fn note_loop(&mut self, words: impl Iterator<Item = &'a shuck_ast::Word>, context: Context) {
        self.note_whole(words, self.script.commands.len(), context);
    }

    /// Words that the shell leaves whole, or that are there to be split.
    pub(super) fn note_whole(&mut self, words: impl IntoIterator<Item = &'a shuck_ast::Word>, command: usize, context: Context) {
        words.into_iter().for_each(|word| self.note_parts(&word.parts, Place::Whole, command, context));
    }

    pub(super) fn note_redirections(&mut self, redirects: &'a [Redirect], command: usize, context: Context) {
        for word in redirects.iter().filter(|redirect| redirect.heredoc().is_none()).filter_map(redirect_target) {
            self.note_parts(&word.parts, Place::Split, command, context);
        }
    }

    /// `NAME=value`, in front of a command or (declared) as an argument of `export` and its like.
    pub(super) fn note_assignments(
        &mut self,
        assignments: impl IntoIterator<Item = &'a Assignment>,
        declared: bool,
        command: usize,
        context: Context,
    ) {
        let place = if declared { Place::Declared } else { Place::Whole };
        for assignment in assignments {
            match &assignment.value {
                AssignmentValue::Scalar(word) => self.note_parts(&word.parts, place, command, context),
                AssignmentValue::Compound(array) => {
                    for element in &array.elements {
                        let (ArrayElem::Sequential(value)
                        | ArrayElem::Keyed { value, .. }
                        | ArrayElem::KeyedAppend { value, .. }) = element;
                        self.note_parts(&value.word.parts, Place::Whole, command, context);
                    }
                }
            }
        }
    }

    /// A substitution in backticks; those inside of backticks are written with backslashes and left alone.
    pub(super) fn note_backticks(
        &mut self,
        span: shuck_ast::Span,
        body: &StmtSeq,
        syntax: CommandSubstitutionSyntax,
        context: Context,
    ) {
        if syntax == CommandSubstitutionSyntax::Backtick && !context.backticks && !body.is_empty() {
            self.note(ExpansionKind::Backticks, "", span, self.script.commands.len(), context);
        }
    }

    fn note_parts(&mut self, parts: &[WordPartNode], place: Place, command: usize, context: Context) {
        for part in parts {
            match &part.kind {
                WordPart::Literal(_)
                | WordPart::DoubleQuoted { .. }
                | WordPart::ZshQualifiedGlob(_)
                | WordPart::ProcessSubstitution { .. }
                | WordPart::ArithmeticExpansion { .. } => {}
                WordPart::SingleQuoted { dollar, .. } => {
                    if !dollar && slice(self.source, part.span).contains(['$', '`']) {
                        self.note(ExpansionKind::SingleQuoted, "", part.span, command, context);
                    }
                }
                WordPart::CommandSubstitution { body, .. } => {
                    let kind = match place {
                        Place::Split => ExpansionKind::Command,
                        Place::Declared => ExpansionKind::DeclaredCommand,
                        Place::Whole => continue,
                    };
                    if !body.is_empty() && !is_made_to_be_split(self.source, body) {
                        self.note(kind, "", part.span, command, context);
                    }
                }
                _ => self.note_variable(part, place, command, context),
            }
        }
    }

    fn note_variable(&mut self, part: &WordPartNode, place: Place, command: usize, context: Context) {
        let source = self.source;
        let Some((name, plain)) = variable(slice(source, part.span)) else { return };
        let kind = match place {
            Place::Split if plain => ExpansionKind::Variable,
            Place::Split => ExpansionKind::Operation,
            Place::Declared => ExpansionKind::Declared,
            Place::Whole => return,
        };
        self.note(kind, name, part.span, command, context);
    }

    fn note(&mut self, kind: ExpansionKind, name: &str, span: shuck_ast::Span, command: usize, context: Context) {
        if context.embedded.is_none() {
            let span = locate(self.text, span.start.offset(), span.end.offset());
            self.script.expansions.push(Expansion { kind, name: name.to_owned(), span, command });
        }
    }
}

/// The name in `$name` or `${name…}` and whether that is all; `None` for `${#name}`, which is a number.
fn variable(text: &str) -> Option<(&str, bool)> {
    let inside = text.strip_prefix('$')?;
    let braced = inside.strip_prefix('{').and_then(|inside| inside.strip_suffix('}'));
    let inside = braced.unwrap_or(inside);
    if inside.starts_with('#') && inside.len() > 1 {
        return None;
    }
    let name = inside.strip_prefix('!').filter(|rest| !rest.is_empty()).unwrap_or(inside);
    let letters = name.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
    let name = name.get(..letters.max(1)).unwrap_or_default();
    Some((name, name.len() == inside.len()))
}

/// Whether all of a substitution is one call of such a program.
fn is_made_to_be_split(source: &str, body: &StmtSeq) -> bool {
    let mut statements = body.iter();
    match (statements.next().map(|statement| &statement.command), statements.next()) {
        (Some(AstCommand::Simple(simple)), None) => MADE_TO_BE_SPLIT.contains(&slice(source, simple.name.span)),
        _ => false,
    }
}
