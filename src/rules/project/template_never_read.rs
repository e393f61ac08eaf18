use crate::project::effective::{EffectiveService, System};
use crate::rules::check::Reporter;
use crate::source::Span;

pub fn check<'s>(system: &System<'s>, service: &EffectiveService<'s>, out: &mut Reporter<'_>) {
    let Some(web) = system.web_server(service).filter(|web| web.is_official() && web.starts_nginx()) else { return };
    let has_own_folder = service.service.variable("NGINX_ENVSUBST_TEMPLATE_DIR").is_some();
    if has_own_folder || web.main().is_some_and(|main| main.named("include").any(|include| include.text(0).ends_with("*"))) {
        return;
    }
    out.project();
    for (place, location) in web.places() {
        let Some(name) = place.strip_prefix("/etc/nginx/conf.d/").filter(|name| name.ends_with(".template")) else { continue };
        let text = system.project.document(location.file).source.text();
        let found = location.span.slice(text).find(place.as_str());
        let start = location.span.start() + found.unwrap_or_default();
        let span = found.map_or(location.span, |_| Span::new(start, start + place.len()));
        let draft = out.report_at(crate::source::Location { file: location.file, span }).value("file", name);
        match found {
            Some(_) => draft.replace(span, format!("/etc/nginx/templates/{name}")).emit(),
            None => draft.by_hand().emit(),
        }
    }
}
