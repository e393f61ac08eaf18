use crate::nginx::configuration::Directive;
use crate::nginx::regex::Regex;
use crate::nginx::script::{Part, parts};
use crate::nginx::variables::Condition;
use crate::rules::check::Reporter;

/// Only where one expression is surely the last: in a `rewrite` its own, in an `if` that of the condition, in a `map` the key.
pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    let found = match directive.name() {
        "rewrite" => Some((directive.text(0), false, 1)),
        name if directive.parent().is_some_and(|parent| parent.is("map") && parent.is_block()) => {
            name.strip_prefix('~').map(|key| key.strip_prefix('*').map_or((key, false, 0), |key| (key, true, 0)))
        }
        "set" => condition(directive).map(|(pattern, any_case)| (pattern, any_case, 1)),
        "return" => condition(directive).map(|(pattern, any_case)| (pattern, any_case, directive.count().saturating_sub(1))),
        _ => None,
    };
    let Some((pattern, any_case, index)) = found else { return };
    let (Some(argument), Some(regex)) = (directive.argument(index), Regex::parse(pattern, any_case)) else { return };
    let missing = parts(argument.text).into_iter().find_map(|part| match part {
        Part::Capture(number) if number as usize > regex.groups.len() => Some(number),
        _ => None,
    });
    if let Some(number) = missing {
        let draft = out.report_at(directive.at(argument.span)).value("number", number.to_string()).value("pattern", pattern);
        draft.value("groups", if regex.groups.is_empty() { "no".to_owned() } else { regex.groups.len().to_string() }).emit();
    }
}

/// The expression of the `if` right around a directive, when no `rewrite` comes between.
fn condition(directive: Directive<'_>) -> Option<(&str, bool)> {
    let block = directive.parent().filter(|parent| parent.is("if"))?;
    if block.children().any(|child| child.is("rewrite") || child.is("if")) {
        return None;
    }
    let condition = Condition::read(block)?;
    match condition.operator {
        "~" => Some((condition.value, false)),
        "~*" => Some((condition.value, true)),
        _ => None,
    }
}
