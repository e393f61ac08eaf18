//! The hooks run by pre-commit itself, offline, in repositories that hold the usual trouble. The hooks of the manifest that build from
//! source are run with the binary of this build here (`language: system`); `.ci/run` lets pre-commit build them once.
#![cfg(unix)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const CLEAN: &str = "FROM registry.example.org/base:1.0\nUSER app\nHEALTHCHECK NONE\nCMD [\"true\"]\n";
const DIRTY: &str = "FROM registry.example.org/base:1.0\nRUN sudo true\nUSER app\nHEALTHCHECK NONE\nCMD [\"true\"]\n";
/// What a safe fix mends.
const FIXABLE: &str =
    "FROM debian:12\nRUN apt-get update && apt-get install curl=8 && rm -rf /var/lib/apt/lists/*\nUSER 1000\nCMD [\"true\"]\n";

/// Whether pre-commit can be run here. In the CI it has to be.
fn is_missing() -> bool {
    let missing = Command::new("pre-commit").arg("--version").output().is_err();
    if missing {
        assert!(std::env::var("CI").as_deref() != Ok("true"), "pre-commit is not installed");
        // Past the capture of the test runner, so that a run without it is seen for what it is.
        use std::io::Write;
        let _ = writeln!(std::io::stderr(), "skipped: pre-commit is not installed");
    }
    missing
}

fn manifest() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(".pre-commit-hooks.yaml")
}

/// A repository that uses the hooks, the repository that they come from, and a `shipworthy` that notes how it is called.
struct Site {
    folder: tempfile::TempDir,
}

impl Site {
    fn new(files: &[(&str, &str)]) -> Self {
        let site = Self { folder: tempfile::tempdir().unwrap() };
        for folder in ["hooks", "work", "bin", "home"] {
            fs::create_dir(site.folder.path().join(folder)).unwrap();
        }
        let hooks = fs::read_to_string(manifest()).unwrap().replace("language: rust", "language: system");
        fs::write(site.folder.path().join("hooks/.pre-commit-hooks.yaml"), hooks).unwrap();
        let calls = site.folder.path().join("calls");
        let binary = env!("CARGO_BIN_EXE_shipworthy");
        let script = format!("#!/bin/sh\nprintf '%s\\n' \"$@\" END >> '{}'\nexec '{binary}' \"$@\"\n", calls.display());
        fs::write(site.folder.path().join("bin/shipworthy"), script).unwrap();
        assert!(Command::new("chmod").arg("+x").arg(site.folder.path().join("bin/shipworthy")).status().unwrap().success());
        for folder in ["hooks", "work"] {
            site.git(folder, &["init", "--quiet"]);
        }
        site.git("hooks", &["add", "."]);
        site.git("hooks", &["commit", "--quiet", "-m", "hooks"]);
        for (path, text) in files {
            site.write(path, text);
            site.git("work", &["add", path]);
        }
        site
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.folder.path().join("work").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.folder.path().join("work").join(path)).unwrap()
    }

    fn command(&self, program: &str, folder: &str) -> Command {
        let mut command = Command::new(program);
        let path = format!("{}:{}", self.folder.path().join("bin").display(), std::env::var("PATH").unwrap());
        command.current_dir(self.folder.path().join(folder)).env("PATH", path);
        command.env("PRE_COMMIT_HOME", self.folder.path().join("home")).env("PRE_COMMIT_COLOR", "never");
        command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
        command
    }

    fn git(&self, folder: &str, arguments: &[&str]) -> String {
        let identity = ["-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "protocol.file.allow=always"];
        let output = self.command("git", folder).args(identity).args(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs a hook over what is staged.
    fn hook(&self, id: &str) -> (bool, String) {
        let hooks = self.folder.path().join("hooks");
        let output = self.command("pre-commit", "work").arg("try-repo").arg(hooks).arg(id).output().unwrap();
        said(&output)
    }

    /// How shipworthy was called: the arguments of each time.
    fn calls(&self) -> Vec<Vec<String>> {
        let text = fs::read_to_string(self.folder.path().join("calls")).unwrap_or_default();
        let calls = text.split("END\n").filter(|call| !call.is_empty());
        calls.map(|call| call.lines().map(str::to_owned).collect()).collect()
    }
}

fn said(output: &Output) -> (bool, String) {
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    (output.status.success(), text)
}

#[test]
fn the_manifests_are_valid() {
    if is_missing() {
        return;
    }
    let mirror = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/pre-commit-mirror/.pre-commit-hooks.yaml");
    for manifest in [manifest(), mirror] {
        let output = Command::new("pre-commit").arg("validate-manifest").arg(manifest).output().unwrap();
        assert!(output.status.success(), "{output:?}");
    }
}

#[test]
fn staged_faults_are_found_by_each_hook() {
    if is_missing() {
        return;
    }
    let site = Site::new(&[("Dockerfile", DIRTY), ("fine/Dockerfile", CLEAN), ("README.md", "x\n")]);
    for id in ["shipworthy", "shipworthy-system"] {
        let (passed, said) = site.hook(id);
        assert!(!passed && said.contains("Dockerfile:2:5") && said.contains("dockerfile/sudo"), "{id}: {said}");
    }
    for call in site.calls() {
        assert_eq!(call, ["check", "--force-exclude", "--no-progress", "Dockerfile", "fine/Dockerfile"]);
    }
    site.write("Dockerfile", CLEAN);
    site.git("work", &["add", "."]);
    for id in ["shipworthy", "shipworthy-fix", "shipworthy-system"] {
        let (passed, said) = site.hook(id);
        assert!(passed && said.contains("Passed"), "{id}: {said}");
    }
}

#[test]
fn a_commit_is_blocked_and_let_through() {
    if is_missing() {
        return;
    }
    let site = Site::new(&[("app dir/Dockerfile", DIRTY)]);
    let revision = site.git("hooks", &["rev-parse", "HEAD"]);
    let hooks = site.folder.path().join("hooks");
    site.write(
        ".pre-commit-config.yaml",
        &format!("repos:\n- repo: {}\n  rev: {}\n  hooks:\n  - id: shipworthy-system\n", hooks.display(), revision.trim()),
    );
    site.git("work", &["add", "."]);
    let installed = site.command("pre-commit", "work").arg("install").output().unwrap();
    assert!(installed.status.success(), "{installed:?}");
    let commit = || {
        let identity = ["-c", "user.name=x", "-c", "user.email=x@example.org", "commit", "-m", "x"];
        said(&site.command("git", "work").args(identity).output().unwrap())
    };
    let (passed, said) = commit();
    assert!(!passed && said.contains("app dir/Dockerfile:2:5"), "{said}");
    site.write("app dir/Dockerfile", CLEAN);
    site.git("work", &["add", "."]);
    let (passed, said) = commit();
    assert!(passed, "{said}");
}

#[test]
fn what_is_not_staged_does_not_count() {
    if is_missing() {
        return;
    }
    let site = Site::new(&[("Dockerfile", CLEAN)]);
    site.write("Dockerfile", DIRTY);
    let (passed, said) = site.hook("shipworthy-system");
    assert!(passed, "{said}");
    assert_eq!(site.read("Dockerfile"), DIRTY, "what was not staged is still there");
    site.git("work", &["add", "."]);
    site.write("Dockerfile", CLEAN);
    let (passed, said) = site.hook("shipworthy-system");
    assert!(!passed && said.contains("dockerfile/sudo"), "{said}");
    assert_eq!(site.read("Dockerfile"), CLEAN);
}

#[test]
fn three_hundred_files_are_one_process() {
    if is_missing() {
        return;
    }
    let names: Vec<String> = (0..300).map(|number| format!("some/service {number:03}/Dockerfile")).collect();
    let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), CLEAN)).collect();
    let site = Site::new(&files);
    let (passed, said) = site.hook("shipworthy-system");
    assert!(passed, "{said}");
    let calls = site.calls();
    assert_eq!(calls.len(), 1);
    assert_eq!(calls[0][3..], names);
}

#[test]
fn excluded_files_stay_excluded() {
    if is_missing() {
        return;
    }
    let site = Site::new(&[("vendor/Dockerfile", DIRTY), ("shipworthy.toml", "[check]\nexclude = [\"vendor\"]\n")]);
    for id in ["shipworthy", "shipworthy-fix", "shipworthy-system"] {
        let (passed, said) = site.hook(id);
        assert!(passed, "{id}: {said}");
    }
    assert_eq!(site.calls().len(), 3);
}

#[test]
fn a_fixing_hook_fixes_says_so_and_is_content_then() {
    if is_missing() {
        return;
    }
    let site = Site::new(&[("a b/Dockerfile", FIXABLE)]);
    let (passed, said) = site.hook("shipworthy-fix");
    assert!(!passed && said.contains("files were modified by this hook"), "{said}");
    let fixed = site.read("a b/Dockerfile");
    assert!(fixed.contains("apt-get install -y curl=8"), "{fixed}");
    site.git("work", &["add", "."]);
    let (passed, said) = site.hook("shipworthy-fix");
    assert!(passed, "{said}");
    assert_eq!(site.read("a b/Dockerfile"), fixed);
}

#[test]
fn files_of_no_kind_are_skipped_in_silence() {
    if is_missing() {
        return;
    }
    let site = Site::new(&[("conf.d/logrotate", "rotate 4\n"), ("sites-available/README", "Sites go here.\n")]);
    for id in ["shipworthy", "shipworthy-fix", "shipworthy-system"] {
        let (passed, said) = site.hook(id);
        assert!(passed && !said.contains("error"), "{id}: {said}");
    }
    assert_eq!(site.calls().len(), 3, "the names fit, the contents do not");
    let site = Site::new(&[("src/main.rs", "fn main() {}\n")]);
    let (passed, said) = site.hook("shipworthy-system");
    assert!(passed && said.contains("no files to check"), "{said}");
    assert!(site.calls().is_empty());
}

#[test]
fn files_beside_those_that_are_staged_are_read() {
    if is_missing() {
        return;
    }
    let site = Site::new(&[
        ("app/Dockerfile", CLEAN),
        ("compose.yaml", "services:\n  app:\n    build: app\n    ports: [\"127.0.0.1:8000:8000\"]\n"),
    ]);
    site.git("work", &["commit", "--quiet", "-m", "x"]);
    site.write("compose.yaml", "services:\n  app:\n    build: gone\n");
    site.git("work", &["add", "."]);
    let (passed, said) = site.hook("shipworthy-system");
    assert!(!passed && said.contains("compose.yaml:3:") && said.contains("gone"), "{said}");
    assert_eq!(site.calls()[0][3..], ["compose.yaml"]);
}
