use crate::rules::check::Reporter;
use crate::secret::{Detection, Topic};

/// Passwords in URLs.
pub fn check(detection: &Detection, out: &mut Reporter<'_>) {
    if detection.topic(out.document().kind()) == Some(Topic::Url) {
        out.report(detection.span).value("scheme", &detection.name).emit();
    }
}
