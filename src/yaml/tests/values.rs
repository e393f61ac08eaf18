use serde_json::{Value, json};

use super::*;

#[test]
fn plain_scalars_have_the_types_of_go_yaml() {
    let cases = [
        ("", Value::Null),
        ("~", Value::Null),
        ("NULL", Value::Null),
        ("nUll", json!("nUll")),
        ("true", json!(true)),
        ("False", json!(false)),
        ("yes", json!("yes")),
        ("on", json!("on")),
        ("y", json!("y")),
        ("0", json!(0)),
        ("-0", json!(0)),
        ("+12", json!(12)),
        ("1_000", json!(1000)),
        ("0x1F", json!(31)),
        ("-0x1f", json!(-31)),
        ("0o17", json!(15)),
        ("017", json!(15)),
        ("0b101", json!(5)),
        ("08", json!(8.0)),
        ("0x", json!("0x")),
        ("0xg", json!("0xg")),
        ("9223372036854775807", json!(i64::MAX)),
        ("-9223372036854775808", json!(i64::MIN)),
        ("18446744073709551615", json!(u64::MAX)),
        ("18446744073709551616", json!(18446744073709551616.0)),
        ("1.5", json!(1.5)),
        (".5", json!(0.5)),
        ("5.", json!(5.0)),
        ("1e3", json!(1000.0)),
        ("-1.5E-2", json!(-0.015)),
        ("1e999", json!("1e999")),
        ("1e", json!("1e")),
        (".", json!(".")),
        ("-", json!("-")),
        ("+-1", json!("+-1")),
        ("inf", json!("inf")),
        (".inf", json!(".inf")),
        ("-.INF", json!("-.inf")),
        (".nan", json!(".nan")),
        ("1.2.3", json!("1.2.3")),
        ("3.13", json!(3.13)),
        ("22:22", json!("22:22")),
        ("2001-12-14", json!("2001-12-14")),
        ("1h30m", json!("1h30m")),
        ("<<", json!("<<")),
        ("é", json!("é")),
    ];
    for (text, value) in cases {
        assert_eq!(Scalar::of_plain(text).to_json(), value, "{text}");
    }
}

#[test]
fn quotes_and_tags_decide_the_type() {
    let text = "a: '1'\nb: \"true\"\nc: |\n  1\nd: !!str 1\ne: !!int '1'\nf: !!float 1\ng: !reset null\nh: !!null x\ni: ! 1\nj: !!binary 1\n";
    let expected = json!({
        "a": "1", "b": "true", "c": "1\n", "d": "1", "e": 1, "f": 1.0, "g": null, "h": null, "i": 1, "j": "1"
    });
    assert_eq!(json(text), expected);
}

#[test]
fn aliases_and_merges_are_written_out() {
    let text = "x: &x\n  a: [1, &s two]\n  b: {c: ~}\ny: *x\nz:\n  <<: *x\n  b: *s\n*s : 3\n";
    let x = json!({"a": [1, "two"], "b": {"c": null}});
    assert_eq!(json(text), json!({"x": x, "y": x, "z": {"b": "two", "a": [1, "two"]}, "two": 3}));
    assert_eq!(json("80: a\ntrue: b\n~: c\n'': d\n"), json!({"80": "a", "true": "b", "~": "c", "": "d"}));
    assert_eq!(json("a: 1\na: 2\n"), json!({"a": 2}));
    assert_eq!(json("[]"), json!([]));
    assert_eq!(json("- {}\n-\n- []\n"), json!([{}, null, []]));
}

fn refused(text: &str) -> (String, String) {
    let stream = parse(text);
    let tree = &stream.documents[0];
    let problem = tree.to_json(tree.root.unwrap()).unwrap_err();
    (problem.span.slice(text).to_owned(), problem.message)
}

#[test]
fn what_is_no_json_is_refused_at_its_place() {
    assert_eq!(refused("a: &a [1, *a]\n"), ("*a".into(), "this alias stands inside the node that it names".into()));
    assert_eq!(refused("a: &a {b: &b [*a], c: *b}\n").0, "*a");
    assert_eq!(refused("a: [*b]\n").0, "*b");
    assert_eq!(refused("{[a]: 1}\n").0, "[a]");
    assert_eq!(refused("a: {<<: 1}\n"), ("1".into(), "`<<` takes a mapping or a list of mappings".into()));
    assert_eq!(refused("a: {<<: [{}, x]}\n").0, "x");
    assert!(refused("b: &b {k: 1}\na: {<<: [*b, *c]}\n").0.contains("*c"));
}

#[test]
fn bombs_do_not_go_off() {
    let mut text = "a0: &a0 [1, 2, 3, 4, 5, 6, 7, 8, 9]\n".to_owned();
    for index in 1..=10 {
        text += &format!("a{index}: &a{index} [{}]\n", vec![format!("*a{}", index - 1); 9].join(", "));
    }
    assert!(refused(&text).1.contains("100000"));

    // A long text repeated costs more than a short one.
    let text = format!("a: &a {}\nb: [{}]\n", "x".repeat(100_000), vec!["*a"; 2_000].join(", "));
    assert!(refused(&text).1.contains("100000"));

    // Nested beyond what granit allows by aliases into aliases.
    let mut text = format!("a0: &a0 {}1{}\n", "[".repeat(200), "]".repeat(200));
    text += &format!("a1: {}*a0{}\n", "[".repeat(200), "]".repeat(200));
    assert!(refused(&text).1.contains("levels"));

    // Many mappings that merge a large one.
    let keys: Vec<String> = (0..2_000).map(|index| format!("k{index}: 1")).collect();
    let text = format!("a: &a {{{}}}\nb: [{}]\n", keys.join(", "), vec!["{<<: *a}"; 2_000].join(", "));
    assert!(refused(&text).1.contains("100000"));
}
