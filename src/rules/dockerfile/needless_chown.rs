use crate::dockerfile::instruction::{Body, Instruction};
use crate::dockerfile::model::Dockerfile;
use crate::rules::check::Reporter;
use crate::source::Span;

pub fn check(_: &Dockerfile, _: usize, instruction: &Instruction, out: &mut Reporter<'_>) {
    if !matches!(instruction.body, Body::Copy(_) | Body::Add(_)) {
        return;
    }
    let Some(flag) = instruction.flag("chown") else { return };
    let Some(owner) = flag.value.as_deref() else { return };
    let (user, group) = owner.split_once(':').map_or((owner, None), |(user, group)| (user, Some(group)));
    let is_root = |name: &str| matches!(name, "root" | "0");
    // What comes from the build context belongs to root anyway; what comes from a stage keeps its owner.
    let is_default = is_root(user) && group.is_none_or(is_root) && instruction.flag("from").is_none();
    let behind = out.text().get(flag.span.end()..).unwrap_or_default();
    let blanks = behind.len() - behind.trim_start_matches([' ', '\t']).len();
    let draft = out.report(flag.span).variant(if is_default { "default" } else { "owner" }).value("owner", owner);
    // Alone on its line it would leave a continuation of nothing.
    let is_followed = behind[blanks..].starts_with(|next: char| next.is_ascii_alphanumeric() || "-./[\"$".contains(next));
    if blanks > 0 && is_followed {
        return draft.delete(Span::new(flag.span.start(), flag.span.end() + blanks)).emit();
    }
    draft.emit();
}
