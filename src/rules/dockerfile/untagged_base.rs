use crate::dockerfile::model::{Base, Dockerfile, Stage};
use crate::rules::check::Reporter;

use super::latest_base::current;

/// The reference as it is with the defaults of the ARGs; a value that nothing gives is no finding.
pub fn check(dockerfile: &Dockerfile, stage: &Stage, out: &mut Reporter<'_>) {
    let (Base::Image(image), Some(word)) = (&stage.base, dockerfile.image_word(stage)) else { return };
    if !image.is_bare() {
        return;
    }
    let has_port = image.text.contains(':');
    let file = out.text();
    let draft = out.report(word.span).value("image", &image.text);
    current(dockerfile, stage, file, draft)
        .without_if("hadolint", word.text.starts_with('$') || port_is_tag(&word.text))
        .without_if("trivy", has_port)
        .without_if("kics", has_port || (word.text.starts_with("${") && stage.name.is_none()))
        .without_if("checkov", word.text.contains(':'))
        .emit();
}

/// Whether hadolint takes the port of `localhost:5000/app` for a tag: it knows a registry by its dot.
pub(super) fn port_is_tag(image: &str) -> bool {
    image.split_once('/').is_some_and(|(host, _)| host.contains(':') && !host.contains('.'))
}
