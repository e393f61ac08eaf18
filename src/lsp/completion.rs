//! Names of rules, where a suppression comment takes them.

use lsp_types::{
    CompletionItem, CompletionItemKind, CompletionItemLabelDetails, CompletionTextEdit, Documentation, MarkupContent, MarkupKind,
    Position, TextEdit,
};

use super::client::Client;
use super::positions::Lines;
use super::workspace::Workspace;
use crate::rules::{Rule, page};
use crate::source::{FileId, Kind, Span};

/// Characters after which a client asks without being told to.
pub const TRIGGERS: [&str; 4] = ["[", ",", "=", ":"];

/// Where a comment takes names, and whose.
#[derive(Debug, PartialEq, Eq)]
struct List<'t> {
    /// The family of peers whose identifiers stand here; `None` for our own rules, and all aliases.
    family: Option<&'static str>,
    /// The name that the place is in or behind, perhaps empty.
    name: &'t str,
    span: Span,
}

/// What can stand at a place of an open document.
pub fn at(workspace: &Workspace, file: Option<FileId>, text: &str, position: Position, client: &Client) -> Vec<CompletionItem> {
    let lines = Lines::new(text, client.encoding);
    let offset = lines.offset(position);
    let Some(list) = list_at(text, offset) else { return Vec::new() };
    let range = lines.range(list.span);
    let kind = file.map(|file| workspace.project.document(file).kind());
    let here = |rule: &Rule| file.is_some_and(|file| workspace.findings(file).any(|judged| judged.finding.rule == rule.id));
    let mut items = Vec::new();
    for rule in workspace.registry.iter().filter(|rule| !rule.mandatory && kind.is_none_or(|kind| may_be_in(rule, kind))) {
        let order = if here(rule) { "0" } else { "1" };
        let mut add = |name: &str, order: &str, description: &str| {
            items.push(CompletionItem {
                label: name.to_owned(),
                label_details: Some(CompletionItemLabelDetails { detail: None, description: Some(description.to_owned()) }),
                kind: Some(CompletionItemKind::CONSTANT),
                detail: Some(rule.title.to_owned()),
                documentation: Some(Documentation::MarkupContent(MarkupContent {
                    kind: if client.markdown { MarkupKind::Markdown } else { MarkupKind::PlainText },
                    value: page::summary(rule),
                })),
                sort_text: Some(format!("{order}{name}")),
                text_edit: Some(CompletionTextEdit::Edit(TextEdit::new(range, name.to_owned()))),
                ..CompletionItem::default()
            });
        };
        if list.family.is_none() {
            add(rule.id, order, "");
        }
        for (family, id) in rule.all_aliases() {
            match list.family {
                Some(wanted) if wanted == family => add(id, order, rule.id),
                // Ours first; names with what ends a list cannot stand in one.
                None if !id.contains([',', ']']) => add(id, &format!("{order}~"), &format!("{family}, {}", rule.id)),
                _ => {}
            }
        }
    }
    // One identifier may belong to several rules.
    items.sort_by(|a, b| a.sort_text.cmp(&b.sort_text));
    items.dedup_by(|a, b| a.label == b.label);
    items
}

/// Whether findings of a rule can be in files of a kind.
fn may_be_in(rule: &Rule, kind: Kind) -> bool {
    match rule.family() {
        "dockerfile" | "shell" => kind == Kind::Dockerfile,
        "compose" => kind == Kind::Compose,
        "nginx" => kind == Kind::Nginx,
        "env" => kind == Kind::Env,
        "container" | "image" => false,
        _ => true,
    }
}

/// The name of a rule in the suppression comment at a place.
pub fn name_at(text: &str, offset: usize) -> Option<(&str, Span)> {
    let list = list_at(text, offset)?;
    (!list.name.is_empty()).then_some((list.name, list.span))
}

/// The list of names that a place is in.
fn list_at(text: &str, offset: usize) -> Option<List<'_>> {
    let start = text[..offset].rfind(['\n', '\r']).map_or(0, |at| at + 1);
    let end = text[offset..].find(['\n', '\r']).map_or(text.len(), |at| offset + at);
    let line = &text[start..end];
    let at = offset - start;
    let hash = line.find('#').filter(|hash| *hash < at)?;
    let lists: [(&str, Option<&'static str>, &[char]); 6] = [
        ("ignore[", None, &[',', ']']),
        ("ignore-file[", None, &[',', ']']),
        ("ignore=", Some("hadolint"), &[',', ' ', '\t']),
        ("skip=", Some("buildkit"), &[',', ';', ' ', '\t']),
        ("trivy:ignore:", Some("trivy"), &[',', ' ', '\t', ':']),
        ("disable-line ", Some("dclint"), &[',', ' ', '\t']),
    ];
    let speakers = [
        (None, "shipworthy"),
        (Some("hadolint"), "hadolint"),
        (Some("buildkit"), "check"),
        (Some("trivy"), "trivy:"),
        (Some("dclint"), "dclint"),
    ];
    let before = &line[hash..at];
    let (open, family, ends) = lists.iter().find_map(|(word, family, ends)| {
        let (_, speaker) = speakers.iter().find(|(of, _)| of == family)?;
        let open = hash + before.rfind(word)? + word.len();
        // `ignore=` takes blanks behind commas, `skip=` none.
        let inside = !line[open..at].contains(if family.is_none() { ']' } else { '#' });
        (line[hash..open].contains(speaker) && inside).then_some((open, *family, *ends))
    })?;
    let name_start = line[open..at].rfind(ends).map_or(open, |found| open + found + 1);
    let name_end = line[at..].find(ends).map_or(line.len(), |found| at + found);
    let name = &line[name_start..name_end.max(name_start)];
    // An unclosed list ends where the reason would begin.
    let name = if family.is_none() && !line[at..].contains(']') { &line[name_start..at] } else { name };
    let lead = name.len() - name.trim_start().len();
    let name = name.trim();
    let from = start + name_start + lead;
    Some(List { family, name, span: Span::new(from.min(offset), (from + name.len()).max(offset.min(from))) })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The family and the name at the `|` of a text.
    fn list(marked: &str) -> Option<(Option<&'static str>, String)> {
        let offset = marked.find('|').unwrap();
        let text = marked.replacen('|', "", 1);
        list_at(&text, offset).map(|list| {
            assert_eq!(list.span.slice(&text).trim(), list.name, "{marked}");
            (list.family, list.name.to_owned())
        })
    }

    #[test]
    fn names_are_taken_where_comments_take_them() {
        let ours = |name: &str| Some((None, name.to_owned()));
        assert_eq!(list("# shipworthy: ignore[|"), ours(""));
        assert_eq!(list("RUN a\n# shipworthy: ignore[doc|]\nRUN b"), ours("doc"));
        assert_eq!(list("  # shipworthy: ignore[a/b, c|/d] why, not"), ours("c/d"));
        assert_eq!(list("# shipworthy: ignore-file[ |a/b]"), ours("a/b"));
        assert_eq!(list("image: a # shipworthy: ignore[Missing Us|er]"), ours("Missing User"));
        assert_eq!(list("# shipworthy: ignore[a/b| the reason"), ours("a/b"));
        assert_eq!(list("# hadolint ignore=DL3008,DL|"), Some((Some("hadolint"), "DL".to_owned())));
        assert_eq!(list("# hadolint global ignore=|"), Some((Some("hadolint"), String::new())));
        assert_eq!(list("# check=skip=Stage|NameCasing;error=true"), Some((Some("buildkit"), "StageNameCasing".to_owned())));
        assert_eq!(list("#trivy:ignore:DS|"), Some((Some("trivy"), "DS".to_owned())));
        assert_eq!(list("# dclint disable-line no|"), Some((Some("dclint"), "no".to_owned())));
    }

    #[test]
    fn elsewhere_there_is_nothing_to_say() {
        for text in [
            "",
            "|",
            "# shipworthy: ign|ore[a]",
            "# shipworthy: ignore[a] rea|son",
            "RUN ignore[|",
            "# ignore[|",
            "# check=err|or=true",
        ] {
            let marked = if text.contains('|') { text.to_owned() } else { format!("{text}|") };
            assert_eq!(list(&marked), None, "{marked}");
        }
    }
}
