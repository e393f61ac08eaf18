use crate::nginx::location::Location;
use crate::nginx::write;
use crate::rules::check::Reporter;

/// Parts of a path that stand for WebSocket by convention.
const NAMES: [&str; 9] =
    ["ws", "wss", "websocket", "websockets", "socket.io", "sockjs", "sockjs-node", "graphql-ws", "_stcore/stream"];

/// Only where the path says what it is for, and where no include may bring the header.
pub fn check(location: &Location<'_>, out: &mut Reporter<'_>) {
    let block = location.directive;
    let Some(pass) = block.child("proxy_pass") else { return };
    let pattern = location.pattern.to_ascii_lowercase().replace('\\', "");
    let pattern = pattern.trim_start_matches('^');
    let is_for = |name: &&&str| pattern.split('/').any(|part| part == **name) || name.contains('/') && pattern.contains(**name);
    let Some(name) = NAMES.iter().find(is_for) else { return };
    let headers = block.effective("proxy_set_header");
    let has = |header: &str| headers.directives.iter().any(|directive| directive.text(0).eq_ignore_ascii_case(header));
    // What is around a server is another file's, which rarely passes the header on for all.
    let is_known =
        headers.is_certain || headers.is_unset() && block.within("server").is_some() && block.configuration().is_complete();
    if has("upgrade") || !is_known {
        return;
    }
    let mut lines: Vec<String> = Vec::new();
    if block.effective("proxy_http_version").text() != "1.1" {
        lines.push("proxy_http_version 1.1;".to_owned());
    }
    // A level with headers of its own takes none of those around it.
    if headers.level.is_some_and(|level| level != block) || headers.level.is_none() {
        lines.extend(headers.directives.iter().map(|header| header.span().slice(header.source_text()).to_owned()));
    }
    lines.push("proxy_set_header Upgrade $http_upgrade;".to_owned());
    if !has("connection") {
        lines.push("proxy_set_header Connection \"upgrade\";".to_owned());
    }
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    out.report_at(pass.at(location.pattern_span))
        .value("path", location.describe())
        .value("word", *name)
        .edit(write::add_after(pass, &lines))
        .emit();
}
