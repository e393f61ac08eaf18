//! Completion scripts and manual pages: made from the command line, and read here by the programs that they are for where these
//! are installed.
#![cfg(unix)]

use std::fs;
use std::io::{Read, Write};
use std::process::{Command, Output, Stdio};

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_shipworthy")).args(arguments).stdin(Stdio::null()).output().unwrap()
}

fn text(arguments: &[&str]) -> String {
    let output = run(arguments);
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// Gives a program a text, and says what it says; `None` where the program is not installed.
fn feed(program: &str, arguments: &[&str], input: &str) -> Option<Output> {
    let mut child =
        Command::new(program).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().ok()?;
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().unwrap();
    let _ = writer.join();
    Some(output)
}

#[test]
fn each_shell_gets_a_script_that_knows_commands_and_rules() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = text(&["completions", shell]);
        for word in ["check", "baseline", "lsp", "output-format"] {
            assert!(script.contains(word), "{shell} does not know {word}");
        }
        // The others complete no words without an option before them.
        if shell == "bash" || shell == "zsh" {
            assert!(script.contains("dockerfile/sudo") && script.contains("pedantic"), "{shell} does not know what options take");
        }
    }
    assert_eq!(run(&["completions", "tcsh"]).status.code(), Some(2));
}

#[test]
fn shells_read_their_scripts() {
    for (shell, arguments) in [("bash", &["-n"][..]), ("zsh", &["-n"]), ("fish", &["--no-execute"])] {
        if let Some(output) = feed(shell, arguments, &text(&["completions", shell])) {
            assert!(output.status.success() && output.stderr.is_empty(), "{shell}: {output:?}");
        }
    }
}

#[test]
fn bash_completes_commands_options_and_rules() {
    let complete = |words: &[&str]| {
        let script = format!(
            "{}\nCOMP_WORDS=({}); COMP_CWORD={}; _shipworthy shipworthy \"${{COMP_WORDS[COMP_CWORD]}}\" \"${{COMP_WORDS[COMP_CWORD-1]}}\"\n\
             printf '%s\\n' \"${{COMPREPLY[@]}}\"\n",
            text(&["completions", "bash"]),
            words.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" "),
            words.len() - 1,
        );
        let output = feed("bash", &["--norc"], &script)?;
        Some(String::from_utf8(output.stdout).unwrap())
    };
    let Some(commands) = complete(&["shipworthy", "ba"]) else { return };
    assert_eq!(commands.trim(), "baseline");
    assert!(complete(&["shipworthy", "check", "--prof"]).unwrap().contains("--profile"));
    assert!(complete(&["shipworthy", "explain", "dockerfile/su"]).unwrap().contains("dockerfile/sudo"));
}

#[test]
fn each_command_has_a_manual_page() {
    let whole = text(&["man"]);
    assert!(
        whole.contains(".TH shipworthy 1") && whole.contains("shipworthy\\-check(1)") && whole.contains("nothing to check"),
        "{whole}"
    );
    let check = text(&["man", "check"]);
    assert!(check.contains("shipworthy check") && check.contains("fail\\-on"), "{check}");
    assert!(text(&["man", "baseline", "create"]).contains("shipworthy baseline create"));
    let wrong = run(&["man", "chekc"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("`shipworthy` has no command `chekc`"), "{wrong:?}");
    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("man1");
    assert!(run(&["man", "--output", pages.to_str().unwrap()]).status.success());
    let mut names: Vec<String> =
        fs::read_dir(&pages).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    for name in ["shipworthy.1", "shipworthy-check.1", "shipworthy-baseline-create.1", "shipworthy-lsp.1"] {
        assert!(names.iter().any(|known| known == name), "{name} is not among {names:?}");
    }
    // What the pages point at is there.
    for name in &names {
        let page = fs::read_to_string(pages.join(name)).unwrap();
        for named in page.lines().filter_map(|line| line.strip_suffix("(1)")) {
            let file = format!("{}.1", named.replace('\\', ""));
            assert!(names.contains(&file), "{name} names {file}");
        }
        if let Some(output) = feed("groff", &["-man", "-ww", "-Tutf8", "-z"], &page) {
            assert!(output.status.success() && output.stderr.is_empty(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
        }
    }
}

#[test]
fn who_stops_reading_is_no_error() {
    for arguments in [&["completions", "bash"][..], &["man"], &["rules"], &["explain", "dockerfile"], &["config", "schema"]] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_shipworthy"))
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let mut said = String::new();
        child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        assert_eq!((child.wait().unwrap().code(), said.as_str()), (Some(0), ""), "{arguments:?}");
    }
}
