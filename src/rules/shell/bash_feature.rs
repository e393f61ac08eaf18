use crate::dockerfile::bash_features;
use crate::dockerfile::model::{Dockerfile, InstructionScript};
use crate::dockerfile::shell_lint::is_dash;
use crate::rules::check::Reporter;

/// What POSIX does not know, in an `sh` that may know it.
pub fn check(dockerfile: &Dockerfile, script: &InstructionScript, out: &mut Reporter<'_>) {
    let text = out.text();
    for feature in bash_features::of(dockerfile, script, text) {
        if !(is_dash(dockerfile, script) && feature.is_unknown_to_dash(text)) {
            out.report(feature.span).variant(feature.variant()).value("text", feature.shown(text)).emit();
        }
    }
}
