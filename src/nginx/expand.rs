//! Follows includes: from files to one list of directives.

use std::sync::{Arc, OnceLock};

use crate::catalog::nginx_directives::{Context, Contexts};
use crate::source::sources::{folder, join};
use crate::source::{Entry, FileId, SourceFile, Sources};

use super::configuration::{Configuration, Include, Kind, Node, NodeId, ReadFile, Word};
use super::context;
use super::include::{self, Outcome};
use super::release::Release;
use super::syntax::{DEEPEST_BLOCK, DirectiveId, Tree};

/// A configuration with more directives is read no further: files may include each other over and over.
const MOST_DIRECTIVES: usize = 1_000_000;

/// Includes of includes go no deeper.
const DEEPEST_INCLUDE: usize = 64;

/// How many times files are entered.
const MOST_ENTERED: usize = 20_000;

/// Gives the tree of a file, parsed now or before.
pub type Trees<'a> = &'a dyn Fn(FileId, &SourceFile) -> Arc<Tree>;

/// Reads a file with all that it includes. What cannot be seen is said in [`Configuration::includes`].
pub fn expand(main: FileId, sources: &dyn Sources, trees: Trees<'_>) -> Configuration {
    let source = sources.source(main);
    let tree = trees(main, &source);
    let kind = kind(&source, &tree);
    let contexts = match kind {
        Kind::Main => Contexts::of(Context::Main),
        Kind::Fragment(contexts) => contexts,
    };
    let bases = bases(&source.path, kind, sources);
    let configuration = Configuration {
        main,
        kind,
        files: vec![ReadFile { file: main, source, tree }],
        nodes: Vec::new(),
        words: Vec::new(),
        text: String::new(),
        includes: Vec::new(),
        is_truncated: false,
        release: Release::UNKNOWN,
        has_service: false,
        by_name: OnceLock::new(),
    };
    let mut expansion = Expansion { configuration, frames: Vec::new(), bases, sources, trees, entered: 0 };
    expansion.enter(0, 0, None, contexts);
    expansion.run();
    let mut configuration = expansion.configuration;
    // Those of a thousand files are held at a time.
    configuration.nodes.shrink_to_fit();
    configuration.words.shrink_to_fit();
    configuration.text.shrink_to_fit();
    configuration
}

/// Whether a file stands for itself, by what it holds.
pub fn kind(source: &SourceFile, tree: &Tree) -> Kind {
    if !tree.sections.is_empty() || context::is_main(source.text(), tree) {
        return Kind::Main;
    }
    let contexts = context::of_fragment(&source.path, source.text(), tree);
    let is_named_so = source.path.rsplit('/').next() == Some("nginx.conf");
    if is_named_so && contexts == Contexts::of(Context::Main) { Kind::Main } else { Kind::Fragment(contexts) }
}

/// The folders that includes may be relative to. For a fragment it is that of the main file, which is only guessed.
fn bases(path: &str, kind: Kind, sources: &dyn Sources) -> Vec<String> {
    let own = folder(path).to_owned();
    if kind == Kind::Main {
        return vec![own];
    }
    let mut bases = Vec::new();
    let mut above = own.clone();
    for _ in 0..4 {
        if sources.entry(&join(&above, "nginx.conf")) == Entry::File {
            bases.push(above.clone());
            break;
        }
        let next = join(&above, "..");
        if next == above || next == ".." || next.starts_with("../") {
            break;
        }
        above = next;
    }
    let parent = join(&own, "..");
    for base in [own, parent] {
        if !bases.contains(&base) {
            bases.push(base);
        }
    }
    bases
}

/// Directives that are being gone through.
struct Frame {
    /// The place in [`Configuration::files`].
    file: usize,
    /// The section of a dump, 0 for an ordinary file.
    section: usize,
    next: usize,
    end: usize,
    parent: Option<NodeId>,
    contexts: Contexts,
    /// Blocks around it.
    depth: usize,
    /// It is a whole file, not a block.
    is_file: bool,
}

struct Expansion<'a> {
    configuration: Configuration,
    frames: Vec<Frame>,
    bases: Vec<String>,
    sources: &'a dyn Sources,
    trees: Trees<'a>,
    entered: usize,
}

impl Expansion<'_> {
    /// Begins a file, or a section of a dump, at a place.
    fn enter(&mut self, file: usize, section: usize, parent: Option<NodeId>, contexts: Contexts) {
        self.entered += 1;
        let tree = &self.configuration.files[file].tree;
        let (next, end) = match tree.sections.get(section) {
            Some(section) => (
                tree.directives.partition_point(|directive| directive.span.start < section.span.start),
                tree.directives.partition_point(|directive| directive.span.start < section.span.end),
            ),
            None => (0, tree.directives.len()),
        };
        let depth = self.frames.last().map_or(0, |frame| frame.depth);
        self.frames.push(Frame { file, section, next, end, parent, contexts, depth, is_file: true });
    }

    fn run(&mut self) {
        while let Some(frame) = self.frames.last_mut() {
            if frame.next >= frame.end {
                let (parent, is_file) = (frame.parent, frame.is_file);
                self.frames.pop();
                if let (Some(parent), false) = (parent, is_file) {
                    self.configuration.nodes[parent.index()].end = self.configuration.nodes.len() as u32;
                }
                continue;
            }
            if self.configuration.nodes.len() >= MOST_DIRECTIVES {
                self.configuration.is_truncated = true;
                self.close_all();
                return;
            }
            let id = DirectiveId::new(frame.next);
            let (file, section, parent, contexts, depth) = (frame.file, frame.section, frame.parent, frame.contexts, frame.depth);
            let tree = Arc::clone(&self.configuration.files[file].tree);
            let directive = tree.directive(id);
            frame.next = directive.end().index();
            let node = self.push(file, id, parent, contexts);
            let name = self.configuration.directive(node).name();
            if directive.end().index() > id.index() + 1 {
                if depth >= DEEPEST_BLOCK {
                    self.configuration.is_truncated = true;
                    continue;
                }
                let inner = context::inside(contexts, name);
                self.frames.push(Frame {
                    file,
                    section,
                    next: id.index() + 1,
                    end: directive.end().index(),
                    parent: Some(node),
                    contexts: inner,
                    depth: depth + 1,
                    is_file: false,
                });
            } else if name == "include" && !directive.is_block() && self.configuration.directive(node).count() == 1 {
                self.include(node, file, parent, contexts);
            }
        }
    }

    fn close_all(&mut self) {
        let end = self.configuration.nodes.len() as u32;
        for frame in self.frames.drain(..) {
            if let (Some(parent), false) = (frame.parent, frame.is_file) {
                self.configuration.nodes[parent.index()].end = end;
            }
        }
    }

    fn push(&mut self, file: usize, directive: DirectiveId, parent: Option<NodeId>, contexts: Contexts) -> NodeId {
        let configuration = &mut self.configuration;
        let read = &configuration.files[file];
        let id = NodeId(configuration.nodes.len() as u32);
        let words = read.tree.words(read.tree.directive(directive));
        configuration.nodes.push(Node {
            parent,
            end: id.0 + 1,
            file: file as u32,
            directive,
            contexts,
            first_word: configuration.words.len() as u32,
            word_count: words.len() as u32,
        });
        for word in words {
            let start = configuration.text.len() as u32;
            configuration.text.push_str(&word.value(read.source.text()));
            configuration.words.push(Word { start, end: configuration.text.len() as u32, word: *word });
        }
        id
    }

    fn include(&mut self, node: NodeId, file: usize, parent: Option<NodeId>, contexts: Contexts) {
        let argument = self.configuration.directive(node).argument(0);
        let (pattern, is_opaque) = argument.map_or((String::new(), true), |word| (word.text.to_owned(), word.is_opaque));
        if !self.configuration.files[file].tree.sections.is_empty() {
            self.include_section(node, file, &pattern, parent, contexts);
            return;
        }
        let outcome = if is_opaque { Outcome::Unknown } else { self.resolve(&pattern) };
        let outcome = if outcome.files().is_empty() { outcome } else { self.follow(outcome, parent, contexts) };
        self.configuration.includes.push(Include { directive: node, outcome });
    }

    fn resolve(&self, pattern: &str) -> Outcome {
        let mut outcomes = self.bases.iter().map(|base| include::resolve(pattern, base, self.sources));
        if self.configuration.kind == Kind::Main {
            return outcomes.next().unwrap_or(Outcome::Unknown);
        }
        let found = outcomes.find(|outcome| !outcome.files().is_empty() || *outcome == Outcome::Shipped);
        match found {
            Some(Outcome::Files(files)) => Outcome::Mapped(files),
            Some(outcome) => outcome,
            None => Outcome::Unknown,
        }
    }

    /// Enters the files of an include, the last one first, so that the first is gone through first.
    fn follow(&mut self, outcome: Outcome, parent: Option<NodeId>, contexts: Contexts) -> Outcome {
        let files = outcome.files().to_vec();
        let active: Vec<FileId> =
            self.frames.iter().filter(|frame| frame.is_file).map(|frame| self.configuration.files[frame.file].file).collect();
        if active.len() > DEEPEST_INCLUDE || self.entered + files.len() > MOST_ENTERED {
            self.configuration.is_truncated = true;
            return Outcome::TooMany;
        }
        // A file that is being read is passed over; a glob may take in the file that it stands in.
        let (cyclic, fresh): (Vec<FileId>, Vec<FileId>) = files.into_iter().partition(|file| active.contains(file));
        for file in fresh.iter().rev() {
            let index = self.read(*file);
            self.enter(index, 0, parent, contexts);
        }
        if cyclic.is_empty() { outcome } else { Outcome::Cycle }
    }

    fn read(&mut self, file: FileId) -> usize {
        if let Some(index) = self.configuration.files.iter().position(|known| known.file == file) {
            return index;
        }
        let source = self.sources.source(file);
        let tree = (self.trees)(file, &source);
        self.configuration.files.push(ReadFile { file, source, tree });
        self.configuration.files.len() - 1
    }

    /// In a dump everything that was included is there, by its path on the server.
    fn include_section(&mut self, node: NodeId, file: usize, pattern: &str, parent: Option<NodeId>, contexts: Contexts) {
        let tree = Arc::clone(&self.configuration.files[file].tree);
        let base = tree.sections.first().map_or("/", |section| folder(&section.path));
        let path = join(base, pattern);
        let parts: Vec<&str> = path.split('/').collect();
        let fits = |candidate: &str| {
            let names: Vec<&str> = candidate.split('/').collect();
            names.len() == parts.len()
                && names
                    .iter()
                    .zip(&parts)
                    .all(|(name, part)| name == part || include::is_match(part.as_bytes(), name.as_bytes()))
        };
        let mut found: Vec<usize> = (0..tree.sections.len()).filter(|index| fits(&tree.sections[*index].path)).collect();
        found.sort_by(|a, b| tree.sections[*a].path.cmp(&tree.sections[*b].path));
        found.dedup_by(|a, b| tree.sections[*a].path == tree.sections[*b].path);
        let is_active = |section: &usize| self.frames.iter().any(|frame| frame.is_file && frame.section == *section);
        let is_cyclic = found.iter().any(is_active);
        found.retain(|section| !is_active(section));
        let too_many = self.entered + found.len() > MOST_ENTERED || self.frames.len() > DEEPEST_BLOCK + DEEPEST_INCLUDE;
        let outcome = match (is_cyclic, too_many) {
            (true, _) => Outcome::Cycle,
            (_, true) => Outcome::TooMany,
            _ => Outcome::Files(vec![self.configuration.files[file].file; found.len()]),
        };
        self.configuration.is_truncated |= too_many;
        if !too_many {
            for section in found.iter().rev() {
                self.enter(file, *section, parent, contexts);
            }
        }
        self.configuration.includes.push(Include { directive: node, outcome });
    }
}

#[cfg(test)]
mod tests;
