use crate::rules::check::Reporter;
use crate::rules::example_line;
use crate::secret::{Detection, Strength, Topic};

/// `${PASSWORD:-changeme}`: what holds when nobody sets the variable.
pub fn check(detection: &Detection, out: &mut Reporter<'_>) {
    if detection.topic(out.document().kind()) != Some(Topic::WeakDefault) {
        return;
    }
    let Some(fallback) = &detection.fallback else { return };
    let line = example_line::edit(detection, out);
    let mut draft = out.report(detection.span).value("variable", &fallback.variable);
    if detection.strength == Strength::Placeholder {
        draft = draft.variant("placeholder");
    }
    draft.replace(fallback.operation, format!(":?set {}", fallback.variable)).edits(line).emit();
}
