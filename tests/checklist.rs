//! `shipworthy checklist` from its command line: what it says, what stops a release, what people sign, and what is written down.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_shipworthy"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("SHIPWORTHY_CONFIG")
        .output()
        .expect("the binary runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("what is printed is UTF-8")
}

/// A folder with files, as a repository of its own.
fn site(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir(folder.path().join(".git")).expect("folders can be made");
    for (path, content) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("folders can be made");
        fs::write(path, content).expect("files can be written");
    }
    folder
}

const TODAY: &str = "2026-11-20";

const COMPOSE: &str = "services:\n  web:\n    image: example/web:1.2\n    user: \"1000\"\n";

const CONFIG: &str = "[checklist]\nlists = [\"ops/ours.yaml\"]\n";

const LIST: &str = "\
id: ours
title: Ours
controls:
  - id: restored
    title: Was a backup restored?
    manual: A backup was restored.
    binds: [compose]
    keywords: [backup]
  - id: limits
    title: Are there limits?
    rules: [compose/no-memory-limit]
";

#[test]
fn what_people_sign_opens_the_gate_and_lapses_with_what_it_speaks_of() {
    let site = site(&[("compose.yml", COMPOSE), ("shipworthy.toml", CONFIG), ("ops/ours.yaml", LIST)]);
    let folder = site.path();
    let check = || run(folder, &["checklist", "--today", TODAY]);
    let before = check();
    assert_eq!(before.status.code(), Some(1));
    let shown = text(&before.stdout);
    assert!(shown.contains("Not worthy of shipping: 1 control fails, 1 waits for a person"), "{shown}");
    let signed = run(
        folder,
        &["checklist", "sign", "restored", "--by", "Ada", "--statement", "on staging", "--until", "2027-01-31", "--today", TODAY],
    );
    assert_eq!(signed.status.code(), Some(0), "{}", text(&signed.stderr));
    let waived = run(
        folder,
        &["checklist", "waive", "ours/limits", "--by", "Bo", "--reason", "OPS-7", "--until", "2027-01-31", "--today", TODAY],
    );
    assert_eq!(waived.status.code(), Some(0), "{}", text(&waived.stderr));
    let kept = fs::read_to_string(folder.join("shipworthy.signoffs.toml")).expect("it was written beside the configuration");
    assert!(kept.contains("[[sign-off]]\ncontrol = \"ours/restored\"") && kept.contains("[[waiver]]\ncontrol = \"ours/limits\""));
    let after = check();
    assert_eq!(after.status.code(), Some(0), "{}", text(&after.stdout));
    assert!(text(&after.stdout).contains("Worthy of shipping"), "{}", text(&after.stdout));
    assert_eq!(run(folder, &["checklist", "--today", TODAY, "--isolated", "--list", "ops/ours.yaml"]).status.code(), Some(1));
    assert_eq!(run(folder, &["checklist", "--today", "2027-02-01"]).status.code(), Some(1), "both have ended");
    fs::write(folder.join("compose.yml"), COMPOSE.replace("1.2", "1.3")).expect("files can be written");
    let lapsed = check();
    assert_eq!(lapsed.status.code(), Some(1));
    assert!(text(&lapsed.stdout).contains("has lapsed"), "{}", text(&lapsed.stdout));
}

#[test]
fn what_makes_no_sense_is_refused() {
    let site = site(&[("compose.yml", COMPOSE), ("shipworthy.toml", CONFIG), ("ops/ours.yaml", LIST)]);
    let refused = |arguments: &[&str]| {
        let output = run(site.path(), &[&["checklist"], arguments, &["--today", TODAY]].concat());
        assert_eq!(output.status.code(), Some(2), "{}", text(&output.stdout));
        text(&output.stderr)
    };
    let sign = |control: &str, statement: &str| refused(&["sign", control, "--by", "Ada", "--statement", statement]);
    assert!(sign("limits", "x").contains("no person can sign it"));
    assert!(sign("restord", "x").contains("did you mean `ours/restored`"));
    assert!(sign("restored", " ").contains("cannot be empty"));
    let waive = |target: &str, until: &str| refused(&["waive", target, "--by", "Bo", "--reason", "x", "--until", until]);
    assert!(waive("limits", "2026-01-01").contains("is past"));
    assert!(waive("compose/privileged", "2027-01-01").contains("no finding"));
    assert!(waive("nothing", "2027-01-01").contains("there is no control `nothing`"));
    assert!(!site.path().join("shipworthy.signoffs.toml").exists());
    fs::write(site.path().join("shipworthy.signoffs.toml"), "[[sign-off]]\ncontrol = 3\n").expect("files can be written");
    assert!(refused(&[]).contains("shipworthy.signoffs.toml:2:11"));
}

#[test]
fn nothing_to_look_at_is_no_success() {
    let site = site(&[("README.md", "# Nothing\n")]);
    assert_eq!(run(site.path(), &["checklist"]).status.code(), Some(3));
    assert_eq!(run(site.path(), &["checklist", "--input", "none.json"]).status.code(), Some(2));
}

#[test]
fn every_format_says_the_same() {
    let secret = "zq8Lw0PvXk41mN7t";
    let compose = format!("{COMPOSE}    environment:\n      API_TOKEN: {secret}\n");
    let site = site(&[("compose.yml", &compose)]);
    let folder = site.path();
    let json =
        run(folder, &["checklist", "--today", TODAY, "-f", "json", "--output", "junit=out.xml", "--output", "markdown=out.md"]);
    assert_eq!(json.status.code(), Some(1));
    let report: Value = serde_json::from_slice(&json.stdout).expect("it is JSON");
    let schema = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/checklist-report.schema.json"));
    let schema: Value = serde_json::from_str(&schema.expect("the schema is there")).expect("it is JSON");
    let validator = jsonschema::validator_for(&schema).expect("it is a schema");
    let wrong: Vec<String> = validator.iter_errors(&report).map(|error| error.to_string()).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
    let controls = report["lists"][0]["controls"].as_array().expect("a list has controls");
    let with = |state: &str| controls.iter().filter(|control| control["state"] == state).count();
    assert_eq!(report["summary"]["fail"], with("fail"));
    assert_eq!(report["summary"]["manual_open"], with("manual-open"));
    let xml = fs::read_to_string(folder.join("out.xml")).expect("it was written");
    assert_eq!(xml.matches("<testcase ").count(), controls.len());
    assert_eq!(xml.matches("<failure ").count(), with("fail") + with("manual-open") + with("not-collected"));
    let markdown = fs::read_to_string(folder.join("out.md")).expect("it was written");
    assert!(markdown.starts_with("## Not worthy of shipping") && markdown.contains("| `web` |"), "{markdown}");
    let full = text(&run(folder, &["checklist", "--today", TODAY, "--verbose"]).stdout);
    for shown in [text(&json.stdout), xml, markdown, full] {
        assert!(!shown.contains(secret), "the secret is shown");
    }
}

#[test]
fn a_run_says_the_same_twice_and_writes_nothing() {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/docker-guide");
    let arguments = [
        "checklist",
        "--isolated",
        "--today",
        TODAY,
        "--input",
        "engine.json",
        "--list",
        "pre-production",
        "--list",
        "cis-docker",
    ];
    let (one, two) = (run(&fixture, &arguments), run(&fixture, &arguments));
    assert_eq!(one.stdout, two.stdout);
    let shown = text(&one.stdout);
    assert!(shown.contains("identity-service") && shown.contains("Docker, by the numbers of the CIS benchmark"), "{shown}");
    assert!(!fixture.join("shipworthy.signoffs.toml").exists());
}

#[test]
fn the_policy_says_which_release_may_run() {
    let policy =
        "[policy.python]\ndefault = \"3.13\"\nallow = [\"3.11\", \"3.13\"]\n\n[[service]]\nname = \"old\"\npython = \"3.11\"\n";
    let site = site(&[
        ("shipworthy.toml", policy),
        ("web/Dockerfile", "FROM python:3.13-slim\n"),
        ("old/Dockerfile", "FROM python:3.11-slim\n"),
        ("odd/Dockerfile", "FROM python:3.12-slim\n"),
        ("page/Dockerfile", "FROM nginx:1.29\n"),
    ]);
    let output = run(site.path(), &["checklist", "--today", TODAY, "-f", "json"]);
    let report: Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
    let cell = |name: &str| {
        let row = report["matrix"]["rows"].as_array().and_then(|rows| rows.iter().find(|row| row["name"] == name));
        let cells = row.and_then(|row| row["cells"].as_array()).expect("the row is there");
        let cell = cells.iter().find(|cell| cell["column"] == "runtime-policy").expect("the column is there");
        (cell["state"].clone(), cell["reason"].as_str().unwrap_or_default().to_owned())
    };
    assert_eq!(cell("web"), (Value::from("pass"), "runs Python 3.13, as it may".to_owned()));
    assert_eq!(cell("odd").0, "fail", "3.12 is not allowed");
    assert_eq!(cell("old").0, "fail", "3.11 has no reason: {}", cell("old").1);
    assert_eq!(cell("page").0, "not-applicable");
}

#[test]
fn a_list_in_markdown_is_tied_and_ticked() {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/docker-guide");
    let before = fs::read_to_string(fixture.join("CHECKLIST.md")).expect("the fixture has a list");
    let dockerfile = "FROM python:3.13-slim\nCOPY . .\nUSER 1000\n";
    let site = site(&[("CHECKLIST.md", &before.replace('\n', "\r\n")), ("web/Dockerfile", dockerfile)]);
    let folder = site.path();
    let list = || fs::read_to_string(folder.join("CHECKLIST.md")).expect("it is there");
    let proposed = run(folder, &["checklist", "init", "--from", "CHECKLIST.md"]);
    assert_eq!(proposed.status.code(), Some(0), "{}", text(&proposed.stderr));
    assert_eq!(list(), before.replace('\n', "\r\n"), "nothing is written");
    fs::write(folder.join("one.patch"), &proposed.stdout).expect("files can be written");
    let applied = Command::new("git").args(["apply", "--check", "one.patch"]).current_dir(folder).output().expect("git runs");
    assert!(applied.status.success(), "{}", text(&applied.stderr));
    assert!(
        text(&proposed.stderr).contains("not certain what decides `Release notes sent around`"),
        "{}",
        text(&proposed.stderr)
    );
    let written = run(folder, &["checklist", "init", "--from", "CHECKLIST.md", "--write"]);
    assert_eq!((written.status.code(), written.stdout.len()), (Some(0), 0));
    let tied = list();
    for (item, control) in [
        ("Get rid of the root user in the identity service", "non-root"),
        ("All services healthy on staging", "seen-healthy"),
        ("Environment variables verified for production", "variables-set"),
        ("Run the integration tests across services", "integration-tested"),
        ("Security scan of all images", "images-scanned"),
        ("Base images pinned to a release", "images-pinned"),
        ("Rollback plan at hand", "rollback-tried"),
    ] {
        assert!(tied.contains(&format!("{item} <!-- shipworthy: pre-production/{control} -->\r\n")), "{item}\n{tied}");
    }
    assert_eq!(run(folder, &["checklist", "init", "--from", "CHECKLIST.md"]).stdout, b"", "again proposes nothing");

    let tick = |more: &[&str]| run(folder, &[&["checklist", "--today", TODAY, "--tick", "CHECKLIST.md"], more].concat());
    let patch = tick(&[]);
    assert_eq!(patch.status.code(), Some(1), "{}", text(&patch.stderr));
    let changed: Vec<String> = text(&patch.stdout)
        .lines()
        .filter(|line| line.starts_with("+- [") || line.starts_with("+  - ["))
        .map(str::to_owned)
        .collect();
    assert_eq!(changed.len(), 1, "{changed:?}");
    assert!(changed[0].starts_with("+- [x] Get rid of the root user"), "{changed:?}");
    assert!(text(&patch.stderr).contains("left as it is: All services healthy on staging: it was not looked at"));
    assert_eq!(tick(&["--write"]).status.code(), Some(0));
    assert_eq!(list(), tied.replacen("- [ ] Get rid", "- [x] Get rid", 1));
    assert_eq!(tick(&[]).status.code(), Some(0), "there is nothing left to tick");
    fs::write(folder.join("web/Dockerfile"), "FROM python\nCOPY . .\nUSER root\n").expect("files can be written");
    assert_eq!(tick(&["--write"]).status.code(), Some(0));
    let unticked = list();
    assert!(unticked.contains("- [ ] Get rid of the root user") && unticked.contains("- [ ] Base images pinned"), "{unticked}");
    fs::write(folder.join("CHECKLIST.md"), "- [ ] a <!-- shipworthy: non-rot -->\n").expect("files can be written");
    let unknown = tick(&[]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(text(&unknown.stderr).contains("CHECKLIST.md:1: there is no control `non-rot`"), "{}", text(&unknown.stderr));
}

#[test]
fn a_waiver_of_a_rule_holds_in_check_too() {
    let compose = COMPOSE.replace("    user:", "    privileged: true\n    user:");
    let site = site(&[("compose.yml", &compose)]);
    let folder = site.path();
    let check = |more: &[&str]| run(folder, &[&["check", "--today", TODAY, "--select", "compose/privileged"], more].concat());
    assert_eq!(check(&[]).status.code(), Some(1));
    let waive =
        ["checklist", "waive", "compose/privileged", "--by", "Bo", "--reason", "a probe of the kernel", "--until", "2026-12-31"];
    let waived = run(folder, &[&waive[..], &["--today", TODAY]].concat());
    assert_eq!(waived.status.code(), Some(0), "{}", text(&waived.stderr));
    let report: Value = serde_json::from_slice(&check(&["-f", "json"]).stdout).expect("it is JSON");
    assert_eq!((report["findings"].as_array().map(Vec::len), &report["suppressed"][0]["by"]), (Some(0), &Value::from("waiver")));
    assert_eq!(check(&[]).status.code(), Some(0));
    assert_eq!(check(&["--isolated"]).status.code(), Some(1), "--isolated knows no waivers");
    let late = run(folder, &["check", "--today", "2027-01-01", "--select", "compose/privileged"]);
    assert_eq!(late.status.code(), Some(1));
    assert!(text(&late.stderr).contains("expired on 2026-12-31"), "{}", text(&late.stderr));
}
