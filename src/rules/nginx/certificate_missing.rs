use crate::nginx::configuration::Configuration;
use crate::nginx::server::{servers, sockets};
use crate::rules::check::Reporter;

pub fn check(configuration: &Configuration, out: &mut Reporter<'_>) {
    let servers = servers(configuration);
    for shared in sockets(&servers) {
        let tls = shared.servers.iter().find_map(|(server, at)| {
            let listen = &servers[*server].listens[*at];
            listen.directive.filter(|_| listen.is_ssl || listen.is_quic)
        });
        let Some(listen) = tls else { continue };
        let default = servers[shared.default].directive;
        let rejects = default.effective("ssl_reject_handshake").text() == "on";
        // Modules can bring certificates of their own.
        let others = ["acme_certificate", "ssl_certificate_by_lua_block", "ssl_certificate_by_lua_file", "acme"];
        if rejects || others.iter().any(|name| !default.effective(name).is_unset()) {
            continue;
        }
        if default.effective("ssl_certificate").is_surely_unset() {
            out.report_at(listen.at(listen.arguments_span())).value("listen", format!("listen {}", listen.text(0))).emit();
        }
    }
    for server in servers.iter().filter(|server| server.is_tls()) {
        let certificate = server.directive.effective("ssl_certificate");
        if let Some(last) = certificate.last()
            && server.directive.effective("ssl_certificate_key").is_surely_unset()
        {
            out.report_at(last.location()).variant("key").emit();
        }
    }
}
