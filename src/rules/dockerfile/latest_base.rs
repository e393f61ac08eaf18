use crate::catalog::end_of_life::EndOfLife;
use crate::dockerfile::model::{Base, Dockerfile, Stage};
use crate::dockerfile::retag::retag;
use crate::rules::check::{Draft, Reporter};

use super::untagged_base::port_is_tag;

const TAG: &str = "latest";

pub fn check(dockerfile: &Dockerfile, stage: &Stage, out: &mut Reporter<'_>) {
    let Some(word) = dockerfile.image_word(stage) else { return };
    let is_written = word.text.strip_suffix(TAG).is_some_and(|rest| rest.ends_with(':'));
    let image = match &stage.base {
        Base::Image(image) if image.tag.as_deref() == Some(TAG) && image.digest.is_none() => &image.text,
        // `$IMAGE:latest`: the tag is known though the image is not.
        Base::Unknown if is_written => &word.text,
        _ => return,
    };
    let length = word.text.len();
    let span = if is_written { word.part(out.text(), length - TAG.len()..length) } else { word.span };
    let colons = image.matches(':').count();
    let file = out.text();
    let draft = out.report(span).value("image", image);
    current(dockerfile, stage, file, draft)
        .without_if("hadolint", !is_written || port_is_tag(&word.text))
        .without_if("trivy", colons != 1)
        .without_if("kics", !word.text.contains(":latest"))
        .without_if("checkov", word.text.contains(':') && !is_written)
        .emit();
}

/// The fix that names the release of today, where the catalogue knows it and no data hangs on it.
pub(super) fn current<'d>(dockerfile: &Dockerfile, stage: &Stage, file: &str, draft: Draft<'d>) -> Draft<'d> {
    let Base::Image(image) = &stage.base else { return draft };
    let tag = EndOfLife::table().current(&image.familiar_name());
    match tag.and_then(|tag| Some((tag, retag(dockerfile, stage, file, tag)?))) {
        Some((tag, (span, text))) => draft.value("tag", tag).replace(span, text),
        None => draft,
    }
}
