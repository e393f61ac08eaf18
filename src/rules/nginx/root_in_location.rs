use crate::nginx::server::Server;
use crate::rules::check::Reporter;

pub fn check(server: &Server<'_>, out: &mut Reporter<'_>) {
    let block = server.directive;
    if !block.effective("root").is_unset() || block.configuration().has_unknown_include(Some(block.id())) {
        return;
    }
    let first = block.children_named("location").find_map(|location| location.child("root"));
    if let Some(root) = first {
        out.report_at(root.location()).emit();
    }
}
