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

/// Every kind of file that is found is judged: a file that is only listed would be a pass that says nothing.
#[test]
fn every_kind_is_judged() {
    let files: [(&str, &[u8]); 4] = [
        ("compose.yaml", b"services:\n  web: { image: nginx }\n"),
        (".env", b"TAG=1\n"),
        ("nginx.conf", b"events {}\nhttp { server { listen 80; } }\n"),
        ("Dockerfile", GOOD),
    ];
    for (path, content) in files {
        let (document, code) = check(&Folder::with(&[(path, content)]), &[]);
        assert_eq!((&document["files"][0]["path"], document["files"][0]["status"].as_str()), (&path.into(), Some("judged")));
        assert!(code < 2, "{path}: {document}");
    }
    let (document, _) = check(&Folder::with(&files), &[]);
    assert_eq!(document["files"].as_array().map(Vec::len), Some(4), "{document}");
}

/// What compose refuses of a file beside a good Dockerfile: line and message of each finding of `compose/load-error`. The
/// Dockerfile is judged and the gate fails.
fn refused(files: &[(&str, &[u8])]) -> Vec<String> {
    let mut all = files.to_vec();
    all.push(("other/Dockerfile", b"FROM alpine:3\nRUN sudo ls\n"));
    let (document, code) = check(&Folder::with(&all), &[]);
    assert_eq!(code, 1, "{document}");
    assert!(rules_of(&document, "other/Dockerfile").contains(&"dockerfile/sudo".to_owned()), "{document}");
    let findings = document["findings"].as_array().expect("findings is a list");
    let load_errors = findings.iter().filter(|finding| finding["rule"] == "compose/load-error");
    let shown = |finding: &serde_json::Value| {
        format!("{}:{}: {}", text_of(&finding["path"]), finding["line"], text_of(&finding["message"]))
    };
    load_errors.map(shown).collect()
}

fn text_of(value: &serde_json::Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[test]
fn compose_files_that_are_wrong_get_one_clear_error() {
    let nested = format!("services:\n  a:\n    image: x\n    x-deep: {}{}\n", "[".repeat(10_000), "]".repeat(10_000));
    let indented: String = (0..1500).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    let bomb: String =
        (1..10).map(|level| format!("x-a{level}: &a{level} [{}]\n", vec![format!("*a{}", level - 1); 10].join(", "))).collect();
    let bomb = format!("x-a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n{bomb}services:\n  a: {{image: x}}\n");
    let cases: &[(&[u8], &str)] = &[
        (b"services:\n  a:\n\timage: x\n", "3: a tab indents this line"),
        (b"services:\n  a:\n   image: x\n   \tb: 1\n", "4: a tab indents this line"),
        (b"services:\n  a: {image: x}\n  a: {image: y}\n", "3: the key `a` stands in this mapping already, in line 2"),
        (nested.as_bytes(), "4: more than 255 levels are nested here"),
        (indented.as_bytes(), "256: more than 255 levels are nested here"),
        (bomb.as_bytes(), "1: with its aliases written out this document is too large to read"),
        (b"x-a: &a {b: *a}\nservices:\n  a: {image: x}\n", "1: this alias stands inside the value that it names"),
        (b"services:\n  a: {extends: b}\n  b: {extends: a}\n", "2: `a` extends itself"),
        (b"services:\n  a:\n    image: x\xff\n", "3: this byte is no UTF-8; save the file as UTF-8"),
        (b"services:\n  a:\n    image: \"x\0y\"\n", "3: a NUL byte cannot stand in YAML"),
        (b"services:\n  a:\n    image: 'x\n", "3: this quote is never closed"),
        (b"services:\n  a: {image: x\n", "2: this `{` is never closed"),
        (b"services:\n  a:\n    image: x\n    env_file: folder.env\n", "4: the env file `folder.env` is a folder"),
        (b"services:\n  a:\n    image: x\n    env_file: none.env\n", "4: the env file `none.env` does not exist"),
    ];
    for (content, expected) in cases {
        let found = refused(&[("compose.yaml", content), ("folder.env/keep", b"")]);
        let expected = format!("compose.yaml:{expected}");
        assert!(found.first().is_some_and(|first| first.starts_with(&expected)), "{expected}: {found:?}");
        assert!(found.len() <= 2, "one fault is said once: {found:?}");
    }
}

#[test]
fn compose_files_that_lead_in_a_circle_end() {
    let circle: [(&str, &[u8]); 2] = [
        ("compose.yaml", b"include: [b.yaml]\nservices:\n  a: {image: x}\n"),
        ("b.yaml", b"include: [compose.yaml]\nservices:\n  b: {image: x}\n"),
    ];
    let found = refused(&circle);
    assert!(found.iter().any(|first| first.contains("includes itself, directly or through others")), "{found:?}");
    let own = refused(&[("compose.yaml", b"include: [compose.yaml]\nservices:\n  a: {image: x}\n")]);
    assert!(own.iter().any(|first| first.starts_with("compose.yaml:1: ") && first.contains("includes itself")), "{own:?}");
}

#[test]
fn files_that_extend_each_other_in_a_circle_end() {
    let circle: [(&str, &[u8]); 2] = [
        ("compose.yaml", b"services:\n  a:\n    extends: { file: b.yaml, service: b }\n"),
        ("b.yaml", b"services:\n  b:\n    extends: { file: compose.yaml, service: a }\n"),
    ];
    let found = refused(&circle);
    assert!(found.iter().any(|first| first.contains("extends itself")), "{found:?}");
}

#[test]
fn a_missing_env_file_names_the_example_beside_it() {
    let compose = b"services:\n  a:\n    image: x\n    env_file: app.env\n";
    for example in ["app.env.example", "example.app.env", "app.env.dist"] {
        let found = refused(&[("compose.yaml", compose), (example, b"A=\n")]);
        let expected = format!("compose.yaml:4: the env file `app.env` does not exist; copy `{example}` to it and fill it in");
        assert_eq!(found, [expected]);
    }
}

#[test]
fn a_compose_file_of_twenty_megabytes_is_refused_at_once() {
    let big: String = (0..600_000).map(|index| format!("  service{index}: {{image: x, tty: true}}\n")).collect();
    let big = format!("services:\n{big}");
    assert!(big.len() > 20 << 20);
    let found = refused(&[("compose.yaml", big.as_bytes())]);
    assert_eq!(found, ["compose.yaml:1: this file is larger than 16 MiB; it is not read"]);
}

#[cfg(unix)]
#[test]
fn what_a_compose_file_names_and_nobody_may_read_is_said() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::with(&[
        ("compose.yaml", b"services:\n  a:\n    image: x\n    env_file: app.env\n"),
        ("app.env", b"A=1\n"),
        ("other/Dockerfile", b"FROM alpine:3\nRUN sudo ls\n"),
    ]);
    fs::set_permissions(folder.path().join("app.env"), fs::Permissions::from_mode(0o000)).expect("modes can be set");
    let readable = fs::read(folder.path().join("app.env")).is_ok();
    let (document, code) = check(&folder, &[]);
    assert!(rules_of(&document, "other/Dockerfile").contains(&"dockerfile/sudo".to_owned()), "{document}");
    assert_eq!(code, 1);
    // Root reads everything.
    assert_eq!(rules_of(&document, "compose.yaml").contains(&"compose/load-error".to_owned()), !readable, "{document}");
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

/// What is wrong with nginx files, and how long it may take to say so. Debug builds are slow: what is bounded is bounded.
#[test]
fn nginx_files_that_are_wrong_get_clear_errors_in_time() {
    let nested = format!("events {{}}\nhttp {{\n{}{}\n}}\n", "a {".repeat(100_000), "}".repeat(100_000));
    let line = |number: usize| format!("    log_format f{number} '{}';\n", "x".repeat(3000));
    let large = format!("events {{}}\nhttp {{\n{}}}\n", (0..16_600).map(line).collect::<String>());
    let repeated = format!("events {{}}\nhttp {{\n{}}}\n", "    etag on;\n".repeat(100_000));
    let folder = Folder::with(&[
        ("nested/nginx.conf", nested.as_bytes()),
        ("large/nginx.conf", large.as_bytes()),
        ("repeated/nginx.conf", repeated.as_bytes()),
        ("circle/nginx.conf", b"events {}\nhttp { include a.conf; }\n"),
        ("circle/a.conf", b"include b.conf;\n"),
        ("circle/b.conf", b"include a.conf;\n"),
        ("root/nginx.conf", b"events {}\nhttp { include /; include /*; include /*/*/*/*; }\n"),
        ("nul/nginx.conf", b"events {}\nhttp { server { listen 80;\0 root /srv\0; } }\n\0"),
    ]);
    let start = std::time::Instant::now();
    let said = |name: &str| {
        let (document, code) = check(&folder, &["--isolated", name]);
        let messages = document["findings"].as_array().expect("a report lists findings").iter();
        (
            messages
                .map(|finding| format!("{}: {}", text_of(&finding["rule"]), text_of(&finding["message"])))
                .collect::<Vec<_>>(),
            code,
        )
    };
    let (nested, code) = said("nested");
    assert!(code == 1 && nested.iter().any(|words| words.contains("blocks stand deeper in one another")), "{nested:?}");
    let (large, code) = said("large");
    assert_eq!((large.len(), code), (0, 0), "{large:?}");
    let (repeated, code) = said("repeated");
    assert!(code == 1 && (2..100).contains(&repeated.len()), "{} findings", repeated.len());
    let (circle, code) = said("circle");
    assert!(code == 1 && circle.iter().all(|words| words.starts_with("nginx/include-cycle: `a.conf` leads back")), "{circle:?}");
    let (root, code) = said("root");
    assert!(code == 0 || root.iter().all(|words| words.starts_with("nginx/include-missing")), "{root:?}");
    let (nul, code) = said("nul");
    assert!(code == 1 && nul.iter().any(|words| words.starts_with("nginx/parse-error")), "{nul:?}");
    assert!(start.elapsed() < std::time::Duration::from_secs(120), "{:?}", start.elapsed());
}

#[test]
fn a_pattern_with_ten_thousand_files_is_bounded() {
    let folder = Folder::with(&[("nginx.conf", b"events {}\nhttp { include conf.d/*.conf; }\n")]);
    fs::create_dir(folder.path().join("conf.d")).expect("folders can be made");
    for number in 0..10_000 {
        let text = format!("server {{ listen {}; }}\n", 1000 + number);
        fs::write(folder.path().join(format!("conf.d/{number}.conf")), text).expect("files can be written");
    }
    let start = std::time::Instant::now();
    let (document, code) = check(&folder, &["--isolated", "."]);
    assert_eq!(code, 0);
    let said = document["findings"].as_array().expect("a report lists findings");
    assert!(said.iter().any(|finding| text_of(&finding["message"]).contains("what is in them is not judged")), "{said:?}");
    assert!(start.elapsed() < std::time::Duration::from_secs(60), "{:?}", start.elapsed());
}
