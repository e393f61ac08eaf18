use super::*;

#[test]
fn scalars_are_cut_where_they_are_written() {
    let text = "plain: a b  # note\nsingle: 'it''s'\ndouble: \"a\\tb\" \nmulti: one\n  two\n\nünï: ✓é\n";
    let tree = tree(text);
    assert_eq!(written(text, &tree, "/plain"), "a b");
    assert_eq!(written(text, &tree, "/single"), "'it''s'");
    assert_eq!(written(text, &tree, "/double"), "\"a\\tb\"");
    assert_eq!(written(text, &tree, "/multi"), "one\n  two");
    assert_eq!(written(text, &tree, "/ünï"), "✓é");
    assert_eq!(tree.str(at(&tree, "/single")), Some("it's"));
    assert_eq!(tree.str(at(&tree, "/double")), Some("a\tb"));
    assert_eq!(tree.str(at(&tree, "/multi")), Some("one two"));
    let keys: Vec<_> = tree.entries(tree.root.unwrap()).map(|(key, _)| tree.node(key).span.slice(text)).collect();
    assert_eq!(keys, ["plain", "single", "double", "multi", "ünï"]);
}

#[test]
fn block_scalars_begin_at_their_header_and_end_with_their_text() {
    let text =
        "a: |\n  x\n  # text\n\n# note\nb: >- # note\n\n  y\n   z\n   \nc: |+\n  k\n\n\nd: |\n\ne: &t !!str |2\n   x\n- no";
    let text = &text[..text.len() - 4];
    let tree = tree(text);
    assert_eq!(written(text, &tree, "/a"), "|\n  x\n  # text");
    assert_eq!(written(text, &tree, "/b"), ">- # note\n\n  y\n   z");
    assert_eq!(written(text, &tree, "/c"), "|+\n  k");
    assert_eq!(written(text, &tree, "/d"), "|");
    assert_eq!(written(text, &tree, "/e"), "|2\n   x");
    assert_eq!(tree.node(at(&tree, "/e")).outer.slice(text), "&t !!str |2\n   x");
    assert_eq!(tree.str(at(&tree, "/c")), Some("k\n\n\n"));
}

#[test]
fn collections_end_with_their_last_content() {
    let text = "services:\n  web: # note\n    ports:\n    - 80\n    - [a, {b: c}] # note\n\n    # note\n  db:\n    - - x\n      -\nlast:\n";
    let tree = tree(text);
    assert_eq!(written(text, &tree, "/services/web"), "ports:\n    - 80\n    - [a, {b: c}]");
    assert_eq!(written(text, &tree, "/services/web/ports"), "- 80\n    - [a, {b: c}]");
    assert_eq!(written(text, &tree, "/services/web/ports/1"), "[a, {b: c}]");
    assert_eq!(written(text, &tree, "/services/web/ports/1/1"), "{b: c}");
    assert_eq!(written(text, &tree, "/services/db"), "- - x\n      -");
    assert_eq!(written(text, &tree, "/services/db/0"), "- x\n      -");
    assert_eq!(written(text, &tree, ""), text.trim_end());
}

#[test]
fn nodes_without_content_lie_behind_their_indicator() {
    let text = "a:\nb : # note\nc: !t\nd: &x\ne: {f, g: , \"h\":}\ni:\n-\n? j\n? k\n:\n";
    let tree = tree(text);
    let before = |pointer: &str| &text[..tree.node(at(&tree, pointer)).span.start()];
    for (pointer, end) in [
        ("/a", "a:"),
        ("/b", "b :"),
        ("/c", "!t"),
        ("/d", "&x"),
        ("/e/f", "{f"),
        ("/e/g", "g:"),
        ("/e/h", "\"h\":"),
        ("/i/0", "-"),
    ] {
        assert!(before(pointer).ends_with(end), "{pointer}: {:?}", before(pointer));
    }
    assert!(before("/j").ends_with("? j"));
    assert!(before("/k").ends_with("? k\n:"));
    assert_eq!(tree.node(at(&tree, "/c")).outer.slice(text), "!t");
}

#[test]
fn newlines_and_a_byte_order_mark_stay_out_of_the_spans() {
    let text = "\u{feff}a: é\r\nb: \"ö\r\n  x\"\r\nc: |\r\n  l\r\n\r\nd: # note\r\n  - 1\r\n";
    let tree = tree(text);
    assert_eq!(written(text, &tree, ""), text.trim_start_matches('\u{feff}').trim_end());
    assert_eq!(written(text, &tree, "/b"), "\"ö\r\n  x\"");
    assert_eq!(tree.str(at(&tree, "/b")), Some("ö x"));
    assert_eq!(written(text, &tree, "/c"), "|\r\n  l");
    assert_eq!(tree.str(at(&tree, "/c")), Some("l\n"));
    assert_eq!(written(text, &tree, "/d"), "- 1");
    assert_eq!(sound(text).comments[0].span.slice(text), "# note");
}

#[test]
fn tags_and_anchors_are_kept_and_lie_in_the_outer_span() {
    let text = "a: !reset null\nb: !override\n  - 1\nc: &x !<tag:yaml.org,2002:int> '3'\nd: !!str 4\ne: !\n";
    let tree = tree(text);
    let node = |pointer: &str| tree.node(at(&tree, pointer));
    assert_eq!(node("/a").tag(), Some("!reset"));
    assert_eq!((node("/a").span.slice(text), node("/a").outer.slice(text)), ("null", "!reset null"));
    assert_eq!(node("/b").tag(), Some("!override"));
    assert_eq!((node("/b").span.slice(text), node("/b").outer.slice(text)), ("- 1", "!override\n  - 1"));
    assert_eq!((node("/c").tag(), node("/c").anchor()), (Some("!!int"), Some("x")));
    assert_eq!(node("/c").outer.slice(text), "&x !<tag:yaml.org,2002:int> '3'");
    assert_eq!(node("/d").tag(), Some("!!str"));
    assert_eq!(node("/e").tag(), Some("!"));
}

#[test]
fn comments_know_whether_they_stand_alone() {
    let text = "# head\na: 1 # one\nb: | # two\n  # text\nc: [ # three\n  x, # four\n  # five\n]\n  # six\nd: 'x' # seven";
    let found: Vec<_> = sound(text).comments.iter().map(|comment| (comment.span.slice(text), comment.own_line)).collect();
    let expected = [
        ("# head", true),
        ("# one", false),
        ("# two", false),
        ("# three", false),
        ("# four", false),
        ("# five", true),
        ("# six", true),
        ("# seven", false),
    ];
    assert_eq!(found, expected);
    assert!(parse("\u{feff}  # a").comments[0].own_line);
    assert_eq!(parse(&"# a\n".repeat(500)).comments.len(), 500);
}

#[test]
fn documents_are_apart() {
    let text = "a: &x 1\n---\n---\nb: 2\n...\n# note\n---\n|\n  t\n";
    let stream = sound(text);
    let roots: Vec<_> = stream.documents.iter().map(|tree| tree.node(tree.root.unwrap()).span.slice(text)).collect();
    assert_eq!(roots, ["a: &x 1", "", "b: 2", "|\n  t"]);
    assert!(sound("").documents.is_empty());
    assert!(sound("# only\n").documents.is_empty());
    // Anchors do not reach from one document to the next.
    assert_eq!(sound("a: &x 1\n---\nb: *x\n").problems.len(), 1);
}
