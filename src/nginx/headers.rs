//! Headers that a block adds to its responses.

use crate::finding::Edit;

use super::configuration::{Configuration, Directive};
use super::server::servers;
use super::write;

/// What a block does for a response header.
#[derive(Debug, Clone)]
pub enum Header<'c> {
    /// It is added, by this directive, with this value.
    Added(Directive<'c>, String),
    /// It is not, and nothing else can add it here.
    Missing,
    /// An include, a module or the application may add it.
    Unknown,
}

/// Modules of others that write headers their own way.
const OTHERS: &[&str] = &["header_filter_by_lua_block", "header_filter_by_lua_file", "js_header_filter", "security_headers"];

/// What a block does for a header; names of headers have no case.
pub fn header<'c>(block: Directive<'c>, name: &str) -> Header<'c> {
    let set = block.effective("more_set_headers");
    for directive in &set.directives {
        for argument in directive.arguments() {
            if let Some((key, value)) = argument.text.split_once(':')
                && key.trim().eq_ignore_ascii_case(name)
            {
                return Header::Added(*directive, value.trim().to_owned());
            }
        }
    }
    let added = block.effective("add_header");
    let own = added.directives.iter().rev().find(|directive| directive.text(0).eq_ignore_ascii_case(name));
    if let Some(own) = own {
        return Header::Added(*own, own.text(1).to_owned());
    }
    let merges = !block.effective("add_header_inherit").is_unset();
    let by_others = OTHERS.iter().any(|other| {
        let found = block.effective(other);
        !found.is_unset() && found.text() != "off"
    });
    if merges || by_others || !added.is_certain { Header::Unknown } else { Header::Missing }
}

/// Where a header is missing from what is served: `http` when every server lacks it, else those servers that do. Nothing for a
/// configuration that is not here as a whole.
pub fn lacking<'c>(configuration: &'c Configuration, name: &str) -> Vec<Directive<'c>> {
    let Some(http) = configuration.whole_http() else { return Vec::new() };
    let serving: Vec<Directive<'c>> =
        servers(configuration).iter().map(|server| server.directive).filter(|server| has_content(*server)).collect();
    // What an application sends is not known.
    let lacks = |server: &&Directive<'c>| {
        let is_known_not = matches!(header(**server, name), Header::Missing);
        is_known_not && !server.descendants().any(|inside| inside.is("add_header") && inside.text(0).eq_ignore_ascii_case(name))
    };
    let lacking: Vec<Directive<'c>> = serving.iter().filter(lacks).copied().collect();
    if !lacking.is_empty() && lacking.len() == serving.len() { vec![http] } else { lacking }
}

/// A line that adds a header to all responses of a server; `None` where a block inside has headers of its own, which the line
/// would not reach.
pub fn addition(server: Directive<'_>, line: &str) -> Option<Edit> {
    if server.descendants().any(|inside| inside.is("add_header") && inside.parent() != Some(server)) {
        return None;
    }
    let effective = server.effective("add_header");
    match effective.last() {
        // The line would take away those that are inherited.
        Some(_) if effective.level != Some(server) => None,
        Some(last) => Some(write::add_after(last, &[line])),
        None => {
            let after = server.children().filter(|child| !child.is_block() && child.file() == server.file());
            let after = after
                .filter(|child| ["listen", "server_name", "http2"].contains(&child.name()) || child.name().starts_with("ssl_"));
            Some(after.last().map_or_else(|| write::add_first(server, &[line]), |last| write::add_after(last, &[line])))
        }
    }
}

/// Whether a server answers with what it finds or is given, not only with redirects and refusals.
pub fn has_content(server: Directive<'_>) -> bool {
    let is_content = |inside: Directive<'_>| {
        inside.name().ends_with("_pass") || matches!(inside.name(), "root" | "alias" | "try_files" | "index" | "stub_status")
    };
    server.descendants().any(is_content)
        || server.descendants().any(|inside| inside.is("return") && inside.text(0).starts_with('2'))
}
