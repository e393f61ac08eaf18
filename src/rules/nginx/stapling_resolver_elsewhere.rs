use crate::nginx::server::Server;
use crate::rules::check::Reporter;

use super::stapling_without_resolver::stapled_without;

pub fn check(server: &Server<'_>, out: &mut Reporter<'_>) {
    let Some((on, resolver)) = stapled_without(server) else { return };
    let is_hidden = server.directive.configuration().includes.iter().any(|include| !include.outcome.is_known());
    if !resolver.is_surely_unset() && !is_hidden {
        out.report_at(on.at(on.arguments_span())).emit();
    }
}
