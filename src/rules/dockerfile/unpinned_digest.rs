use crate::dockerfile::model::{Base, Dockerfile, Stage};
use crate::rules::check::Reporter;

pub fn check(dockerfile: &Dockerfile, stage: &Stage, out: &mut Reporter<'_>) {
    let (Base::Image(image), Some(word)) = (&stage.base, dockerfile.image_word(stage)) else { return };
    if image.digest.is_none() {
        out.report(word.span).value("image", &image.text).emit();
    }
}
