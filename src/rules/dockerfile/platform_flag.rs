use crate::dockerfile::model::{Dockerfile, Stage};
use crate::rules::check::Reporter;

use super::constant_platform::{constant, is_named};

/// What hadolint adds to `dockerfile/constant-platform`: it looks for two names and for nothing else.
pub fn check(dockerfile: &Dockerfile, stage: &Stage, out: &mut Reporter<'_>) {
    let Some(word) = dockerfile.platform_word(stage).filter(|word| !word.text.is_empty()) else { return };
    if word.text.contains("BUILDPLATFORM") || word.text.contains("TARGETPLATFORM") {
        return;
    }
    let variant = match constant(dockerfile, stage) {
        Some(platform) if is_named(stage, &platform) => "named",
        None if word.text.contains('$') => "variable",
        _ => return,
    };
    out.report(word.span).variant(variant).value("platform", &word.text).emit();
}
