//! Rules of a user: schema documents over facts, in a folder that `shipworthy.toml` names.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const CONFIG: &str = "[check]\nrules = [\"policy\"]\n";
const RULE: &str = r#"
id: team/base-image
title: The base image is not ours
severity: { default: high, development: low }
confidence: high
profile: default
subject: dockerfile.stage
when: { properties: { base: { properties: { kind: { const: image } } } } }
assert: { properties: { base: { properties: { registry: { const: registry.example.org } } } } }
at: /base
message: "stage {index} starts from an image that the platform team does not patch"
why: The platform team rebuilds the images of its own registry every night, and no others.
instead: Start from `registry.example.org/base`.
examples:
  - bad: |
      FROM alpine:3.20
    lines: [1]
    good: |
      FROM registry.example.org/base:1
since: 0.1.0
"#;

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (path, content) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("folders can be made");
        fs::write(path, content).expect("files can be written");
    }
    folder
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shipworthy"));
    command.args(arguments).current_dir(folder).env_remove("SHIPWORTHY_CONFIG").output().expect("the binary runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn a_schema_judges_each_stage_at_its_place() {
    let dockerfile = "FROM registry.example.org/base:1 AS build\nRUN make\n\nFROM docker.io/library/alpine:3.20\nCOPY --from=build /a /a\nUSER 1\n";
    let folder = folder(&[
        ("shipworthy.toml", CONFIG),
        ("policy/base.yaml", RULE),
        ("Dockerfile", dockerfile),
        ("Dockerfile.dev", dockerfile),
    ]);
    let output = run(folder.path(), &["check", "-f", "concise", "--select", "team/base-image"]);
    let found = text(&output.stdout);
    assert!(found.contains("Dockerfile:4:6: high[team/base-image] stage 1 starts from an image"), "{found}");
    assert!(found.contains("Dockerfile.dev:4:6: low[team/base-image]"), "{found}");
    assert_eq!(output.status.code(), Some(1));
    let isolated = run(folder.path(), &["check", "--isolated", "--select", "team/base-image"]);
    assert_eq!(isolated.status.code(), Some(2), "an isolated run knows no rules of the user");
}

#[test]
fn it_is_explained_listed_and_silenced_like_the_others() {
    let dockerfile = "# shipworthy: ignore[team/base-image] until the mirror is up\nFROM alpine:3.20\nUSER 1\n";
    let folder = folder(&[("shipworthy.toml", CONFIG), ("policy/base.yaml", RULE), ("Dockerfile", dockerfile)]);
    assert!(text(&run(folder.path(), &["explain", "team/base-image"]).stdout).contains("every night"));
    assert!(text(&run(folder.path(), &["rules", "--select", "team", "-f", "json"]).stdout).contains("\"team/base-image\""));
    let output = run(folder.path(), &["check", "--select", "team/base-image"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
}

#[test]
fn a_fault_in_a_rule_stops_the_run_at_its_place() {
    let broken = RULE.replace("profile: default", "profile: loose");
    let folder = folder(&[("shipworthy.toml", CONFIG), ("policy/base.yaml", &broken), ("Dockerfile", "FROM alpine:3.20\n")]);
    let output = run(folder.path(), &["check"]);
    assert_eq!(output.status.code(), Some(2));
    let said = text(&output.stderr);
    assert!(said.contains("policy/base.yaml:6:1") && said.contains("loose"), "{said}");
}
