//! What holds for every Dockerfile, and what another parser says of some.

use parse_dockerfile::{Command, HealthcheckArguments, Instruction as Peer, JsonOrStringArray, Source};
use proptest::prelude::*;
use shipworthy::dockerfile::expand::{self, Lookup};
use shipworthy::dockerfile::instruction::{Body, CommandForm, CommandLine, Heredoc, Instruction, Word};
use shipworthy::dockerfile::syntax::parse;
use shipworthy::source::Span;

#[path = "common/dockerfile_tree.rs"]
mod dockerfile_tree;

use dockerfile_tree::check_tree;

/// Pieces of Dockerfiles, put together with no regard for sense.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(vec![
            "FROM",
            "RUN",
            "COPY",
            "ADD",
            "ENV",
            "ARG",
            "LABEL",
            "CMD",
            "ENTRYPOINT",
            "SHELL",
            "HEALTHCHECK",
            "ONBUILD",
            "EXPOSE",
            "VOLUME",
            "USER",
            "WORKDIR",
            "STOPSIGNAL",
            "MAINTAINER",
            "from",
            "Run",
            "AS",
            "as",
            "NONE",
            "CMD",
            "FOO",
        ])
        .prop_map(|word| format!("{word} ")),
        prop::sample::select(vec![
            "\n",
            "\r\n",
            " ",
            "\t",
            "\u{b}",
            "\r",
            "\u{a0}",
            "\\\n",
            "`\n",
            "\\",
            "`",
            "\"",
            "'",
            "\\\r\n",
            "\\ \n",
            "\n\n",
            "#",
            "# c\n",
            "# escape=`\n",
            "# syntax=docker/dockerfile:1\n",
            "#!/bin/sh\n",
            "\u{feff}",
            "é",
            "𝄞",
            "\0",
            "\u{1a}",
        ])
        .prop_map(str::to_owned),
        prop::sample::select(vec![
            "<<EOF",
            "<<-EOF",
            "<<'EOF'",
            "3<<E\"O\"F",
            "<< EOF",
            "<<<EOF",
            "EOF\n",
            "\tEOF\n",
            "$((1 << 2))",
            "[\"a\", \"b\"]",
            "[1]",
            "[\"a\"",
            "['a']",
            "--mount=type=cache,target=/x ",
            "--mount=from=b,\"x\" ",
            "--from=0 ",
            "--chown=a ",
            "--",
            "--x=\"y z\" ",
            "--platform=$P ",
            "--interval=5s ",
            "--chmod=u+x ",
            "--checksum=sha256:0 ",
        ])
        .prop_map(str::to_owned),
        prop::sample::select(vec![
            "a",
            "b=c ",
            "key=\"v w\" ",
            "$X",
            "${X:-y}",
            "${X",
            "${}",
            "${X#a*}",
            "${X//a/b}",
            "80/tcp ",
            "1-2 ",
            "scratch",
            "alpine:3",
            "https://a/b.git ",
            "/d/ ",
            "=",
            "@sha256:0",
            "SIGTERM",
        ])
        .prop_map(str::to_owned),
        ".{0,4}",
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read(text in any::<String>()) {
        check_tree(&text);
    }

    #[test]
    fn anything_like_a_dockerfile_is_read(text in pieces()) {
        check_tree(&text);
    }

    #[test]
    fn any_word_expands(word in "[a$\\{\\}:+?#%/\"'\\\\ `é<-]{0,40}", escape in prop::sample::select(vec!['\\', '`'])) {
        let mut lookup = |name: &str| match name.len() {
            1 => Lookup::Value("a/b".into()),
            2 => Lookup::Unknown,
            _ => Lookup::Unset,
        };
        let single = expand::expand(&word, escape, &mut lookup);
        let several = expand::expand_words(&word, escape, &mut lookup);
        prop_assert_eq!(single.as_ref().err(), several.as_ref().err());
        let ranges = single.iter().flat_map(|expanded| expanded.uses.iter().map(|usage| usage.range.clone()));
        let words = several.iter().flat_map(|expanded| expanded.words.iter().map(|word| word.range.clone()));
        let errors = single.iter().map(|_| 0..0).chain(single.as_ref().err().map(|error| error.range.clone()));
        for range in ranges.chain(words).chain(errors) {
            prop_assert!(word.get(range.clone()).is_some(), "{:?}", range);
        }
    }
}

/// The parts of an instruction that both parsers know, as they are written.
type Parts = Vec<String>;

fn ours(text: &str) -> Vec<Parts> {
    let slice = |span: Span| span.slice(text).to_owned();
    // The peer leaves out the quotes of JSON elements.
    let bare = |word: &Word| slice(word.span).trim_matches('"').to_owned();
    let words = |words: &[Word]| words.iter().map(bare).collect::<Vec<_>>();
    fn of(instruction: &Instruction, slice: &dyn Fn(Span) -> String, words: &dyn Fn(&[Word]) -> Vec<String>) -> Parts {
        let mut parts = vec![slice(instruction.keyword_span)];
        parts.extend(instruction.flags.iter().map(|flag| slice(flag.span)));
        let command = |command: &CommandLine| match &command.form {
            CommandForm::Exec(elements) => words(elements),
            CommandForm::Shell(text) => vec![slice(text.whole())],
        };
        // What the peer calls the text of a RUN with heredocs differs; the heredocs themselves must not.
        let text_with = |line: &CommandLine| if line.heredocs.is_empty() { command(line) } else { Vec::new() };
        let bodies = |heredocs: &[Heredoc]| heredocs.iter().map(|heredoc| slice(heredoc.body)).collect::<Vec<_>>();
        match &instruction.body {
            Body::From { image, name, .. } => {
                parts.push(slice(image.span));
                parts.extend(name.iter().map(|name| slice(name.span)));
            }
            Body::Run { command: line, .. } => {
                parts.extend(text_with(line));
                parts.extend(bodies(&line.heredocs));
            }
            Body::Cmd(line) | Body::Entrypoint(line) => parts.extend(command(line)),
            Body::Shell(elements) | Body::Expose(elements) | Body::Volume { paths: elements, .. } => {
                parts.extend(words(elements))
            }
            Body::Copy(transfer) | Body::Add(transfer) => {
                parts.extend(bodies(&transfer.heredocs));
                parts.extend(words(&transfer.sources));
                parts.extend(words(std::slice::from_ref(&transfer.destination)));
            }
            Body::User(word) | Body::Workdir(word) | Body::Stopsignal(word) | Body::Maintainer(word) => {
                parts.push(slice(word.span));
            }
            Body::Env(_) | Body::Label(_) | Body::Arg(_) => parts.push(slice(instruction.rest.whole())),
            Body::Healthcheck(healthcheck) => parts.extend(healthcheck.command.iter().flat_map(command)),
            Body::Onbuild(trigger) => parts.extend(of(trigger, slice, words)),
            Body::Invalid => panic!("{instruction:?}"),
        }
        parts
    }
    parse(text).instructions.iter().map(|instruction| of(instruction, &slice, &words)).collect()
}

fn theirs(text: &str) -> Vec<Parts> {
    let slice = |span: &std::ops::Range<usize>| text[span.clone()].to_owned();
    fn of(instruction: &Peer<'_>, slice: &dyn Fn(&std::ops::Range<usize>) -> String) -> Parts {
        let command = |command: &Command<'_>| match command {
            Command::Exec(elements) => elements.value.iter().map(|element| slice(&element.span)).collect(),
            Command::Shell(text) => vec![slice(&text.span)],
            _ => Vec::new(),
        };
        let flag = |flag: &parse_dockerfile::Flag<'_>| slice(&flag.span());
        let sources = |sources: &[Source<'_>]| {
            let part = |source: &Source<'_>| match source {
                Source::Path(path) => slice(&path.span),
                Source::HereDoc(heredoc) => slice(&heredoc.span),
                _ => String::new(),
            };
            sources.iter().map(part).collect::<Vec<_>>()
        };
        match instruction {
            Peer::From(from) => std::iter::once(slice(&from.from.span))
                .chain(from.options.iter().map(flag))
                .chain([slice(&from.image.span)])
                .chain(from.as_.iter().map(|(_, name)| slice(&name.span)))
                .collect(),
            Peer::Run(run) => std::iter::once(slice(&run.run.span))
                .chain(run.options.iter().map(flag))
                .chain(if run.here_docs.is_empty() { command(&run.arguments) } else { Vec::new() })
                .chain(run.here_docs.iter().map(|heredoc| slice(&heredoc.span)))
                .collect(),
            Peer::Cmd(cmd) => std::iter::once(slice(&cmd.cmd.span)).chain(command(&cmd.arguments)).collect(),
            Peer::Entrypoint(entrypoint) => {
                std::iter::once(slice(&entrypoint.entrypoint.span)).chain(command(&entrypoint.arguments)).collect()
            }
            Peer::Shell(shell) => std::iter::once(slice(&shell.shell.span))
                .chain(shell.arguments.iter().map(|element| slice(&element.span)))
                .collect(),
            Peer::Copy(copy) => std::iter::once(slice(&copy.copy.span))
                .chain(copy.options.iter().map(flag))
                .chain(sources(&copy.src))
                .chain([slice(&copy.dest.span)])
                .collect(),
            Peer::Add(add) => std::iter::once(slice(&add.add.span))
                .chain(add.options.iter().map(flag))
                .chain(sources(&add.src))
                .chain([slice(&add.dest.span)])
                .collect(),
            Peer::Expose(expose) => {
                std::iter::once(slice(&expose.expose.span)).chain(expose.arguments.iter().map(|port| slice(&port.span))).collect()
            }
            Peer::Volume(volume) => {
                let paths = match &volume.arguments {
                    JsonOrStringArray::Json(paths) => &paths.value,
                    JsonOrStringArray::String(paths) => paths,
                };
                std::iter::once(slice(&volume.volume.span)).chain(paths.iter().map(|path| slice(&path.span))).collect()
            }
            Peer::User(user) => vec![slice(&user.user.span), slice(&user.arguments.span)],
            Peer::Workdir(workdir) => vec![slice(&workdir.workdir.span), slice(&workdir.arguments.span)],
            Peer::Stopsignal(signal) => vec![slice(&signal.stopsignal.span), slice(&signal.arguments.span)],
            Peer::Maintainer(maintainer) => vec![slice(&maintainer.maintainer.span), slice(&maintainer.name.span)],
            Peer::Env(env) => vec![slice(&env.env.span), slice(&env.arguments.span)],
            Peer::Label(label) => vec![slice(&label.label.span), slice(&label.arguments.span)],
            Peer::Arg(arg) => vec![slice(&arg.arg.span), slice(&arg.arguments.span)],
            Peer::Healthcheck(healthcheck) => {
                let mut parts = vec![slice(&healthcheck.healthcheck.span)];
                parts.extend(healthcheck.options.iter().map(flag));
                if let HealthcheckArguments::Cmd { arguments, .. } = &healthcheck.arguments {
                    parts.extend(command(arguments));
                }
                parts
            }
            Peer::Onbuild(onbuild) => {
                std::iter::once(slice(&onbuild.onbuild.span)).chain(of(&onbuild.instruction, slice)).collect()
            }
            other => panic!("{other:?}"),
        }
    }
    let dockerfile = parse_dockerfile::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    dockerfile.instructions.iter().map(|instruction| of(instruction, &slice)).collect()
}

#[test]
fn another_parser_sees_the_same_parts() {
    for text in [
        "FROM alpine:3.22\n",
        "ARG V=1\nFROM --platform=$BUILDPLATFORM reg:5000/a/b:$V AS build\nFROM build\n",
        "from alpine as x\nrun echo hi\n",
        "FROM a\nRUN apt-get update \\\n  # comment\n\n  && apt-get install -y curl\nCMD [\"curl\", \"--version\"]\n",
        "# escape=`\nFROM a\nRUN dir `\n  c:\\\nWORKDIR C:\\app\n",
        "FROM a\nRUN --mount=type=cache,target=/x --network=none make\n",
        "FROM a\nCOPY --from=b --chown=c:d --link x y /z/\nADD [\"a b\", \"/c\"]\n",
        "FROM a\nCOPY <<EOF /etc/motd\nhello\nEOF\nRUN <<A cat\none\nA\nRUN true\n",
        "FROM a\nRUN <<'A'\n1\nA\nCMD x\n",
        "FROM a\nENV a=1 b=\"2 3\" \\\n  c=4\nENV legacy value here\nLABEL x.y=z\nARG p q=r\n",
        "FROM a\nEXPOSE 80 443/tcp\nVOLUME /a /b\nVOLUME [\"/c d\"]\nUSER app:app\nSTOPSIGNAL SIGTERM\n",
        "FROM a\nHEALTHCHECK --interval=5s --retries=3 CMD curl -f http://x\nHEALTHCHECK NONE\n",
        "FROM a\nHEALTHCHECK CMD [\"a\", \"b\"]\n",
        "FROM a\nONBUILD RUN make\nONBUILD COPY . /src\n",
        "FROM a\nSHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]\nRUN ['not', 'json']\nMAINTAINER me <a@b>\n",
        "FROM a\r\nRUN b \\\r\n  c\r\nCMD d\r\n",
        "FROM a\nENTRYPOINT exec top -b\n\n\n# the end\n",
    ] {
        assert_eq!(ours(text), theirs(text), "{text}");
    }
}
