use super::*;

fn known(name: &str) -> Lookup {
    match name {
        "FULL" => Lookup::Value("a.b.c".into()),
        "EMPTY" => Lookup::Value(String::new()),
        "SPACED" => Lookup::Value("one two".into()),
        "PATHS" => Lookup::Value("/usr/bin/x".into()),
        "LATER" => Lookup::Unknown,
        _ => Lookup::Unset,
    }
}

fn text(word: &str) -> Result<Option<String>, &'static str> {
    expand(word, '\\', &mut known).map(|expanded| expanded.text).map_err(|error| error.reason)
}

fn value(word: &str) -> String {
    text(word).unwrap().unwrap()
}

#[test]
fn plain_words_stay() {
    assert_eq!(value("abc"), "abc");
    assert_eq!(value("<<EOF"), "<<EOF");
    assert_eq!(value("a<b"), "a<b");
    assert_eq!(value("é€𝄞"), "é€𝄞");
}

#[test]
fn quotes_go_and_escapes_escape() {
    assert_eq!(value("'a b'c\"d\""), "a bcd");
    assert_eq!(value(r#"'$FULL'"#), "$FULL");
    assert_eq!(value(r#""$FULL""#), "a.b.c");
    assert_eq!(value(r"\$FULL"), "$FULL");
    assert_eq!(value(r#""\$FULL \a \\ \"""#), r#"$FULL \a \ ""#);
    assert_eq!(value(r"a\ b"), "a b");
    assert_eq!(value("a\\"), "a");
    assert_eq!(value("\\é"), "é");
    assert_eq!(value(r"'a\'"), r"a\");
}

#[test]
fn the_escape_may_be_a_backtick() {
    let expanded = expand("C:\\app`$X", '`', &mut known).unwrap();
    assert_eq!(expanded.text.as_deref(), Some("C:\\app$X"));
}

#[test]
fn variables_stand_for_their_values() {
    assert_eq!(value("$FULL-${FULL}"), "a.b.c-a.b.c");
    assert_eq!(value("x${NONE}y$NONE"), "xy");
    assert_eq!(value("$ a$"), "$ a$");
    assert_eq!(value("$.x"), "$.x");
    assert_eq!(value("${FULL:-d}${NONE:-d}${EMPTY:-d}${EMPTY-d}${NONE-d}"), "a.b.cddd");
    assert_eq!(value("${FULL:+s}${NONE:+s}${EMPTY:+s}${EMPTY+s}"), "ss");
    assert_eq!(value("${FULL:?m}${EMPTY?m}"), "a.b.c");
    assert_eq!(value("${NONE:-${FULL:+'x y'}}"), "x y");
    assert_eq!(value("${NONE:-\"}\"}"), "}");
}

#[test]
fn digits_and_signs_are_names_of_their_own() {
    let expanded = expand("$1abc$@$$", '\\', &mut known).unwrap();
    assert_eq!(expanded.text.as_deref(), Some("abc"));
    let names: Vec<&str> = expanded.uses.iter().map(|usage| usage.name.as_str()).collect();
    assert_eq!(names, ["1", "@", "$"]);
}

#[test]
fn patterns_trim_and_replace() {
    assert_eq!(value("${FULL#*.}"), "b.c");
    assert_eq!(value("${FULL##*.}"), "c");
    assert_eq!(value("${FULL%.*}"), "a.b");
    assert_eq!(value("${FULL%%.*}"), "a");
    assert_eq!(value("${FULL#x}"), "a.b.c");
    assert_eq!(value("${FULL/./-}"), "a-b.c");
    assert_eq!(value("${FULL//./-}"), "a-b-c");
    assert_eq!(value("${FULL/?b/X}"), "aX.c");
    assert_eq!(value("${FULL//b*/}"), "a.");
    assert_eq!(value(r"${PATHS//\//_}"), "_usr_bin_x");
    assert_eq!(value(r"${FULL/\*/x}"), "a.b.c");
    assert_eq!(value("${FULL//x/y}"), "a.b.c");
    assert_eq!(value("${NONE#*.}${NONE/a/b}"), "");
}

#[test]
fn unknown_values_spread_but_are_no_error() {
    assert_eq!(text("a$LATER"), Ok(None));
    assert_eq!(text("${LATER:-x}"), Ok(None));
    assert_eq!(text("${LATER:?x}"), Ok(None));
    assert_eq!(text("${LATER#*.}"), Ok(None));
    assert_eq!(text("${FULL:-$LATER}"), Ok(Some("a.b.c".into())));
    assert_eq!(text("${FULL/$LATER/x}"), Ok(None));
    assert_eq!(text("'$LATER'"), Ok(Some("$LATER".into())));
}

#[test]
fn what_buildkit_refuses() {
    assert_eq!(text("'a"), Err("unclosed-single-quote"));
    assert_eq!(text("a\"b"), Err("unclosed-double-quote"));
    assert_eq!(text(r#""a\""#), Err("unclosed-double-quote"));
    assert_eq!(text("${"), Err("unclosed-brace"));
    assert_eq!(text("${FULL"), Err("unclosed-brace"));
    assert_eq!(text("${FULL:"), Err("unclosed-brace"));
    assert_eq!(text("${FULL:-a"), Err("unclosed-brace"));
    assert_eq!(text("${FULL/a}"), Err("unclosed-brace"));
    assert_eq!(text("${}"), Err("bad-substitution"));
    assert_eq!(text("${:x}"), Err("bad-substitution"));
    assert_eq!(text("${{x}}"), Err("bad-substitution"));
    assert_eq!(text("${FULL!x}"), Err("unsupported-modifier"));
    assert_eq!(text("${FULL.x}"), Err("unsupported-modifier"));
    assert_eq!(text("${FULL:=x}"), Err("unsupported-modifier"));
    assert_eq!(text("${FULL:#x}"), Err("unsupported-modifier"));
    assert_eq!(text("${.x}"), Err("unsupported-modifier"));
    assert_eq!(text("${NONE:?m}"), Err("variable-required"));
    assert_eq!(text("${EMPTY:?m}"), Err("variable-required"));
    assert_eq!(text(r"${FULL#\.}"), Err("invalid-pattern"));
}

#[test]
fn errors_point_at_the_place() {
    let error = expand("abc${}", '\\', &mut known).unwrap_err();
    assert_eq!(error.range, 3..6);
    let error = expand("abc'de", '\\', &mut known).unwrap_err();
    assert_eq!(error.range, 3..6);
}

#[test]
fn uses_are_told_in_order_with_their_bytes() {
    let word = "x$FULL/${NONE:-$EMPTY}${LATER}";
    let expanded = expand(word, '\\', &mut known).unwrap();
    let uses: Vec<(&str, &str, bool, bool)> =
        expanded.uses.iter().map(|usage| (usage.name.as_str(), &word[usage.range.clone()], usage.defaulted, usage.set)).collect();
    let expected = [
        ("FULL", "$FULL", false, true),
        ("NONE", "${NONE:-$EMPTY}", true, false),
        ("EMPTY", "$EMPTY", false, true),
        ("LATER", "${LATER}", false, true),
    ];
    assert_eq!(uses, expected);
}

fn words(text: &str) -> Vec<Option<String>> {
    expand_words(text, '\\', &mut known).unwrap().words.into_iter().map(|word| word.text).collect()
}

#[test]
fn unquoted_values_split_and_quoted_ones_do_not() {
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(words("a  $SPACED b"), [some("a"), some("one"), some("two"), some("b")]);
    assert_eq!(words("\"$SPACED\" ''"), [some("one two")]);
    assert_eq!(words("x$SPACED"), [some("xone"), some("two")]);
    assert_eq!(words("$NONE"), []);
    assert_eq!(words("a $LATER/tcp"), [some("a"), None]);
    assert_eq!(words(r"a\ b"), [some("a b")]);
}

#[test]
fn words_know_where_they_came_from() {
    let text = " ab 'c d'e  $FULL";
    let ranges: Vec<&str> =
        expand_words(text, '\\', &mut known).unwrap().words.into_iter().map(|word| &text[word.range]).collect();
    assert_eq!(ranges, ["ab", "'c d'e", "$FULL"]);
}

#[test]
fn bodies_keep_their_quotes() {
    let expanded = expand_body("it's \"$FULL\" \\$x", &mut known).unwrap();
    assert_eq!(expanded.text.as_deref(), Some("it's \"a.b.c\" $x"));
    assert_eq!(expand_body("a ${} b", &mut known).unwrap_err().reason, "bad-substitution");
}

fn raw(line: &str) -> Vec<String> {
    raw_words(line).into_iter().filter_map(|word| word.text).collect()
}

#[test]
fn raw_words_stay_as_written() {
    assert_eq!(raw("RUN cat <<'a b' $X ${Y:-z} \\'q"), ["RUN", "cat", "<<'a b'", "$X", "${Y:-z}", "\\'q"]);
    assert_eq!(raw("RUN <<  EOF"), ["RUN", "<<  EOF"]);
    assert_eq!(raw("RUN a <<<\"x\""), ["RUN", "a", "<<<\"x\""]);
    assert_eq!(raw("RUN $(( 1 << 2 ))"), ["RUN", "$((", "1", "<< 2", "))"]);
    assert_eq!(raw("RUN it's <<EOF"), Vec::<String>::new());
    assert_eq!(raw("RUN ${x^^} <<EOF"), Vec::<String>::new());
}

#[test]
fn heredoc_names_lose_their_quotes() {
    assert_eq!(heredoc_name("EOF").unwrap(), Some(("EOF".into(), false)));
    assert_eq!(heredoc_name("'EOF'").unwrap(), Some(("EOF".into(), true)));
    assert_eq!(heredoc_name("eo\"f\"").unwrap(), Some(("eof".into(), true)));
    assert_eq!(heredoc_name("\\EOF").unwrap(), Some(("EOF".into(), false)));
    assert_eq!(heredoc_name("eo\\'f").unwrap(), Some(("eo'f".into(), false)));
    assert_eq!(heredoc_name("'a b'").unwrap(), Some(("a b".into(), true)));
    assert_eq!(heredoc_name("$EOF").unwrap(), Some(("$EOF".into(), false)));
    assert_eq!(heredoc_name("a b").unwrap(), None);
    assert_eq!(heredoc_name("").unwrap(), None);
}

#[test]
fn doubling_values_do_not_fill_the_memory() {
    let mut last = "x".repeat(40_000);
    for _ in 0..40 {
        let before = last.clone();
        let mut lookup = |_: &str| Lookup::Value(before.clone());
        match expand("$a$a", '\\', &mut lookup).unwrap().text {
            Some(text) => last = text,
            None => return,
        }
    }
    panic!("grew to {}", last.len());
}

#[test]
fn nesting_has_a_bound() {
    let deep = format!("{}x{}", "${a:-".repeat(10_000), "}".repeat(10_000));
    assert_eq!(text(&deep), Err(NESTED_TOO_DEEP));
    let fine = format!("{}x{}", "${a:-".repeat(20), "}".repeat(20));
    assert_eq!(value(&fine), "x");
}
