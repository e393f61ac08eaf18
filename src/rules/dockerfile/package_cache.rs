use crate::dockerfile::caches;
use crate::dockerfile::model::Dockerfile;
use crate::finding::Applicability;
use crate::rules::check::Reporter;

/// Only what ends up in an image: the last stage, those that it is built on, and triggers.
pub fn check(dockerfile: &Dockerfile, out: &mut Reporter<'_>) {
    let text = out.text();
    for script in &dockerfile.scripts {
        if !script.onbuild && script.stage.is_some_and(|stage| !dockerfile.ships(stage)) {
            continue;
        }
        for cache in caches::filled(dockerfile, script).iter().filter(|cache| !cache.emptied) {
            let known = cache.is_known_to_hadolint(dockerfile, script);
            let mut draft = out
                .report(cache.call.span())
                .variant(cache.case())
                .value("command", cache.call.title())
                .without_if("hadolint", !known);
            if let Some(mending) = cache.mending(dockerfile, text, script) {
                draft = draft.replace_all(mending.edits);
                if !mending.safe {
                    draft = draft.applicability(Applicability::Unsafe);
                }
            }
            draft.emit();
        }
    }
}
