use crate::nginx::configuration::Directive;
use crate::rules::check::Reporter;

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    if !directive.is("worker_rlimit_nofile") {
        return;
    }
    let connections = directive.configuration().named("worker_connections").next();
    let (Some(files), Some(connections)) = (number(directive), connections.and_then(number)) else { return };
    let Some(argument) = directive.argument(0) else { return };
    if files < connections.saturating_mul(2) {
        let draft = out.report_at(directive.at(argument.span)).value("files", files.to_string());
        draft
            .value("connections", connections.to_string())
            .replace(argument.span, connections.saturating_mul(2).to_string())
            .emit();
    }
}

fn number(directive: Directive<'_>) -> Option<u64> {
    directive.text(0).parse().ok()
}
