//! Releases that images and containers say: `FROM python:3.11-slim`, through arguments and stages; `image:` and `args:` of compose; what runs.

use super::{Rewrite, Role, Said, StatedVersion, leading_version};
use crate::catalog::end_of_life::EndOfLife;
use crate::compose::written::{self, pulled_image};
use crate::compose::{Node, Service};
use crate::config::Runtime;
use crate::dockerfile::image::ImageReference;
use crate::dockerfile::model::{Base, Dockerfile};
use crate::dockerfile::retag::retag;
use crate::live::Container;
use crate::project::Document;
use crate::project::effective::EffectiveService;
use crate::source::{FileId, Location, Span};

/// What stands for the release while a tag is written anew.
const MARK: &str = "\u{1}";

/// The language of an image with its release as the tag says it, and the tag with [`MARK`] in its place: `python:3.11-slim`,
/// `ghcr.io/astral-sh/uv:python3.12-bookworm`.
pub fn of_image(image: &ImageReference) -> Option<(Runtime, &str)> {
    let tag = image.tag.as_deref()?;
    let name = image.short_name();
    let own = Runtime::ALL.into_iter().find(|runtime| runtime.images().contains(&name));
    if let Some(runtime) = own {
        return leading_version(tag).map(|version| (runtime, version));
    }
    tag.split('-').find_map(|word| {
        let runtime = Runtime::ALL.into_iter().find(|runtime| word.starts_with(runtime.key()))?;
        leading_version(&word[runtime.key().len()..]).map(|version| (runtime, version))
    })
}

fn marked(image: &ImageReference, version: &str) -> Option<String> {
    Some(image.tag.as_deref()?.replacen(version, MARK, 1))
}

/// Whether the table of ends of life knows the image by its name, so that the rules on images judge it.
fn is_in_table(image: &ImageReference) -> bool {
    let tag = image.tag.as_deref().unwrap_or_default();
    !EndOfLife::table().releases_of(&image.familiar_name(), tag).is_empty()
}

fn rewrite(file: FileId, (span, text): (Span, String)) -> Option<Rewrite> {
    Rewrite::around(Location { file, span }, &text, MARK)
}

/// What the stages of a Dockerfile say. `leave_out` are the FROMs of which somebody else says more.
pub fn in_dockerfile(document: &Document, dockerfile: &Dockerfile, leave_out: &[usize]) -> Vec<StatedVersion> {
    let text = document.source.text();
    let stages = dockerfile.stages.iter().filter(|stage| !leave_out.contains(&stage.from));
    let stated = stages.filter_map(|stage| {
        let (Base::Image(image), Some(word)) = (&stage.base, dockerfile.image_word(stage)) else { return None };
        let (runtime, version) = of_image(image)?;
        let edit = marked(image, version).and_then(|tag| retag(dockerfile, stage, text, &tag));
        let rewrite = edit.and_then(|edit| rewrite(document.file, edit));
        let place = Location { file: document.file, span: word.span };
        Some(StatedVersion {
            runtime,
            said: Said::Exactly(version.to_owned()),
            text: image.tag.clone().unwrap_or_default().into(),
            place,
            by: "FROM",
            role: if dockerfile.ships(stage.index) { Role::Runs } else { Role::Builds },
            rewrite,
            judged_as_image: is_in_table(image),
            folder: None,
        })
    });
    stated.collect()
}

/// What a service of compose says itself: its image, or arguments of its build that decide a FROM. The second part are those FROMs.
pub fn in_service(effective: &EffectiveService<'_>, file_text: impl Fn(FileId) -> String) -> (Vec<StatedVersion>, Vec<usize>) {
    let service = effective.service;
    match service.build() {
        None => (image_of(service, file_text).into_iter().collect(), Vec::new()),
        Some(build) => arguments_of(effective, build, file_text),
    }
}

fn image_of(service: Service<'_>, file_text: impl Fn(FileId) -> String) -> Option<StatedVersion> {
    let (image, origin) = pulled_image(&service)?;
    let (runtime, version) = of_image(&image)?;
    let tag = marked(&image, version)?;
    let edit = written::retag(&file_text(origin.file), &origin, &image, &tag);
    Some(StatedVersion {
        runtime,
        said: Said::Exactly(version.to_owned()),
        text: image.tag.clone().unwrap_or_default().into(),
        place: origin.location(),
        by: "image",
        role: Role::Runs,
        rewrite: edit.and_then(|edit| rewrite(origin.file, edit)),
        judged_as_image: is_in_table(&image),
        folder: None,
    })
}

fn arguments_of(
    effective: &EffectiveService<'_>,
    build: &Node,
    file_text: impl Fn(FileId) -> String,
) -> (Vec<StatedVersion>, Vec<usize>) {
    let mut stated: Vec<StatedVersion> = Vec::new();
    let mut decided = Vec::new();
    let (Some(container), Some(document)) = (&effective.container, effective.built) else { return (stated, decided) };
    let Some(own) = document.dockerfile() else { return (stated, decided) };
    let arguments: Vec<(&str, &Node)> = build.get("args").into_iter().flat_map(Node::entries).collect();
    let made = container.dockerfile();
    for (before, stage) in own.stages.iter().zip(&made.stages) {
        let Some(word) = own.image_word(before) else { continue };
        let is_used = |name: &str| word.text.contains(&format!("${name}")) || word.text.contains(&format!("${{{name}"));
        let Some((_, argument)) = arguments.iter().find(|(name, _)| is_used(name)) else { continue };
        let Base::Image(image) = &stage.base else { continue };
        let Some((runtime, version)) = of_image(image) else { continue };
        decided.push(before.from);
        let origin = argument.origin;
        let place = origin.location();
        if stated.iter().any(|known| known.place == place) {
            continue;
        }
        let value = argument.as_str().unwrap_or_default();
        let content = written::content(&file_text(place.file), origin.span).filter(|_| origin.is_own());
        let rewrite = content.and_then(|span| {
            let text = file_text(place.file);
            let raw = span.slice(&text);
            // `NAME=value` of a list keeps its name.
            let name = &raw[..raw.len().checked_sub(value.len())?];
            let value = raw.strip_prefix(name).filter(|text| *text == value)?;
            let place = Location { file: place.file, span: Span::new(span.start() + name.len(), span.end()) };
            Rewrite::around(place, value, version)
        });
        stated.push(StatedVersion {
            runtime,
            said: Said::Exactly(version.to_owned()),
            text: value.to_owned(),
            place,
            by: "args",
            role: if made.ships(stage.index) { Role::Runs } else { Role::Builds },
            rewrite,
            judged_as_image: is_in_table(image),
            folder: None,
        });
    }
    (stated, decided)
}

/// What a container runs, as far as its image or its processes tell.
pub fn of_container(file: FileId, container: &Container, place: impl Fn(usize) -> Span) -> Vec<StatedVersion> {
    let interpreters = container.interpreters.iter().enumerate();
    let stated = interpreters.filter_map(|(index, interpreter)| {
        let runtime = Runtime::ALL.into_iter().find(|runtime| runtime.key() == interpreter.name)?;
        Some(StatedVersion {
            runtime,
            said: Said::Exactly(leading_version(&interpreter.version)?.to_owned()),
            text: interpreter.version.clone(),
            place: Location { file, span: place(index) },
            by: "container",
            role: Role::Runs,
            rewrite: None,
            judged_as_image: true,
            folder: None,
        })
    });
    stated.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_tell_releases() {
        let of = |text: &str| {
            let image = ImageReference::parse(text).unwrap();
            of_image(&image).map(|(runtime, version)| (runtime.key(), version.to_owned()))
        };
        for (image, runtime, version) in [
            ("python:3.11-slim", "python", "3.11"),
            ("registry.example/mirror/python:3.11.4", "python", "3.11.4"),
            ("ghcr.io/astral-sh/uv:python3.12-bookworm-slim", "python", "3.12"),
            ("node:20-alpine", "node", "20"),
            ("golang:1.26-bookworm", "go", "1.26"),
            ("eclipse-temurin:21-jre", "java", "21"),
        ] {
            assert_eq!(of(image), Some((runtime, version.to_owned())), "{image}");
        }
        for image in ["python", "python:slim", "node:lts", "nginx:1.27", "redis:7-alpine"] {
            assert_eq!(of(image), None, "{image}");
        }
    }
}
