use crate::dockerfile::instruction::{Body, Instruction, Keyword};
use crate::dockerfile::model::Dockerfile;
use crate::rules::check::Reporter;

const NAME: &str = "DEBIAN_FRONTEND";

pub fn check(dockerfile: &Dockerfile, index: usize, instruction: &Instruction, out: &mut Reporter<'_>) {
    let Body::Env(pairs) = &instruction.body else { return };
    let Some(pair) = pairs.iter().find(|pair| pair.key.text == NAME) else { return };
    let Some(value) = pair.value.as_ref().filter(|value| value.text.trim_matches('"').eq_ignore_ascii_case("noninteractive"))
    else {
        return;
    };
    let draft = out.report(pair.key.span).value("value", value.text.as_str());
    // Alone in its instruction, it becomes an argument of the build.
    if pairs.len() == 1 && !dockerfile.is_trigger(index, instruction) && !value.text.contains('$') {
        let keyword = instruction.in_its_casing(Keyword::Arg);
        return draft.replace(instruction.keyword_span, keyword).replace(pair.span, format!("{NAME}={}", value.text)).emit();
    }
    draft.emit();
}
