//! Input that is wrong in some way gets a clear error, the other files are still judged, and the exit code is as designed.

use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    fn with(files: &[(&str, &[u8])]) -> Self {
        let folder = Self::new();
        for (path, content) in files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().expect("a file has a folder")).expect("folders can be made");
            fs::write(path, content).expect("files can be written");
        }
        folder
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn run<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_shipworthy"))
            .args(arguments)
            .current_dir(self.path())
            .env_remove("SHIPWORTHY_CONFIG")
            .stdin(Stdio::null())
            .output()
            .expect("the binary runs")
    }

    /// With something on standard input.
    fn pipe(&self, arguments: &[&str], input: &[u8]) -> Output {
        let mut child = Command::new(env!("CARGO_BIN_EXE_shipworthy"))
            .args(arguments)
            .current_dir(self.path())
            .env_remove("SHIPWORTHY_CONFIG")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        child.stdin.take().expect("it has an input").write_all(input).expect("it reads");
        child.wait_with_output().expect("it ends")
    }
}

/// As editors call it.
#[test]
fn fixed_standard_input_is_standard_output() {
    let folder = Folder::new();
    let output = folder.pipe(&["fix", "-"], b"FROM alpine:3\nMAINTAINER me\nRUN sudo ls\n");
    assert_eq!(text(&output.stdout), "FROM alpine:3\nLABEL org.opencontainers.image.authors=\"me\"\nRUN sudo ls\n");
    let said = text(&output.stderr);
    assert!(said.contains("fixed 1 finding in 1 file") && said.contains("medium[dockerfile/sudo]"), "{said}");
    assert_eq!(code(&output), 1);
    let clean = folder.pipe(&["check", "--fix", "--stdin-filename", "Dockerfile", "-"], b"FROM alpine:3\n");
    assert_eq!((text(&clean.stdout).as_str(), code(&clean)), ("FROM alpine:3\n", 0));
}

fn code(output: &Output) -> i32 {
    output.status.code().expect("it is not killed")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// `check -f json`, its document and its exit code.
fn check(folder: &Folder, paths: &[&str]) -> (serde_json::Value, i32) {
    let mut arguments = vec!["check", "-f", "json"];
    arguments.extend(paths);
    let output = folder.run(&arguments);
    let document = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}{}", text(&output.stdout), text(&output.stderr)));
    (document, code(&output))
}

fn rules_of(document: &serde_json::Value, path: &str) -> Vec<String> {
    let findings = document["findings"].as_array().expect("findings is a list");
    let here = findings.iter().filter(|finding| finding["path"] == path);
    here.map(|finding| finding["rule"].as_str().expect("a rule is a text").to_owned()).collect()
}

const GOOD: &[u8] = b"FROM alpine:3\nUSER 1000\nCMD [\"true\"]\n";

#[test]
fn an_empty_file_is_refused_as_buildkit_does() {
    let folder = Folder::with(&[("Dockerfile", b""), ("ok/Dockerfile", GOOD)]);
    let (document, code) = check(&folder, &[]);
    assert_eq!(rules_of(&document, "Dockerfile"), ["dockerfile/parse-error"]);
    assert_eq!(code, 1);
}

#[test]
fn a_folder_named_dockerfile_is_walked() {
    let folder = Folder::with(&[("Dockerfile/Dockerfile", GOOD)]);
    let (document, _) = check(&folder, &["Dockerfile"]);
    assert_eq!(document["files"][0]["path"], "Dockerfile/Dockerfile");
}

#[test]
fn a_missing_path_is_incomplete_and_the_rest_is_judged() {
    let folder = Folder::with(&[("Dockerfile", b"FROM alpine\n")]);
    let (document, code) = check(&folder, &["Dockerfile", "nowhere"]);
    assert_eq!(code, 2);
    assert_eq!(document["errors"][0]["path"], "nowhere");
    assert!(!rules_of(&document, "Dockerfile").is_empty());
}

#[test]
fn nothing_to_check_is_no_success() {
    let folder = Folder::with(&[("notes.md", b"hello")]);
    let output = folder.run(&["check"]);
    assert_eq!(code(&output), 3);
    assert!(text(&output.stderr).contains("nothing to check"), "{}", text(&output.stderr));
    assert_eq!(code(&folder.run(&["check", "--allow-empty"])), 0);
    assert_eq!(code(&folder.run(&["check", "--exit-zero"])), 0);
    assert_eq!(code(&folder.run(&["check", "--force-exclude", "notes.md"])), 0);
}

/// Compose, nginx and env files are found and not judged yet: that is never a pass.
#[test]
fn what_is_not_judged_is_no_success() {
    let folder = Folder::with(&[("compose.yaml", b"services:\n  web: { image: nginx }\n")]);
    let (document, code) = check(&folder, &[]);
    assert_eq!((document["files"][0]["status"].as_str(), code), (Some("not-judged"), 3), "{document}");
    assert_eq!(code_of(&folder, "--force-exclude"), 0, "a hook is not stopped by a file of a later release");
    let mixed = Folder::with(&[("compose.yaml", b"services:\n  web: { image: nginx }\n"), ("Dockerfile", GOOD)]);
    assert_eq!(check(&mixed, &[]).1, 0);
}

fn code_of(folder: &Folder, flag: &str) -> i32 {
    code(&folder.run(&["check", flag, "compose.yaml"]))
}

#[test]
fn bytes_that_are_no_text_are_still_judged() {
    let folder = Folder::with(&[("Dockerfile", b"FROM alpine:3\nRUN echo \xff\xfe \x00 && sudo ls\n")]);
    let (document, _) = check(&folder, &[]);
    assert!(rules_of(&document, "Dockerfile").contains(&"dockerfile/sudo".to_owned()), "{document}");
}

#[test]
fn a_fix_keeps_bytes_that_are_no_text() {
    let folder = Folder::with(&[("Dockerfile", b"FROM alpine:3\nRUN echo \xff && apt-get install -qq x\nMAINTAINER a\n")]);
    folder.run(&["fix", "--select", "dockerfile/maintainer-deprecated"]);
    let after = fs::read(folder.path().join("Dockerfile")).expect("it is there");
    assert!(after.windows(6).any(|window| window == b"echo \xff"), "{after:?}");
    assert!(!after.windows(10).any(|window| window == b"MAINTAINER"), "{after:?}");
}

#[test]
fn a_line_over_the_limit_is_refused_as_buildkit_does() {
    let line = format!("FROM alpine:3\nRUN echo {}\n", "x".repeat(70_000));
    let folder = Folder::with(&[("Dockerfile", line.as_bytes())]);
    let (document, code) = check(&folder, &[]);
    assert!(rules_of(&document, "Dockerfile").contains(&"dockerfile/parse-error".to_owned()), "{document}");
    assert_eq!(code, 1);
    let full = folder.run(&["check"]);
    assert!(full.stdout.len() < 20_000, "a long line floods the terminal: {} bytes", full.stdout.len());
}

#[test]
fn five_megabytes_are_judged_in_time() {
    let mut big = b"FROM debian:12\n".to_vec();
    while big.len() < 5_000_000 {
        big.extend_from_slice(
            b"RUN apt-get update && \\\n    apt-get install -y curl && echo \"hello world\" | tee /x\nENV A=b\n",
        );
    }
    let folder = Folder::with(&[("Dockerfile", &big)]);
    let start = std::time::Instant::now();
    let output = folder.run(&["check", "-f", "concise", "--exit-zero"]);
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    // Tests are not optimised: the bound only tells linear from quadratic.
    assert!(start.elapsed().as_secs() < 90, "{:?}", start.elapsed());
}

#[test]
fn byte_order_mark_and_carriage_returns_stay() {
    let folder = Folder::with(&[("Dockerfile", b"\xef\xbb\xbfFROM alpine:3\r\nMAINTAINER a\r\nUSER 1\r\n")]);
    let (document, _) = check(&folder, &["--profile", "pedantic"]);
    assert!(rules_of(&document, "Dockerfile").iter().all(|rule| !rule.ends_with("-error")), "{document}");
    folder.run(&["fix"]);
    let after = fs::read(folder.path().join("Dockerfile")).expect("it is there");
    assert!(after.starts_with(b"\xef\xbb\xbfFROM alpine:3\r\nLABEL "), "{}", text(&after));
    assert_eq!(after.iter().filter(|byte| **byte == b'\n').count(), after.windows(2).filter(|pair| pair == b"\r\n").count());
}

#[cfg(unix)]
#[test]
fn links_pipes_and_unreadable_files_are_said_and_never_hang() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = Folder::with(&[("ok/Dockerfile", GOOD), ("secret/Dockerfile", GOOD)]);
    symlink("nowhere", folder.path().join("Dockerfile")).expect("links can be made");
    let pipe = folder.path().join("pipe.Dockerfile");
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo is there").success());
    fs::set_permissions(folder.path().join("secret/Dockerfile"), fs::Permissions::from_mode(0o000)).expect("modes can be set");
    let (document, code) = check(&folder, &[]);
    let errors = document["errors"].as_array().expect("errors is a list");
    let said: Vec<_> = errors.iter().filter_map(|error| error["path"].as_str()).collect();
    assert!(said.contains(&"Dockerfile") && said.contains(&"pipe.Dockerfile"), "{said:?}");
    // What was met while walking is said; only what was asked for by name makes the run incomplete.
    assert_eq!(code, 0, "{document}");
    let (_, code) = check(&folder, &["pipe.Dockerfile"]);
    assert_eq!(code, 2);
    let (_, code) = check(&folder, &["Dockerfile"]);
    assert_eq!(code, 2);
}

#[test]
fn a_closed_pipe_is_no_error() {
    let mut big = b"FROM debian\n".to_vec();
    big.extend(std::iter::repeat_n(&b"RUN cd /tmp\nMAINTAINER x\n"[..], 3000).flatten());
    let folder = Folder::with(&[("Dockerfile", &big)]);
    let mut child = Command::new(env!("CARGO_BIN_EXE_shipworthy"))
        .args(["check", "--profile", "pedantic", "-f", "concise"])
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    assert!(output.stderr.is_empty(), "{}", text(&output.stderr));
}

#[test]
fn a_typo_in_the_configuration_stops_the_run_and_shows_the_place() {
    let folder = Folder::with(&[("Dockerfile", GOOD), ("shipworthy.toml", b"[check]\nprofil = \"strict\"\n")]);
    let output = folder.run(&["check"]);
    assert_eq!(code(&output), 2);
    let said = text(&output.stderr);
    assert!(said.contains("shipworthy.toml:2:1") && said.contains("profil") && said.contains("profile"), "{said}");
    assert_eq!(code(&folder.run(&["check", "--isolated"])), 0);
}

#[test]
fn an_unknown_rule_is_a_usage_error_with_a_suggestion() {
    let folder = Folder::with(&[("Dockerfile", GOOD)]);
    let output = folder.run(&["check", "--select", "dockerfile/sudoo"]);
    assert_eq!(code(&output), 2);
    assert!(text(&output.stderr).contains("dockerfile/sudo"), "{}", text(&output.stderr));
    for arguments in [["explain", "nonsense"], ["rules", "--select=nonsense"]] {
        let output = folder.run(&arguments);
        let said = "error: there is no rule `nonsense`\nhelp: `shipworthy rules` lists them\n";
        assert_eq!((text(&output.stderr).as_str(), code(&output)), (said, 2));
    }
}

#[test]
fn standard_input_needs_no_name() {
    let folder = Folder::new();
    let run = |arguments: &[&str], input: &[u8]| folder.pipe(arguments, input);
    let found = run(&["check", "-f", "concise", "-"], b"FROM alpine:3\nRUN sudo ls\n");
    assert!(text(&found.stdout).contains("-:2:5: medium[dockerfile/sudo]"), "{}", text(&found.stdout));
    let named = run(&["-f", "concise", "--stdin-filename", "a/Dockerfile", "-"], b"RUN sudo ls\n");
    assert!(text(&named.stdout).contains("a/Dockerfile:1:5"), "{}", text(&named.stdout));
    let forced = run(&["check", "--kind", "dockerfile", "-"], b"nothing of that kind\n");
    assert_eq!(code(&forced), 1);
    let unknown = run(&["check", "-"], b"hello\n");
    assert_eq!(code(&unknown), 2);
    assert!(text(&unknown.stderr).contains("--kind") || text(&unknown.stdout).contains("--kind"));
}

#[test]
fn a_bare_path_means_check() {
    let folder = Folder::with(&[("Dockerfile", b"FROM alpine:3\nRUN sudo ls\n")]);
    assert_eq!(code(&folder.run(&["Dockerfile"])), 1);
    assert_eq!(code(&folder.run::<&str>(&[])), 1);
}

#[test]
fn several_reports_in_one_run() {
    let folder = Folder::with(&[("Dockerfile", b"FROM alpine:3\nRUN sudo ls\n")]);
    let output = folder.run(&["check", "--output", "sarif=out.sarif", "--output", "json=out.json", "-f", "github"]);
    assert_eq!(code(&output), 1);
    assert!(text(&output.stdout).starts_with("::"), "{}", text(&output.stdout));
    for file in ["out.sarif", "out.json"] {
        let text = fs::read_to_string(folder.path().join(file)).expect("it was written");
        let _: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
    }
}
