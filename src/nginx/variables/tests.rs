use std::sync::Arc;

use super::*;
use crate::nginx::configuration::Configuration;
use crate::nginx::expand::expand;
use crate::nginx::syntax::parse;
use crate::source::sources::Memory;
use crate::source::{FileId, Kind, SourceFile};

fn read(text: &str) -> Configuration {
    let memory = Memory::new([Arc::new(SourceFile::new("nginx.conf", Kind::Nginx, text.as_bytes().to_vec()))]);
    expand(FileId(0), &memory, &|_, source| Arc::new(parse(source.text())))
}

/// Which of newline, carriage return, dot and slash the variables in the last argument of `proxy_pass` or `return` can hold.
fn holds(text: &str) -> String {
    let configuration = read(text);
    let directive =
        configuration.directives().filter(|directive| ["proxy_pass", "return"].contains(&directive.name())).last().unwrap();
    let found = tainted(directive, directive.arguments().last().unwrap().text);
    let shown = |(name, taint): &(String, Taint<'_>)| {
        let marks = [(b'\n', 'n'), (b'\r', 'r'), (b'.', '.'), (b'/', '/')];
        let held: String = marks.iter().filter(|(byte, _)| taint.can_hold(*byte)).map(|(_, mark)| *mark).collect();
        format!("{name}:{held}")
    };
    found.iter().map(shown).collect::<Vec<_>>().join(" ")
}

#[test]
fn what_captures_hold() {
    assert_eq!(holds("location ~ /p/(a|b)/(\\W*)$ { proxy_pass http://x/$1$2; }"), "2:nr./");
    assert_eq!(holds("location ~* ^/test/(.*) { proxy_pass http://x/$1; }"), "1:r./");
    assert_eq!(holds("location ~ ^/(?<id>[a-z]+)$ { proxy_pass http://x/$id; }"), "id:");
    assert_eq!(holds("server { if ($request_uri ~* ^/echo/(.*)$) { return 301 $1; } }"), "1:./");
    assert_eq!(holds("server { if ($uri ~* ^/echo/(.*)$) { return 301 $1; } }"), "1:r./");
    assert_eq!(holds("location / { rewrite ^/(.*)$ /x; return 301 $1; }"), "1:./");
    assert_eq!(holds("server { server_name ~^(?<sub>.+)\\.a\\.com$; location / { return 301 http://$sub; } }"), "sub:.");
    assert_eq!(holds("location ~ ^/(foo\\.com|bar)$ { proxy_pass http://$1; }"), "");
}

#[test]
fn variables_are_followed() {
    assert_eq!(holds("location ~ /(.*)/(.*)$ { set $a $2; set $b x$a; proxy_pass http://$b; }"), "b:r./");
    assert_eq!(holds("map $uri $m { ~^/([^\\r\\n]*)$ $1; default /x; } return 301 $m;"), "m:./");
    assert_eq!(holds("map $uri $m { ~^/(.*)$ $1; } return 301 $m;"), "m:r./");
    assert_eq!(holds("map $host $m { a 1; default $n; } map $host $n { default $arg_x; } return 301 $m;"), "m:./");
    assert_eq!(holds("geo $m { default $uri; } return 301 $m;"), "");
    assert_eq!(holds("set $a $b; set $b $a; return 301 $a;"), "");
    assert_eq!(holds("return 301 https://$host$request_uri;"), "request_uri:./");
    assert_eq!(holds("return 301 https://$HOST$URI;"), "URI:nr./");
    let configuration = read("map $host $m { a /1; default /2; } return 301 $m;");
    let directive = configuration.named("return").next().unwrap();
    let taint = of(directive, Part::Variable("m")).unwrap();
    assert!(taint.begins_with_slash && taint.has_slash && !taint.is_controlled());
}

#[test]
fn conditions_of_if() {
    let configuration = read(
        "if ($a = b) { } if ($a ~* \"x y\") { } if (-f $a) { } if (!-e $a/b) { } if ($a) { } if ( $a != \"\" ) { } if ($a ~ 'b') { } if x { }",
    );
    let read: Vec<_> = configuration
        .directives()
        .map(|directive| Condition::read(directive).map(|condition| (condition.subject, condition.operator, condition.value)))
        .collect();
    assert_eq!(
        read,
        [
            Some(("$a", "=", "b")),
            Some(("$a", "~*", "x y")),
            Some(("$a", "-f", "")),
            Some(("$a/b", "!-e", "")),
            Some(("$a", "", "")),
            Some(("$a", "!=", "")),
            Some(("$a", "~", "b")),
            None
        ]
    );
}
