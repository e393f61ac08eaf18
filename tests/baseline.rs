//! The baseline of an existing repository, through the command line.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

const DIRTY: &str = "FROM registry.example.org/base:1.0\nRUN sudo true\nUSER app\nHEALTHCHECK NONE\nCMD [\"true\"]\n";

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_shipworthy")).args(arguments).current_dir(folder).output().unwrap()
}

fn repository() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join(".git")).unwrap();
    fs::create_dir_all(folder.path().join("app")).unwrap();
    fs::write(folder.path().join("app/Dockerfile"), DIRTY).unwrap();
    folder
}

fn rules(folder: &Path, arguments: &[&str]) -> Vec<String> {
    let output = run(folder, &[&["check", "-f", "json"], arguments].concat());
    let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"));
    report["findings"].as_array().unwrap().iter().map(|finding| finding["rule"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn only_new_faults_count() {
    let folder = repository();
    let (folder, dockerfile) = (folder.path(), folder.path().join("app/Dockerfile"));
    assert_eq!(run(folder, &["check"]).status.code(), Some(1));
    assert_eq!(run(folder, &["baseline", "create"]).status.code(), Some(0));
    assert_eq!(run(folder, &["check"]).status.code(), Some(0));
    assert_eq!(run(folder, &["check", "--isolated"]).status.code(), Some(1));
    // Lines move, and the folder that it is run from changes.
    fs::write(&dockerfile, format!("# a comment\n\n{DIRTY}")).unwrap();
    assert_eq!(rules(folder, &[]), [""; 0]);
    assert_eq!(rules(&folder.join("app"), &[]), [""; 0]);
    // A second one in an equal line is new.
    fs::write(&dockerfile, DIRTY.replace("RUN sudo true\n", "RUN sudo true\nRUN sudo true\n")).unwrap();
    assert_eq!(rules(folder, &[]).iter().filter(|rule| *rule == "dockerfile/sudo").count(), 1);
    // What does not parse is let through by no baseline.
    fs::write(&dockerfile, "FROM alpine:3.22\nRUN <<EOF\ntrue\n").unwrap();
    assert_eq!(run(folder, &["baseline", "create", "--force"]).status.code(), Some(0));
    assert_eq!(run(folder, &["check"]).status.code(), Some(1));
}

#[test]
fn a_baseline_shrinks_and_grows_only_when_asked() {
    let folder = repository();
    let (folder, dockerfile) = (folder.path(), folder.path().join("app/Dockerfile"));
    let baseline = folder.join(".shipworthy-baseline.json");
    assert_eq!(run(folder, &["baseline", "create"]).status.code(), Some(0));
    let full = fs::read_to_string(&baseline).unwrap();
    assert!(!full.contains("sudo true"), "no text of a file in it: {full}");
    assert_eq!(run(folder, &["baseline", "create"]).status.code(), Some(2), "it is there already");
    fs::write(&dockerfile, DIRTY.replace("RUN sudo true\n", "")).unwrap();
    let stale = run(folder, &["check"]);
    assert!(String::from_utf8_lossy(&stale.stderr).contains("no longer occurs"), "{stale:?}");
    assert_eq!(run(folder, &["baseline", "prune"]).status.code(), Some(0));
    assert!(!fs::read_to_string(&baseline).unwrap().contains("dockerfile/sudo"));
    fs::write(&dockerfile, DIRTY).unwrap();
    let updated = run(folder, &["baseline", "update"]);
    assert!(String::from_utf8_lossy(&updated.stderr).contains("--accept-new"), "{updated:?}");
    assert_eq!(run(folder, &["check"]).status.code(), Some(1));
    assert_eq!(run(folder, &["baseline", "update", "--accept-new"]).status.code(), Some(0));
    assert_eq!(fs::read_to_string(&baseline).unwrap(), full);
    fs::remove_file(&dockerfile).unwrap();
    assert_eq!(run(folder, &["baseline", "prune", "--allow-empty"]).status.code(), Some(0));
    assert!(!fs::read_to_string(&baseline).unwrap().contains("dockerfile/"));
}

#[test]
fn a_baseline_in_a_folder_of_its_own_holds_where_the_tree_is_cloned_to() {
    let (one, other) = (repository(), repository());
    fs::create_dir(one.path().join("ci")).unwrap();
    assert_eq!(run(one.path(), &["baseline", "create", "--baseline", "ci/known.json"]).status.code(), Some(0));
    let text = fs::read_to_string(one.path().join("ci/known.json")).unwrap();
    assert!(text.contains("\"../app/Dockerfile\""), "{text}");
    fs::create_dir(other.path().join("ci")).unwrap();
    fs::write(other.path().join("ci/known.json"), text).unwrap();
    assert_eq!(rules(other.path(), &["--baseline", "ci/known.json"]), [""; 0]);
    assert_eq!(rules(&other.path().join("app"), &["--baseline", "../ci/known.json"]), [""; 0]);
}

#[test]
fn a_fix_takes_what_it_mended_out() {
    let folder = repository();
    assert_eq!(run(folder.path(), &["baseline", "create"]).status.code(), Some(0));
    assert_eq!(run(folder.path(), &["fix", "--unsafe-fixes"]).status.code(), Some(0));
    assert!(!fs::read_to_string(folder.path().join(".shipworthy-baseline.json")).unwrap().contains("dockerfile/sudo"));
}

#[test]
fn what_is_no_baseline_is_said() {
    let folder = repository();
    fs::write(folder.path().join("known.json"), "{}").unwrap();
    let output = run(folder.path(), &["check", "--baseline", "known.json"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("known.json: is no baseline"), "{output:?}");
    assert_eq!(run(folder.path(), &["check", "--baseline", "none.json"]).status.code(), Some(2));
}

fn git(folder: &Path, arguments: &[&str]) {
    let identity = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"];
    let output = Command::new("git").args(identity).args(arguments).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {output:?}");
}

#[test]
fn a_change_answers_for_what_it_brings() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    git(folder, &["init", "-q", "-b", "main"]);
    fs::write(folder.join("Dockerfile"), DIRTY).unwrap();
    git(folder, &["add", "."]);
    git(folder, &["commit", "-qm", "a"]);
    assert_eq!(rules(folder, &["--staged"]), [""; 0]);
    // One new fault is staged, another one is only in the working tree.
    fs::write(folder.join("Dockerfile"), DIRTY.replace("USER app", "RUN cd /tmp && sudo ls\nUSER app")).unwrap();
    git(folder, &["add", "."]);
    fs::write(folder.join("Dockerfile"), DIRTY.replace("USER app", "MAINTAINER me\nUSER app")).unwrap();
    assert_eq!(rules(folder, &["--staged", "--select", "dockerfile/sudo,dockerfile/maintainer-deprecated"]), ["dockerfile/sudo"]);
    assert_eq!(
        rules(folder, &["--since", "HEAD", "--select", "dockerfile/sudo,dockerfile/maintainer-deprecated"]),
        ["dockerfile/maintainer-deprecated"]
    );
    // A file that moved brings nothing, one that is not known to git brings everything.
    git(folder, &["checkout", "-q", "-f", "HEAD"]);
    git(folder, &["checkout", "-q", "-b", "work"]);
    fs::create_dir_all(folder.join("app")).unwrap();
    git(folder, &["mv", "Dockerfile", "app/Dockerfile"]);
    git(folder, &["commit", "-qm", "b"]);
    assert_eq!(rules(folder, &["--since", "main"]), [""; 0]);
    fs::write(folder.join("Dockerfile"), DIRTY).unwrap();
    assert!(rules(folder, &["--since", "main"]).contains(&"dockerfile/sudo".to_owned()));
    assert_eq!(run(folder, &["check", "--since", "nowhere"]).status.code(), Some(2));
    assert_eq!(run(folder, &["check", "--since", "--output=x"]).status.code(), Some(2));
}

#[test]
fn what_compose_refuses_for_a_file_of_the_server_may_be_known() {
    let folder = repository();
    let folder = folder.path();
    let service = |name: &str| format!("  {name}:\n    image: registry.example.org/{name}:1.0\n    env_file: {name}.env\n");
    fs::write(folder.join("compose.yaml"), format!("services:\n{}", service("one"))).unwrap();
    assert_eq!(run(folder, &["check"]).status.code(), Some(1));
    assert_eq!(run(folder, &["baseline", "create"]).status.code(), Some(0));
    assert_eq!(run(folder, &["check"]).status.code(), Some(0));
    fs::write(folder.join("compose.yaml"), format!("services:\n{}{}", service("one"), service("two"))).unwrap();
    assert_eq!(run(folder, &["check"]).status.code(), Some(1));
    assert_eq!(rules(folder, &[]).iter().filter(|rule| *rule == "compose/load-error").count(), 1);
}

#[test]
fn what_no_longer_builds_may_be_known_and_what_does_not_parse_not() {
    let folder = repository();
    let folder = folder.path();
    fs::create_dir(folder.join("old")).unwrap();
    fs::write(folder.join("old/Dockerfile"), "FROM alpine:3.22\nCOPY a\n").unwrap();
    assert!(rules(folder, &[]).contains(&"dockerfile/build-error".to_owned()));
    assert_eq!(run(folder, &["baseline", "create"]).status.code(), Some(0));
    assert_eq!(run(folder, &["check"]).status.code(), Some(0));
    fs::write(folder.join("old/Dockerfile"), "FROM alpine:3.22\nCOPY a\nWORKDIR\n").unwrap();
    assert_eq!(rules(folder, &[]), ["dockerfile/build-error"]);
    fs::write(folder.join("nginx.conf"), "events {}\nhttp { server { listen 80; }\n").unwrap();
    let output = run(folder, &["baseline", "create", "--force"]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("1 finding of files that do not parse stays"), "{output:?}");
    assert_eq!(run(folder, &["check"]).status.code(), Some(1));
    assert_eq!(rules(folder, &[]), ["nginx/parse-error"]);
}

#[test]
fn a_change_does_not_answer_for_what_was_broken_before() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    git(folder, &["init", "-q", "-b", "main"]);
    fs::write(folder.join("Dockerfile"), "FROM\n").unwrap();
    fs::create_dir(folder.join("app")).unwrap();
    fs::write(folder.join("app/Dockerfile"), DIRTY).unwrap();
    git(folder, &["add", "."]);
    git(folder, &["commit", "-qm", "a"]);
    assert_eq!(run(folder, &["check"]).status.code(), Some(1));
    assert_eq!(rules(folder, &["--since", "HEAD"]), [""; 0]);
    fs::write(folder.join("app/Dockerfile"), "FROM\n").unwrap();
    assert_eq!(rules(folder, &["--since", "HEAD"]), ["dockerfile/build-error"]);
    git(folder, &["add", "."]);
    assert_eq!(rules(folder, &["--staged"]), ["dockerfile/build-error"]);
}

#[test]
fn a_list_and_a_change_together_count_nothing_twice() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    git(folder, &["init", "-q", "-b", "main"]);
    fs::write(folder.join("Dockerfile"), DIRTY).unwrap();
    assert_eq!(run(folder, &["baseline", "create"]).status.code(), Some(0));
    git(folder, &["add", "."]);
    git(folder, &["commit", "-qm", "a"]);
    fs::write(folder.join("Dockerfile"), DIRTY.replace("RUN sudo true\n", "RUN sudo true\nRUN sudo true\n")).unwrap();
    for arguments in [&[][..], &["--since", "HEAD"]] {
        assert_eq!(rules(folder, &[arguments, &["--select", "dockerfile/sudo"]].concat()), ["dockerfile/sudo"], "{arguments:?}");
        let output = run(folder, &[&["check"], arguments].concat());
        assert!(!String::from_utf8_lossy(&output.stderr).contains("no longer occur"), "{output:?}");
    }
}
