//! The five systems of `fixtures/`: what is said about them, what the fixes make of them, and that the patch is one that git takes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const SYSTEMS: [&str; 5] = ["docker-guide", "eas", "sixty", "teamflow", "uk-bot"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_shipworthy"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("SHIPWORTHY_CONFIG")
        .output()
        .expect("the binary runs")
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("what is printed about fixtures is UTF-8")
}

/// A copy of one system outside the repository.
fn copy(system: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let source = root().join("fixtures").join(system);
    for path in files(&source) {
        let target = folder.path().join(path.strip_prefix(&source).expect("it lies below"));
        fs::create_dir_all(target.parent().expect("a file has a folder")).expect("folders can be made");
        fs::copy(&path, target).expect("files can be copied");
    }
    folder
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).expect("folders can be read").flatten() {
            if entry.path().is_dir() { open.push(entry.path()) } else { found.push(entry.path()) }
        }
    }
    found.sort();
    found
}

#[test]
fn findings() {
    for system in SYSTEMS {
        let output = run(
            &root().join("fixtures").join(system),
            &["check", "--isolated", "--today", "2026-11-20", "-f", "full", "--exit-zero"],
        );
        assert_eq!(output.status.code(), Some(0), "{system}");
        insta::assert_snapshot!(format!("findings_{system}"), text(output.stdout));
    }
}

#[test]
fn fixed_files() {
    for system in SYSTEMS {
        let output = run(
            &root().join("fixtures").join(system),
            &["fix", "--isolated", "--today", "2026-11-20", "--profile", "strict", "--unsafe-fixes", "--diff"],
        );
        insta::assert_snapshot!(format!("patch_{system}"), text(output.stdout));
    }
}

fn git(folder: &Path, arguments: &[&str]) -> Output {
    let settings = ["-c", "user.name=test", "-c", "user.email=test@example.org", "-c", "core.autocrlf=false"];
    Command::new("git").args(settings).args(arguments).current_dir(folder).output().expect("git is there")
}

/// `git apply` of the printed patch gives what `fix` writes, mode and all other bytes untouched, and a second run finds nothing to do.
#[test]
fn the_patch_is_what_fix_writes() {
    for system in SYSTEMS {
        let (patched, fixed) = (copy(system), copy(system));
        let flags = ["--isolated", "--today", "2026-11-20", "--profile", "pedantic", "--unsafe-fixes"];
        let patch = run(patched.path(), &[&["fix", "--diff"][..], &flags].concat());
        assert_eq!(patch.status.code(), Some(1), "{system}: there is something to fix");
        fs::write(patched.path().join("fix.patch"), &patch.stdout).expect("files can be written");
        assert!(git(patched.path(), &["init", "-q"]).status.success());
        let applied = git(patched.path(), &["apply", "fix.patch"]);
        assert!(applied.status.success(), "{system}: {}", text(applied.stderr));
        let written = run(fixed.path(), &[&["fix", "--exit-zero", "-q"][..], &flags].concat());
        assert_eq!(written.status.code(), Some(0), "{system}: {}", text(written.stderr));
        for path in files(fixed.path()) {
            let relative = path.strip_prefix(fixed.path()).expect("it lies below");
            let by_patch = fs::read(patched.path().join(relative)).expect("both have it");
            assert_eq!(text(by_patch), text(fs::read(&path).expect("it is there")), "{system}: {}", relative.display());
        }
        let again = run(fixed.path(), &[&["fix", "--diff"][..], &flags].concat());
        assert_eq!(text(again.stdout), "", "{system}: a second run changes nothing");
    }
}

/// What BuildKit takes it still takes after every fix, and no comment is lost.
#[test]
fn fixes_break_nothing() {
    for system in SYSTEMS {
        let fixed = copy(system);
        run(fixed.path(), &["fix", "--isolated", "--profile", "pedantic", "--unsafe-fixes", "--exit-zero", "-q"]);
        let output = run(
            fixed.path(),
            &["check", "--isolated", "--select", "dockerfile/parse-error,dockerfile/build-error", "-f", "json"],
        );
        assert_eq!(output.status.code(), Some(0), "{system}: {}", text(output.stdout));
        let source = root().join("fixtures").join(system);
        for path in files(&source).iter().filter(|path| path.to_string_lossy().contains("Dockerfile")) {
            let after =
                fs::read_to_string(fixed.path().join(path.strip_prefix(&source).expect("it lies below"))).expect("it is there");
            let before = fs::read_to_string(path).expect("it is there");
            for comment in before.lines().filter(|line| line.trim_start().starts_with('#')) {
                assert!(after.contains(comment.trim()), "{}: lost {comment}", path.display());
            }
        }
    }
}

/// The guide of this system proposes an account with a home that nobody makes, and a `PATH` into another one that nobody makes either. What
/// the fix writes has neither fault: the packages lie in the home of the account, which is made with it, and nothing is left in `/root`.
#[test]
fn the_identity_service_leaves_root() {
    let fixed = copy("docker-guide");
    let service = Path::new("services/identity-service/Dockerfile");
    let select = ["--isolated", "--select", "dockerfile/service-as-root,dockerfile/missing-user", "--unsafe-fixes"];
    run(fixed.path(), &[&["fix", "-q", "--exit-zero"][..], &select, &["services/identity-service"]].concat());
    let before = fs::read_to_string(root().join("fixtures/docker-guide").join(service)).expect("it is there");
    let after = fs::read_to_string(fixed.path().join(service)).expect("it is there");
    let runtime = after.rsplit("FROM ").next().expect("it has a stage");
    assert!(before.contains("ENV PATH=/root/.local/bin:$PATH") && !runtime.contains(" /root/.local\n"));
    assert!(runtime.contains("--create-home") && runtime.contains("ENV PATH=/home/app/.local/bin:$PATH"));
    assert_eq!(runtime.matches("USER ").count(), 1, "once, though two rules ask for it");
    insta::assert_snapshot!("identity_service", after);
}
