use crate::dockerfile::instruction::Body;
use crate::dockerfile::model::Dockerfile;
use crate::dockerfile::users::{is_root, user_word};
use crate::finding::Confidence;
use crate::rules::check::Reporter;

/// The USER that the image is left with, wherever in its lineage it stands. Other tools read it as written, and by their own idea of
/// which one is the last.
pub fn check(dockerfile: &Dockerfile, out: &mut Reporter<'_>) {
    let Some(stage) = dockerfile.final_stage().filter(|stage| !stage.windows) else { return };
    let Some(given) = &stage.user else { return };
    let Some(value) = given.value.as_deref().filter(|value| is_root(value)) else { return };
    let Some(word) = user_word(dockerfile.instruction(given.instruction)) else { return };
    let mut draft = out.report(word.span).value("user", value);
    if !is_root(&word.text) || word.text.starts_with("00") {
        draft = draft.confidence(Confidence::Medium).without("hadolint").without("trivy").without("kics").without("checkov");
    }
    let is_user = |index: &usize| matches!(dockerfile.instruction(*index).body, Body::User(_));
    let last = (0..dockerfile.tree.instructions.len()).rev().find(is_user);
    if last != Some(given.instruction) {
        draft = draft.without("trivy").without("checkov");
    }
    if word.text != "root" {
        draft = draft.without("kics").without("checkov");
    }
    draft.emit();
}
