use crate::dockerfile::instruction::{Body, Instruction};
use crate::dockerfile::model::Dockerfile;
use crate::dockerfile::port::Parts;
use crate::rules::check::Reporter;

pub fn check(dockerfile: &Dockerfile, index: usize, instruction: &Instruction, out: &mut Reporter<'_>) {
    let Body::Expose(ports) = &instruction.body else { return };
    for word in ports {
        let Some(port) = dockerfile.expand(index, &word.text).ok().and_then(|expanded| expanded.text) else { continue };
        let Some(protocol) = Parts::of(&port).protocol.filter(|protocol| **protocol != protocol.to_lowercase()) else { continue };
        let place =
            (port == word.text).then(|| instruction.place(word, word.text.len() - protocol.len()..word.text.len())).flatten();
        let mut draft = out.report(place.unwrap_or(word.span)).value("protocol", protocol);
        if dockerfile.is_trigger(index, instruction) {
            draft = draft.without("buildkit");
        }
        if let Some(place) = place {
            draft = draft.replace(place, protocol.to_lowercase());
        }
        draft.emit();
    }
}
