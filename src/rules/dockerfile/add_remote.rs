use crate::dockerfile::instruction::{Body, Instruction};
use crate::dockerfile::model::Dockerfile;
use crate::dockerfile::remote::{is_repository, is_url};
use crate::rules::check::Reporter;

/// A download whose content nothing pins: no `--checksum`, and for a repository no commit either.
pub fn check(dockerfile: &Dockerfile, index: usize, instruction: &Instruction, out: &mut Reporter<'_>) {
    let Body::Add(transfer) = &instruction.body else { return };
    if instruction.flag("checksum").is_some() {
        return;
    }
    for source in &transfer.sources {
        let expanded = dockerfile.expand(index, &source.text).ok().and_then(|expanded| expanded.text);
        let address = expanded.as_deref().unwrap_or(source.text.trim_matches(['"', '\'']));
        let variant = match address {
            address if is_repository(address) && !has_commit(address) => "repository",
            address if is_url(address) && source.text.contains(".tar") => "archive",
            address if is_url(address) => "url",
            _ => continue,
        };
        let draft = out.report(source.span).variant(variant).value("source", &source.text);
        let holds = source.text.contains("http") || variant == "repository";
        if holds { draft.emit() } else { draft.without("kics").emit() }
    }
}

/// `repository.git#0123…`: a commit names its content.
fn has_commit(address: &str) -> bool {
    let is_commit = |text: &str| matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let behind = address.split_once('#').map(|(_, reference)| reference.split(':').next().unwrap_or_default());
    behind.is_some_and(is_commit) || address.contains("checksum=")
}
