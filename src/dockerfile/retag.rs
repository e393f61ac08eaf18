//! Where a fix writes another tag for the image of a stage: in its FROM, or in the default of the one argument that the tag is made of.

use super::expand::{self, Lookup};
use super::model::{Base, Dockerfile, Stage};
use crate::source::Span;

/// The edit that gives the image of a stage another tag. `None` for a reference with a digest, and where tag and variables are
/// interwoven or other stages take the same argument for something else.
pub fn retag(dockerfile: &Dockerfile, stage: &Stage, file: &str, tag: &str) -> Option<(Span, String)> {
    let (Base::Image(image), Some(word)) = (&stage.base, dockerfile.image_word(stage)) else { return None };
    if image.digest.is_some() || word.span.slice(file) != word.text {
        return None;
    }
    let Some(old) = &image.tag else {
        return (word.text == image.text).then(|| (Span::empty(word.span.end()), format!(":{tag}")));
    };
    let length = word.text.len();
    if word.text.ends_with(&format!(":{old}")) {
        return Some((word.part(file, length - old.len()..length), tag.to_owned()));
    }
    of_argument(dockerfile, stage, &word.text, old, tag, file)
}

/// `ARG NODE=18` of `FROM node:${NODE}-alpine`.
fn of_argument(dockerfile: &Dockerfile, stage: &Stage, word: &str, old: &str, tag: &str, file: &str) -> Option<(Span, String)> {
    let uses = expand::expand(word, dockerfile.tree.escape, &mut |_| Lookup::Unset).ok()?.uses;
    let [usage] = uses.as_slice() else { return None };
    let variable = dockerfile.variable(stage.from, &usage.name)?;
    let (value, place) = (variable.value.as_deref()?, variable.value_span?);
    if value.is_empty() || place.slice(file).trim_matches('"') != value {
        return None;
    }
    // The same argument in another FROM has to mean the same image.
    let elsewhere = dockerfile.stages.iter().filter(|other| other.index != stage.index);
    let mut others = elsewhere.filter_map(|other| dockerfile.image_word(other)).map(|word| word.text.as_str());
    let mentions = |text: &str| text.contains(&format!("${}", usage.name)) || text.contains(&format!("${{{}", usage.name));
    if others.any(|text| mentions(text) && text != word) {
        return None;
    }
    let colon = word.rfind(':').filter(|colon| *colon < usage.range.start)?;
    let (before, after) = (&word[colon + 1..usage.range.start], &word[usage.range.end..]);
    if format!("{before}{value}{after}") != old {
        return None;
    }
    let new = tag.strip_prefix(before)?.strip_suffix(after).filter(|new| !new.is_empty())?;
    Some((place, place.slice(file).replacen(value, new, 1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn retagged(text: &str, tag: &str) -> Option<String> {
        let dockerfile = Dockerfile::parse(text);
        let (span, new) = retag(&dockerfile, dockerfile.final_stage()?, text, tag)?;
        let mut text = text.to_owned();
        text.replace_range(span.range(), &new);
        Some(text)
    }

    #[test]
    fn a_tag_is_written_where_it_stands() {
        for (text, tag, want) in [
            ("FROM node:18-alpine AS x", "24-alpine", "FROM node:24-alpine AS x"),
            ("FROM node AS x", "24", "FROM node:24 AS x"),
            ("ARG N=18\nFROM node:${N}-alpine", "24-alpine", "ARG N=24\nFROM node:${N}-alpine"),
            ("ARG N=\"18\"\nFROM node:$N", "24", "ARG N=\"24\"\nFROM node:$N"),
            ("ARG N=18\nFROM node:${N} AS a\nFROM node:${N}", "24", "ARG N=24\nFROM node:${N} AS a\nFROM node:${N}"),
        ] {
            assert_eq!(retagged(text, tag).as_deref(), Some(want), "{text}");
        }
    }

    #[test]
    fn what_is_interwoven_stays() {
        let digest = format!("FROM node:18@sha256:{}", "0".repeat(64));
        for (text, tag) in [
            (digest.as_str(), "24"),
            ("ARG N=18-slim\nFROM node:${N}\nFROM node:${N}-x", "24-slim"),
            ("ARG N=18-alpine3.15\nFROM node:$N-x", "24-y"),
            ("ARG I=node:18\nFROM $I", "24"),
            ("ARG A=1 B=8\nFROM node:$A$B", "24"),
        ] {
            assert_eq!(retagged(text, tag), None, "{text}");
        }
    }
}
