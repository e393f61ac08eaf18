use super::bodies::BODIES;
use super::*;

/// A file whose joined text is `body`: every third blank is led in by a continuation, a comment line and an empty line, as
/// Docker takes them out.
fn broken_over_lines(body: &str) -> (String, Mapped) {
    let mut file = String::from("RUN ");
    let mut pieces = Vec::new();
    let mut start = file.len();
    for (count, character) in body.chars().enumerate() {
        if character == ' ' && count % 3 == 0 {
            pieces.push(Span::new(start, file.len()));
            file.push_str("\\\n# a comment é\n\n");
            start = file.len();
        }
        file.push(character);
    }
    pieces.push(Span::new(start, file.len()));
    file.push_str("\nCMD x\n");
    let mut mapped = Mapped::empty(4);
    pieces.into_iter().for_each(|piece| mapped.push(&file, piece));
    (file, mapped)
}

/// Every span in a script, with what the text of it must be.
fn spans(script: &Script) -> Vec<Span> {
    let mut out = Vec::new();
    for command in &script.commands {
        out.extend([command.span, command.connector_span, command.joint]);
        out.extend(command.words.iter().chain(command.wrappers.iter().flatten()).map(|word| word.span));
        out.extend(command.assignments.iter().flat_map(|one| [one.span, one.value.span]));
        out.extend(command.redirections.iter().flat_map(|one| [one.span, one.target.span]));
        out.extend(command.redirections.iter().filter_map(|one| one.body));
    }
    out.extend(script.lists.iter().map(|list| list.span));
    out.extend(script.pipelines.iter().flat_map(|pipeline| [pipeline.span, pipeline.operator]));
    out
}

#[test]
fn spans_of_a_joined_text_are_those_of_the_text_before_it_was_broken() {
    for (body, expected) in BODIES {
        let (file, mapped) = broken_over_lines(body);
        assert_eq!(mapped.text(), *body);
        let (broken, whole) = (parse(&mapped), read(body));
        assert_eq!(show_all(&broken), *expected, "{body}");
        assert_eq!(broken.span.slice(&file).replace("\\\n# a comment é\n\n", ""), *body);
        for (found, reference) in spans(&broken).into_iter().zip(spans(&whole)) {
            // Emptiness and the text survive; a span never begins or ends with a continuation.
            let text = found.slice(&file).replace("\\\n# a comment é\n\n", "");
            assert_eq!(text, reference.slice(body), "{body}");
            assert_eq!(found.is_empty(), reference.is_empty(), "{body}");
            assert!(!found.slice(&file).ends_with("é\n\n"), "{body}");
        }
    }
}

#[test]
fn spans_are_tight() {
    for (body, _) in BODIES {
        let script = read(body);
        for command in &script.commands {
            let text = command.span.slice(body);
            assert!(!text.is_empty() && text.trim() == text, "{body}: {text:?}");
            assert!(!text.ends_with(['|', '&']) && (!text.ends_with(';') || text.ends_with("\\;")), "{body}: {text:?}");
            for word in command.words.iter().chain(command.wrappers.iter().flatten()) {
                assert!(command.span.contains(word.span), "{body}: {word:?}");
                let written = word.span.slice(body);
                if !word.quoted && !written.contains('\\') {
                    assert_eq!(word.text, written, "{body}");
                }
            }
            let operator = command.connector_span.slice(body);
            let fits = match command.connector {
                Connector::First => operator.is_empty() && command.joint.is_empty(),
                Connector::And => operator == "&&",
                Connector::Or => operator == "||",
                Connector::Sequence => operator == ";" || operator == "\n",
                Connector::Background => operator == "&",
                Connector::Pipe => operator == "|" || operator == "|&",
            };
            assert!(fits, "{body}: {operator:?}");
            if command.connector != Connector::First {
                assert_eq!(command.joint.slice(body).trim_matches([' ', '!']), operator, "{body}");
            }
        }
        for list in &script.lists {
            let text = list.span.slice(body);
            assert!(!text.is_empty() && text.trim() == text && !text.ends_with(['|', '&']), "{body}: {text:?}");
            assert!(list.commands.iter().all(|index| list.span.contains(script.commands[*index].span)), "{body}");
            // A list is a text of its own: it reads the same alone.
            let alone = parse(&Mapped::of(body, list.span));
            assert!(alone.clean, "{body}: {text:?}");
            assert_eq!(alone.lists[0].span, list.span, "{body}");
            assert_eq!(alone.lists[0].commands.len(), list.commands.len(), "{body}: {text:?}");
        }
        for pipeline in &script.pipelines {
            assert!(pipeline.operator.slice(body).starts_with('|') && pipeline.span.contains(pipeline.operator), "{body}");
            assert!(pipeline.commands.len() >= 2 && pipeline.commands.is_sorted(), "{body}");
        }
    }
}

/// The ends of lists that end in a compound command, which shuck gives only roughly.
#[test]
fn lists_end_behind_closing_words() {
    let cases = [
        ("( a )  ; x", "( a )  ; x"),
        ("x && ( a; b )   ", "x && ( a; b )"),
        ("x && ( a; b ) # ) comment", "x && ( a; b )"),
        ("x && ( ( a ) )", "x && ( ( a ) )"),
        ("x && ((a) && (b))", "x && ((a) && (b))"),
        ("(a # )\n)  \n", "(a # )\n)"),
        ("{ a; }  # b", "{ a; }"),
        ("{ a\n}\n\n", "{ a\n}"),
        ("if a; then b; fi  ;", "if a; then b; fi"),
        ("if a; then b; else c\nfi # x", "if a; then b; else c\nfi"),
        ("for i in a; do b; done   &", "for i in a; do b; done"),
        ("while a; do b; done > x 2>&1  ;", "while a; do b; done > x 2>&1"),
        ("case a in b) c;; esac ;", "case a in b) c;; esac"),
        ("f() { a; } ;", "f() { a; }"),
        ("function f { a; }  ", "function f { a; }"),
        ("f() ( a ) ", "f() ( a )"),
        ("time ( a )  ", "time ( a )"),
        ("(( a + 1 ))  ;", "(( a + 1 ))"),
        ("[[ a ]]  ;", "[[ a ]]"),
        ("exit   ;", "exit"),
        ("X=1 exit 3  ;", "X=1 exit 3"),
        ("export A=1   ;", "export A=1"),
        ("( cat <<E\n)\nE\n) && b", "( cat <<E\n)\nE\n) && b"),
        ("{ cat <<E\n}\nE\n}", "{ cat <<E\n}\nE\n}"),
    ];
    for (text, expected) in cases {
        let script = read(text);
        assert!(script.clean, "{text}");
        assert_eq!(script.lists[0].span.slice(text), expected, "{text}");
    }
}

#[test]
fn pipes_end_behind_closing_words() {
    let text = "x; a | { b; } > c | ( d ) 2>&1; y";
    let script = read(text);
    assert_eq!(script.pipelines[0].span.slice(text), "a | { b; } > c | ( d ) 2>&1");
    let members: Vec<_> = script.pipelines[0].commands.iter().map(|index| script.commands[*index].name()).collect();
    assert_eq!(members, ["a", "b", "d"]);
    assert_eq!(script.pipelines[0].operator, Span::new(5, 6));
    let negated = "! a | b && c";
    let script = read(negated);
    assert_eq!(script.pipelines[0].span.slice(negated), "a | b");
    assert_eq!(script.commands[2].joint.slice(negated), " && ");
}

#[test]
fn the_body_of_a_heredoc_is_apart() {
    let text = "cat <<-'E' > f && ls\n\thi $(x)\n\tE\ncat <<E | y $(b)\nhi $(x)\nE\nfoo";
    let script = read(text);
    assert!(script.clean);
    assert_eq!(show_all(&script), ["cat [<<- E] [> f]", "&& ls", "; cat [<< E]", "| y $(b)~", "  ($) b", "  ($) x", "; foo"]);
    assert_eq!(script.commands[0].span.slice(text), "cat <<-'E' > f");
    assert_eq!(script.commands[0].redirections[0].body.map(|body| body.slice(text)), Some("\thi $(x)\n"));
    assert_eq!(script.commands[2].connector_span.slice(text), "\n");
    assert_eq!(script.pipelines[0].commands, [2, 3]);
    assert_eq!(script.commands[6].list, script.commands[0].list);
}

#[test]
fn embedded_texts_keep_exact_spans() {
    let text = r#"bash -c "echo \"a b\" && rm -rf '/x y'" && sh -c 'sh -c "apt-get update"'"#;
    let script = read(text);
    let embedded: Vec<_> = script.commands.iter().filter(|command| command.embedded.is_some()).collect();
    assert_eq!(embedded[0].span.slice(text), r#"echo \"a b\""#);
    assert_eq!(embedded[0].words[1].text, "a b");
    assert_eq!(embedded[1].span.slice(text), "rm -rf '/x y'");
    assert_eq!(embedded[1].words[2].text, "/x y");
    assert_eq!(embedded[1].joint.slice(text), " && ");
    assert_eq!(embedded[3].span.slice(text), "apt-get update");
    assert_eq!(embedded[3].depth, 2);
    assert_eq!(script.commands[embedded[3].embedded.unwrap()].name(), "sh");
}

#[test]
fn unclean_and_unknowable_embedded_texts_are_left_alone() {
    for text in ["sh -c 'if'", "sh -c \"$(cmd_a)\"", "sh -c $'a\\nb'", "sh -c $CMD", "sh -c", "sh -c ''", "bash script -c 'x'"] {
        assert!(read(text).commands.iter().all(|command| command.embedded.is_none()), "{text}");
    }
}

#[test]
fn redirections_of_every_kind() {
    let text = "a &>> f; b >| c <> d {fd}> e 2>&- <&3 3<f &>g >&h <<< \"x y\" 10>>i";
    let script = read(text);
    let kinds: Vec<_> = script.commands.iter().flat_map(|command| &command.redirections).collect();
    let shown: Vec<_> = kinds.iter().map(|one| (one.operator.as_str(), one.target.text.as_str())).collect();
    assert_eq!(
        shown,
        [
            ("&>>", "f"),
            (">|", "c"),
            ("<>", "d"),
            ("{fd}>", "e"),
            ("2>&", "-"),
            ("<&", "3"),
            ("3<", "f"),
            ("&>", "g"),
            (">&", "h"),
            ("<<<", "x y"),
            ("10>>", "i"),
        ]
    );
    for one in kinds {
        assert!(one.span.slice(text).starts_with(&one.operator) && one.span.contains(one.target.span), "{one:?}");
        assert!(!one.target.span.is_empty());
    }
}
