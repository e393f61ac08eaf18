//! The pre-commit hooks: which files they take, and their entries as pre-commit runs them, with the binary of this build.
#![cfg(unix)]

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use shipworthy::yaml;

const BINARY: &str = env!("CARGO_BIN_EXE_shipworthy");
const CLEAN: &str = "FROM registry.example.org/base:1.0\nUSER app\nHEALTHCHECK NONE\nCMD [\"true\"]\n";
const DIRTY: &str = "FROM registry.example.org/base:1.0\nRUN sudo true\nUSER app\nHEALTHCHECK NONE\nCMD [\"true\"]\n";

/// A YAML file of the project as JSON.
fn load(name: &str) -> Value {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap();
    let stream = yaml::parse(&text);
    assert!(stream.problems.is_empty(), "{name}: {:?}", stream.problems);
    let tree = &stream.documents[0];
    tree.to_json(tree.root.unwrap()).unwrap()
}

#[test]
fn hooks_take_the_files_that_they_are_for() {
    let taken = [
        "Dockerfile",
        "a/Dockerfile",
        "Dockerfile.dev",
        "Dockerfile-alpine",
        "dockerfile",
        "app.Dockerfile",
        "app.dockerfile",
        "Containerfile",
        "compose.yaml",
        "compose.prod.yml",
        "docker-compose.yml",
        "a/docker-compose.override.yaml",
        "nginx.conf",
        "a/nginx-prod.conf",
        "nginx.conf.template",
        "site.nginx",
        "nginx/conf.d/app.conf",
        "sites-enabled/default",
        "sites-available/example.org",
    ];
    let left = [
        "README.md",
        "src/main.rs",
        "mydockerfile",
        "config.yml",
        "composer.json",
        "compose.json",
        "my.conf",
        ".github/workflows/ci.yml",
        "Dockerfiles/readme",
    ];
    for hook in load(".pre-commit-hooks.yaml").as_array().unwrap() {
        let files = regex::Regex::new(hook["files"].as_str().unwrap()).unwrap();
        assert!(taken.iter().all(|name| files.is_match(name)), "{:?}", taken.iter().find(|name| !files.is_match(name)));
        assert!(left.iter().all(|name| !files.is_match(name)), "{:?}", left.iter().find(|name| files.is_match(name)));
    }
}

#[test]
fn the_entries_of_the_hooks_run() {
    for hook in load(".pre-commit-hooks.yaml").as_array().unwrap() {
        let folder = tempfile::tempdir().unwrap();
        let run = |files: &[&str]| {
            let mut words = hook["entry"].as_str().unwrap().split(' ');
            assert_eq!(words.next(), Some("shipworthy"));
            Command::new(BINARY).args(words).args(files).current_dir(folder.path()).env("PRE_COMMIT", "1").output().unwrap()
        };
        fs::write(folder.path().join("Dockerfile"), CLEAN).unwrap();
        fs::create_dir_all(folder.path().join("conf.d")).unwrap();
        fs::write(folder.path().join("conf.d/other"), "no configuration of ours\n").unwrap();
        let id = hook["id"].as_str().unwrap();
        assert_eq!(run(&["Dockerfile"]).status.code(), Some(0), "{id}: {:?}", run(&["Dockerfile"]));
        assert_eq!(run(&["conf.d/other"]).status.code(), Some(0), "{id} for a file of no kind");
        fs::write(folder.path().join("Dockerfile"), DIRTY).unwrap();
        assert_eq!(run(&["Dockerfile"]).status.code(), Some(1), "{id}");
        fs::write(folder.path().join("shipworthy.toml"), "[check]\nexclude = [\"Dockerfile\"]\n").unwrap();
        assert_eq!(run(&["Dockerfile"]).status.code(), Some(0), "{id} for an excluded file");
    }
}

#[test]
fn the_mirror_has_the_same_hooks_from_the_wheel() {
    let ours = load(".pre-commit-hooks.yaml");
    let mirrored = load("packaging/pre-commit-mirror/.pre-commit-hooks.yaml");
    let mirrored = mirrored.as_array().unwrap();
    assert_eq!(mirrored.len(), 2);
    for hook in mirrored {
        let same = ours.as_array().unwrap().iter().find(|ours| ours["id"] == hook["id"]).unwrap();
        for key in ["name", "entry", "types", "files", "require_serial"] {
            assert_eq!(hook[key], same[key], "{key}");
        }
        assert_eq!((&same["language"], &hook["language"]), (&"rust".into(), &"python".into()));
    }
    let package =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/pre-commit-mirror/pyproject.toml")).unwrap();
    let version = env!("CARGO_PKG_VERSION");
    assert!(package.contains(&format!("\nversion = \"{version}\"\n")), "{package}");
    assert!(package.contains(&format!("\"shipworthy=={version}\"")), "{package}");
}
