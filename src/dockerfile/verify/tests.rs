//! Every reason that a file is refused for, with the place that is at fault.

use crate::dockerfile::syntax::{ProblemStage, parse};

/// Reason, file, the text at fault, and the line it stands on.
type Case = (&'static str, &'static str, &'static str, usize);

const PARSE: &[Case] = &[
    ("empty-file", "", "", 1),
    ("empty-file", "# only a comment\n\n", "", 1),
    ("duplicate-directive", "# syntax=a\n# Syntax=b\nFROM a", "# Syntax=b", 2),
    ("invalid-escape", "# escape=x\nFROM a", "x", 1),
    ("invalid-escape", "# escape= \nFROM a", " ", 1),
    ("json-not-strings", "FROM a\nCMD [\"a\", 1]", "1", 2),
    ("json-not-strings", "FROM a\nONBUILD CMD [\"a\", null]", "null", 2),
    ("json-not-strings", "FROM a\nVOLUME [[\"a\"]]", "[\"a\"]", 2),
    ("key-without-value", "FROM a\nENV A", "A", 2),
    ("key-without-value", "FROM a\nLABEL a", "a", 2),
    ("word-without-equals", "FROM a\nENV A=b \\\n c", "c", 3),
    ("word-without-equals", "FROM a\nENV A=${B:-c d}", "d}", 2),
    ("unterminated-heredoc", "FROM a\nRUN <<EOF\nx", "<<EOF", 2),
    ("unterminated-heredoc", "FROM a\nCOPY <<-EOF /x\nEOF \n", "<<-EOF", 2),
    ("accidental-heredoc", "FROM a\nRUN echo $(( 1 << 2 ))\nRUN b", "<< 2", 2),
];

const BUILD: &[Case] = &[
    ("misspelled-instruction", "FORM a", "FORM", 1),
    ("misspelled-instruction", "FROM a\nrnu b", "rnu", 2),
    ("unknown-instruction", "FROM a\nINCLUDE b", "INCLUDE", 2),
    ("no-break-space", "FROM a\nRUN\u{a0}b", "RUN\u{a0}b", 2),
    ("no-instruction", "FROM a\n\\\n", "", 2),
    ("instruction-before-from", "ARG A=1\nENV B=2\nRUN c\nFROM a", "ENV", 2),
    ("no-stage", "ARG A=1\n", "ARG", 1),
    ("no-arguments", "FROM a\nENV", "ENV", 2),
    ("no-arguments", "FROM a\nLABEL", "LABEL", 2),
    ("no-arguments", "FROM a\nEXPOSE", "EXPOSE", 2),
    ("no-arguments", "FROM a\nVOLUME []", "[]", 2),
    ("no-arguments", "FROM a\nSHELL []", "[]", 2),
    ("no-arguments", "FROM a\nONBUILD", "ONBUILD", 2),
    ("no-arguments", "FROM a\nARG", "ARG", 2),
    ("no-arguments", "FROM a\nHEALTHCHECK --interval=1s", "HEALTHCHECK", 2),
    ("one-argument", "FROM a\nUSER", "USER", 2),
    ("one-argument", "FROM a\nWORKDIR", "WORKDIR", 2),
    ("one-argument", "FROM a\nSTOPSIGNAL", "STOPSIGNAL", 2),
    ("one-argument", "FROM a\nMAINTAINER", "MAINTAINER", 2),
    ("misspelled-flag", "FROM a\nRUN --mont=type=ssh b", "--mont", 2),
    ("unknown-flag", "FROM a\nCOPY --recursive a b", "--recursive", 2),
    ("flag-without-flags", "FROM a\nCMD --verbose a", "--verbose", 2),
    ("flag-without-flags", "FROM a\nONBUILD --verbose RUN a", "--verbose", 2),
    ("duplicate-flag", "FROM a\nCOPY --chown=a --chown=b c d", "--chown=b", 2),
    ("flag-without-value", "FROM a\nCOPY --chown a b", "--chown", 2),
    ("flag-without-value", "FROM a\nCOPY --link= a b", "--link=", 2),
    ("flag-not-boolean", "FROM a\nCOPY --link=yes a b", "yes", 2),
    ("labs-only-flag", "FROM a\nRUN --device=x.example/gpu=all b", "--device=x.example/gpu=all", 2),
    ("from-without-image", "FROM", "FROM", 1),
    ("from-arguments", "FROM a b", "b", 1),
    ("from-arguments", "FROM a AS b c", "AS b c", 1),
    ("comment-behind-from", "FROM a # base", "# base", 1),
    ("invalid-stage-name", "FROM a AS 1st", "1st", 1),
    ("invalid-stage-name", "FROM a AS b/c", "b/c", 1),
    ("blank-image", "FROM $NONE", "$NONE", 1),
    ("blank-image", "ARG A=\nFROM ${A}", "${A}", 2),
    ("image-in-upper-case", "FROM Alpine", "Alpine", 1),
    ("image-in-upper-case", "FROM a AS Build\nFROM Build", "Build", 2),
    ("invalid-tag", "FROM alpine:", "alpine:", 1),
    ("invalid-tag", "FROM alpine:$NONE", "alpine:$NONE", 1),
    ("invalid-digest", "FROM alpine@sha256:abc", "alpine@sha256:abc", 1),
    ("invalid-image", "FROM [\"a\"]", "[\"a\"]", 1),
    ("invalid-image", "FROM <image>", "<image>", 1),
    ("invalid-image", "FROM a\nCOPY --from=b//c d e", "b//c", 2),
    ("blank-platform", "FROM --platform=$NONE a", "$NONE", 1),
    ("invalid-platform", "FROM --platform=linux/amd64/v2/x a", "linux/amd64/v2/x", 1),
    ("run-network", "FROM a\nRUN --network=bridge b", "bridge", 2),
    ("run-security", "FROM a\nRUN --security=off b", "off", 2),
    ("mount-syntax", "FROM a\nRUN --mount= b", "", 2),
    ("mount-from-variable", "ARG A=a\nFROM a\nRUN --mount=from=$A,target=/x b", "$A", 3),
    ("misspelled-mount-type", "FROM a\nRUN --mount=type=cahe,target=/x b", "--mount=type=cahe,target=/x", 2),
    ("unknown-mount-type", "FROM a\nRUN --mount=type=volume,target=/x b", "--mount=type=volume,target=/x", 2),
    ("misspelled-mount-key", "FROM a\nRUN --mount=tagret=/x b", "--mount=tagret=/x", 2),
    ("unknown-mount-key", "FROM a\nRUN --mount=target=/x,relabel=y b", "--mount=target=/x,relabel=y", 2),
    ("mount-key-without-value", "FROM a\nRUN --mount=type=cache,target b", "--mount=type=cache,target", 2),
    ("mount-key-not-allowed", "FROM a\nRUN --mount=target=/x,uid=1 b", "--mount=target=/x,uid=1", 2),
    ("mount-value", "FROM a\nRUN --mount=target=/x,ro=maybe b", "--mount=target=/x,ro=maybe", 2),
    ("secret-mount-without-id", "FROM a\nRUN --mount=type=secret b", "--mount=type=secret", 2),
    ("secret-mount-with-source-and-id", "FROM a\nRUN --mount=type=secret,id=a,src=b c", "--mount=type=secret,id=a,src=b", 2),
    ("mount-without-target", "FROM a\nRUN --mount=type=cache b", "--mount=type=cache", 2),
    ("mount-over-root", "FROM a\nRUN --mount=type=cache,target=/ b", "--mount=type=cache,target=/", 2),
    ("mount-from-self", "FROM a AS b\nRUN --mount=from=b,target=/x c", "b", 2),
    ("mount-from-later-stage", "FROM a\nRUN --mount=from=b,target=/x c\nFROM a AS b", "b", 2),
    ("shell-not-json", "FROM a\nSHELL /bin/bash -c", "/bin/bash -c", 2),
    ("no-destination", "FROM a\nCOPY b", "b", 2),
    ("no-destination", "FROM a\nADD [\"b\"]", "[\"b\"]", 2),
    ("heredoc-destination", "FROM a\nCOPY b <<E\nx\nE", "<<E", 2),
    ("copy-from-variable", "ARG A=b\nFROM a AS b\nFROM a\nCOPY --from=$A c d", "$A", 4),
    ("unknown-stage-index", "FROM a\nCOPY --from=1 b c", "1", 2),
    ("unknown-stage-index", "FROM a\nCOPY --from=-1 b c", "-1", 2),
    ("copy-from-self", "FROM a AS b\nCOPY --from=B c d", "B", 2),
    ("copy-from-self", "FROM a\nCOPY --from=0 c d", "0", 2),
    ("copy-from-later-stage", "FROM a\nCOPY --from=b c d\nFROM a AS b", "b", 2),
    ("copy-remote", "FROM a\nCOPY https://example.com/a /b", "https://example.com/a", 2),
    ("copy-remote", "FROM a\nCOPY git@example.com:a/b /c", "git@example.com:a/b", 2),
    ("invalid-mode", "FROM a\nCOPY --chmod=rwx b c", "rwx", 2),
    ("invalid-mode", "FROM a\nADD --chmod=0999 b c", "0999", 2),
    ("checksum-source", "FROM a\nADD --checksum=sha256:00 b c", "--checksum=sha256:00", 2),
    ("invalid-checksum", "FROM a\nADD --checksum=sha256:00 https://example.com/b c", "sha256:00", 2),
    ("blank-name", "FROM a\nENV =b", "=b", 2),
    ("blank-name", "ARG =b\nFROM a", "=b", 1),
    ("blank-volume", "FROM a\nVOLUME [\" \"]", "\" \"", 2),
    ("blank-volume", "FROM scratch\nVOLUME $NONE", "$NONE", 2),
    ("healthcheck-none-arguments", "FROM a\nHEALTHCHECK NONE b", "b", 2),
    ("healthcheck-kind", "FROM a\nHEALTHCHECK curl b", "curl", 2),
    ("healthcheck-without-command", "FROM a\nHEALTHCHECK CMD", "CMD", 2),
    ("healthcheck-without-command", "FROM a\nHEALTHCHECK CMD []", "CMD", 2),
    ("healthcheck-duration", "FROM a\nHEALTHCHECK --interval=30 CMD b", "30", 2),
    ("healthcheck-duration", "FROM a\nHEALTHCHECK --timeout=${T} CMD b", "${T}", 2),
    ("healthcheck-duration-too-short", "FROM a\nHEALTHCHECK --interval=1us CMD b", "1us", 2),
    ("healthcheck-duration-too-short", "FROM a\nHEALTHCHECK --start-period=-1s CMD b", "-1s", 2),
    ("healthcheck-retries", "FROM a\nHEALTHCHECK --retries=-1 CMD b", "-1", 2),
    ("healthcheck-retries", "FROM a\nHEALTHCHECK --retries=three CMD b", "three", 2),
    ("onbuild-chain", "FROM a\nONBUILD onbuild RUN b", "onbuild", 2),
    ("onbuild-trigger", "FROM a\nONBUILD FROM b", "FROM", 2),
    ("onbuild-trigger", "FROM a\nONBUILD MAINTAINER b", "MAINTAINER", 2),
    ("unclosed-single-quote", "FROM a\nENV A='b", "'b", 2),
    ("unclosed-single-quote", "FROM a\nENV A it's", "'s", 2),
    ("unclosed-single-quote", "FROM a\nLABEL a='b\\'c'", "'", 2),
    ("unclosed-double-quote", "FROM a\nWORKDIR \"/b", "\"/b", 2),
    ("unclosed-double-quote", "FROM a\nUSER b\"", "\"", 2),
    ("unclosed-double-quote", "FROM a\nEXPOSE \"80", "\"80", 2),
    ("unclosed-brace", "FROM a\nENV A=b${C", "${C", 2),
    ("unclosed-brace", "FROM a\nWORKDIR /b${C:-d", "${C:-d", 2),
    ("bad-substitution", "FROM a\nENV A=b${}", "${}", 2),
    ("bad-substitution", "FROM a\nCOPY <<E /b\nx ${} y\nE", "${}", 3),
    ("unsupported-modifier", "FROM a\nENV A=${B^^}", "${B^", 2),
    ("unsupported-modifier", "FROM ${A:=b}", "${A:=b}", 1),
    ("invalid-pattern", "FROM a\nARG B=c\nENV A=${B#\\.}", "\\.", 3),
    ("variable-required", "FROM scratch\nENV A=${B:?none}", "${B:?none}", 2),
    ("variable-required", "FROM a:${B:?none}", "${B:?none}", 1),
    ("quotes-around-space", "FROM a\nCOPY \"b c\" /d", "\"b c\"", 2),
    ("quotes-around-space", "FROM a\nVOLUME '/b c'", "'/b c'", 2),
    ("quoted-argument", "ARG \"A=1\"\nFROM a", "1\"", 1),
    ("port-out-of-range", "FROM a\nEXPOSE 65536", "65536", 2),
    ("port-out-of-range", "FROM a\nARG P=70000\nEXPOSE 80 $P", "$P", 3),
    ("comment-behind-ports", "FROM a\nEXPOSE 80 # web server", "# web server", 2),
    ("port-not-a-number", "FROM a\nEXPOSE http", "http", 2),
    ("port-protocol", "FROM a\nEXPOSE 80/http", "80/http", 2),
    ("port-missing", "FROM a\nEXPOSE /tcp", "/tcp", 2),
    ("port-address", "FROM a\nEXPOSE localhost:80:80", "localhost:80:80", 2),
    ("port-ranges", "FROM a\nEXPOSE 1-3:80-81", "1-3:80-81", 2),
    ("port-range-reversed", "FROM a\nEXPOSE 90-80", "90-80", 2),
    ("unknown-signal", "FROM a\nSTOPSIGNAL SIGFOO", "SIGFOO", 2),
    ("check-option", "# check=skp=all\nFROM a", "skp=all", 1),
];

#[test]
fn each_fault_is_found_at_its_place() {
    for (stage, cases) in [(ProblemStage::Parse, PARSE), (ProblemStage::Build, BUILD)] {
        for (reason, text, part, line) in cases {
            let problems = parse(text).problems;
            let problem = problems.iter().find(|problem| problem.reason == *reason);
            let Some(problem) = problem else {
                panic!("{text:?}: {problems:?}");
            };
            assert_eq!(problem.stage, stage, "{text:?}");
            assert_eq!(problem.span.slice(text), *part, "{text:?}");
            assert_eq!(text[..problem.span.start()].matches('\n').count() + 1, *line, "{text:?}");
        }
    }
}

#[test]
fn one_fault_is_told_once() {
    let words = "FROM a\nENV A=${B:-c d}\nENV A=b c d";
    let reasons: Vec<&str> = parse(words).problems.iter().map(|problem| problem.reason).collect();
    assert_eq!(reasons, ["word-without-equals"; 3]);
    for (reason, text, ..) in PARSE.iter().chain(BUILD).filter(|(reason, ..)| *reason != "word-without-equals") {
        let problems = parse(text).problems;
        assert!(problems.len() == 1 || problems.iter().all(|problem| problem.reason != *reason), "{text:?}: {problems:?}");
    }
}

#[test]
fn long_lines_are_refused() {
    let fits = format!("FROM a\nRUN {}\nRUN b", "x".repeat(65_531));
    assert_eq!(parse(&fits).problems, []);
    let long = format!("FROM a\nRUN {}\nRUN b", "x".repeat(65_532));
    let problems = parse(&long).problems;
    assert_eq!((problems.len(), problems[0].reason, problems[0].stage), (1, "line-too-long", ProblemStage::Parse));
    assert_eq!(problems[0].span.start(), 7);
}

#[test]
fn what_buildkit_accepts() {
    for text in [
        "ARG A\nFROM a:$A",
        "ARG A\nARG B=$A\nFROM a:$B",
        "ARG A=3\nFROM a:${A}${B:+-c}",
        "FROM a:$TARGETARCH",
        "FROM --platform=$BUILDPLATFORM a AS b\nFROM b\nCOPY --from=B --chmod=u=rwX,go=rX c d",
        "FROM --platform=linux a",
        "FROM a AS b\nFROM c AS b\nCOPY --from=0 c d",
        "FROM scratch\nCOPY --from=nginx:1 c d\nCOPY --from=1 c d",
        "FROM scratch\nCOPY --from=scratch c d",
        "FROM a@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "FROM a\nCOPY b c d",
        "FROM a\nCOPY --parents --exclude=*.md --exclude=x b c d/",
        "FROM a\nADD --keep-git-dir=true --link --unpack=false https://example.com/b.git c",
        "FROM a\nADD git@example.com:a/b.git /c",
        "FROM a\nRUN --mount=type=ssh --mount=type=secret,id=b --network=host --security=insecure c",
        "FROM a\nWORKDIR /b\nRUN --mount=type=cache c",
        "# syntax=docker/dockerfile:1-labs\nFROM a\nRUN --device=x b",
        "FROM a\nHEALTHCHECK --interval=0 --timeout=1m30s --start-period=.5s --start-interval=1s --retries=0 CMD b",
        "FROM a\nHEALTHCHECK none",
        "FROM a\nONBUILD FOO bar\nONBUILD COPY b\nONBUILD RUN --bogus b",
        "FROM a\nARG --whatever B=c\nSTOPSIGNAL --x 9",
        "FROM a\nRUN\nCMD\nENTRYPOINT",
        "FROM a\nEXPOSE $P ${P:-80} 81/UDP 1-2 127.0.0.1:80:80",
        "FROM a\nEXPOSE \"80\" '81'/tcp",
        "FROM a\nENV A=b\\\\\nENV C=\"d e\" F='g h' I=j\\ k",
        "FROM a\nENV A ${B:?from}",
        "FROM a\nLABEL a.b=c \"d e\"=\"f\"",
        "FROM a\nCOPY <<E <<\"F\" /g/\n$x ${y:-z} it's\nE\n${}\nF",
        "FROM a\nRUN <<E\n${}\nE",
        "FROM a\nRUN echo ${x^^} it's \"",
        "FROM a\nSTOPSIGNAL $SIGNAL",
        "FROM a\nUSER app # comment",
        "FROM a\nENV D=${A#x} E=${A%%y*} F=${A//a/b}",
        "# check=skip=all;error=true reason\nFROM a",
        "  # check=bogus\nFROM a",
        "FROM a\nCOPY [\"b c\", \"d\"]",
        "FROM a\nENV A=1\nENV B=${A:?set}",
        "FROM a AS b\nENV P=80\nFROM b\nEXPOSE ${P:?inherited}",
        "ARG T=1\nFROM a\nARG T\nENV V=${T:?default}",
    ] {
        let problems: Vec<&str> = parse(text).problems.iter().map(|problem| problem.reason).collect();
        assert_eq!(problems, Vec::<&str>::new(), "{text:?}");
    }
}

/// The variants of a rule document, in order.
fn variants(document: &str) -> Vec<&str> {
    let behind = document.split_once("\nvariants:\n").map_or("", |(_, behind)| behind);
    let inside = behind.lines().take_while(|line| line.is_empty() || line.starts_with([' ', '#']));
    inside.filter_map(|line| line.strip_prefix("  ").filter(|line| !line.starts_with([' ', '#']))?.strip_suffix(':')).collect()
}

#[test]
fn the_documents_have_words_for_every_reason_and_for_nothing_else() {
    let documents = [
        (include_str!("../../../rules/dockerfile/parse-error.yaml"), PARSE, &["line-too-long"][..]),
        (include_str!("../../../rules/dockerfile/build-error.yaml"), BUILD, &[]),
    ];
    for (document, cases, elsewhere) in documents {
        let reasons = || cases.iter().map(|(reason, ..)| *reason).chain(elsewhere.iter().copied());
        let variants = variants(document);
        for reason in reasons() {
            assert!(variants.contains(&reason), "no words for `{reason}`");
        }
        for variant in variants {
            assert!(reasons().any(|reason| reason == variant), "no test for `{variant}`");
        }
    }
}

#[test]
fn messages_name_only_values_that_are_given() {
    let documents =
        [include_str!("../../../rules/dockerfile/parse-error.yaml"), include_str!("../../../rules/dockerfile/build-error.yaml")];
    for (reason, text, ..) in PARSE.iter().chain(BUILD) {
        let head = format!("\n  {reason}:\n");
        let Some(words) = documents.iter().find_map(|document| document.split_once(&head)) else {
            panic!("no words for `{reason}`");
        };
        let message = words.1.lines().find_map(|line| line.trim().strip_prefix("message: ")).unwrap_or_default();
        let problems = parse(text).problems;
        let problem = problems.iter().find(|problem| problem.reason == *reason);
        let given = |name: &str| problem.is_some_and(|problem| problem.values.iter().any(|(value, _)| *value == name));
        for name in message.split('{').skip(1).filter_map(|part| part.split_once('}')).map(|(name, _)| name) {
            assert!(name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_lowercase()) || given(name), "{reason}: {name}");
        }
    }
}
