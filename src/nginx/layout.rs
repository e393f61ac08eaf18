//! How a file is laid out: what begins its lines, and how far each is indented.

use super::configuration::ReadFile;
use super::syntax::{Directive, Quote, Terminator, Tree};
use crate::source::Span;

/// A directive or closing brace that begins a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Beginning {
    pub at: usize,
    /// The blanks in front of it.
    pub indentation: Span,
    /// Blocks around it.
    pub depth: usize,
}

/// What begins lines, in the order of the file; what goes on from the line before is left alone, and so is Lua.
pub fn beginnings(file: &ReadFile) -> Vec<Beginning> {
    let (text, tree) = (file.source.text(), &file.tree);
    let mut depths: Vec<usize> = Vec::with_capacity(tree.directives.len());
    let mut places = Vec::new();
    for directive in &tree.directives {
        let depth = directive.parent.map_or(0, |parent| depths[parent.index()] + 1);
        depths.push(depth);
        places.push((directive.span.start(), depth));
        places.extend(closing_brace(directive, text).map(|at| (at, depth)));
    }
    places.sort_unstable();
    let is_first = |(at, depth): (usize, usize)| {
        let start = line_start(text, at);
        let indentation = Span::new(start, at);
        let is_blank = indentation.slice(text).bytes().all(|byte| matches!(byte, b' ' | b'\t'));
        is_blank.then_some(Beginning { at, indentation, depth })
    };
    places.into_iter().filter_map(is_first).collect()
}

fn closing_brace(directive: &Directive, text: &str) -> Option<usize> {
    let at = directive.span.end().checked_sub(1)?;
    (directive.is_block() && text.as_bytes().get(at) == Some(&b'}')).then_some(at)
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |newline| newline + 1)
}

/// What each level is indented by: as the first directive is that stands in a block.
pub fn unit<'t>(beginnings: &[Beginning], text: &'t str) -> Option<&'t str> {
    let first = beginnings.iter().find(|beginning| beginning.depth == 1 && !beginning.indentation.is_empty())?;
    let unit = first.indentation.slice(text);
    let is_even = unit == "\t" || unit.len() <= 8 && unit.bytes().all(|byte| byte == b' ');
    is_even.then_some(unit)
}

/// The blanks at the ends of lines, but those within quotes and in Lua.
pub fn trailing_blanks(file: &ReadFile) -> Vec<Span> {
    let (text, tree) = (file.source.text(), &file.tree);
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim_end_matches(['\n', '\r']);
        let kept = content.trim_end_matches([' ', '\t']).len();
        if kept < content.len() {
            found.push(Span::new(start + kept, start + content.len()));
        }
        start += line.len();
    }
    let opaque = opaque(tree);
    found.retain(|blank| {
        let behind = opaque.partition_point(|span| span.start() <= blank.start());
        behind.checked_sub(1).is_none_or(|at| opaque[at].end() < blank.end())
    });
    found
}

/// Where blanks mean something: quoted words, Lua and marks of templates.
fn opaque(tree: &Tree) -> Vec<Span> {
    let words = tree.directives.iter().flat_map(|directive| tree.words(directive));
    let words = words.filter(|word| word.quote != Quote::None || word.is_opaque).map(|word| word.span);
    let lua = tree.directives.iter().filter(|directive| directive.terminator == Terminator::Lua).map(|directive| directive.body);
    let mut spans: Vec<Span> = words.chain(lua).chain(tree.marks.iter().copied()).collect();
    spans.sort_unstable();
    spans
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::nginx::syntax::parse;
    use crate::source::{FileId, Kind, SourceFile};

    fn file(text: &str) -> ReadFile {
        let source = SourceFile::new("nginx.conf", Kind::Nginx, text.as_bytes().to_vec());
        ReadFile { file: FileId(0), source: Arc::new(source), tree: Arc::new(parse(text)) }
    }

    #[test]
    fn lines_begin_with_directives_and_braces() {
        let text = "http {\n  server { listen 80;\n    root\n  /srv;\n  }\n}\n";
        let file = file(text);
        let found = beginnings(&file);
        let depths: Vec<usize> = found.iter().map(|beginning| beginning.depth).collect();
        assert_eq!((depths, unit(&found, text)), (vec![0, 1, 2, 1, 0], Some("  ")));
    }

    #[test]
    fn blanks_in_quotes_stay() {
        let file = file("a b; \nc 'x \ny'; \t\r\n# d \ne_by_lua_block { \n} \n");
        let found: Vec<usize> = trailing_blanks(&file).iter().map(|span| span.start()).collect();
        assert_eq!(found, [4, 15, 22, 43]);
    }
}
