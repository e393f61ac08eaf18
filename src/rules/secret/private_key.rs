use crate::rules::check::Reporter;
use crate::secret::{Detection, Topic};

/// Private keys in PEM, on many lines or on one.
pub fn check(detection: &Detection, out: &mut Reporter<'_>) {
    if detection.topic(out.document().kind()) == Some(Topic::PrivateKey) {
        out.report(detection.span).emit();
    }
}
