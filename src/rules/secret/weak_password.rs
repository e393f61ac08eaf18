use crate::rules::check::Reporter;
use crate::rules::example_line;
use crate::secret::{Detection, Evidence, Topic};

/// Passwords that everyone tries first.
pub fn check(detection: &Detection, out: &mut Reporter<'_>) {
    if detection.topic(out.document().kind()) != Some(Topic::WeakPassword) {
        return;
    }
    let line = example_line::edit(detection, out);
    let mut draft = out.report(detection.span).value("name", &detection.name);
    if detection.evidence == Evidence::Url {
        draft = draft.variant("url");
    }
    if let Some((place, reference)) = detection.reference() {
        draft = draft.replace(place, reference).edits(line);
    }
    draft.emit();
}
