use crate::dockerfile::instruction::Instruction;
use crate::dockerfile::model::Dockerfile;
use crate::dockerfile::secrets::sensitive_variables;
use crate::rules::check::Reporter;

/// Variables of ARG and ENV whose name says that they are secret, and whose value does not take that back.
pub fn check(dockerfile: &Dockerfile, index: usize, instruction: &Instruction, out: &mut Reporter<'_>) {
    for variable in sensitive_variables(dockerfile, index, instruction).filter(|variable| variable.is_secret()) {
        let mut draft = out.report(variable.key.span).value("name", variable.name);
        if !variable.environment {
            draft = draft.variant("argument");
        }
        for silent in variable.silent_peers() {
            draft = draft.without(silent);
        }
        draft.emit();
    }
}
