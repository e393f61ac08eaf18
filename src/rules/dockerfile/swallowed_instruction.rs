use crate::dockerfile::model::Dockerfile;
use crate::dockerfile::swallowed;
use crate::finding::{Applicability, Confidence};
use crate::rules::check::Reporter;
use crate::source::Span;

/// The fix takes the continuation off the line above, and a `&&` or `;` that then leads nowhere.
pub fn check(dockerfile: &Dockerfile, out: &mut Reporter<'_>) {
    for (index, instruction) in dockerfile.tree.instructions.iter().enumerate() {
        // Most instructions stand on one line.
        if instruction.line == instruction.end_line {
            continue;
        }
        let text = out.text();
        let Some(found) = swallowed::find(text, dockerfile, index) else { continue };
        let before = found.before.slice(text).trim_end();
        let kept = before.strip_suffix("&&").or_else(|| before.strip_suffix(';')).unwrap_or(before).trim_end();
        let behind = &text[found.before.end()..];
        let line = behind.find('\n').map_or(behind, |end| &behind[..end]);
        let continuation = Span::new(found.before.start() + kept.len(), found.before.end() + line.trim_end_matches('\r').len());
        let mut draft = out.report(found.span).variant(if found.apart { "apart" } else { "next" });
        draft = draft.value("keyword", found.keyword.name()).value("outer", instruction.keyword.name());
        draft = draft.related(Span::new(found.before.end(), found.before.end() + line.trim_end().len()), "continuation");
        if !found.apart {
            draft = draft.confidence(Confidence::Medium).applicability(Applicability::Unsafe);
        }
        // Behind a pipe or `||` something is missing that nobody can guess.
        if !kept.is_empty() && !kept.ends_with(['|', '&']) {
            draft = draft.delete(continuation);
        }
        draft.emit();
    }
}
