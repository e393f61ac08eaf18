use crate::compose::{ComposeProject, VariableUse};
use crate::rules::check::Reporter;

/// Each variable once, at its first place: `docker compose` too warns once for each. `${NAME:?…}` says itself that it must be set.
pub fn check(project: &ComposeProject, out: &mut Reporter<'_>) {
    let mut seen: Vec<&str> = Vec::new();
    let is_required = |used: &&VariableUse| used.operator.is_some_and(|operator| operator.is_required());
    for used in project.missing_variables().filter(|used| !is_required(used)) {
        if !seen.contains(&used.name.as_str()) {
            seen.push(&used.name);
            out.report_at(used.location).value("name", used.name.clone()).emit();
        }
    }
}
