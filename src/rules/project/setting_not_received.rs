use crate::compose::Node;
use crate::env::Value;
use crate::project::effective::{EffectiveService, System};
use crate::project::{Content, Document};
use crate::rules::check::Reporter;
use crate::secret::is_example;
use crate::source::Location;
use crate::source::sources::join;

pub fn check<'s>(system: &System<'s>, service: &EffectiveService<'s>, out: &mut Reporter<'_>) {
    let Some(built) = service.built.filter(|_| system.compose.is_loadable()) else { return };
    keeps_default(system, service, built, out);
    keeps_out(system, service, built, out);
}

/// Variables of the Dockerfile that `.env` sets to something else, while nobody hands it on.
fn keeps_default<'s>(system: &System<'s>, service: &EffectiveService<'s>, built: &Document, out: &mut Reporter<'_>) {
    let Some(document) = system.compose.env_file.map(|file| system.project.document(file)) else { return };
    let (Some(env), Some(container)) = (document.env(), &service.container) else { return };
    let Some(stage) = container.stage() else { return };
    let arguments = service.service.build().and_then(|build| build.get("args"));
    for variable in container.dockerfile().variables_of(stage).into_iter().filter(|variable| variable.environment) {
        let Some(entry) = env.get(&variable.name) else { continue };
        let Value::Written { template, .. } = &entry.value else { continue };
        let is_used = system.compose.sites.uses().any(|used| used.name == variable.name);
        let is_given = service.service.variable(&variable.name).is_some()
            || arguments.is_some_and(|arguments| arguments.get(&variable.name).is_some());
        let place = container.location(variable.span).filter(|place| place.file == built.file);
        // An ARG of the build may well be behind it.
        let Some(_) = variable.value.as_deref().filter(|value| *value != template && !is_used && !is_given) else { continue };
        let Some(place) = place.filter(|_| !template.is_empty()) else { continue };
        out.report_at(Location { file: document.file, span: entry.key_span })
            .variant("default")
            .value("name", service.service.name)
            .value("key", &entry.key)
            .value("path", document.source.path.as_str())
            .related_at(place, "default")
            .emit();
    }
}

/// The env file in the folder of the build, where the image does not get it, and the container neither.
fn keeps_out<'s>(system: &System<'s>, service: &EffectiveService<'s>, built: &Document, out: &mut Reporter<'_>) {
    let context = service.service.build().and_then(|build| build.get("context")).filter(|node| !node.origin.is_unknown());
    let Some(context) = context.and_then(Node::as_str).map(|context| join(".", context)) else { return };
    if context == join(".", &system.compose.directory) || !built.dockerignore().is_some_and(|ignored| ignored.excludes(".env")) {
        return;
    }
    let path = join(&context, ".env");
    let Some(document) = system.project.file_at(&path).map(|file| system.project.document(file)) else { return };
    let Some(env) = document.env() else { return };
    let is_mounted = service.service.volumes().any(|mount| {
        mount.kind == "bind" && mount.source.is_none_or(|source| path.starts_with(&join(".", source)) || mount.is_unknown())
    });
    // What runs is another file, or nobody knows which.
    if is_mounted || !service.service.list("env_file").is_empty() || is_example(&path, document.kind()) {
        return;
    }
    let given = |key: &str| service.service.variable(key).is_some();
    let Some(entry) = env.entries.iter().find(|entry| !given(&entry.key) && matches!(entry.value, Value::Written { .. })) else {
        return;
    };
    let draft = out.report_at(Location { file: document.file, span: entry.key_span });
    draft
        .value("name", service.service.name)
        .value("key", &entry.key)
        .value("path", document.source.path.as_str())
        .value("reason", "no `env_file` names it, and `.dockerignore` keeps it out of the image")
        .related_at(service.place(), "ignored")
        .emit();
}
