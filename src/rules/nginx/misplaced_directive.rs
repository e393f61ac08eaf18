use crate::nginx::configuration::Directive;
use crate::nginx::verify::{Fault, verdict};
use crate::rules::check::Reporter;

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    let allowed = match verdict(directive) {
        Some(Fault::Misplaced { allowed }) => allowed,
        Some(Fault::Nesting { why }) => {
            let place = directive.at(directive.arguments_span());
            return out.report_at(place).variant("nesting").value("name", directive.text(0)).value("why", why).emit();
        }
        _ => return,
    };
    let contexts: Vec<_> = directive.contexts().iter().collect();
    // A fragment may be meant for somewhere else than its other directives say.
    let is_guess = directive.parent().is_none() && directive.configuration().kind != crate::nginx::configuration::Kind::Main;
    let here = match contexts[..] {
        [crate::catalog::nginx_directives::Context::Main] => "at the main level".to_owned(),
        [only] => format!("in {}", only.name()),
        _ => "here".to_owned(),
    };
    let draft = out.report_at(directive.location()).value("name", directive.name()).value("here", here);
    let draft = draft.value("allowed", allowed.describe());
    if is_guess { draft.confidence(crate::finding::Confidence::Medium).emit() } else { draft.emit() }
}
