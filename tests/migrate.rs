//! `shipworthy config migrate`, run as a user runs it: what was silenced elsewhere is silent here.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const HADOLINT: &str = "\
# pins are somebody else's work
ignored:
  - DL3008
  - SC2086
override:
  error: [DL3004]
failure-threshold: warning
trustedRegistries: [docker.io, ghcr.io]
label-schema:
  org.opencontainers.image.source: url
format: sarif
";
const DCLINT: &str = r#"{
  "$schema": "./node_modules/dclint/schemas/linter-config.schema.json",
  "rules": {
    "no-version-field": 0,
    "no-unbound-port-interfaces": 1,
    "require-quotes-in-ports": [2, { "quoteType": "single" }],
    "services-alphabetical-order": 1
  },
  "exclude": ["tests"]
}
"#;
const DOCKERFILE: &str = "\
FROM quay.io/x/base:1.0
LABEL org.opencontainers.image.source=https://example.org
RUN sudo apt-get update && apt-get install -y curl
USER app
CMD [\"true\"]
";

fn site(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join(".git")).unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn run(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let command = Command::new(env!("CARGO_BIN_EXE_shipworthy")).args(arguments).current_dir(folder).output();
    let Output { status, stdout, stderr } = command.unwrap();
    (status.code().unwrap(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

fn migrate(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    run(folder, &[&["config", "migrate"], arguments].concat())
}

fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap()
}

#[test]
fn both_configurations_become_one() {
    let site = site(&[(".hadolint.yaml", HADOLINT), (".dclintrc", DCLINT), ("Dockerfile", DOCKERFILE)]);
    let (code, stdout, stderr) = migrate(site.path(), &[]);
    assert_eq!((code, stdout.as_str()), (0, ""), "{stderr}");
    let written = read(site.path(), "shipworthy.toml");
    for part in [
        "# From .hadolint.yaml and .dclintrc, by `shipworthy config migrate`.",
        "fail-on = \"medium\"",
        "    \"DL3008\", # ",
        "    \"no-version-field\", # compose/obsolete-version\n",
        "exclude = [\n    \"tests\",\n]",
        "\"org.opencontainers.image.source\" = \"url\"",
        "DL3004 = \"high\" # dockerfile/sudo\n",
        "require-quotes-in-ports = \"high\" # compose/unquoted-port\n",
    ] {
        assert!(written.contains(part), "no {part:?} in\n{written}");
    }
    for part in [
        ".hadolint.yaml:11: `format` belongs to a run: `-f sarif`",
        ".dclintrc:6: the option `quoteType`",
        ".dclintrc:7: `services-alphabetical-order` has no equivalent",
        "wrote shipworthy.toml",
    ] {
        assert!(stderr.contains(part), "no {part:?} in\n{stderr}");
    }
    let (code, report, _) = run(site.path(), &["check", "-f", "concise"]);
    assert_eq!(code, 1);
    assert!(report.contains("high") && report.contains("dockerfile/sudo"), "{report}");
    assert!(report.contains("`quay.io`, which is not among the trusted registries"), "{report}");
    let (_, report, _) = run(site.path(), &["check", "-f", "concise", "--profile", "pedantic"]);
    assert!(!report.contains("dockerfile/unpinned-package]") && report.contains("dockerfile/sudo"), "{report}");
}

#[test]
fn an_existing_file_is_only_added_to_when_that_is_asked_for() {
    let ours = "# agreed in May\n[check]\nfail-on = \"high\" # not less\nignore = [\"DL3059\"]\n";
    for name in ["shipworthy.toml", ".shipworthy.toml"] {
        let site = site(&[(".hadolint.yaml", HADOLINT), (name, ours)]);
        let (code, _, stderr) = migrate(site.path(), &[]);
        assert_eq!(code, 2);
        assert!(stderr.contains("is there already") && stderr.contains("--force"), "{stderr}");
        assert_eq!(read(site.path(), name), ours);

        let (code, shown, _) = migrate(site.path(), &["--stdout"]);
        assert_eq!(code, 0);
        assert_eq!(read(site.path(), name), ours);

        let (code, _, stderr) = migrate(site.path(), &["--force"]);
        assert_eq!(code, 0, "{stderr}");
        assert!(stderr.contains("stays as it is: fail-on = \"high\""), "{stderr}");
        let written = read(site.path(), name);
        assert_eq!(written, shown);
        assert!(
            written.starts_with("# agreed in May\n[check]\nfail-on = \"high\" # not less\nignore = [\"DL3059\", \"DL3008\", "),
            "{written}"
        );
    }
}

#[test]
fn standard_output_gets_the_file_and_nothing_else() {
    let site = site(&[("lint/my.yaml", HADOLINT)]);
    let (code, _, stderr) = migrate(site.path(), &["lint/my.yaml"]);
    assert_eq!(code, 2);
    assert!(stderr.contains("--from"), "{stderr}");
    let (code, stdout, stderr) = migrate(site.path(), &["--from", "hadolint", "--stdout", "lint/my.yaml"]);
    assert_eq!(code, 0, "{stderr}");
    assert!(stdout.starts_with("# From lint/my.yaml, ") && !stderr.contains("wrote"), "{stdout}{stderr}");
    assert!(!site.path().join("shipworthy.toml").exists());
}

#[test]
fn what_cannot_be_read_writes_nothing() {
    for (name, text, said) in [
        (".hadolint.yaml", "ignored: DL3008\n", ".hadolint.yaml:1:10"),
        (".hadolint.yaml", "ignored: [\n", "cannot be read"),
        ("dclint.config.js", "module.exports = {}\n", "JSON.stringify"),
        ("README.md", "x\n", "no configuration of hadolint or dclint"),
        ("package.json", "{\"name\": \"x\"}\n", "no configuration of hadolint or dclint"),
    ] {
        let site = site(&[(name, text)]);
        let (code, _, stderr) = migrate(site.path(), &[]);
        assert_eq!(code, 2, "{name}");
        assert!(stderr.contains(said), "{name}: {stderr}");
        assert!(!site.path().join("shipworthy.toml").exists());
    }
    let site = site(&[]);
    let (code, _, stderr) = migrate(site.path(), &["missing/.hadolint.yaml"]);
    assert!(code == 2 && stderr.contains("missing/.hadolint.yaml: cannot be read"), "{stderr}");
}

#[test]
fn a_configuration_above_is_not_forgotten_in_silence() {
    let site =
        site(&[("shipworthy.toml", "[check]\nprofile = \"strict\"\n"), ("app/package.json", "{\"dclint\": {\"rules\": {}}}")]);
    let (code, _, stderr) = migrate(&site.path().join("app"), &[]);
    assert_eq!(code, 0, "{stderr}");
    assert!(stderr.contains("shipworthy.toml no longer holds in this folder"), "{stderr}");
}
