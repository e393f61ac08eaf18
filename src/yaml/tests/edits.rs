use serde_json::{Value, json};

use super::*;
use crate::yaml::edit::{Change, Editor, Patch, Position, Reason, Refusal};

/// Makes the changes.
pub(super) fn applied(text: &str, changes: &[Change]) -> String {
    let mut edited = String::new();
    let mut from = 0;
    for change in changes {
        assert!(change.span.start() >= from, "{changes:?} overlap in {text:?}");
        edited.push_str(&text[from..change.span.start()]);
        edited.push_str(&change.text);
        from = change.span.end();
    }
    edited + &text[from..]
}

pub(super) fn edit(text: &str, work: impl FnOnce(&mut Editor<'_>) -> Result<(), Refusal>) -> Result<String, Refusal> {
    let stream = parse(text);
    let mut editor = Editor::new(text, &stream, &stream.documents[0])?;
    work(&mut editor)?;
    Ok(applied(text, &editor.finish()?))
}

fn done(text: &str, work: impl FnOnce(&mut Editor<'_>) -> Result<(), Refusal>) -> String {
    edit(text, work).unwrap_or_else(|refusal| panic!("{refusal:?} in {text:?}"))
}

fn set(text: &str, pointer: &str, value: Value) -> String {
    done(text, |editor| editor.set(at(editor.tree(), pointer), value))
}

fn insert(text: &str, pointer: &str, key: &str, value: Value) -> String {
    done(text, |editor| editor.insert(at(editor.tree(), pointer), key, value, Position::End))
}

fn push(text: &str, pointer: &str, value: Value) -> String {
    done(text, |editor| editor.insert_item(at(editor.tree(), pointer), value, Position::End))
}

fn remove(text: &str, pointers: &[&str]) -> String {
    done(text, |editor| pointers.iter().try_for_each(|pointer| editor.remove(at(editor.tree(), pointer))))
}

fn patch(text: &str, base: &str, patch: &Patch) -> Result<String, Refusal> {
    edit(text, |editor| editor.patch(at(editor.tree(), base), patch))
}

fn ensured(text: &str, base: &str, value: Value) -> String {
    patch(text, base, &Patch { ensure: Some(value), ..Patch::default() }).unwrap_or_else(|refusal| panic!("{refusal:?}"))
}

#[test]
fn scalars_keep_their_quotes() {
    assert_eq!(set("a: b # c\n", "/a", json!("d")), "a: d # c\n");
    assert_eq!(set("a: 'b'\n", "/a", json!("d'")), "a: 'd'''\n");
    assert_eq!(set("a: 'b'\n", "/a", json!("d\n")), "a: \"d\\n\"\n");
    assert_eq!(set("a: \"b\"\n", "/a", json!("d")), "a: \"d\"\n");
    assert_eq!(set("a: \"b\"\n", "/a", json!(true)), "a: true\n");
    assert_eq!(set("a:\nb: 1\n", "/a", json!(5)), "a: 5\nb: 1\n");
    assert_eq!(set("a: # c\n", "/a", json!(5)), "a: 5 # c\n");
    assert_eq!(set("a: &x b\n", "/a", json!(5)), "a: &x 5\n");
    assert_eq!(set("{a, b: 1}", "/a", json!(5)), "{a: 5, b: 1}");
    assert_eq!(set("- a\n-\n", "/1", json!(5)), "- a\n- 5\n");
    assert_eq!(set("a: |\n  b\n  c\nd: 1\n", "/a", json!("e")), "a: e\nd: 1\n");
}

#[test]
fn quotes_come_where_yaml_needs_them() {
    for text in [
        "yes",
        "No",
        "on",
        "off",
        "y",
        "null",
        "~",
        "",
        "1",
        "1.5",
        "0x1f",
        "1e3",
        "22:22",
        "2024-01-01",
        " a",
        "a ",
        "a: b",
        "a #b",
        "a:",
        "#a",
        "- a",
        "-",
        "?",
        "*a",
        "&a",
        "!a",
        "|",
        ">",
        "@a",
        "`a",
        "%a",
        "'a",
        "\"a",
        "{a}",
        "[a]",
        ",a",
        "---",
        "... a",
        "<<",
        "=",
        "1_000",
        ".5",
        "0o7",
        "a\tb",
        "a\u{85}b",
        "\u{feff}",
    ] {
        let edited = set("a: b\n", "/a", json!(text));
        assert!(edited.starts_with("a: \""), "{edited:?}");
        assert_eq!(json(&edited), json!({"a": text}), "{edited:?}");
    }
    for text in [
        "a",
        "a b",
        "nginx:1.27",
        "a#b",
        "-a",
        "?a",
        ":a",
        "127.0.0.1:80:80",
        "${A:-b}",
        "a, b",
        "x{y}",
        "no-new-privileges:true",
        "1.27-alpine",
        "é",
    ] {
        assert_eq!(set("a: b\n", "/a", json!(text)), format!("a: {text}\n"));
    }
    assert_eq!(set("{a: b}", "/a", json!("x{y}")), "{a: \"x{y}\"}");
    assert_eq!(set("{a: b, c: 'd'}", "/a", json!("x{y}")), "{a: 'x{y}', c: 'd'}");
}

#[test]
fn texts_of_several_lines_stand_below() {
    assert_eq!(set("a: b\nc: 1\n", "/a", json!("x\n y\n\nz")), "a: |-\n  x\n   y\n\n  z\nc: 1\n");
    assert_eq!(set("a: b\n", "/a", json!("x\ny\n")), "a: |\n  x\n  y\n");
    assert_eq!(set("a: b", "/a", json!("x\ny\n")), "a: \"x\\ny\\n\"");
    assert_eq!(set("a: b # c\n", "/a", json!("x\ny\n")), "a: \"x\\ny\\n\" # c\n");
    assert_eq!(set("a: b\n    # c\n", "/a", json!("x\ny\n")), "a: \"x\\ny\\n\"\n    # c\n");
}

#[test]
fn collections_take_the_indentation_of_the_file() {
    let text = "x:\n    y: 1\n    z:\n    - 1\na: b # c\n";
    assert_eq!(
        set(text, "/a", json!({"k": {"l": [1, {"m": 2, "o": 3}]}})),
        text.replace("a: b # c", "a: # c\n    k:\n        l:\n        - 1\n        - m: 2\n          o: 3")
    );
    assert_eq!(set("a: b\n", "/a", json!(["x", "z"])), "a:\n  - x\n  - z\n");
    assert_eq!(set("a: # c\n  k: 1 # d\nb: 1\n", "/a", json!({"x": 1})), "a: # c\n  x: 1 # d\nb: 1\n");
    assert_eq!(set("a: # c\n  k: 1 # d\nb: 1\n", "/a", json!(1)), "a: 1 # c # d\nb: 1\n");
    assert_eq!(set("a:\n- 1\nb: 1\n", "/a", json!({"x": 1})), "a:\n  x: 1\nb: 1\n");
    assert_eq!(set("- a: 1\n  b: 2\n- c\n", "/0", json!({"x": 1, "z": 2})), "- x: 1\n  z: 2\n- c\n");
    assert_eq!(set("- a: 1\n  b: 2\n- c\n", "/1", json!({"x": 1, "z": 2})), "- a: 1\n  b: 2\n- x: 1\n  z: 2\n");
    assert_eq!(set("- a\n", "", json!({"x": 1})), "x: 1\n");
}

#[test]
fn entries_are_added_at_the_end() {
    let text = "a:\n  b: 1 # c\n  # d\n\n# e\nf: 2\n";
    assert_eq!(insert(text, "/a", "k", json!(1)), "a:\n  b: 1 # c\n  # d\n  k: 1\n\n# e\nf: 2\n");
    assert_eq!(insert("a:\n  b: 1", "/a", "k", json!(1)), "a:\n  b: 1\n  k: 1");
    assert_eq!(insert("a: 1\r\nb: 2\r\n", "", "k", json!({"l": 1})), "a: 1\r\nb: 2\r\nk:\r\n  l: 1\r\n");
    assert_eq!(insert("a:\n  b: 1\n\n  c: 2\nd: 1\n", "/a", "k", json!(1)), "a:\n  b: 1\n\n  c: 2\n\n  k: 1\nd: 1\n");
    assert_eq!(insert("- a: 1\n  b: 2\n- c\n", "/0", "k", json!(1)), "- a: 1\n  b: 2\n  k: 1\n- c\n");
    assert_eq!(
        insert("a:\n  b:\n    - 1\n    # - 2\nc: 1\n", "/a", "k", json!(1)),
        "a:\n  b:\n    - 1\n    # - 2\n  k: 1\nc: 1\n"
    );
    assert_eq!(insert("\u{feff}a: 1", "", "k", json!(1)), "\u{feff}a: 1\nk: 1");
    assert_eq!(insert("a: 1\n---\nb: 2\n".split("---").next().unwrap(), "", "yes", json!(null)), "a: 1\n\"yes\":\n");
}

#[test]
fn texts_below_a_bar_keep_their_value_when_entries_are_added() {
    for text in [
        "a: |\n  x\n",
        "a: |\n  x",
        "a: |+\n  x\n\n",
        "a: |+\n  x\n\n\nb: 2\n",
        "a: >\n  x",
        "a: |+\n  x",
        "a: |-\n  x",
        "a: |2+\n   x",
    ] {
        let before = json(text);
        let edited = done(text, |editor| editor.insert(at(editor.tree(), ""), "k", json!(1), Position::After(0)));
        let mut after = json(&edited);
        assert_eq!(after["k"], 1, "{edited:?}");
        after.as_object_mut().unwrap().shift_remove("k");
        assert_eq!(after, before, "{edited:?}");
    }
}

#[test]
fn entries_are_added_before_and_after_others() {
    let text = "# c\na: 1\n# d\nb: 2\n";
    let add = |position| done(text, |editor| editor.insert(at(editor.tree(), ""), "k", json!(1), position));
    assert_eq!(add(Position::Before(0)), "# c\nk: 1\na: 1\n# d\nb: 2\n");
    assert_eq!(add(Position::After(0)), "# c\na: 1\nk: 1\n# d\nb: 2\n");
    assert_eq!(add(Position::Before(1)), "# c\na: 1\nk: 1\n# d\nb: 2\n");
    let text = "{a: 1, b: 2}";
    let add = |position| done(text, |editor| editor.insert(at(editor.tree(), ""), "k", json!(1), position));
    assert_eq!(add(Position::Before(0)), "{k: 1, a: 1, b: 2}");
    assert_eq!(add(Position::Before(1)), "{a: 1, k: 1, b: 2}");
    assert_eq!(add(Position::End), "{a: 1, b: 2, k: 1}");
}

#[test]
fn items_are_added_at_the_end() {
    assert_eq!(push("a:\n- 1\n# about b\nb: 2\n", "/a", json!(2)), "a:\n- 1\n- 2\n# about b\nb: 2\n");
    assert_eq!(push("a:\n- 1\n# - 3\nb: 2\n", "/a", json!(2)), "a:\n- 1\n# - 3\n- 2\nb: 2\n");
    assert_eq!(push("a:\n  - \"x\"\n  - \"y\" # c", "/a", json!("z")), "a:\n  - \"x\"\n  - \"y\" # c\n  - \"z\"");
    assert_eq!(push("a:\n  - x\n", "/a", json!({"k": 1, "l": [1]})), "a:\n  - x\n  - k: 1\n    l:\n      - 1\n");
    assert_eq!(push("- - x\n  - y\n- z\n", "/0", json!("w")), "- - x\n  - y\n  - w\n- z\n");
    assert_eq!(push("a: []\n", "/a", json!("x")), "a:\n  - x\n");
    assert_eq!(push("a: [ ] # c\n", "/a", json!("x")), "a: # c\n  - x\n");
    assert_eq!(push("{a: []}\n", "/a", json!("x")), "{a: [x]}\n");
    assert_eq!(push("a: [x, y]\n", "/a", json!({"k": [1]})), "a: [x, y, {k: [1]}]\n");
    assert_eq!(push("a: [ \"x\" ]\n", "/a", json!("y")), "a: [ \"x\", \"y\" ]\n");
    assert_eq!(push("a: [\n  x,\n  y\n]\n", "/a", json!("z")), "a: [\n  x,\n  y,\n  z\n]\n");
    assert_eq!(push("a: [\n  x,\n  y, # c\n]\n", "/a", json!("z")), "a: [\n  x,\n  y, # c\n  z,\n]\n");
    assert_eq!(push("a: [\n  x,\n  y # c\n]\n", "/a", json!("z")), "a: [\n  x,\n  y, # c\n  z\n]\n");
    assert_eq!(insert("{\"a\": 1}", "", "b", json!("x")), "{\"a\": 1, \"b\": x}");
}

#[test]
fn removed_lines_take_their_comment_along_and_leave_those_above() {
    let text = "a:\n  # about b\n  b: 1 # c\n\n  d:\n    - e\n  f: 2\n";
    assert_eq!(remove(text, &["/a/b"]), "a:\n  # about b\n\n  d:\n    - e\n  f: 2\n");
    assert_eq!(remove(text, &["/a/d"]), "a:\n  # about b\n  b: 1 # c\n\n  f: 2\n");
    assert_eq!(remove(text, &["/a/b", "/a/d", "/a/f"]), "a: {}\n  # about b\n\n");
    assert_eq!(remove("a: 1\nb: 2", &["/b"]), "a: 1");
    assert_eq!(remove("a: 1\r\nb: 2", &["/b"]), "a: 1");
    assert_eq!(remove("a: 1\r\nb: 2\r\n", &["/a"]), "b: 2\r\n");
    assert_eq!(remove("\u{feff}a: 1\nb: 2\n", &["/a"]), "\u{feff}b: 2\n");
    assert_eq!(remove("- a: 1\n  b: 2\n- c\n", &["/0/a"]), "- b: 2\n- c\n");
    assert_eq!(remove("- a: 1 # x\n  # about b\n  b: 2\n- c\n", &["/0/a"]), "-\n  # about b\n  b: 2\n- c\n");
    assert_eq!(remove("- a: 1\n  b: 2\n- c\n", &["/0/a", "/0/b"]), "- {}\n- c\n");
    assert_eq!(remove("- - 1\n  - 2\n  - 3\n", &["/0/0", "/0/1"]), "- - 3\n");
    assert_eq!(remove("a: 1\n", &["/a"]), "{}\n");
    assert_eq!(remove("a: &x # c\n  b: 1\n", &["/a/b"]), "a: &x {} # c\n");
    assert_eq!(remove("? a\n: b\nc: 1\n", &["/a"]), "c: 1\n");
    assert_eq!(remove("a: |+\n  x\nb: 1\n\nc: 2\n", &["/b"]), "a: |+\n  x\nc: 2\n");
}

#[test]
fn blank_lines_do_not_add_up() {
    assert_eq!(remove("version: '3'\n\nservices: 1\n", &["/version"]), "services: 1\n");
    assert_eq!(remove("\u{feff}version: '3'\r\n\r\nservices: 1\r\n", &["/version"]), "\u{feff}services: 1\r\n");
    assert_eq!(remove("# c\nversion: '3'\n\nservices: 1\n", &["/version"]), "# c\n\nservices: 1\n");
    assert_eq!(remove("a: 1\n\nb:\n  c: 1\n\nd: 1\n", &["/b"]), "a: 1\n\nd: 1\n");
    assert_eq!(remove("a: 1\n\nb: 2\n", &["/b"]), "a: 1\n");
    assert_eq!(remove("a: 1\n\n\nb: 2", &["/b"]), "a: 1");
    assert_eq!(remove("a: |+\n  x\n\nb: 2\n", &["/b"]), "a: |+\n  x\n\n");
}

#[test]
fn removed_between_brackets() {
    assert_eq!(remove("[a, b, c]", &["/0"]), "[b, c]");
    assert_eq!(remove("[a, b, c]", &["/1"]), "[a, c]");
    assert_eq!(remove("[a, b, c]", &["/2"]), "[a, b]");
    assert_eq!(remove("[a, b, c]", &["/1", "/2"]), "[a]");
    assert_eq!(remove("[a, b, c]", &["/0", "/2"]), "[b]");
    assert_eq!(remove("[ a, b, ]", &["/1"]), "[ a, ]");
    assert_eq!(remove("{ a: 1 }", &["/a"]), "{}");
    assert_eq!(remove("{ a: 1, b: 2 }", &["/a"]), "{ b: 2 }");
    assert_eq!(remove("[\n  a,\n  b # c\n]\n", &["/1"]), "[\n  a\n]\n");
    assert_eq!(remove("[\n  a, # c\n  b,\n]\n", &["/0"]), "[\n  b,\n]\n");
    assert_eq!(remove("[\n  a, # c\n  b\n]\n", &["/1"]), "[\n  a # c\n]\n");
}

#[test]
fn what_is_emptied_goes_unless_it_is_kept() {
    let text = "services:\n  web:\n    deploy:\n      resources:\n        limits:\n          pids: 1\n    image: x\n  db:\n    privileged: true\n";
    let stream = parse(text);
    let tree = &stream.documents[0];
    let keep = |path: &[&str]| path.len() < 3;
    let removed = |pointer: &str| {
        let mut editor = Editor::new(text, &stream, tree).unwrap().keep(&keep);
        editor.remove(at(tree, pointer)).unwrap();
        applied(text, &editor.finish().unwrap())
    };
    assert_eq!(
        removed("/services/web/deploy/resources/limits/pids"),
        "services:\n  web:\n    image: x\n  db:\n    privileged: true\n"
    );
    assert!(removed("/services/db/privileged").ends_with("    image: x\n  db: {}\n"));
}

#[test]
fn removed_and_added_at_once() {
    let both = |text: &str, gone: &[&str]| {
        done(text, |editor| {
            gone.iter().try_for_each(|pointer| editor.remove(at(editor.tree(), pointer)))?;
            editor.insert(at(editor.tree(), "/a"), "k", json!(1), Position::End)
        })
    };
    assert_eq!(both("a:\n  b: 1\n  c: 2\n", &["/a/c"]), "a:\n  b: 1\n  k: 1\n");
    assert_eq!(both("a:\n  b: 1\n  c: 2", &["/a/c"]), "a:\n  b: 1\n  k: 1");
    assert_eq!(both("a:\n  b: 1\n  c: 2\n", &["/a/b", "/a/c"]), "a:\n  k: 1\n");
    assert_eq!(both("a: {b: 1, c: 2}\n", &["/a/c"]), "a: {b: 1, k: 1}\n");
    assert_eq!(both("a: {b: 1, c: 2}\n", &["/a/b", "/a/c"]), "a: {k: 1}\n");
}

#[test]
fn keys_are_renamed() {
    assert_eq!(
        done("a: 1\n'b': 2\n", |editor| editor.rename(editor.tree().entry(NodeId(0), "b").unwrap().0, "yes")),
        "a: 1\n'yes': 2\n"
    );
    assert_eq!(done("imgae: 1 # c\n", |editor| editor.rename(NodeId(1), "image")), "image: 1 # c\n");
}

#[test]
fn merge_patches_go_as_deep_as_they_can() {
    let text = "web:\n  deploy: # c\n    resources:\n      limits:\n        cpus: '1' # d\n  cap_drop: [NET_RAW]\n";
    let edited = ensured(
        text,
        "/web",
        json!({"read_only": true, "deploy": {"resources": {"limits": {"pids": 200}}}, "cap_drop": ["ALL"]}),
    );
    assert_eq!(
        edited,
        "web:\n  deploy: # c\n    resources:\n      limits:\n        cpus: '1' # d\n        pids: 200\n  cap_drop: [ALL]\n  read_only: true\n"
    );
    assert_eq!(ensured("a:\n- 1 # one\n- 2\n- 3\n", "", json!({"a": [1, 3, 4]})), "a:\n- 1 # one\n- 3\n- 4\n");
    assert_eq!(ensured("a: 1\nb: 2\n", "", json!({"a": null, "b": 2, "c": null})), "b: 2\n");
    let append = |text: &str, pointer: &str| {
        patch(text, "/w", &Patch { append: vec![(pointer.into(), vec![json!("x"), json!("z")])], ..Patch::default() }).unwrap()
    };
    assert_eq!(append("w:\n  s:\n    - x\n", "/s"), "w:\n  s:\n    - x\n    - z\n");
    assert_eq!(append("w:\n  i: 1\n", "/s"), "w:\n  i: 1\n  s:\n    - x\n    - z\n");
    assert_eq!(append("w:\n  s:\n", "/s"), "w:\n  s:\n    - x\n    - z\n");
    assert_eq!(append("w:\n", "/b/s"), "w:\n  b:\n    s:\n      - x\n      - z\n");
}

#[test]
fn what_is_not_the_values_own_is_refused() {
    let text = "b: &b\n  p: true\n  l: [1]\nw:\n  <<: *b\n  q: &q 1\n  r: *q\n  l2: *b\nv:\n  p: &p {k: 1}\n  d: 1\n  d: 2\n  s: !reset null\n  t: !!str 1\n";
    let refused = |base: &str, patch_: Patch| {
        let refusal = patch(text, base, &patch_).unwrap_err();
        (refusal.reason, refusal.at.slice(text).to_owned())
    };
    let gone = |pointer: &str| Patch { remove: vec![pointer.to_owned()], ..Patch::default() };
    let ensure = |value: Value| Patch { ensure: Some(value), ..Patch::default() };
    assert_eq!(refused("/w", gone("/p")), (Reason::Merge, "<<".into()));
    assert_eq!(refused("/w", gone("/l2/p")), (Reason::Alias, "*b".into()));
    assert_eq!(refused("/w", gone("/r")), (Reason::Alias, "*q".into()));
    assert_eq!(refused("/w", gone("/q")), (Reason::Anchor, "*q".into()));
    assert_eq!(refused("/b", gone("/p")), (Reason::Shared, "*b".into()));
    assert_eq!(refused("/w", ensure(json!({"p": false}))), (Reason::Merge, "<<".into()));
    assert_eq!(refused("/w", ensure(json!({"l2": {"p": 1}}))), (Reason::Alias, "*b".into()));
    assert_eq!(refused("/v", gone("/d")).0, Reason::Duplicate);
    assert_eq!(refused("/v", ensure(json!({"s": 1}))).0, Reason::Reset);
    assert_eq!(refused("/v", ensure(json!({"t": 1}))).0, Reason::Tag);
    assert_eq!(
        refused("/w", Patch { append: vec![("/l".into(), vec![json!(2)])], ..Patch::default() }),
        (Reason::Merge, "<<".into())
    );
    assert_eq!(patch(text, "/w", &ensure(json!({"p": true}))).unwrap(), text);
    assert_eq!(patch(text, "/v", &gone("/p")).unwrap(), text.replace("  p: &p {k: 1}\n", ""));
    assert_eq!(patch("a: [\n", "", &gone("/a")).unwrap_err().reason, Reason::Broken);
}

#[test]
fn what_would_be_swallowed_is_refused() {
    let refusal = edit("a: |\n  x\nb: 1\n  # c\nc: 2\n", |editor| editor.remove(at(editor.tree(), "/b"))).unwrap_err();
    assert_eq!(refusal.reason, Reason::Absorbed);
}

#[test]
fn what_stands_beside_a_key_that_is_not_written_is_left_alone() {
    let text = "  r: !s # t\n    ? f\n  : g\n  v: &x\n";
    let refused = edit(text, |editor| editor.set(at(editor.tree(), "/r"), Value::Null)).unwrap_err();
    assert_eq!(refused.reason, Reason::Shape);
    let renamed = edit(" r: !s # t\n : g\n", |editor| {
        let key = editor.tree().entries(NodeId(0)).last().unwrap().0;
        editor.rename(key, "a")
    });
    assert_eq!(renamed.unwrap_err().reason, Reason::Shape);
}

#[test]
fn keys_too_long_for_a_line_are_refused() {
    let long = "k".repeat(1100);
    type Work = fn(&mut Editor<'_>, &str) -> Result<(), Refusal>;
    let works: [Work; 3] = [
        |editor, key| editor.insert(at(editor.tree(), ""), key, json!(1), Position::End),
        |editor, key| editor.set(at(editor.tree(), "/a"), json!([{ key: 1 }])),
        |editor, key| editor.rename(editor.tree().entry(at(editor.tree(), ""), "a").unwrap().0, key),
    ];
    for work in works {
        assert_eq!(edit("a: 1\n", |editor| work(editor, &long)).unwrap_err().reason, Reason::Shape);
        assert!(parse(&done("a: 1\n", |editor| work(editor, &long[..900]))).problems.is_empty());
    }
}

#[test]
fn values_stand_apart_from_what_is_before_and_behind_them() {
    // A tag and an anchor at the end of the text.
    assert_eq!(set("!t", "", json!("a")), "!t a");
    assert_eq!(set("&a", "", json!("b")), "&a b");
    // Blanks behind would become a part of the last line.
    assert_eq!(set("a: b \n", "/a", json!("c\nd")), "a: \"c\\nd\" \n");
    assert_eq!(set("a: b\n", "/a", json!("c\nd")), "a: |-\n  c\n  d\n");
    // In the first column a line may be a mark.
    assert_eq!(set("a\n", "", json!("b\n---\nc")), "\"b\\n---\\nc\"\n");
    assert_eq!(set("---\n", "", json!("a")), "--- a\n");
    assert_eq!(set("{a: b}#c", "", json!("d")), "d #c");
    assert_eq!(set("{ !t }", "/", json!("a")), "{ !t : a }");
    // A scalar below comments.
    assert_eq!(set("a: # b\n  # c\n  d\ne: f\n", "/a", json!("g")), "a: g # b\n  # c\ne: f\n");
    assert_eq!(set("a: # b\n  # c\n  d # e\nf: g\n", "/a", json!("h")), "a: h # b\n  # c\n   # e\nf: g\n");
    assert_eq!(set("a: # b\n  # c\n  d\ne: f\n", "/a", json!("g\nh")), "a: \"g\\nh\" # b\n  # c\ne: f\n");
    assert_eq!(set("a: # b\n  c: d\ne: f\n", "/a", json!("g\nh")), "a: \"g\\nh\" # b\ne: f\n");
    assert_eq!(set("- \n# b\n  c\n- d\n", "/0", json!("g\nh")), "- \"g\\nh\" \n# b\n- d\n");
    assert_eq!(set("a: # b\n  # c\n  d\ne: f\n", "/a", json!(["g"])), "a: # b\n  # c\n  - g\ne: f\n");
}

#[test]
fn items_without_a_value_keep_the_comment_behind_their_dash() {
    assert_eq!(set("- #x\n- a\n", "/0", json!("b")), "- b #x\n- a\n");
    assert_eq!(set("- #x\n- a\n", "/0", json!("b\nc")), "- \"b\\nc\" #x\n- a\n");
    assert_eq!(json(&set("- #x\n- a\n", "/0", json!({ "b": 1, "c": 2 }))), json!([{ "b": 1, "c": 2 }, "a"]));
    assert_eq!(set("a:\n  - # x\n  - b\n", "/a/0", json!(["c"])), "a:\n  - - c # x\n  - b\n");
    assert_eq!(set("- # x\n# y\n- a\n", "/0", json!(1)), "- 1 # x\n# y\n- a\n");
    assert_eq!(set("-\n- a\n", "/0", json!("b")), "- b\n- a\n");
}

#[test]
fn edits_beside_each_other_agree() {
    // Both removals take the newline between them, and the text of several lines loses the one that closes it.
    let both = done("a:\n  b:\n    c: 1\n  d:\n    e: 2", |editor| {
        editor.remove(at(editor.tree(), "/a/b/c"))?;
        editor.remove(at(editor.tree(), "/a/d"))
    });
    assert_eq!(json(&both), json!({ "a": { "b": {} } }));
    let both = done("a:\n  b: 1\n  c: 2", |editor| {
        editor.set(at(editor.tree(), "/a/b"), json!("x\ny\n"))?;
        editor.remove(at(editor.tree(), "/a/c"))
    });
    assert_eq!(json(&both), json!({ "a": { "b": "x\ny\n" } }));
    // A line of blanks that belongs to the text above.
    let refused = edit("a: >-\n  b\n   ", |editor| editor.insert(at(editor.tree(), ""), "c", json!(1), Position::End));
    assert_eq!(refused.unwrap_err().reason, Reason::Absorbed);
}
