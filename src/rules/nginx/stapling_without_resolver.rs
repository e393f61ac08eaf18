use crate::nginx::configuration::Directive;
use crate::nginx::effective::Effective;
use crate::nginx::server::Server;
use crate::rules::check::Reporter;

pub fn check(server: &Server<'_>, out: &mut Reporter<'_>) {
    if let Some((on, resolver)) = stapled_without(server)
        && resolver.is_surely_unset()
    {
        out.report_at(on.at(on.arguments_span())).emit();
    }
}

/// What turns stapling on where no resolver is seen, and how sure it is that there is none.
pub fn stapled_without<'c>(server: &Server<'c>) -> Option<(Directive<'c>, Effective<'c>)> {
    let block = server.directive;
    let on = block.effective("ssl_stapling").last().filter(|stapling| stapling.text(0) == "on" && server.is_tls())?;
    let needs_none = !block.effective("ssl_stapling_file").is_unset() || !block.effective("ssl_stapling_responder").is_unset();
    // That of Let's Encrypt has no responder at all: another rule.
    let has_no_responder = block.effective("ssl_certificate").text().contains("/letsencrypt/");
    let resolver = block.effective("resolver");
    (!needs_none && !has_no_responder && resolver.is_unset()).then_some((on, resolver))
}
