use crate::nginx::configuration::Configuration;
use crate::nginx::server::{servers, sockets};
use crate::nginx::write;
use crate::rules::check::Reporter;

pub fn check(configuration: &Configuration, out: &mut Reporter<'_>) {
    // Another file may have it.
    if !configuration.is_whole() {
        return;
    }
    let servers = servers(configuration);
    for shared in sockets(&servers).iter().filter(|shared| shared.servers.len() > 1 && !shared.is_stated) {
        let Some((first, at)) = shared.servers.first() else { continue };
        let socket = shared.socket.to_string();
        match servers[*first].listens[*at].directive {
            Some(listen) => {
                let draft = out.report_at(listen.at(listen.arguments_span())).value("socket", socket);
                draft.edit(write::append(listen, "default_server")).emit();
            }
            None => out.report_at(servers[*first].directive.location()).value("socket", socket).emit(),
        }
    }
}
