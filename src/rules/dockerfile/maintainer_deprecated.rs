use crate::dockerfile::instruction::{Body, Instruction, Keyword};
use crate::dockerfile::model::Dockerfile;
use crate::dockerfile::quote::double_quoted;
use crate::rules::check::Reporter;

/// MAINTAINER keeps quotes and `$` as they are, LABEL does not: the label gets the name without quotes around it, and escapes.
pub fn check(dockerfile: &Dockerfile, _: usize, instruction: &Instruction, out: &mut Reporter<'_>) {
    let Body::Maintainer(author) = &instruction.body else { return };
    let draft = out.report(instruction.keyword_span);
    if !instruction.comments.is_empty() {
        return draft.emit();
    }
    let name = author.text.split_whitespace().collect::<Vec<_>>().join(" ");
    let unquoted = ['"', '\''].iter().find_map(|quote| name.strip_prefix(*quote)?.strip_suffix(*quote)).unwrap_or(&name);
    let label = instruction.in_its_casing(Keyword::Label);
    let value = double_quoted(unquoted, dockerfile.tree.escape);
    let whole = instruction.keyword_span.cover(author.span);
    draft.replace(whole, format!("{label} org.opencontainers.image.authors={value}")).emit();
}
