use crate::dockerfile::instruction::{Body, Instruction};
use crate::dockerfile::model::Dockerfile;
use crate::dockerfile::port::Parts;
use crate::rules::check::Reporter;
use crate::source::Span;

pub fn check(dockerfile: &Dockerfile, index: usize, instruction: &Instruction, out: &mut Reporter<'_>) {
    let Body::Expose(ports) = &instruction.body else { return };
    for (at, word) in ports.iter().enumerate() {
        let Some(port) = dockerfile.expand(index, &word.text).ok().and_then(|expanded| expanded.text) else { continue };
        let parts = Parts::of(&port);
        if parts.port != "22" || !parts.is_tcp() {
            continue;
        }
        let text = out.text();
        let mut draft = out.report(word.span).value("port", &word.text);
        // These compare the word as written.
        if word.text != "22" {
            draft = draft.without("checkov").without("kics");
            if word.text != "22/tcp" {
                draft = draft.without("trivy");
            }
        }
        let removal = match (at.checked_sub(1).and_then(|before| ports.get(before)), ports.get(at + 1)) {
            (Some(before), _) => Some(Span::new(before.span.end(), word.span.end())),
            (None, Some(after)) => Some(Span::new(word.span.start(), after.span.start())),
            (None, None) if dockerfile.is_trigger(index, instruction) => None,
            (None, None) => Some(dockerfile.tree.removal_of(instruction)),
        };
        // A comment between two ports would go with it.
        if let Some(removal) = removal.filter(|removal| !removal.slice(text).contains('#')) {
            draft = draft.delete(removal);
        }
        draft.emit();
    }
}
