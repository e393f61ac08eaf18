use crate::dockerfile::instruction::Body;
use crate::dockerfile::model::{Dockerfile, Stage};
use crate::dockerfile::users::is_root;
use crate::rules::check::Reporter;

/// The last USER that a stage itself has, unless it is the one that the image is left with.
pub fn check(dockerfile: &Dockerfile, stage: &Stage, out: &mut Reporter<'_>) {
    let users = dockerfile.instructions_of(stage).rev();
    let mut users = users.filter_map(|(index, instruction)| match &instruction.body {
        Body::User(word) => Some((index, word)),
        _ => None,
    });
    let Some((index, word)) = users.next().filter(|(_, word)| is_root(&word.text)) else { return };
    let ships = dockerfile.final_stage().and_then(|last| last.user.as_ref()).is_some_and(|user| user.instruction == index);
    if !ships && !stage.windows {
        out.report(word.span).value("user", word.text.as_str()).emit();
    }
}
