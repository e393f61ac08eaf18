use crate::nginx::configuration::Configuration;
use crate::nginx::server::{servers, sockets};
use crate::rules::check::Reporter;

/// Of a fragment it is not known which servers others have on the socket.
pub fn check(configuration: &Configuration, out: &mut Reporter<'_>) {
    if !configuration.is_whole() {
        return;
    }
    let servers = servers(configuration);
    for shared in sockets(&servers).iter().filter(|shared| shared.servers.len() > 1 && !shared.is_stated) {
        let (server, listen) = shared.servers[0];
        let listen = servers[server].listens[listen].directive;
        let place = listen.unwrap_or(servers[server].directive);
        let draft = out.report_at(place.location()).value("socket", format!("`{}`", shared.socket));
        let draft = draft.value("count", shared.servers.len().to_string());
        match listen.and_then(|listen| listen.argument(0)) {
            Some(address) => draft.insert(address.span.end(), " default_server").emit(),
            None => draft.emit(),
        }
    }
}
