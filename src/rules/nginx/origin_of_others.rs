use crate::nginx::configuration::Directive;
use crate::nginx::origins::{Header, Verdict, examine};
use crate::nginx::script::{Part, parts};
use crate::nginx::variables::Condition;
use crate::rules::check::Reporter;
use crate::source::Span;

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    let Some((header, pattern, any_case, span)) = pattern(directive) else { return };
    match examine(header, pattern, any_case) {
        Verdict::Other(other) => {
            let draft = out.report_at(directive.at(span)).value("pattern", pattern).value("other", other);
            let draft = if header == Header::Referer { draft.severity(crate::finding::Severity::Medium) } else { draft };
            draft.emit();
        }
        Verdict::Invalid(other) => {
            let draft = out.report_at(directive.at(span)).variant("invalid").value("pattern", pattern).value("other", other);
            draft.value("header", if header == Header::Origin { "Origin" } else { "Referer" }).emit();
        }
        Verdict::Fine => {}
    }
}

/// The expression that one of the two headers is compared with: in an `if`, or as a key of a `map`.
fn pattern(directive: Directive<'_>) -> Option<(Header, &str, bool, Span)> {
    if directive.is("if") {
        let condition = Condition::read(directive)?;
        let any_case = match condition.operator.trim_start_matches('!') {
            "~" => false,
            "~*" => true,
            _ => return None,
        };
        return Some((header(condition.subject)?, condition.value, any_case, directive.arguments_span()));
    }
    let table = directive.parent().filter(|parent| parent.is("map") && parent.is_block())?;
    let pattern = directive.name().strip_prefix('~')?;
    let (pattern, any_case) = pattern.strip_prefix('*').map_or((pattern, false), |pattern| (pattern, true));
    // A value that switches something off is a list of those to keep out.
    if matches!(directive.text(0), "" | "0") {
        return None;
    }
    Some((header(table.text(0))?, pattern, any_case, directive.name_span()))
}

fn header(text: &str) -> Option<Header> {
    match parts(text)[..] {
        [Part::Variable(name)] if name.eq_ignore_ascii_case("http_origin") => Some(Header::Origin),
        [Part::Variable(name)] if name.eq_ignore_ascii_case("http_referer") => Some(Header::Referer),
        _ => None,
    }
}
