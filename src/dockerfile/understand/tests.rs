use super::super::expand::Lookup;
use super::super::model::*;
use super::{MOST_TRIGGERS, clean, working_directory};

fn values(dockerfile: &Dockerfile, stage: usize) -> Vec<(&str, Option<&str>)> {
    let variables = dockerfile.variables_of(&dockerfile.stages[stage]);
    variables.into_iter().map(|variable| (variable.name.as_str(), variable.value.as_deref())).collect()
}

fn value_of(text: &str, name: &str) -> Option<String> {
    let dockerfile = Dockerfile::parse(text);
    let found = dockerfile.lookup(dockerfile.tree.instructions.len() - 1, name);
    match found {
        Lookup::Value(value) => Some(value),
        Lookup::Unknown => None,
        Lookup::Unset => Some("(unset)".to_owned()),
    }
}

fn image(text: &str) -> String {
    let dockerfile = Dockerfile::parse(text);
    match &dockerfile.final_stage().unwrap().base {
        Base::Image(image) => image.to_string(),
        other => format!("{other:?}"),
    }
}

#[test]
fn bases_are_images_stages_scratch_or_unknown() {
    assert_eq!(image("FROM python:3.12-slim"), "python:3.12-slim");
    assert_eq!(image("ARG V=3.12\nFROM python:$V"), "python:3.12");
    assert_eq!(image("ARG V=3.12\nARG I=python:${V}-slim\nFROM ${I}"), "python:3.12-slim");
    assert_eq!(image("ARG R\nFROM ${R:-docker.io}/library/python:3"), "python:3");
    assert_eq!(image("ARG I=\nFROM ${I:-alpine}"), "alpine");
    assert_eq!(image("FROM scratch"), "Scratch");
    assert_eq!(image("FROM a AS build\nFROM build"), "Stage(0)");
    assert_eq!(image("FROM a AS Build\nFROM build"), "Stage(0)");
    // Only names are kept in lower case; a base is compared as it stands.
    assert_eq!(image("FROM a AS build\nFROM Build"), "Invalid(Uppercase)");
    assert_eq!(image("FROM a AS x\nFROM b AS x\nFROM x"), "Stage(1)");
    assert_eq!(image("ARG S=build\nFROM a AS build\nFROM $S"), "Stage(0)");
    assert_eq!(image("FROM a AS scratch\nFROM scratch"), "Stage(0)");
    // A stage is not its own base.
    assert_eq!(image("FROM nginx AS nginx"), "nginx");
    assert_eq!(image("ARG V\nFROM python:$V"), "Unknown");
    assert_eq!(image("FROM python:$V"), "Unknown");
    assert_eq!(image("FROM img:$TARGETARCH"), "Unknown");
    assert_eq!(image("FROM img:${TARGETARCH:-x}"), "Unknown");
    assert_eq!(image("ARG A=$UNDECLARED\nFROM a$A"), "Unknown");
    assert_eq!(image("ARG V=3\nFROM x\nARG V=4\nFROM python:$V"), "python:3");
    assert_eq!(image("ARG I=\nFROM ${I}"), "Invalid(Empty)");
    assert_eq!(image("FROM Python"), "Invalid(Uppercase)");
}

#[test]
fn the_lineage_starts_from_an_image() {
    let dockerfile = Dockerfile::parse("FROM python:3 AS a\nFROM a AS b\nRUN x\nFROM scratch AS c\nFROM b\nUSER app\n");
    let last = dockerfile.final_stage().unwrap();
    assert_eq!(last.image.as_ref().unwrap().repository, "python");
    assert_eq!(dockerfile.lineage(last).map(|stage| stage.index).collect::<Vec<_>>(), [3, 1, 0]);
    assert_eq!((last.root, dockerfile.stages[2].image.is_none()), (0, true));
    assert_eq!(dockerfile.stage_of(2).unwrap().name.as_deref(), Some("b"));
    assert_eq!(dockerfile.stage_of(1).unwrap().index, 1);
    assert_eq!(dockerfile.instructions_of(&dockerfile.stages[1]).map(|(index, _)| index).collect::<Vec<_>>(), [2]);
    assert_eq!(dockerfile.stage_by_reference("A", 3).unwrap().index, 0);
    assert_eq!(dockerfile.stage_by_reference("2", 3).unwrap().index, 2);
    assert!(dockerfile.stage_by_reference("2", 2).is_none() && dockerfile.stage_by_reference("nginx", 3).is_none());
    let user = dockerfile.tree.instructions[5].span;
    assert_eq!((dockerfile.instruction_at(user.start()), dockerfile.instruction_at(user.end())), (Some(5), Some(5)));
}

#[test]
fn stages_ship_when_the_last_one_is_built_on_them() {
    let dockerfile = Dockerfile::parse("FROM x AS a\nFROM a AS b\nFROM a AS c\nFROM scratch AS d\nFROM c\n");
    let stages = || 0..dockerfile.stages.len();
    assert_eq!(stages().map(|stage| dockerfile.ships(stage)).collect::<Vec<_>>(), [true, false, true, false, true]);
    assert_eq!(stages().map(|stage| dockerfile.is_base(stage)).collect::<Vec<_>>(), [true, false, true, false, false]);
    assert!(dockerfile.is_built_on(1, 0) && dockerfile.is_built_on(1, 1) && !dockerfile.is_built_on(4, 1));
    assert!(!dockerfile.ships(9) && !dockerfile.is_base(9) && !dockerfile.is_built_on(9, 9));
}

#[test]
fn a_run_is_found_behind_onbuild() {
    let dockerfile = Dockerfile::parse("FROM x\nONBUILD RUN --mount=type=cache,target=/c a\nRUN b\nCMD c\n");
    let mounts = (0..5).map(|index| dockerfile.run_of(index).map(|(_, mounts)| mounts.len()));
    assert_eq!(mounts.collect::<Vec<_>>(), [None, Some(1), Some(0), None, None]);
}

#[test]
fn a_fragment_has_no_stage() {
    let dockerfile = Dockerfile::parse("RUN apt-get update\nUSER x\n");
    assert!(dockerfile.stages.is_empty() && dockerfile.final_stage().is_none() && dockerfile.stage_of(0).is_none());
    assert_eq!((dockerfile.scripts.len(), dockerfile.scripts[0].stage), (1, None));
    assert!(Dockerfile::parse("").stages.is_empty());
    // What a fragment sets counts, though only an ARG may stand in front of a FROM.
    let fragment = Dockerfile::parse("ENV A=1\nRUN x\n");
    assert_eq!(fragment.variable(1, "A").and_then(|variable| variable.value.as_deref()), Some("1"));
    assert!(fragment.variable(0, "A").is_none());
    assert!(Dockerfile::parse("ENV A=1\nFROM x\nRUN y\n").global_arguments().is_empty());
}

#[test]
fn a_variable_is_seen_only_behind_its_declaration() {
    let dockerfile = Dockerfile::parse("FROM scratch\nRUN a\nENV A=1\nRUN b\nENV A=2 B=$A\nRUN c\n");
    let at = |index| (dockerfile.lookup(index, "A"), dockerfile.lookup(index, "B"));
    let value = |text: &str| Lookup::Value(text.to_owned());
    assert_eq!(at(1), (Lookup::Unset, Lookup::Unset));
    assert_eq!(at(2), (Lookup::Unset, Lookup::Unset));
    assert_eq!(at(3), (value("1"), Lookup::Unset));
    // All of one ENV see what was before it.
    assert_eq!(at(5), (value("2"), value("1")));
    assert_eq!(values(&dockerfile, 0), [("A", Some("2")), ("B", Some("1"))]);
    assert_eq!(dockerfile.declared_in(&dockerfile.stages[0]).len(), 3);
}

#[test]
fn arguments_take_defaults_from_outside() {
    assert_eq!(value_of("ARG V=1\nFROM scratch\nRUN x", "V").as_deref(), Some("(unset)"));
    assert_eq!(value_of("ARG V=1\nFROM scratch\nARG V\nRUN x", "V").as_deref(), Some("1"));
    assert_eq!(value_of("ARG V=1\nFROM scratch\nARG V=2\nRUN x", "V").as_deref(), Some("2"));
    assert_eq!(value_of("FROM scratch\nARG V\nRUN x", "V"), None);
    assert_eq!(value_of("FROM scratch\nARG TARGETARCH\nRUN x", "TARGETARCH"), None);
    assert_eq!(value_of("FROM scratch\nARG A=1 B=$A C=$B$B\nRUN x", "C").as_deref(), Some("11"));
    // An ARG without default leaves an ENV as it is.
    assert_eq!(value_of("FROM scratch\nENV V=1\nARG V\nRUN x", "V").as_deref(), Some("1"));
    assert_eq!(value_of("FROM scratch\nARG V=1\nENV V=${V}2\nRUN x", "V").as_deref(), Some("12"));
    assert_eq!(value_of("FROM scratch\nARG U\nENV V=${U:-1000}\nRUN x", "V").as_deref(), Some("1000"));
    assert_eq!(value_of("FROM scratch\nARG U\nENV V=$U-${U:-1000}\nRUN x", "V"), None);
    assert_eq!(value_of("FROM scratch\nENV V=\"a b\"\\ c\nRUN x", "V").as_deref(), Some("a b c"));
    assert_eq!(value_of("FROM scratch\nENV V a  b\nRUN x", "V").as_deref(), Some("a  b"));
}

#[test]
fn what_a_base_image_sets_is_unknown_and_scratch_has_only_a_path() {
    assert_eq!(value_of("FROM alpine\nRUN x", "JAVA_HOME"), None);
    assert_eq!(value_of("FROM alpine\nENV P=$PATH:/x\nRUN x", "P"), None);
    assert_eq!(value_of("FROM scratch\nENV P=$PATH:/x\nRUN x", "P").unwrap().rsplit(':').next(), Some("/x"));
    assert_eq!(value_of("FROM scratch AS a\nFROM a\nRUN x", "JAVA_HOME").as_deref(), Some("(unset)"));
    assert_eq!(value_of("FROM scratch\nRUN x", "HTTP_PROXY"), None);
    let dockerfile = Dockerfile::parse("ARG A=1\nFROM alpine\nARG B\nRUN x");
    assert!(dockerfile.variable(3, "B").is_some() && dockerfile.variable(3, "A").is_none());
    assert_eq!(dockerfile.variable(1, "A").unwrap().value.as_deref(), Some("1"));
    assert!(dockerfile.variable(0, "A").is_none());
    assert_eq!(dockerfile.global_arguments().len(), 1);
}

#[test]
fn stages_inherit_and_override() {
    let text = "FROM alpine AS base\nENV A=1 B=1\nSHELL [\"/bin/bash\", \"-c\"]\nWORKDIR /srv\nUSER app\nCMD [\"a\"]\n\
                HEALTHCHECK CMD curl x\nFROM base AS child\nENV B=2 C=$A\nWORKDIR sub/../lib\nUSER root\nENTRYPOINT [\"b\"]\n\
                HEALTHCHECK NONE\nFROM base\nCMD c\nENTRYPOINT d\n";
    let dockerfile = Dockerfile::parse(text);
    let [base, child, other] = &dockerfile.stages[..] else { panic!("{text}") };
    assert_eq!(values(&dockerfile, 1), [("A", Some("1")), ("B", Some("2")), ("C", Some("1"))]);
    let shown = |stage: &Stage| {
        let user = stage.user.as_ref().unwrap().value.as_deref().unwrap().to_owned();
        let path = stage.working_directory.as_ref().unwrap().value.as_deref().unwrap().to_owned();
        (user, path, stage.shell.as_ref().unwrap().value.len(), stage.healthcheck.as_ref().unwrap().value)
    };
    assert_eq!(shown(base), ("app".to_owned(), "/srv".to_owned(), 2, true));
    assert_eq!(shown(child), ("root".to_owned(), "/srv/lib".to_owned(), 2, false));
    assert_eq!(shown(other), ("app".to_owned(), "/srv".to_owned(), 2, true));
    assert_eq!(base.command.as_ref().unwrap().instruction, 5);
    // An ENTRYPOINT takes back the CMD of the parent, not that of its own stage.
    assert!(child.command.is_none() && child.entrypoint.is_some());
    assert_eq!(other.command.as_ref().unwrap().instruction, 14);
}

#[test]
fn paths_join() {
    assert_eq!(working_directory(Some("/a/b"), "../c/./d/", false).as_deref(), Some("/a/c/d"));
    assert_eq!(working_directory(Some("/a"), "/b//c", false).as_deref(), Some("/b/c"));
    assert_eq!(working_directory(None, "b", false), None);
    assert_eq!(working_directory(None, "C:\\app", false).as_deref(), Some("C:/app"));
    assert_eq!(working_directory(Some("C:/app"), "x", true).as_deref(), Some("C:/app/x"));
    assert_eq!(clean("/../.."), "/");
    let path = |text: &str| {
        let dockerfile = Dockerfile::parse(text);
        let path = dockerfile.stages[0].working_directory.clone().unwrap();
        path.value.map(|value| value.to_string())
    };
    assert_eq!(path("FROM golang\nWORKDIR app"), None);
    assert_eq!(path("FROM scratch\nWORKDIR app"), Some("/app".to_owned()));
    assert_eq!(path("FROM a\nENV D=/x\nWORKDIR $D/y\nWORKDIR z"), Some("/x/y/z".to_owned()));
    assert_eq!(path("FROM a\nARG D\nWORKDIR /x$D\nWORKDIR y"), None);
    assert_eq!(path("FROM a\nARG D\nWORKDIR $D\nWORKDIR /y"), Some("/y".to_owned()));
}

#[test]
fn a_user_may_be_unknown() {
    let user = |text: &str| Dockerfile::parse(text).stages[0].user.clone().unwrap().value.map(|value| value.to_string());
    assert_eq!(user("FROM a\nARG U\nUSER $U"), None);
    assert_eq!(user("FROM a\nARG U=app\nUSER $U:$U"), Some("app:app".to_owned()));
    assert_eq!(user("FROM a\nUSER $UNDECLARED"), None);
    assert_eq!(user("FROM a\nARG U\nUSER ${U:-1000}"), Some("1000".to_owned()));
}

#[test]
fn triggers_run_in_the_next_stage_only() {
    let text = "FROM a AS base\nONBUILD USER app\nONBUILD WORKDIR /x\nONBUILD CMD y\nFROM base AS one\nFROM one AS two\nUSER root\n\
                FROM base\nUSER root\n";
    let dockerfile = Dockerfile::parse(text);
    let user = |stage: usize| dockerfile.stages[stage].user.as_ref().and_then(|user| user.value.as_deref());
    assert_eq!((user(0), user(1), user(2), user(3)), (None, Some("app"), Some("root"), Some("root")));
    assert_eq!(dockerfile.stages[1].user.as_ref().unwrap().instruction, 1);
    assert!(dockerfile.stages[0].command.is_none() && dockerfile.stages[1].command.is_some());
    let many = format!("FROM a AS base\n{}FROM base\n", "ONBUILD USER x\n".repeat(MOST_TRIGGERS + 5));
    assert!(Dockerfile::parse(&many).stages[1].user.is_some());
}

#[test]
fn packages_are_those_left_in_place() {
    let text = "FROM alpine\nENV V=1.2\nRUN apk add --no-cache --virtual .build gcc make && apk add curl=$V && apk del .build\n\
                RUN pip install 'flask==3' -r r.txt $MORE ./x && npm i -g yarn@1\nONBUILD RUN apk add git\nCMD apk add vim\n\
                COPY --from=uv /uv /uvx /bin/\nCOPY tool /usr/local/bin/renamed\nCOPY *.sh /opt/bin\nCOPY a /etc/\nFROM x\n";
    let dockerfile = Dockerfile::parse(text);
    let stage = &dockerfile.stages[0];
    let packages: Vec<_> = stage
        .packages
        .iter()
        .map(|package| {
            let version = package.version.as_deref().unwrap_or("-");
            assert_eq!(package.span.slice(text).trim_matches('\'').get(..2), package.name.get(..2));
            format!("{} {}{}{version}", package.manager.name(), package.name, package.operator)
        })
        .collect();
    assert_eq!(packages, ["apk curl=1.2", "pip flask==3", "npm yarn@1"]);
    let tools: Vec<_> = stage.tools.iter().map(|tool| tool.name.as_str()).collect();
    assert_eq!(tools, ["uv", "uvx", "renamed"]);
}

#[test]
fn doubling_values_stay_small() {
    let text = format!("FROM scratch\nENV A=0123456789\n{}RUN x", "ENV A=$A$A\n".repeat(64));
    assert_eq!(value_of(&text, "A"), None);
    let text = format!("FROM scratch\nENV A={}\n{}RUN x", "x".repeat(8_000), "ENV B=$A\n".repeat(20_000));
    let dockerfile = Dockerfile::parse(&text);
    let held: usize = dockerfile
        .declared_in(&dockerfile.stages[0])
        .iter()
        .filter_map(|variable| variable.value.as_ref())
        .map(String::len)
        .sum();
    assert!(held <= text.len() + super::VALUES_BEYOND_FILE);
}

/// Shapes that are the square of their size for a model that walks up the stages.
#[test]
fn large_files_take_their_time_in_proportion() {
    let chain = (0..3_000).map(|stage| format!("FROM s{stage} AS s{}\nENV A{stage}=$A$B\n", stage + 1));
    let chain: String = std::iter::once("FROM scratch AS s0\nENV A=1\n".to_owned()).chain(chain).collect();
    let star = format!(
        "FROM scratch AS base\n{}{}",
        (0..1_500).map(|number| format!("ENV A{number}=$A{}\n", number / 2)).collect::<String>(),
        "FROM base\nWORKDIR a\nUSER $A1\nRUN true\n".repeat(1_500)
    );
    let globals =
        format!("{}FROM a\n", (0..4_000).map(|number| format!("ARG A{number}=$A{}x\n", number / 2)).collect::<String>());
    for text in [chain, star, globals] {
        let start = std::time::Instant::now();
        let dockerfile = Dockerfile::parse(&text);
        super::super::facts::facts(&text, &dockerfile);
        assert!(start.elapsed().as_secs() < 30, "{:?} for {} bytes", start.elapsed(), text.len());
    }
}
