use crate::catalog::end_of_life::EndOfLife;
use crate::dockerfile::image::ImageReference;
use crate::dockerfile::model::Dockerfile;
use crate::dockerfile::variables::is_platform_argument;
use crate::rules::check::Reporter;

/// `validateBaseImagesWithDefaultArgs`, where an ARG has no default. With defaults for all of them it is certain that the
/// build stops: then `dockerfile/build-error` speaks.
pub fn check(dockerfile: &Dockerfile, out: &mut Reporter<'_>) {
    let mut defaults = None;
    for stage in &dockerfile.stages {
        let Some(word) = dockerfile.image_word(stage).filter(|word| word.text.contains('$')) else { continue };
        let Ok(expanded) = dockerfile.expand(stage.from, &word.text) else { continue };
        let without_default = expanded.uses.iter().filter(|usage| !is_platform_argument(&usage.name));
        let mut declared = without_default.filter_map(|usage| dockerfile.variable(stage.from, &usage.name));
        let Some(argument) = declared.find(|variable| variable.value.is_none()) else { continue };
        let Some(defaults) = defaults.get_or_insert_with(|| dockerfile.default_arguments()) else { return };
        let Some(image) = defaults.expand(&word.text) else { continue };
        if ImageReference::parse(&image).is_ok() {
            continue;
        }
        let draft = out.report(word.span).value("argument", &argument.name).value("image", &image);
        let draft = if image.is_empty() { draft.variant("empty") } else { draft };
        let draft = draft.related(argument.span, "declaration");
        match current(&word.text, &argument.name).filter(|_| argument.value_span.is_none()) {
            Some(version) => draft.value("version", version).insert(argument.span.end(), format!("={version}")).emit(),
            None => draft.emit(),
        }
    }
}

/// The release of today for the image of `php:${VERSION}-alpine`.
fn current(word: &str, argument: &str) -> Option<&'static str> {
    let (image, tag) = word.split_once(':')?;
    let rest = tag.strip_prefix('$')?;
    let begins = rest.strip_prefix('{').map_or(rest == argument, |rest| {
        rest.strip_prefix(argument).is_some_and(|rest| rest.starts_with('}') && !rest.contains('$'))
    });
    EndOfLife::table().current(image).filter(|_| begins)
}
