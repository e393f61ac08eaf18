use crate::rules::check::Reporter;
use crate::rules::example_line;
use crate::secret::{Detection, Evidence, Setting, Topic};

/// Secrets by the name of their variable, flag or header.
pub fn check(detection: &Detection, out: &mut Reporter<'_>) {
    if detection.topic(out.document().kind()) != Some(Topic::Literal) {
        return;
    }
    let line = example_line::edit(detection, out);
    let mut draft = out.report(detection.span).value("name", &detection.name);
    let variant = match (detection.setting, detection.evidence) {
        (Setting::Fallback, _) => Some("fallback"),
        (_, Evidence::Hash) => Some("hash"),
        (Setting::BuildArgument, _) => Some("build-argument"),
        (_, Evidence::Argument) => Some("argument"),
        (_, Evidence::Header) => Some("header"),
        _ => None,
    };
    if let Some(variant) = variant {
        draft = draft.variant(variant);
    }
    if let Some(fallback) = &detection.fallback {
        draft = draft
            .value("variable", &fallback.variable)
            .replace(fallback.operation, format!(":?set {}", fallback.variable))
            .edits(line);
    } else if let Some((place, reference)) = detection.reference() {
        draft = draft.replace(place, reference).edits(line);
    }
    draft.emit();
}
