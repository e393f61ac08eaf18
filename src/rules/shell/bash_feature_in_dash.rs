use crate::dockerfile::bash_features;
use crate::dockerfile::model::{Dockerfile, InstructionScript};
use crate::dockerfile::shell_lint::is_dash;
use crate::rules::check::Reporter;
use crate::source::Span;

/// What dash does not know, where `sh` is dash.
pub fn check(dockerfile: &Dockerfile, script: &InstructionScript, out: &mut Reporter<'_>) {
    if !is_dash(dockerfile, script) {
        return;
    }
    let text = out.text();
    for feature in bash_features::of(dockerfile, script, text).into_iter().filter(|feature| feature.is_unknown_to_dash(text)) {
        let mut draft = out.report(feature.span).variant(feature.variant()).value("text", feature.shown(text));
        if let Some((span, instead)) = feature.portable(text) {
            draft = draft.replace(Span::new(span.start(), span.end()), instead);
        }
        draft.emit();
    }
}
