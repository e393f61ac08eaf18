use rustc_hash::{FxHashMap, FxHashSet};

use crate::nginx::configuration::Configuration;
use crate::nginx::server::{Server, servers, sockets};
use crate::rules::check::Reporter;
use crate::source::Location;

/// A name of a server, and where it stands.
struct Named<'c> {
    name: String,
    place: Location,
    server: &'c Server<'c>,
}

pub fn check(configuration: &Configuration, out: &mut Reporter<'_>) {
    let servers = servers(configuration);
    let mut told = FxHashSet::default();
    for shared in sockets(&servers) {
        let mut known: FxHashMap<String, Named<'_>> = FxHashMap::default();
        for (index, _) in &shared.servers {
            let server = &servers[*index];
            let is_default = *index == shared.default && shared.is_stated;
            for named in names(server) {
                let Some(first) = known.get(&named.name) else {
                    known.insert(named.name.clone(), named);
                    continue;
                };
                // Whoever is the default gets what nobody else has, whatever it is called.
                let is_idle = first.server.directive.id() == server.directive.id() || is_default && is_placeholder(&named.name);
                if is_idle || !told.insert(named.place) {
                    continue;
                }
                let draft = out.report_at(named.place).related_at(first.place, "other");
                let draft = draft.value("name", &named.name).value("socket", shared.socket.to_string());
                if named.name.is_empty() { draft.variant("nameless").emit() } else { draft.emit() }
            }
        }
    }
}

/// Names that no request has.
fn is_placeholder(name: &str) -> bool {
    name.is_empty() || !name.contains('.') && name.bytes().all(|byte| byte.is_ascii_punctuation())
}

/// The names that nginx compares: those by regular expressions are tried in their order, and what hangs on a template is not known.
fn names<'c>(server: &'c Server<'c>) -> Vec<Named<'c>> {
    if server.names.is_empty() {
        let is_hidden = server.directive.configuration().has_unknown_include(Some(server.directive.id()));
        let nameless = Named { name: String::new(), place: server.directive.location(), server };
        return if is_hidden { Vec::new() } else { vec![nameless] };
    }
    let words = server.directive.children_named("server_name");
    let words = words.flat_map(|directive| directive.arguments().map(move |argument| (directive, argument)));
    words
        .filter(|(_, argument)| !argument.is_opaque && !argument.text.starts_with('~') && !argument.text.contains('$'))
        .map(|(directive, argument)| Named {
            name: argument.text.to_ascii_lowercase(),
            place: directive.at(argument.span),
            server,
        })
        .collect()
}
