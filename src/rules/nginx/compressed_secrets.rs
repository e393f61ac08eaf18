use crate::nginx::server::Server;
use crate::rules::check::Reporter;

pub fn check(server: &Server<'_>, out: &mut Reporter<'_>) {
    if !server.is_tls() {
        return;
    }
    let passes =
        |inside: &crate::nginx::configuration::Directive<'_>| inside.name().ends_with("_pass") && !inside.contexts().is_empty();
    for pass in server.directive.descendants().filter(passes) {
        let gzip = pass.effective_here("gzip");
        if let Some(on) = gzip.last().filter(|gzip| gzip.text(0) == "on") {
            out.report_at(on.location()).emit();
            return;
        }
    }
}
