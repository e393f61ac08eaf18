use crate::dockerfile::run_time_user::{Identity, run_time_user};
use crate::project::Content;
use crate::project::effective::{EffectiveService, System};
use crate::rules::check::Reporter;

/// Compose makes root what the image, or the Dockerfile, took care to run as somebody else.
pub fn check<'s>(_: &System<'s>, service: &EffectiveService<'s>, out: &mut Reporter<'_>) {
    let Some(user) = service.service.user().filter(|user| !user.is_unknown()) else { return };
    if service.user().0 != Identity::Root {
        return;
    }
    let draft = out.report_at(user.origin.location()).value("name", service.service.name).value("user", user.text);
    if let Some(document) = service.built {
        let Content::Dockerfile(dockerfile) = &document.content else { return };
        let target = service.service.build().and_then(|build| build.get("target")).and_then(crate::compose::Node::as_str);
        let stage = match target {
            Some(name) => dockerfile.stage_by_name(name, dockerfile.stages.len()),
            None => dockerfile.final_stage(),
        };
        let Some(stage) = stage else { return };
        let before = run_time_user(dockerfile, stage);
        let (Identity::Account(account), Some(instruction)) = (before.identity, before.instruction) else { return };
        let place = crate::source::Location { file: document.file, span: dockerfile.instruction(instruction).span };
        draft.value("account", account).related_at(place, "account").emit();
        return;
    }
    let Some(image) = service.image() else { return };
    let account = image.known().map(|known| known.user()).filter(|account| !matches!(*account, "" | "0" | "root"));
    // An entrypoint that steps down wants to be root first.
    let steps_down = image.known().is_some_and(|known| known.steps_down_to().is_some());
    if steps_down || account.is_none() && !image.sets_user() {
        return;
    }
    draft.variant("image").value("image", image.text.as_str()).emit();
}
