use super::*;
use crate::dockerfile::instruction::{CommandForm, Pair, Transfer, Word};

fn rows(text: &str) -> Vec<(String, usize, usize)> {
    let tree = parse(text);
    assert_tiles(text, &tree);
    tree.instructions
        .iter()
        .map(|instruction| (instruction.keyword_text.clone(), instruction.line, instruction.end_line))
        .collect()
}

fn row(keyword: &str, line: usize, end_line: usize) -> (String, usize, usize) {
    (keyword.to_owned(), line, end_line)
}

fn assert_tiles(text: &str, tree: &Tree) {
    let mut at = 0;
    for item in &tree.items {
        assert_eq!(item.span.start(), at, "{text:?}");
        at = item.span.end();
    }
    assert_eq!(at, text.len(), "{text:?}");
}

/// The first instruction, which must be without fault when it stands in a stage.
fn one(line: &str) -> Instruction {
    let text = format!("FROM a\n{line}\n");
    let mut tree = parse(&text);
    assert_eq!(tree.problems, [], "{line}");
    tree.instructions.remove(1)
}

fn texts(words: &[Word]) -> Vec<&str> {
    words.iter().map(|word| word.text.as_str()).collect()
}

#[test]
fn items_name_every_line() {
    let text = "\u{feff}# syntax=docker/dockerfile:1\r\n\r\n# comment\r\nFROM a \\\r\n\r\n  # inside\r\n  AS b\r\nRUN x";
    let tree = parse(text);
    assert_tiles(text, &tree);
    let kinds: Vec<ItemKind> = tree.items.iter().map(|item| item.kind).collect();
    let expected = [
        ItemKind::ByteOrderMark,
        ItemKind::Directive(0),
        ItemKind::Blank,
        ItemKind::Comment,
        ItemKind::Instruction(0),
        ItemKind::Instruction(1),
    ];
    assert_eq!(kinds, expected);
    let from = &tree.instructions[0];
    assert_eq!((from.line, from.end_line), (4, 7));
    assert_eq!(from.span.slice(text), "FROM a \\\r\n\r\n  # inside\r\n  AS b");
    assert_eq!(from.rest.text(), "a   AS b");
    assert_eq!(from.comments[0].slice(text), "  # inside\r\n");
    assert_eq!(from.blank_lines[0].slice(text), "\r\n");
    assert_eq!(from.comments_above[0].slice(text), "# comment");
    assert_eq!(tree.instructions[1].comments_above, []);
}

#[test]
fn spans_lead_into_the_file_over_continuations() {
    let text = "FROM a\nENV one=1 \\\n  # c\n  two=\"2 \\\n 3\" \\\n";
    let tree = parse(text);
    let Body::Env(pairs) = &tree.instructions[1].body else {
        panic!("{:?}", tree.instructions[1].body);
    };
    assert_eq!(pairs[0].span.slice(text), "one=1");
    assert_eq!(pairs[1].key.span.slice(text), "two");
    assert_eq!(pairs[1].value.as_ref().map(|value| value.text.as_str()), Some("\"2  3\""));
    assert_eq!(pairs[1].value.as_ref().map(|value| value.span.slice(text)), Some("\"2 \\\n 3\""));
    assert_eq!(tree.instructions[1].end_line, 5);
}

#[test]
fn lines_and_continuations() {
    assert_eq!(rows("FROM a\nRUN b \\"), [row("FROM", 1, 1), row("RUN", 2, 2)]);
    assert_eq!(rows("from a\n  run b\n\n\tCmd c"), [row("from", 1, 1), row("run", 2, 2), row("Cmd", 4, 4)]);
    assert_eq!(rows("FROM a\nRUN b \\ \t\n c\nCMD d"), [row("FROM", 1, 1), row("RUN", 2, 3), row("CMD", 4, 4)]);
    assert_eq!(rows("FROM a\nRUN b \\\n\nRUN c\nCMD d"), [row("FROM", 1, 1), row("RUN", 2, 4), row("CMD", 5, 5)]);
    assert_eq!(rows("FROM a\nENV A=b\\\\\nRUN c"), [row("FROM", 1, 1), row("ENV", 2, 2), row("RUN", 3, 3)]);
    assert_eq!(rows("FROM a\n# c \\\nRUN b"), [row("FROM", 1, 1), row("RUN", 3, 3)]);
    assert_eq!(rows("FROM a\nRUN b \\\n  # c \\\n  d\nRUN e"), [row("FROM", 1, 1), row("RUN", 2, 4), row("RUN", 5, 5)]);
    assert_eq!(rows("FROM a\nRUN b \\\n# c\n"), [row("FROM", 1, 1), row("RUN", 2, 3)]);
    assert_eq!(rows("FROM a\n\\\nRUN b"), [row("FROM", 1, 1), row("RUN", 2, 3)]);
    assert_eq!(rows("FROM a\nRU\\\nN b"), [row("FROM", 1, 1), row("RUN", 2, 3)]);
    assert_eq!(rows("FROM a\rb\nRUN\u{b}c"), [row("FROM", 1, 1), row("RUN", 2, 2)]);
    assert_eq!(rows("\u{a0}FROM a\n"), [row("FROM", 1, 1)]);
    assert_eq!(rows("FROM a\n\\\n\\"), [row("FROM", 1, 1), row("", 2, 3)]);
}

#[test]
fn the_keyword_stands_where_it_is_written() {
    let text = "FROM a\n  \\\n  RU\\\nN b\n";
    let tree = parse(text);
    let run = &tree.instructions[1];
    assert_eq!(run.keyword, Keyword::Run);
    assert_eq!(run.keyword_span.slice(text), "RU\\\nN");
    assert_eq!(run.span.slice(text), "RU\\\nN b");
}

#[test]
fn directives_come_first() {
    let tree = parse("# Escape = `\n#syntax=x\n# check=skip=all\nFROM a\nRUN b `\n c\n");
    let names: Vec<&str> = tree.directives.iter().map(|directive| directive.name.as_str()).collect();
    assert_eq!((names, tree.escape), (vec!["escape", "syntax", "check"], '`'));
    assert_eq!(tree.instructions[1].end_line, 6);

    for text in ["\n# escape=`\nFROM a", "# c\n# escape=`\nFROM a", "# other=1\n# escape=`\nFROM a", "FROM a\n# escape=`"] {
        let tree = parse(text);
        assert_eq!((tree.escape, tree.directives.len()), ('\\', 0), "{text}");
    }
    let tree = parse("\u{feff}  # escape=`  \r\nFROM a\r\n");
    assert_eq!(tree.escape, '`');
}

#[test]
fn a_shebang_hides_the_escape_but_not_the_syntax() {
    let tree = parse("#!/usr/bin/env dockerfile\n# escape=`\n# syntax=docker/dockerfile:1\nFROM a\n");
    assert_eq!(tree.escape, '\\');
    assert_eq!(tree.directives.len(), 1);
    assert_eq!(tree.directives[0].name, "syntax");
    assert_eq!(tree.problems, []);
}

#[test]
fn comments_above_last_until_an_empty_one_or_an_instruction() {
    let text = "# syntax=x\n# a\n#\n# b\n\n# c\nFROM a\nRUN b\n";
    let tree = parse(text);
    let above: Vec<&str> = tree.instructions[0].comments_above.iter().map(|span| span.slice(text)).collect();
    assert_eq!(above, ["# b", "# c"]);
    assert_eq!(tree.instructions[1].comments_above, []);
}

#[test]
fn heredocs_take_their_lines() {
    assert_eq!(rows("FROM a\nRUN <<EOF\nRUN x\n# y \\\nEOF\nCMD z"), [row("FROM", 1, 1), row("RUN", 2, 5), row("CMD", 6, 6)]);
    assert_eq!(rows("FROM a\r\nRUN <<EOF\r\nx\r\nEOF\r\nCMD z\r\n"), [row("FROM", 1, 1), row("RUN", 2, 4), row("CMD", 5, 5)]);
    assert_eq!(rows("FROM a\nRUN x && \\\n # c\n cat <<A <<B\nB\nA\nA\nB"), [row("FROM", 1, 1), row("RUN", 2, 8)]);
    assert_eq!(rows("FROM a\nONBUILD COPY <<E /d\nx\nE\nCMD z"), [row("FROM", 1, 1), row("ONBUILD", 2, 4), row("CMD", 5, 5)]);
    for not in [
        "RUN [\"<<E\"]",
        "CMD cat <<E",
        "ENTRYPOINT cat <<E",
        "USER <<E",
        "RUN x <<<E",
        "RUN echo \"<<E\"",
        "RUN echo '<<E'",
        "RUN it's <<E",
    ] {
        assert_eq!(rows(&format!("FROM a\n{not}\nCMD z"))[2], row("CMD", 3, 3), "{not}");
    }
}

#[test]
fn a_heredoc_tells_its_parts() {
    let text = "FROM a\nRUN 3<<-'E' cat\n\tone\n\tE\n";
    let tree = parse(text);
    let run = &tree.instructions[1];
    assert_eq!(run.span.slice(text), "RUN 3<<-'E' cat\n\tone\n\tE");
    let Body::Run { command, .. } = &run.body else {
        panic!("{:?}", run.body);
    };
    let heredoc = &command.heredocs[0];
    assert_eq!((heredoc.name.as_str(), heredoc.expand, heredoc.strip_tabs, heredoc.descriptor), ("E", false, true, Some(3)));
    assert_eq!(heredoc.word_span.slice(text), "3<<-'E'");
    assert_eq!(heredoc.body.slice(text), "\tone\n");
}

#[test]
fn an_unterminated_heredoc_runs_to_the_end_unless_it_is_a_shift() {
    let tree = parse("FROM a\nRUN <<EOF\nx\nRUN y\n");
    assert_eq!((tree.instructions.len(), tree.instructions[1].end_line), (2, 4));
    let tree = parse("FROM a\nRUN echo $(( 1 << 2 ))\nRUN y\n");
    assert_eq!((tree.instructions.len(), tree.instructions[1].end_line), (3, 2));
}

#[test]
fn from() {
    let text = "FROM  --platform=$BUILDPLATFORM\treg:5000/a:1  As Build \n";
    let tree = parse(text);
    let Body::From { image, as_keyword, name } = &tree.instructions[0].body else {
        panic!("{:?}", tree.instructions[0].body);
    };
    assert_eq!(image.text, "reg:5000/a:1");
    assert_eq!(as_keyword.as_ref().map(|word| word.text.as_str()), Some("As"));
    assert_eq!(name.as_ref().map(|word| word.span.slice(text)), Some("Build"));
    assert_eq!(tree.instructions[0].flag("platform").and_then(|flag| flag.value.as_deref()), Some("$BUILDPLATFORM"));
}

fn form(line: &str) -> (Option<Vec<String>>, String) {
    let (Body::Run { command, .. } | Body::Cmd(command) | Body::Entrypoint(command)) = one(line).body else {
        panic!("{line}");
    };
    match command.form {
        CommandForm::Exec(words) => (Some(words.into_iter().map(|word| word.text).collect()), String::new()),
        CommandForm::Shell(text) => (None, text.text().to_owned()),
    }
}

#[test]
fn commands_are_json_or_text() {
    assert_eq!(form("CMD [\"a\", \"b\\n\"]").0, Some(vec!["a".into(), "b\n".into()]));
    assert_eq!(form("CMD []").0, Some(vec![]));
    assert_eq!(form("ENTRYPOINT [\"a\", \\\n # c\n \"b\"]").0, Some(vec!["a".into(), "b".into()]));
    assert_eq!(form("RUN ['a']"), (None, "['a']".into()));
    assert_eq!(form("RUN [\"a\"] b"), (None, "[\"a\"] b".into()));
    assert_eq!(form("RUN --network=none a  b"), (None, "a  b".into()));
    assert_eq!(form("CMD"), (None, String::new()));
    assert_eq!(form("ENTRYPOINT -- --a"), (None, "--a".into()));
}

#[test]
fn json_elements_have_the_span_of_their_quotes() {
    let text = "FROM a\nCMD [\"a\", \\\n \"b\"]\n";
    let tree = parse(text);
    let Body::Cmd(command) = &tree.instructions[1].body else {
        panic!("{:?}", tree.instructions[1].body);
    };
    let CommandForm::Exec(words) = &command.form else {
        panic!("{command:?}");
    };
    assert_eq!(words[1].span.slice(text), "\"b\"");
}

fn transfer(line: &str) -> Transfer {
    let (Body::Copy(transfer) | Body::Add(transfer)) = one(line).body else {
        panic!("{line}");
    };
    transfer
}

#[test]
fn copies() {
    let copy = transfer("COPY --chown=a:b --link -- x y /d/");
    assert_eq!((texts(&copy.sources), copy.destination.text.as_str(), copy.json), (vec!["x", "y"], "/d/", false));
    let copy = transfer("ADD [\"a b\", \"/c d\"]");
    assert_eq!((texts(&copy.sources), copy.destination.text.as_str(), copy.json), (vec!["a b"], "/c d", true));
    let copy = transfer("COPY x <<A <<B /d\n1\nA\n2\nB");
    assert_eq!((texts(&copy.sources), copy.heredocs.len()), (vec!["x"], 2));
    let copy = transfer("COPY a /b # c");
    assert_eq!((texts(&copy.sources), copy.destination.text.as_str()), (vec!["a", "/b", "#"], "c"));
}

fn pairs(line: &str) -> Vec<(String, Option<String>, bool)> {
    let (Body::Env(pairs) | Body::Label(pairs) | Body::Arg(pairs)) = one(line).body else {
        panic!("{line}");
    };
    let parts = |pair: Pair| (pair.key.text, pair.value.map(|value| value.text), pair.legacy);
    pairs.into_iter().map(parts).collect()
}

fn parts(key: &str, value: Option<&str>, legacy: bool) -> (String, Option<String>, bool) {
    (key.to_owned(), value.map(str::to_owned), legacy)
}

#[test]
fn keys_and_values() {
    assert_eq!(
        pairs("ENV a=b c=\"d e\" f="),
        [parts("a", Some("b"), false), parts("c", Some("\"d e\""), false), parts("f", Some(""), false)]
    );
    assert_eq!(pairs("ENV a  b=c  d"), [parts("a", Some("b=c  d"), true)]);
    assert_eq!(pairs("LABEL \"a b\"=c"), [parts("\"a b\"", Some("c"), false)]);
    assert_eq!(pairs("ENV a=b=c"), [parts("a", Some("b=c"), false)]);
    assert_eq!(pairs("ENV a=b\\ c"), [parts("a", Some("b\\ c"), false)]);
    assert_eq!(pairs("ARG a b= c=d"), [parts("a", None, false), parts("b", Some(""), false), parts("c", Some("d"), false)]);
}

#[test]
fn single_words_take_the_whole_line() {
    let Body::Workdir(word) = one("WORKDIR  /a b ").body else { panic!() };
    assert_eq!(word.text, "/a b");
    let Body::User(word) = one("USER app # c").body else { panic!() };
    assert_eq!(word.text, "app # c");
    let Body::Maintainer(word) = one("MAINTAINER a <b@c>").body else { panic!() };
    assert_eq!(word.text, "a <b@c>");
    let Body::Stopsignal(word) = one("STOPSIGNAL SIGQUIT").body else { panic!() };
    assert_eq!(word.text, "SIGQUIT");
    let Body::Volume { paths, json } = one("VOLUME /a  /b").body else { panic!() };
    assert_eq!((texts(&paths), json), (vec!["/a", "/b"], false));
    let Body::Expose(ports) = one("EXPOSE 80/tcp\t81").body else { panic!() };
    assert_eq!(texts(&ports), ["80/tcp", "81"]);
    let Body::Shell(words) = one("SHELL [\"/bin/bash\", \"-c\"]").body else { panic!() };
    assert_eq!(texts(&words), ["/bin/bash", "-c"]);
}

#[test]
fn healthchecks() {
    let Body::Healthcheck(check) = one("HEALTHCHECK --interval=1m --retries=2 cmd curl x").body else { panic!() };
    assert_eq!((check.interval.as_deref(), check.retries.as_deref()), (Some("1m"), Some("2")));
    assert!(matches!(check.command.unwrap().form, CommandForm::Shell(text) if text.text() == "curl x"));
    let Body::Healthcheck(check) = one("HEALTHCHECK CMD [\"a\"]").body else { panic!() };
    assert!(matches!(check.command.unwrap().form, CommandForm::Exec(words) if texts(&words) == ["a"]));
    let Body::Healthcheck(check) = one("HEALTHCHECK --bogus none").body else { panic!() };
    assert_eq!(check.command, None);
}

#[test]
fn triggers() {
    let text = "FROM a\nONBUILD  RUN --mount=type=cache,target=/c x \\\n y\n";
    let tree = parse(text);
    assert_eq!(tree.problems, []);
    let Body::Onbuild(trigger) = &tree.instructions[1].body else { panic!() };
    assert_eq!((trigger.keyword, trigger.line, trigger.end_line), (Keyword::Run, 2, 3));
    assert_eq!(trigger.span.slice(text), "RUN --mount=type=cache,target=/c x \\\n y");
    let Body::Run { command, mounts } = &trigger.body else { panic!() };
    assert!(matches!(&command.form, CommandForm::Shell(text) if text.text() == "x  y"));
    assert_eq!((mounts[0].kind.as_str(), mounts[0].target.as_deref()), ("cache", Some("/c")));
}

#[test]
fn an_unknown_instruction_keeps_its_arguments() {
    let tree = parse("FROM a\nFOO bar\n");
    let unknown = &tree.instructions[1];
    assert_eq!((unknown.keyword, unknown.rest.text(), &unknown.body), (Keyword::Unknown, "bar", &Body::Invalid));
}

#[test]
fn frontends_of_others_know_instructions_of_their_own() {
    assert_eq!(parse("# syntax=example/frontend\nFROM a\nINCLUDE b\nRUN --turbo c\n").problems, []);
    assert_eq!(parse("# syntax=mirror.example/docker/dockerfile:1\nFROM a\nINCLUDE b\n").problems.len(), 1);
}

#[test]
fn large_files_take_linear_time() {
    let start = std::time::Instant::now();
    let files = [
        format!("FROM a\n{}", "RUN echo $(( 1 << 2 ))\n".repeat(20_000)),
        (0..20_000).map(|index| format!("RUN x <<E{index}\n")).collect(),
        (1..20_000).map(|index| format!("FROM s{} AS s{index}\nENV A{index}=$A0\n", index - 1)).collect(),
        format!("FROM a\nENV{}\n", " \\\n A=$B".repeat(50_000)),
        format!("FROM a\nENV A={}\n", "${a:-".repeat(10_000)),
        format!("FROM a\nRUN {}\n", "[".repeat(60_000)),
        format!("FROM a\nENV A=xxxxxxxx\n{}", "ENV A=$A$A\n".repeat(5_000)),
        format!("ONBUILD {}", "ONBUILD ".repeat(8_000)),
    ];
    for file in files {
        parse(&file);
    }
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}
