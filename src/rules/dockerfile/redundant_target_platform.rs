use crate::dockerfile::expand::{self, Lookup};
use crate::dockerfile::model::{Dockerfile, Stage};
use crate::rules::check::Reporter;

const NAME: &str = "TARGETPLATFORM";

/// `reportRedundantTargetPlatform`: the value is that of the one variable and nothing else.
pub fn check(dockerfile: &Dockerfile, stage: &Stage, out: &mut Reporter<'_>) {
    let Some(flag) = dockerfile.instruction(stage.from).flag("platform") else { return };
    let value = flag.value.as_deref().unwrap_or_default();
    // An ARG of the file itself may give it another value.
    if !value.contains(NAME) || dockerfile.variable(stage.from, NAME).is_some_and(|declared| declared.value_span.is_some()) {
        return;
    }
    let mut lookup = |name: &str| if name == NAME { Lookup::Value("\u{1}".to_owned()) } else { Lookup::Unset };
    let Ok(expanded) = expand::expand(value, dockerfile.tree.escape, &mut lookup) else { return };
    if expanded.text.as_deref() != Some("\u{1}") || expanded.uses.iter().any(|usage| usage.name != NAME) {
        return;
    }
    let text = out.text();
    let written = flag.value_span.slice(text);
    out.report(flag.span)
        .without_if("hadolint", !matches!(written, "$TARGETPLATFORM" | "${TARGETPLATFORM}"))
        .delete(flag.with_blanks(text))
        .emit();
}
