use crate::compose::written::pulled_image;
use crate::config::Pin;
use crate::dockerfile::image::ImageReference;
use crate::dockerfile::model::Base;
use crate::project::Content;
use crate::project::policy_scope::PolicyScope;
use crate::rules::check::Reporter;
use crate::source::Location;

pub fn check(scope: &PolicyScope<'_>, out: &mut Reporter<'_>) {
    let Some(pin) = scope.policy.pin() else { return };
    let source = scope.in_config(pin.span());
    let mut judge = |image: &ImageReference, place: Location| {
        if is_pinned(image, *pin.get_ref()) {
            return;
        }
        let draft = out.report_at(place).value("image", image.to_string()).related_at(source, "source");
        match pin.get_ref() {
            Pin::Digest => draft.emit(),
            Pin::Version if image.tag.as_deref().is_some_and(|tag| tag != "latest") => draft.variant("version").emit(),
            Pin::Tag | Pin::Version => draft.variant("tag").emit(),
        }
    };
    for document in scope.files() {
        let Some(dockerfile) = document.dockerfile() else { continue };
        for stage in &dockerfile.stages {
            if let (Base::Image(image), Some(word)) = (&stage.base, dockerfile.image_word(stage)) {
                judge(image, Location { file: document.file, span: word.span });
            }
        }
    }
    for (_, effective) in scope.services.iter().flat_map(|service| &service.composed) {
        if let Some((image, origin)) = pulled_image(&effective.service) {
            judge(&image, origin.location());
        }
    }
}

fn is_pinned(image: &ImageReference, pin: Pin) -> bool {
    let tag = image.tag.as_deref().filter(|tag| *tag != "latest");
    image.digest.is_some()
        || match pin {
            Pin::Digest => false,
            Pin::Version => tag.is_some_and(|tag| tag.bytes().any(|byte| byte.is_ascii_digit())),
            Pin::Tag => tag.is_some(),
        }
}
