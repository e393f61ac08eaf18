use crate::catalog::nginx_directives::Version;
use crate::nginx::configuration::Configuration;
use crate::nginx::server::servers;
use crate::nginx::write;
use crate::rules::check::Reporter;

pub fn check(configuration: &Configuration, out: &mut Reporter<'_>) {
    let Some(http) = configuration.whole_http() else { return };
    if !configuration.release.is_before(Version(1, 23, 2)) {
        return;
    }
    let keeps = servers(configuration)
        .iter()
        .any(|server| server.is_tls() && server.directive.effective("ssl_session_tickets").is_unset());
    if keeps {
        let number = configuration.release.highest.map_or(String::new(), |highest| format!("{}.{}", highest.0, highest.1));
        let edit = write::add_first(http, &["ssl_session_tickets off;"]);
        out.report_at(http.location()).value("release", number).edit(edit).emit();
    }
}
