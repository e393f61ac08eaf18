//! Rule documents as they are written: YAML read into owned values. `build.rs` reads the embedded ones with this file,
//! the loader those of a user, so nothing here may use more of the crate than `yaml` and `source`.

use crate::source::Span;
use crate::yaml::{self, NodeId, NodeKind, Tree};

/// A document, every text as written. What the values may be is said in `schemas/rule.schema.json`.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct RuleDocument {
    pub id: String,
    pub title: String,
    pub severity: SeverityText,
    pub confidence: String,
    pub profile: String,
    pub subject: String,
    pub mandatory: bool,
    pub needs: Option<String>,
    pub when: Option<String>,
    pub each: Option<String>,
    pub assert: Option<String>,
    pub at: Option<String>,
    pub message: String,
    pub together: Option<String>,
    pub labels: Vec<(String, String)>,
    pub fix: Option<FixText>,
    pub variants: Vec<VariantText>,
    pub why: String,
    pub instead: String,
    pub ignore_when: String,
    pub examples: Vec<ExampleText>,
    pub aliases: Vec<(String, Vec<String>)>,
    pub references: Vec<String>,
    pub since: String,
}

/// `severity`: one word, or one for each environment.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct SeverityText {
    pub default: String,
    pub staging: Option<String>,
    pub development: Option<String>,
}

/// `fix`: how safe it is, what it does.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct FixText {
    pub safety: String,
    pub title: String,
    pub remove: Vec<String>,
    pub ensure: Option<String>,
    pub append: Option<String>,
}

/// One of `variants`: what it leaves out is as the rule has it.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct VariantText {
    pub name: String,
    pub message: Option<String>,
    pub severity: Option<String>,
    pub confidence: Option<String>,
    pub fix: Option<FixText>,
    pub aliases: Vec<(String, Vec<String>)>,
}

/// One of `examples`, with the files that lie beside it.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct ExampleText {
    pub path: Option<String>,
    pub files: Vec<(String, String)>,
    pub bad: Option<String>,
    pub lines: Vec<usize>,
    pub fixed: Option<String>,
    pub good: Option<String>,
}

/// Why a document cannot be read, and where in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentProblem {
    pub message: String,
    pub span: Span,
}

/// Reads one document; all problems at once.
pub fn read(text: &str) -> Result<RuleDocument, Vec<DocumentProblem>> {
    let stream = yaml::parse(text);
    let mut reader = Reader { problems: Vec::new(), tree: None };
    for problem in &stream.problems {
        reader.problems.push(DocumentProblem { message: problem.message.clone(), span: problem.span });
    }
    let root = stream.documents.first().and_then(|tree| tree.root.map(|root| (tree, root)));
    let Some((tree, root)) = root else {
        reader
            .problems
            .push(DocumentProblem { message: "the document is empty: it needs at least `id`".into(), span: Span::default() });
        return Err(reader.problems);
    };
    reader.tree = Some(tree);
    let document = reader.document(tree, root);
    if reader.problems.is_empty() { Ok(document) } else { Err(reader.problems) }
}

struct Reader<'t> {
    problems: Vec<DocumentProblem>,
    tree: Option<&'t Tree>,
}

impl<'t> Reader<'t> {
    fn document(&mut self, tree: &'t Tree, root: NodeId) -> RuleDocument {
        let mut document = RuleDocument::default();
        for (key, value) in self.entries(root) {
            match key.as_str() {
                "id" => document.id = self.text(value),
                "title" => document.title = self.text(value),
                "severity" => document.severity = self.severity(value),
                "confidence" => document.confidence = self.text(value),
                "profile" => document.profile = self.text(value),
                "subject" => document.subject = self.text(value),
                "mandatory" => document.mandatory = self.text(value) == "true",
                "needs" => document.needs = Some(self.text(value)),
                "when" => document.when = self.json(value),
                "each" => document.each = Some(self.text(value)),
                "assert" => document.assert = self.json(value),
                "at" => document.at = Some(self.text(value)),
                "message" => document.message = self.text(value),
                "together" => document.together = Some(self.text(value)),
                "labels" => document.labels = self.texts_by_key(value),
                "fix" => document.fix = Some(self.fix(value)),
                "variants" => document.variants = self.variants(value),
                "why" => document.why = self.text(value),
                "instead" => document.instead = self.text(value),
                "ignore-when" => document.ignore_when = self.text(value),
                "examples" => document.examples = self.examples(value),
                "aliases" => document.aliases = self.aliases(value),
                "references" => document.references = self.texts(value),
                "since" => document.since = self.text(value),
                other => self.unknown(tree, root, other),
            }
        }
        document
    }

    fn severity(&mut self, node: NodeId) -> SeverityText {
        if self.tree().str(node).is_some() {
            return SeverityText { default: self.text(node), ..SeverityText::default() };
        }
        let mut severity = SeverityText::default();
        for (key, value) in self.entries(node) {
            match key.as_str() {
                "default" => severity.default = self.text(value),
                "staging" => severity.staging = Some(self.text(value)),
                "development" => severity.development = Some(self.text(value)),
                other => self.unknown(self.tree(), node, other),
            }
        }
        severity
    }

    fn fix(&mut self, node: NodeId) -> FixText {
        let mut fix = FixText::default();
        for (key, value) in self.entries(node) {
            match key.as_str() {
                "safety" => fix.safety = self.text(value),
                "title" => fix.title = self.text(value),
                "remove" => fix.remove = self.texts(value),
                "ensure" => fix.ensure = self.json(value),
                "append" => fix.append = self.json(value),
                other => self.unknown(self.tree(), node, other),
            }
        }
        fix
    }

    fn variants(&mut self, node: NodeId) -> Vec<VariantText> {
        let mut variants = Vec::new();
        for (name, body) in self.entries(node) {
            let mut variant = VariantText { name, ..VariantText::default() };
            for (key, value) in self.entries(body) {
                match key.as_str() {
                    "message" => variant.message = Some(self.text(value)),
                    "severity" => variant.severity = Some(self.text(value)),
                    "confidence" => variant.confidence = Some(self.text(value)),
                    "fix" => variant.fix = Some(self.fix(value)),
                    "aliases" => variant.aliases = self.aliases(value),
                    other => self.unknown(self.tree(), body, other),
                }
            }
            variants.push(variant);
        }
        variants
    }

    fn examples(&mut self, node: NodeId) -> Vec<ExampleText> {
        let mut examples = Vec::new();
        for item in self.items(node) {
            let mut example = ExampleText::default();
            for (key, value) in self.entries(item) {
                match key.as_str() {
                    "path" => example.path = Some(self.text(value)),
                    "files" => example.files = self.texts_by_key(value),
                    "bad" => example.bad = Some(self.text(value)),
                    "lines" => {
                        let texts = self.texts(value);
                        example.lines = texts.iter().filter_map(|line| line.parse().ok()).collect();
                        if example.lines.len() != texts.len() {
                            self.problem(value, "`lines` is a list of line numbers, from 1");
                        }
                    }
                    "fixed" => example.fixed = Some(self.text(value)),
                    "good" => example.good = Some(self.text(value)),
                    other => self.unknown(self.tree(), item, other),
                }
            }
            examples.push(example);
        }
        examples
    }

    fn aliases(&mut self, node: NodeId) -> Vec<(String, Vec<String>)> {
        self.entries(node).into_iter().map(|(family, ids)| (family, self.texts(ids))).collect()
    }

    fn texts_by_key(&mut self, node: NodeId) -> Vec<(String, String)> {
        self.entries(node).into_iter().map(|(key, value)| (key, self.text(value))).collect()
    }

    /// A list of scalars; a lone scalar is a list of one.
    fn texts(&mut self, node: NodeId) -> Vec<String> {
        if self.tree().str(node).is_some() {
            return vec![self.text(node)];
        }
        self.items(node).into_iter().map(|item| self.text(item)).collect()
    }

    fn text(&mut self, node: NodeId) -> String {
        match self.tree().str(node) {
            Some(text) => text.to_owned(),
            None => {
                self.problem(node, "expected a text here");
                String::new()
            }
        }
    }

    fn json(&mut self, node: NodeId) -> Option<String> {
        match self.tree().to_json(node) {
            Ok(value) => Some(value.to_string()),
            Err(problem) => {
                self.problems.push(DocumentProblem { message: problem.message, span: problem.span });
                None
            }
        }
    }

    fn items(&mut self, node: NodeId) -> Vec<NodeId> {
        let tree = self.tree();
        match &tree.node(tree.resolve(node)).kind {
            NodeKind::Sequence { items, .. } => items.clone(),
            _ => {
                self.problem(node, "expected a list here");
                Vec::new()
            }
        }
    }

    fn entries(&mut self, node: NodeId) -> Vec<(String, NodeId)> {
        let tree = self.tree();
        match &tree.node(tree.resolve(node)).kind {
            NodeKind::Mapping { entries, .. } => {
                entries.iter().map(|(key, value)| (tree.str(*key).unwrap_or_default().to_owned(), *value)).collect()
            }
            _ => {
                self.problem(node, "expected a mapping here");
                Vec::new()
            }
        }
    }

    fn unknown(&mut self, tree: &Tree, mapping: NodeId, key: &str) {
        let span = tree.entry(mapping, key).map_or(tree.node(mapping).span, |(key, _)| tree.node(key).span);
        self.problems.push(DocumentProblem { message: format!("a rule document has no key `{key}` here"), span });
    }

    fn problem(&mut self, node: NodeId, message: &str) {
        let span = self.tree().node(node).span;
        self.problems.push(DocumentProblem { message: message.to_owned(), span });
    }

    fn tree(&self) -> &'t Tree {
        self.tree.expect("set before any node is read")
    }
}
