use crate::dockerfile::instruction::Body;
use crate::dockerfile::model::Dockerfile;
use crate::rules::check::Reporter;

/// Every label of the configuration that neither the last stage nor the stages that it is built on set.
pub fn check(dockerfile: &Dockerfile, out: &mut Reporter<'_>) {
    let Some(stage) = dockerfile.final_stage().filter(|_| !out.policy().labels().is_empty()) else { return };
    let Body::From { image, .. } = &dockerfile.instruction(stage.from).body else { return };
    for (key, _) in out.policy().labels() {
        let mut instructions = dockerfile.lineage(stage).flat_map(|stage| dockerfile.instructions_of(stage));
        let is_set = instructions.any(|(_, instruction)| match &instruction.body {
            Body::Label(pairs) => pairs.iter().any(|pair| pair.key.text.trim_matches(['"', '\'']) == key),
            _ => false,
        });
        if !is_set {
            out.report(image.span).value("key", key.as_str()).emit();
        }
    }
}
