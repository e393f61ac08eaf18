use crate::dockerfile::model::Dockerfile;
use crate::dockerfile::references::is_stage_name;
use crate::rules::check::Reporter;

pub fn check(dockerfile: &Dockerfile, out: &mut Reporter<'_>) {
    let has_capital = |stage: &&_| dockerfile.name_word(stage).is_some_and(|word| word.text != word.text.to_lowercase());
    let mut stages = dockerfile.stages.iter().filter(has_capital).peekable();
    if stages.peek().is_none() {
        return;
    }
    let references = dockerfile.references_by_stage();
    for stage in stages {
        let Some(word) = dockerfile.name_word(stage) else { continue };
        let text = out.text();
        let name = word.text.to_lowercase();
        let mut draft = out.report(word.span).value("name", &word.text).value("lower", &name);
        if word.span.slice(text) == word.text && is_stage_name(&name) {
            draft = draft.replace(word.span, &name);
            let named = references[stage.index].iter().filter(|reference| reference.text.to_lowercase() == name);
            for reference in named.filter(|reference| reference.text != name && reference.is_plain(text)) {
                draft = draft.replace(reference.span, reference.span.slice(text).to_lowercase());
            }
        }
        draft.emit();
    }
}
