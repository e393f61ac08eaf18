use crate::nginx::configuration::Configuration;
use crate::nginx::server::servers;
use crate::nginx::write;
use crate::rules::check::Reporter;

pub fn check(configuration: &Configuration, out: &mut Reporter<'_>) {
    let Some(http) = configuration.whole_http() else { return };
    let lacks =
        servers(configuration).iter().any(|server| server.is_tls() && server.directive.effective("ssl_session_cache").is_unset());
    if lacks {
        out.report_at(http.location()).edit(write::add_first(http, &["ssl_session_cache shared:SSL:10m;"])).emit();
    }
}
