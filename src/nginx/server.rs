//! Servers of `http` and the sockets that they share.

use super::configuration::{Argument, Configuration, Directive};
use super::listen::{Listen, Socket};
use crate::catalog::nginx_directives::Context;

/// A `server` block of `http`.
#[derive(Debug, Clone)]
pub struct Server<'c> {
    pub directive: Directive<'c>,
    /// Every `listen`; one on port 80 is implied where there is none.
    pub listens: Vec<Listen<'c>>,
    /// Every word of its `server_name` directives.
    pub names: Vec<Argument<'c>>,
}

/// Servers that one socket is for.
#[derive(Debug, Clone)]
pub struct Shared {
    pub socket: Socket,
    /// The places of the servers in the list, in order, each with the place of its `listen`.
    pub servers: Vec<(usize, usize)>,
    /// The server that takes requests for names that none has: the one with `default_server`, else the first.
    pub default: usize,
    /// One of them says `default_server`.
    pub is_stated: bool,
}

impl<'c> Server<'c> {
    /// Reads a `server` block of `http`; `None` for other directives.
    pub fn read(directive: Directive<'c>) -> Option<Self> {
        if !directive.is("server") || !directive.is_block() || !directive.may_be_in(Context::Http) {
            return None;
        }
        let mut listens: Vec<Listen<'c>> = directive.children_named("listen").map(Listen::read).collect();
        if listens.is_empty() {
            listens.push(Listen::implied());
        }
        let names = directive.children_named("server_name").flat_map(Directive::arguments).collect();
        Some(Self { directive, listens, names })
    }

    /// Whether it speaks TLS on some socket.
    pub fn is_tls(&self) -> bool {
        self.listens.iter().any(|listen| listen.is_ssl || listen.is_quic) || self.directive.effective("ssl").text() == "on"
    }

    /// Whether it takes requests without TLS on some socket.
    pub fn is_plain(&self) -> bool {
        self.listens.iter().any(|listen| !listen.is_ssl && !listen.is_quic) && self.directive.effective("ssl").text() != "on"
    }
}

/// Every server of `http`, in order.
pub fn servers(configuration: &Configuration) -> Vec<Server<'_>> {
    configuration.directives().filter_map(Server::read).collect()
}

/// The sockets of servers, each with those that listen on it.
pub fn sockets(servers: &[Server<'_>]) -> Vec<Shared> {
    let mut shared: Vec<Shared> = Vec::new();
    let mut places = rustc_hash::FxHashMap::default();
    for (index, server) in servers.iter().enumerate() {
        for (at, listen) in server.listens.iter().enumerate().filter(|(_, listen)| listen.is_known()) {
            let place = *places.entry(listen.socket.clone()).or_insert_with(|| {
                shared.push(Shared { socket: listen.socket.clone(), servers: Vec::new(), default: index, is_stated: false });
                shared.len() - 1
            });
            let socket = &mut shared[place];
            if socket.servers.last().is_none_or(|(last, _)| *last != index) {
                socket.servers.push((index, at));
            }
            if listen.is_default && !socket.is_stated {
                (socket.default, socket.is_stated) = (index, true);
            }
        }
    }
    shared
}
