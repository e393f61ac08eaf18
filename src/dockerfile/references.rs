//! Places that name a stage, or an image in the place of one: FROM, `COPY --from` and `from` of a mount.

use crate::source::Span;

pub use super::body::is_stage_name;
use super::instruction::{Body, Instruction, Word};
use super::model::{Base, Dockerfile};

/// Where a stage or image is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReferenceKind {
    /// The image of FROM.
    From,
    /// `COPY --from`, where a number counts the stages.
    Copy,
    /// `from` of a mount.
    Mount,
}

/// A place that names a stage, or an image where no stage is called so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference<'a> {
    pub kind: ReferenceKind,
    /// Without quotes; variables as written.
    pub text: &'a str,
    /// Quotes included.
    pub span: Span,
    /// Index into [`super::syntax::Tree::instructions`].
    pub instruction: usize,
    /// In an ONBUILD trigger: its stages are those of the build that starts from this image.
    pub onbuild: bool,
    /// The index of the stage of this file that is meant. Names count in any casing, though FROM wants them in lower case.
    pub stage: Option<usize>,
}

impl Reference<'_> {
    /// It stands in one piece and without variables, but for quotes: it can be rewritten.
    pub fn is_plain(&self, file: &str) -> bool {
        !self.text.contains('$') && self.span.slice(file).trim_matches(['"', '\'']) == self.text
    }
}

impl Dockerfile {
    /// Every such place, in the order of the file.
    pub fn references(&self) -> impl Iterator<Item = Reference<'_>> {
        self.tree.instructions.iter().enumerate().flat_map(|(index, instruction)| match &instruction.body {
            Body::Onbuild(trigger) => self.references_in(index, trigger, true),
            _ => self.references_in(index, instruction, false),
        })
    }

    /// The places that mean each stage, in the order of [`Dockerfile::stages`].
    pub fn references_by_stage(&self) -> Vec<Vec<Reference<'_>>> {
        let mut by_stage: Vec<Vec<_>> = self.stages.iter().map(|_| Vec::new()).collect();
        for reference in self.references() {
            if let Some(stage) = reference.stage {
                by_stage[stage].push(reference);
            }
        }
        by_stage
    }

    fn references_in<'a>(&'a self, index: usize, instruction: &'a Instruction, onbuild: bool) -> Vec<Reference<'a>> {
        let here = self.stage_of(index);
        let before = if onbuild { self.stages.len() } else { here.map_or(0, |stage| stage.index) };
        let reference = |kind, text, span, stage| Reference { kind, text, span, instruction: index, onbuild, stage };
        match &instruction.body {
            Body::From { image, .. } => {
                let stage = match here.map(|stage| &stage.base) {
                    Some(Base::Stage(parent)) => Some(*parent),
                    _ => self.stage_by_name(&image.text, before).map(|stage| stage.index),
                };
                vec![reference(ReferenceKind::From, image.text.as_str(), image.span, stage)]
            }
            Body::Copy(_) => {
                let Some(flag) = instruction.flag("from") else { return Vec::new() };
                let Some(from) = flag.value.as_deref().filter(|from| !from.is_empty()) else { return Vec::new() };
                let stage = self.stage_by_reference(from, before).map(|stage| stage.index);
                vec![reference(ReferenceKind::Copy, from, flag.value_span, stage)]
            }
            Body::Run { mounts, .. } => {
                let sources = mounts.iter().filter_map(|mount| mount.from.as_ref()).filter(|from| !from.text.is_empty());
                let of_mount = |from: &'a Word| {
                    let stage = self.stage_by_name(&from.text, before).map(|stage| stage.index);
                    reference(ReferenceKind::Mount, from.text.as_str(), from.span, stage)
                };
                sources.map(of_mount).collect()
            }
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::dockerfile::model::understand;
    use crate::dockerfile::syntax::parse;

    fn places(text: &str) -> Vec<(String, Option<usize>)> {
        let dockerfile = understand(text, parse(text));
        dockerfile.references().map(|reference| (reference.span.slice(text).to_owned(), reference.stage)).collect()
    }

    fn owned(places: &[(&str, Option<usize>)]) -> Vec<(String, Option<usize>)> {
        places.iter().map(|(text, stage)| ((*text).to_owned(), *stage)).collect()
    }

    #[test]
    fn names_and_numbers_lead_to_earlier_stages() {
        let text = "FROM a AS Base\nFROM base AS two\nCOPY --from=BASE a b\nCOPY --from=\"0\" a b\nCOPY --from=two a b\n\
                    RUN --mount=type=bind,from=Base,target=/x --mount=type=bind,from=0,target=/y ls\nFROM Two\nADD x y\n";
        let expected = [
            ("a", None),
            ("base", Some(0)),
            ("BASE", Some(0)),
            ("\"0\"", Some(0)),
            ("two", None),
            ("Base", Some(0)),
            ("0", None),
            ("Two", Some(1)),
        ];
        assert_eq!(places(text), owned(&expected));
    }

    #[test]
    fn variables_and_triggers() {
        let text = "ARG base=x\nFROM a AS x\nONBUILD COPY --from=y a b\nFROM $base AS y\nCOPY --from=$base a b\n";
        assert_eq!(places(text), owned(&[("a", None), ("y", Some(1)), ("$base", Some(0)), ("$base", None)]));
        assert_eq!(places("COPY --from=x a b\n"), owned(&[("x", None)]));
    }
}
