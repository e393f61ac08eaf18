use super::*;

/// The directives as nested text: words divided by `|`, blocks in braces.
fn shape(text: &str) -> String {
    let tree = parse(text);
    let mut out = String::new();
    let mut ends: Vec<usize> = Vec::new();
    for id in tree.ids() {
        while ends.last().is_some_and(|end| *end <= id.index()) {
            ends.pop();
            out.push_str("} ");
        }
        let directive = tree.directive(id);
        let words: Vec<_> = tree.words(directive).iter().map(|word| word.value(text)).collect();
        out.push_str(&words.join("|"));
        match directive.terminator {
            Terminator::Semicolon => out.push_str("; "),
            Terminator::Missing => out.push_str("! "),
            Terminator::Lua => out.push_str(&format!("[{}] ", directive.body.slice(text))),
            Terminator::Block => {
                out.push_str(" { ");
                ends.push(directive.end().index());
            }
        }
    }
    out.push_str(&"} ".repeat(ends.len()));
    out.trim_end().to_owned()
}

fn problems(text: &str) -> Vec<(Reason, &str)> {
    parse(text).problems.iter().map(|problem| (problem.reason, problem.span.slice(text))).collect()
}

/// Nothing but blanks stands between what the tree knows.
fn assert_tiled(text: &str) {
    let tree = parse(text);
    let mut known: Vec<Span> = tree.words.iter().map(|word| word.span).collect();
    known.extend(&tree.comments);
    known.extend(&tree.marks);
    known.extend(tree.problems.iter().filter(|problem| !problem.span.is_empty()).map(|problem| problem.span));
    for directive in &tree.directives {
        match directive.terminator {
            Terminator::Semicolon => known.push(Span::new(directive.span.end() - 1, directive.span.end())),
            Terminator::Missing => {}
            Terminator::Block | Terminator::Lua => {
                known.push(Span::new(directive.body.start() - 1, directive.body.start()));
                known.push(Span::new(directive.body.end(), directive.span.end()));
                if directive.terminator == Terminator::Lua {
                    known.push(directive.body);
                }
            }
        }
    }
    let mut covered = vec![tree.sections.iter().any(|_| true); text.len()];
    for span in known {
        assert!(text.is_char_boundary(span.start()) && text.is_char_boundary(span.end()), "{span:?} in {text:?}");
        covered[span.range()].fill(true);
    }
    for (at, byte) in text.bytes().enumerate() {
        assert!(covered[at] || b" \t\r\n".contains(&byte), "byte {at} of {text:?} is in nothing");
    }
}

#[test]
fn words_as_nginx_reads_them() {
    for (text, expected) in [
        ("a b c;", "a|b|c;"),
        ("a  \"b c\" 'd;e' ;", "a|b c|d;e;"),
        ("a#b c; # d\n", "a#b|c;"),
        ("a # comment ; {\n b;", "a|b;"),
        ("a\"b c\"d;", "a\"b|c\"d;"),
        ("a\r\nb;\r\n", "a|b;"),
        ("a b\\ c\\;d;", "a|b\\ c\\;d;"),
        ("a \"b\\\"c\\\\\\n\\d\";", "a|b\"c\\\n\\d;"),
        ("a ${b}c{d}", "a|${b}c { d}! }"),
        ("a $b{c;}", "a|$b { c; }"),
        ("a b}c;", "a|b}c;"),
        ("if ($a = \"b\") { c; }", "if|($a|=|b|) { c; }"),
        ("\"server_name\" x;", "server_name|x;"),
        ("a{b{c;}d;}e;", "a { b { c; } d; } e;"),
        ("a \"x\ny\";", "a|x\ny;"),
        ("a '' \"\";", "a||;"),
        ("a \"${b\";", "a|${b;"),
        ("a \u{c}b;", "a|\u{c}b;"),
        ("map $a $b { default x; ~^/a y; }", "map|$a|$b { default|x; ~^/a|y; }"),
    ] {
        assert_eq!(shape(text), expected, "{text:?}");
        assert_tiled(text);
    }
}

#[test]
fn what_nginx_accepts_has_no_problem() {
    for text in [
        "",
        "\n# only a comment",
        "a b;",
        "a \"b\"{c;}",
        "if ($a ~ \"b\"){c 'd';}",
        "a ${b}{c d;}",
        "a b\\\nc;",
        "# \r comment\na b;",
        "a {}",
        "a \"b\u{a0}c\" d\u{a0}e;",
        "content_by_lua_block { a = '{' }",
        "server_name content_by_lua_block ;",
    ] {
        assert_eq!(problems(text), [], "{text:?}");
        assert_tiled(text);
    }
}

#[test]
fn lua_is_not_read() {
    let text = "location / { content_by_lua_block { local s = \"}\" -- it's }\n } } a;";
    assert_eq!(shape(text), "location|/ { content_by_lua_block[ local s = \"}\" -- it's }\n ] } a;");
    assert_tiled(text);
    assert_eq!(shape("set_by_lua_block $a { return 1 }"), "set_by_lua_block|$a[ return 1 ]");
    assert_eq!(problems("init_by_lua_block { x = {"), [(Reason::UnclosedLuaBlock, "init_by_lua_block")]);
}

#[test]
fn problems_point_at_the_token() {
    use Reason::*;
    for (text, expected) in [
        ("a;}", vec![(UnexpectedClosingBrace, "}")]),
        (";", vec![(UnexpectedSemicolon, ";")]),
        ("{ a; }", vec![(UnexpectedOpeningBrace, "{")]),
        ("a { b c }", vec![(MissingSemicolon, "c")]),
        ("a b", vec![(MissingSemicolon, "b")]),
        ("a { b;", vec![(UnclosedBlock, "a")]),
        ("a \"b\"c d;", vec![(TextAfterQuote, "c")]),
        ("a \"b;\nc d;", vec![(UnclosedQuote, "\"")]),
        ("a 'b;\nc 'd';", vec![(UnclosedQuote, "'")]),
        ("a ~ ^/b{2,3}$ { c; }", vec![(UnquotedRegexBrace, "^/b{2,3}$")]),
        ("\u{feff}a;", vec![(ByteOrderMark, "\u{feff}")]),
        ("\u{a0}a\u{a0}b c\u{a0};", vec![(UnicodeBlank, "\u{a0}"), (UnicodeBlank, "\u{a0}"), (UnicodeBlank, "\u{a0}")]),
        ("# a\rb c;\r", vec![(LoneCarriageReturn, "\r")]),
    ] {
        assert_eq!(problems(text), expected, "{text:?}");
        assert_tiled(text);
    }
}

#[test]
fn the_rest_is_read_after_a_problem() {
    assert_eq!(shape("a 'b;\nc d;"), "a|b; c|d;");
    assert_eq!(shape("a { b \"c;\n}\nd 'e';"), "a { b|c; } d|e;");
    assert_eq!(shape("a { b c }\nd;"), "a { b|c! } d;");
    assert_eq!(shape("} a;"), "a;");
    assert_eq!(shape("a ~ ^/b{2}$ { c; }"), "a|~|^/b{2}$ { c; }");
    assert_eq!(shape("\u{a0}a\u{a0}b;"), "a|b;");
    assert_eq!(shape("# a\rb c;\r"), "b|c;");
}

#[test]
fn indentation_tells_which_block_is_not_closed() {
    let text = "http {\n  server {\n    location / {\n      root x;\n  }\n}\n";
    assert_eq!(problems(text), [(Reason::UnclosedBlock, "location")]);
    assert_eq!(problems("server {\n  location / {\n"), [(Reason::UnclosedBlock, "location")]);
}

#[test]
fn the_buffer_of_nginx_bounds_words_and_comments() {
    let long = |length: usize| "x".repeat(length);
    assert_eq!(problems(&format!("a {};", long(4095))), []);
    assert_eq!(parse(&format!("a {};", long(4096))).problems[0].reason, Reason::TooLongWord);
    assert_eq!(parse(&format!("a {} ;", long(4095))).problems[0].reason, Reason::TooLongWord);
    assert_eq!(problems(&format!("a '{}';", long(4094))), []);
    assert_eq!(parse(&format!("a '{}';", long(4095))).problems[0].reason, Reason::TooLongWord);
    assert_eq!(parse(&format!("#{}\na;", long(4095))).problems[0].reason, Reason::TooLongWord);
    assert_eq!(problems(&format!("#{}\na;", long(4094))), []);
}

#[test]
fn templates_leave_opaque_words() {
    let text = "server {\n  listen ${PORT};\n  ${EXTRA}\n  root /a;\n}\n";
    assert_eq!(shape(text), "server { listen|${PORT}; root|/a; }");
    assert_eq!(parse(text).template, Some(Template::Envsubst));
    assert_tiled(text);
    for text in [
        "{{ range .Hosts }}\nserver {\n  listen {{ .Port }};\n}\n{{ end }}\n",
        "server {\n{% if tls %}\n  listen 443 ssl;\n{% endif %}\n  server_name {{ name }};\n}\n",
        "server {\n  <% if x %>listen <%= port %>;<% end %>\n  @EXTRA@\n}\n",
        "server {\n{{ if .Tls }}\nlisten 1 {\n{{ else }}\nlisten 2 {\n{{ end }}\n}\n}",
    ] {
        let tree = parse(text);
        assert_eq!((tree.template, tree.problems.as_slice()), (Some(Template::Engine), &[][..]), "{text}");
        assert_tiled(text);
    }
    let text = "listen {{ .Port }};";
    let tree = parse(text);
    assert!(tree.arguments(&tree.directives[0])[0].is_opaque);
    assert_eq!(parse("a { b @name; error_page 404 @name; location @name {# x #}\n } }").template, None);
}

#[test]
fn dumps_are_several_files() {
    let text = "nginx: the configuration file /etc/nginx/nginx.conf syntax is ok\n# configuration file /etc/nginx/nginx.conf:\nhttp {\n  include a;\n}\n\n# configuration file /etc/nginx/a:\nserver {\n}\n";
    let tree = parse(text);
    let paths: Vec<_> = tree.sections.iter().map(|section| section.path.as_str()).collect();
    assert_eq!(paths, ["/etc/nginx/nginx.conf", "/etc/nginx/a"]);
    assert_eq!(shape(text), "http { include|a; } server { }");
    assert_eq!(tree.problems, []);
    let cut = "# configuration file /a:\nhttp {\n# configuration file /b:\nserver { }\n";
    assert_eq!(shape(cut), "http { } server { }");
    assert_eq!(problems(cut), [(Reason::UnclosedBlock, "http")]);
    assert!(parse("a;\n# configuration file /a:\n").sections.is_empty());
}

#[test]
fn hostile_input_takes_linear_time() {
    let deep = "a{".repeat(100_000);
    let tree = parse(&deep);
    assert_eq!(tree.directives.len(), 100_000);
    assert!(tree.problems.iter().any(|problem| problem.reason == Reason::TooDeep));
    for piece in ["\"a\n", "'\"\n", "{{{{", "{%", "${", "[[", "a \u{a0}", "\0", "}\n", "{2", "#\r", "\\", "a \"\\\n", "<%x", "@a"]
    {
        parse(&piece.repeat(50_000));
    }
    let lua = "x_by_lua_block { [==[ \n".repeat(50_000);
    parse(&lua);
}

proptest::proptest! {
    #[test]
    fn every_byte_is_in_the_tree(text in "(a|b|[ ;{}\"'#\\\\$\n\r\t]|\u{a0}|é|\u{feff}|_by_lua_block |\\{\\{ | \\}\\}|\\{2\\}|@A@|%%|<%|%>|# configuration file /a:\n){0,40}") {
        assert_tiled(&text);
    }
}
