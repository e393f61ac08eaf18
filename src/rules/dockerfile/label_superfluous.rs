use crate::dockerfile::instruction::{Body, Instruction};
use crate::dockerfile::model::Dockerfile;
use crate::rules::check::Reporter;

/// Labels that a strict configuration does not name.
pub fn check(_: &Dockerfile, _: usize, instruction: &Instruction, out: &mut Reporter<'_>) {
    let Body::Label(pairs) = &instruction.body else { return };
    for pair in pairs {
        let key = pair.key.text.trim_matches(['"', '\'']);
        if out.policy().forbids_label(key) {
            out.report(pair.key.span).value("key", key).emit();
        }
    }
}
