use crate::dockerfile::instruction::Instruction;
use crate::dockerfile::model::Dockerfile;
use crate::dockerfile::secrets::{SensitiveVariable, sensitive_variables};
use crate::rules::check::Reporter;
use crate::secret::{Detection, Evidence, Strength};

/// Variables of ARG and ENV whose name says that they are secret, and whose value does not take that back.
pub fn check(dockerfile: &Dockerfile, index: usize, instruction: &Instruction, out: &mut Reporter<'_>) {
    for variable in sensitive_variables(dockerfile, index, instruction).filter(|variable| variable.is_secret()) {
        let provider = provider(&variable, out.document().detections());
        let mut draft = out.report(variable.key.span).value("name", variable.name);
        let variant = match (variable.environment, provider) {
            (true, None) => None,
            (false, None) => Some("argument"),
            (true, Some(_)) => Some("token"),
            (false, Some(_)) => Some("argument-token"),
        };
        if let Some(variant) = variant {
            draft = draft.variant(variant);
        }
        if let Some(provider) = provider {
            draft = draft.value("provider", provider);
        }
        for silent in variable.silent_peers() {
            draft = draft.without(silent);
        }
        draft.emit();
    }
}

/// Who gave out the token that the value is, if its form tells.
fn provider(variable: &SensitiveVariable<'_>, detections: &[Detection]) -> Option<&'static str> {
    let first = detections.partition_point(|detection| detection.span.start < variable.span.start);
    let inside = detections[first..].iter().take_while(|detection| detection.span.end <= variable.span.end);
    inside.filter(|detection| detection.strength == Strength::Real).find_map(|detection| match detection.evidence {
        Evidence::Token { provider, .. } => Some(provider),
        Evidence::PrivateKey => Some("private key"),
        _ => None,
    })
}
