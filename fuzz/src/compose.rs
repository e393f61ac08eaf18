//! Compose projects: loading them, and the fixes.

use std::sync::Arc;

use shipworthy::compose::load::Options;
use shipworthy::compose::{ComposeProject, Loader};
use shipworthy::source::sources::{Memory, Sources};
use shipworthy::source::{FileId, Kind, Location, SourceFile};
use shipworthy::yaml;

use super::fixes::Subject;
use super::pieces;

/// What the pieces of an input are called.
pub const NAMES: [(&str, Kind); 5] = [
    ("compose.yml", Kind::Compose),
    (".env", Kind::Env),
    ("compose.override.yml", Kind::Compose),
    ("other.yml", Kind::Compose),
    ("a.env", Kind::Env),
];

/// Any texts are loaded as a project, twice to the same, with places that lie on their characters.
pub fn load(bytes: &[u8]) {
    let file = |(bytes, (name, kind)): (&[u8], (&str, Kind))| Arc::new(SourceFile::new(name, kind, bytes.to_vec()));
    let memory = Memory::new(pieces(bytes).zip(NAMES).map(file));
    let load = || Loader::new(&memory, Options::default()).load(FileId(0));
    let project = load();
    check(&project, &memory);
    let again = load();
    assert_eq!(project.problems, again.problems);
    assert_eq!(project.facts(), again.facts());
}

fn check(project: &ComposeProject, memory: &Memory) {
    let inside = |location: Location| {
        let source = memory.source(location.file);
        source.text().get(location.span.range()).is_some()
    };
    for problem in &project.problems {
        assert!(inside(problem.location), "{problem:?}");
    }
    project.tree.each(&mut |node| assert!(inside(node.origin.location()), "{node:?}"));
    assert!(project.facts().is_object());
}

/// All fixes together.
pub fn fix(bytes: &[u8]) {
    let refused = |text: &str| yaml::parse(text).problems.len();
    Subject { kind: Kind::Compose, path: "compose.yml", refused, comments }.check(bytes);
}

/// Comments in lines of their own.
fn comments(text: &str) -> Vec<String> {
    let stream = yaml::parse(text);
    stream.comments.iter().filter(|comment| comment.own_line).map(|comment| comment.span.slice(text).trim().to_owned()).collect()
}
