use proptest::prelude::*;

use super::*;

/// What holds for every text, however broken.
fn check(text: &str) {
    let script = read(text);
    let within = |span: Span| {
        assert!(span.start <= span.end && text.get(span.range()).is_some(), "{span:?} in {:?}", text.get(..200).unwrap_or(text));
    };
    assert!(script.commands.is_sorted_by_key(|command| command.span.start));
    for (index, command) in script.commands.iter().enumerate() {
        [command.span, command.connector_span, command.joint].into_iter().for_each(within);
        command.words.iter().chain(command.wrappers.iter().flatten()).for_each(|word| within(word.span));
        command.assignments.iter().for_each(|one| within(one.span.cover(one.value.span)));
        command.redirections.iter().for_each(|one| within(one.span.cover(one.target.span)));
        assert!(script.lists[command.list].commands.contains(&index));
        assert!(command.embedded.is_none_or(|shell| shell < script.commands.len()));
        if let Some(pipeline) = command.pipeline {
            assert!(script.pipelines[pipeline].commands.contains(&index));
        }
        script.removal(index).into_iter().for_each(within);
        script.has_errexit(index);
        script.chain_of(index);
    }
    for list in &script.lists {
        within(list.span);
        assert!(list.commands.is_sorted() && list.parent.is_none_or(|parent| parent < script.lists.len()));
    }
    for pipeline in &script.pipelines {
        within(pipeline.span);
        within(pipeline.operator);
        assert!(pipeline.commands.iter().all(|index| *index < script.commands.len()));
    }
}

/// Runs on the stack of a rayon worker.
fn on_a_worker(run: impl FnOnce() + Send) {
    std::thread::scope(|scope| {
        let worker = std::thread::Builder::new().stack_size(2 << 20).spawn_scoped(scope, run);
        worker.unwrap().join().unwrap();
    });
}

#[test]
fn deep_and_long_texts_cost_memory_not_the_stack() {
    let nests: &[(&str, &str, &str)] = &[
        ("$(", "x", ")"),
        ("$(echo ", "x", ")"),
        ("echo \"$(", "x", ")\""),
        ("<(", "x", ")"),
        ("(", "x", ")"),
        ("( ", "x", " )"),
        ("{ ", "x;", " };"),
        ("if x; then ", "x", "; fi"),
        ("if ", "x", "; then x; fi"),
        ("while x; do ", "x", "; done"),
        ("for i in a; do ", "x", "; done"),
        ("case x in a) ", "x", ";; esac"),
        ("f() { ", "x;", " }"),
        ("echo ${a:-", "x", "}"),
        ("echo ${a:-$(echo ", "x", ")}"),
        ("echo $((", "1", "))"),
        ("echo $(( $(echo ", "1", ") ))"),
        ("echo ${a[", "1", "]}"),
        ("a=($(", "1", "))"),
        ("[[ ( ", "a", " ) ]]"),
        ("echo @(", "x", ")"),
        ("{a,", "x", "}"),
        ("`", "x", "`"),
        ("a && ", "b", ""),
        ("a || ", "b", ""),
        ("a | ", "b", ""),
        ("a; ", "b", ""),
        ("! ", "b", ""),
        ("time ", "b", ""),
        ("coproc ", "b", ""),
        ("time coproc ! ", "b", ""),
        ("a}b ", "b", ""),
        ("[[ ! ", "b", ""),
        ("cat <<A $(\n", "", ""),
        ("<<A ", "", ""),
        ("\"$(", "", ""),
        ("$((", "", ""),
        ("'\"", "", ""),
        ("${a/\"a) ", "", ""),
        ("$\"1?}\"${#", "", ""),
        ("a[", "", ""),
        ("sudo ", "x", ""),
        ("sh -c ", "x", ""),
        ("eval ", "x", ""),
    ];
    for depth in [20, 90, 1500] {
        for (open, middle, close) in nests {
            let text = format!("{}{middle}{}", open.repeat(depth), close.repeat(depth));
            on_a_worker(|| check(&text));
        }
    }
}

#[test]
fn shells_in_shells_are_followed_for_a_while() {
    let mut text = String::from("x");
    for _ in 0..10 {
        text = format!("sh -c \"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
    }
    on_a_worker(|| {
        check(&text);
        let script = read(&text);
        assert_eq!(script.commands.len(), 9);
        assert_eq!(script.commands[8].embedded, Some(7));
    });
}

#[test]
fn a_refused_text_is_unclean_and_empty() {
    for text in ["(".repeat(5000), format!("echo {}", "a".repeat(2 << 20)), "${a:-\"\"}".repeat(100)] {
        let script = read(&text);
        assert!(!script.clean && script.commands.is_empty());
        assert_eq!(script.span, Span::new(0, text.len()));
    }
}

#[test]
fn stray_braces_are_repaired_and_the_rest_of_a_broken_text_is_kept() {
    for text in ["echo a}b", "echo foo}", "x=a}b", "echo ${x}}", "sed s/}/x/ f", "echo {}}", "echo a}b}c}d && e}"] {
        assert!(read(text).clean, "{text}");
        assert!(read(text).commands.iter().flat_map(|command| &command.words).all(|word| !word.text.contains('_')), "{text}");
    }
    assert_eq!(read("echo 'a}b' c}d").commands[0].words[2].text, "c}d");
    assert!(read(&"echo a}b; ".repeat(32)).clean);
    assert!(!read(&"echo a}b; ".repeat(33)).clean);
    let broken = read("apt-get update && ) foo; sudo ls");
    assert!(!broken.clean);
    assert!(broken.commands_named("ls").next().is_some());
    for text in ["if a; then", "echo 'a", "a && && b", "fi", "( a", "{ a;"] {
        assert!(!read(text).clean, "{text}");
    }
}

#[test]
fn characters_of_several_bytes_are_not_cut() {
    for text in ["\"\\\n¡``\"#0", "echo \"a \\\n  é`date`\"", "echo \"\\\"é `date +%F`é\" é"] {
        check(text);
    }
    let script = read("echo \"é \\\n`date`\"");
    assert!(script.commands_named("echo").next().unwrap().1.words[1].text.starts_with("é "));
}

const TOKENS: &[&str] = &[
    "a",
    " ",
    " ",
    ";",
    "&&",
    "||",
    "|",
    "&",
    "(",
    ")",
    "{ ",
    "}",
    "$(",
    "`",
    "${a:-",
    "${a[",
    "$((",
    "((",
    "))",
    "[[ ",
    " ]]",
    "if ",
    "; then ",
    "; fi",
    "else ",
    "for i in ",
    "while ",
    "; do ",
    "; done",
    "case ",
    " in ",
    "a) ",
    ";;",
    "esac",
    "f() ",
    "function f ",
    "time ",
    "coproc ",
    "! ",
    "a=(",
    "<(",
    ">",
    "<<A\n",
    "\nA\n",
    "<<<",
    "\"",
    "'",
    "$'",
    "\\",
    "\n",
    "# ",
    "*",
    "{a,",
    "~",
    "=",
    "export ",
    "exit ",
    "-c ",
    "sh -c '",
    "eval \"",
    "$x",
    "${x}",
    "1+",
    "é",
    "\0",
    "alias a=",
    "shopt -s expand_aliases;",
    "2>&1",
    "{fd}>",
    "sudo ",
    "env X=1 ",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read(text in "(?s).{0,120}") {
        check(&text);
    }

    #[test]
    fn any_soup_of_tokens_is_read(tokens in prop::collection::vec(prop::sample::select(TOKENS), 0..40)) {
        check(&tokens.concat());
    }

    #[test]
    fn any_array_is_read(words in prop::collection::vec((prop::sample::select(TOKENS), 0_usize..40, 0_usize..10), 0..8)) {
        let words: Vec<_> = words.iter().map(|(text, at, length)| ((*text).to_owned(), Span::new(*at, at + length))).collect();
        let script = exec(&words);
        prop_assert_eq!(script.commands.is_empty(), words.is_empty());
    }

    /// A blank line of any kind between the words changes nothing but spans.
    #[test]
    fn continuations_change_only_spans(words in prop::collection::vec("[a-z=/.*$\"'-]{1,6}", 1..8)) {
        let text = words.join(" ");
        let file = words.join(" \\\n  ");
        let mut mapped = Mapped::empty(0);
        let mut at = 0;
        for (index, word) in words.iter().enumerate() {
            let blank = usize::from(index + 1 < words.len());
            mapped.push(&file, Span::new(at, at + word.len() + blank));
            at += word.len() + blank * 5;
        }
        prop_assert_eq!(mapped.text(), &text);
        prop_assert_eq!(show_all(&parse(&mapped)), show_all(&read(&text)));
    }
}
