use crate::compose::{ComposeProject, Ways};
use crate::rules::check::Reporter;
use crate::source::{Location, Span};

pub fn check(project: &ComposeProject, out: &mut Reporter<'_>) {
    if project.tree.get("name").is_none_or(|name| name.origin.ways.has(Ways::IMPLIED)) {
        out.report_at(Location { file: project.root, span: Span::default() }).emit();
    }
}
