use crate::dockerfile::instruction::{Body, Instruction, Word};
use crate::dockerfile::model::Dockerfile;
use crate::rules::check::Reporter;
use crate::source::Span;

/// `validateDefinitionDescription`: of the comments above, the last must begin with the name of what it describes.
pub fn check(dockerfile: &Dockerfile, out: &mut Reporter<'_>) {
    for instruction in &dockerfile.tree.instructions {
        let Some(comment) = instruction.comments_above.last() else { continue };
        let names = names(instruction);
        let Some(first) = names.first() else { continue };
        let content = content(out.text(), *comment);
        let word = content.split(' ').next().unwrap_or_default();
        if names.iter().any(|name| name.text == word) || is_for_a_tool(content) {
            continue;
        }
        let text = out.text();
        let line = text[..comment.start()].rfind('\n').map_or(0, |newline| newline + 1);
        let behind = text[comment.end()..].find('\n').map(|newline| comment.end() + newline + 1);
        let mut draft = out.report(first.span).value("name", &first.text).related(*comment, "comment");
        if let Some(behind) = behind {
            draft = draft.insert(behind, format!("{}#\n", &text[line..comment.start()]));
        }
        if names.len() == 1 { draft.emit() } else { draft.variant("several").emit() }
    }
}

/// What an ARG or a FROM defines.
fn names(instruction: &Instruction) -> Vec<Word> {
    match &instruction.body {
        Body::Arg(pairs) => pairs.iter().map(|pair| pair.key.clone()).collect(),
        Body::From { name: Some(name), .. } => vec![Word { text: name.text.to_lowercase(), span: name.span }],
        _ => Vec::new(),
    }
}

/// Without the `#`, which BuildKit takes off only where it begins the line.
fn content(text: &str, comment: Span) -> &str {
    let begins_line = text[..comment.start()].ends_with(['\n', '\u{feff}']) || comment.start() == 0;
    let content = comment.slice(text);
    if begins_line { content.get(1..).unwrap_or_default().trim() } else { content.trim() }
}

/// Comments such as `hadolint ignore=DL3006` or `renovate: datasource=docker` have to stand where they stand.
fn is_for_a_tool(content: &str) -> bool {
    let mut words = content.trim_start_matches('#').split_whitespace();
    let (first, second) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    first.contains([':', '=']) || (first == "hadolint" && (second.starts_with("ignore") || second == "global"))
}
