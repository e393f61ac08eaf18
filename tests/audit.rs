//! `shipworthy audit` against an engine that is made of paper: it answers from a list, misbehaves as real ones do, and minds that
//! nobody asks it to change anything.
//!
//! Where each case is shown: here by the name of the test, `R` in the recorded systems (`recorded_systems`), `E` on real engines as well
//! (`tests/engines.rs`), `X` in the examples of the rule (`tests/rules.rs`).
//!
//! | case | shown by |
//! |---|---|
//! | root, non-root, numeric and named users | `users_are_those_of_the_processes`, E, X |
//! | an account that is stepped down to, as gosu does | `users_are_those_of_the_processes`, E |
//! | healthy, unhealthy, a probe whose program is missing | `every_state_of_a_container_is_seen`, E, R |
//! | restart loop, out of memory, exited, paused | `every_state_of_a_container_is_seen`, E |
//! | secrets in the environment | `secrets_are_nowhere`, E, R |
//! | mounted sockets and folders of the host | `every_state_of_a_container_is_seen`, `faults_of_peers_are_none_of_ours`, E |
//! | network of the host, ports on every address | `every_state_of_a_container_is_seen`, E |
//! | drift from a compose file, limits too | `a_live_fault_becomes_a_patch_of_its_compose_file`, `limits_drift_too`, X |
//! | a container that goes away meanwhile | `a_container_that_goes_away_meanwhile_is_no_fault` |
//! | 100 containers | `a_hundred_containers_are_all_seen`, E |
//! | several engines, saved and read again | `several_engines_make_one_report`, `saved_snapshots_make_one_fleet` |
//! | selection by name, label and compose project; not itself | `containers_are_chosen`, `the_container_that_asks_is_left_out` |
//! | `--wait` | `waiting_ends_when_all_are_healthy_or_time_is_up`, E |
//! | `--probe` | `health_addresses_are_asked_and_redirects_are_no_health` |
//! | TLS and SSH, by the commands that know them | `tls_and_ssh_go_through_their_commands` |
//! | 403, 404, 500, HTML, a cut, a hang, a trickle, 100 MB, unknown words | `what_is_refused_is_never_a_pass`, `nothing_hangs`, `an_answer_without_end_is_refused`, `shapes_that_nobody_knows_stop_nothing` |
//! | no engine at all | `without_an_engine_it_is_said_what_was_tried` |
#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// Values that no output may show.
const SECRETS: [&str; 5] = ["s3same0pen-db", "hunter2hunter2", "zq8Lw0PvXk41", "AKIAIOSFODNN7ABCDEFG", "kT5nQw8zLp2x"];

/// How a path is answered.
#[derive(Clone)]
enum Reply {
    Json(Value),
    Status(u16, &'static str),
    /// Nothing comes.
    Hang,
    /// A byte now and then, for ever.
    Trickle,
    /// Less than was promised.
    Cut,
    /// 100 MB.
    Huge,
    /// For HEAD.
    Stat(&'static str),
    /// The first once, then the second.
    Turns(Value, Value),
}

/// An engine on a socket of its own.
struct Fake {
    folder: tempfile::TempDir,
    /// What was asked, method and path.
    asked: Arc<Mutex<Vec<String>>>,
}

impl Fake {
    fn start(routes: BTreeMap<String, Reply>) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let listener = UnixListener::bind(folder.path().join("engine.sock")).expect("a socket can be bound");
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let log = Arc::clone(&asked);
        let routes = Arc::new(routes);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (routes, log) = (Arc::clone(&routes), Arc::clone(&log));
                std::thread::spawn(move || serve(stream, &routes, &log));
            }
        });
        Self { folder, asked }
    }

    fn socket(&self) -> PathBuf {
        self.folder.path().join("engine.sock")
    }

    fn audit(&self, arguments: &[&str]) -> Seen {
        let host = format!("unix://{}", self.socket().display());
        let seen = audit(&[&["--host", &host], arguments].concat());
        self.only_looked_at();
        seen
    }

    /// What was asked changes nothing.
    fn only_looked_at(&self) {
        let asked = self.asked.lock().expect("no thread panicked");
        let changing: Vec<_> = asked.iter().filter(|line| !line.starts_with("GET /") && !line.starts_with("HEAD /")).collect();
        assert!(changing.is_empty(), "{changing:?}");
    }
}

fn serve(mut stream: UnixStream, routes: &BTreeMap<String, Reply>, log: &Mutex<Vec<String>>) {
    let mut reader = BufReader::new(stream.try_clone().expect("a socket can be cloned"));
    loop {
        let mut head = Vec::new();
        let mut line = String::new();
        while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
            head.push(std::mem::take(&mut line));
        }
        let Some(request) = head.first() else { return };
        let length = head.iter().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length:")?.trim().parse().ok());
        let mut body = vec![0; length.unwrap_or(0)];
        if reader.read_exact(&mut body).is_err() {
            return;
        }
        let words: Vec<&str> = request.split(' ').collect();
        let path = words[1].split('?').next().unwrap_or_default();
        let is_first = {
            let mut log = log.lock().expect("no thread panicked");
            let is_first = !log.iter().any(|line| line.contains(path));
            log.push(format!("{} {}", words[0], words[1]));
            is_first
        };
        let unknown = Reply::Status(404, "{\"message\":\"no such thing\"}");
        let sent = match routes.get(path).unwrap_or(&unknown) {
            Reply::Json(value) => whole(&mut stream, 200, "application/json", &value.to_string(), words[0] == "HEAD"),
            Reply::Turns(first, second) => {
                let value = if is_first { first } else { second };
                whole(&mut stream, 200, "application/json", &value.to_string(), false)
            }
            Reply::Status(code, body) => whole(&mut stream, *code, "text/html", body, words[0] == "HEAD"),
            Reply::Hang => {
                std::thread::sleep(Duration::from_secs(60));
                return;
            }
            Reply::Trickle => {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n{");
                while stream.write_all(b" ").is_ok() {
                    std::thread::sleep(Duration::from_millis(100));
                }
                return;
            }
            Reply::Cut => {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"Id\":");
                return;
            }
            Reply::Huge => {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n[");
                let block = vec![b' '; 1 << 20];
                while stream.write_all(&block).is_ok() {}
                return;
            }
            Reply::Stat(stat) => stream.write_all(
                format!("HTTP/1.1 200 OK\r\nX-Docker-Container-Path-Stat: {stat}\r\nContent-Length: 0\r\n\r\n").as_bytes(),
            ),
        };
        if sent.is_err() {
            return;
        }
    }
}

fn whole(stream: &mut UnixStream, code: u16, kind: &str, body: &str, head_only: bool) -> std::io::Result<()> {
    let length = body.len();
    let body = if head_only { "" } else { body };
    stream.write_all(format!("HTTP/1.1 {code} X\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n{body}").as_bytes())
}

/// What the command said.
struct Seen {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Seen {
    fn of(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("what is printed is UTF-8");
        Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }

    fn report(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}{}", self.out, self.err))
    }

    /// The rules that were found, with what they say.
    fn findings(&self) -> Vec<(String, String)> {
        let report = self.report();
        let findings = report["findings"].as_array().expect("a report lists findings");
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        findings.iter().map(|finding| (text(&finding["rule"]), text(&finding["message"]))).collect()
    }

    fn has(&self, rule: &str, words: &str) -> bool {
        self.findings().iter().any(|(id, message)| id == rule && message.contains(words))
    }

    fn errors(&self) -> String {
        self.report()["errors"].to_string()
    }
}

fn audit(arguments: &[&str]) -> Seen {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shipworthy"));
    for variable in ["DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG", "CONTAINER_HOST", "XDG_RUNTIME_DIR", "SHIPWORTHY_CONFIG"] {
        command.env_remove(variable);
    }
    let output =
        command.args(["audit", "--isolated", "--today", "2026-11-20"]).args(arguments).env("HOME", "/nonexistent").output();
    Seen::of(output.expect("the binary runs"))
}

fn id(number: usize) -> String {
    format!("{number:064x}")
}

/// A container that nothing is wrong with.
fn container(number: usize, name: &str) -> Value {
    json!({
        "Id": id(number), "Name": format!("/{name}"), "Image": "sha256:1111", "Created": "2026-11-01T10:00:00Z", "RestartCount": 0,
        "AppArmorProfile": "docker-default",
        "State": {"Status": "running", "Running": true, "Pid": 1000 + number, "ExitCode": 0, "StartedAt": "2026-11-19T10:00:00Z",
                  "FinishedAt": "0001-01-01T00:00:00Z"},
        "Config": {"Image": "shop/api:1.4", "User": "10001", "Env": ["PATH=/bin"], "Cmd": ["serve"], "Labels": {}},
        "HostConfig": {"NetworkMode": "shop", "RestartPolicy": {"Name": "unless-stopped"}, "Memory": 1000000,
                       "LogConfig": {"Type": "local", "Config": {}}},
        "Mounts": [], "NetworkSettings": {"Ports": {}, "Networks": {"shop": {}}}
    })
}

/// An engine with these containers.
fn routes(containers: &[Value]) -> BTreeMap<String, Reply> {
    let mut routes = BTreeMap::new();
    let mut add = |path: String, value: Value| routes.insert(path, Reply::Json(value));
    let version = json!({"Version": "29.1.0", "ApiVersion": "1.52", "Components": [{"Name": "Engine", "Version": "29.1.0"}]});
    add("/version".into(), version);
    add(
        "/info".into(),
        json!({"ID": "E1", "Name": "paper", "ServerVersion": "29.1.0", "Driver": "overlay2", "LiveRestoreEnabled": true,
               "SecurityOptions": ["name=seccomp,profile=builtin", "name=apparmor"], "SystemTime": "2026-11-20T10:00:00Z"}),
    );
    let list: Vec<Value> = containers.iter().map(|one| json!({"Id": one["Id"], "Names": [one["Name"]]})).collect();
    add("/containers/json".into(), Value::Array(list));
    for one in containers {
        let id = one["Id"].as_str().unwrap_or_default();
        let pid = one["State"]["Pid"].to_string();
        add(format!("/containers/{id}/json"), one.clone());
        let row = json!([pid, "1", "10001", "serve"]);
        add(format!("/containers/{id}/top"), json!({"Titles": ["PID", "PPID", "UID", "COMMAND"], "Processes": [row]}));
    }
    let image = json!({"Id": "sha256:1111", "RepoTags": ["shop/api:1.4"], "Created": "2026-11-01T09:00:00Z", "Size": 5000000,
                       "Config": {"User": "10001", "Env": ["PATH=/bin"]}});
    add("/images/sha256%3A1111/json".into(), image.clone());
    add("/images/sha256%3A1111/history".into(), json!([]));
    add("/images/shop%2Fapi%3A1.4/json".into(), image);
    routes
}

fn with(mut routes: BTreeMap<String, Reply>, path: &str, reply: Reply) -> BTreeMap<String, Reply> {
    routes.insert(path.to_owned(), reply);
    routes
}

fn clock_is_ours(seen: &Seen) -> Vec<(String, String)> {
    // The paper engine has a clock that stands still.
    seen.findings().into_iter().filter(|(rule, _)| rule != "container/engine-clock").collect()
}

#[test]
fn a_sound_engine_has_nothing_said_of_it() {
    let fake = Fake::start(routes(&[container(1, "api")]));
    let seen = fake.audit(&["-f", "json"]);
    assert_eq!(clock_is_ours(&seen), [], "{}", seen.out);
    assert_eq!(seen.code, Some(0), "{}{}", seen.out, seen.err);
    assert!(seen.err.contains("audited Docker 29.1.0 on paper"), "{}", seen.err);
    assert!(fake.audit(&[]).out.contains("Docker 29.1.0 on paper"));
}

#[test]
fn what_is_refused_is_never_a_pass() {
    let top = format!("/containers/{}/top", id(1));
    for (reply, words) in [
        (Reply::Status(403, "<html><body>nginx says no</body></html>"), "403"),
        (Reply::Status(500, "{\"message\":\"no ps here\"}"), "no ps here"),
        (Reply::Cut, "ends in the middle"),
    ] {
        let fake = Fake::start(with(routes(&[container(1, "api"), container(2, "web")]), &top, reply));
        let seen = fake.audit(&["-f", "json"]);
        assert_eq!(seen.code, Some(2), "{}", seen.out);
        let errors = seen.errors();
        assert!(errors.contains("processes of api") && errors.contains(words) && !errors.contains("<html"), "{errors}");
        assert!(!errors.contains("web"), "{errors}");
    }
    let fake = Fake::start(with(routes(&[container(1, "api")]), "/containers/json", Reply::Status(403, "")));
    assert_eq!(fake.audit(&[]).code, Some(2));
}

#[test]
fn a_container_that_goes_away_meanwhile_is_no_fault() {
    let path = format!("/containers/{}/json", id(2));
    let fake = Fake::start(with(routes(&[container(1, "api"), container(2, "gone")]), &path, Reply::Status(404, "{}")));
    let seen = fake.audit(&["-f", "json"]);
    assert_eq!(seen.code, Some(0), "{}", seen.out);
    let top = format!("/containers/{}/top", id(1));
    let fake = Fake::start(with(routes(&[container(1, "api")]), &top, Reply::Status(409, "{\"message\":\"is restarting\"}")));
    assert_eq!(fake.audit(&["-f", "json"]).code, Some(0));
}

#[test]
fn nothing_hangs() {
    let inspect = format!("/containers/{}/json", id(1));
    for (path, reply) in [(inspect.as_str(), Reply::Hang), (inspect.as_str(), Reply::Trickle), ("/info", Reply::Hang)] {
        let fake = Fake::start(with(routes(&[container(1, "api")]), path, reply));
        let start = Instant::now();
        let seen = fake.audit(&["-f", "json", "--timeout", "1s"]);
        assert!(start.elapsed() < Duration::from_secs(8), "{:?}", start.elapsed());
        assert_eq!(seen.code, Some(2), "{}", seen.out);
    }
    // An engine that accepts and says nothing at all.
    let fake = Fake::start(with(routes(&[]), "/version", Reply::Hang));
    let start = Instant::now();
    let seen = fake.audit(&["--timeout", "1s"]);
    assert!(seen.code == Some(2) && seen.err.contains("no engine could be asked") && start.elapsed() < Duration::from_secs(8));
}

#[test]
fn an_answer_without_end_is_refused() {
    let path = format!("/containers/{}/json", id(1));
    let fake = Fake::start(with(routes(&[container(1, "big"), container(2, "web")]), &path, Reply::Huge));
    let seen = fake.audit(&["-f", "json"]);
    assert_eq!(seen.code, Some(2));
    assert!(seen.errors().contains("container big") && seen.errors().contains("longer than 64 MB"), "{}", seen.errors());
}

#[test]
fn shapes_that_nobody_knows_stop_nothing() {
    let mut odd = container(1, "odd");
    odd["State"]["Status"] = json!("frozen");
    odd["State"]["Health"] = json!({"Status": "perhaps", "FailingStreak": "many", "Log": "none"});
    odd["Config"]["Entrypoint"] = json!("/bin/sh -c");
    odd["HostConfig"]["CgroupnsMode"] = json!(7);
    odd["NetworkSettings"] = Value::Null;
    let mut routes = with(routes(&[odd, container(2, "web")]), "/networks/bridge", Reply::Json(json!([])));
    // An id that leads elsewhere is none.
    routes.insert(
        "/containers/json".into(),
        Reply::Json(json!([
            {"Id": id(1), "Names": ["/odd"]}, {"Id": "../images/x?", "Names": ["/evil"]}, {"Id": id(2), "Names": ["/web"]}, 7
        ])),
    );
    let fake = Fake::start(routes);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let saved = folder.path().join("saved.json");
    let seen = fake.audit(&["-f", "json", "--save", saved.to_str().expect("the path is UTF-8")]);
    assert_eq!(seen.code, Some(0), "{}", seen.out);
    let saved = snapshot(&saved);
    assert_eq!(saved["engines"][0]["containers"].as_array().map(Vec::len), Some(2));
    assert!(!fake.asked.lock().expect("no thread panicked").iter().any(|line| line.contains("..")));
}

fn snapshot(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).expect("the snapshot was written")).expect("a snapshot is JSON")
}

#[test]
fn secrets_are_nowhere() {
    let mut leaky = container(1, "leaky");
    leaky["Config"]["Env"] =
        json!(["DB_PASSWORD=s3same0pen-db", "DATABASE_URL=postgres://app:hunter2hunter2@db/app", "PYTHON_VERSION=3.9.1"]);
    leaky["Config"]["Cmd"] = json!(["serve", "--api-token", "zq8Lw0PvXk41", "--seed=s3same0pen-db"]);
    leaky["Config"]["Labels"] = json!({"note": "opens with s3same0pen-db", "key": "AKIAIOSFODNN7ABCDEFG"});
    leaky["State"]["Health"] = json!({"Status": "unhealthy", "FailingStreak": 3,
        "Log": [{"Start": "2026-11-20T09:00:00Z", "ExitCode": 1, "Output": "login with hunter2hunter2 failed: password=kT5nQw8zLp2x"}]});
    let top = format!("/containers/{}/top", id(1));
    let row = json!(["1001", "1", "0", "serve --api-token zq8Lw0PvXk41 s3same0pen-db"]);
    let mut routes =
        with(routes(&[leaky]), &top, Reply::Json(json!({"Titles": ["PID", "PPID", "UID", "COMMAND"], "Processes": [row]})));
    routes.insert(
        "/images/sha256%3A1111/history".into(),
        Reply::Json(json!([{"CreatedBy": "RUN /bin/sh -c curl --token=kT5nQw8zLp2x x # buildkit", "Size": 1}])),
    );
    let fake = Fake::start(routes);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let saved = folder.path().join("saved.json");
    let path = saved.to_str().expect("the path is UTF-8");
    for format in ["full", "concise", "json", "jsonl", "sarif", "github"] {
        let seen = fake.audit(&["-f", format, "--profile", "pedantic", "-v", "--save", path]);
        let all = format!("{}{}{}", seen.out, seen.err, fs::read_to_string(&saved).expect("the snapshot was written"));
        for secret in SECRETS {
            assert!(!all.contains(secret), "{format} shows {secret}");
        }
    }
    let seen = fake.audit(&["-f", "json", "--profile", "strict"]);
    assert!(seen.has("container/secret-in-environment", "`DB_PASSWORD`, `DATABASE_URL`"), "{}", seen.out);
    assert!(seen.has("container/unhealthy", "3 probes") && seen.has("container/root-process", "serve"), "{}", seen.out);
    assert!(seen.has("image/secret-in-image", "history"), "{}", seen.out);
}

#[test]
fn what_is_saved_says_the_same_again() {
    let mut bad = container(1, "db");
    bad["HostConfig"]["Privileged"] = json!(true);
    bad["Mounts"] = json!([{"Type": "bind", "Source": "/var/run/docker.sock", "Destination": "/x", "RW": false}]);
    bad["NetworkSettings"]["Ports"] =
        json!({"5432/tcp": [{"HostIp": "0.0.0.0", "HostPort": "5432"}, {"HostIp": "::", "HostPort": "5432"}]});
    bad["State"]["OOMKilled"] = json!(true);
    let other = container(2, "web");
    let fake = Fake::start(routes(&[bad, other]));
    let folder = tempfile::tempdir().expect("a temporary folder");
    let saved = folder.path().join("saved.json");
    let path = saved.to_str().expect("the path is UTF-8");
    let live = fake.audit(&["-f", "json", "--save", path]);
    assert_eq!(live.code, Some(1), "{}", live.out);
    let again = audit(&["-f", "json", "--input", path]);
    assert_eq!(live.findings(), again.findings());
    for rule in ["privileged", "engine-socket-mounted", "internal-port-published", "out-of-memory"] {
        assert!(again.has(&format!("container/{rule}"), ""), "{rule}: {}", again.out);
    }
    // One port for both families of addresses.
    assert_eq!(again.findings().iter().filter(|(rule, _)| rule == "container/internal-port-published").count(), 1);
    let schema =
        fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/snapshot.schema.json")).expect("the schema is there");
    let validator = jsonschema::validator_for(&serde_json::from_str(&schema).expect("it is JSON")).expect("it is a schema");
    assert!(validator.is_valid(&snapshot(&saved)));
    let chosen = audit(&["-f", "json", "--input", path, "web"]);
    assert_eq!(clock_is_ours(&chosen), [], "{}", chosen.out);
    let missing = audit(&["--input", path, "nobody"]);
    assert!(missing.code == Some(2) && missing.err.contains("no container `nobody`"), "{}", missing.err);
}

#[test]
fn several_engines_make_one_report() {
    let mut bad = container(1, "db");
    bad["HostConfig"]["Privileged"] = json!(true);
    let one = Fake::start(routes(&[bad]));
    let info = json!({"ID": "E2", "Name": "other", "ServerVersion": "29.1.0", "SystemTime": "2026-11-20T10:00:00Z"});
    let two = Fake::start(with(routes(&[container(3, "web")]), "/info", Reply::Json(info)));
    let host = |fake: &Fake| fake.socket().to_string_lossy().into_owned();
    let seen = audit(&["-f", "json", "-H", &host(&one), "-H", &host(&two)]);
    assert_eq!(seen.code, Some(1), "{}{}", seen.out, seen.err);
    assert_eq!(seen.report()["files"].as_array().map(Vec::len), Some(2));
    // The same engine by two names is one; one that cannot be reached makes the report incomplete.
    let seen = audit(&["-f", "json", "-H", &host(&one), "-H", &format!("unix://{}", host(&one))]);
    assert_eq!(seen.report()["files"].as_array().map(Vec::len), Some(1));
    let seen = audit(&["-f", "json", "-H", &host(&one), "-H", "unix:///nonexistent/engine.sock"]);
    assert_eq!(seen.code, Some(2));
    assert!(seen.has("container/privileged", "db") && seen.errors().contains("nonexistent"), "{}", seen.out);
}

#[test]
fn without_an_engine_it_is_said_what_was_tried() {
    let seen = audit(&["-H", "unix:///nonexistent/engine.sock"]);
    assert_eq!((seen.code, seen.out.as_str()), (Some(2), ""));
    assert!(seen.err.contains("tried unix:///nonexistent/engine.sock (--host): no such file"), "{}", seen.err);
    // What the environment names is asked, and nothing else.
    let output = Command::new(env!("CARGO_BIN_EXE_shipworthy"))
        .args(["audit", "--isolated"])
        .env("DOCKER_HOST", "tcp://127.0.0.1:1")
        .output()
        .expect("the binary runs");
    let seen = Seen::of(output);
    assert_eq!(seen.code, Some(2));
    assert!(seen.err.contains("tried tcp://127.0.0.1:1 (DOCKER_HOST)") && !seen.err.contains("docker.sock"), "{}", seen.err);
}

#[test]
fn a_hundred_containers_are_all_seen() {
    let many: Vec<Value> = (1..=100).map(|number| container(number, &format!("web-{number:03}"))).collect();
    let fake = Fake::start(routes(&many));
    let start = Instant::now();
    let seen = fake.audit(&["-f", "full"]);
    assert!(seen.out.contains("100 containers") && seen.out.contains("web-100"), "{}", seen.out);
    // Far above what it takes, far below what one question after the other would.
    assert!(start.elapsed() < Duration::from_secs(15), "{:?}", start.elapsed());
}

#[test]
fn versions_are_told_without_running_anything() {
    let mut app = container(1, "app");
    app["Config"]["Cmd"] = json!(["python", "app.py"]);
    app["Config"]["Env"] = json!(["PYTHON_VERSION=3.13.1"]);
    // {"name":"python3","linkTarget":"/usr/local/bin/python3.9"}
    let stat = Reply::Stat("eyJuYW1lIjoicHl0aG9uMyIsImxpbmtUYXJnZXQiOiIvdXNyL2xvY2FsL2Jpbi9weXRob24zLjkifQ==");
    let fake = Fake::start(with(routes(&[app]), &format!("/containers/{}/archive", id(1)), stat));
    let seen = fake.audit(&["-f", "json"]);
    // The variable is only a claim.
    assert!(seen.has("container/interpreter-end-of-life", "Python 3.9"), "{}", seen.out);
}

#[test]
fn a_snapshot_of_podman_is_read() {
    let version = json!({"Version": "4.3.1", "Components": [{"Name": "Podman Engine", "Version": "4.3.1"}]});
    let info = json!({"ID": "P", "Name": "pod", "ServerVersion": "4.3.1", "SecurityOptions": ["name=seccomp,profile=default", "name=rootless"],
                      "SystemTime": "2026-11-20T10:00:00Z"});
    let mut app = container(1, "app");
    app["HostConfig"]["LogConfig"] = json!({"Type": "json-file", "Config": null});
    let top = json!({"Titles": ["PID", "PPID", "USER", "COMMAND"], "Processes": [["1", "0", "root", "serve"]]});
    let mut routes = with(routes(&[app]), "/version", Reply::Json(version));
    routes.insert("/info".into(), Reply::Json(info));
    routes.insert(format!("/containers/{}/top", id(1)), Reply::Json(top));
    let fake = Fake::start(routes);
    let seen = fake.audit(&["-f", "json"]);
    assert!(seen.has("container/root-process", "the engine is rootless"), "{}", seen.out);
    assert!(!seen.has("container/log-without-rotation", ""), "{}", seen.out);
    assert!(seen.err.contains("audited rootless Podman 4.3.1 on pod"), "{}", seen.err);
}

#[test]
fn a_live_fault_becomes_a_patch_of_its_compose_file() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let compose = folder.path().join("compose.yaml");
    let text = "name: shop\nservices:\n  api:\n    image: shop/api:1.5\n    user: \"10001\"\n    restart: unless-stopped\n    privileged: true\n";
    fs::write(&compose, text).expect("a file can be written");
    let path = compose.to_str().expect("the path is UTF-8");
    let mut api = container(1, "shop-api-1");
    api["HostConfig"]["Privileged"] = json!(true);
    api["Config"]["Labels"] = json!({
        "com.docker.compose.project": "shop", "com.docker.compose.service": "api", "com.docker.compose.project.config_files": path
    });
    let fake = Fake::start(routes(&[api]));
    let check = |seen: &Seen| {
        let report = seen.report();
        let findings = report["findings"].as_array().expect("a report lists findings");
        let of = |rule: &str| {
            findings.iter().find(|finding| finding["rule"] == rule).unwrap_or_else(|| panic!("{rule}: {}", seen.out)).clone()
        };
        let privileged = of("container/privileged");
        assert_eq!(privileged["related"][0]["line"], 7, "{privileged}");
        assert!(privileged["related"][0]["path"].as_str().is_some_and(|path| path.ends_with("compose.yaml")), "{privileged}");
        let diff = privileged["fix"]["diff"].as_str().unwrap_or_default();
        assert!(diff.contains("-    privileged: true"), "{privileged}");
        let drift = of("container/drift");
        assert!(
            drift["message"]
                .as_str()
                .is_some_and(|words| words.contains("runs `shop/api:1.4`") && words.contains("`shop/api:1.5`"))
        );
        assert_eq!(drift["related"][0]["line"], 4, "{drift}");
        // What is wrong with the file itself is for `check`.
        assert!(
            findings.iter().all(|finding| finding["rule"].as_str().is_some_and(|rule| rule.starts_with("container/"))),
            "{}",
            seen.out
        );
    };
    let saved = folder.path().join("saved.json");
    check(&fake.audit(&["-f", "json", "--save", saved.to_str().expect("the path is UTF-8")]));
    // Elsewhere the paths of the container lead nowhere.
    let elsewhere = tempfile::tempdir().expect("a temporary folder");
    fs::copy(&compose, elsewhere.path().join("compose.yaml")).expect("files can be copied");
    fs::remove_file(&compose).expect("files can be removed");
    let folder = elsewhere.path().to_str().expect("the path is UTF-8");
    check(&audit(&["-f", "json", "--input", saved.to_str().expect("the path is UTF-8"), "--project", folder]));
    let full = audit(&["--input", saved.to_str().expect("the path is UTF-8"), "--project", folder]);
    assert!(full.out.contains("compose.yaml:7") && full.out.contains("written here"), "{}", full.out);
    assert_eq!(audit(&["--input", saved.to_str().expect("the path is UTF-8"), "--project", "/nonexistent"]).code, Some(2));
}

#[test]
fn a_live_fault_leads_to_the_dockerfile() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("a file can be written");
    write("compose.yaml", "name: shop\nservices:\n  api:\n    build: .\n    image: shop/api:1.4\n    restart: unless-stopped\n");
    write("Dockerfile", "FROM python:3.13-slim\nCOPY . .\nEXPOSE 8001\nCMD [\"uvicorn\", \"app:app\"]\n");
    let mut api = container(1, "shop-api-1");
    api["Config"]["User"] = json!("");
    api["Config"]["Labels"] = json!({"com.docker.compose.project": "shop", "com.docker.compose.service": "api"});
    let top = json!({"Titles": ["PID", "PPID", "UID", "COMMAND"], "Processes": [["1001", "1", "0", "uvicorn app:app"]]});
    let fake = Fake::start(with(routes(&[api]), &format!("/containers/{}/top", id(1)), Reply::Json(top)));
    let seen = fake.audit(&["-f", "json", "--project", folder.path().to_str().expect("the path is UTF-8")]);
    let report = seen.report();
    let findings = report["findings"].as_array().expect("a report lists findings");
    let root = findings.iter().find(|finding| finding["rule"] == "container/root-process").expect("it runs as root");
    let places: Vec<&str> = root["related"].as_array().into_iter().flatten().filter_map(|place| place["path"].as_str()).collect();
    assert!(places.len() == 2 && places[0].ends_with("compose.yaml") && places[1].ends_with("Dockerfile"), "{root}");
}

#[test]
fn a_container_says_what_is_meant() {
    let mut agent = container(1, "agent");
    agent["HostConfig"]["Privileged"] = json!(true);
    agent["HostConfig"]["NetworkMode"] = json!("host");
    agent["Config"]["Labels"] = json!({"shipworthy.ignore": "cis-docker:5.5, container/paused; it looks after the disks"});
    let fake = Fake::start(routes(&[agent]));
    let seen = fake.audit(&["-f", "json"]);
    assert!(!seen.has("container/privileged", "") && seen.has("container/host-network", "agent"), "{}", seen.out);
    let suppressed = &seen.report()["suppressed"][0];
    assert_eq!(
        (&suppressed["rule"], &suppressed["reason"]),
        (&json!("container/privileged"), &json!("it looks after the disks"))
    );
}

/// What was recorded of each system of `fixtures/`.
#[test]
fn recorded_systems() {
    for system in ["docker-guide", "eas", "sixty", "teamflow", "uk-bot"] {
        let path = format!("fixtures/{system}/engine.json");
        let output = Command::new(env!("CARGO_BIN_EXE_shipworthy"))
            .args(["audit", "--isolated", "--today", "2026-11-20", "--exit-zero", "--input", &path])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output();
        let seen = Seen::of(output.expect("the binary runs"));
        assert_eq!(seen.code, Some(0), "{system}: {}", seen.err);
        insta::assert_snapshot!(format!("audit_{system}"), seen.out);
    }
}

#[test]
fn health_addresses_are_asked_and_redirects_are_no_health() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let port = listener.local_addr().expect("it is bound").port();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut request = [0; 1024];
            let _ = stream.read(&mut request);
            let _ = stream.write_all(b"HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 0\r\n\r\n");
        }
    });
    let mut api = container(1, "api");
    api["Config"]["Healthcheck"] = json!({"Test": ["CMD-SHELL", "curl -f http://localhost:8000/health || exit 1"]});
    api["NetworkSettings"]["Ports"] = json!({"8000/tcp": [{"HostIp": "127.0.0.1", "HostPort": port.to_string()}]});
    let fake = Fake::start(routes(&[api]));
    let seen = fake.audit(&["-f", "json", "--probe"]);
    assert!(seen.has("container/health-endpoint", "/health of container `api` answers with 302"), "{}", seen.out);
    assert!(fake.audit(&["--probe"]).out.contains("302 in "));
    assert_eq!(clock_is_ours(&fake.audit(&["-f", "json"])), []);
}

#[test]
fn nothing_is_run_without_leave() {
    let mut app = container(1, "app");
    app["Config"]["Cmd"] = json!(["python3", "app.py"]);
    let mut routes = routes(&[app]);
    let top = json!({"Titles": ["PID", "PPID", "UID", "COMMAND"], "Processes": [["1001", "1", "10001", "python3 app.py"]]});
    routes.insert(format!("/containers/{}/top", id(1)), Reply::Json(top));
    routes.insert(format!("/containers/{}/exec", id(1)), Reply::Json(json!({"Id": "ab"})));
    routes.insert("/exec/ab/start".into(), Reply::Status(200, "\u{1}\0\0\0\0\0\0\u{d}Python 3.9.1\n"));
    let fake = Fake::start(routes);
    assert!(!fake.audit(&["-f", "json"]).has("container/interpreter-end-of-life", ""));
    let host = format!("unix://{}", fake.socket().display());
    let seen = audit(&["--host", &host, "-f", "json", "--allow-exec"]);
    assert!(seen.has("container/interpreter-end-of-life", "Python 3.9"), "{}", seen.out);
}

#[test]
fn what_many_do_not_answer_is_told_once() {
    let many: Vec<Value> = (1..=9).map(|number| container(number, &format!("web-{number}"))).collect();
    let mut routes = routes(&many);
    for number in 1..=9 {
        routes.insert(format!("/containers/{}/top", id(number)), Reply::Status(403, ""));
    }
    let seen = Fake::start(routes).audit(&["-f", "json"]);
    assert_eq!(seen.report()["errors"].as_array().map(Vec::len), Some(1), "{}", seen.errors());
    assert!(seen.errors().contains("processes of web-1, web-2, web-3 and 6 more: not seen: 403"), "{}", seen.errors());
}

/// A container with something of it changed, and what its processes are: `UID COMMAND`.
fn changed(number: usize, name: &str, change: impl FnOnce(&mut Value)) -> Value {
    let mut container = container(number, name);
    change(&mut container);
    container
}

/// An engine whose containers have one process each, by the number of its account.
fn with_users(containers: &[(Value, &str)]) -> BTreeMap<String, Reply> {
    let mut routes = routes(&containers.iter().map(|(container, _)| container.clone()).collect::<Vec<_>>());
    for (container, user) in containers {
        let id = container["Id"].as_str().unwrap_or_default();
        let row = json!([container["State"]["Pid"].to_string(), "1", user, "serve"]);
        let top = json!({"Titles": ["PID", "PPID", "UID", "COMMAND"], "Processes": [row]});
        routes.insert(format!("/containers/{id}/top"), Reply::Json(top));
    }
    routes
}

#[test]
fn users_are_those_of_the_processes() {
    let user = |number, name: &str, user: &str| changed(number, name, |one| one["Config"]["User"] = json!(user));
    let fake = Fake::start(with_users(&[
        (user(1, "silent", ""), "0"),
        (user(2, "zero", "0:0"), "0"),
        (user(3, "named", "app"), "1234"),
        (user(4, "numeric", "1234:1234"), "1234"),
        // postgres, by gosu.
        (user(5, "stepped-down", ""), "999"),
        // Said to be another account, and root all the same.
        (user(6, "liar", "app"), "0"),
    ]));
    let seen = fake.audit(&["-f", "json", "--profile", "pedantic"]);
    for (name, is_root) in
        [("silent", true), ("zero", true), ("named", false), ("numeric", false), ("stepped-down", false), ("liar", true)]
    {
        assert_eq!(seen.has("container/root-process", &format!("`{name}`")), is_root, "{name}: {}", seen.out);
    }
    // What cannot be looked at is told by what was asked for.
    for spelling in ["0", "00", "root", "root:root", "0:0", ""] {
        let one = user(1, "unseen", spelling);
        let top = Reply::Status(409, "{\"message\":\"is restarting\"}");
        let fake = Fake::start(with(routes(&[one]), &format!("/containers/{}/top", id(1)), top));
        let seen = fake.audit(&["-f", "json", "--profile", "strict"]);
        assert!(seen.has("container/root-declared", "`unseen`"), "{spelling}: {}", seen.out);
    }
}

#[test]
fn every_state_of_a_container_is_seen() {
    let health = |status: &str, streak: u64, code: i64, output: &str| {
        json!({"Status": status, "FailingStreak": streak,
               "Log": [{"Start": "2026-11-20T09:00:00Z", "End": "2026-11-20T09:00:01Z", "ExitCode": code, "Output": output}]})
    };
    let port = json!({"5432/tcp": [{"HostIp": "0.0.0.0", "HostPort": "5432"}]});
    let state = |words: Value| {
        move |one: &mut Value| words.as_object().into_iter().flatten().for_each(|(key, value)| one["State"][key] = value.clone())
    };
    type Change<'c> = Box<dyn FnOnce(&mut Value) + 'c>;
    let cases: Vec<(&str, Change<'_>, &str)> = vec![
        ("healthy", Box::new(|one| one["State"]["Health"] = health("healthy", 0, 0, "ok")), ""),
        ("ill", Box::new(|one| one["State"]["Health"] = health("unhealthy", 4, 3, "no database")), "unhealthy"),
        (
            "blind",
            Box::new(|one| {
                one["State"]["Health"] =
                    health("unhealthy", 4, -1, "OCI runtime exec failed: exec: \"curl\": executable file not found in $PATH")
            }),
            "probe-cannot-run",
        ),
        (
            "loop",
            Box::new(|one| {
                state(json!({"Status": "restarting", "Restarting": true, "ExitCode": 7}))(one);
                one["RestartCount"] = json!(9);
            }),
            "restart-loop",
        ),
        (
            "again",
            Box::new(|one| {
                state(json!({"StartedAt": "2026-11-20T09:58:00Z"}))(one);
                one["RestartCount"] = json!(9);
            }),
            "restart-loop",
        ),
        ("failed", Box::new(state(json!({"Status": "exited", "Running": false, "ExitCode": 3, "Pid": 0}))), "exited-with-error"),
        ("done", Box::new(state(json!({"Status": "exited", "Running": false, "ExitCode": 0, "Pid": 0}))), ""),
        (
            "hungry",
            Box::new(state(json!({"Status": "exited", "Running": false, "ExitCode": 137, "OOMKilled": true, "Pid": 0}))),
            "out-of-memory",
        ),
        ("paused", Box::new(state(json!({"Status": "paused", "Paused": true}))), "paused"),
        (
            "socket",
            Box::new(|one| {
                one["Mounts"] =
                    json!([{"Type": "bind", "Source": "/run/containerd/containerd.sock", "Destination": "/s", "RW": false}])
            }),
            "engine-socket-mounted",
        ),
        (
            "etc",
            Box::new(|one| one["Mounts"] = json!([{"Type": "bind", "Source": "/etc", "Destination": "/host", "RW": true}])),
            "host-folder-mounted",
        ),
        ("host", Box::new(|one| one["HostConfig"]["NetworkMode"] = json!("host")), "host-network"),
        ("pids", Box::new(|one| one["HostConfig"]["PidMode"] = json!("host")), "host-namespace"),
        ("database", Box::new(|one| one["NetworkSettings"]["Ports"] = port.clone()), "internal-port-published"),
        ("privileged", Box::new(|one| one["HostConfig"]["Privileged"] = json!(true)), "privileged"),
        ("capable", Box::new(|one| one["HostConfig"]["CapAdd"] = json!(["ALL"])), "dangerous-capability"),
        ("unconfined", Box::new(|one| one["HostConfig"]["SecurityOpt"] = json!(["seccomp=unconfined"])), "seccomp-disabled"),
    ];
    let mut wanted = Vec::new();
    let mut containers = Vec::new();
    for (number, (name, change, rule)) in cases.into_iter().enumerate() {
        containers.push(changed(number + 1, name, change));
        wanted.push((name, rule));
    }
    let seen = Fake::start(routes(&containers)).audit(&["-f", "json"]);
    for (name, rule) in wanted {
        let quoted = format!("`{name}`");
        let found: Vec<_> = seen.findings().into_iter().filter(|(_, message)| message.contains(&quoted)).collect();
        match rule {
            "" => assert_eq!(found, [], "{name}"),
            rule => assert!(found.iter().any(|(id, _)| id.ends_with(&format!("/{rule}"))), "{name} is not {rule}: {found:?}"),
        }
    }
}

/// What docker-bench and dockle get wrong, see `docs/differences.md`.
#[test]
fn faults_of_peers_are_none_of_ours() {
    let mount = |source: &str| json!([{"Type": "bind", "Source": source, "Destination": "/x", "RW": false}]);
    let containers = vec![
        changed(1, "quota", |one| one["HostConfig"]["CpuQuota"] = json!(50000)),
        changed(2, "pinned", |one| one["HostConfig"]["CpusetCpus"] = json!("0-1")),
        changed(3, "no-probe", |one| one["Config"]["Healthcheck"] = json!({"Test": ["NONE"]})),
        changed(4, "shadow", |one| one["Mounts"] = mount("/etc/shadow")),
        changed(5, "run", |one| one["Mounts"] = mount("/var/run")),
        changed(6, "always", |one| one["HostConfig"]["RestartPolicy"] = json!({"Name": "always", "MaximumRetryCount": 0})),
        changed(7, "v6", |one| one["NetworkSettings"]["Ports"] = json!({"8000/tcp": [{"HostIp": "::", "HostPort": "80"}]})),
        changed(8, "plain", |one| one["AppArmorProfile"] = json!("")),
        changed(9, "odd \"name\"", |one| one["Config"]["Labels"] = json!({"words": "a \"b\" c\\d"})),
        changed(10, "equal", |one| one["Config"]["Cmd"] = json!(["sh", "-c", "run --password=s3same0pen-db=kT5nQw8zLp2x"])),
    ];
    let mut routes = routes(&containers);
    let info = json!({"ID": "E1", "Name": "paper", "ServerVersion": "29.1.0", "SystemTime": "2026-11-20T10:00:00Z", "LiveRestoreEnabled": true,
                      "SecurityOptions": ["name=seccomp,profile=builtin"]});
    routes.insert("/info".into(), Reply::Json(info));
    let seen = Fake::start(routes).audit(&["-f", "json", "--profile", "pedantic"]);
    for (rule, name) in [
        ("healthcheck-missing", "no-probe"),
        ("host-folder-mounted", "shadow"),
        ("engine-socket-mounted", "run"),
        ("port-on-all-addresses", "v6"),
        ("privileged-port", "v6"),
        ("processor-limit-missing", "plain"),
    ] {
        assert!(seen.has(&format!("container/{rule}"), &format!("`{name}`")), "{rule} does not speak of {name}: {}", seen.out);
    }
    for (rule, name) in [
        ("processor-limit-missing", "quota"),
        ("processor-limit-missing", "pinned"),
        ("restart-policy-missing", "always"),
        // The host has neither AppArmor nor SELinux.
        ("apparmor-disabled", "plain"),
        ("selinux-disabled", "plain"),
    ] {
        let said: Vec<_> = seen
            .findings()
            .into_iter()
            .filter(|(id, words)| id.ends_with(rule) && words.contains(&format!("`{name}`")))
            .collect();
        let low = rule == "restart-policy-missing" && seen.out.contains("always");
        assert!(said.is_empty() || low, "{rule} speaks of {name}: {said:?}");
    }
    assert!(seen.has("container/healthcheck-missing", "odd \"name\""), "{}", seen.out);
    assert!(!seen.out.contains("kT5nQw8zLp2x") && !seen.out.contains("s3same0pen"), "{}", seen.out);
}

#[test]
fn limits_drift_too() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let text = "name: shop\nservices:\n  api:\n    image: shop/api:1.4\n    user: \"10001\"\n    restart: unless-stopped\n    cpus: 0.5\n    pids_limit: 200\n    mem_limit: 1000000b\n";
    fs::write(folder.path().join("compose.yaml"), text).expect("a file can be written");
    let labels = json!({"com.docker.compose.project": "shop", "com.docker.compose.service": "api"});
    let same = changed(1, "same", |one| {
        one["Config"]["Labels"] = labels.clone();
        one["HostConfig"]["NanoCpus"] = json!(500_000_000);
        one["HostConfig"]["PidsLimit"] = json!(200);
    });
    let other = changed(2, "other", |one| one["Config"]["Labels"] = labels.clone());
    let project = folder.path().to_str().expect("the path is UTF-8");
    let seen = Fake::start(routes(&[same, other])).audit(&["-f", "json", "--project", project]);
    assert!(
        seen.has("container/drift", "(other)` may take all processors, and the compose file says 0.5 processors"),
        "{}",
        seen.out
    );
    assert!(
        seen.has("container/drift", "(other)` may start any number of processes, and the compose file says 200"),
        "{}",
        seen.out
    );
    assert!(!seen.has("container/drift", "(same)`"), "{}", seen.out);
}

#[test]
fn containers_are_chosen() {
    let labels = |project: &str, tier: &str| json!({"com.docker.compose.project": project, "com.docker.compose.service": "api", "tier": tier});
    let one = changed(1, "shop-api-1", |one| one["Config"]["Labels"] = labels("shop", "front"));
    let two = changed(2, "bank-api-1", |one| one["Config"]["Labels"] = labels("bank", "back"));
    let fake = Fake::start(routes(&[one, two, container(3, "alone")]));
    let chosen = |arguments: &[&str]| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let saved = folder.path().join("saved.json");
        let seen =
            fake.audit(&[&["--save", saved.to_str().expect("the path is UTF-8"), "--exit-zero", "-q"], arguments].concat());
        assert_eq!(seen.code, Some(0), "{}{}", seen.out, seen.err);
        let saved = snapshot(&saved);
        let containers = saved["engines"][0]["containers"].as_array().cloned().unwrap_or_default();
        containers.iter().map(|one| one["name"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(chosen(&[]).len(), 3);
    assert_eq!(chosen(&["alone"]), ["alone"]);
    assert_eq!(chosen(&["--label", "tier=back"]), ["bank-api-1"]);
    assert_eq!(chosen(&["--label", "tier"]).len(), 2);
    assert_eq!(chosen(&["--compose-project", "shop"]), ["shop-api-1"]);
    assert_eq!(chosen(&["--compose-project", "shop", "--label", "tier=back", "--allow-empty"]), Vec::<String>::new());
    // By the name of the service, too.
    assert_eq!(chosen(&["api"]).len(), 2);
    assert_eq!(fake.audit(&["nobody"]).code, Some(2));
}

#[test]
fn the_container_that_asks_is_left_out() {
    use shipworthy::live::collect::{Request, collect};
    use shipworthy::live::endpoint::{Address, Endpoint};
    let fake = Fake::start(routes(&[container(1, "web"), container(2, "shipworthy")]));
    let address = Address::Socket(fake.socket());
    let endpoint = Endpoint { address, shown: "unix://fake".to_owned(), named_by: "a test".to_owned() };
    let limit = Duration::from_secs(20);
    let request = Request { limit, own_container: Some(id(2)), brief: false, probe: false, promised: Vec::new(), run: None };
    let engine = collect(&endpoint, &request).expect("it answers");
    assert_eq!(engine.containers.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["web"]);
    assert!(!fake.asked.lock().expect("no thread panicked").iter().any(|line| line.contains(&id(2))));
    fake.only_looked_at();
}

#[test]
fn saved_snapshots_make_one_fleet() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let info =
        |id: &str, name: &str| json!({"ID": id, "Name": name, "ServerVersion": "29.1.0", "SystemTime": "2026-11-20T10:00:00Z"});
    let engine = |number: usize, id: &str, name: &str| {
        let one = changed(number, &format!("on-{name}"), |one| one["HostConfig"]["Privileged"] = json!(true));
        Fake::start(with(routes(&[one]), "/info", Reply::Json(info(id, name))))
    };
    let (north, south) = (engine(1, "E1", "north"), engine(2, "E2", "south"));
    north.audit(&["--save", &path("north.json"), "-q"]);
    south.audit(&["--save", &path("south.json"), "-q"]);
    let seen = audit(&["-f", "json", "--input", &path("north.json"), "--input", &path("south.json")]);
    assert_eq!(seen.report()["files"].as_array().map(Vec::len), Some(2), "{}", seen.out);
    for name in ["on-north", "on-south"] {
        assert!(seen.has("container/privileged", name), "{}", seen.out);
    }
    // Both in one file, and that file again.
    audit(&["--input", &path("north.json"), "--input", &path("south.json"), "--save", &path("both.json"), "-q"]);
    assert_eq!(snapshot(Path::new(&path("both.json")))["engines"].as_array().map(Vec::len), Some(2));
    let both = audit(&["-f", "json", "--input", &path("both.json")]);
    assert_eq!(both.findings().len(), seen.findings().len());
    let full = audit(&["--input", &path("both.json")]);
    assert!(full.out.contains("north") && full.out.contains("south"), "{}", full.out);
}

#[test]
fn waiting_ends_when_all_are_healthy_or_time_is_up() {
    let with_health = |status: &str| {
        changed(1, "api", |one| {
            let log = json!([{"Start": "2026-11-20T09:00:00Z", "ExitCode": 7, "Output": "connection refused"}]);
            one["State"]["Health"] = json!({"Status": status, "FailingStreak": 0, "Log": log});
        })
    };
    let healthy = changed(1, "api", |one| one["State"]["Health"] = json!({"Status": "healthy", "FailingStreak": 0, "Log": []}));
    let inspect = format!("/containers/{}/json", id(1));
    let turns = Reply::Turns(with_health("starting"), healthy.clone());
    let seen = Fake::start(with(routes(&[healthy]), &inspect, turns)).audit(&["--wait", "20s", "-f", "concise"]);
    assert_eq!(seen.code, Some(0), "{}{}", seen.out, seen.err);
    assert!(seen.err.contains("api: starting") && seen.err.contains("api: ready"), "{}", seen.err);
    let fake = Fake::start(routes(&[with_health("unhealthy"), container(2, "web")]));
    let seen = fake.audit(&["--wait", "1s", "--exit-zero", "-f", "concise"]);
    assert_eq!(seen.code, Some(1), "{}{}", seen.out, seen.err);
    assert!(seen.err.contains("not ready: api: unhealthy; its last probe ended with 7: connection refused"), "{}", seen.err);
    // Whoever is not asked for is not waited for.
    assert_eq!(fake.audit(&["--wait", "1s", "--exit-zero", "web"]).code, Some(0));
    assert_eq!(fake.audit(&["--wait", "1s", "--exit-zero", "nobody"]).code, Some(2));
}

#[test]
fn which_engine_was_audited_is_always_said() {
    let fake = Fake::start(routes(&[container(1, "api")]));
    for arguments in [&["-q"][..], &["-q", "-f", "concise"], &["-q", "-f", "sarif"], &[]] {
        let seen = fake.audit(arguments);
        let all = format!("{}{}", seen.out, seen.err);
        assert!(all.contains("Docker 29.1.0 on paper") && all.contains("engine.sock"), "{arguments:?}: {all}");
    }
}

/// `docker` and `ssh` are found by their names; here they are scripts that connect to the engine of paper and write down what they were told.
#[test]
fn tls_and_ssh_go_through_their_commands() {
    let fake = Fake::start(routes(&[container(1, "api")]));
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let port = listener.local_addr().expect("it is bound").port();
    let socket = fake.socket();
    std::thread::spawn(move || {
        for outer in listener.incoming().flatten() {
            let inner = UnixStream::connect(&socket).expect("the engine listens");
            let (mut from, mut to) = (outer.try_clone().expect("it can be cloned"), inner.try_clone().expect("it can be cloned"));
            std::thread::spawn(move || std::io::copy(&mut from, &mut to));
            let (mut from, mut to) = (inner, outer);
            std::thread::spawn(move || std::io::copy(&mut from, &mut to));
        }
    });
    let folder = tempfile::tempdir().expect("a temporary folder");
    for name in ["docker", "ssh"] {
        let log = folder.path().join("log");
        let script = format!(
            "#!/bin/bash\necho {name} \"$@\" verify=$DOCKER_TLS_VERIFY >> {}\nexec 3<>/dev/tcp/127.0.0.1/{port}\ncat <&3 &\ncat >&3\n",
            log.display()
        );
        let path = folder.path().join(name);
        fs::write(&path, script).expect("files can be written");
        fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("it is ours");
    }
    let path = format!("{}:{}", folder.path().display(), std::env::var("PATH").unwrap_or_default());
    let asked = |host: &str, verify: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_shipworthy"))
            .args(["audit", "--isolated", "--today", "2026-11-20", "-f", "json", "--host", host])
            .envs([("PATH", path.as_str()), ("DOCKER_TLS_VERIFY", verify), ("HOME", "/nonexistent")])
            .output();
        Seen::of(output.expect("the binary runs"))
    };
    for (host, verify, told) in [
        ("tcp://engine.example:2376", "1", "docker --host tcp://engine.example:2376 system dial-stdio verify=1"),
        (
            "ssh://me@engine.example:2222",
            "",
            "ssh -T -o BatchMode=yes -o ConnectTimeout=10 -l me -p 2222 -- engine.example docker system dial-stdio verify=",
        ),
    ] {
        let seen = asked(host, verify);
        assert_eq!(seen.code, Some(0), "{host}: {}{}", seen.out, seen.err);
        assert!(seen.err.contains(&format!("Docker 29.1.0 on paper, {host}")), "{}", seen.err);
        assert!(fs::read_to_string(folder.path().join("log")).is_ok_and(|log| log.contains(told)), "{told}");
    }
    fake.only_looked_at();
    // Where the command is missing that is what is said.
    let output = Command::new(env!("CARGO_BIN_EXE_shipworthy"))
        .args(["audit", "--isolated", "--host", "ssh://engine.example"])
        .env("PATH", "/nonexistent")
        .output();
    let seen = Seen::of(output.expect("the binary runs"));
    assert!(seen.code == Some(2) && seen.err.contains("`ssh`, which makes the connection, cannot be started"), "{}", seen.err);
    assert_eq!(audit(&["--host", "https://engine.example"]).code, Some(2));
}
