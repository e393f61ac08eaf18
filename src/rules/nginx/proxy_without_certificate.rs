use crate::nginx::configuration::Configuration;
use crate::nginx::proxy;
use crate::rules::check::Reporter;

pub fn check(configuration: &Configuration, out: &mut Reporter<'_>) {
    let Some(http) = configuration.whole_http() else { return };
    let first = http.descendants().find(|inside| {
        inside.means("proxy_pass")
            && inside.text(0).starts_with("https://")
            && inside.effective_here("proxy_ssl_certificate").is_unset()
            && proxy::host(inside.text(0)).is_some()
    });
    if let Some(first) = first {
        out.report_at(first.at(first.arguments_span())).value("host", proxy::host(first.text(0)).unwrap_or_default()).emit();
    }
}
