//! Places in compose files: every key with a value, every `NAME=value` of a list, every command. What is under `x-` counts as well, for it is
//! where shared environments stand.

use super::env::names_something;
use super::setting;
use crate::catalog::default_credentials::{DefaultCredential, DefaultCredentials};
use crate::secret::names::{NameSays, name_says};
use crate::secret::references::fallbacks;
use crate::secret::{DefaultKind, Scanner, Secrets, Setting};
use crate::shell;
use crate::source::{Mapped, SourceFile, Span};
use crate::yaml::{Node, NodeId, NodeKind, ScalarStyle, Stream, Tree};

/// What a part of the file is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Values are settings of a program.
    Environment,
    BuildArguments,
    Commands,
    /// The text of a file.
    Content,
    Other,
}

/// The secrets of a compose file.
pub(in crate::project) fn of_yaml(source: &SourceFile, stream: &Stream) -> Secrets {
    let mut scanner = Scanner::new(source.text(), setting(source));
    if !stream.problems.is_empty() {
        // What stands behind the break is in no tree, and the message about it shows its lines.
        scanner.lines(Span::new(0, source.text().len()));
    }
    for tree in &stream.documents {
        let mut walk = Walk { text: source.text(), tree, scanner: &mut scanner, image: None };
        let Some(root) = tree.root else { continue };
        let services = tree.entry(root, "services").map(|(_, services)| services);
        for (key, service) in services.map(|services| tree.entries(services).collect::<Vec<_>>()).unwrap_or_default() {
            walk.service(tree.str(key).unwrap_or_default(), service);
        }
        walk.image = None;
        walk.scanner.known(&[]);
        for (key, value) in tree.entries(root).filter(|(_, value)| Some(*value) != services) {
            walk.part(value, part(tree.str(key).unwrap_or_default(), Part::Other));
        }
    }
    scanner.finish()
}

fn part(key: &str, outer: Part) -> Part {
    match (key, outer) {
        ("environment", _) => Part::Environment,
        ("args", _) => Part::BuildArguments,
        ("command" | "entrypoint" | "test" | "post_start" | "pre_stop", Part::Other) => Part::Commands,
        ("content" | "dockerfile_inline", Part::Other) => Part::Content,
        _ => outer,
    }
}

struct Walk<'a, 't> {
    text: &'t str,
    tree: &'a Tree,
    scanner: &'a mut Scanner<'t>,
    /// The image of the service, without tag.
    image: Option<&'a str>,
}

impl<'a> Walk<'a, '_> {
    fn service(&mut self, name: &str, service: NodeId) {
        let tree = self.tree;
        let image = tree.get(service, "image").and_then(|image| tree.str(image));
        self.image = image.map(repository).filter(|image| !image.contains('$'));
        let environment = tree.get(service, "environment");
        let mut known = vec![name, self.image.and_then(|image| image.rsplit('/').next()).unwrap_or_default()];
        if let Some(environment) = environment {
            let pairs = tree.entries(environment).filter_map(|(key, value)| Some((tree.str(key)?, tree.str(value)?)));
            let items = tree.items(environment).iter().filter_map(|item| tree.str(*item)?.split_once('='));
            for (_, value) in pairs.chain(items).filter(|(key, _)| names_something(key)) {
                known.push(value);
                known.extend(fallbacks(value).map(|fallback| &value[fallback.default]));
            }
        }
        self.scanner.known(&known);
        self.part(service, Part::Other);
    }

    /// Everything below a node; an alias is looked at where it is defined.
    fn part(&mut self, node: NodeId, part: Part) {
        let tree = self.tree;
        let mut open = vec![(node, part)];
        while let Some((id, part_here)) = open.pop() {
            match &tree.node(id).kind {
                NodeKind::Mapping { entries, .. } => {
                    for (key, value) in entries {
                        let name = tree.str(*key).unwrap_or_default();
                        let part = self::part(name, part_here);
                        if matches!(tree.node(*value).kind, NodeKind::Scalar { .. }) {
                            self.value(name, *value, part);
                        } else {
                            open.push((*value, part));
                        }
                    }
                }
                NodeKind::Sequence { items, .. } if part_here == Part::Commands => self.array(items, &mut open),
                NodeKind::Sequence { items, flow } => {
                    for item in items {
                        match tree.str(*item).filter(|_| matches!(tree.node(*item).kind, NodeKind::Scalar { .. })) {
                            Some(text) => self.item(*item, text, part_here, *flow),
                            None => open.push((*item, part_here)),
                        }
                    }
                }
                NodeKind::Scalar { .. } if part_here == Part::Commands => self.shell(id),
                NodeKind::Scalar { .. } | NodeKind::Alias { .. } => {}
            }
        }
    }

    fn value(&mut self, name: &str, id: NodeId, part: Part) {
        let node = self.tree.node(id);
        let span = inner(self.text, node);
        match part {
            Part::Commands => self.shell(id),
            Part::Content => self.scanner.lines(span),
            _ => {
                // In flow style a plain value cannot hold the braces of a reference.
                let in_block = !matches!(node.kind, NodeKind::Scalar { style: ScalarStyle::Plain, .. })
                    || is_end_of_line(self.text, node.span.end());
                self.variable(name, span, part, in_block);
            }
        }
    }

    /// `NAME=value` in a list.
    fn item(&mut self, id: NodeId, text: &str, part: Part, flow: bool) {
        if part == Part::BuildArguments && !text.contains('=') && name_says(text).is_some_and(|says| says > NameSays::Perhaps) {
            return self.scanner.build_argument(text, inner(self.text, self.tree.node(id)));
        }
        let Some((name, _)) = text.split_once('=').filter(|(name, _)| !name.is_empty() && !name.contains([' ', '/'])) else {
            return;
        };
        let span = inner(self.text, self.tree.node(id));
        let Some(separator) = span.slice(self.text).find('=') else { return };
        let is_plain = matches!(self.tree.node(id).kind, NodeKind::Scalar { style: ScalarStyle::Plain, .. });
        self.variable(name, Span::new(span.start() + separator + 1, span.end()), part, !(flow && is_plain));
    }

    fn variable(&mut self, name: &str, span: Span, part: Part, writable: bool) {
        let is_block_scalar = span.slice(self.text).contains('\n');
        self.scanner.set_setting(if part == Part::BuildArguments { Setting::BuildArgument } else { Setting::Deployed });
        self.scanner.set_replaceable(part == Part::Environment && writable && !is_block_scalar);
        self.scanner.variable(name, span);
        if part == Part::Environment
            && let Some(image) = self.image.filter(|_| DefaultCredentials::may_know(name))
        {
            match DefaultCredentials::table().find(image, name, span.slice(self.text)) {
                Some(DefaultCredential::Known(product)) => {
                    self.scanner.default_credential(name, span, DefaultKind::Credential(product))
                }
                Some(DefaultCredential::Open(product)) => self.scanner.default_credential(name, span, DefaultKind::Open(product)),
                None => {}
            }
        }
        self.scanner.set_replaceable(false);
        self.scanner.set_setting(Setting::Deployed);
    }

    /// A command as an array; that of a health check begins with `CMD` or `CMD-SHELL`.
    fn array(&mut self, items: &[NodeId], open: &mut Vec<(NodeId, Part)>) {
        let tree = self.tree;
        let mut words: Vec<(String, Span)> = Vec::with_capacity(items.len());
        for item in items {
            match tree.str(*item).filter(|_| matches!(tree.node(*item).kind, NodeKind::Scalar { .. })) {
                Some(text) => words.push((text.to_owned(), inner(self.text, tree.node(*item)))),
                None => open.push((*item, Part::Other)),
            }
        }
        match words.first().map(|(first, _)| first.as_str()) {
            Some("CMD-SHELL") => {
                if let Some(item) = items.get(1) {
                    self.shell(*item);
                }
            }
            Some("CMD") => self.commands(&shell::exec(&words[1..])),
            _ => self.commands(&shell::exec(&words)),
        }
    }

    fn shell(&mut self, id: NodeId) {
        let span = inner(self.text, self.tree.node(id));
        let script = shell::parse(&Mapped::of(self.text, span));
        self.commands(&script);
    }

    fn commands(&mut self, script: &shell::Script) {
        script.commands.iter().for_each(|command| self.scanner.command(command));
    }
}

/// The text of a scalar as it is written, without quotes, and of a block without its header.
fn inner(text: &str, node: &Node) -> Span {
    let NodeKind::Scalar { style, .. } = node.kind else { return node.span };
    let raw = node.span.slice(text);
    match style {
        ScalarStyle::Plain => node.span,
        ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted if raw.len() >= 2 => {
            Span::new(node.span.start() + 1, node.span.end() - 1)
        }
        ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => node.span,
        ScalarStyle::Literal | ScalarStyle::Folded => {
            let body = raw.find('\n').map_or(raw.len(), |newline| newline + 1);
            let blanks = raw[body..].len() - raw[body..].trim_start().len();
            Span::new(node.span.start() + body + blanks, node.span.end())
        }
    }
}

fn is_end_of_line(text: &str, at: usize) -> bool {
    let rest = text[at..].split('\n').next().unwrap_or_default().trim();
    rest.is_empty() || rest.starts_with('#')
}

/// An image without its tag and digest.
fn repository(image: &str) -> &str {
    let image = image.split('@').next().unwrap_or(image);
    match image.rfind(':') {
        Some(colon) if !image[colon..].contains('/') => &image[..colon],
        _ => image,
    }
}
