use crate::dockerfile::credential_files::{Credential, credential_in};
use crate::dockerfile::instruction::{Body, Instruction};
use crate::dockerfile::model::Dockerfile;
use crate::rules::check::Reporter;

/// Files that hold credentials by their name, copied from the build context or from another stage.
pub fn check(dockerfile: &Dockerfile, index: usize, instruction: &Instruction, out: &mut Reporter<'_>) {
    let (Body::Copy(transfer) | Body::Add(transfer)) = &instruction.body else { return };
    let from_context = instruction.flag("from").is_none();
    for source in &transfer.sources {
        let Some(credential) = credential_in(&source.text) else { continue };
        let kept_out = from_context && out.document().dockerignore().is_some_and(|ignored| ignored.excludes(&source.text));
        if kept_out || source.text.contains('$') {
            continue;
        }
        let ships = dockerfile.stage_of(index).is_none_or(|stage| dockerfile.ships(stage.index));
        let variant = match (credential, ships) {
            (Credential::Certain, true) => None,
            (Credential::Certain, false) => Some("builder"),
            (Credential::Perhaps, true) => Some("perhaps"),
            (Credential::Perhaps, false) => continue,
        };
        let mut draft = out.report(source.span).value("path", &source.text).value("keyword", instruction.keyword.name());
        if let Some(variant) = variant {
            draft = draft.variant(variant);
        }
        draft.emit();
    }
}
