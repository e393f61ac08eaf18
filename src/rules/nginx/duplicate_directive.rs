use crate::nginx::configuration::{Configuration, Directive};
use crate::nginx::verify::{Repeated, repetitions};
use crate::rules::check::Reporter;
use crate::source::Span;

pub fn check(configuration: &Configuration, out: &mut Reporter<'_>) {
    for repetition in repetitions(configuration) {
        let second = repetition.second;
        let (variant, name) = match repetition.kind {
            Repeated::Directive => (None, second.name().to_owned()),
            Repeated::Location => (Some("location"), second.arguments().map(|word| word.text).collect::<Vec<_>>().join(" ")),
            Repeated::Upstream => (Some("upstream"), second.text(0).to_owned()),
            Repeated::Listen => (Some("listen"), second.text(0).to_owned()),
            Repeated::DefaultServer => (Some("default-server"), second.text(0).to_owned()),
        };
        let mut draft = out.report_at(second.location()).value("name", name);
        if let Some(variant) = variant {
            draft = draft.variant(variant);
        }
        draft = draft.related_at(repetition.first.location(), "first");
        let is_same = text(repetition.first) == text(second) && !second.is_block() && repetition.kind != Repeated::DefaultServer;
        match is_same {
            true => draft.delete(line_of(second)).emit(),
            false => draft.emit(),
        }
    }
}

fn text(directive: Directive<'_>) -> &str {
    directive.span().slice(directive.source_text())
}

/// The directive with its line, when nothing else stands there.
fn line_of(directive: Directive<'_>) -> Span {
    let text = directive.source_text();
    let span = directive.span();
    let before = &text[..span.start()];
    let start = before.len() - before.bytes().rev().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let after = &text.as_bytes()[span.end()..];
    let blanks = after.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r')).count();
    let is_alone = (start == 0 || text.as_bytes()[start - 1] == b'\n') && matches!(after.get(blanks), None | Some(b'\n'));
    match is_alone {
        true => Span::new(start, (span.end() + blanks + 1).min(text.len())),
        false => span,
    }
}
