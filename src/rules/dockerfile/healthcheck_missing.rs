use crate::dockerfile::instruction::{Body, Keyword};
use crate::dockerfile::model::{Dockerfile, Stage};
use crate::rules::check::Reporter;

/// The last stage, which is the image, neither has nor inherits a HEALTHCHECK; `HEALTHCHECK NONE` is a decision.
pub fn check(dockerfile: &Dockerfile, out: &mut Reporter<'_>) {
    let Some(stage) = dockerfile.final_stage().filter(|stage| stage.healthcheck.is_none()) else { return };
    let from = dockerfile.instruction(stage.from);
    let span = match &from.body {
        Body::From { image, .. } => from.keyword_span.cover(image.span),
        _ => from.keyword_span,
    };
    let text = out.text();
    let mut draft = out.report(span);
    if let Some(probe) = probe(stage) {
        let last = dockerfile.instruction(stage.instructions.end.saturating_sub(1).max(stage.from));
        let lines = dockerfile.tree.lines_of(last);
        let newline = if lines.slice(text).ends_with('\n') { "" } else { "\n" };
        let line = format!("{newline}{} CMD {probe}\n", last.in_its_casing(Keyword::Healthcheck));
        draft = draft.value("probe", probe).insert(lines.end(), line);
    }
    // These two are content with one anywhere in the file.
    if dockerfile.tree.instructions.iter().any(|instruction| instruction.keyword == Keyword::Healthcheck) {
        return draft.without("trivy").without("checkov").emit();
    }
    draft.emit();
}

/// How the server of a known image is asked, where nothing here starts something else.
fn probe(stage: &Stage) -> Option<&'static str> {
    let starts_otherwise = stage.command.is_some() || stage.entrypoint.is_some() || stage.shell.is_some();
    stage.image.as_deref().filter(|_| !starts_otherwise)?.known()?.probe()
}
