//! Any text is loaded as a project, with places that lie on its characters.
#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use shipworthy::compose::load::Options;
use shipworthy::compose::{Loader, facts};
use shipworthy::source::sources::Memory;
use shipworthy::source::{FileId, Kind, SourceFile};

fuzz_target!(|text: &str| {
    let memory = Memory::new([Arc::new(SourceFile::new("compose.yml", Kind::Compose, text.as_bytes().to_vec()))]);
    let project = Loader::new(&memory, Options::default()).load(FileId(0));
    for problem in &project.problems {
        assert!(text.get(problem.location.span.range()).is_some(), "{problem:?}");
    }
    project.tree.each(&mut |node| assert!(text.get(node.origin.span.range()).is_some(), "{node:?}"));
    facts(&project);
});
