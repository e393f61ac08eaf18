use crate::nginx::configuration::Configuration;
use crate::nginx::listen::Address;
use crate::nginx::server::{Server, Shared, servers, sockets};
use crate::nginx::write;
use crate::rules::check::Reporter;

pub fn check(configuration: &Configuration, out: &mut Reporter<'_>) {
    if configuration.whole_http().is_none() {
        return;
    }
    let servers = servers(configuration);
    let shared = sockets(&servers);
    let open = |socket: &&Shared| !matches!(socket.socket.address, Address::Unix(_)) && is_named(&servers[socket.default]);
    let Some(socket) = shared.iter().find(open) else { return };
    let default = &servers[socket.default];
    let name = default.names.first().map_or("", |name| name.text);
    let draft = out.report_at(default.directive.location()).value("server", name);
    let is_simple = shared.iter().all(|socket| {
        let plain = socket
            .servers
            .iter()
            .all(|(server, at)| !servers[*server].listens[*at].is_ssl && !servers[*server].listens[*at].is_quic);
        let known = matches!(socket.socket.address, Address::AnyV4 | Address::AnyV6);
        plain && known && !socket.is_stated
    });
    let first = servers.first().map(|server| server.directive);
    match first.filter(|_| is_simple) {
        Some(first) => {
            let listens: Vec<String> = shared.iter().map(listen).collect();
            let mut lines = vec!["server {"];
            lines.extend(listens.iter().map(String::as_str));
            lines.extend(["    return 444;", "}"]);
            draft.edit(write::add_before(first, &lines)).emit();
        }
        None => draft.emit(),
    }
}

/// It has a name that it goes by, so that it is not there for the rest.
fn is_named(server: &Server<'_>) -> bool {
    let is_name = |name: &str| name.contains('.') && !name.starts_with('~') && !name.starts_with("0.");
    let turns_away = server.directive.children().any(|child| child.is("return") || child.is("ssl_reject_handshake"));
    !turns_away && !server.names.is_empty() && server.names.iter().all(|name| is_name(name.text))
}

fn listen(shared: &Shared) -> String {
    let address = shared.socket.to_string();
    format!("    listen {} default_server;", address.strip_prefix("*:").unwrap_or(&address))
}
