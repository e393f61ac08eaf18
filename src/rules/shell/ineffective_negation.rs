use crate::dockerfile::model::{Dockerfile, InstructionScript};
use crate::dockerfile::shell_lint::is_looked_at;
use crate::rules::check::Reporter;
use crate::source::Span;

/// `! command` under `set -e`: neither its success nor its failure ends the script.
pub fn check(dockerfile: &Dockerfile, script: &InstructionScript, out: &mut Reporter<'_>) {
    if script.script.negations.is_empty() || !is_looked_at(dockerfile, script) {
        return;
    }
    if !script.errexit && !script.script.mentions_errexit() {
        return;
    }
    for negation in &script.script.negations {
        out.report(Span::new(negation.start(), negation.start() + 1)).insert(negation.end(), " || exit 1").emit();
    }
}
