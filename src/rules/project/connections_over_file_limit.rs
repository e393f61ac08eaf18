use crate::compose::Node;
use crate::project::effective::{EffectiveService, System};
use crate::rules::check::Reporter;

pub fn check<'s>(system: &System<'s>, service: &EffectiveService<'s>, out: &mut Reporter<'_>) {
    let Some(web) = system.web_server(service) else { return };
    let Some(node) = service.service.get("ulimits").and_then(|limits| limits.get("nofile")) else { return };
    let soft = node.as_int().or_else(|| node.get("soft").and_then(Node::as_int)).and_then(|soft| u64::try_from(soft).ok());
    let Some(soft) = soft.filter(|_| web.named("worker_rlimit_nofile").next().is_none()) else { return };
    out.project();
    for connections in web.directives().filter(|directive| directive.means("worker_connections")) {
        if let Some(number) = connections.number().filter(|number| *number > soft) {
            out.report_at(connections.at(connections.arguments_span()))
                .value("connections", number.to_string())
                .value("limit", soft.to_string())
                .related_at(node.origin.key_location(), "limit")
                .emit();
        }
    }
}
