use crate::dockerfile::image::ImageReference;
use crate::dockerfile::model::{Base, Dockerfile, Stage};
use crate::rules::check::Reporter;

pub fn check(dockerfile: &Dockerfile, stage: &Stage, out: &mut Reporter<'_>) {
    let (Base::Image(image), Some(word)) = (&stage.base, dockerfile.image_word(stage)) else { return };
    if image.digest.is_some() {
        return;
    }
    let draft = out.report(word.span).value("image", &image.text);
    match pinned_elsewhere(dockerfile, image).filter(|_| word.text == image.text) {
        Some(digest) => draft.value("digest", digest).insert(word.span.end(), format!("@{digest}")).emit(),
        None => draft.emit(),
    }
}

/// The one digest that other stages of the file give the same image with the same tag.
fn pinned_elsewhere<'d>(dockerfile: &'d Dockerfile, image: &ImageReference) -> Option<&'d str> {
    let digests = dockerfile.stages.iter().filter_map(|stage| match &stage.base {
        Base::Image(other)
            if (&other.registry, &other.repository, &other.tag) == (&image.registry, &image.repository, &image.tag) =>
        {
            other.digest.as_deref()
        }
        _ => None,
    });
    let mut digests = digests.fold(Vec::new(), |mut known, digest| {
        if !known.contains(&digest) {
            known.push(digest);
        }
        known
    });
    digests.pop().filter(|_| digests.is_empty() && image.tag.is_some())
}
