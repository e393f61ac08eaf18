//! The steps of `action.yml` as GitHub runs them: expressions, `if`, `env`, the files for outputs and the summary, and the flags of
//! bash. What `uses` another action is recorded, with what it would get.
#![cfg(unix)]

mod common {
    pub mod expression;
}

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use common::expression::{Context, evaluate, substitute};
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
    /// What the context `github` holds beside `token`.
    github: BTreeMap<String, String>,
    /// Set for every step, over what this machine has.
    environment: Vec<(String, String)>,
    /// Whether an action that is used fails.
    used_fail: bool,
}

/// What a run of the action left behind.
#[derive(Default)]
struct Finished {
    /// The exit codes of the steps that ran, by name.
    exits: BTreeMap<String, i32>,
    /// What the actions that were used would have got, by the name of the step.
    used: BTreeMap<String, BTreeMap<String, String>>,
    /// As the caller sees them.
    outputs: BTreeMap<String, String>,
    /// For each step with an id, what `steps.ID.` gives: `outputs.NAME` and `outcome`.
    steps: BTreeMap<String, String>,
    log: String,
    summary: String,
}

impl Finished {
    /// Whether the job would be red.
    fn failed(&self) -> bool {
        self.exits.values().any(|code| *code != 0)
    }
}

impl Job {
    fn new(files: &[(&str, &str)], inputs: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("work space")).unwrap();
        for (path, content) in files {
            let path = folder.path().join("work space").join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        fs::create_dir_all(folder.path().join("temp")).unwrap();
        let mut inputs: BTreeMap<String, String> = inputs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        inputs.entry("binary".into()).or_insert(BINARY.into());
        Self { folder, inputs, github: BTreeMap::new(), environment: Vec::new(), used_fail: false }
    }

    fn workspace(&self) -> PathBuf {
        self.folder.path().join("work space")
    }

    fn run(&self) -> Finished {
        let action = load("action.yml");
        let mut finished = Finished::default();
        let defaults = self.context(&BTreeMap::new(), &finished);
        let mut inputs = self.inputs.clone();
        for (name, input) in action["inputs"].as_object().unwrap() {
            let default = input["default"].as_str().unwrap_or_default();
            inputs.entry(name.clone()).or_insert_with(|| substitute(default, &defaults));
        }
        for name in inputs.keys() {
            assert!(action["inputs"].get(name).is_some(), "the action has no input `{name}`");
        }
        for step in action["runs"]["steps"].as_array().unwrap() {
            let context = self.context(&inputs, &finished);
            let runs = match step["if"].as_str() {
                Some(condition) if condition.contains("always()") => evaluate(condition, &context).is_true(),
                Some(condition) => !finished.failed() && evaluate(condition, &context).is_true(),
                None => !finished.failed(),
            };
            if !runs {
                self.outcome(step, "skipped", &mut finished);
            } else if step["uses"].is_string() {
                self.used(step, &context, &mut finished);
            } else {
                self.step(step, &context, &mut finished);
            }
        }
        let context = self.context(&inputs, &finished);
        for (name, output) in action["outputs"].as_object().unwrap() {
            finished.outputs.insert(name.clone(), substitute(output["value"].as_str().unwrap(), &context));
        }
        finished
    }

    fn context(&self, inputs: &BTreeMap<String, String>, finished: &Finished) -> Context {
        let mut values = BTreeMap::from([("github.token".to_owned(), "the token".to_owned())]);
        values.extend(inputs.iter().map(|(name, value)| (format!("inputs.{name}"), value.clone())));
        values.extend(self.github.iter().map(|(name, value)| (format!("github.{name}"), value.clone())));
        values.extend(finished.steps.iter().map(|(name, value)| (format!("steps.{name}"), value.clone())));
        Context { values }
    }

    fn used(&self, step: &Value, context: &Context, finished: &mut Finished) {
        let with = step["with"].as_object().unwrap();
        let with = with.iter().map(|(name, value)| (name.clone(), substitute(value.as_str().unwrap(), context))).collect();
        let name = step["name"].as_str().unwrap().to_owned();
        if self.used_fail && step["continue-on-error"] != Value::Bool(true) {
            finished.exits.insert(name.clone(), 1);
        }
        self.outcome(step, if self.used_fail { "failure" } else { "success" }, finished);
        finished.used.insert(name, with);
    }

    fn outcome(&self, step: &Value, outcome: &str, finished: &mut Finished) {
        if let Some(id) = step["id"].as_str() {
            finished.steps.insert(format!("{id}.outcome"), outcome.to_owned());
        }
    }

    fn step(&self, step: &Value, context: &Context, finished: &mut Finished) {
        let at = |name: &str| self.folder.path().join("temp").join(name);
        let script = at("script.sh");
        fs::write(&script, substitute(step["run"].as_str().unwrap(), context)).unwrap();
        for file in ["output", "summary", "environment", "path"] {
            fs::write(at(file), "").unwrap();
        }
        let mut command = Command::new("bash");
        command.args(["--noprofile", "--norc", "-eo", "pipefail"]).arg(&script).current_dir(self.workspace());
        command.env("RUNNER_TEMP", at("")).env("RUNNER_OS", "Linux").env("RUNNER_ARCH", "X64");
        command.env("GITHUB_ACTION_PATH", env!("CARGO_MANIFEST_DIR")).env("GITHUB_WORKSPACE", self.workspace());
        command.env("GITHUB_OUTPUT", at("output")).env("GITHUB_STEP_SUMMARY", at("summary"));
        command.env("GITHUB_ENV", at("environment")).env("GITHUB_PATH", at("path"));
        for (name, value) in step["env"].as_object().into_iter().flatten() {
            command.env(name, substitute(value.as_str().unwrap(), context));
        }
        command.envs(self.environment.iter().cloned());
        let Output { status, stdout, stderr } = command.output().unwrap();
        finished.log.push_str(&String::from_utf8(stdout).unwrap());
        finished.log.push_str(&String::from_utf8(stderr).unwrap());
        finished.exits.insert(step["name"].as_str().unwrap().to_owned(), status.code().unwrap());
        self.outcome(step, if status.success() { "success" } else { "failure" }, finished);
        if let Some(id) = step["id"].as_str() {
            let outputs = outputs(&fs::read_to_string(at("output")).unwrap());
            finished.steps.extend(outputs.into_iter().map(|(name, value)| (format!("{id}.outputs.{name}"), value)));
        }
        finished.summary.push_str(&fs::read_to_string(at("summary")).unwrap());
        assert_eq!(fs::read_to_string(at("environment")).unwrap() + &fs::read_to_string(at("path")).unwrap(), "");
    }
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

fn exits(pairs: &[(&str, i32)]) -> BTreeMap<String, i32> {
    pairs.iter().map(|(name, code)| ((*name).to_owned(), *code)).collect()
}

#[track_caller]
fn assert_valid_sarif(path: &str) -> Value {
    let mut schema = load_json("schemas/vendor/sarif-2.1.0.schema.json");
    // Two patterns have a lone `]`, which is no regular expression to a strict reader. We write no language.
    for definition in ["run", "toolComponent"] {
        schema["definitions"][definition]["properties"]["language"].as_object_mut().unwrap().remove("pattern");
    }
    let report = read_json(path);
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = validator.iter_errors(&report).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    report
}

fn load_json(name: &str) -> Value {
    read_json(Path::new(env!("CARGO_MANIFEST_DIR")).join(name).to_str().unwrap())
}

#[test]
fn a_clean_tree_passes() {
    let job = Job::new(&[("Dockerfile", CLEAN)], &[("sarif", "true")]);
    let finished = job.run();
    assert_eq!(finished.exits, exits(&[("Check", 0), ("Gate", 0)]), "{}", finished.log);
    assert_eq!(finished.outputs["exit-code"], "0");
    for count in ["findings", "critical", "high", "medium", "low", "info"] {
        assert_eq!(finished.outputs[count], "0", "{count}");
    }
    assert_eq!(finished.outputs["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(finished.outputs["report-file"], "");
    assert!(commands(&finished.log).is_empty(), "{}", finished.log);
    assert_valid_sarif(&finished.outputs["sarif-file"]);
    assert_eq!(finished.used["Upload SARIF"]["sarif_file"], finished.outputs["sarif-file"]);
}

#[test]
fn findings_reach_log_annotations_reports_summary_and_gate() {
    let job = Job::new(&[("app/Dockerfile", DIRTY)], &[]);
    let finished = job.run();
    assert_eq!(finished.exits, exits(&[("Check", 0), ("Gate", 1)]), "{}", finished.log);
    assert_eq!((finished.outputs["exit-code"].as_str(), finished.outputs["findings"].as_str()), ("1", "1"));
    assert_eq!(finished.outputs["medium"], "1");
    let annotations = commands(&finished.log);
    assert!(annotations.iter().any(|line| line.starts_with("::warning file=app/Dockerfile,line=2")), "{annotations:?}");
    assert!(finished.log.contains("RUN sudo true"), "{}", finished.log);
    assert!(finished.summary.contains("| `app/Dockerfile:2:"), "{}", finished.summary);
    let json = read_json(&finished.outputs["json-file"]);
    assert_eq!(json["findings"][0]["rule"], "dockerfile/sudo");
    let sarif = assert_valid_sarif(&finished.outputs["sarif-file"]);
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "dockerfile/sudo");
    assert!(finished.used.is_empty(), "alerts are only shown when that is asked for");
}

#[test]
fn a_broken_repository_is_reported_everywhere_and_fails() {
    let files = [("Dockerfile", "FROM\n"), ("compose.yml", "services: [\n"), ("nginx.conf", "http { server {\n")];
    let job = Job::new(&files, &[("sarif", "true"), ("fail-on", "never")]);
    let finished = job.run();
    assert_eq!(finished.exits, exits(&[("Check", 0), ("Gate", 1)]), "{}", finished.log);
    assert_eq!(finished.used.len(), 1);
    let sarif = assert_valid_sarif(&finished.outputs["sarif-file"]);
    assert_eq!(sarif["runs"][0]["results"].as_array().unwrap().len().to_string(), finished.outputs["findings"]);
    assert!(commands(&finished.log).len() >= 3, "{}", finished.log);
    let finished = Job::new(&[("Dockerfile", CLEAN), ("shipworthy.toml", "[check]\nselct = 1\n")], &[("sarif", "true")]).run();
    assert_eq!(finished.exits, exits(&[("Check", 0), ("Gate", 2)]), "{}", finished.log);
    assert!(finished.log.contains("did you mean `select`"), "{}", finished.log);
    assert!(finished.used.is_empty() && finished.outputs["sarif-file"].is_empty(), "{:?}", finished.outputs);
}

#[test]
fn upload_and_gate_are_independent() {
    for (fail_on, gate) in [("medium", 1), ("never", 0)] {
        let inputs = [("sarif", "true"), ("fail-on", fail_on), ("category", "images"), ("token", "mine")];
        let finished = Job::new(&[("Dockerfile", DIRTY)], &inputs).run();
        assert_eq!(finished.exits["Gate"], gate);
        let with = &finished.used["Upload SARIF"];
        assert_eq!((with["category"].as_str(), with["token"].as_str()), ("images", "mine"));
        let mut job = Job::new(&[("Dockerfile", DIRTY)], &inputs);
        job.used_fail = true;
        let finished = job.run();
        assert_eq!(finished.exits["Gate"], gate, "{}", finished.log);
        assert_eq!(finished.failed(), gate == 1, "a failed upload alone fails no job: {:?}", finished.exits);
        assert!(
            commands(&finished.log)
                .iter()
                .any(|line| line.starts_with("::warning title=shipworthy::") && line.contains("security-events"))
        );
    }
}

#[test]
fn annotations_are_the_ten_worst_of_each_kind() {
    let many = format!(
        "{}{}USER app\n",
        DIRTY.split("USER").next().unwrap(),
        "RUN sudo true && curl https://x.example | sh\n".repeat(30)
    );
    let finished = Job::new(&[("Dockerfile", &many)], &[("profile", "pedantic")]).run();
    let annotations = commands(&finished.log);
    for kind in ["::error ", "::warning ", "::notice "] {
        assert!(annotations.iter().filter(|line| line.starts_with(kind)).count() <= 10, "{kind}");
    }
    assert_eq!(annotations.iter().filter(|line| line.starts_with("::warning ")).count(), 10, "{annotations:?}");
    assert!(finished.log.contains("without an annotation"), "{}", finished.log);
}

#[test]
fn the_summary_fits_into_what_a_step_may_write() {
    let many =
        format!("{}{}USER app\n", DIRTY.split("USER").next().unwrap(), "RUN sudo true && sudo true && cd /tmp\n".repeat(3000));
    let finished = Job::new(&[("Dockerfile", &many)], &[("profile", "pedantic")]).run();
    assert!(finished.outputs["findings"].parse::<usize>().unwrap() > 6000);
    assert!(finished.summary.len() > 500_000 && finished.summary.len() < 1_048_576, "{}", finished.summary.len());
    assert!(finished.summary.contains("more do not fit here"));
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
fn an_input_that_is_left_alone_leaves_the_configuration_alone() {
    let configuration = "[check]\nprofile = \"pedantic\"\nfail-on = \"never\"\nmin-severity = \"medium\"\n";
    let finished = Job::new(&[("Dockerfile", DIRTY), ("shipworthy.toml", configuration)], &[]).run();
    assert_eq!(finished.exits["Gate"], 0, "{}", finished.log);
    assert_eq!((finished.outputs["low"].as_str(), finished.outputs["medium"].as_str()), ("0", "1"));
    for policy in ["config", "profile", "fail-on", "min-severity", "min-confidence", "select", "ignore", "baseline"] {
        assert!(load("action.yml")["inputs"][policy]["default"].is_null(), "{policy}");
    }
}

#[test]
fn what_is_known_does_not_fail() {
    let job = Job::new(&[("app/Dockerfile", DIRTY)], &[("working-directory", "app"), ("baseline", "known.json")]);
    let created = Command::new(BINARY)
        .args(["baseline", "create", "--baseline", "app/known.json"])
        .current_dir(job.workspace())
        .output()
        .unwrap();
    assert!(created.status.success(), "{created:?}");
    let finished = job.run();
    assert_eq!((finished.exits["Gate"], finished.outputs["findings"].as_str()), (0, "0"), "{}", finished.log);
}

#[test]
fn a_working_directory_moves_the_inputs_and_not_the_paths_in_reports() {
    let files = [("Dockerfile", DIRTY), ("a b/Dockerfile", DIRTY), ("a b/x.toml", "[check]\nfail-on = \"never\"\n")];
    for folder in ["a b", "a b/", "./a b"] {
        let job = Job::new(&files, &[("working-directory", folder), ("config", "x.toml")]);
        let finished = job.run();
        assert_eq!((finished.exits["Gate"], finished.outputs["findings"].as_str()), (0, "1"), "{}", finished.log);
        assert!(commands(&finished.log)[0].contains("file=a b/Dockerfile,"), "{}", finished.log);
        let sarif = read_json(&finished.outputs["sarif-file"]);
        let location = &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
        assert_eq!(location, "a%20b/Dockerfile");
    }
}

#[test]
fn the_report_for_people_is_written_where_it_is_asked_for() {
    let job = Job::new(&[("app/Dockerfile", DIRTY)], &[("working-directory", "app"), ("report-html", "out put.html")]);
    let finished = job.run();
    assert_eq!(finished.outputs["report-file"], "app/out put.html");
    let page = fs::read_to_string(job.workspace().join("app/out put.html")).unwrap();
    assert!(page.contains("dockerfile/sudo"), "{page}");
}

#[test]
fn paths_are_taken_as_they_stand() {
    let files = [("a b/Dockerfile", DIRTY), ("c/Dockerfile", DIRTY), ("d/Dockerfile", DIRTY)];
    let finished = Job::new(&files, &[("paths", "a b\r\n\nc/Dockerfile")]).run();
    assert_eq!(finished.outputs["findings"], "2", "{}", finished.log);
    let evil = "$(touch pwned); `touch pwned`";
    let job = Job::new(&[], &[("paths", evil), ("select", "$(touch pwned)"), ("only-changed", "$(touch pwned)")]);
    let finished = job.run();
    assert_eq!(finished.exits["Gate"], 2, "{}", finished.log);
    assert!(!job.workspace().join("pwned").exists());
}

#[test]
fn values_cannot_turn_into_flags() {
    for (name, value) in [
        ("paths", "--exit-zero"),
        ("select", "--exit-zero"),
        ("config", "--exit-zero"),
        ("baseline", "--exit-zero"),
        ("working-directory", "--exit-zero"),
        ("report-html", "-x"),
        ("fail-on", "-q"),
        ("paths", "\n"),
    ] {
        let finished = Job::new(&[("Dockerfile", DIRTY)], &[(name, value)]).run();
        assert_eq!(finished.exits, exits(&[("Check", 2)]), "{name}: {}", finished.log);
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

fn git(folder: &Path, arguments: &[&str]) -> String {
    let identity = ["-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "init.defaultBranch=main"];
    let output = Command::new("git").args(identity).args(arguments).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// What `actions/checkout` makes by default: one commit, nothing else of the history.
fn shallow_clone(origin: &Path, reference: &str, workspace: &Path) {
    fs::remove_dir_all(workspace).unwrap();
    fs::create_dir(workspace).unwrap();
    git(workspace, &["init", "--quiet"]);
    git(workspace, &["remote", "add", "origin", &format!("file://{}", origin.display())]);
    git(workspace, &["fetch", "--quiet", "--depth=1", "origin", &format!("+{reference}:refs/remotes/pull/merge")]);
    git(workspace, &["checkout", "--quiet", "--detach", "refs/remotes/pull/merge"]);
}

#[test]
fn only_what_a_change_brought_is_reported() {
    let origin = tempfile::tempdir().unwrap();
    let at = |name: &str| origin.path().join(name);
    git(origin.path(), &["init", "--quiet"]);
    git(origin.path(), &["config", "uploadpack.allowAnySHA1InWant", "true"]);
    fs::write(at("Dockerfile"), DIRTY).unwrap();
    git(origin.path(), &["add", "."]);
    git(origin.path(), &["commit", "--quiet", "-m", "old"]);
    let before = git(origin.path(), &["rev-parse", "HEAD"]);
    git(origin.path(), &["checkout", "--quiet", "-b", "change"]);
    fs::write(at("new.Dockerfile"), DIRTY).unwrap();
    git(origin.path(), &["add", "."]);
    git(origin.path(), &["commit", "--quiet", "-m", "new"]);

    for (key, value) in [("base_ref", "main"), ("event.before", before.as_str())] {
        let mut job = Job::new(&[], &[("only-changed", "true")]);
        job.github.insert(key.into(), value.into());
        shallow_clone(origin.path(), "refs/heads/change", &job.workspace());
        let finished = job.run();
        assert_eq!(finished.outputs["findings"], "1", "{key}: {}", finished.log);
        assert!(commands(&finished.log)[0].contains("file=new.Dockerfile,"), "{}", finished.log);
        assert_eq!(finished.exits["Gate"], 1);
    }
    // A new branch has nothing before it, and a run by hand no change.
    for before in ["", "0000000000000000000000000000000000000000"] {
        let mut job = Job::new(&[], &[("only-changed", "true")]);
        job.github.insert("event.before".into(), before.into());
        shallow_clone(origin.path(), "refs/heads/change", &job.workspace());
        let finished = job.run();
        assert_eq!(finished.outputs["findings"], "2", "{}", finished.log);
        assert!(commands(&finished.log)[0].starts_with("::notice "), "{}", finished.log);
    }
    let mut job = Job::new(&[], &[("only-changed", "true")]);
    job.github.insert("base_ref".into(), "gone".into());
    shallow_clone(origin.path(), "refs/heads/change", &job.workspace());
    let finished = job.run();
    assert_eq!(finished.exits, exits(&[("Check", 2)]), "{}", finished.log);
    assert!(finished.log.contains("fetch-depth: 0"), "{}", finished.log);
}

/// An action whose binary has to come from somewhere: a copy of its files, and a `curl` that serves a folder.
fn release(archive_of: &str) -> (Job, PathBuf) {
    let job = Job::new(&[("Dockerfile", DIRTY)], &[("binary", "")]);
    let served = job.folder.path().join("served");
    let name = format!("shipworthy-{archive_of}-x86_64-unknown-linux-musl");
    fs::create_dir_all(served.join(&name)).unwrap();
    let binary = served.join(&name).join("shipworthy");
    fs::write(&binary, format!("#!/bin/sh\nexec '{BINARY}' \"$@\"\n")).unwrap();
    Command::new("chmod").arg("+x").arg(&binary).status().unwrap();
    let archive = served.join(format!("{name}.tar.gz"));
    let packed = Command::new("tar").arg("-czf").arg(&archive).arg("-C").arg(&served).arg(&name).status().unwrap();
    assert!(packed.success());
    let curl = job.folder.path().join("bin/curl");
    fs::create_dir_all(curl.parent().unwrap()).unwrap();
    let script = format!(
        "#!/bin/bash\nwhile [ $# -gt 1 ]; do [ \"$1\" = --output ] && to=$2; shift; done\necho \"fetched $1\"\n\
         cp \"{}/${{1##*/}}\" \"$to\"\n",
        served.display()
    );
    fs::write(&curl, script).unwrap();
    Command::new("chmod").arg("+x").arg(&curl).status().unwrap();
    let mut job = job;
    let path = format!("{}:{}", curl.parent().unwrap().display(), std::env::var("PATH").unwrap());
    job.environment.push(("PATH".into(), path));
    (job, archive)
}

fn sha256(path: &Path) -> String {
    let output = Command::new("sha256sum").arg(path).output().unwrap();
    String::from_utf8(output.stdout).unwrap()[..64].to_owned()
}

#[test]
fn a_release_is_only_used_when_its_checksum_fits() {
    let (mut job, archive) = release("9.9.9");
    job.inputs.insert("version".into(), "v9.9.9".into());
    job.inputs.insert("checksum".into(), sha256(&archive));
    let finished = job.run();
    assert_eq!(finished.exits, exits(&[("Install", 0), ("Check", 0), ("Gate", 1)]), "{}", finished.log);
    let address = "fetched https://github.com/shipworthy/shipworthy/releases/download/v9.9.9/shipworthy-9.9.9-x86_64-unknown-linux-musl.tar.gz";
    assert!(finished.log.contains(address), "{}", finished.log);

    job.inputs.insert("checksum".into(), "0".repeat(64));
    let finished = job.run();
    assert_eq!(finished.exits, exits(&[("Install", 2)]), "{}", finished.log);
    assert!(finished.log.contains("it is not used"), "{}", finished.log);

    for (version, checksum, said) in [
        ("9.9.9", "", "no checksum of shipworthy-9.9.9-x86_64-unknown-linux-musl.tar.gz is known here"),
        ("9.9.8", &*"0".repeat(64), "could not be downloaded"),
        ("9.9.9", "abc", "no SHA-256"),
        ("../x", "", "no version"),
        ("--help", "", "no version"),
    ] {
        job.inputs.insert("version".into(), version.into());
        job.inputs.insert("checksum".into(), checksum.into());
        let finished = job.run();
        assert_eq!(finished.exits, exits(&[("Install", 2)]), "{version}: {}", finished.log);
        assert!(
            commands(&finished.log).iter().any(|line| line.starts_with("::error ") && line.contains(said)),
            "{}",
            finished.log
        );
    }
}

#[test]
fn the_checksums_of_its_own_release_come_with_the_action() {
    let version = env!("CARGO_PKG_VERSION");
    let (mut job, archive) = release(version);
    let action = job.folder.path().join("action");
    fs::create_dir_all(action.join(".github/action")).unwrap();
    for file in ["Cargo.toml", ".github/action/install.sh", ".github/action/check.sh"] {
        fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join(file), action.join(file)).unwrap();
    }
    let line = format!("{}  {}\n", sha256(&archive), archive.file_name().unwrap().to_str().unwrap());
    fs::write(action.join(".github/action/checksums.txt"), format!("# comment\n{line}")).unwrap();
    job.environment.push(("GITHUB_ACTION_PATH".into(), action.display().to_string()));
    let finished = job.run();
    assert_eq!(finished.exits, exits(&[("Install", 0), ("Check", 0), ("Gate", 1)]), "{}", finished.log);
    assert!(finished.log.contains(&format!("/download/v{version}/")), "{}", finished.log);

    // Without a line for the platform the source is built, by the cargo that is there.
    let cargo = job.folder.path().join("bin/cargo");
    fs::write(&cargo, "#!/bin/sh\necho \"cargo $*\"\nwhile [ $# -gt 1 ]; do [ \"$1\" = --root ] && to=$2; shift; done; to=${to:-$1}\nmkdir -p \"$to/bin\"\n")
        .unwrap();
    fs::write(&cargo, format!("{}ln -s '{BINARY}' \"$to/bin/shipworthy\"\n", fs::read_to_string(&cargo).unwrap())).unwrap();
    Command::new("chmod").arg("+x").arg(&cargo).status().unwrap();
    fs::write(action.join(".github/action/checksums.txt"), "").unwrap();
    let finished = job.run();
    assert_eq!(finished.exits, exits(&[("Install", 0), ("Check", 0), ("Gate", 1)]), "{}", finished.log);
    assert!(finished.log.contains(&format!("cargo install --locked --path {} --root ", action.display())), "{}", finished.log);
}

#[test]
fn scripts_get_inputs_through_the_environment_alone() {
    let action = load("action.yml");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let scripts = ["install.sh", "check.sh"].map(|name| fs::read_to_string(root.join(".github/action").join(name)).unwrap());
    let steps = action["runs"]["steps"].as_array().unwrap().iter();
    for script in steps.filter_map(|step| step["run"].as_str()).chain(scripts.iter().map(String::as_str)) {
        assert!(!script.contains("${{") && !script.contains("eval"), "{script}");
    }
    let used = serde_json::to_string(&action["runs"]).unwrap();
    for name in action["inputs"].as_object().unwrap().keys() {
        assert!(used.contains(&format!("inputs.{name}")), "the input `{name}` does nothing");
    }
    for step in action["runs"]["steps"].as_array().unwrap() {
        if let Some(uses) = step["uses"].as_str() {
            let (_, reference) = uses.split_once('@').unwrap();
            assert!(reference.len() == 40 && reference.chars().all(|char| char.is_ascii_hexdigit()), "{uses} is not pinned");
        }
    }
}
