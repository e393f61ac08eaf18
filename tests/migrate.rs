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

/// The pages of `docs/migrate/` with their texts.
fn pages() -> Vec<(std::path::PathBuf, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/migrate");
    let mut pages: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    pages.sort();
    pages.into_iter().map(|path| (path.clone(), fs::read_to_string(path).unwrap())).collect()
}

/// Each identifier of an alias family with each rule that answers to it.
fn table(family: &str) -> String {
    let registry = shipworthy::rules::Registry::embedded();
    let mut rows: Vec<(&str, &shipworthy::rules::Rule)> = Vec::new();
    for rule in registry.iter() {
        rows.extend(rule.all_aliases().into_iter().filter(|(of, _)| *of == family).map(|(_, id)| (id, rule)));
    }
    rows.sort_by_key(|(id, rule)| (natural(id), rule.id));
    let mut text = format!("| {family} | rule | what it finds | profile | severity | fix |\n|---|---|---|---|---|---|\n");
    for (id, rule) in rows {
        let fix = rule.fix_safety().map_or("", |safety| safety.name());
        let title = rule.title.replace('|', "\\|");
        let severity = if rule.mandatory { "always fails" } else { rule.severity.default.name() };
        let (name, profile) = (rule.id, rule.profile);
        text.push_str(&format!("| `{id}` | [{name}](../rules/{name}.md) | {title} | {profile} | {severity} | {fix} |\n"));
    }
    text
}

/// `4.10` behind `4.9`: digits as numbers.
fn natural(id: &str) -> Vec<(String, u64)> {
    let mut parts = Vec::new();
    let mut rest = id;
    while !rest.is_empty() {
        let digits = rest.find(|char: char| char.is_ascii_digit()).unwrap_or(rest.len());
        let (text, tail) = rest.split_at(digits);
        let end = tail.find(|char: char| !char.is_ascii_digit()).unwrap_or(tail.len());
        parts.push((text.to_lowercase(), tail[..end].parse().unwrap_or_default()));
        rest = &tail[end..];
    }
    parts
}

/// A page with its tables made anew, and the families that it has tables of.
fn renewed(page: &str) -> (String, Vec<String>) {
    let (mut text, mut families) = (String::new(), Vec::new());
    let mut rest = page;
    while let Some((before, after)) = rest.split_once("<!-- begin: ") {
        let (family, after) = after.split_once(" -->\n").expect("a marker ends with its line");
        let (_, after) = after.split_once("<!-- end -->").expect("each table has an end");
        text.push_str(&format!("{before}<!-- begin: {family} -->\n{}<!-- end -->", table(family)));
        families.push(family.to_owned());
        rest = after;
    }
    (text + rest, families)
}

#[test]
fn the_tables_of_the_pages_are_fresh() {
    let mut families = Vec::new();
    for (path, page) in pages() {
        let (renewed, of_page) = renewed(&page);
        families.extend(of_page);
        if std::env::var_os("UPDATE_DOCS").is_some() {
            fs::write(&path, &renewed).unwrap();
        } else {
            assert!(page == renewed, "{} is stale: run UPDATE_DOCS=1 cargo test --test migrate", path.display());
        }
    }
    for (family, id) in shipworthy::rules::Registry::embedded().iter().flat_map(shipworthy::rules::Rule::all_aliases) {
        assert!(families.iter().any(|known| known == family), "no page of docs/migrate/ has a table for {family} ({id})");
    }
}

#[test]
fn the_commands_of_the_pages_are_commands() {
    let mut seen = 0;
    for (path, page) in pages() {
        for block in page.split("```sh\n").skip(1) {
            for line in block.split("```").next().unwrap().lines().filter(|line| line.starts_with("shipworthy")) {
                // What stands before `--help` is read first.
                let script = line.split('#').next().unwrap().trim_end().replacen("shipworthy", "\"$0\"", 1) + " --help";
                let output = Command::new("sh").args(["-c", &script, env!("CARGO_BIN_EXE_shipworthy")]).output().unwrap();
                assert!(output.status.success(), "{}: {line}: {output:?}", path.display());
                seen += 1;
            }
        }
    }
    assert!(seen >= 20, "{seen}");
}
