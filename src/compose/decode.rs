//! From the tree of a YAML document to nodes: aliases, merge keys and tags as compose reads them.

use compact_str::CompactString;
use rustc_hash::FxHashMap;

use super::file::ComposeFile;
use super::node::{Map, Node, Origin, SiteId, Value, Ways};
use super::problem::{Problem, Problems};
use super::reset::{Reset, Step};
use super::{Site, Sites};
use crate::source::{FileId, Location, SourceFile, Span};
use crate::yaml::{NodeId, NodeKind, Scalar, Tree};

/// Values nest no deeper. Those who read nodes may recurse.
pub const DEPTH: usize = 128;

/// With their aliases written out the documents of a project have no more values than so many times those that are written, and so
/// many beside.
pub(super) const VALUES: usize = 200_000;
const TIMES_WRITTEN: usize = 4;

/// So many bytes of text count as another value, so that aliases to one huge text are bounded too.
const BYTES_A_VALUE: usize = 256;

/// One document of a file.
#[derive(Debug, Default)]
pub(super) struct Decoded {
    /// `None` for an empty document, or one that could not be read.
    pub root: Option<Node>,
    /// What `!reset` and `!override` take from the documents before it.
    pub resets: Vec<Reset>,
}

/// Reads one document. `values` is what is left of [`VALUES`].
pub(super) fn decode(
    id: FileId,
    source: &SourceFile,
    file: &ComposeFile,
    tree: &Tree,
    values: &mut usize,
    sites: &mut Sites,
    problems: &mut Problems,
) -> Decoded {
    let Some(root) = tree.root else { return Decoded::default() };
    let mut decoder = Decoder {
        id,
        source,
        file,
        tree,
        sites,
        problems,
        resets: Vec::new(),
        path: Vec::new(),
        open: Vec::new(),
        left: *values + TIMES_WRITTEN * tree.nodes().count(),
        stopped: false,
    };
    for (first, second) in tree.duplicate_keys() {
        decoder.duplicate(first, second);
    }
    let node = decoder.node(root, None, Came::default());
    let stopped = decoder.stopped;
    *values = decoder.left.min(*values);
    Decoded { root: node.filter(|node| !stopped && !node.is_null()), resets: decoder.resets }
}

/// How the decoder came to a node.
#[derive(Debug, Clone, Copy, Default)]
struct Came {
    ways: Ways,
    via: Option<SiteId>,
}

/// A step of the way to a node; the text of a key is asked for only where something is reset.
#[derive(Debug, Clone, Copy)]
enum Way {
    Key(NodeId),
    Index(usize),
}

struct Decoder<'a> {
    id: FileId,
    source: &'a SourceFile,
    file: &'a ComposeFile,
    tree: &'a Tree,
    sites: &'a mut Sites,
    problems: &'a mut Problems,
    resets: Vec<Reset>,
    /// The keys and indexes that lead to the node.
    path: Vec<Way>,
    /// The collections around the node, to see an alias that leads back.
    open: Vec<NodeId>,
    left: usize,
    /// What is to be said of the whole document was said.
    stopped: bool,
}

impl Decoder<'_> {
    fn problem(&mut self, span: Span, message: String) {
        self.problems.push(Problem::new(Location { file: self.id, span }, message));
    }

    fn duplicate(&mut self, first: NodeId, second: NodeId) {
        let line = self.source.line(self.tree.node(first).span.start());
        let key = self.tree.str(second).unwrap_or_default();
        let message = format!("the key `{key}` stands in this mapping already, in line {line}; keep one of them");
        let place = |node: NodeId| Location { file: self.id, span: self.tree.node(node).span };
        self.problems.push(Problem::new(place(second), message).against(place(first)));
    }

    /// Whether another value of this size is too many; says so once.
    fn is_too_many(&mut self, cost: usize, span: Span) -> bool {
        match self.left.checked_sub(cost) {
            Some(left) => self.left = left,
            None if self.stopped => {}
            None => {
                self.stopped = true;
                self.problem(span, "with its aliases written out this document is too large to read".to_owned());
            }
        }
        self.stopped
    }

    /// `None` for what `!reset` removes, and when the document cannot be read.
    fn node(&mut self, written: NodeId, key: Option<Span>, came: Came) -> Option<Node> {
        let outer = self.tree.node(written);
        let mut came = came;
        let id = self.tree.resolve(written);
        if id != written {
            let via = self.sites.add(Site { location: Location { file: self.id, span: outer.span }, way: Ways::ALIAS });
            came = Came { ways: came.ways.with(Ways::ALIAS), via: Some(via) };
            if self.open.contains(&id) {
                self.problem(outer.span, "this alias stands inside the value that it names".to_owned());
                return None;
            }
        }
        let node = self.tree.node(id);
        let cost = match &node.kind {
            NodeKind::Scalar { value, .. } => 1 + value.len() / BYTES_A_VALUE,
            _ => 1,
        };
        if self.is_too_many(cost, outer.span) {
            return None;
        }
        for tag in [outer.tag(), node.tag()].into_iter().flatten() {
            match tag {
                "!reset" => {
                    let path = self.steps();
                    self.resets.push(Reset { path, replaced: false });
                    return None;
                }
                "!override" if id == written || outer.tag().is_some() => {
                    let path = self.steps();
                    self.resets.push(Reset { path, replaced: true });
                }
                _ => {}
            }
        }
        let mut origin = Origin { file: self.id, span: node.span, key, ways: came.ways, via: came.via, interpolation: None };
        match &node.kind {
            NodeKind::Scalar { value, .. } => {
                let mut text = None;
                if !self.file.placeholders.is_empty() {
                    text = self.file.placeholders.restored(self.source.text(), node.span, value);
                    if self.file.placeholders.within(node.span) {
                        origin.ways = origin.ways.with(Ways::UNKNOWN);
                    }
                }
                let value = match (text, self.tree.scalar(id)) {
                    (Some(text), _) => Value::text(text),
                    (None, Some(Scalar::Bool(value))) => Value::Bool(value),
                    (None, Some(Scalar::Int(value))) => Value::Int(value),
                    (None, Some(Scalar::Unsigned(value))) => Value::Float(value as f64),
                    (None, Some(Scalar::Float(value))) => Value::Float(value),
                    (None, Some(Scalar::Str(value))) => Value::text(value),
                    (None, Some(Scalar::Null) | None) => Value::Null,
                };
                Some(Node::new(value, origin))
            }
            NodeKind::Sequence { items, .. } => {
                if !self.enter(id, outer.span) {
                    return None;
                }
                let mut nodes = Vec::with_capacity(items.len());
                for (index, &item) in items.iter().enumerate() {
                    self.path.push(Way::Index(index));
                    nodes.extend(self.node(item, None, came));
                    self.path.pop();
                }
                self.open.pop();
                Some(Node::list(nodes, origin))
            }
            NodeKind::Mapping { .. } => {
                if !self.enter(id, outer.span) {
                    return None;
                }
                let map = self.map(id, came);
                self.open.pop();
                Some(Node::map(map, origin))
            }
            NodeKind::Alias { .. } => None,
        }
    }

    /// The way to the node.
    fn steps(&mut self) -> Vec<Step> {
        let path = self.path.clone();
        let step = |way: Way| match way {
            Way::Key(key) => self.key(key).map(|name| Step::Key(name.as_str().into())),
            Way::Index(index) => Some(Step::Index(index)),
        };
        path.into_iter().filter_map(step).collect()
    }

    fn enter(&mut self, id: NodeId, span: Span) -> bool {
        if self.open.len() == DEPTH {
            if !self.stopped {
                self.problem(span, format!("this lies more than {DEPTH} levels deep; nothing that compose reads does"));
                self.stopped = true;
            }
            return false;
        }
        self.open.push(id);
        true
    }

    /// The entries with those of merge keys: its own win, then those of the mapping that is merged first.
    fn map(&mut self, id: NodeId, came: Came) -> Map {
        let entries = self.tree.entries(id);
        let mut map = Map::with_capacity_and_hasher(entries.len(), rustc_hash::FxBuildHasher);
        let mut merged: Vec<(Span, NodeId)> = Vec::new();
        for (key, value) in entries {
            if self.tree.is_merge_key(key) {
                merged.push((self.tree.node(key).span, value));
                continue;
            }
            self.entry(&mut map, key, value, came);
        }
        for (span, value) in merged {
            self.merge(&mut map, span, value, came);
        }
        map
    }

    fn merge(&mut self, map: &mut Map, span: Span, value: NodeId, came: Came) {
        let via = self.sites.add(Site { location: Location { file: self.id, span }, way: Ways::MERGE_KEY });
        let came = Came { ways: came.ways.with(Ways::MERGE_KEY), via: Some(via) };
        let source = self.tree.resolve(value);
        let sources = match &self.tree.node(source).kind {
            NodeKind::Sequence { items, .. } => {
                // What is wrong with the items of a list that an alias names is shown at the alias.
                let shown = |item: NodeId| if source == value { item } else { value };
                items.iter().map(|&item| (shown(item), self.tree.resolve(item))).collect()
            }
            _ => vec![(value, source)],
        };
        for (written, source) in sources {
            let span = self.tree.node(written).span;
            if !matches!(self.tree.node(source).kind, NodeKind::Mapping { .. }) {
                self.problem(span, "`<<` takes a mapping, or a list of mappings".to_owned());
                continue;
            }
            if self.open.contains(&source) {
                self.problem(span, "this alias stands inside the value that it names".to_owned());
                continue;
            }
            if !self.enter(source, span) {
                return;
            }
            let cost = self.tree.entries(source).len();
            if !self.is_too_many(cost, span) {
                for (key, entry) in self.map(source, came) {
                    map.entry(key).or_insert(entry);
                }
            }
            self.open.pop();
        }
    }

    fn entry(&mut self, map: &mut Map, key: NodeId, value: NodeId, came: Came) {
        let span = self.tree.node(key).span;
        let Some(name) = self.key(key) else { return };
        self.path.push(Way::Key(key));
        if let Some(node) = self.node(value, Some(span), came) {
            map.insert(name, node);
        }
        self.path.pop();
    }

    fn key(&mut self, key: NodeId) -> Option<CompactString> {
        let span = self.tree.node(key).span;
        let restored = || self.file.placeholders.restored(self.source.text(), span, self.tree.str(key)?);
        match self.tree.scalar(key) {
            Some(Scalar::Str(text)) => {
                let restored = if self.file.placeholders.is_empty() { None } else { restored() };
                Some(restored.map_or_else(|| text.into(), CompactString::from))
            }
            Some(_) => {
                let text = self.tree.str(key).unwrap_or_default();
                let message = format!("the key `{text}` is not text; write it in quotes");
                self.problem(span, message);
                None
            }
            None => {
                self.problem(span, "this key is a collection; a key is text".to_owned());
                None
            }
        }
    }
}

/// Where each problem of YAML itself lies, as problems of the file.
pub(super) fn yaml_problems(id: FileId, file: &ComposeFile, problems: &mut Problems) {
    // An alias without an anchor makes one problem for each use; compose stops at the first.
    let mut seen: FxHashMap<&str, ()> = FxHashMap::default();
    for problem in &file.stream.problems {
        if seen.insert(&problem.message, ()).is_none() {
            problems.push(Problem::new(Location { file: id, span: problem.span }, problem.message.clone()));
        }
    }
}
