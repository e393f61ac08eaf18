use crate::dockerfile::instruction::Body;
use crate::dockerfile::model::{Dockerfile, InstructionScript};
use crate::dockerfile::probe::writes;
use crate::rules::check::Reporter;
use crate::shell::Command;

pub fn check(dockerfile: &Dockerfile, script: &InstructionScript, command: &Command, out: &mut Reporter<'_>) {
    if !matches!(dockerfile.instruction(script.instruction).body, Body::Healthcheck(_)) {
        return;
    }
    if let Some(found) = writes(command) {
        out.report(found.span).variant(found.variant).value("what", found.what).emit();
    }
}
