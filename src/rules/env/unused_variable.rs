use rustc_hash::FxHashSet;

use crate::compose::ComposeProject;
use crate::project::Content;
use crate::rules::check::Reporter;
use crate::source::Location;

pub fn check(project: &ComposeProject, out: &mut Reporter<'_>) {
    let Some(file) = project.env_file.filter(|_| project.is_loadable() && project.unresolved.is_empty()) else { return };
    let Some(env) = out.project().document(file).env() else { return };
    let path = &out.project().document(file).source.path;
    let mut used: FxHashSet<&str> = project.sites.uses().map(|used| used.name.as_str()).collect();
    for service in project.services() {
        let is_this =
            |node: &crate::compose::Node| node.get("path").and_then(|path| path.as_str()).is_none_or(|named| same(named, path));
        if service.list("env_file").iter().any(is_this) {
            return;
        }
        used.extend(service.environment().map(|variable| variable.name));
        let arguments = service.build().and_then(|build| build.get("args"));
        used.extend(arguments.into_iter().flat_map(|arguments| arguments.entries().map(|(name, _)| name)));
    }
    for (_, secret) in project.resources("secrets").chain(project.resources("configs")) {
        used.extend(secret.get("environment").and_then(|name| name.as_str()));
    }
    let values = env.entries.iter().map(|entry| entry.value_span().slice(out.text_of(file)));
    let values: Vec<String> = values.filter(|value| value.contains('$')).map(str::to_owned).collect();
    for entry in &env.entries {
        let key = entry.key.as_str();
        let in_value = values.iter().any(|value| value.contains(key));
        if !used.contains(key) && !in_value && !key.starts_with("COMPOSE_") && !key.starts_with("DOCKER_") {
            out.report_at(Location { file, span: entry.key_span }).value("key", key).emit();
        }
    }
}

fn same(named: &str, path: &str) -> bool {
    named.trim_start_matches("./") == path.trim_start_matches("./")
}
