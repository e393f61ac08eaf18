use super::*;

fn command(text: &str) -> Command {
    read(text).commands.swap_remove(0)
}

#[test]
fn names_lose_their_folders() {
    let cases = [
        ("/usr/bin/apt-get update", "apt-get"),
        ("sudo \"/usr/bin/apt\"-get x", "apt-get"),
        ("$HOME/bin/x", "x"),
        ("\"${D}/bin/x\"", "x"),
        ("${X:-a/b}", "${X:-a/b}"),
        ("$(which a/b)", "$(which a/b)"),
        ("./configure", "configure"),
        ("X=1", ""),
        ("/opt/", "/opt/"),
    ];
    for (text, name) in cases {
        assert_eq!(command(text).name(), name, "{text}");
    }
}

#[test]
fn flags_are_found_in_clusters() {
    let apt = command("apt-get -qqy install --no-install-recommends -oAcquire::Retries=3 -t=x --opt=v a -- -z");
    for (flag, given) in [("-q", true), ("-y", true), ("-A", false), ("-c", false), ("-o", true), ("-t", true), ("-z", false)] {
        assert_eq!(apt.has_flag(&[flag]), given, "{flag}");
    }
    assert!(apt.has_flag(&["--yes", "--no-install-recommends"]) && apt.has_flag(&["--opt"]) && !apt.has_flag(&["--op"]));
    assert_eq!(apt.flag(&["-y"]).map(|word| word.text.as_str()), Some("-qqy"));
    assert!(command("apt-get -q2y -y2 x").has_flag(&["-y"]));
    assert!(command("find -name x").has_flag(&["-name"]) && !command("find -names").has_flag(&["-name"]));
    assert!(!command("apt-get install -- -y").has_flag(&["-y"]));
    assert!(!command("apt-get install '' - --").has_flag(&["-", "--", ""]));
}

#[test]
fn flags_have_values() {
    let curl = command("curl -sSLo /a -o/b -o=/c --output /d --output=/e -H 'X: y' url -o");
    assert_eq!(curl.flag_values("-o").collect::<Vec<_>>(), ["/a", "/b", "/c"]);
    assert_eq!(curl.flag_values("--output").collect::<Vec<_>>(), ["/d", "/e"]);
    assert_eq!(curl.flag_value("-H"), Some("X: y"));
    assert_eq!(curl.flag_value("-x"), None);
    let operands: Vec<_> = curl.operands(&["-o", "--output", "-H"]).map(|word| word.text.as_str()).collect();
    assert_eq!(operands, ["url"]);
    let words: Vec<_> = command("npm -g install a - -- -b --c").non_flag_words().map(|word| word.text.clone()).collect();
    assert_eq!(words, ["install", "a", "-", "-b", "--c"]);
    assert_eq!(command("apt-get -y install x").subcommand().map(|word| word.text.as_str()), Some("install"));
}

#[test]
fn words_know_what_is_certain() {
    let words = command("a \"pkg=${V}\" $V b*$V 'x$y' $'q' ~/x").words;
    let prefixes: Vec<_> = words.iter().map(Word::prefix).collect();
    assert_eq!(prefixes, ["a", "pkg=", "", "b*", "x$y", "q", "~/x"]);
    assert_eq!(words.iter().map(|word| word.literal).collect::<Vec<_>>(), [true, false, false, false, true, true, false]);
    assert_eq!(words.iter().map(|word| word.quoted).collect::<Vec<_>>(), [false, true, false, false, true, true, false]);
    // Inside backticks backslashes work twice: nothing with one is called certain.
    assert!(!read("echo `a \\$x`").commands[1].words[1].literal);
}

#[test]
fn wrappers_are_taken_off_only_where_they_run_something() {
    let cases: &[(&str, &[&str], &str)] = &[
        ("sudo -Hu www-data -- env -i A=b B= nohup x y", &["sudo -Hu www-data --", "env -i A=b B=", "nohup"], "x y"),
        ("sudo A=1 --user=x y", &["sudo A=1"], "--user=x y"),
        ("sudo -l x", &[], "sudo -l x"),
        ("sudo", &[], "sudo"),
        ("env - x", &["env -"], "x"),
        ("env -u A x", &["env -u A"], "x"),
        ("env A=1", &[], "env A=1"),
        ("env -S 'a b' c", &[], "env -S a·b c"),
        ("command -v x", &[], "command -v x"),
        ("command -p x", &["command -p"], "x"),
        ("xargs -n1 -I {} sh {}", &["xargs -n1 -I {}"], "sh {}"),
        ("xargs -0rn 5 rm", &["xargs -0rn 5"], "rm"),
        ("timeout 5", &[], "timeout 5"),
        ("timeout --kill-after=5 -s TERM 5 x", &["timeout --kill-after=5 -s TERM 5"], "x"),
        ("ionice -c2 -n 7 x", &["ionice -c2 -n 7"], "x"),
        ("ionice -p 1", &[], "ionice -p 1"),
        ("nice -5 x", &["nice -5"], "x"),
        ("setpriv --reuid 1 --clear-groups x", &["setpriv --reuid 1 --clear-groups"], "x"),
        ("exec -a name x", &["exec -a name"], "x"),
        ("'sudo' x", &["sudo"], "x"),
        ("$sudo x", &[], "$sudo~ x"),
        ("/usr/bin/time -v x", &["/usr/bin/time -v"], "x"),
        ("time -p x", &["time -p"], "x"),
        ("busybox wget -q x", &[], "busybox wget -q x"),
        ("sudo $X y", &["sudo"], "$X~ y"),
    ];
    for (text, wrappers, rest) in cases {
        let command = command(text);
        let taken: Vec<_> = command.wrappers.iter().map(|words| show_words(words)).collect();
        assert_eq!(taken, *wrappers, "{text}");
        assert_eq!(show_words(&command.words), *rest, "{text}");
        assert_eq!(command.span.slice(text), *text);
    }
    assert!(command("sudo -u x /bin/y").is_wrapped_in("sudo"));
}

#[test]
fn lists_know_their_connectors() {
    let script = read("a && b | c && ( d; e ) && f; g && h &");
    let top = &script.lists[0];
    assert!(!top.and_only);
    assert_eq!(top.commands, [0, 1, 2, 5, 6, 7]);
    assert_eq!(script.chain_of(1), [0, 1, 2, 5]);
    assert_eq!(script.chain_of(7), [6, 7]);
    assert!(!script.list_of(3).and_only && script.list_of(3).parent == Some(0) && script.list_of(3).depth == 1);
    for (text, and_only) in [
        ("a && b | c", true),
        ("a", true),
        ("a;", true),
        ("a && b;", true),
        ("a &", false),
        ("a || b", false),
        ("a\nb", false),
        ("a && { b; c; } && d", true),
        ("a && { b; } || c", false),
    ] {
        assert_eq!(read(text).lists[0].and_only, and_only, "{text}");
    }
}

#[test]
fn commands_follow_one_another() {
    let follows = |text: &str, before: &str, after: &str| {
        let script = read(text);
        let index = |name: &str| script.commands_named(name).next().unwrap().0;
        script.follows(index(before), index(after))
    };
    assert!(follows("a && x; b", "a", "b"));
    assert!(follows("a && x | b", "a", "b"));
    assert!(follows("{ a; x; } && b", "a", "b"));
    assert!(follows("a && (x; b)", "a", "b"));
    assert!(!follows("a && b", "b", "a"));
    assert!(!follows("a || b", "a", "b"));
    assert!(!follows("a & b", "a", "b"));
    assert!(!follows("if x; then a; else b; fi", "a", "b"));
    assert!(follows("a || x && b", "x", "b"));
}

#[test]
fn removal_leaves_the_rest_as_it_was() {
    let cases = [
        ("a && x y && b", Some("a && b")),
        ("x && a && b", Some("a && b")),
        ("a && x", Some("a")),
        ("a; x && b", Some("a; b")),
        ("a && x; b", Some("a; b")),
        ("a;x;b", Some("a;b")),
        ("a\nx\nb", Some("a\nb")),
        ("sudo x > y; a", Some("a")),
        ("a && ! x", Some("a")),
        ("{ x; a; }", Some("{ a; }")),
        ("a && { b; } && x", Some("a && { b; }")),
        ("x", None),
        ("! x && a", None),
        ("x && { b; }", None),
        ("a; x && { b; }", None),
        ("a && x || b", None),
        ("a || x", None),
        ("a | x", None),
        ("x &", None),
        ("x & a", None),
        ("a; x &", None),
        ("a && x <<E\nE\n", None),
        ("if x && a; then b; fi", None),
        ("sh -c 'a && x'", Some("sh -c 'a'")),
    ];
    for (text, expected) in cases {
        let script = read(text);
        let (index, _) = script.commands_named("x").next().unwrap();
        let left = script.removal(index).map(|span| format!("{}{}", &text[..span.start()], &text[span.end()..]));
        assert_eq!(left.as_deref(), expected, "{text}");
        if let Some(left) = left {
            assert!(read(&left).clean);
        }
    }
}

#[test]
fn options_of_the_shell_hold_from_where_they_are_set() {
    let cases = [
        ("set -e; x", true, false),
        ("set -ex && x", true, false),
        ("set -o errexit -o pipefail; x", true, true),
        ("set -euxo pipefail; x", true, true),
        ("set -eo pipefail; set +e; x", false, true),
        ("x; set -e", false, false),
        ("( set -e ); x", false, false),
        ("set -- -e; x", false, false),
        ("set -o pipefail; { x; }", false, true),
        ("bash -eo pipefail -c 'x'", true, true),
        ("set -e; sh -c 'x'", false, false),
        ("set -e; eval 'x'", true, false),
        ("sh -c 'set -e; x'", true, false),
        ("sh -e script; x", false, false),
    ];
    for (text, errexit, pipefail) in cases {
        let script = read(text);
        let (index, _) = script.commands_named("x").next().unwrap();
        assert_eq!(script.has_errexit(index), errexit, "{text}");
        assert_eq!(script.has_pipefail(index), pipefail, "{text}");
    }
    let script = read("a; set -ex; set -o pipefail");
    assert_eq!((script.sets_errexit(), script.sets_pipefail()), (Some(1), Some(2)));
    assert_eq!(read("( set -o pipefail )").sets_pipefail(), None);
    assert_eq!(read("bash -o pipefail -c 'a | b'").sets_pipefail(), None);
}

#[test]
fn exec_form_is_one_command_without_a_shell() {
    let file = r#"CMD ["/usr/bin/tini", "--", "gosu", "app", "sh", "-c", "a && b $X", "x*"]"#;
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(start) = file[at..].find('"').map(|found| at + found) {
        let end = start + 1 + file[start + 1..].find('"').unwrap() + 1;
        words.push((file[start + 1..end - 1].to_owned(), Span::new(start, end)));
        at = end;
    }
    let script = exec(&words);
    assert!(script.clean);
    assert_eq!(show_all(&script), ["</usr/bin/tini --> <gosu app> sh -c a·&&·b·$X x*", "  (c) a", "  && (c) b $X~"]);
    assert_eq!(script.commands[2].span.slice(file), "b $X");
    assert_eq!(script.commands[0].words[0].span.slice(file), "\"sh\"");
    // A string with escapes is not what the file spells: without the file no spans could be exact.
    let escaped = exec(&[("sh".into(), Span::new(0, 4)), ("-c".into(), Span::new(5, 9)), ("a \"b\"".into(), Span::new(10, 19))]);
    assert_eq!(escaped.commands.len(), 1);
    let file = r#"["sh","-c","echo \"a b\" \u00e9 &&\n\t x \\"y"]"#;
    let strings = [("sh", 1..5), ("-c", 6..10), ("echo \"a b\" é &&\n\t x \"y", 11..file.len() - 1)];
    let strings = strings.map(|(text, range)| (text.to_owned(), Span::from(range)));
    assert_eq!(exec_in(file, &strings).commands.len(), 1, "an open quote is not clean");
    let file = r#"["sh","-c","echo \"a b\" \u00e9 &&\n\t x \\\"y"]"#;
    let strings = [("sh", 1..5), ("-c", 6..10), ("echo \"a b\" é &&\n\t x \\\"y", 11..file.len() - 1)];
    let strings = strings.map(|(text, range)| (text.to_owned(), Span::from(range)));
    let script = exec_in(file, &strings);
    assert_eq!(show_all(&script)[1..], ["  (c) echo a·b é", "  && (c) x \"y"]);
    assert_eq!(script.commands[1].words[1].span.slice(file), r#"\"a b\""#);
    assert_eq!(script.commands[2].span.slice(file), r#"x \\\"y"#);
    assert_eq!(exec(&strings).commands.len(), 1);
    assert_eq!(exec_in("other", &strings).commands.len(), 1);
    // Bare spans, without the quotes, do as well.
    let bare = exec(&[("bash".into(), Span::new(1, 5)), ("-c".into(), Span::new(8, 10)), ("a; b".into(), Span::new(13, 17))]);
    assert_eq!(bare.commands[2].span, Span::new(16, 17));
    assert_eq!(exec(&[]), Script { clean: true, ..Script::default() });
    assert_eq!(exec(&[(String::new(), Span::new(0, 2))]).commands[0].name(), "");
}

/// Each place of a substitution, and the commands to be found, each once: the names of one letter.
#[test]
fn commands_are_found_wherever_a_word_may_hold_them() {
    let cases = [
        ("a[$(x)]=1", "x"),
        ("echo ${a[$(x)]} $(( a[$(y)] + $(z) )) $[ $(w) ]", "xyzw"),
        ("echo ${v:$(x):$(y)} ${v/$(z)/$(w)} ${v#$(q)} ${!v:-$(r)} ${#v[$(s)]}", "xyzwqrs"),
        ("echo ${v@Q} ${v^^} ${v,,$(x)} ${v:=$(y)} ${v:?$(z)} ${v%%$(w)} ${v:+`q`}", "xyzwq"),
        ("echo \"${v:-\"$(x)\"}\" \"$(y \"$(z)\")\"", "xyz"),
        ("(( $(x) + 1 ))", "x"),
        ("[[ $(x) =~ $(y) && ! ( -f $(z) ) ]]", "xyz"),
        ("case $(x) in $(y)) z;; a|b) w;& esac", "xyzw"),
        ("for i in $(x) \"$(y)\"; do z; done", "xyz"),
        ("for ((i=$(x); i<$(y); i++)); do z; done", "xyz"),
        ("select i in $(x); do y; done", "xy"),
        ("V=$(x) W=\"`y`\" z > $(w) 2>> \"$(q)\"", "zxywq"),
        ("declare -a v=($(x) [$(y)]=$(z))", "xyz"),
        ("cat <<E\n$(( $(x) )) ${v:-$(y)} `z` \\$(w)\nE\n", "xyz"),
        ("cat <<'E'\n$(x)\nE\n", ""),
        ("f() { x; } > $(y)", "xy"),
        ("while x; do y; done < <(z)", "xyz"),
        ("{ x; } 2> >(y) && ( z )", "xyz"),
        ("if x; then y; elif z; then w; else q; fi", "xyzwq"),
        ("until x; do if y; then { ( z ); }; fi; done", "xyz"),
        ("echo '$(x)' \\$\\(y\\) \"\\$(z)\"", ""),
    ];
    for (text, names) in cases {
        let script = read(text);
        assert!(script.clean, "{text}");
        let found: String = script.commands.iter().map(Command::name).filter(|name| name.len() == 1).collect();
        assert_eq!(found, names, "{text}");
    }
}

#[test]
fn nothing_is_clean() {
    assert_eq!(read(""), Script { clean: true, ..Script::default() });
    assert_eq!(read("  # only a comment").commands.len(), 0);
    assert!(read("\n\n").clean);
}

#[test]
fn words_go_with_what_parts_them_from_their_neighbours() {
    let removed = |text: &str, words: std::ops::Range<usize>| {
        let file = format!("RUN {text}");
        let mut joined = Mapped::empty(4);
        // As a Dockerfile joins its lines.
        let mut start = 4;
        for line in file[4..].split_inclusive("\\\n") {
            joined.push(&file, Span::new(start, start + line.trim_end_matches("\\\n").len()));
            start += line.len();
        }
        let span = parse(&joined).commands[0].removal(words, &file, '\\')?;
        let mut file = file.clone();
        file.replace_range(span.range(), "");
        Some(file)
    };
    assert_eq!(removed("curl -k -f url", 1..2).as_deref(), Some("RUN curl -f url"));
    assert_eq!(removed("pip install --trusted-host x y", 2..4).as_deref(), Some("RUN pip install y"));
    assert_eq!(removed("curl \\\n  -k \\\n  url", 1..2).as_deref(), Some("RUN curl \\\n  url"));
    assert_eq!(removed("curl url \\\n  -k", 2..3).as_deref(), Some("RUN curl url"));
    assert_eq!(removed("curl >a -k", 1..2), None);
    assert_eq!(removed("curl", 0..1), None);
}

#[test]
fn some_calls_are_plain() {
    for (text, plain) in [
        ("curl x", true),
        ("A=1 exec curl x", true),
        ("sudo curl x", false),
        ("/usr/bin/curl x", false),
        ("$CURL x", false),
        ("A=1", false),
    ] {
        assert_eq!(command(text).is_called_plainly(), plain, "{text}");
    }
    assert!(!read("sh -c 'curl x'").commands[1].is_called_plainly());
}

#[test]
fn pipes_are_guarded_from_where_pipefail_is_set() {
    let unguarded = |text: &str, outer: bool| {
        let script = read(text);
        let first = |pipe: usize| script.commands[script.pipelines[pipe].commands[0]].name().to_owned();
        script.pipes_without_pipefail(outer).into_iter().map(first).collect::<Vec<_>>()
    };
    assert_eq!(unguarded("a | b && c | d", false), ["a", "c"]);
    assert_eq!(unguarded("a | b && c | d", true), Vec::<String>::new());
    assert_eq!(unguarded("a | b; set -eo pipefail; c | d; set +o pipefail; e | f", false), ["a", "e"]);
    assert_eq!(unguarded("(set -o pipefail; a | b); c | d", false), ["a", "c"]);
    assert_eq!(unguarded("bash -o pipefail -c 'a | b' && sh -c 'c | d'", true), ["c"]);
    assert_eq!(unguarded("bash -c 'set -o pipefail; a | b'; c | d", false), ["c"]);
    assert_eq!(unguarded("set -o pipefail; eval 'a | b'", false), Vec::<String>::new());
    assert_eq!(unguarded("x=$(a | b) && for i in 1; do c | d; done", false), ["a", "c"]);
}
