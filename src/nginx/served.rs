//! What a path of a server leads to.

use super::access::{Access, access};
use super::configuration::Directive;
use super::location;
use super::write;
use crate::finding::Edit;

/// What answers a request for a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Served<'c> {
    /// A file below this `root`.
    File(Directive<'c>),
    /// An application, a redirect or a refusal.
    Other,
    /// It hangs on an expression, a script or an include that is not understood.
    Unknown,
}

/// The first of these paths that a file would answer, and the `root` that it lies below.
pub fn first_file<'c, 'p>(server: Directive<'c>, paths: &[&'p str]) -> Option<(&'p str, Directive<'c>)> {
    paths.iter().find_map(|path| match served(server, path) {
        Served::File(root) => Some((*path, root)),
        Served::Other | Served::Unknown => None,
    })
}

/// The edit that puts a location into a server: before its other locations, else behind `root`, else first.
pub fn add_location(server: Directive<'_>, root: Directive<'_>, lines: &[&str]) -> Edit {
    match server.children().find(|child| child.is("location") && child.file() == server.file()) {
        Some(first) => write::add_before(first, lines),
        None if root.parent() == Some(server) => write::add_after(root, lines),
        None => write::add_first(server, lines),
    }
}

/// What a path leads to, as far as locations and access rules tell.
pub fn served<'c>(server: Directive<'c>, path: &str) -> Served<'c> {
    if server.configuration().has_unknown_include(Some(server.id())) {
        return Served::Unknown;
    }
    if server.children().any(|child| child.is("return")) {
        return Served::Other;
    }
    let block = match location::choose(server, path) {
        Err(_) => return Served::Unknown,
        Ok(location) => location.map_or(server, |location| location.directive),
    };
    if block.configuration().has_unknown_include(Some(block.id())) {
        return Served::Unknown;
    }
    let answers =
        |child: Directive<'_>| child.name().ends_with("_pass") || matches!(child.name(), "return" | "alias" | "internal");
    if block.children().any(answers) {
        return Served::Other;
    }
    if block.children().chain(server.children()).any(|child| matches!(child.name(), "if" | "rewrite")) {
        return Served::Unknown;
    }
    let tries = block.effective("try_files");
    if !tries.is_unset()
        && !tries.arguments().any(|path| path.text.starts_with("$uri") || path.text.contains("$request_filename"))
    {
        return Served::Other;
    }
    match (access(block), block.effective("root").last()) {
        (Access::Everyone, Some(root)) => Served::File(root),
        (Access::Unknown, _) => Served::Unknown,
        _ => Served::Other,
    }
}
