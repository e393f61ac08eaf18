use crate::compose::{ComposeProject, Service, Text};
use crate::rules::check::Reporter;

pub fn check(_: &ComposeProject, service: Service<'_>, out: &mut Reporter<'_>) {
    for word in words(service).filter(|word| !word.is_unknown()) {
        let lower = word.text.trim().to_ascii_lowercase();
        if matches!(lower.as_str(), "--api.insecure" | "--api.insecure=true") {
            let items = out.yaml_at(word.origin.location()).filter(|_| word.origin.is_own());
            let edits = items.and_then(|(tree, node)| out.edit_yaml(word.origin.file, tree, |editor| editor.remove(node)));
            let draft = out.report_at(word.origin.location()).value("name", service.name).value("router", "");
            edits.into_iter().flatten().fold(draft, |draft, edit| draft.edit(edit)).emit();
        }
    }
    if let Some(variable) = service.variable("TRAEFIK_API_INSECURE").filter(|variable| variable.value == Some("true")) {
        out.report_at(variable.origin.location()).value("name", service.name).value("router", "").emit();
    }
    for (key, value) in service.labels() {
        let router = key.strip_prefix("traefik.http.routers.").and_then(|rest| rest.strip_suffix(".service"));
        let Some(router) = router.filter(|_| value.as_str() == Some("api@internal")) else { continue };
        let asks = |(key, _): (&str, _)| key.eq_ignore_ascii_case(&format!("traefik.http.routers.{router}.middlewares"));
        if !service.labels().any(asks) {
            let draft = out.report_at(value.origin.location()).variant("router").value("name", service.name);
            draft.value("router", router).emit();
        }
    }
}

/// The words of the command of a service.
pub(super) fn words(service: Service<'_>) -> impl Iterator<Item = Text<'_>> {
    let words = service.words("command").unwrap_or_default();
    words.iter().filter_map(|node| Some(Text { text: node.as_str()?, origin: node.origin }))
}
