use crate::dockerfile::instruction::{Body, Instruction};
use crate::dockerfile::model::Dockerfile;
use crate::dockerfile::remote::{is_repository, is_url};
use crate::rules::check::Reporter;

/// As BuildKit's `validateCopySourcePath`, exceptions (`!`) included: only where none of them can bring something back.
pub fn check(dockerfile: &Dockerfile, index: usize, instruction: &Instruction, out: &mut Reporter<'_>) {
    let Some(dockerignore) = out.document().dockerignore() else { return };
    let transfer = match &instruction.body {
        Body::Copy(transfer) if instruction.flag("from").is_none() => transfer,
        Body::Add(transfer) => transfer,
        _ => return,
    };
    for source in &transfer.sources {
        let Some(path) = dockerfile.expand(index, &source.text).ok().and_then(|expanded| expanded.text) else { continue };
        if path.is_empty() || is_url(&path) || is_repository(&path) {
            continue;
        }
        let trimmed = path.trim_start_matches("./").trim_matches('/');
        let is_root = matches!(trimmed, "" | ".");
        let is_out = if is_root { dockerignore.excludes_everything() } else { dockerignore.excludes(&path) };
        let is_pattern = path.contains(['*', '?', '[']);
        let returns = if is_pattern { dockerignore.has_exceptions() } else { dockerignore.may_return(&path) };
        if !is_out || returns {
            continue;
        }
        let draft = out.report(source.span).value("source", &path).value("keyword", instruction.keyword.name());
        if dockerfile.is_trigger(index, instruction) { draft.without("buildkit").emit() } else { draft.emit() }
    }
}
