use crate::dockerfile::instruction::Keyword;
use crate::dockerfile::model::Dockerfile;
use crate::rules::check::Reporter;

pub fn check(dockerfile: &Dockerfile, out: &mut Reporter<'_>) {
    let casing = dockerfile.tree.keyword_casing();
    let first_from = dockerfile.stages.first().map_or(0, |stage| stage.from);
    for (index, instruction) in dockerfile.tree.instructions.iter().enumerate() {
        let keyword = &instruction.keyword_text;
        if instruction.keyword == Keyword::Unknown || casing.fits(keyword) {
            continue;
        }
        let changes = instruction.recased(out.text(), casing);
        let draft = out.report(instruction.keyword_span).value("keyword", keyword).value("casing", casing.name());
        // BuildKit looks at stages only, not at the ARGs before them.
        let draft = draft.without_if("buildkit", index < first_from).value("right", casing.apply(keyword));
        draft.replace_all(changes).emit();
    }
}
