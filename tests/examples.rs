//! The pages of `docs/examples/` are what the program prints: each command of a page is run in a copy of the system that the page is about.
//! `UPDATE_DOCS=1 cargo test --test examples` writes what is printed now.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

const BEGIN: &str = "```console\n$ ";

#[test]
fn pages_show_what_is_printed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/examples");
    for entry in fs::read_dir(folder).expect("there are examples").flatten() {
        let page = fs::read_to_string(entry.path()).expect("pages are text");
        let fresh = run(&page);
        if std::env::var_os("UPDATE_DOCS").is_some() {
            fs::write(entry.path(), &fresh).expect("pages can be written");
        }
        assert!(
            page == fresh || std::env::var_os("UPDATE_DOCS").is_some(),
            "{} is stale: UPDATE_DOCS=1 cargo test --test examples\n{fresh}",
            entry.path().display()
        );
    }
}

/// The page with what its commands print now.
fn run(page: &str) -> String {
    let system = page
        .split("<!-- fixture: ")
        .nth(1)
        .and_then(|rest| rest.split(" -->").next())
        .expect("a page says which system it is about");
    let work = tempfile::tempdir().expect("a folder");
    let (system, bin) = (copy(system, work.path()), work.path().join("bin"));
    fs::create_dir(&bin).expect("a folder for the program");
    // The day of the pages, without a word about it in each command.
    let script = format!(
        "#!/bin/sh\ncase \"$1\" in explain|rules|config) exec '{0}' \"$@\" ;; esac\nexec '{0}' \"$@\" --today 2026-11-20 --no-progress\n",
        env!("CARGO_BIN_EXE_shipworthy")
    );
    fs::write(bin.join("shipworthy"), script).expect("the program is written");
    fs::set_permissions(bin.join("shipworthy"), fs::Permissions::from_mode(0o755)).expect("it can be run");
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap_or_default());
    let mut parts = page.split(BEGIN);
    let mut fresh = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (block, rest) = part.split_once("```\n").expect("a block ends");
        let command = block.lines().next().unwrap_or_default();
        let output = Command::new("sh")
            .args(["-c", command])
            .current_dir(&system)
            .env("PATH", &path)
            .env("LC_ALL", "C.UTF-8")
            .env("SOURCE_DATE_EPOCH", "1795132800")
            .env_remove("SHIPWORTHY_CONFIG")
            .output()
            .expect("a shell runs");
        let printed = String::from_utf8(output.stdout).expect("what is printed is text");
        fresh.push_str(&format!("{BEGIN}{command}\n{printed}```\n{rest}"));
    }
    fresh
}

fn copy(system: &str, work: &Path) -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(system);
    let target = work.join(system);
    let mut open = vec![source.clone()];
    while let Some(next) = open.pop() {
        fs::create_dir_all(target.join(next.strip_prefix(&source).expect("it lies below"))).expect("folders can be made");
        for entry in fs::read_dir(next).expect("folders can be read").flatten() {
            match entry.path() {
                path if path.is_dir() => open.push(path),
                path => drop(
                    fs::copy(&path, target.join(path.strip_prefix(&source).expect("it lies below")))
                        .expect("files can be copied"),
                ),
            }
        }
    }
    target
}
