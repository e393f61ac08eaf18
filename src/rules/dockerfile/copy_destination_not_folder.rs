use crate::dockerfile::instruction::{Body, Instruction};
use crate::dockerfile::model::Dockerfile;
use crate::rules::check::Reporter;

/// Several sources, and a destination that does not say that it is a folder. BuildKit knows `.` and `..` for what they are.
pub fn check(dockerfile: &Dockerfile, index: usize, instruction: &Instruction, out: &mut Reporter<'_>) {
    let (transfer, is_add) = match &instruction.body {
        Body::Copy(transfer) => (transfer, false),
        Body::Add(transfer) => (transfer, true),
        _ => return,
    };
    let word = &transfer.destination;
    let raw = word.text.trim_matches(['"', '\'']);
    let ends_as_folder =
        |path: &str| path.ends_with(['/', '\\']) || matches!(path.rsplit(['/', '\\']).next(), Some("" | "." | ".."));
    let expanded = dockerfile.expand(index, &word.text).ok().and_then(|expanded| expanded.text);
    let is_folder = ends_as_folder(raw) || expanded.as_deref().is_some_and(ends_as_folder);
    if transfer.sources.len() + transfer.heredocs.len() < 2 || is_folder || raw.is_empty() {
        return;
    }
    let mut draft = out.report(word.span).value("path", raw).value("keyword", instruction.keyword.name());
    draft = draft.value("count", (transfer.sources.len() + transfer.heredocs.len()).to_string());
    if is_add || transfer.sources.len() < 2 {
        draft = draft.without("hadolint").without("trivy").without("kics");
    }
    let end = word.text.find(raw).unwrap_or_default() + raw.len();
    match instruction.place(word, end - raw.len()..end) {
        Some(place) => draft.insert(place.end(), "/").emit(),
        None => draft.emit(),
    }
}
