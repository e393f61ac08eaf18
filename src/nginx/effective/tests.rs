use std::sync::Arc;

use crate::nginx::configuration::Configuration;
use crate::nginx::expand::expand;
use crate::nginx::listen::{Address, Port};
use crate::nginx::location::{self, Location, Modifier};
use crate::nginx::server::{servers, sockets};
use crate::nginx::syntax::parse;
use crate::source::sources::Memory;
use crate::source::{FileId, Kind, SourceFile};

fn read(text: &str) -> Configuration {
    let memory = Memory::new([Arc::new(SourceFile::new("nginx.conf", Kind::Nginx, text.as_bytes().to_vec()))]);
    expand(FileId(0), &memory, &|_, source| Arc::new(parse(source.text())))
}

#[test]
fn the_innermost_level_that_has_one_counts() {
    let configuration = read(
        "http { add_header A 1; add_header B 2; gzip on; server { location / { add_header C 3; } location /b { include x; } } }",
    );
    let locations: Vec<_> = configuration.named("location").collect();
    let headers = locations[0].effective("add_header");
    assert_eq!((headers.directives.len(), headers.text(), headers.is_certain), (1, "C", true));
    let headers = locations[1].effective("add_header");
    assert_eq!((headers.directives.len(), headers.is_certain), (2, false));
    assert_eq!(headers.level.unwrap().name(), "http");
    assert_eq!(locations[0].effective("gzip").text(), "on");
    assert!(locations[0].effective("root").is_surely_unset());
    assert!(locations[1].effective("root").is_unset() && !locations[1].effective("root").is_surely_unset());
    assert!(!read("location / { }").named("location").next().unwrap().effective("root").is_surely_unset());
}

#[test]
fn servers_share_sockets_as_nginx_compares_them() {
    let configuration = read(
        "http { server { listen 80; server_name a b; } server { listen *:80; listen [::]:80; } server { listen 0.0.0.0:80 default_server; listen 443 ssl; listen 443 quic; } server { } server { listen unix:/a; listen 127.0.0.1:8080; listen localhost; listen ${P}; listen [::1]:1-9; } }",
    );
    let servers = servers(&configuration);
    let names: Vec<_> = servers[0].names.iter().map(|name| name.text).collect();
    assert_eq!(names, ["a", "b"]);
    let shared = sockets(&servers);
    let shown: Vec<_> = shared
        .iter()
        .map(|socket| {
            format!(
                "{} {} {:?}",
                socket.socket,
                socket.default,
                socket.servers.iter().map(|(server, _)| *server).collect::<Vec<_>>()
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            "*:80 2 [0, 1, 2, 3]",
            "[::]:80 1 [1]",
            "*:443 2 [2]",
            "*:443 2 [2]",
            "unix:/a 4 [4]",
            "127.0.0.1:8080 4 [4]",
            "localhost:80 4 [4]",
            "[::1]:1-9 4 [4]",
        ]
    );
    assert!(shared[0].is_stated && !shared[1].is_stated);
    assert!(servers[2].is_tls() && servers[2].is_plain() && !servers[0].is_tls());
    assert_eq!(servers[4].listens[3].socket.address, Address::Unknown);
    assert_eq!(servers[4].listens[1].socket.port, Port::Number(8080));
}

#[test]
fn locations_are_chosen_as_nginx_chooses_them() {
    let configuration = read(
        "server { location / { } location = /a { } location /images/ { location ~ \\.gif$ { } } location ^~ /static/ { } location ~* \\.PNG$ { } location ~ ^/(?!x) { } location @n { } location =/glued { } }",
    );
    let server = configuration.named("server").next().unwrap();
    let chosen = |path: &str| {
        location::choose(server, path).map(|location| location.map(|location| location.describe()).unwrap_or_default())
    };
    assert_eq!(chosen("/a"), Ok("= /a".to_owned()));
    assert_eq!(chosen("/glued"), Ok("=/glued".to_owned()));
    assert_eq!(chosen("/static/x.png"), Ok("^~ /static/".to_owned()));
    assert_eq!(chosen("/x.png"), Ok("~* \\.PNG$".to_owned()));
    assert_eq!(chosen("/images/x.gif"), Ok("~ \\.gif$".to_owned()));
    assert!(chosen("/other").is_err(), "a look-ahead is not understood");
    let locations: Vec<_> = configuration.directives().filter_map(Location::read).collect();
    let named = locations.iter().find(|location| location.modifier == Modifier::Named).unwrap();
    assert_eq!(named.pattern, "n");
    let glued = locations.iter().find(|location| location.pattern == "/glued").unwrap();
    assert_eq!(glued.pattern_span.slice(glued.directive.source_text()), "/glued");
}
