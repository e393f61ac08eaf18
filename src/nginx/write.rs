//! Where fixes write in a configuration: whole lines, in the layout of the file.

use crate::finding::Edit;
use crate::source::Span;

use super::configuration::{Argument, Directive};

/// Takes a directive out: its lines where nothing else stands in them, else it and the blanks beside it.
pub fn remove(directive: Directive<'_>) -> Edit {
    let (text, span) = (directive.source_text(), directive.span());
    let line_start = line_start(text, span.start());
    let line_end = text[span.end()..].find('\n').map_or(text.len(), |at| span.end() + at + 1);
    let is_first = text[line_start..span.start()].trim().is_empty();
    let is_last = text[span.end()..line_end].trim().is_empty();
    let gone = if is_first && is_last {
        Span::new(line_start, line_end)
    } else if is_first {
        let blanks = text[span.end()..].bytes().take_while(|byte| is_blank(*byte)).count();
        Span::new(span.start(), span.end() + blanks)
    } else {
        let blanks = text[..span.start()].bytes().rev().take_while(|byte| is_blank(*byte)).count();
        Span::new(span.start() - blanks, span.end())
    };
    edit(directive, gone, String::new())
}

/// Writes directives on lines of their own behind one; on its line where that goes on.
pub fn add_after(directive: Directive<'_>, lines: &[&str]) -> Edit {
    let (text, end) = (directive.source_text(), directive.span().end());
    let rest = text[end..].find('\n').map_or(&text[end..], |at| &text[end..end + at]);
    let rest = rest.strip_suffix('\r').unwrap_or(rest);
    let content = rest.trim();
    if !content.is_empty() && !content.starts_with('#') {
        return edit(directive, Span::empty(end), lines.iter().map(|line| format!(" {line}")).collect());
    }
    let (newline, indent) = (directive.read_file().source.newline(), indentation(directive));
    let added = lines.iter().map(|line| format!("{newline}{indent}{line}")).collect();
    edit(directive, Span::empty(end + rest.len()), added)
}

/// Writes directives on lines of their own before one.
pub fn add_before(directive: Directive<'_>, lines: &[&str]) -> Edit {
    let (text, start) = (directive.source_text(), directive.span().start());
    let is_first = text[line_start(text, start)..start].trim().is_empty();
    let separator =
        if is_first { format!("{}{}", directive.read_file().source.newline(), indentation(directive)) } else { " ".to_owned() };
    edit(directive, Span::empty(start), lines.iter().map(|line| format!("{line}{separator}")).collect())
}

/// Writes directives as the first ones of a block.
pub fn add_first(block: Directive<'_>, lines: &[&str]) -> Edit {
    let (text, body) = (block.source_text(), block.body());
    let inside = body.slice(text);
    let Some(newline) = inside.find('\n') else {
        let after = if inside.is_empty() { " " } else { "" };
        let added: String = lines.iter().map(|line| format!(" {line}")).collect();
        return edit(block, Span::empty(body.start()), added + after);
    };
    let first_line = inside[..newline].trim();
    if !first_line.is_empty() && !first_line.starts_with('#') {
        return edit(block, Span::empty(body.start()), lines.iter().map(|line| format!(" {line}")).collect());
    }
    let own_lines = block.children().filter(|child| child.file() == block.file());
    let first =
        own_lines.into_iter().find(|child| text[line_start(text, child.span().start())..child.span().start()].trim().is_empty());
    let indent = first.map_or_else(|| format!("{}    ", indentation(block)), |child| indentation(child).to_owned());
    let newline_text = block.read_file().source.newline();
    let added = lines.iter().map(|line| format!("{indent}{line}{newline_text}")).collect();
    edit(block, Span::empty(body.start() + newline + 1), added)
}

/// Writes something in the place of a span of the file of a directive.
pub fn edit(directive: Directive<'_>, span: Span, replacement: String) -> Edit {
    Edit { file: directive.file(), span, replacement }
}

/// Writes something in the place of an argument.
pub fn replace(directive: Directive<'_>, argument: Argument<'_>, replacement: impl Into<String>) -> Edit {
    edit(directive, argument.span, replacement.into())
}

/// Writes something behind the last argument.
pub fn append(directive: Directive<'_>, text: &str) -> Edit {
    edit(directive, Span::empty(directive.arguments_span().end()), format!(" {text}"))
}

/// Takes an argument out, with the blanks before it; a comment before it stays.
pub fn without(directive: Directive<'_>, argument: Argument<'_>) -> Edit {
    let text = directive.source_text();
    let start = argument.span.start();
    let blanks = text[..start].bytes().rev().take_while(|byte| is_blank(*byte) || matches!(byte, b'\n' | b'\r')).count();
    let is_after_word =
        directive.arguments().any(|other| other.span.end() == start - blanks) || directive.name_span().end() == start - blanks;
    let start = if is_after_word { start - blanks } else { start };
    edit(directive, Span::new(start, argument.span.end()), String::new())
}

/// An argument without its quotes.
pub fn inner(directive: Directive<'_>, argument: Argument<'_>) -> Span {
    let (span, text) = (argument.span, argument.span.slice(directive.source_text()));
    let is_quoted = ['"', '\''].iter().any(|quote| text.len() > 1 && text.starts_with(*quote) && text.ends_with(*quote));
    if is_quoted { Span::new(span.start() + 1, span.end() - 1) } else { span }
}

/// The blanks that the line of a directive begins with.
fn indentation(directive: Directive<'_>) -> &str {
    let (text, start) = (directive.source_text(), directive.span().start());
    let line = &text[line_start(text, start)..start];
    &line[..line.len() - line.trim_start().len()]
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |newline| newline + 1)
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nginx::configuration::Configuration;
    use crate::nginx::expand::expand;
    use crate::nginx::syntax::parse;
    use crate::source::sources::Memory;
    use crate::source::{FileId, Kind, SourceFile};
    use std::sync::Arc;

    fn configuration(text: &str) -> Configuration {
        let memory = Memory::new([Arc::new(SourceFile::new("nginx.conf", Kind::Nginx, text.as_bytes().to_vec()))]);
        expand(FileId(0), &memory, &|_, source| Arc::new(parse(source.text())))
    }

    fn applied(text: &str, change: impl Fn(&Configuration) -> Edit) -> String {
        let configuration = configuration(text);
        let edit = change(&configuration);
        let mut text = text.to_owned();
        text.replace_range(edit.span.range(), &edit.replacement);
        text
    }

    fn named<'c>(configuration: &'c Configuration, name: &'c str) -> Directive<'c> {
        configuration.named(name).next().expect("the text has it")
    }

    #[test]
    fn removed_directives_leave_no_empty_lines() {
        let gone = |text: &str| applied(text, |all| remove(named(all, "b")));
        assert_eq!(gone("a 1;\n  b 2;\nc 3;\n"), "a 1;\nc 3;\n");
        assert_eq!(gone("a 1; b 2; c 3;\n"), "a 1; c 3;\n");
        assert_eq!(gone("a 1;\r\nb 2; # why\r\n"), "a 1;\r\n# why\r\n");
        assert_eq!(gone("http { b 2; }"), "http { }");
    }

    #[test]
    fn added_lines_have_the_layout_of_the_file() {
        let after = |text: &str| applied(text, |all| add_after(named(all, "b"), &["c 3;", "d 4;"]));
        assert_eq!(after("http {\r\n\tb 2; # why\r\n}\r\n"), "http {\r\n\tb 2; # why\r\n\tc 3;\r\n\td 4;\r\n}\r\n");
        assert_eq!(after("http { b 2; }"), "http { b 2; c 3; d 4; }");
        let first = |text: &str| applied(text, |all| add_first(named(all, "http"), &["c 3;"]));
        assert_eq!(first("http {\n  b 2;\n}\n"), "http {\n  c 3;\n  b 2;\n}\n");
        assert_eq!(first("http { # why\n}\n"), "http { # why\n    c 3;\n}\n");
        assert_eq!(first("http {}"), "http { c 3; }");
        assert_eq!(first("http { b 2; }"), "http { c 3; b 2; }");
        let before = |text: &str| applied(text, |all| add_before(named(all, "b"), &["c 3;"]));
        assert_eq!(before("  b 2;\n"), "  c 3;\n  b 2;\n");
    }

    #[test]
    fn an_argument_goes_with_the_blanks_before_it() {
        let gone = |text: &str| applied(text, |all| without(named(all, "b"), named(all, "b").argument(1).expect("it has two")));
        assert_eq!(gone("b 1 2 3;"), "b 1 3;");
        assert_eq!(gone("b 1\n  2\n  3;"), "b 1\n  3;");
        assert_eq!(gone("b 1 # x\n  2;"), "b 1 # x\n  ;");
    }
}
