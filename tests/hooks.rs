//! What runs outside of the program: the steps of `action.yml` as GitHub runs them, and the entries of the pre-commit
//! hooks as pre-commit runs them, both with the binary of this build.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

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

fn read_json(path: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// A workspace of a job, with the files that GitHub gives to its steps.
struct Job {
    folder: tempfile::TempDir,
    inputs: BTreeMap<String, String>,
}

/// What a run of the action left behind.
struct Finished {
    /// The exit codes of the steps that ran, by name.
    exits: BTreeMap<String, i32>,
    outputs: BTreeMap<String, String>,
    log: String,
    summary: String,
}

impl Job {
    fn new(files: &[(&str, &str)], inputs: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (path, content) in files {
            let path = folder.path().join("workspace").join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        fs::create_dir_all(folder.path().join("temp")).unwrap();
        let mut inputs: BTreeMap<String, String> = inputs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        inputs.entry("binary".into()).or_insert(BINARY.into());
        Self { folder, inputs }
    }

    fn run(&self) -> Finished {
        let action = load("action.yml");
        let mut inputs = self.inputs.clone();
        for (name, input) in action["inputs"].as_object().unwrap() {
            inputs.entry(name.clone()).or_insert_with(|| input["default"].as_str().unwrap_or_default().to_owned());
        }
        for name in inputs.keys() {
            assert!(action["inputs"].get(name).is_some(), "the action has no input `{name}`");
        }
        let mut finished =
            Finished { exits: BTreeMap::new(), outputs: BTreeMap::new(), log: String::new(), summary: String::new() };
        for step in action["runs"]["steps"].as_array().unwrap() {
            if condition(step["if"].as_str(), &inputs, &finished) {
                self.step(step, &inputs, &mut finished);
            }
        }
        finished
    }

    fn step(&self, step: &Value, inputs: &BTreeMap<String, String>, finished: &mut Finished) {
        let at = |name: &str| self.folder.path().join("temp").join(name);
        let script = at("script.sh");
        fs::write(&script, step["run"].as_str().unwrap()).unwrap();
        fs::write(at("output"), "").unwrap();
        fs::write(at("summary"), "").unwrap();
        let mut command = Command::new("bash");
        command.args(["--noprofile", "--norc", "-eo", "pipefail"]).arg(&script).current_dir(self.folder.path().join("workspace"));
        command.env("RUNNER_TEMP", at("")).env("GITHUB_OUTPUT", at("output")).env("GITHUB_STEP_SUMMARY", at("summary"));
        for (name, value) in step["env"].as_object().into_iter().flatten() {
            command.env(name, substitute(value.as_str().unwrap(), inputs, finished));
        }
        let Output { status, stdout, stderr } = command.output().unwrap();
        finished.log.push_str(&String::from_utf8(stdout).unwrap());
        finished.log.push_str(&String::from_utf8(stderr).unwrap());
        finished.exits.insert(step["name"].as_str().unwrap().to_owned(), status.code().unwrap());
        finished.outputs.extend(outputs(&fs::read_to_string(at("output")).unwrap()));
        finished.summary.push_str(&fs::read_to_string(at("summary")).unwrap());
    }
}

/// The conditions that the action has, each known by its text.
fn condition(text: Option<&str>, inputs: &BTreeMap<String, String>, finished: &Finished) -> bool {
    let failed = finished.exits.values().any(|code| *code != 0);
    match text {
        None => !failed,
        Some("inputs.binary == ''") => !failed && inputs["binary"].is_empty(),
        Some("always() && steps.check.outputs.exit-code != ''") => finished.outputs.contains_key("exit-code"),
        Some(other) => panic!("this test does not know the condition `{other}`"),
    }
}

/// Fills in `${{ … }}`.
fn substitute(template: &str, inputs: &BTreeMap<String, String>, finished: &Finished) -> String {
    let mut text = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("${{") {
        let (expression, after) = after.split_once("}}").unwrap();
        text.push_str(before);
        let expression = expression.trim();
        if let Some(name) = expression.strip_prefix("inputs.") {
            text.push_str(&inputs[name]);
        } else if let Some(name) = expression.strip_prefix("steps.check.outputs.") {
            text.push_str(&finished.outputs[name]);
        } else if expression == "github.action_path" {
            text.push_str(env!("CARGO_MANIFEST_DIR"));
        } else {
            panic!("this test does not know `{expression}`");
        }
        rest = after;
    }
    text + rest
}

/// Reads a `GITHUB_OUTPUT` file: `name<<delimiter`, the value, the delimiter.
fn outputs(text: &str) -> BTreeMap<String, String> {
    let mut outputs = BTreeMap::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let (name, delimiter) = line.split_once("<<").unwrap();
        assert_eq!(delimiter.len(), 32, "{line}");
        let value: Vec<&str> = lines.by_ref().take_while(|line| *line != delimiter).collect();
        outputs.insert(name.to_owned(), value.join("\n"));
    }
    outputs
}

/// The lines that GitHub takes for commands.
fn commands(log: &str) -> Vec<&str> {
    let mut commands = Vec::new();
    let mut stopped: Option<&str> = None;
    for line in log.lines() {
        match stopped {
            Some(token) if line.trim() == format!("::{token}::") => stopped = None,
            Some(_) => {}
            None => match line.strip_prefix("::stop-commands::") {
                Some(token) => stopped = Some(token),
                None if line.trim_start().starts_with("::") => commands.push(line),
                None => {}
            },
        }
    }
    assert!(stopped.is_none(), "commands stay stopped: {log}");
    commands
}

#[test]
fn a_clean_tree_passes() {
    let finished = Job::new(&[("Dockerfile", CLEAN)], &[]).run();
    assert_eq!(finished.exits, BTreeMap::from([("Check".into(), 0), ("Gate".into(), 0)]), "{}", finished.log);
    assert_eq!(finished.outputs["exit-code"], "0");
    for count in ["findings", "critical", "high", "medium", "low", "info"] {
        assert_eq!(finished.outputs[count], "0", "{count}");
    }
    assert!(commands(&finished.log).is_empty(), "{}", finished.log);
}

#[test]
fn findings_reach_log_annotations_reports_summary_and_gate() {
    let job = Job::new(&[("app/Dockerfile", DIRTY)], &[]);
    let finished = job.run();
    assert_eq!(finished.exits, BTreeMap::from([("Check".into(), 0), ("Gate".into(), 1)]), "{}", finished.log);
    assert_eq!((finished.outputs["exit-code"].as_str(), finished.outputs["findings"].as_str()), ("1", "1"));
    assert_eq!(finished.outputs["medium"], "1");
    let annotations = commands(&finished.log);
    assert!(annotations.iter().any(|line| line.starts_with("::warning file=app/Dockerfile,line=2")), "{annotations:?}");
    assert!(finished.log.contains("RUN sudo true"), "{}", finished.log);
    assert!(finished.summary.starts_with("### shipworthy\n"), "{}", finished.summary);
    assert!(finished.summary.contains("\n    app/Dockerfile:2:"), "{}", finished.summary);
    let json = read_json(&finished.outputs["json-file"]);
    assert_eq!(json["findings"][0]["rule"], "dockerfile/sudo");
    let sarif = read_json(&finished.outputs["sarif-file"]);
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "dockerfile/sudo");
}

#[test]
fn inputs_become_flags() {
    let run = |inputs: &[(&str, &str)]| Job::new(&[("Dockerfile", DIRTY)], inputs).run();
    for inputs in [
        &[("fail-on", "high")][..],
        &[("fail-on", "never")],
        &[("ignore", "dockerfile/sudo")],
        &[("select", "suppression/unused")],
    ] {
        let finished = run(inputs);
        assert_eq!(finished.exits["Gate"], 0, "{inputs:?}: {}", finished.log);
    }
    assert_eq!(run(&[("min-severity", "high")]).outputs["findings"], "0");
    let quiet = run(&[("annotations", "false"), ("summary", "false")]);
    assert!(commands(&quiet.log).is_empty() && quiet.summary.is_empty(), "{}", quiet.log);
    let configured =
        Job::new(&[("Dockerfile", DIRTY), ("a b.toml", "[check]\nignore = [\"DL3004\"]\n")], &[("config", "a b.toml")]);
    assert_eq!(configured.run().outputs["findings"], "0");
}

#[test]
fn paths_are_taken_as_they_stand() {
    let files = [("a b/Dockerfile", DIRTY), ("c/Dockerfile", DIRTY), ("d/Dockerfile", DIRTY)];
    let finished = Job::new(&files, &[("paths", "a b\r\n\nc/Dockerfile")]).run();
    assert_eq!(finished.outputs["findings"], "2", "{}", finished.log);
    let evil = "$(touch pwned); `touch pwned`";
    let job = Job::new(&[], &[("paths", evil), ("select", "$(touch pwned)")]);
    fs::create_dir_all(job.folder.path().join("workspace")).unwrap();
    let finished = job.run();
    assert_eq!(finished.exits["Gate"], 2, "{}", finished.log);
    assert!(!job.folder.path().join("workspace/pwned").exists());
}

#[test]
fn values_cannot_turn_into_flags() {
    for (name, value) in
        [("paths", "--exit-zero"), ("select", "--exit-zero"), ("config", "--exit-zero"), ("fail-on", "-q"), ("paths", "\n")]
    {
        let finished = Job::new(&[("Dockerfile", DIRTY)], &[(name, value)]).run();
        assert_eq!(finished.exits, BTreeMap::from([("Check".into(), 2)]), "{name}: {}", finished.log);
        assert!(commands(&finished.log)[0].starts_with("::error "), "{}", finished.log);
    }
}

#[test]
fn checked_text_is_never_a_workflow_command() {
    let evil = format!("{DIRTY}RUN sudo true \\\n::error::injected\n");
    let finished = Job::new(&[("Dockerfile", &evil)], &[]).run();
    assert!(commands(&finished.log).iter().all(|line| !line.starts_with("::error::injected")), "{}", finished.log);
}

#[test]
fn nothing_to_check_fails_unless_allowed() {
    let run = |inputs: &[(&str, &str)]| Job::new(&[("README.md", "x")], inputs).run().exits["Gate"];
    assert_eq!(run(&[]), 3);
    assert_eq!(run(&[("allow-empty", "true")]), 0);
}

#[test]
fn scripts_get_inputs_through_the_environment_alone() {
    let action = load("action.yml");
    for step in action["runs"]["steps"].as_array().unwrap() {
        let script = step["run"].as_str().unwrap();
        assert!(!script.contains("${{") && !script.contains("eval"), "{script}");
    }
    let used = serde_json::to_string(&action["runs"]).unwrap();
    for name in action["inputs"].as_object().unwrap().keys() {
        assert!(used.contains(&format!("inputs.{name}")), "the input `{name}` does nothing");
    }
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
fn pre_commit_accepts_the_manifest() {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join(".pre-commit-hooks.yaml");
    match Command::new("pre-commit").arg("validate-manifest").arg(manifest).output() {
        Ok(output) => assert!(output.status.success(), "{output:?}"),
        // Past the capture of the test runner, so that a run without it is seen for what it is.
        Err(_) => {
            use std::io::Write;
            let _ = writeln!(std::io::stderr(), "skipped: pre-commit is not installed");
        }
    }
}
