use crate::nginx::server::Server;
use crate::rules::check::Reporter;

pub fn check(server: &Server<'_>, out: &mut Reporter<'_>) {
    let block = server.directive;
    let Some(on) = block.effective("ssl_stapling").last().filter(|stapling| stapling.text(0) == "on" && server.is_tls()) else {
        return;
    };
    let needs_none = !block.effective("ssl_stapling_file").is_unset() || !block.effective("ssl_stapling_responder").is_unset();
    // That of Let's Encrypt has no responder at all: another rule.
    let has_no_responder = block.effective("ssl_certificate").text().contains("/letsencrypt/");
    if block.effective("resolver").is_surely_unset() && !needs_none && !has_no_responder {
        out.report_at(on.at(on.arguments_span())).emit();
    }
}
