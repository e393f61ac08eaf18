use crate::dockerfile::run_time_user::{Identity, run_time_user};
use crate::project::Content;
use crate::project::effective::{EffectiveService, System};
use crate::rules::check::Reporter;
use crate::source::Location;

/// The account that `user` of a service takes away.
pub enum TakenAway<'a> {
    /// Set by the Dockerfile of the service, here.
    Account(String, Location),
    /// Set by its image.
    Image(&'a str),
}

/// Compose makes root what the image, or the Dockerfile, took care to run as somebody else.
pub fn check<'s>(_: &System<'s>, service: &EffectiveService<'s>, out: &mut Reporter<'_>) {
    let Some(user) = service.service.user().filter(|user| !user.is_unknown()) else { return };
    match taken_away(service) {
        Some(TakenAway::Account(account, place)) => {
            let draft = out.report_at(user.origin.location()).value("name", service.service.name).value("user", user.text);
            draft.value("account", account).related_at(place, "account").emit();
        }
        Some(TakenAway::Image(image)) => {
            let draft = out.report_at(user.origin.location()).value("name", service.service.name).value("user", user.text);
            draft.variant("image").value("image", image).emit();
        }
        None => {}
    }
}

/// The account that a service would run as if compose did not make it root.
pub fn taken_away<'a>(service: &'a EffectiveService<'_>) -> Option<TakenAway<'a>> {
    service.service.user().filter(|user| !user.is_unknown() && service.user().0 == Identity::Root)?;
    if let Some(document) = service.built {
        let dockerfile = document.dockerfile()?;
        let target = service.service.build().and_then(|build| build.get("target")).and_then(crate::compose::Node::as_str);
        let stage = match target {
            Some(name) => dockerfile.stage_by_name(name, dockerfile.stages.len()),
            None => dockerfile.final_stage(),
        }?;
        let before = run_time_user(&dockerfile, stage);
        let (Identity::Account(account), Some(instruction)) = (before.identity, before.instruction) else { return None };
        let place = Location { file: document.file, span: dockerfile.instruction(instruction).span };
        return Some(TakenAway::Account(account, place));
    }
    let image = service.image()?;
    let account = image.known().map(|known| known.user()).filter(|account| !matches!(*account, "" | "0" | "root"));
    // An entrypoint that steps down wants to be root first.
    let steps_down = image.known().is_some_and(|known| known.steps_down_to().is_some());
    (!steps_down && (account.is_some() || image.sets_user())).then_some(TakenAway::Image(&image.text))
}
