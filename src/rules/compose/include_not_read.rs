use crate::compose::{ComposeProject, is_remote};
use crate::rules::check::Reporter;

/// Compose files that nobody looks at here: those that are fetched, and those of the machine that compose runs on.
pub fn check(project: &ComposeProject, out: &mut Reporter<'_>) {
    for unresolved in &project.unresolved {
        let draft = out.report_at(unresolved.location).value("file", unresolved.path.as_str());
        match unresolved.path.as_str() {
            path if is_remote(path) => draft.emit(),
            path if path.starts_with('/') => draft.variant("outside").emit(),
            _ => {}
        }
    }
}
