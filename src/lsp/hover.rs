//! The page of a rule, where a finding of it is, or its name in a comment.

use lsp_types::{Hover, HoverContents, MarkupContent, MarkupKind, Position};

use super::client::Client;
use super::completion::name_at;
use super::positions::Lines;
use super::workspace::Workspace;
use crate::rules::{Rule, Selector, page};
use crate::source::{FileId, Span};

/// More pages than this are not read in a bubble.
const MOST_PAGES: usize = 3;

/// What there is to read about a place in an open document.
pub fn at(workspace: &Workspace, file: Option<FileId>, text: &str, position: Position, client: &Client) -> Option<Hover> {
    let lines = Lines::new(text, client.encoding);
    let offset = lines.offset(position);
    let (rules, span) = named(workspace, text, offset).or_else(|| found(workspace, file?, offset))?;
    let pages: Vec<String> = rules.iter().take(MOST_PAGES).map(|rule| page::markdown(rule)).collect();
    let kind = if client.markdown { MarkupKind::Markdown } else { MarkupKind::PlainText };
    let contents = HoverContents::Markup(MarkupContent { kind, value: pages.join("\n---\n\n") });
    Some(Hover { contents, range: Some(lines.range(span)) })
}

/// The rules that a name in a comment stands for.
fn named(workspace: &Workspace, text: &str, offset: usize) -> Option<(Vec<&'static Rule>, Span)> {
    let (name, span) = name_at(text, offset)?;
    let selector = workspace.registry.selector(name).ok()?;
    if matches!(selector, Selector::Family(_) | Selector::All) {
        return None;
    }
    Some((workspace.registry.iter().filter(|rule| selector.names(rule)).collect(), span))
}

/// The rules that found something at a place, each once, and the smallest of the places.
fn found(workspace: &Workspace, file: FileId, offset: usize) -> Option<(Vec<&'static Rule>, Span)> {
    let holds = |span: Span| span.start() <= offset && offset <= span.end();
    let mut here: Vec<_> =
        workspace.findings(file).map(|judged| &judged.finding).filter(|finding| holds(finding.primary.span)).collect();
    here.sort_by_key(|finding| finding.primary.span.len());
    let span = here.first()?.primary.span;
    let mut rules: Vec<&'static Rule> = Vec::new();
    for rule in here.iter().filter_map(|finding| workspace.registry.get(finding.rule)) {
        if !rules.iter().any(|known| known.id == rule.id) {
            rules.push(rule);
        }
    }
    (!rules.is_empty()).then_some((rules, span))
}
