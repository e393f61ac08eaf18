use crate::rules::check::Reporter;
use crate::rules::example_line;
use crate::secret::{DefaultKind, Detection, Evidence, Topic};

/// What the documentation of an image shows, and switches that let everyone in.
pub fn check(detection: &Detection, out: &mut Reporter<'_>) {
    if detection.topic(out.document().kind()) != Some(Topic::DefaultCredential) {
        return;
    }
    let Evidence::Default(kind) = detection.evidence else { return };
    let line = example_line::edit(detection, out);
    let draft = out.report(detection.span).value("name", &detection.name);
    match kind {
        DefaultKind::Open(product) => draft.variant("open").value("product", product).emit(),
        DefaultKind::Credential(product) => {
            let mut draft = draft.value("product", product);
            if let Some((place, reference)) = detection.reference() {
                draft = draft.replace(place, reference).edits(line);
            }
            draft.emit();
        }
    }
}
