use crate::compose::Node;
use crate::project::effective::{EffectiveService, System};
use crate::rules::check::Reporter;

/// Docker lets every account bind low ports, but only in a network of the container.
pub fn check<'s>(system: &System<'s>, service: &EffectiveService<'s>, out: &mut Reporter<'_>) {
    let own = service.service;
    let is_host = own.get("network_mode").and_then(Node::as_str) == Some("host");
    let Some(web) = system.web_server(service).filter(|web| is_host && web.is_without_root()) else { return };
    if own.get("cap_add").is_some() {
        return;
    }
    out.project();
    let (_, said) = service.user();
    for listening in web.listening().unwrap_or_default() {
        if let Some(place) = listening.place.filter(|_| listening.port < 1024) {
            out.report_at(place)
                .value("port", listening.port.to_string())
                .value("name", own.name)
                .related_at(said, "account")
                .emit();
        }
    }
}
