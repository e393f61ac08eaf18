use super::*;

#[test]
fn entries_reach_from_key_to_value() {
    let text = "a: 1 # note\n? b\n: &x\n  - 2\n# note\n!t c:\nf: {g: 1, h, ? i : 2}\n";
    let tree = tree(text);
    let root = tree.root.unwrap();
    let entries: Vec<_> = (0..5).map_while(|index| tree.entry_span(text, root, index)).map(|span| span.slice(text)).collect();
    assert_eq!(entries, ["a: 1", "? b\n: &x\n  - 2", "!t c:", "f: {g: 1, h, ? i : 2}"]);
    let flow = at(&tree, "/f");
    let entries: Vec<_> = (0..5).map_while(|index| tree.entry_span(text, flow, index)).map(|span| span.slice(text)).collect();
    assert_eq!(entries, ["g: 1", "h", "? i : 2"]);
}

#[test]
fn items_begin_with_their_dash() {
    let text = "a:\n- 1 # - no\n# - no\n- # note\n  b: 2\n-\n- &x !t - 3\n  - 4\nc: [5, &y 6]\n";
    let tree = tree(&text.replace("&x !t - 3\n  - 4", "&x !t\n  - 3\n  - 4"));
    let text = text.replace("&x !t - 3\n  - 4", "&x !t\n  - 3\n  - 4");
    let items = |pointer: &str| {
        let sequence = at(&tree, pointer);
        (0..9)
            .map_while(|index| tree.item_span(&text, sequence, index))
            .map(|span| span.slice(&text).to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(items("/a"), ["- 1", "- # note\n  b: 2", "-", "- &x !t\n  - 3\n  - 4"]);
    assert_eq!(items("/a/3"), ["- 3", "- 4"]);
    assert_eq!(items("/c"), ["5", "&y 6"]);
}

#[test]
fn columns_count_characters() {
    let text = "\u{feff}a:\n  b:\n  - c: 1\n    d:\n       - 2\n- x";
    let text = &text[..text.len() - 4];
    let tree = tree(text);
    let column = |pointer: &str| tree.column(text, at(&tree, pointer));
    assert_eq!([column(""), column("/a"), column("/a/b"), column("/a/b/0"), column("/a/b/0/d")], [0, 2, 2, 4, 7]);
}

#[test]
fn pointers_go_through_aliases_and_merges() {
    let text = "x: &x\n  a/b: [1, {~c: 2}]\ny: *x\nz:\n  <<: [*x]\n  '': 3\n0: four\n";
    let tree = tree(text);
    assert_eq!(written(text, &tree, "/y"), "*x");
    assert_eq!(written(text, &tree, "/y/a~1b/1/~0c"), "2");
    assert_eq!(written(text, &tree, "/z/a~1b/0"), "1");
    assert_eq!(written(text, &tree, "/z/"), "3");
    assert_eq!(written(text, &tree, "/0"), "four");
    for absent in ["x", "/q", "/x/a~1b/01", "/x/a~1b/-", "/x/a~1b/2", "/0/0", "/y/a~1b/+1"] {
        assert_eq!(tree.pointer(absent), None, "{absent}");
    }
    let nearest = |pointer: &str| {
        let (key, value) = tree.pointer_nearest(pointer);
        (key.map(|key| tree.node(key).span.slice(text)), tree.node(value).span.slice(text))
    };
    assert_eq!(nearest("/y/a~1b/5/q"), (Some("a/b"), "[1, {~c: 2}]"));
    assert_eq!(nearest("/y/q"), (Some("y"), "*x"));
    assert_eq!(nearest("/y/a~1b/1/q"), (None, "{~c: 2}"));
    assert_eq!(nearest("/q").0, None);
    assert_eq!(nearest("/q").1, text.trim_end());
    // A document that broke before its first node has a node to point at all the same.
    let broken = sound("---\n@\n").documents.remove(0);
    assert_eq!((broken.root, broken.pointer_nearest("/a/b").0), (None, None));
}

#[test]
fn merge_keys_yield_to_own_keys_and_to_earlier_ones() {
    let text = "a: &a {k: a, a: 1}\nb: &b {<<: *a, k: b, b: 2}\nc:\n  <<: [*b, *a, {k: d, d: 4}]\n  c: 3\nq: {'<<': *a}\n";
    let tree = tree(text);
    let value = |pointer: &str| tree.pointer(pointer).map(|id| tree.node(id).span.slice(text));
    assert_eq!(
        [value("/c/k"), value("/c/a"), value("/c/b"), value("/c/d"), value("/c/c")],
        [Some("b"), Some("1"), Some("2"), Some("4"), Some("3")]
    );
    // In quotes it is a key like any other.
    assert_eq!((value("/q/k"), value("/q/<<")), (None, Some("*a")));
    let (key, _) = tree.get_entry(at(&tree, "/c"), "d").unwrap();
    assert_eq!(tree.node(key).span.slice(text), "d");
    assert_eq!(tree.entry(at(&tree, "/c"), "d"), None);
    let keys: Vec<_> = tree.effective_entries(at(&tree, "/c")).iter().map(|&(key, _)| tree.str(key).unwrap()).collect();
    assert_eq!(keys, ["c", "k", "b", "a", "d"]);
}

#[test]
fn merge_cycles_end() {
    let tree = tree("a: &a\n  <<: *a\n  k: 1\nb: &b {<<: [*b, *a, *b]}\n");
    assert_eq!(tree.get(at(&tree, "/a"), "q"), None);
    assert!(tree.get(at(&tree, "/b"), "k").is_some());
    // Thirty mappings that each merge the one before twice are thirty mappings, not a thousand million.
    let mut text = "a0: &a0 {k: 1}\n".to_owned();
    for index in 1..30 {
        text += &format!("a{index}: &a{index} {{<<: [*a{0}, *a{0}]}}\n", index - 1);
    }
    assert!(super::tree(&text).pointer("/a29/k").is_some());
}

#[test]
fn duplicate_keys_name_the_first_and_the_other() {
    let pairs = |text: &str| {
        let tree = tree(text);
        let slice = |id: NodeId| (tree.node(id).span.start, tree.node(id).span.slice(text).to_owned());
        tree.duplicate_keys().into_iter().map(|(first, second)| (slice(first), slice(second))).collect::<Vec<_>>()
    };
    let key = |start: u32, text: &str| (start, text.to_owned());
    assert_eq!(
        pairs("a: 1\nb: {c: 1, 'c': 2}\na: 2\na: 3\n"),
        [(key(0, "a"), key(23, "a")), (key(0, "a"), key(28, "a")), (key(9, "c"), key(15, "'c'"))]
    );
    assert_eq!(pairs("x: &x {}\ny:\n  <<: *x\n  <<: *x\n").len(), 1);
    let many: String = (0..40).map(|index| format!("k{}: 1\n", index % 39)).collect();
    assert_eq!(pairs(&many).len(), 1);
    let tree = tree("a: 1\na: 2\n");
    assert_eq!(tree.str(tree.get(tree.root.unwrap(), "a").unwrap()), Some("2"));
}
