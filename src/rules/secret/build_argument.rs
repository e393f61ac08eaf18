use crate::rules::check::Reporter;
use crate::secret::{Detection, Topic};
use crate::source::Kind;

/// Build arguments that carry a secret.
pub fn check(detection: &Detection, out: &mut Reporter<'_>) {
    let kind = out.document().kind();
    if detection.topic(kind) != Some(Topic::BuildArgument) {
        return;
    }
    let draft = out.report(detection.span).value("name", &detection.name);
    if kind == Kind::Dockerfile { draft.variant("used").emit() } else { draft.emit() }
}
