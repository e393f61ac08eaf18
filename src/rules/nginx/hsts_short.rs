use crate::nginx::configuration::Directive;
use crate::nginx::write;
use crate::rules::check::Reporter;
use crate::source::Span;

/// Half a year, in seconds.
const LEAST: u64 = 15_768_000;

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    if !directive.means("add_header") || !directive.text(0).eq_ignore_ascii_case("Strict-Transport-Security") {
        return;
    }
    let Some(value) = directive.argument(1) else { return };
    let text = value.span.slice(directive.source_text());
    let Some(at) = text.find("max-age=").map(|at| at + "max-age=".len()) else { return };
    let digits = text[at..].bytes().take_while(u8::is_ascii_digit).count();
    let Ok(age) = text[at..at + digits].parse::<u64>() else { return };
    if age == 0 || age >= LEAST {
        return;
    }
    let span = Span::new(value.span.start() + at, value.span.start() + at + digits);
    let days = (age / 86400).to_string();
    out.report_at(directive.at(span)).value("days", days).edit(write::edit(directive, span, "63072000".to_owned())).emit();
}
