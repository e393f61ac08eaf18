use crate::nginx::configuration::Directive;
use crate::rules::check::Reporter;

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    if !answers(directive) {
        return;
    }
    let Some(block) = directive.parent() else { return };
    let rules = block.effective_of(&["allow", "deny"]);
    let Some(deny) = rules.directives.iter().find(|rule| rule.is("deny")) else { return };
    out.report_at(directive.location()).value("name", directive.name()).related_at(deny.location(), "rule").emit();
}

/// Whether it sends something that is worth protecting: an error is not.
fn answers(directive: Directive<'_>) -> bool {
    match directive.name() {
        "return" => directive.text(0).parse::<u16>().map_or(true, |code| code < 400 || code == 418),
        "rewrite" => {
            let (replacement, flag) = (directive.text(1), directive.text(2));
            let is_absolute = ["http://", "https://", "$scheme"].iter().any(|start| replacement.starts_with(start));
            is_absolute || flag == "redirect" || flag == "permanent"
        }
        _ => false,
    }
}
