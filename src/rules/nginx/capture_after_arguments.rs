use crate::catalog::nginx_directives::Version;
use crate::nginx::configuration::Directive;
use crate::nginx::script::{Part, parts};
use crate::nginx::variables::Condition;
use crate::rules::check::Reporter;

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    let release = directive.configuration().release;
    let is_fixed = release.is_at_least(Version(1, 31, 0))
        || (release.is_at_least(Version(1, 30, 1)) && release.is_before(Version(1, 31, 0)));
    if !directive.is("rewrite") || !directive.text(1).contains('?') || is_fixed || ends(directive) {
        return;
    }
    let mut at = directive;
    loop {
        for sibling in at.siblings().filter(|sibling| sibling.id() > at.id()) {
            if matches!(sibling.name(), "return" | "break") {
                return;
            }
            if let Some(user) = user_in(sibling) {
                let draft = out.report_at(directive.location()).value("user", user.name());
                return draft.related_at(user.location(), "user").emit();
            }
        }
        // The mark outlives an `if`.
        match at.parent().filter(|parent| parent.is("if")) {
            Some(block) => at = block,
            None => return,
        }
    }
}

/// nginx goes no further when it matched.
fn ends(rewrite: Directive<'_>) -> bool {
    let is_redirect = ["http://", "https://", "$scheme"].iter().any(|start| rewrite.text(1).starts_with(start));
    is_redirect || matches!(rewrite.text(2), "last" | "break" | "redirect" | "permanent")
}

fn user_in(directive: Directive<'_>) -> Option<Directive<'_>> {
    if uses_capture(directive) {
        return Some(directive);
    }
    if directive.is("if") { directive.descendants().find(|inner| uses_capture(*inner)) } else { None }
}

fn uses_capture(directive: Directive<'_>) -> bool {
    let has = |text: &str| parts(text).iter().any(|part| matches!(part, Part::Capture(_)));
    match directive.name() {
        "set" => has(directive.text(1)),
        "if" => Condition::read(directive).is_some_and(|condition| match condition.operator {
            "=" | "!=" => has(condition.value),
            operator if operator.trim_start_matches('!').starts_with('-') => has(condition.subject),
            _ => false,
        }),
        _ => false,
    }
}
