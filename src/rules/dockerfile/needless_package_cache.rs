use crate::dockerfile::caches;
use crate::dockerfile::model::Dockerfile;
use crate::finding::Applicability;
use crate::rules::check::Reporter;

/// What `package-cache` leaves alone: stages that no image gets, and caches that a flag would spare the emptying.
pub fn check(dockerfile: &Dockerfile, out: &mut Reporter<'_>) {
    let text = out.text();
    for script in &dockerfile.scripts {
        let stage = script.stage.filter(|stage| !script.onbuild && !dockerfile.ships(*stage));
        for cache in &caches::filled(dockerfile, script) {
            let case = match (cache.emptied, cache.case(), stage) {
                (true, "apk", _) => "apk-emptied",
                (true, "pip", _) => "pip-emptied",
                (true, "uv", _) => "uv-emptied",
                (false, case, Some(_)) => case,
                _ => continue,
            };
            let name = stage.map_or_else(String::new, |stage| match &dockerfile.stages[stage].name {
                Some(name) => format!("stage `{name}`"),
                None => format!("stage {stage}"),
            });
            let known = cache.is_known_to_hadolint(dockerfile, script);
            let mut draft = out
                .report(cache.call.span())
                .variant(case)
                .value("command", cache.call.title())
                .value("stage", name)
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
