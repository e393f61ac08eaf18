use crate::live::{Container, Engine};
use crate::rules::check::Reporter;

/// More names than this are counted.
const MOST_NAMES: usize = 4;

/// One finding a container; what the image brings along is the image's, and a guessable one has a rule of its own.
pub fn check(_: &Engine, container: &Container, out: &mut Reporter<'_>) {
    let own = container
        .environment
        .iter()
        .enumerate()
        .filter(|(_, variable)| variable.secret && !variable.from_image && !variable.guessable);
    let secrets: Vec<_> = own.collect();
    let Some((first, _)) = secrets.first() else { return };
    let mut names: Vec<String> = secrets.iter().take(MOST_NAMES).map(|(_, variable)| format!("`{}`", variable.name)).collect();
    if let Some(more) = secrets.len().checked_sub(MOST_NAMES + 1) {
        names.push(format!("{} more", more + 1));
    }
    out.report_fact(&container.pointer, &format!("/environment/{first}/name"))
        .value("name", container.shown_name())
        .value("variables", names.join(", "))
        .emit();
}
