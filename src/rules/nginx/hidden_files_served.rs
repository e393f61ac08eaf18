use crate::nginx::served;
use crate::nginx::server::Server;
use crate::rules::check::Reporter;

const LINES: [&str; 3] = ["location ~ /\\.(?!well-known/) {", "    deny all;", "}"];

pub fn check(server: &Server<'_>, out: &mut Reporter<'_>) {
    let block = server.directive;
    let Some((path, root)) = served::first_file(block, &["/.git/config", "/.env"]) else { return };
    let draft = out.report_at(root.location()).value("path", path).value("root", root.text(0));
    draft.edit(served::add_location(block, root, &LINES)).emit();
}
