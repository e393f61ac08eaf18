use crate::compose::ComposeProject;
use crate::rules::check::Reporter;

/// Each variable once, at its first place: `docker compose` too warns once for each.
pub fn check(project: &ComposeProject, out: &mut Reporter<'_>) {
    let mut seen: Vec<&str> = Vec::new();
    for used in project.missing_variables() {
        if !seen.contains(&used.name.as_str()) {
            seen.push(&used.name);
            out.report_at(used.location).value("name", used.name.clone()).emit();
        }
    }
}
