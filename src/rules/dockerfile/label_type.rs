use crate::dockerfile::instruction::Instruction;
use crate::dockerfile::model::Dockerfile;
use crate::rules::check::Reporter;

use super::label_value::report;

/// The labels that the configuration asks for.
pub fn check(dockerfile: &Dockerfile, _: usize, instruction: &Instruction, out: &mut Reporter<'_>) {
    let policy = out.policy();
    report(dockerfile, instruction, |key| policy.label(key), out);
}
