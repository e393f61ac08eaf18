//! The five systems of `fixtures/` from end to end, with the policy that each has: check, fix, what runs, the checklist; before and after.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

const TODAY: &str = "2026-11-20";

/// One system in a folder of its own, as it is and, later, as `fix` leaves it.
struct System {
    folder: tempfile::TempDir,
    name: &'static str,
}

impl System {
    fn new(name: &'static str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name);
        for path in files(&source) {
            let target = folder.path().join(path.strip_prefix(&source).expect("it lies below"));
            fs::create_dir_all(target.parent().expect("a file has a folder")).expect("folders can be made");
            fs::copy(&path, target).expect("files can be copied");
        }
        Self { folder, name }
    }

    fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_shipworthy"))
            .args(arguments)
            .args(["--today", TODAY, "--no-progress"])
            .current_dir(self.folder.path())
            .env_remove("SHIPWORTHY_CONFIG")
            .output()
            .expect("the binary runs")
    }

    fn text(&self, arguments: &[&str], codes: &[i32]) -> String {
        let output = self.run(arguments);
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            output.status.code().is_some_and(|code| codes.contains(&code)),
            "{} {arguments:?}: {:?} {errors}",
            self.name,
            output.status
        );
        String::from_utf8(output.stdout).expect("what is printed about fixtures is UTF-8")
    }

    fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.text(arguments, &[0, 1])).expect("a report in JSON")
    }

    /// What `check` or `audit` amounts to: the verdict, how many findings of each rule, what was not judged.
    fn account(&self, report: &Value) -> String {
        let mut account =
            format!("{}: {}\n", report["summary"]["verdict"].as_str().unwrap_or_default(), report["summary"]["by_severity"]);
        let findings = report["findings"].as_array().expect("findings");
        let mut rules: Vec<(String, usize)> = Vec::new();
        for finding in findings {
            let rule =
                format!("{} {}", finding["severity"].as_str().unwrap_or_default(), finding["rule"].as_str().unwrap_or_default());
            match rules.iter_mut().find(|(known, _)| *known == rule) {
                Some((_, count)) => *count += 1,
                None => rules.push((rule, 1)),
            }
        }
        let place =
            |rule: &str| ["critical", "high", "medium", "low", "info"].iter().position(|severity| rule.starts_with(severity));
        rules.sort_by(|a, b| place(&a.0).cmp(&place(&b.0)).then(a.0.cmp(&b.0)));
        for (rule, count) in rules {
            let _ = writeln!(account, "  {count:3} {rule}");
        }
        for file in report["files"].as_array().expect("files").iter().filter(|file| file["status"] != "judged") {
            let _ = writeln!(
                account,
                "  {} {}: {}",
                file["kind"].as_str().unwrap_or_default(),
                file["path"].as_str().unwrap_or_default(),
                file["status"].as_str().unwrap_or_default()
            );
        }
        account
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).expect("folders can be read").flatten() {
            if entry.path().is_dir() { open.push(entry.path()) } else { found.push(entry.path()) }
        }
    }
    found
}

/// The whole way of one system, as one text.
fn journey(name: &'static str) -> String {
    let system = System::new(name);
    let mut told = String::new();
    let mut section = |title: &str, text: &str| {
        let _ = write!(told, "== {title}\n{}\n", text.trim_end().replace("\r\n", "\n"));
        told.push('\n');
    };

    let before = system.json(&["check", "-f", "json", "."]);
    section("check", &system.account(&before));
    section("audit --input engine.json", &system.account(&system.json(&["audit", "--input", "engine.json", "-f", "json"])));
    section("checklist --input engine.json", &system.text(&["checklist", "--input", "engine.json"], &[0, 1]));

    // The page holds the same findings, and every link in it leads somewhere.
    let page = system.text(&["check", "-f", "html", "."], &[0, 1]);
    assert_eq!(page.matches("<article ").count(), before["findings"].as_array().map_or(0, Vec::len), "{name}");
    for page in [page, system.text(&["checklist", "--input", "engine.json", "-f", "html"], &[0, 1])] {
        for target in page.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert_eq!(
                page.matches(&format!("id=\"{target}\"")).count(),
                1,
                "{name}: #{target} leads nowhere, or to several places"
            );
        }
    }

    let patch = system.text(&["fix", "--unsafe-fixes", "--diff", "."], &[0, 1]);
    let touched: Vec<&str> = patch.lines().filter_map(|line| line.strip_prefix("+++ b/")).collect();
    section("fix --unsafe-fixes", &format!("{} lines of patch for\n  {}", patch.lines().count(), touched.join("\n  ")));
    system.text(&["fix", "--unsafe-fixes", "."], &[0, 1]);
    let after = system.json(&["check", "-f", "json", "."]);
    section("check, after", &system.account(&after));
    let count = |report: &Value| report["summary"]["failing"].as_u64().unwrap_or_default();
    assert!(count(&after) < count(&before), "{name}: the fixes mend something");
    let again = system.text(&["fix", "--unsafe-fixes", "--diff", "."], &[0]);
    assert_eq!(again, "", "{name}: a second run has nothing to mend");
    told
}

#[test]
fn docker_guide() {
    insta::assert_snapshot!(journey("docker-guide"));
}

#[test]
fn eas() {
    insta::assert_snapshot!(journey("eas"));
}

#[test]
fn sixty() {
    insta::assert_snapshot!(journey("sixty"));
}

/// Its Kubernetes manifests and its Terraform are listed as not judged.
#[test]
fn teamflow() {
    let told = journey("teamflow");
    for file in ["terraform infra/staging/main.tf: not-judged", "kubernetes k8s/backend.yaml: not-judged"] {
        assert!(told.contains(file), "{told}");
    }
    insta::assert_snapshot!(told);
}

#[test]
fn uk_bot() {
    insta::assert_snapshot!(journey("uk-bot"));
}
