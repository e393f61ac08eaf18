use crate::nginx::configuration::Directive;
use crate::nginx::location::{Location, Modifier};
use crate::nginx::regex::Regex;
use crate::nginx::variables::Condition;
use crate::rules::check::Reporter;
use crate::source::Span;

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    let Some((pattern, any_case, span)) = pattern(directive) else { return };
    if Regex::parse(pattern, any_case).is_some_and(|regex| regex.is_catastrophic()) {
        out.report_at(directive.at(span)).value("pattern", pattern).emit();
    }
}

/// The regular expression that clients' requests are compared with.
fn pattern(directive: Directive<'_>) -> Option<(&str, bool, Span)> {
    match directive.name() {
        "location" => {
            let location = Location::read(directive).filter(Location::is_regex)?;
            Some((location.pattern, location.modifier == Modifier::RegexAnyCase, location.pattern_span))
        }
        "rewrite" => directive.argument(0).map(|argument| (argument.text, false, argument.span)),
        "server_name" => {
            let name = directive.arguments().find(|name| name.text.starts_with('~'))?;
            Some((&name.text[1..], true, name.span))
        }
        "if" => {
            let condition = Condition::read(directive)?;
            let any_case = match condition.operator.trim_start_matches('!') {
                "~" => false,
                "~*" => true,
                _ => return None,
            };
            Some((condition.value, any_case, directive.arguments_span()))
        }
        _ => None,
    }
}
