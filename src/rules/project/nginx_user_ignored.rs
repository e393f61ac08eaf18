use crate::nginx::write;
use crate::project::effective::{EffectiveService, System};
use crate::rules::check::Reporter;

pub fn check<'s>(system: &System<'s>, service: &EffectiveService<'s>, out: &mut Reporter<'_>) {
    let Some(web) = system.web_server(service).filter(|web| web.is_without_root()) else { return };
    out.project();
    let (_, said) = service.user();
    for user in web.configurations.iter().flat_map(|configuration| configuration.top()).filter(|directive| directive.is("user")) {
        out.report_at(user.location())
            .value("user", user.text(0))
            .value("name", service.service.name)
            .related_at(said, "account")
            .edit(write::remove(user))
            .emit();
    }
}
