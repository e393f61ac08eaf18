use super::*;

/// The only problem of a text: where it is and what it says.
fn problem(text: &str) -> (String, String) {
    let stream = sound(text);
    assert_eq!(stream.problems.len(), 1, "{text:?}: {:?}", stream.problems);
    (stream.problems[0].span.slice(text).to_owned(), stream.problems[0].message.clone())
}

#[track_caller]
fn assert_problem(text: &str, place: &str, word: &str) {
    let (found, message) = problem(text);
    assert_eq!(found, place, "{text:?}: {message}");
    assert!(message.contains(word), "{text:?}: {message}");
}

#[test]
fn tabs() {
    let indents = "a tab indents this line; YAML allows only spaces";
    for text in ["a:\n\tb: 1\n", "a: 1\n\tb: 2\n", "a: |\n\tb\n", "a:\n  - b\n\t- c\n", "a: 1\n\t\nb: 2\n", "a: 1\n\t# note\n"] {
        assert_problem(text, "\t", indents);
        assert_eq!(sound(text).problems[0].span.start as usize, text.find('\t').unwrap(), "{text:?}");
    }
    assert_problem("a:\n  \t b: 1\n", "  \t ", indents);
    // Where a tab is a blank like any other, go-yaml has nothing against it.
    for text in ["a:\tb\n", "a: b\t# note\n", "a: [\n\tb,\n\tc\n]\n", "a: \"b\n\tc\"\n", "a: |\n  b\n  \tc\n", "a: b\n  \tc\n"] {
        assert_eq!(sound(text).problems, [], "{text:?}");
    }
}

#[test]
fn quotes() {
    assert_problem("a: \"x y\nb: 1\n", "\"x y", "never closed");
    assert_problem("a: 'x\n", "'x", "never closed");
    assert_problem("a: \"x", "\"x", "never closed");
    assert_problem("a: [1, \"x\n", "\"x", "never closed");
    assert_problem("'x\n---\nb: 1\n", "'x", "before the document ends");
    assert_problem("a: 'it's'\n", "s'", "`''`");
    assert_problem("a: \"x\" y\n", "y", "closing quote");
    assert_problem("a: \"b\\qé\"\n", "\\q", "no escape");
    assert_problem("a: \"\\n\\é\"\n", "\\é", "no escape");
    assert_problem("a: \"\\x4\"\n", "\\x4", "hexadecimal");
    assert_problem("a: \"\\u0041\\u12\"\n", "\\u12", "hexadecimal");
    assert_problem("a: \"\\ud800x\"\n", "\\ud800", "Unicode");
    assert_problem("a: \"\\udc00\"\n", "\\udc00", "Unicode");
    assert_problem("a: \"\\U00110000\"\n", "\\U00110000", "Unicode");
}

#[test]
fn brackets() {
    assert_problem("a: [1, 2\n", "[", "never closed");
    assert_problem("a: 1\nb: {c: 1\nd: 2\n", ":", "line 2");
    assert_problem("a: [1, 2}\n", "[", "a `}` closes this `[`");
    assert_problem("a: ]\n", "]", "closes nothing");
    assert_problem("a: [b,, c]\n", ",", "without an item");
    assert_problem("[- a]\n", "-", "no `-`");
}

#[test]
fn structure() {
    assert_problem("a: b: c\n", ":", "second `: `");
    assert_problem("a: 1\n b: 2\n", ":", "the line above");
    assert_problem("a\nb: 2\n", ":", "the line above");
    assert_problem("a:\n  b: 1\n c: 2\n", "c: 2", "indentation");
    assert_problem("a: 1\nfoo # note\nb: 2\n", "foo # note", "a `:` is missing");
    assert_problem("a: b\n- c\n", "-", "list item");
    assert_problem("- a\nb: c\n", "b: c", "a `- ` is missing");
    assert_problem("a: - b\n", "-", "list");
    assert_problem("a: {b: 1} c\n", "c", "the value ends before this");
    assert_problem("a: >x\n  b\n", ">x", "behind `>`");
    assert_problem("a: b\n... c\n", "c", "behind `...`");
    assert_problem("--- a: b\n", ":", "below `---`");
    assert_problem("%YAML 3.0\n---\na\n", "%YAML 3.0", "version 1");
}

#[test]
fn characters() {
    assert_problem("a: @b\n", "@", "`@`");
    assert_problem("a: 1\0\n", "\0", "NUL");
    assert_problem("a: \"\u{7}\"\n", "\u{7}", "U+0007");
    assert_problem("a: 1\n\u{feff}b: 2\n", "\u{feff}", "byte order mark");
    assert_problem("a: *\n", "*", "a name must follow");
    assert_problem("a: !x!y z\n", "!x!y", "`!x!y`");
}

#[test]
fn an_alias_of_nothing_breaks_nothing() {
    let text = "a: *x\nb: [*y, &y 1, *y]\n";
    let stream = sound(text);
    assert_eq!(stream.problems.iter().map(|problem| problem.span.slice(text)).collect::<Vec<_>>(), ["*x", "*y"]);
    assert!(stream.problems[1].message.contains("`*y`"));
    assert_eq!(written(text, &stream.documents[0], "/b/2"), "*y");
    assert_eq!(stream.documents[0].str(at(&stream.documents[0], "/b/2")), Some("1"));
}

#[test]
fn what_was_read_before_an_error_is_kept() {
    let text = "services:\n  web:\n    image: nginx\n    ports: [80, 443\n  db: x\n---\nb: 2 # note\n";
    let stream = sound(text);
    assert_eq!(stream.problems.len(), 1);
    assert_eq!(stream.documents.len(), 2);
    assert_eq!(written(text, &stream.documents[0], "/services/web/image"), "nginx");
    assert_eq!(written(text, &stream.documents[0], "/services/web/ports/0"), "80");
    assert_eq!(written(text, &stream.documents[1], "/b"), "2");
    assert_eq!(stream.comments.len(), 1);
    // A key without its value.
    let stream = sound("a: @");
    assert_eq!(stream.documents[0].str(at(&stream.documents[0], "/a")), Some(""));
}

#[test]
fn depth_is_bounded() {
    for text in ["[".repeat(10_000), "{a: ".repeat(10_000), "- ".repeat(10_000), "? ".repeat(10_000)] {
        assert_problem(&text, &text[..1], "255 levels");
    }
    let staircase: String = (0..600).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    assert_problem(&staircase, "a", "255 levels");
}

#[test]
fn what_go_yaml_reads_is_no_problem() {
    let text = "a: \"one\ntwo\n\n  three\" # note\nb:\n  c: 'x\n\ty\n  z'\nd: \"it\\'s \\\\'\"\ne: 'f'# note\ng: é\n";
    let tree = tree(text);
    assert_eq!(tree.str(at(&tree, "/a")), Some("one two\nthree"));
    assert_eq!(written(text, &tree, "/a"), "\"one\ntwo\n\n  three\"");
    assert_eq!(tree.str(at(&tree, "/b/c")), Some("x y z"));
    assert_eq!(written(text, &tree, "/b/c"), "'x\n\ty\n  z'");
    assert_eq!(tree.str(at(&tree, "/d")), Some("it's \\'"));
    assert_eq!(written(text, &tree, "/d"), "\"it\\'s \\\\'\"");
    assert_eq!(written(text, &tree, "/e"), "'f'");
    assert_eq!(written(text, &tree, "/g"), "é");
    let comments: Vec<_> = sound(text).comments.iter().map(|comment| comment.span.slice(text)).collect();
    assert_eq!(comments, ["# note", "# note"]);
    // An error behind a change lies where it is in the text.
    assert_problem("a: \"x\ny\"\nb: @\n", "@", "`@`");
    // The last line of a block scalar without a newline has none.
    assert_eq!(json("a: |\n  x\n  y"), serde_json::json!({"a": "x\ny"}));
}

#[test]
fn a_mark_behind_a_block_header_does_not_confuse_the_styles() {
    super::sound("|#\u{feff}...\na");
    super::sound(">#\u{feff}...\n- a");
}
