//! Policies, the table of services, and guides: from the command line, on trees that look like those of teams.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

struct Tree(tempfile::TempDir);

impl Tree {
    fn new(files: &[(&str, &str)]) -> Self {
        let tree = Self(tempfile::tempdir().expect("a temporary folder"));
        fs::create_dir(tree.path().join(".git")).expect("a folder can be made");
        files.iter().for_each(|(path, text)| tree.write(path, text));
        tree
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().expect("it lies in the tree")).expect("folders can be made");
        fs::write(path, text).expect("files can be written");
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path().join(path)).expect("it is there")
    }

    fn run(&self, arguments: &[&str]) -> Output {
        run(self.path(), arguments)
    }

    /// `rule path:line message` of each finding of policies and guides.
    fn said(&self, arguments: &[&str]) -> Vec<String> {
        let output = self.run(&[&["check", "-f", "json", "--today", "2026-11-20", "--exit-zero"][..], arguments].concat());
        assert_eq!(output.status.code(), Some(0), "{}", err(&output));
        of_policy(&json(&output))
    }
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shipworthy"));
    command.args(arguments).current_dir(folder).env_remove("SHIPWORTHY_CONFIG").output().expect("the binary runs")
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}{}", out(output), err(output)))
}

fn of_policy(report: &Value) -> Vec<String> {
    let findings = report["findings"].as_array().expect("a report has findings");
    let text = |finding: &Value| {
        let rule = finding["rule"].as_str().unwrap_or_default();
        (rule.starts_with("policy/") || rule == "project/documentation-drift").then(|| {
            let (path, message) = (finding["path"].as_str().unwrap_or_default(), finding["message"].as_str().unwrap_or_default());
            format!("{rule} {path}:{} {message}", finding["line"])
        })
    };
    findings.iter().filter_map(text).collect()
}

const POLICY: &str = "[policy.python]\ndefault = \"3.13\"\nallow = [\"3.11\", \"3.13\"]\n";

const DOCKERFILE: &str = "FROM python:3.11-slim\nUSER 1000\nHEALTHCHECK CMD python check.py\nCMD [\"python\", \"app.py\"]\n";

#[test]
fn without_a_policy_nothing_beside_the_files_is_read() {
    let tree = Tree::new(&[
        ("api/Dockerfile", DOCKERFILE),
        ("api/.python-version", "3.6\n"),
        ("api/pyproject.toml", "[project]\nrequires-python = \">=3.14\"\n"),
        ("shipworthy.toml", "[check]\nprofile = \"default\"\n"),
    ]);
    let report = json(&tree.run(&["check", "-f", "json", "--exit-zero"]));
    assert_eq!(of_policy(&report), Vec::<String>::new());
    let files: Vec<_> = report["files"].as_array().unwrap().iter().map(|file| file["path"].as_str().unwrap()).collect();
    assert_eq!(files, ["api/Dockerfile"]);
}

#[test]
fn neighbours_are_no_checked_files() {
    let tree = Tree::new(&[("api/Dockerfile", DOCKERFILE), ("api/.python-version", "3.11\n"), ("shipworthy.toml", POLICY)]);
    let report = json(&tree.run(&["check", "-f", "json", "--exit-zero"]));
    assert_eq!(report["summary"]["checked"], serde_json::json!({ "dockerfile": 1 }));
}

#[test]
fn one_service_is_judged_in_every_place() {
    let tree = Tree::new(&[
        (
            "shipworthy.toml",
            &format!("{POLICY}[[service]]\nname = \"api\"\npython = \"3.11\"\nreason = \"grpcio\"\nbecause = \"grpcio\"\n"),
        ),
        ("services/api/Dockerfile", "ARG PYTHON=3.12\nFROM python:${PYTHON}-slim\nUSER 1000\n"),
        ("services/api/.python-version", "3.13\n"),
        ("services/api/pyproject.toml", "[project]\nrequires-python = \">=3.12\"\ndependencies = [\"fastapi\"]\n"),
        (
            ".github/workflows/ci.yml",
            "jobs:\n  api:\n    defaults: { run: { working-directory: services/api } }\n    steps:\n      - uses: actions/setup-python@v5\n        with: { python-version: \"3.12\" }\n",
        ),
        ("compose.yaml", "services:\n  api:\n    build: services/api\n"),
    ]);
    let said = tree.said(&[]);
    for (rule, place) in [
        ("policy/version-not-allowed", "services/api/Dockerfile:2"),
        ("policy/version-not-allowed", ".github/workflows/ci.yml:6"),
        ("policy/version-differs", "services/api/.python-version:1"),
        ("policy/version-differs", "services/api/pyproject.toml:2"),
        ("policy/stale-reason", "shipworthy.toml:8"),
    ] {
        assert!(said.iter().any(|line| line.starts_with(&format!("{rule} {place} "))), "{rule} {place} in {said:#?}");
    }
    assert_eq!(said.len(), 5, "each place once: {said:#?}");

    let fixed = tree.run(&["fix", "--unsafe-fixes", "--select", "policy", "--exit-zero", "-q"]);
    assert_eq!(fixed.status.code(), Some(0), "{}", err(&fixed));
    assert!(tree.read("services/api/Dockerfile").starts_with("ARG PYTHON=3.11\nFROM python:${PYTHON}-slim\n"));
    assert_eq!(tree.read("services/api/.python-version"), "3.11\n");
    assert!(tree.read(".github/workflows/ci.yml").contains("python-version: \"3.11\""));
    assert!(tree.read("shipworthy.toml").contains("because = \"grpcio\""), "no fix writes a reason");
    let again = tree.run(&["fix", "--unsafe-fixes", "--diff", "--select", "policy"]);
    assert_eq!((out(&again).as_str(), again.status.code()), ("", Some(0)));
}

#[test]
fn a_service_moves_as_a_whole() {
    let tree = Tree::new(&[
        ("shipworthy.toml", POLICY),
        ("api/Dockerfile", "FROM python:3.11 AS build\nFROM python:3.11-slim\nUSER 1000\n"),
        ("api/.python-version", "3.11.4\r\n"),
    ]);
    assert_eq!(tree.said(&[]).len(), 1);
    let patch = out(&tree.run(&["fix", "--unsafe-fixes", "--diff", "--select", "policy"]));
    for line in ["+FROM python:3.13 AS build", "+FROM python:3.13-slim", "+3.13"] {
        assert!(patch.lines().any(|found| found.trim_end() == line), "{line} in {patch}");
    }
}

#[test]
fn a_part_of_the_tree_says_nothing_of_the_rest() {
    let tree = Tree::new(&[
        ("shipworthy.toml", "[policy]\nguides = [\"GUIDE.md\"]\n[[service]]\nname = \"gone\"\nport = 1\n"),
        ("GUIDE.md", "| Service | Port |\n|---|---|\n| gone | 1 |\n| api | 8000 |\n"),
        ("api/Dockerfile", "FROM python:3.13\nEXPOSE 8000\n"),
    ]);
    let names = |said: Vec<String>| said.iter().map(|line| line.split(' ').next().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(names(tree.said(&["api"])), Vec::<String>::new());
    assert_eq!(names(tree.said(&[])), ["project/documentation-drift", "policy/service-unmatched"]);
}

#[test]
fn comments_silence_findings_in_the_files_beside() {
    let tree = Tree::new(&[
        (
            "shipworthy.toml",
            &format!(
                "{POLICY}[[service]]\nname = \"api\"\n# shipworthy: ignore[policy/version-without-reason] being looked for\npython = \"3.11\"\n"
            ),
        ),
        ("api/Dockerfile", DOCKERFILE),
        ("api/.python-version", "# shipworthy: ignore[policy/version-differs] for the tools\n3.13\n"),
    ]);
    assert_eq!(tree.said(&[]), Vec::<String>::new());
}

#[test]
fn secrets_beside_the_files_are_masked() {
    let token = ["ghp_", "Zq3rT9xLw2VbN8mKp5sDf7gHj1cYu4eXo6Ai"].concat();
    let workflow = format!(
        "env:\n  API_TOKEN: {token}\njobs:\n  test:\n    steps:\n      - uses: actions/setup-python@v5\n        with: {{ python-version: \"3.9\" }}\n"
    );
    let tree = Tree::new(&[("shipworthy.toml", POLICY), ("api/Dockerfile", DOCKERFILE), (".github/workflows/ci.yml", &workflow)]);
    for format in ["full", "json", "sarif", "markdown", "gitlab", "github"] {
        let output = tree.run(&["check", "-f", format, "--exit-zero"]);
        let text = out(&output) + &err(&output);
        assert!(text.contains("ci.yml") && !text.contains(&token), "{format}: {text}");
    }
    let patch = tree.run(&["fix", "--unsafe-fixes", "--diff"]);
    assert!(!(out(&patch) + &err(&patch)).contains(&token));
}

#[test]
fn what_runs_is_held_to_the_policy_too() {
    let tree = Tree::new(&[
        (
            "shipworthy.toml",
            "[policy.python]\nallow = [\"3.13\"]\neol = \"critical\"\n[[service]]\nname = \"api\"\nport = 8001\n",
        ),
        (
            "engine.json",
            "{\"schema_version\": 1, \"engines\": [{\"containers\": [{\"name\": \"prod-api-1\", \"image\": \"api\", \"labels\": {\"com.docker.compose.service\": \"api\"}, \"interpreters\": [{\"name\": \"python\", \"version\": \"3.9.1\", \"told_by\": \"PYTHON_VERSION\"}], \"ports\": [{\"address\": \"\", \"published\": 8080, \"target\": 80, \"protocol\": \"tcp\"}]}]}]}",
        ),
    ]);
    let output = tree.run(&["audit", "--input", "engine.json", "-f", "json", "--exit-zero", "--today", "2026-11-20"]);
    let report = json(&output);
    let said = of_policy(&report);
    assert!(
        said.iter().any(|line| line.contains("policy/version-not-allowed") && line.contains("`prod-api-1` Python 3.9.1")),
        "{said:?}"
    );
    assert!(
        said.iter().any(|line| line.contains("policy/port-differs") && line.contains("container `prod-api-1` opens 8080")),
        "{said:?}"
    );
    let findings = report["findings"].as_array().unwrap();
    let ended = findings.iter().find(|finding| finding["rule"] == "container/interpreter-end-of-life").unwrap();
    assert_eq!(ended["severity"], "critical");
}

#[test]
fn days_of_warning_reach_the_rules_on_images() {
    let tree = Tree::new(&[
        ("Dockerfile", "FROM python:3.11-slim\nUSER 1000\n"),
        ("shipworthy.toml", "[policy.python]\neol-warn-days = 30\n"),
    ]);
    let warned = |tree: &Tree| {
        let report = json(&tree.run(&["check", "-f", "json", "--exit-zero", "--today", "2027-08-01"]));
        report["findings"].as_array().unwrap().iter().any(|finding| finding["rule"] == "dockerfile/near-end-of-life-base")
    };
    assert!(!warned(&tree), "it ends in 91 days");
    tree.write("shipworthy.toml", "[policy]\neol-warn-days = 100\n");
    assert!(warned(&tree));
}

const GUIDE: &str = "# Services\n\n| Service | Port | Python Version | Reason |\n|---|---|---|---|\n\
    | `identity-service` | 8001 | **3.11** | gRPC does not compile |\n| `content` | 8003 | 3.11 | python-consul |\n| backend | 8000 | 3.13 | |\n\n\
    `grpcio` has no wheels.\n";

fn team() -> Tree {
    Tree::new(&[
        ("GUIDE.md", GUIDE),
        (
            "services/identity-service/Dockerfile",
            "FROM python:3.11-slim\nEXPOSE 8001\nHEALTHCHECK CMD curl -f http://localhost:8001/health || exit 1\n",
        ),
        ("services/identity-service/requirements.txt", "fastapi\n"),
        ("services/content/Dockerfile", "FROM python:3.11.4-slim\nEXPOSE 8003\n"),
        ("services/content/requirements.txt", "python_consul==1.1.0\n"),
        ("backend/Dockerfile", "FROM python:3.13-slim\nEXPOSE 8000\n"),
        ("web/Dockerfile", "FROM node:24-alpine\n"),
    ])
}

#[test]
fn a_first_policy_is_what_runs_today() {
    let tree = team();
    let output = tree.run(&["config", "init"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert!(
        out(&output).starts_with("wrote shipworthy.toml\n  Python 3.11 by default, 1 service on another release\n"),
        "{}",
        out(&output)
    );
    let written = tree.read("shipworthy.toml");
    for part in [
        "[policy.python]\ndefault = \"3.11\"\nallow = [\"3.11\", \"3.13\"]\n",
        "[policy.node]\ndefault = \"24\"\n",
        "name = \"backend\"\npython = \"3.13\"\nreason = \"TODO: say why it does not run Python 3.11, or move it there\"\nport = 8000\n",
        "name = \"identity-service\"\nport = 8001\nhealth = \"/health\"\n",
    ] {
        assert!(written.contains(part), "{part} in\n{written}");
    }
    let said = tree.said(&[]);
    assert_eq!(said.len(), 1, "only the reason is to be written: {said:#?}");
    assert!(said[0].starts_with("policy/version-without-reason shipworthy.toml:"));
}

#[test]
fn a_guide_becomes_the_table_of_services() {
    let tree = team();
    let output = tree.run(&["config", "init", "--from", "GUIDE.md"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let written = tree.read("shipworthy.toml");
    for part in [
        "[policy]\nguides = [\"GUIDE.md\"]\n",
        "[policy.python]\ndefault = \"3.13\"\nallow = [\"3.11\", \"3.13\"]\n",
        "name = \"identity-service\"\npython = \"3.11\"\nreason = \"gRPC does not compile\"\nbecause = \"grpcio\"\nport = 8001\nhealth = \"/health\"\n",
        "name = \"content\"\npython = \"3.11\"\nreason = \"python-consul\"\nbecause = \"python-consul\"\nport = 8003\n",
        "name = \"backend\"\nport = 8000\n",
    ] {
        assert!(written.contains(part), "{part} in\n{written}");
    }
    let said = tree.said(&[]);
    assert!(said.iter().any(|line| line.starts_with("policy/stale-reason") && line.contains("`grpcio`")), "{said:#?}");
    assert!(said.iter().any(|line| line.contains("leave out `web`")), "{said:#?}");
    assert_eq!(said.len(), 2, "{said:#?}");
    tree.write("backend/Dockerfile", "FROM python:3.11-slim\nEXPOSE 8080\n");
    let said = tree.said(&[]);
    for message in [
        "the guide says Python 3.13 of `backend`, and `FROM` says 3.11",
        "the guide says port 8000 of `backend`, and the files say 8080",
    ] {
        assert!(said.iter().any(|line| line.contains("GUIDE.md:7") && line.ends_with(message)), "{message} in {said:#?}");
    }
}

#[test]
fn a_file_that_is_there_is_not_overwritten() {
    let tree = team();
    let own = "# ours\n[check]\nfail-on = \"high\" # agreed\n\n[policy]\neol-warn-days = 90\n\n[[service]]\nname = \"content\"\nport = 8003\n# end\n";
    tree.write("shipworthy.toml", own);
    let refused = tree.run(&["config", "init"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(err(&refused).contains("is there already") && err(&refused).contains("--extend"), "{}", err(&refused));
    let printed = tree.run(&["config", "init", "--stdout"]);
    assert!(printed.status.success() && out(&printed).contains("[policy.python]"));
    assert_eq!(tree.read("shipworthy.toml"), own);

    let extended = tree.run(&["config", "init", "--extend", "--from", "GUIDE.md"]);
    assert_eq!(extended.status.code(), Some(0), "{}", err(&extended));
    let written = tree.read("shipworthy.toml");
    for part in [
        "# ours\n[check]\nfail-on = \"high\" # agreed\n",
        "eol-warn-days = 90\n",
        "guides = [\"GUIDE.md\"]",
        "# end\n",
        "[policy.node]",
        "name = \"backend\"",
    ] {
        assert!(written.contains(part), "{part} in\n{written}");
    }
    assert_eq!(written.matches("name = \"content\"").count(), 1);
    let again = tree.run(&["config", "init", "--extend", "--from", "GUIDE.md"]);
    assert!(out(&again).contains("has it all already"), "{}{}", out(&again), err(&again));
    assert_eq!(tree.read("shipworthy.toml"), written);

    assert!(tree.run(&["config", "init", "--force"]).status.success());
    assert!(!tree.read("shipworthy.toml").contains("# ours"));
}

#[test]
fn what_cannot_be_read_or_extended_is_said() {
    let tree = team();
    tree.write("empty.md", "# Nothing\n");
    for (arguments, message) in [
        (&["config", "init", "--from", "none.md"][..], "none.md: cannot be read"),
        (&["config", "init", "--from", "empty.md"], "has no table of services"),
        (&["config", "init", "--force", "--extend"], "cannot be used with"),
    ] {
        let output = tree.run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(err(&output).contains(message), "{}", err(&output));
    }
    assert!(!tree.path().join("shipworthy.toml").exists());
    for broken in ["[check\n", "policy = { python = { default = \"3.9\" } }\n[[service]]\nname = 3\n"] {
        tree.write("shipworthy.toml", broken);
        let output = tree.run(&["config", "init", "--extend"]);
        assert_eq!(output.status.code(), Some(2), "{broken}: {}", out(&output));
        assert_eq!(tree.read("shipworthy.toml"), broken);
    }
}

#[test]
fn an_empty_folder_gets_the_commented_file() {
    let tree = Tree::new(&[]);
    let output = tree.run(&["config", "init"]);
    assert!(output.status.success(), "{}", err(&output));
    assert!(out(&output).contains("nothing is promised of services yet"), "{}", out(&output));
    assert!(tree.read("shipworthy.toml").starts_with("# shipworthy.toml:"));
}

/// The guide that started this project.
#[test]
fn the_guide_of_four_services() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/docker-guide");
    let output = run(&folder, &["check", "-f", "json", "--today", "2026-11-20", "--exit-zero"]);
    insta::assert_snapshot!("policy_docker-guide", of_policy(&json(&output)).join("\n"));
    let output = run(&folder, &["audit", "--input", "engine.json", "-f", "json", "--today", "2026-11-20", "--exit-zero"]);
    insta::assert_snapshot!("policy_docker-guide_running", of_policy(&json(&output)).join("\n"));
    let fresh = run(&folder, &["config", "init", "--from", "GUIDE.md", "--stdout"]);
    let text = out(&fresh);
    insta::assert_snapshot!("policy_docker-guide_init", text[text.find("\n# Documents").expect("the policy is there")..].trim());
}
