use crate::dockerfile::instruction::{Body, Instruction};
use crate::dockerfile::model::Dockerfile;
use crate::dockerfile::port::Parts;
use crate::rules::check::Reporter;

/// An address or a port of the host in EXPOSE, which BuildKit reads and drops.
pub fn check(dockerfile: &Dockerfile, index: usize, instruction: &Instruction, out: &mut Reporter<'_>) {
    let Body::Expose(ports) = &instruction.body else { return };
    for word in ports {
        let Some(port) = dockerfile.expand(index, &word.text).ok().and_then(|expanded| expanded.text) else { continue };
        let parts = Parts::of(&port);
        if !parts.is_mapped() || parts.port.is_empty() {
            continue;
        }
        let mut draft = out.report(word.span).value("port", &port).value("container", parts.port);
        if dockerfile.is_trigger(index, instruction) {
            draft = draft.without("buildkit");
        }
        // A value from a variable is not the bytes that stand here.
        if port == word.text
            && let Some(mapping) = parts.mapping
            && let Some(place) = instruction.place(word, 0..mapping.len() + 1)
        {
            draft = draft.delete(place);
        }
        draft.emit();
    }
}
