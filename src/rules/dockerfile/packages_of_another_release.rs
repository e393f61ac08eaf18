use crate::dockerfile::instruction::Body;
use crate::dockerfile::model::{Dockerfile, Stage};
use crate::rules::check::Reporter;

pub fn check(dockerfile: &Dockerfile, out: &mut Reporter<'_>) {
    for stage in &dockerfile.stages {
        let Some(runs) = python(stage) else { continue };
        for (_, instruction) in dockerfile.instructions_of(stage) {
            let (Body::Copy(transfer), Some(from)) = (&instruction.body, instruction.flag("from")) else { continue };
            let name = from.value.as_deref().unwrap_or_default();
            let other = dockerfile.stage_by_reference(name, stage.index);
            let made_by = other.and_then(python);
            for source in &transfer.sources {
                let (built, variant) = match (folder_release(&source.text), made_by) {
                    (Some(named), _) => (named, None),
                    (None, Some(built)) if is_environment(&source.text) => (built, Some("environment")),
                    _ => continue,
                };
                // The folder on the other side may well be the one of this release.
                if built == runs || folder_release(&transfer.destination.text).is_some_and(|release| release == runs) {
                    continue;
                }
                let places = [(other.map(|other| other.from), "built"), (Some(dockerfile.stages[stage.root].from), "runs")];
                let spans: Vec<_> =
                    places.into_iter().filter_map(|(from, label)| Some((dockerfile.instruction(from?).span, label))).collect();
                let draft = out.report(source.span);
                let draft = if let Some(variant) = variant { draft.variant(variant) } else { draft };
                let draft = draft.value("path", &source.text).value("built", built).value("runs", runs);
                spans.into_iter().fold(draft, |draft, (span, label)| draft.related(span, label)).emit();
            }
        }
    }
}

/// The release of Python, `3.12`, of the image that a stage is built on; `None` for any other image.
fn python(stage: &Stage) -> Option<&str> {
    let image = stage.image.as_deref().filter(|image| image.short_name() == "python")?;
    release(image.tag.as_deref()?)
}

/// `3.12` at the start of a text.
fn release(text: &str) -> Option<&str> {
    let minor = text.strip_prefix("3.")?;
    let digits = minor.find(|char: char| !char.is_ascii_digit()).unwrap_or(minor.len());
    (digits > 0).then(|| &text[..2 + digits])
}

/// The release that a path is called after: `/usr/local/lib/python3.12/site-packages`.
fn folder_release(path: &str) -> Option<&str> {
    path.match_indices("/python3.").find_map(|(at, _)| release(&path[at + "/python".len()..]))
}

fn is_environment(path: &str) -> bool {
    let name = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    matches!(name, "venv" | ".venv" | "virtualenv")
}
