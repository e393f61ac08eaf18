use crate::dockerfile::instruction::{Body, Keyword};
use crate::dockerfile::model::Dockerfile;
use crate::rules::check::Reporter;

/// The last stage, which is the image, neither has nor inherits a HEALTHCHECK; `HEALTHCHECK NONE` is a decision.
pub fn check(dockerfile: &Dockerfile, out: &mut Reporter<'_>) {
    let Some(stage) = dockerfile.final_stage().filter(|stage| stage.healthcheck.is_none()) else { return };
    let from = dockerfile.instruction(stage.from);
    let span = match &from.body {
        Body::From { image, .. } => from.keyword_span.cover(image.span),
        _ => from.keyword_span,
    };
    let draft = out.report(span);
    // These two are content with one anywhere in the file.
    if dockerfile.tree.instructions.iter().any(|instruction| instruction.keyword == Keyword::Healthcheck) {
        return draft.without("trivy").without("checkov").emit();
    }
    draft.emit();
}
