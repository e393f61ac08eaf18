use crate::catalog::default_credentials::DefaultCredentials;
use crate::compose::written::pulled_image;
use crate::compose::{ComposeProject, Service};
use crate::rules::check::Reporter;

/// Only for ports that everybody reaches; a configuration that is mounted may say another password.
pub fn check(_: &ComposeProject, service: Service<'_>, out: &mut Reporter<'_>) {
    let is_open = |port: &crate::compose::Port<'_>| port.is_on_all_addresses() && !port.is_unknown();
    let Some(port) = service.ports().find(is_open) else { return };
    let Some((image, origin)) = pulled_image(&service) else { return };
    let has = |name: &str| service.variable(name).is_some();
    let Some((product, built_in)) = DefaultCredentials::table().built_in(&image.familiar_name(), &has) else { return };
    let is_configured = |path: &str| path.starts_with("/etc/") || path.ends_with(".env") || path.ends_with(".conf");
    let words = ["command", "entrypoint"].into_iter().filter_map(|key| service.words(key)).flatten();
    let names_password = words.filter_map(|word| word.as_str()).any(|word| word.to_ascii_lowercase().contains("pass"));
    // What comes from a file that is not here is not known.
    let is_unknown = !service.list("env_file").is_empty() && service.get("environment").is_none();
    if service.volumes().any(|mount| is_configured(mount.target)) || names_password || is_unknown {
        return;
    }
    let variable = built_in.variable();
    let place = port.published_node();
    let draft = out
        .report_at(origin.location())
        .related_at(place.origin.location(), "port")
        .value("name", service.name)
        .value("product", &product.name);
    let draft =
        draft.value("user", &built_in.user).value("variable", variable).value("port", port.published.unwrap_or("of any number"));
    draft.by_hand().emit();
}
