//! What somebody who has just begun gets wrong: each answer is short, names what is wrong, says the next step, and has the right exit.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// What a run in a folder answered: its exit, and both outputs.
fn answer(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_shipworthy"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("SHIPWORTHY_CONFIG")
        // No repository above the folder counts.
        .env("GIT_CEILING_DIRECTORIES", folder.parent().unwrap())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap() + &String::from_utf8(output.stdout).unwrap();
    (output.status.code().unwrap(), said)
}

#[track_caller]
fn answers(folder: &Path, arguments: &[&str], exit: i32, parts: &[&str]) {
    let (code, said) = answer(folder, arguments);
    assert_eq!(code, exit, "{arguments:?}: {said}");
    for part in parts {
        assert!(said.contains(part), "{arguments:?}: no {part:?} in {said:?}");
    }
    assert!(said.lines().count() <= 8, "{arguments:?}: {said}");
}

#[test]
fn each_mistake_has_an_answer_with_the_next_step() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("Dockerfile"), "FROM registry.example.org/base:1.0\nUSER app\n").unwrap();
    fs::write(folder.join("notes.txt"), "nothing\n").unwrap();
    for (arguments, exit, parts) in [
        (&["chekc"][..], 2, &["no command and no file `chekc`", "did you mean `shipworthy check`?", "--help"][..]),
        (&["explian", "DL3008"], 2, &["did you mean `shipworthy explain`?"]),
        (&["nofile"], 2, &["nofile: error: no such file or directory"]),
        (&["version"], 0, &["shipworthy 0."]),
        (&["notes.txt"], 3, &["nothing that was named", "--kind", "--allow-empty"]),
        (&["--select", "nope"], 2, &["`--select nope`: there is no rule `nope`", "`shipworthy rules` lists them"]),
        (&["--select", "dockerfile/sud"], 2, &["did you mean `dockerfile/sudo`?"]),
        (&["explain", "compose/privilege"], 2, &["did you mean `compose/privileged`?"]),
        (&["explain", "xyzzy"], 2, &["`shipworthy rules` lists them"]),
        (&["--slect", "x"], 2, &["'--select'"]),
        (&["-f", "xml"], 2, &["checkstyle"]),
        (&["--since", "HEAD"], 2, &["--since asks git what changed", "no git repository"]),
        (&["--staged"], 2, &["--staged asks git what changed", "no git repository"]),
        (&["--baseline", "no.json"], 2, &["no.json", "`shipworthy baseline create` writes one"]),
        (&["--config", "no.toml"], 2, &["the configuration cannot be read", "no.toml"]),
        (&["--today", "tomorrow"], 2, &["YYYY-MM-DD"]),
        (&["--today", "2026-02-30"], 2, &["YYYY-MM-DD"]),
        (&["--output", "sarif"], 2, &["sarif=report.sarif"]),
        (&["fix", "--staged"], 2, &["name the files"]),
        (&["fix", "--diff"], 0, &[]),
        (
            &["checklist", "sign", "foo", "--by", "me", "--statement", "done"],
            2,
            &["`foo`", "`shipworthy checklist` shows all controls"],
        ),
    ] {
        answers(folder, arguments, exit, parts);
    }
}

#[test]
fn a_file_may_have_the_name_of_a_misspelled_command() {
    let folder = tempfile::tempdir().unwrap();
    let file = "FROM registry.example.org/base:1.0\nUSER app\nHEALTHCHECK NONE\nCMD [\"true\"]\n";
    for name in ["chekc", "help"] {
        fs::write(folder.path().join(name), file).unwrap();
        answers(folder.path(), &[name], 0, &["Worthy of shipping"]);
    }
}

#[test]
fn help_is_found_by_every_way_to_ask_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let (code, whole) = answer(folder.path(), &["--help"]);
    assert_eq!(code, 0);
    assert!(whole.contains("shipworthy [check] [OPTIONS] [PATH]...") && whole.contains("shipworthy <COMMAND>"), "{whole}");
    assert_eq!(answer(folder.path(), &["help"]), (0, whole));
    assert_eq!(answer(folder.path(), &["help", "fix"]), answer(folder.path(), &["fix", "--help"]));
}

#[test]
fn a_reference_that_git_does_not_know_is_named() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("Dockerfile"), "FROM registry.example.org/base:1.0\nUSER app\n").unwrap();
    assert!(Command::new("git").args(["init", "-q"]).current_dir(folder.path()).status().unwrap().success());
    let parts = ["`--since nonsense`: this repository has no such commit, branch or tag", "git fetch origin nonsense"];
    answers(folder.path(), &["--since", "nonsense"], 2, &parts);
    answers(folder.path(), &["--since=-x"], 2, &["`-x` is no revision"]);
}

#[test]
fn a_command_line_for_hadolint_works() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("Dockerfile"), "FROM registry.example.org/base:1.0\nRUN sudo true\nUSER app\n").unwrap();
    let line = "Dockerfile:2:5: medium[dockerfile/sudo]";
    for (arguments, exit, part) in [
        (&["-f", "gnu", "Dockerfile"][..], 1, line),
        (&["--format", "gnu", "-t", "error", "Dockerfile"], 0, line),
        (&["--format=gnu", "--failure-threshold", "warning", "Dockerfile"], 1, line),
        (&["-f", "tty", "--no-fail", "-t", "style", "Dockerfile"], 0, "Not worthy of shipping"),
        (&["-f", "gnu", "--ignore", "DL3004", "Dockerfile"], 0, "Worthy of shipping"),
    ] {
        let (code, said) = answer(folder.path(), arguments);
        assert_eq!(code, exit, "{arguments:?}: {said}");
        assert!(said.contains(part), "{arguments:?}: {said}");
    }
}
