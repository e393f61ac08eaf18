use crate::nginx::write;
use crate::project::effective::{EffectiveService, System};
use crate::rules::check::Reporter;

/// The official image links these to its own output.
const LINKED: [&str; 2] = ["/var/log/nginx/access.log", "/var/log/nginx/error.log"];

/// Only in images of which it is known what they link.
pub fn check<'s>(system: &System<'s>, service: &EffectiveService<'s>, out: &mut Reporter<'_>) {
    let Some(web) = system.web_server(service).filter(|web| web.is_official()) else { return };
    out.project();
    for log in web.directives().filter(|directive| directive.means("access_log") || directive.means("error_log")) {
        let path = log.text(0);
        let is_file = path.starts_with('/') && !path.contains('$') && log.argument(0).is_some_and(|argument| !argument.is_opaque);
        if !is_file || path.starts_with("/dev/") || path.starts_with("/proc/") || LINKED.contains(&path) {
            continue;
        }
        let name = path.rsplit('/').next().unwrap_or_default();
        if web.mount_over(path).is_some() || web.has_tmpfs(path) || web.is_prepared(name) {
            continue;
        }
        let Some(argument) = log.argument(0) else { continue };
        let output = if log.is("error_log") { "/dev/stderr" } else { "/dev/stdout" };
        out.report_at(log.at(argument.span))
            .value("path", path)
            .value("name", service.service.name)
            .value("output", output)
            .edit(write::replace(log, argument, output))
            .emit();
    }
}
