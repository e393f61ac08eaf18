use crate::nginx::configuration::Directive;
use crate::nginx::syntax::Terminator;
use crate::nginx::write;
use crate::rules::check::Reporter;
use crate::source::Span;

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    if directive.syntax().terminator != Terminator::Semicolon {
        return;
    }
    let before = &directive.source_text()[..directive.span().end().saturating_sub(1)];
    let kept = before.trim_end_matches([' ', '\t']).len();
    // A `;` on a line of its own, or behind a comment, is another matter.
    if kept == before.len() || kept == 0 || before.as_bytes()[kept - 1] == b'\n' {
        return;
    }
    let span = Span::new(kept, before.len());
    let edit = write::edit(directive, span, String::new());
    out.report_at(directive.at(span)).value("name", directive.name()).edit(edit).emit();
}
