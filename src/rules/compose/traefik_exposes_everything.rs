use super::traefik_dashboard_open::words;
use crate::compose::{ComposeProject, Service};
use crate::rules::check::Reporter;

pub fn check(_: &ComposeProject, service: Service<'_>, out: &mut Reporter<'_>) {
    let lower = |text: &str| text.trim().to_ascii_lowercase();
    let provider =
        words(service).find(|word| matches!(lower(word.text).as_str(), "--providers.docker" | "--providers.docker=true"));
    let says = |word: &str| lower(word).starts_with("--providers.docker.exposedbydefault=");
    let known = words(service).all(|word| !word.is_unknown() && !says(word.text));
    if let Some(provider) = provider.filter(|_| known && service.variable("TRAEFIK_PROVIDERS_DOCKER_EXPOSEDBYDEFAULT").is_none())
    {
        out.report_at(provider.origin.location()).value("name", service.name).emit();
    }
}
