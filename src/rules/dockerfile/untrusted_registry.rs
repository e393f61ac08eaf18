use crate::config::Policy;
use crate::dockerfile::image::ImageReference;
use crate::dockerfile::instruction::Word;
use crate::dockerfile::model::{Base, Dockerfile};
use crate::dockerfile::references::{Reference, ReferenceKind};
use crate::rules::check::Reporter;
use crate::source::Span;

const SCRATCH: &str = "scratch";

/// Every image that the build runs or copies from. Without a list of trusted registries there is nothing to say.
pub fn check(dockerfile: &Dockerfile, out: &mut Reporter<'_>) {
    if !out.policy().restricts_registries() {
        return;
    }
    for directive in dockerfile.tree.directives.iter().filter(|directive| directive.name == "syntax") {
        let frontend = directive.value.split_whitespace().next().unwrap_or_default();
        report_other(frontend, directive.value_span, out);
    }
    for stage in &dockerfile.stages {
        let Some(word) = dockerfile.image_word(stage) else { continue };
        match &stage.base {
            Base::Image(image) if !trusts(out.policy(), image) => {
                out.report(word.span).value("image", &image.text).value("registry", image.registry.as_str()).emit();
            }
            Base::Unknown => report_unknown(word, out),
            _ => {}
        }
    }
    for reference in dockerfile.references().filter(|reference| is_image(dockerfile, reference)) {
        report_other(reference.text, reference.span, out);
    }
}

fn trusts(policy: &Policy, image: &ImageReference) -> bool {
    policy.trusts(&image.registry, &image.repository)
}

/// What hadolint does not look at.
fn report_other(text: &str, span: Span, out: &mut Reporter<'_>) {
    let Ok(image) = ImageReference::parse(text) else { return };
    if !trusts(out.policy(), &image) {
        out.report(span).value("image", text).value("registry", image.registry.as_str()).without("hadolint").emit();
    }
}

/// `registry.example/$IMAGE`: the registry is known though the image is not.
fn report_unknown(word: &Word, out: &mut Reporter<'_>) {
    let Some((host, rest)) = word.text.split_once('/') else { return };
    let is_registry = host == "localhost" || host.contains(['.', ':']);
    if is_registry && !host.contains('$') && !out.policy().trusts(host, rest) {
        out.report(word.span).value("image", &word.text).value("registry", host).emit();
    }
}

/// Whether COPY or a mount takes from an image, not from a stage.
fn is_image(dockerfile: &Dockerfile, reference: &Reference<'_>) -> bool {
    let is_number = reference.kind == ReferenceKind::Copy && reference.text.parse::<i64>().is_ok();
    reference.kind != ReferenceKind::From
        && !is_number
        && !reference.text.contains('$')
        && reference.text != SCRATCH
        && dockerfile.stage_by_name(reference.text, usize::MAX).is_none()
}
