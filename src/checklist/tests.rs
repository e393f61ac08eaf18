use std::path::Path;

use jiff::civil::{Date, date};

use super::*;
use crate::config::Config;
use crate::finding::Environment;
use crate::project::Project;
use crate::rules::{Registry, Rule, judge};
use crate::source::{Kind, SourceFile};
use crate::triage::{Settings, triage};

const TODAY: Date = date(2026, 11, 20);

/// A system with what was signed for it.
struct System<'a> {
    files: &'a [(&'a str, &'a str)],
    list: &'a str,
    config: &'a str,
    records: &'a str,
    today: Date,
    commands: bool,
}

impl<'a> System<'a> {
    fn of(files: &'a [(&'a str, &'a str)]) -> Self {
        Self { files, list: "", config: "", records: "", today: TODAY, commands: false }
    }

    fn audit(&self) -> Audit {
        let kind = |path: &str| match path {
            _ if path.contains("Dockerfile") => Kind::Dockerfile,
            _ if path.ends_with(".json") => Kind::Snapshot,
            _ if path.ends_with(".conf") => Kind::Nginx,
            _ if path.ends_with(".env") => Kind::Env,
            _ => Kind::Compose,
        };
        let sources = self.files.iter().map(|(path, text)| SourceFile::new(*path, kind(path), text.as_bytes().to_vec()));
        let guess = |source: &SourceFile| crate::project::environment::guess(&source.path).unwrap_or(Environment::Production);
        let mut project = Project::load(sources.collect(), &guess);
        project.today = self.today;
        let registry = Registry::embedded();
        let all: Vec<_> = registry.iter().collect();
        let mut outcome = triage(&project, &registry, judge(&project, &all).findings, &Settings::everything());
        let config = Config::parse("shipworthy.toml", self.config.to_owned(), Path::new("/")).unwrap();
        let lists = match self.list {
            "" => lists(&config, &[], &registry).unwrap(),
            text => Lists { lists: vec![lists::ready(parse("ours.yaml", text).unwrap(), "ours.yaml", text, &registry).unwrap()] },
        };
        let records = Records {
            shown: "signed.toml".into(),
            text: self.records.into(),
            records: records::read("signed.toml", self.records).unwrap(),
            ..Records::default()
        };
        let commands = self.commands.then_some(Path::new("/"));
        let request =
            Request { project: &project, registry: &registry, config: &config, lists: &lists, records: &records, commands };
        audit(&request, &mut outcome)
    }

    fn control(&self, id: &str) -> ControlResult {
        let audit = self.audit();
        let found = audit.controls().find(|control| control.id == id);
        found.unwrap_or_else(|| panic!("no control {id}")).clone()
    }

    fn state(&self, id: &str) -> State {
        self.control(id).state
    }

    fn notes(&self) -> Vec<String> {
        self.audit().notes.into_iter().map(|note| format!("{} {} {}", note.line, note.lapsed, note.message)).collect()
    }
}

const COMPOSE: &str = "\
services:
  web:
    image: example/web:1.2
    user: \"1000\"
    mem_limit: 1g
    restart: unless-stopped
    healthcheck: { test: [\"CMD\", \"/bin/check\"] }
";

#[test]
fn every_list_in_the_binary_is_ready() {
    let registry = Registry::embedded();
    for name in embedded_names() {
        let list = embedded(name).unwrap();
        for control in &list.controls {
            let rules = control.rules.iter().chain(&control.live);
            for rule in rules {
                let named = lists::selector(&registry, rule).unwrap_or_else(|why| panic!("{name}/{}: {why}", control.id));
                assert!(registry.iter().any(|rule| named.selects(rule)), "{name}/{}: {rule}", control.id);
            }
            for column in &control.columns {
                assert!(crate::catalog::matrix::columns().iter().any(|known| known.id == *column), "{column}");
            }
            assert!(control.title.ends_with('?') && !control.group.is_empty() && !control.owner.is_empty(), "{}", control.id);
            assert!(!control.is_manual() || control.manual.is_some(), "{name}/{} is decided by nothing", control.id);
            assert!(control.command.is_none(), "a list of ours runs nothing");
        }
    }
    let usual = embedded("pre-production").unwrap();
    assert!((25..=45).contains(&usual.controls.len()));
    assert!(usual.controls.iter().all(|control| !control.keywords.is_empty() && !control.why.is_empty()));
}

#[test]
fn every_number_of_a_benchmark_that_a_rule_answers_to_decides_its_control() {
    let registry = Registry::embedded();
    for family in ["cis-docker", "cis-nginx"] {
        let list = embedded(family).unwrap();
        let numbers = registry.iter().flat_map(Rule::all_aliases).filter(|(known, _)| *known == family);
        for (_, number) in numbers {
            let control = list.controls.iter().find(|control| control.id == number);
            let control = control.unwrap_or_else(|| panic!("{family} has no control {number}"));
            assert_eq!(control.rules, [format!("{family}:{number}")]);
        }
        for control in list.controls.iter().filter(|control| !control.is_manual()) {
            assert_eq!(control.rules, [format!("{family}:{}", control.id)]);
        }
    }
}

#[test]
fn a_control_is_what_was_seen() {
    let system = System::of(&[("compose.yml", COMPOSE)]);
    assert_eq!(system.state("pre-production/non-root"), State::Pass);
    assert_eq!(system.state("pre-production/memory-limited"), State::Pass);
    assert_eq!(system.state("pre-production/no-power-over-host"), State::Pass);
    assert_eq!(system.state("pre-production/headers-set"), State::NotApplicable);
    assert_eq!(system.state("pre-production/rollback-tried"), State::ManualOpen);
    // Nothing that runs was looked at.
    assert_eq!(system.state("pre-production/seen-healthy"), State::NotCollected);
    assert_eq!(system.state("pre-production/runs-what-is-written"), State::NotCollected);
    assert_eq!(system.state("pre-production/data-mapped"), State::NotApplicable, "there is no store");
    let privileged = COMPOSE.replace("    user:", "    privileged: true\n    user:");
    let files = [("compose.yml", privileged.as_str())];
    let control = System::of(&files).control("pre-production/no-power-over-host");
    assert_eq!((control.state, control.evidence[0].place().as_str()), (State::Fail, "compose.yml:4"));
    assert!(System::of(&files).audit().stops());
}

#[test]
fn a_file_that_does_not_load_is_no_pass() {
    let system = System::of(&[("compose.yml", "services:\n  web:\n    image: a:1\n    volums: []\n")]);
    let control = system.control("pre-production/no-power-over-host");
    assert_eq!(control.state, State::NotCollected, "{}", control.reason);
    assert!(control.reason.contains("compose.yml could not be judged"), "{}", control.reason);
    assert_eq!(system.state("pre-production/builds-work"), State::Fail);
}

#[test]
fn without_any_file_what_runs_is_missing_and_nothing_passes() {
    let system = System::of(&[]);
    let audit = system.audit();
    assert_eq!((audit.summary.pass, audit.summary.fail), (0, 0));
    assert!(audit.stops());
}

#[test]
fn development_stops_nobody() {
    let dockerfile = "FROM node:24-alpine\nEXPOSE 80\nCMD [\"node\", \"a.js\"]\n";
    assert_eq!(System::of(&[("web/Dockerfile", dockerfile)]).state("pre-production/non-root"), State::Fail);
    assert_eq!(System::of(&[("web/Dockerfile.dev", dockerfile)]).state("pre-production/non-root"), State::NotApplicable);
}

#[test]
fn the_configuration_says_what_applies_and_what_stops() {
    let config = "[checklist]\ngate = [\"fail\"]\n[checklist.not-applicable]\nrollback-tried = \"blue and green\"\n";
    let system = System { config, ..System::of(&[("compose.yml", COMPOSE)]) };
    let control = system.control("pre-production/rollback-tried");
    assert_eq!((control.state, control.reason.as_str()), (State::NotApplicable, "blue and green"));
    let open = system.audit();
    assert!(open.summary.manual_open > 0 && open.summary.fail > 0 && open.stops(), "{:?}", open.summary);
    let lenient = System { config: "[checklist]\ngate = []\n", ..System::of(&[("compose.yml", COMPOSE)]) };
    assert!(!lenient.audit().stops());
    let registry = Registry::embedded();
    let wrong = |text: &str| {
        let config = Config::parse("shipworthy.toml", text.to_owned(), Path::new("/nowhere")).unwrap();
        lists(&config, &[], &registry).unwrap_err().to_string()
    };
    assert!(wrong("[checklist]\nlists = [\"pre-prod\"]\n").contains("there is no checklist `pre-prod`"));
    assert!(wrong("[checklist]\nlists = [\"ops/list.yaml\"]\n").contains("shipworthy.toml:2:10"));
    assert!(wrong("[checklist]\nlists = [\"cis-nginx\", \"cis-nginx\"]\n").contains("two checklists"));
}

const LIST: &str = "\
id: ours
title: Ours
controls:
  - id: restored
    title: Was it restored?
    manual: It was restored.
    binds: [compose]
  - id: limits
    title: Are there limits?
    rules: [compose/no-memory-limit]
  - id: told
    title: Does a program say so?
    command: { run: [\"sh\", \"-c\", \"exit 3\"], expect: 3 }
  - id: both
    title: Both?
    rules: [compose/privileged]
    manual: And a person.
";

/// A sign-off of `ours/restored` with the digest that holds for the files.
fn signed(files: &[(&str, &str)], more: &str) -> String {
    let digest = System { list: LIST, ..System::of(files) }.control("ours/restored").digest.unwrap();
    format!(
        "[[sign-off]]\ncontrol = \"ours/restored\"\nby = \"Ada\"\non = 2026-11-01\nstatement = \"on staging\"\ndigest = \"{digest}\"\n{more}"
    )
}

#[test]
fn a_signature_holds_for_what_was_signed_until_its_day() {
    let files = [("compose.yml", COMPOSE)];
    let text = signed(&files, "until = 2026-12-31\n");
    let system = System { list: LIST, records: &text, ..System::of(&files) };
    let control = system.control("ours/restored");
    assert_eq!(control.state, State::ManualSigned);
    assert!(control.reason.contains("Ada") && control.record.is_some());
    assert_eq!(system.notes(), Vec::<String>::new());
    let soon = System { today: date(2026, 12, 20), ..System { list: LIST, records: &text, ..System::of(&files) } };
    assert_eq!(soon.state("ours/restored"), State::ManualSigned);
    assert!(soon.notes()[0].contains("expires on 2026-12-31"));
    let late = System { today: date(2027, 1, 1), ..System { list: LIST, records: &text, ..System::of(&files) } };
    assert_eq!(late.state("ours/restored"), State::ManualOpen);
    assert!(late.notes()[0].contains("true the sign-off of `ours/restored` expired"));
    let changed = COMPOSE.replace("1.2", "1.3");
    let files = [("compose.yml", changed.as_str())];
    let lapsed = System { list: LIST, records: &text, ..System::of(&files) };
    assert_eq!(lapsed.state("ours/restored"), State::ManualOpen);
    assert!(lapsed.notes()[0].contains("has lapsed"), "{:?}", lapsed.notes());
    let early =
        System { today: date(2026, 10, 1), ..System { list: LIST, records: &text, ..System::of(&[("compose.yml", COMPOSE)]) } };
    assert_eq!(early.state("ours/restored"), State::ManualOpen, "it is from tomorrow");
}

#[test]
fn nobody_signs_what_is_decided_by_what_is_seen() {
    let text = "[[sign-off]]\ncontrol = \"ours/limits\"\nby = \"Ada\"\non = 2026-11-01\nstatement = \"fine\"\n";
    let compose = COMPOSE.replace("    mem_limit: 1g\n", "");
    let files = [("compose.yml", compose.as_str())];
    let system = System { list: LIST, records: text, ..System::of(&files) };
    assert_eq!(system.state("ours/limits"), State::Fail);
    assert!(system.notes()[0].contains("not for a person to say"));
    // What a rule sees counts before the person of the same control.
    let files = [("compose.yml", "services:\n  web:\n    image: a:1\n    privileged: true\n")];
    assert_eq!(System { list: LIST, ..System::of(&files) }.state("ours/both"), State::Fail);
    assert_eq!(System { list: LIST, ..System::of(&[("compose.yml", COMPOSE)]) }.state("ours/both"), State::ManualOpen);
}

#[test]
fn a_waiver_holds_for_the_findings_that_it_names() {
    let one = "services:\n  web:\n    image: a:1\n";
    let two = "services:\n  web:\n    image: a:1\n  api:\n    image: b:1\n";
    let subjects = System { list: LIST, ..System::of(&[("compose.yml", one)]) }.control("ours/limits").subjects;
    assert_eq!(subjects.len(), 1);
    let text = format!(
        "[[waiver]]\ncontrol = \"ours/limits\"\nby = \"Bo\"\non = 2026-11-01\nreason = \"OPS-7\"\nuntil = 2026-12-31\nfindings = {subjects:?}\n"
    );
    let state = |compose: &str, text: &str, today: Date| {
        System { list: LIST, records: text, today, ..System::of(&[("compose.yml", compose)]) }.state("ours/limits")
    };
    assert_eq!(state(one, &text, TODAY), State::Waived);
    assert_eq!(state(two, &text, TODAY), State::Fail, "`api` is new");
    assert_eq!(state(one, &text, date(2027, 1, 1)), State::Fail, "it has ended");
    let long = text.replace("2026-12-31", "2029-12-31");
    assert_eq!(state(one, &long, TODAY), State::Waived);
    assert_eq!(state(one, &long, date(2027, 6, 1)), State::Fail, "none holds for more than 180 days");
    let files = [("compose.yml", COMPOSE)];
    let unused = System { list: LIST, records: &text, ..System::of(&files) };
    assert!(unused.notes()[0].contains("is not needed"), "{:?}", unused.notes());
}

#[test]
fn a_waiver_of_a_rule_holds_in_the_files_that_it_names() {
    let plain = "services:\n  web:\n    image: a:1\n";
    let files = [("compose.yml", plain), ("old/compose.yml", plain)];
    let waiver = |files: &str| {
        format!(
            "[[waiver]]\nrule = \"compose/no-memory-limit\"\nby = \"Bo\"\non = 2026-11-01\nreason = \"goes away\"\nuntil = 2026-12-31\nfiles = {files}\n"
        )
    };
    let some = waiver("[\"old/**\"]");
    let control = System { list: LIST, records: &some, ..System::of(&files) }.control("ours/limits");
    assert_eq!(
        (control.state, control.evidence.len(), control.evidence[0].path.as_deref()),
        (State::Fail, 1, Some("compose.yml"))
    );
    let all = waiver("[]");
    let control = System { list: LIST, records: &all, ..System::of(&files) }.control("ours/limits");
    assert_eq!(control.state, State::Waived);
    assert!(control.evidence[0].waived.as_deref().unwrap_or_default().contains("goes away"));
    let unknown = all.replace("compose/no-memory-limit", "compose/no-such-rule");
    assert!(System { list: LIST, records: &unknown, ..System::of(&files) }.notes()[0].contains("there is not"));
}

#[test]
fn commands_run_only_when_they_may() {
    let system = System { list: LIST, ..System::of(&[("compose.yml", COMPOSE)]) };
    let control = system.control("ours/told");
    assert_eq!(control.state, State::NotCollected);
    assert!(control.reason.contains("--allow-commands"));
    if cfg!(unix) {
        let system = System { commands: true, ..system };
        assert_eq!(system.state("ours/told"), State::Pass, "3 is what is expected");
    }
}

#[test]
fn names_of_a_list_of_ones_own_are_checked() {
    let registry = Registry::embedded();
    let text = LIST.replace("compose/no-memory-limit", "compose/no-memory-limits");
    let error = lists::ready(parse("ours.yaml", &text).unwrap(), "ours.yaml", &text, &registry).unwrap_err().to_string();
    assert!(error.contains("ours.yaml:10:13") && error.contains("did you mean `compose/no-memory-limit`"), "{error}");
    let globs = LIST.replace("compose/no-memory-limit", "compose/no-mem*");
    assert!(lists::ready(parse("ours.yaml", &globs).unwrap(), "", &globs, &registry).is_ok());
}

#[test]
fn controls_are_found_by_the_end_of_their_names() {
    let registry = Registry::embedded();
    let both = lists(&Config::default(), &["cis-docker".into(), "cis-nginx".into()], &registry).unwrap();
    assert_eq!(both.full_name("cis-docker/5.5").as_deref(), Ok("cis-docker/5.5"));
    assert_eq!(both.full_name("5.5").as_deref(), Ok("cis-docker/5.5"));
    assert!(both.full_name("2.1.1").is_ok() && both.full_name("1.2.2").unwrap_err().contains("several lists"));
    let usual = lists(&Config::default(), &[], &registry).unwrap();
    assert!(usual.full_name("backup-restord").unwrap_err().contains("did you mean `pre-production/backup-restored`"));
}

#[test]
fn secrets_are_in_no_answer() {
    let secret = "zq8Lw0PvXk41mN7t";
    let compose = format!("services:\n  db:\n    image: postgres:17\n    environment:\n      POSTGRES_PASSWORD: {secret}\n");
    let files = [("compose.yml", compose.as_str())];
    let audit = System::of(&files).audit();
    assert_eq!(System::of(&files).state("pre-production/no-secrets-in-files"), State::Fail);
    assert!(!serde_json::to_string(&audit).unwrap().contains(secret));
}

#[test]
fn a_rule_without_a_measure_passes_nothing() {
    let list = "id: ours\ntitle: Ours\ncontrols:\n  - id: ports\n    title: Are only those open?\n    rules: [container/port-against-policy]\n";
    let snapshot = r#"{"schema_version": 1, "engines": [{"endpoint": "unix:///x", "version": "29.0.0", "containers": [{"name": "a", "image": "b:1"}]}]}"#;
    let files = [("engine.json", snapshot)];
    let control = System { list, ..System::of(&files) }.control("ours/ports");
    assert_eq!(control.state, State::NotCollected, "{}", control.reason);
    let other = list.replace("container/port-against-policy", "container/privileged");
    assert_eq!(System { list: &other, ..System::of(&files) }.state("ours/ports"), State::Pass);
}
