//! `shipworthy audit` against real engines. `.ci/run` installs and starts them and says so; where nobody did, these tests say that they
//! were left out.
//!
//! - `SHIPWORTHY_TEST_DOCKER`, `SHIPWORTHY_TEST_PODMAN`: the address of an engine that containers may be made on.
//! - `SHIPWORTHY_TEST_ENGINES=required`: leaving out is a failure.
#![cfg(unix)]

use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use serde_json::Value;

/// A real engine with containers that go away with this.
struct Engine {
    program: &'static str,
    /// What its command line needs before everything else.
    options: Vec<String>,
    address: String,
    /// Before the name of everything that is made here.
    prefix: String,
    /// What every container is started with.
    run: Vec<&'static str>,
}

impl Engine {
    /// `None` with a visible line where there is no engine to test with.
    fn open(kind: &'static str) -> Option<Self> {
        let variable = format!("SHIPWORTHY_TEST_{}", kind.to_uppercase());
        let Some(address) = std::env::var(&variable).ok().filter(|address| !address.is_empty()) else {
            let required = std::env::var("SHIPWORTHY_TEST_ENGINES").is_ok_and(|value| value == "required");
            assert!(!required, "{variable} names no engine, and this run needs one");
            // To standard error itself: the test harness keeps what is printed by a test that passes.
            let line = format!("\nleft out: no {kind} to test with, set {variable}=unix:///path (.ci/run starts one)\n");
            let _ = std::fs::write("/dev/stderr", line);
            return None;
        };
        let options = match kind {
            "docker" => vec!["--host".to_owned(), address.clone()],
            _ => vec!["--remote".to_owned(), "--url".to_owned(), address.clone()],
        };
        // What a container needs that is started within another one.
        let run = match kind {
            "docker" => vec!["--network", "none"],
            _ => vec!["--network=host", "--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1024:1024"],
        };
        let engine = Self { program: kind, options, address, prefix: format!("shipworthy-{}-", std::process::id()), run };
        engine.import();
        Some(engine)
    }

    fn call(&self, arguments: &[&str]) -> Output {
        Command::new(self.program).args(&self.options).args(arguments).output().expect("the engine's command runs")
    }

    fn must(&self, arguments: &[&str]) -> String {
        let output = self.call(arguments);
        assert!(output.status.success(), "{} {arguments:?}: {}", self.program, String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    fn image(&self) -> String {
        format!("{}box:1", self.prefix)
    }

    fn name(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    /// An image of busybox alone, made without a network.
    fn import(&self) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let at = |path: &str| folder.path().join(path);
        for path in ["bin", "etc", "tmp", "proc", "sys", "dev", "usr/local/bin"] {
            std::fs::create_dir_all(at(path)).expect("folders can be made");
        }
        let busybox = ["/bin/busybox", "/usr/bin/busybox"].into_iter().find(|path| Path::new(path).exists());
        std::fs::copy(busybox.expect("busybox-static is installed"), at("bin/busybox")).expect("busybox can be copied");
        for name in ["sh", "sleep", "su", "true", "false", "cat", "echo", "httpd"] {
            std::os::unix::fs::symlink("busybox", at("bin").join(name)).expect("links can be made");
        }
        // Podman follows the link, so that there has to be something.
        std::fs::copy(at("bin/busybox"), at("usr/local/bin/python3.9")).expect("busybox can be copied");
        std::os::unix::fs::symlink("python3.9", at("usr/local/bin/python3")).expect("links can be made");
        std::fs::write(at("etc/passwd"), "root:x:0:0:root:/:/bin/sh\napp:x:1234:1234:app:/:/bin/sh\n")
            .expect("files can be written");
        std::fs::write(at("etc/group"), "root:x:0:\napp:x:1234:\n").expect("files can be written");
        let archive = folder.path().join("../").join(format!("{}tree.tar", self.prefix));
        let tar = Command::new("tar").arg("-cf").arg(&archive).arg("-C").arg(folder.path()).arg(".").status();
        assert!(tar.expect("tar runs").success());
        let path = archive.to_string_lossy().into_owned();
        self.must(&[
            "import",
            "--change",
            "ENV PYTHON_VERSION=3.13.0",
            "--change",
            "CMD [\"sleep\", \"600\"]",
            &path,
            &self.image(),
        ]);
        let _ = std::fs::remove_file(archive);
    }

    /// Starts a container.
    fn run(&self, name: &str, options: &[&str], command: &[&str]) {
        self.make("run", name, &[&["--detach"], self.run.as_slice(), options].concat(), command);
    }

    /// Makes one that is not started: what it asks for may not be given here.
    fn create(&self, name: &str, options: &[&str]) {
        self.make("create", name, options, &[]);
    }

    fn make(&self, verb: &str, name: &str, options: &[&str], command: &[&str]) {
        let (name, image) = (self.name(name), self.image());
        self.must(&[&[verb, "--name", &name], options, &[image.as_str()], command].concat());
    }

    fn audit(&self, arguments: &[&str]) -> Seen {
        let output = Command::new(env!("CARGO_BIN_EXE_shipworthy"))
            .args(["audit", "--isolated", "--host", &self.address])
            .args(arguments)
            .output()
            .expect("the binary runs");
        Seen {
            prefix: self.prefix.clone(),
            code: output.status.code(),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        let filter = format!("name={}", self.prefix);
        let listed = self.call(&["ps", "--all", "--quiet", "--filter", &filter]);
        let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
        let ids: Vec<&str> = listed.split_whitespace().collect();
        if !ids.is_empty() {
            self.call(&[&["rm", "--force", "--volumes"], ids.as_slice()].concat());
        }
        let image = self.image();
        self.call(&["rmi", "--force", &image]);
    }
}

struct Seen {
    prefix: String,
    code: Option<i32>,
    out: String,
    err: String,
}

impl Seen {
    /// Whether a rule speaks of a container.
    fn says(&self, rule: &str, container: &str) -> bool {
        let report: Value = serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}{}", self.out, self.err));
        let name = format!("`{}{container}`", self.prefix);
        let findings = report["findings"].as_array().expect("a report lists findings").clone();
        findings
            .iter()
            .any(|finding| finding["rule"] == rule && finding["message"].as_str().is_some_and(|message| message.contains(&name)))
    }
}

#[test]
fn docker() {
    let Some(engine) = Engine::open("docker") else { return };
    engine.run("root", &[], &[]);
    engine.run("numeric", &["--user", "1234:1234"], &[]);
    engine.run("named", &["--user", "app"], &[]);
    engine.run("stepped-down", &[], &["su", "app", "-c", "exec sleep 600"]);
    engine.run("healthy", &["--health-cmd", "true", "--health-interval", "1s"], &[]);
    let quick = ["--health-interval", "1s", "--health-retries", "1", "--health-timeout", "5s"];
    engine.run("ill", &[&["--health-cmd", "echo no database; exit 3"], quick.as_slice()].concat(), &[]);
    engine.run("blind", &[&["--health-cmd", "curl -f http://localhost/"], quick.as_slice()].concat(), &[]);
    engine.run("loop", &["--restart", "always"], &["sh", "-c", "exit 7"]);
    engine.run("failed", &[], &["sh", "-c", "exit 3"]);
    engine.run("done", &[], &["true"]);
    engine.run(
        "leaky",
        &["--env", "DB_PASSWORD=zq8Lw0PvXk41", "--env", "API_TOKEN=changeme", "--label", "note=zq8Lw0PvXk41"],
        &[],
    );
    engine.create("privileged", &["--privileged"]);
    engine.create("socket", &["--volume", "/var/run/docker.sock:/var/run/docker.sock:ro"]);
    engine.create("host", &["--network", "host", "--pid", "host"]);
    engine.create("published", &["--publish", "5432:5432", "--publish", "127.0.0.1:6379:6379"]);
    engine.create("capable", &["--cap-add", "ALL", "--security-opt", "seccomp=unconfined"]);
    let paused = engine.name("paused");
    engine.run("paused", &[], &[]);
    let is_paused = engine.call(&["pause", &paused]).status.success();
    // Probes and restarts take a moment.
    let blind = engine.name("blind");
    let end = Instant::now() + Duration::from_secs(30);
    let health = || engine.must(&["inspect", "--format", "{{.State.Health.Status}}", &blind]);
    while health() != "unhealthy" && Instant::now() < end {
        std::thread::sleep(Duration::from_millis(300));
    }
    std::thread::sleep(Duration::from_secs(3));

    let seen = engine.audit(&["-f", "json", "--profile", "strict"]);
    assert_eq!(seen.code, Some(1), "{}{}", seen.out, seen.err);
    for (rule, container) in [
        ("container/root-process", "root"),
        ("container/unhealthy", "ill"),
        ("container/probe-cannot-run", "blind"),
        ("container/restart-loop", "loop"),
        ("container/exited-with-error", "failed"),
        ("container/secret-in-environment", "leaky"),
        ("container/guessable-secret", "leaky"),
        ("container/privileged", "privileged"),
        ("container/engine-socket-mounted", "socket"),
        ("container/host-network", "host"),
        ("container/host-namespace", "host"),
        ("container/internal-port-published", "published"),
        ("container/dangerous-capability", "capable"),
        ("container/seccomp-disabled", "capable"),
        // The variable says 3.13, the link says what is there.
        ("container/interpreter-end-of-life", "root"),
        ("container/memory-limit-missing", "root"),
    ] {
        assert!(seen.says(rule, container), "{rule} does not speak of {container}: {}", seen.out);
    }
    for (rule, container) in [
        ("container/root-process", "numeric"),
        ("container/root-process", "named"),
        ("container/root-process", "stepped-down"),
        ("container/root-process", "failed"),
        ("container/unhealthy", "healthy"),
        ("container/unhealthy", "blind"),
        ("container/probe-cannot-run", "ill"),
        ("container/exited-with-error", "done"),
    ] {
        assert!(!seen.says(rule, container), "{rule} speaks of {container}: {}", seen.out);
    }
    assert!(seen.out.contains("container/log-without-rotation"), "{}", seen.out);
    if is_paused {
        assert!(seen.says("container/paused", "paused"), "{}", seen.out);
        engine.call(&["unpause", &paused]);
    } else {
        let _ = std::fs::write("/dev/stderr", "\nleft out: this engine cannot pause\n");
    }
    assert!(!seen.out.contains("zq8Lw0PvXk41"), "{}", seen.out);

    let ready = engine.audit(&["--wait", "20s", "--exit-zero", &engine.name("healthy")]);
    assert_eq!(ready.code, Some(0), "{}{}", ready.out, ready.err);
    let late = engine.audit(&["--wait", "2s", "--exit-zero", &engine.name("ill")]);
    assert_eq!(late.code, Some(1), "{}{}", late.out, late.err);
    assert!(late.err.contains("its last probe ended with 3: no database"), "{}", late.err);

    for number in 0..100 {
        engine.create(&format!("many-{number}"), &[]);
    }
    let start = Instant::now();
    let seen = engine.audit(&["-f", "full", "--exit-zero"]);
    assert!(seen.out.contains("many-99"), "{}", seen.err);
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

#[test]
fn podman() {
    let Some(engine) = Engine::open("podman") else { return };
    engine.run("root", &[], &[]);
    engine.run("app", &["--user", "app", "--cap-drop", "all"], &[]);
    engine.create("privileged", &["--privileged"]);
    engine.run("failed", &[], &["sh", "-c", "exit 3"]);
    std::thread::sleep(Duration::from_secs(2));
    let seen = engine.audit(&["-f", "json", "--profile", "strict"]);
    assert_eq!(seen.code, Some(1), "{}{}", seen.out, seen.err);
    assert!(seen.err.contains("Podman"), "{}", seen.err);
    for (rule, container) in [
        ("container/root-process", "root"),
        ("container/privileged", "privileged"),
        ("container/exited-with-error", "failed"),
        ("container/host-network", "root"),
        ("container/interpreter-end-of-life", "app"),
    ] {
        assert!(seen.says(rule, container), "{rule} does not speak of {container}: {}", seen.out);
    }
    for (rule, container) in
        [("container/root-process", "app"), ("container/capabilities-kept", "app"), ("container/log-without-rotation", "root")]
    {
        assert!(!seen.says(rule, container), "{rule} speaks of {container}: {}", seen.out);
    }
}
