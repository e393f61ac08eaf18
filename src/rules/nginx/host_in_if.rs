use crate::catalog::nginx_directives::Context;
use crate::nginx::configuration::Directive;
use crate::rules::check::Reporter;

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    if !directive.means("if") || !directive.may_be_in(Context::Server) {
        return;
    }
    let variable = directive.text(0).trim_start_matches('(');
    if matches!(variable, "$host" | "$http_host" | "$server_name") && directive.count() > 2 {
        out.report_at(directive.at(directive.arguments_span())).emit();
    }
}
