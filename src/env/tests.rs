//! Behaviours of compose-go's dotenv, as tables of our own.

use super::*;
use crate::compose::interpolate::Lookup;

fn outside(name: &str) -> Lookup {
    match name {
        "HOME" => Lookup::Set { value: "/root".to_owned(), unknown: false },
        _ => Lookup::Unset,
    }
}

/// `KEY=value` of each variable, `KEY` for one without value.
fn values(text: &str) -> Vec<String> {
    let file = parse(text);
    assert!(file.problems.is_empty(), "{text:?}: {:?}", file.problems);
    for entry in &file.entries {
        assert_eq!(entry.key_span.slice(text), entry.key, "{text:?}");
        assert!(entry.span.contains(entry.key_span) && entry.span.contains(entry.value_span()), "{text:?}");
    }
    let variables = resolve(&file, &outside);
    variables
        .into_iter()
        .map(|variable| match variable.value {
            Some(value) => format!("{}={value}", variable.entry.key),
            None => variable.entry.key.clone(),
        })
        .collect()
}

#[test]
fn lines_as_compose_reads_them() {
    let cases: &[(&str, &[&str])] = &[
        ("", &[]),
        ("\n\n", &[]),
        ("# only a comment", &[]),
        ("A=1", &["A=1"]),
        ("A=1\n", &["A=1"]),
        ("A=1\r\nB=2\r\n", &["A=1", "B=2"]),
        ("\u{feff}A=1\n", &["A=1"]),
        ("A = 1\n", &["A=1"]),
        ("  A=1\n", &["A=1"]),
        ("A=\n", &["A="]),
        ("A=", &["A="]),
        ("A=\nB=2\n", &["A=", "B=2"]),
        ("export A=1\n", &["A=1"]),
        ("export\tA=1\n", &["A=1"]),
        ("exported=1\n", &["exported=1"]),
        ("A: 1\n", &["A=1"]),
        ("A: a=b\n", &["A=a=b"]),
        ("A=a:b=c\n", &["A=a:b=c"]),
        ("A.b-c[0]=1\n", &["A.b-c[0]=1"]),
        ("HOME\n", &["HOME=/root"]),
        ("HOME", &["HOME=/root"]),
        ("NONE\nA=1\n", &["NONE", "A=1"]),
        ("é=1\n", &["é=1"]),
        // comments
        ("A=1 # c\n", &["A=1"]),
        ("A=1# c\n", &["A=1# c"]),
        ("A=a#b\n", &["A=a#b"]),
        ("A=#b\n", &["A=#b"]),
        ("A= # c\n", &["A=# c"]),
        ("# c\nA=1\n  # c\nB=2\n", &["A=1", "B=2"]),
        ("A=\"a # b\" # c\n", &["A=a # b"]),
        // blanks
        ("A=a b  \n", &["A=a b"]),
        ("A=\ta\n", &["A=a"]),
        // quotes
        ("A=\"a b\"\n", &["A=a b"]),
        ("A='a b'\n", &["A=a b"]),
        ("A=\"\"\n", &["A="]),
        ("A=''\n", &["A="]),
        ("A=\"a'b\"\n", &["A=a'b"]),
        ("A='a\"b'\n", &["A=a\"b"]),
        ("A=a\"b\"\n", &["A=a\"b\""]),
        ("A=\"a\\\"b\"\n", &["A=a\"b"]),
        ("A='a\\'b'\n", &["A=a'b"]),
        ("A=\"a\\nb\"\n", &["A=a\nb"]),
        ("A=\"a\\tb\\\\c\"\n", &["A=a\tb\\c"]),
        ("A=\"a\\\\nb\"\n", &["A=a\\nb"]),
        ("A='a\\nb'\n", &["A=a\\nb"]),
        ("A=a\\nb\n", &["A=a\\nb"]),
        ("A=\"\\0101\"\n", &["A=A"]),
        ("A=\"\\x\"\n", &["A=\\x"]),
        ("A=\"a\nb\"\nB=1\n", &["A=a\nb", "B=1"]),
        ("A='a\nb'\n", &["A=a\nb"]),
        ("A=\"x\"\r\nB=1", &["A=x", "B=1"]),
        // variables
        ("A=1\nB=$A\n", &["A=1", "B=1"]),
        ("A=1\nB=${A}2\n", &["A=1", "B=12"]),
        ("A=1\nB=\"${A}\"\n", &["A=1", "B=1"]),
        ("A=1\nB='$A'\n", &["A=1", "B=$A"]),
        ("B=${NONE:-x}\n", &["B=x"]),
        ("B=$HOME/x\n", &["B=/root/x"]),
        ("P=a$b\n", &["P=a"]),
        ("P=a$$b\n", &["P=a$b"]),
        ("P='a$b'\n", &["P=a$b"]),
        ("P=\"a\\$b\"\n", &["P=a$b"]),
        ("P=a$1\n", &["P=a$1"]),
        ("P=x$\n", &["P=x$"]),
        ("B=$A\nA=1\n", &["B=", "A=1"]),
        ("A=1\nA=2\nB=$A\n", &["A=1", "A=2", "B=2"]),
    ];
    for (text, expected) in cases {
        assert_eq!(values(text), *expected, "{text:?}");
    }
}

#[test]
fn what_compose_refuses() {
    for (text, at) in [
        ("A=\"x\n", "\"x"),
        ("A=1\nB='x\nC=1\n", "'x"),
        ("A B=1\n", "A B"),
        ("A+=1\n", "+"),
        ("A!\n", "!"),
        ("A=1\n{\"b\": 1}\n", "{"),
        ("[a b]\n", "[a b]"),
        ("A=\"a\\\"\n", "\"a\\\""),
    ] {
        let file = parse(text);
        assert_eq!(file.problems.iter().map(|problem| problem.span.slice(text)).collect::<Vec<_>>(), [at], "{text:?}");
    }
}

#[test]
fn a_bad_variable_is_an_error_of_its_value() {
    let file = parse("A=${\nB=1\n");
    let variables = resolve(&file, &outside);
    assert!(variables[0].error.is_some() && variables[1].error.is_none());
}

#[test]
fn values_that_double_are_bounded() {
    let doubled: String = (1..60).map(|at| format!("A{at}=$A{}$A{}\n", at - 1, at - 1)).collect();
    let file = parse(&format!("A0=xxxxxxxxxx\n{doubled}"));
    let variables = resolve(&file, &outside);
    assert!(variables[..10].iter().all(|variable| variable.error.is_none()));
    let longest = variables.iter().filter_map(|variable| Some(variable.value.as_ref()?.len())).max();
    assert!(longest < Some(8 << 20) && variables.iter().any(|variable| variable.error.is_some()));
}

#[test]
fn raw_lines_are_taken_as_they_are() {
    let file = parse_raw("# c\nA=\"x\" # y\nB='$A'\n  C= 1 \r\nD\n");
    let values: Vec<_> = resolve(&file, &outside).into_iter().map(|variable| variable.value).collect();
    let expected = [Some("\"x\" # y"), Some("'$A'"), Some(" 1 "), None];
    assert_eq!(values, expected.map(|value| value.map(str::to_owned)));
    assert_eq!(parse_raw("A B=1\n").problems.len(), 1);
    assert_eq!(parse_raw("=1\n").problems.len(), 1);
}

#[test]
fn duplicates_name_the_first_place() {
    let file = parse("A=1\nB=1\nA=2\nA=3\n");
    let lines: Vec<_> = file.duplicates().iter().map(|(first, second)| (first.span.start, second.span.start)).collect();
    assert_eq!(lines, [(0, 8), (0, 12)]);
    assert_eq!(file.get("A").unwrap().span.start, 12);
}

#[test]
fn places_of_values() {
    let text = "export KEY = \"a b\" # c\nC: x # y\n";
    let file = parse(text);
    let shown: Vec<_> = file
        .entries
        .iter()
        .map(|entry| (entry.key_span.slice(text), entry.value_span().slice(text), entry.content_span().slice(text)))
        .collect();
    assert_eq!(shown, [("KEY", "\"a b\"", "a b"), ("C", "x", "x")]);
    assert_eq!(file.entries[0].span.slice(text), "export KEY = \"a b\"");
}

#[test]
fn facts_follow_their_schema_and_hide_secrets() {
    let source =
        crate::source::SourceFile::new(".env", crate::source::Kind::Env, b"A=1\nB='s3cret'\nC\nD=$NONE\nE=\"x\n".to_vec());
    let file = parse(source.text());
    let secret = file.entries[1].value_span();
    let document = facts(&source, &file, &|span| span == secret);
    let schema: serde_json::Value = serde_json::from_str(include_str!("../../schemas/facts/env.schema.json")).unwrap();
    let errors: Vec<_> =
        jsonschema::validator_for(&schema).unwrap().iter_errors(&document).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    assert_eq!(document["variables"][1]["value"], "***");
    assert_eq!(document["unknown"], serde_json::json!(["/variables/2/value", "/variables/3/value"]));
    assert_eq!(document["errors"][0]["line"], 5);
}
