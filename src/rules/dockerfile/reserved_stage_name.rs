use crate::dockerfile::model::Dockerfile;
use crate::dockerfile::references::{Reference, ReferenceKind};
use crate::rules::check::Reporter;

/// `reservedStageNames`
const RESERVED: [&str; 2] = ["context", "scratch"];

pub fn check(dockerfile: &Dockerfile, out: &mut Reporter<'_>) {
    for reserved in RESERVED {
        let mut stages = dockerfile.stages.iter().filter(|stage| stage.name.as_deref() == Some(reserved));
        let Some(first) = stages.next() else { continue };
        let is_only = stages.next().is_none();
        let text = out.text();
        let replacement = free_name(dockerfile, reserved);
        for stage in dockerfile.stages.iter().filter(|stage| stage.name == first.name) {
            let Some(word) = dockerfile.name_word(stage) else { continue };
            let draft = out.report(word.span).variant(reserved).value("name", &word.text).value("replacement", &replacement);
            let mut draft = draft.without_if("hadolint", word.text != reserved);
            if is_only && word.span.slice(text) == word.text {
                let references: Vec<_> =
                    dockerfile.references().filter(|one| one.stage == Some(stage.index) && !is_number(one)).collect();
                // What a variable holds, or a FROM that may mean the real `scratch`, is for the author to change.
                if references.iter().all(|one| one.kind != ReferenceKind::From && one.is_plain(text)) {
                    let spans = references.iter().map(|one| one.span).chain([word.span]);
                    draft = spans.fold(draft, |draft, span| draft.replace(span, &replacement));
                }
            }
            draft.emit();
        }
    }
}

fn is_number(reference: &Reference<'_>) -> bool {
    reference.kind == ReferenceKind::Copy && reference.text.parse::<usize>().is_ok()
}

fn free_name(dockerfile: &Dockerfile, name: &str) -> String {
    let numbered = (2..).map(|number| format!("{name}-stage-{number}"));
    let mut candidates = std::iter::once(format!("{name}-stage")).chain(numbered);
    candidates.find(|candidate| dockerfile.stage_by_name(candidate, usize::MAX).is_none()).unwrap_or_default()
}
