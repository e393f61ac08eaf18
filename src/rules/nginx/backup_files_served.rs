use crate::nginx::served::{self, Served};
use crate::nginx::server::Server;
use crate::nginx::write;
use crate::rules::check::Reporter;

const LINES: [&str; 3] = ["location ~ (?:\\.(?:bak|dist|log|orig|sql|sw[op])|~)$ {", "    deny all;", "}"];

pub fn check(server: &Server<'_>, out: &mut Reporter<'_>) {
    let block = server.directive;
    let Some((path, root)) = ["/index.php.bak", "/dump.sql"].iter().find_map(|path| match served::served(block, path) {
        Served::File(root) => Some((path, root)),
        _ => None,
    }) else {
        return;
    };
    let draft = out.report_at(root.location()).value("path", *path).value("root", root.text(0));
    match block.children().find(|child| child.is("location") && child.file() == block.file()) {
        Some(first) => draft.edit(write::add_before(first, &LINES)).emit(),
        None if root.parent() == Some(block) => draft.edit(write::add_after(root, &LINES)).emit(),
        None => draft.edit(write::add_first(block, &LINES)).emit(),
    }
}
