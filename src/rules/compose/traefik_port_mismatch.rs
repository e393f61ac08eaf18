use crate::compose::written::pulled_image;
use crate::compose::{ComposeProject, Service};
use crate::rules::check::Reporter;

/// Of images that are known, and are run as they are.
pub fn check(_: &ComposeProject, service: Service<'_>, out: &mut Reporter<'_>) {
    let labels = service.labels().filter(|(key, _)| key.starts_with("traefik.") && key.ends_with(".loadbalancer.server.port"));
    for (_, label) in labels.filter(|(_, label)| !label.origin.is_unknown()) {
        let Some(port) = label.as_str().and_then(|port| port.parse::<u16>().ok()) else { continue };
        let Some((image, _)) = pulled_image(&service) else { return };
        let ports = image.known().map_or(&[][..], |known| known.ports());
        if ports.is_empty() || ports.contains(&port) || service.configures_port(port) {
            continue;
        }
        let ports: Vec<String> = ports.iter().map(u16::to_string).collect();
        let draft = out.report_at(label.origin.location()).value("name", service.name).value("port", port.to_string());
        draft.value("image", &image.text).value("ports", ports.join(", ")).emit();
    }
}
