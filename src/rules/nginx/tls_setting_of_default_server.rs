use crate::nginx::configuration::{Configuration, Directive};
use crate::nginx::server::{servers, sockets};
use crate::rules::check::Reporter;

pub fn check(configuration: &Configuration, out: &mut Reporter<'_>) {
    let servers = servers(configuration);
    for shared in sockets(&servers) {
        let default = servers[shared.default].directive.effective("ssl_protocols").last();
        for (server, at) in &shared.servers {
            let is_tls = servers[*server].listens[*at].is_ssl || servers[*server].listens[*at].is_quic;
            let own = servers[*server].directive.child("ssl_protocols");
            let (Some(own), Some(default)) = (own.filter(|_| is_tls), default) else { continue };
            if own != default && words(own) != words(default) {
                out.report_at(own.location())
                    .value("directive", own.name())
                    .value("socket", shared.socket.to_string())
                    .related_at(default.location(), "default")
                    .emit();
            }
        }
    }
}

fn words(directive: Directive<'_>) -> Vec<&str> {
    let mut words: Vec<&str> = directive.arguments().map(|argument| argument.text).collect();
    words.sort_unstable();
    words
}
