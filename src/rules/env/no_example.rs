use rustc_hash::FxHashSet;

use crate::compose::{ComposeProject, SetBy, Ways};
use crate::rules::check::Reporter;
use crate::secret::is_example;
use crate::source::sources::folder;
use crate::source::{Kind, Location, Span};

pub fn check(project: &ComposeProject, out: &mut Reporter<'_>) {
    let Some(file) = project.env_file else { return };
    let all = out.project();
    let source = &all.document(file).source;
    let taken = project.sites.uses().filter(|used| matches!(used.set, SetBy::File(place) if place.file == file));
    let mut names: FxHashSet<&str> = taken.map(|used| used.name.as_str()).collect();
    // A service that has it as its `env_file` takes all of it.
    let given = project.services().flat_map(|service| service.environment());
    names.extend(
        given
            .filter(|variable| variable.origin.file == file && variable.origin.ways.has(Ways::ENV_FILE))
            .map(|variable| variable.name),
    );
    let beside = folder(&source.path);
    let shows = all
        .documents
        .iter()
        .map(|document| &document.source)
        .any(|other| other.kind == Kind::Env && folder(&other.path) == beside && is_example(&other.path, other.kind));
    if !names.is_empty() && !shows && !source.custody.in_git && !is_example(&source.path, source.kind) {
        out.report_at(Location { file, span: Span::default() }).value("count", names.len().to_string()).emit();
    }
}
