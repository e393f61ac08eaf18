use crate::dockerfile::model::{Dockerfile, Stage};
use crate::dockerfile::platform::Platform;
use crate::rules::check::Reporter;

/// `reportConstPlatformDisallowed`. What is left of `--platform` is `dockerfile/platform-flag`.
pub fn check(dockerfile: &Dockerfile, stage: &Stage, out: &mut Reporter<'_>) {
    let Some(platform) = constant(dockerfile, stage).filter(|platform| !is_named(stage, platform)) else { return };
    let Some(flag) = dockerfile.instruction(stage.from).flag("platform") else { return };
    let text = out.text();
    out.report(flag.span)
        .value("platform", flag.value.as_deref().unwrap_or_default())
        .value("architecture", platform.architecture.as_deref().unwrap_or("its"))
        .delete(flag.with_blanks(text))
        .emit();
}

/// The platform of a FROM that names it without variables.
pub(super) fn constant(dockerfile: &Dockerfile, stage: &Stage) -> Option<Platform> {
    let word = dockerfile.platform_word(stage)?;
    let expanded = dockerfile.expand(stage.from, &word.text).ok()?;
    Platform::parse(expanded.text.as_deref().filter(|_| expanded.uses.is_empty())?)
}

/// Whether the name of the stage says that it is meant for this platform.
pub(super) fn is_named(stage: &Stage, platform: &Platform) -> bool {
    let name = stage.name.as_deref().unwrap_or_default();
    [&platform.system, &platform.architecture].into_iter().flatten().any(|part| name.contains(part.as_str()))
}
