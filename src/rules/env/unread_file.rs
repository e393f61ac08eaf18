use crate::compose::ComposeProject;
use crate::project::Content;
use crate::rules::check::Reporter;
use crate::secret::is_example;
use crate::source::Location;
use crate::source::sources::folder;

/// Files beside a project that set what it lacks.
pub fn check(project: &ComposeProject, out: &mut Reporter<'_>) {
    let mut missing: Vec<_> = project.missing_variables().collect();
    missing.dedup_by(|one, other| one.name == other.name);
    if missing.is_empty() {
        return;
    }
    let all = out.project();
    let beside = folder(&all.document(project.root).source.path);
    for document in &all.documents {
        let source = &document.source;
        let Some(env) = document.env() else { continue };
        if folder(&source.path) != beside || project.files.contains(&document.file) || is_example(&source.path, source.kind) {
            continue;
        }
        let found = env.entries.iter().find_map(|entry| Some((entry, missing.iter().find(|used| used.name == entry.key)?)));
        if let Some((entry, used)) = found {
            let name = source.path.rsplit('/').next().unwrap_or_default();
            let draft = out.report_at(Location { file: document.file, span: entry.key_span }).value("name", name);
            draft.value("key", &entry.key).related_at(used.location, "used").emit();
        }
    }
}
