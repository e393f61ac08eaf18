use crate::dockerfile::model::{Dockerfile, InstructionScript};
use crate::dockerfile::shell_lint::{is_known, is_looked_at, joined_text, lints, may_set, used_names};
use crate::rules::check::Reporter;

/// A variable in lower case that nothing sets. Names in upper case may come from the base image.
pub fn check(dockerfile: &Dockerfile, script: &InstructionScript, out: &mut Reporter<'_>) {
    if !is_looked_at(dockerfile, script) {
        return;
    }
    let text = out.text();
    let Some(joined) = joined_text(dockerfile, script, text) else { return };
    let is_suspect = |name: &str| {
        name.starts_with(|first: char| first.is_ascii_lowercase())
            && !is_known(dockerfile, script.instruction, name)
            && !may_set(dockerfile, script, text, name)
    };
    if !used_names(joined.text()).any(is_suspect) {
        return;
    }
    for lint in lints(dockerfile, script, text, &[2154]) {
        let name = used_names(lint.span.slice(text)).next().unwrap_or_default();
        out.report(lint.span).value("name", name).emit();
    }
}
