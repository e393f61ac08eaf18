//! What a fix that takes a value out of a compose file says to those who start from a fresh clone: a line in the example of `.env`.

use super::check::Reporter;
use crate::finding::Edit;
use crate::secret::{Detection, is_example};
use crate::source::sources::folder;
use crate::source::{Kind, Span};

/// The edit that names the variable, which takes the place of a secret, in the example beside the judged compose file, without a value; `None` where there is no such file, or it
/// names the variable already.
pub fn edit(detection: &Detection, out: &Reporter<'_>) -> Option<Edit> {
    let variable = match &detection.fallback {
        Some(fallback) => &fallback.variable,
        None => detection.reference().map(|_| &detection.name)?,
    };
    if out.document().kind() != Kind::Compose {
        return None;
    }
    let beside = folder(&out.document().source.path);
    let documents = out.project().documents.iter();
    let is_shown = |path: &str| path.rsplit('/').next().is_some_and(|name| name.starts_with(".env.") || name.starts_with("env."));
    let example = documents
        .filter(|document| document.kind() == Kind::Env && folder(&document.source.path) == beside)
        .find(|document| is_example(&document.source.path, Kind::Env) && is_shown(&document.source.path))?;
    let env = example.env()?;
    if !env.problems.is_empty() || env.entries.iter().any(|entry| entry.key == *variable) {
        return None;
    }
    let text = example.source.text();
    let newline = example.source.newline();
    let before = if text.is_empty() || text.ends_with('\n') { "" } else { newline };
    let replacement = format!("{before}{variable}={newline}");
    Some(Edit { file: example.file, span: Span::empty(text.len()), replacement })
}
