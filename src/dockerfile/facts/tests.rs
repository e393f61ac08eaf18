use std::sync::LazyLock;

use jsonschema::Validator;
use serde_json::{Value, json};

use super::super::model::Dockerfile;
use super::{Facts, facts};

static SCHEMA: LazyLock<Validator> = LazyLock::new(|| {
    let schema: Value = serde_json::from_str(include_str!("../../../schemas/facts/dockerfile.schema.json")).unwrap();
    jsonschema::validator_for(&schema).unwrap()
});

/// Facts that satisfy their schema, whose pointers all point at something.
fn sound(text: &str) -> Facts {
    let facts = facts(text, &Dockerfile::parse(text));
    if let Err(error) = SCHEMA.validate(&facts.document) {
        panic!("{error} at {} of {:#}", error.instance_path(), facts.document);
    }
    for (pointer, span) in &facts.spans {
        assert!(facts.document.pointer(pointer).is_some(), "{pointer} of {text:?}");
        assert!(
            span.end() <= text.len() && text.is_char_boundary(span.start()) && text.is_char_boundary(span.end()),
            "{pointer}"
        );
    }
    for pointer in &facts.secrets {
        assert!(facts.document.pointer(pointer).is_some_and(Value::is_string), "{pointer} of {text:?}");
    }
    for pointer in facts.document["unknown"].as_array().unwrap() {
        assert!(facts.document.pointer(pointer.as_str().unwrap()).is_some(), "{pointer} of {text:?}");
    }
    facts
}

const RICH: &str = r##"# syntax=docker/dockerfile:1
ARG VERSION=3.12
ARG MIRROR
FROM --platform=$BUILDPLATFORM python:${VERSION}-slim AS Base
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
ENV APP=/srv/app \
    DB_PASSWORD="hunter2" LINK=$APP/x
LABEL org.opencontainers.image.title="App" a/b=c
RUN --mount=type=cache,target=/root/.cache --mount=type=secret,id=token,env=TOKEN \
    apt-get update && sudo apt-get install -y --no-install-recommends curl=7.88 git \
    && curl -fsSL https://user:s3cret@example.com/x | tar xz
WORKDIR $APP
EXPOSE 8000/TCP 9000-9010 $PORT
VOLUME ["/data", "/logs"]
HEALTHCHECK --interval=30s --retries=3 CMD curl -f http://localhost:8000/ || exit 1
STOPSIGNAL SIGTERM
MAINTAINER someone

FROM base AS final
ARG USER_ID=1000
COPY --from=ghcr.io/astral-sh/uv:0.5 --chown=1000:1000 /uv /uvx /bin/
ADD ["a b", "/x/"]
COPY <<EOF /etc/motd
hi
EOF
RUN <<EOF
pip install flask==3
EOF
ONBUILD RUN make
USER ${USER_ID}:app
ENTRYPOINT ["/bin/app", "--token=abc"]
CMD serve $APP

FROM scratch
FROM img:$MIRROR
FROM Bad
FROBNICATE x
"##;

#[test]
fn a_rich_file_shows_all_that_rules_need() {
    let facts = sound(RICH);
    let at =
        |pointer: &str| facts.document.pointer(pointer).unwrap_or_else(|| panic!("{pointer} of {:#}", facts.document)).clone();
    let text = |pointer: &str| facts.span(pointer).unwrap().slice(RICH);
    assert_eq!(at("/directives"), json!({"syntax": "docker/dockerfile:1"}));
    assert_eq!(at("/args"), json!({"VERSION": "3.12", "MIRROR": null}));
    let run = at("/instructions/6");
    assert_eq!(
        (&run["keyword"], &run["line"], &run["end_line"], &run["stage"]),
        (&json!("RUN"), &json!(9), &json!(11), &json!(0))
    );
    assert_eq!(run["flags"]["mount"].as_array().unwrap().len(), 2);
    assert_eq!(run["mounts"][1]["env"], "TOKEN");
    assert_eq!((&run["form"], &run["shell"]), (&json!("shell"), &json!("bash")));
    assert_eq!(run["commands"][1], json!(["sudo", "apt-get", "install", "-y", "--no-install-recommends", "curl=7.88", "git"]));
    assert!(text("/instructions/6/commands/1").starts_with("sudo apt-get"));

    let stage = at("/stages/0");
    assert_eq!((&stage["name"], &stage["named"], &stage["final"]), (&json!("base"), &json!(true), &json!(false)));
    assert_eq!((&stage["line"], &stage["end_line"]), (&json!(4), &json!(17)));
    let reference = json!({
        "kind": "image", "text": "python:3.12-slim", "registry": "docker.io", "repository": "python", "tag": "3.12-slim", "digest": null
    });
    assert_eq!(stage["base"], reference);
    assert_eq!(stage["platform"], "$BUILDPLATFORM");
    assert_eq!(stage["env"], json!({"APP": "/srv/app", "DB_PASSWORD": "hunter2", "LINK": null}));
    assert_eq!(stage["labels"], json!({"org.opencontainers.image.title": "App", "a/b": "c"}));
    assert_eq!(text("/stages/0/labels/a~1b"), "a/b=c");
    assert_eq!(stage["working_directory"], "/srv/app");
    assert_eq!(stage["ports"], json!(["8000/TCP", "9000-9010", "$PORT"]));
    let ports = json!([{"port": 8000, "end": 8000, "protocol": "tcp"}, {"port": 9000, "end": 9010, "protocol": "tcp"}]);
    assert_eq!(stage["derived"]["ports"], ports);
    assert_eq!((&stage["user"], &stage["derived"]["user"]), (&Value::Null, &Value::Null));
    assert!(stage["derived"]["run_time_user"].is_string());
    assert_eq!(text("/stages/0/base"), "python:${VERSION}-slim");

    let last = at("/stages/1");
    assert_eq!(last["base"], json!({"kind": "stage", "stage": "base", "index": 0}));
    assert_eq!(last["image"]["repository"], "python");
    assert_eq!(last["user"], "1000:app");
    assert_eq!(last["derived"]["run_time_user"], "account");
    assert_eq!(last["derived"]["user"], json!({"name": "1000", "group": "app", "uid": 1000, "root": false}));
    assert_eq!(last["shell"], json!(["/bin/bash", "-o", "pipefail", "-c"]));
    assert_eq!(last["args"], json!({"USER_ID": "1000"}));
    let packages: Vec<_> =
        last["packages"].as_array().unwrap().iter().map(|package| (&package["name"], &package["inherited"])).collect();
    assert_eq!(packages, [(&json!("curl"), &json!(true)), (&json!("git"), &json!(true)), (&json!("flask"), &json!(false))]);
    assert_eq!(last["packages"][0]["version"], "7.88");
    assert_eq!(last["packages"][2]["line"], 27);
    assert_eq!(last["tools"], json!(["uv", "uvx"]));
    assert_eq!(last["healthcheck"]["interval"], "30s");
    assert_eq!(last["entrypoint"]["arguments"], json!(["/bin/app", "--token=abc"]));
    assert_eq!((&last["command"]["form"], &last["command"]["commands"]), (&json!("shell"), &json!([["serve", "$APP"]])));

    assert_eq!(at("/stages/2/base"), json!({"kind": "scratch"}));
    assert_eq!((at("/stages/2/name"), at("/stages/2/named")), (json!("2"), json!(false)));
    assert_eq!(at("/stages/3/base"), json!({"kind": "unknown", "text": "img:$MIRROR"}));
    assert_eq!(at("/stages/4/base"), json!({"kind": "invalid", "reason": "uppercase", "text": "Bad"}));
    assert_eq!(at("/stages/4/final"), true);
    let unknown = at("/instructions/26");
    assert_eq!((&unknown["keyword"], &unknown["line"]), (&json!("FROBNICATE"), &json!(37)));
    assert!(at("/errors").as_array().unwrap().iter().any(|error| error["line"] == 37 && error["kind"] == "build"));
}

#[test]
fn secrets_are_pointed_at() {
    let facts = sound(RICH);
    let value = |pointer: &str| facts.document.pointer(pointer).unwrap().as_str().unwrap();
    let mut secrets: Vec<_> = facts.secrets.iter().map(|pointer| (pointer.as_str(), value(pointer))).collect();
    secrets.sort_unstable();
    secrets.dedup();
    let want = [
        ("/instructions/21/arguments/1", "--token=abc"),
        ("/instructions/21/commands/0/1", "--token=abc"),
        ("/instructions/4/variables/DB_PASSWORD", "hunter2"),
        ("/instructions/6/commands/2/2", "https://user:s3cret@example.com/x"),
        ("/stages/0/env/DB_PASSWORD", "hunter2"),
        ("/stages/1/entrypoint/arguments/1", "--token=abc"),
        ("/stages/1/entrypoint/commands/0/1", "--token=abc"),
        ("/stages/1/env/DB_PASSWORD", "hunter2"),
    ];
    assert_eq!(secrets, want);
}

/// No string of the facts holds a secret without being pointed at.
#[test]
fn secrets_do_not_get_out_by_another_way() {
    let text = "ARG API_KEY=hunter2\nFROM a AS x\nARG API_KEY\nARG PLAIN=hunter2\nENV DB_PASSWORD=$PLAIN COPY_OF=${API_KEY}\n\
                LABEL a=$API_KEY b=x:${DB_PASSWORD}\nWORKDIR /x/$API_KEY\nUSER $COPY_OF\nEXPOSE $API_KEY\nVOLUME /v/$API_KEY\n\
                COPY --chown=$API_KEY a$API_KEY /$API_KEY\nENV LAST=$COPY_OF\nRUN echo hunter2x --password hunter2 && TOKEN=hunter2 x\n\
                RUN export SECRET=\"hunter2\"; curl \"--api-key=hunter2\" ftp://u:hunter2@h/ ${TOKEN:-hunter2}\n\
                ONBUILD ENV TOKEN=hunter2\nHEALTHCHECK CMD [\"c\", \"--token\", \"hunter2\"]\nFROM x\n";
    let facts = sound(text);
    let shown: Vec<_> = super::strings(&facts.document)
        .filter(|(at, text)| text.contains("hunter2") && facts.secrets.binary_search(at).is_err())
        .collect();
    assert_eq!(shown, []);
    assert!(facts.secrets.len() > 30);
}

#[test]
fn any_file_has_facts() {
    let texts = [
        "",
        "\u{feff}",
        "RUN",
        "FROM",
        "FROM a\nCMD [1]",
        "ONBUILD ONBUILD RUN x",
        "FROM a\nHEALTHCHECK",
        "FROM a\nENV a",
        "ARG",
        "x\ny\n",
        "FROM a\nARG TOKEN=abcd TOKEN\n",
        "FROM a\nENV \"A B\"=1 ~/=2\nLABEL x=1 x=2\nRUN --mount --mount=a --x true\n",
    ];
    for text in texts {
        sound(text);
    }
    let document = sound("RUN a\n").document;
    assert_eq!(document["instructions"][0]["stage"], Value::Null);
}

#[test]
fn what_is_repeated_without_end_is_cut() {
    let star = format!("FROM a AS base\nENV A={}\n{}", "x".repeat(5_000), "FROM base\n".repeat(2_000));
    let document = sound(&star).document;
    assert_eq!(document["truncated"], true);
    let variables = |stage: usize| document["stages"][stage]["env"].as_object().unwrap().len();
    assert_eq!((variables(0), variables(1), variables(1_999)), (1, 1, 0));
    assert!(sound(RICH).document.get("truncated").is_none());
}

/// Cut, doubled and mixed texts: nothing panics, and the facts stay sound.
#[test]
fn broken_files_have_sound_facts() {
    let mut seed = 11_u32;
    let mut random = |below: usize| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 8) as usize % below
    };
    for _ in 0..150 {
        let mut text = RICH.to_owned();
        for _ in 0..1 + random(4) {
            let (from, to) = (random(text.len()), random(text.len()));
            let part = text[from.min(to)..from.max(to)].to_owned();
            match random(3) {
                0 => text.insert_str(random(text.len()), &part[..part.len().min(60)]),
                1 => text.replace_range(from.min(to)..from.max(to).min(from.min(to) + 40), ""),
                _ => text.insert(random(text.len()), ['"', '$', '\n', '\\', '{', '[', '\u{e9}', '\t'][random(8)]),
            }
            if !text.is_ascii() {
                break;
            }
        }
        sound(&text);
    }
}
