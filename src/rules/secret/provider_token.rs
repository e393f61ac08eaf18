use crate::finding::{Confidence, Severity};
use crate::rules::check::Reporter;
use crate::secret::{Detection, Evidence, Setting, Topic};

/// Tokens that tell by their form who gave them out.
pub fn check(detection: &Detection, out: &mut Reporter<'_>) {
    if detection.topic(out.document().kind()) != Some(Topic::Token) {
        return;
    }
    let Evidence::Token { provider, perishable, proven } = detection.evidence else { return };
    let mut draft = out.report(detection.span).value("provider", provider);
    if detection.setting == Setting::Example {
        draft = draft.severity(if proven { Severity::High } else { Severity::Info });
    } else if perishable {
        draft = draft.variant("perishable");
    }
    if proven {
        draft = draft.confidence(Confidence::High);
    }
    draft.emit();
}
