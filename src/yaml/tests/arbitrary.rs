use proptest::prelude::*;

use super::*;

/// What YAML is made of, in any order.
fn soup() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "a", "b", "1", "é", "-", "- ", "? ", ": ", ":", "\n", "\n", "\n  ", "\n    ", "\r\n", "\r", "\t", " ", "[", "]", "{",
        "}", ", ", "\"", "'", "|", ">", "|-\n  ", ">+2\n", "#", " # c\n", "&x ", "*x", "<<: ", "!t ", "!!str ", "!<", "%",
        "---\n", "...\n", "\n---\n", "\\", "\\'", "\\x4", "\0", "\u{feff}", "a: ", "a: 1\n", "\n- ", "~", "@", "`", "\u{85}",
        "\u{2028}", "𝄞",
    ]);
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

/// Mostly sound YAML, so that the deeper parts are reached.
pub(super) fn document() -> impl Strategy<Value = String> {
    let line = prop::sample::select(vec![
        "a: 1",
        "b:",
        "- c",
        "- d: &x e",
        "- *x",
        "? f",
        ": g",
        "h: |",
        "i: \"j",
        "k\"",
        "l: {m: [n, 'o'], p}",
        "# q",
        "r: !s # t",
        "<<: *x",
        "",
        "- - u",
        "v: &x",
        "w: >-",
        "text",
        "\tx: y",
        "'z':",
    ]);
    let line = (prop::sample::select(vec![0usize, 0, 2, 2, 4, 4, 6, 1]), line);
    (prop::collection::vec(line, 0..25), prop::sample::select(vec!["\n", "\r\n"])).prop_map(|(lines, newline)| {
        lines.into_iter().map(|(indent, line)| format!("{}{line}{newline}", " ".repeat(indent))).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text(text in any::<String>()) {
        sound(&text);
    }

    #[test]
    fn yaml_soup(text in soup()) {
        sound(&text);
    }

    #[test]
    fn lines_of_yaml(text in document()) {
        sound(&text);
    }
}
