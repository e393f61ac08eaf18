use crate::dockerfile::expand::needs_expansion;
use crate::dockerfile::instruction::{Body, Instruction, Pair, Word};
use crate::dockerfile::model::Dockerfile;
use crate::dockerfile::quote::one_word;
use crate::finding::Applicability;
use crate::rules::check::Reporter;
use crate::source::Span;

/// The fix writes `=` between key and value, and quotes around a value that is more than one word; lines stay as they are.
pub fn check(dockerfile: &Dockerfile, index: usize, instruction: &Instruction, out: &mut Reporter<'_>) {
    let (Body::Env(pairs) | Body::Label(pairs)) = &instruction.body else { return };
    let [Pair { key, value: Some(value), legacy: true, .. }] = pairs.as_slice() else { return };
    let rewritten = rewrite(dockerfile, instruction, key, value);
    let mut draft = out.report(instruction.keyword_span.cover(key.span));
    draft = draft.value("keyword", instruction.keyword.name()).value("key", &key.text);
    if dockerfile.is_trigger(index, instruction) {
        draft = draft.without("buildkit");
    }
    if let Some((edits, applicability)) = rewritten {
        for (span, replacement) in edits {
            draft = draft.replace(span, replacement);
        }
        draft = draft.applicability(applicability);
    }
    draft.emit();
}

type Rewrite = (Vec<(Span, String)>, Applicability);

fn rewrite(dockerfile: &Dockerfile, instruction: &Instruction, key: &Word, value: &Word) -> Option<Rewrite> {
    let escape = dockerfile.tree.escape;
    let rest = &instruction.rest;
    let mut start = rest.position(value.span.start())?;
    let mut applicability = Applicability::Safe;
    // `ENV key = value` sets `= value`, which nobody means.
    if let Some(meant) = rest.text()[start..].strip_prefix('=') {
        start = rest.text().len() - meant.trim_start().len();
        applicability = Applicability::Unsafe;
    }
    let gap = Span::new(key.span.end(), rest.offset(start));
    let value = &rest.text()[start..];
    let has_comment = instruction.comments.iter().any(|comment| gap.contains(*comment));
    if value.is_empty() || has_comment || needs_expansion(&key.text, escape) {
        return None;
    }
    let mut edits = vec![(gap, "=".to_owned())];
    for (range, replacement) in one_word(value, escape)? {
        edits.push((rest.span(start + range.start, start + range.end), replacement));
    }
    Some((edits, applicability))
}
