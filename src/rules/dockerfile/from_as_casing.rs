use crate::dockerfile::casing::Casing;
use crate::dockerfile::instruction::Body;
use crate::dockerfile::model::Dockerfile;
use crate::rules::check::Reporter;

/// `doesFromCaseMatchAsCase`. The fix writes both as the rest of the file is written, so that it agrees with that of
/// `dockerfile/instruction-casing`.
pub fn check(dockerfile: &Dockerfile, out: &mut Reporter<'_>) {
    let of_file = dockerfile.tree.keyword_casing();
    for stage in &dockerfile.stages {
        let from = dockerfile.instruction(stage.from);
        let Body::From { as_keyword: Some(word), .. } = &from.body else { continue };
        let Some(casing) = Casing::of(&from.keyword_text).filter(|casing| !casing.fits(&word.text)) else { continue };
        let changes = from.recased(out.text(), of_file);
        let draft = out.report(word.span).value("from", &from.keyword_text).value("as", &word.text);
        let draft = draft.value("right", casing.apply(&word.text));
        draft.replace_all(changes).emit();
    }
}
