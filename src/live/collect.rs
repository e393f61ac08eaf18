//! One look at an engine: what it is, its containers, their images. A few questions at a time, each bounded, and what is not answered
//! is written down.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde_json::Value;

use super::answer::{self, PromisedHealth};
use super::client::{CONCURRENCY, CallError, Client, Permission, encoded};
use super::convert;
use super::endpoint::Endpoint;
use super::snapshot::{Engine, Interpreter, NotSeen, Product};

/// What is asked for, and for how long.
#[derive(Debug, Clone)]
pub struct Request {
    /// After this the audit as a whole is over: what is not seen by then is not seen.
    pub limit: Duration,
    /// The container that this program runs in, which is not part of what is audited.
    pub own_container: Option<String>,
    /// Only what tells how containers are: neither processes nor images.
    pub brief: bool,
    /// Ask health addresses over published ports.
    pub probe: bool,
    /// The health addresses that are promised of services.
    pub promised: Vec<PromisedHealth>,
    /// Leave to run interpreters in containers, for their versions.
    pub run: Option<Permission>,
}

/// More containers than this are not looked at one by one.
const MOST_CONTAINERS: usize = 10_000;

/// Where the interpreter of Python images lies; where the name leads tells its version.
const PYTHON: &str = "/usr/local/bin/python3";

/// Asks an engine for everything that rules judge.
///
/// # Errors
/// Only where the engine cannot be asked at all; a question that it does not answer is in [`Engine::not_seen`].
pub fn collect(endpoint: &Endpoint, request: &Request) -> Result<Engine, CallError> {
    let client = Client::new(endpoint, Instant::now() + request.limit);
    let mut look = Look { client: &client, not_seen: Mutex::default() };
    // Whoever does not even answer this is no engine, or none that can be reached.
    let version = look.client.json("/version");
    if let Err(error @ (CallError::Unreachable(_) | CallError::Timeout(_) | CallError::Broken(_) | CallError::NoJson)) = &version
    {
        return Err(error.clone());
    }
    let version = look.seen("version of the engine", version);
    let now = Timestamp::now();
    let first = look.each(vec!["/info", "/containers/json?all=1", "/networks/bridge"], |_, path| look.client.json(path));
    let [info, list, bridge] = <[_; 3]>::try_from(first).unwrap_or_else(|_| std::array::from_fn(|_| Err(CallError::OutOfTime)));
    let info = look.seen("description of the engine", info);
    let mut engine = convert::engine(&version, &info, now);
    engine.endpoint = endpoint.shown.clone();
    engine.default_bridge_is_open = match bridge {
        // An engine without a default bridge has none that could be open.
        Err(error) if error.is_gone() => None,
        bridge => {
            let option = "/Options/com.docker.network.bridge.enable_icc";
            let text = convert::text(&look.seen("default bridge", bridge), option);
            Some(text).filter(|text| !text.is_empty()).map(|text| text == "true")
        }
    };
    // By the clock of the engine, so that a wrong one of ours makes nothing old.
    let now = convert::timestamp(&convert::text(&info, "/SystemTime")).unwrap_or(now);
    let list = look.seen("containers", list);
    look.containers(&mut engine, &list, request, now);
    engine.not_seen = std::mem::take(&mut look.not_seen).into_inner().unwrap_or_else(PoisonError::into_inner);
    engine.not_seen.sort_by(|a, b| (&a.what, &a.why).cmp(&(&b.what, &b.why)));
    engine.not_seen.dedup();
    engine.redact();
    if request.probe {
        let containers: Vec<_> = engine.containers.iter().collect();
        let answers = look.each(containers, |_, container| answer::ask(container, endpoint, &request.promised));
        engine.containers.iter_mut().zip(answers).for_each(|(container, answer)| container.answer = answer);
    }
    Ok(engine)
}

struct Look<'c> {
    client: &'c Client,
    not_seen: Mutex<Vec<NotSeen>>,
}

/// What is asked of one container.
struct Inspected {
    inspect: Value,
    processes: Option<Value>,
    python: Option<String>,
    /// What interpreters said of themselves.
    told: Vec<Interpreter>,
}

impl Look<'_> {
    /// The answer, or null and a note.
    fn seen(&self, what: &str, answer: Result<Value, CallError>) -> Value {
        answer.unwrap_or_else(|error| {
            self.note(what, &error, false);
            Value::Null
        })
    }

    fn note(&self, what: &str, why: &dyn Display, harmless: bool) {
        let note = NotSeen { what: what.to_owned(), why: why.to_string(), harmless };
        self.not_seen.lock().unwrap_or_else(PoisonError::into_inner).push(note);
    }

    /// Does something with each of many, a few at a time, and gives the results in their order.
    fn each<T: Sync + Send, R: Send>(&self, items: Vec<T>, one: impl Fn(usize, &T) -> R + Sync) -> Vec<R> {
        let next = AtomicUsize::new(0);
        let results: Mutex<BTreeMap<usize, R>> = Mutex::default();
        std::thread::scope(|scope| {
            for _ in 0..CONCURRENCY.min(items.len()) {
                scope.spawn(|| {
                    while let Some((index, item)) =
                        Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|at| Some((at, items.get(at)?)))
                    {
                        let result = one(index, item);
                        results.lock().unwrap_or_else(PoisonError::into_inner).insert(index, result);
                    }
                });
            }
        });
        results.into_inner().unwrap_or_else(PoisonError::into_inner).into_values().collect()
    }

    fn containers(&self, engine: &mut Engine, list: &Value, request: &Request, now: Timestamp) {
        let mut ids: Vec<(String, String)> = Vec::new();
        for entry in list.as_array().into_iter().flatten() {
            let id = convert::text(entry, "/Id");
            let name = convert::text(entry, "/Names/0").trim_start_matches('/').to_owned();
            let is_own = request.own_container.as_ref().is_some_and(|own| !own.is_empty() && id.starts_with(own));
            // What the list says goes into a path: only what looks like an id does.
            if !is_own && !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                ids.push((id, name));
            }
        }
        if ids.len() > MOST_CONTAINERS {
            let why = format!("{} containers, of which {MOST_CONTAINERS} are looked at", ids.len());
            self.note("containers", &why, false);
            ids.truncate(MOST_CONTAINERS);
        }
        let podman = engine.product == Product::Podman;
        let inspected: Vec<Inspected> =
            self.each(ids, |_, (id, name)| self.container(id, name, podman, request)).into_iter().flatten().collect();

        let mut image_ids: Vec<String> = inspected.iter().map(|one| convert::text(&one.inspect, "/Image")).collect();
        let mut names: Vec<String> = inspected.iter().map(|one| convert::text(&one.inspect, "/Config/Image")).collect();
        for list in [&mut image_ids, &mut names] {
            list.sort();
            list.dedup();
            list.retain(|name| !name.is_empty());
        }
        if request.brief {
            image_ids.clear();
            names.clear();
        }
        // A name that is an id cannot move.
        names.retain(|name| {
            !name.starts_with("sha256:") && !name.contains("@sha256:") && !image_ids.iter().any(|id| id.contains(name))
        });
        let images = self.each(image_ids.clone(), |_, id| self.image(id));
        let moved = self.each(names.clone(), |_, name| self.client.json(&format!("/images/{}/json", encoded(name))));

        for one in &inspected {
            let id = convert::text(&one.inspect, "/Image");
            let image = image_ids.iter().position(|known| *known == id).and_then(|at| images[at].as_ref());
            let mut container = convert::container(&one.inspect, image.map(|(inspect, _)| inspect), now);
            let main = one.inspect.pointer("/State/Pid").and_then(Value::as_u64).and_then(|pid| u32::try_from(pid).ok());
            container.processes = one.processes.as_ref().and_then(|top| convert::processes(top, main.unwrap_or_default()));
            if let Some(mut told) = one.python.as_deref().and_then(convert::interpreter_of_link) {
                told.told_by = PYTHON.to_owned();
                let claimed = container.interpreters.iter().position(|claim| claim.name == told.name);
                // The link knows no patch release: what the image says is better where both agree.
                match claimed.map(|at| (at, container.interpreters[at].version.starts_with(&format!("{}.", told.version)))) {
                    Some((_, true)) => {}
                    Some((at, false)) => container.interpreters[at] = told,
                    None => container.interpreters.push(told),
                }
            }
            for told in &one.told {
                container.interpreters.retain(|claim| claim.name != told.name);
                container.interpreters.push(told.clone());
            }
            if let Some(at) = names.iter().position(|name| *name == container.image) {
                container.image_id_now = self.image_now(&moved[at], &container.image, &container.image_id);
            }
            engine.containers.push(container);
        }
        engine.containers.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
        for (inspect, history) in images.iter().flatten() {
            let mut image = convert::image(inspect, history, now);
            let users = engine.containers.iter().filter(|container| container.image_id == image.id);
            image.containers = users.map(|container| container.name.clone()).collect();
            engine.images.push(image);
        }
        engine.images.sort_by(|a, b| (&a.tags, &a.id).cmp(&(&b.tags, &b.id)));
    }

    /// `None` for a container that went away since it was listed, or cannot be read.
    fn container(&self, id: &str, name: &str, podman: bool, request: &Request) -> Option<Inspected> {
        let inspect = match self.client.json(&format!("/containers/{id}/json")) {
            Ok(inspect) => inspect,
            Err(error) => {
                self.note(&format!("container {name}"), &error, error.is_gone());
                return None;
            }
        };
        let running = inspect.pointer("/State/Running").and_then(Value::as_bool).unwrap_or_default();
        let restarting = inspect.pointer("/State/Restarting").and_then(Value::as_bool).unwrap_or_default();
        if !running || restarting || request.brief {
            return Some(Inspected { inspect, processes: None, python: None, told: Vec::new() });
        }
        // Docker hands this to the `ps` of the host; Podman knows columns of its own, and mixes up numbers of host and container.
        let columns = if podman { "pid,ppid,user,args" } else { "-eo%20pid,ppid,uid,args" };
        let processes = match self.client.json(&format!("/containers/{id}/top?ps_args={columns}")) {
            // A `ps` without these columns (BusyBox) gets no arguments.
            Err(CallError::Refused { code: 500, .. }) => self.client.json(&format!("/containers/{id}/top")),
            answer => answer,
        };
        let processes = match processes {
            Ok(top) => Some(top),
            Err(error) => {
                self.note(&format!("processes of {name}"), &error, error.is_gone() || error.is_conflict());
                None
            }
        };
        let python = is_python(&inspect, processes.as_ref()).then(|| self.link(id, PYTHON)).flatten();
        let told =
            request.run.map_or(Vec::new(), |permission| self.ask_interpreters(permission, id, &inspect, processes.as_ref()));
        Some(Inspected { inspect, processes, python, told })
    }

    /// Runs the interpreters that a container uses and nothing tells the version of.
    fn ask_interpreters(&self, permission: Permission, id: &str, inspect: &Value, processes: Option<&Value>) -> Vec<Interpreter> {
        let rows = processes.and_then(|top| top.get("Processes")?.as_array()).into_iter().flatten();
        let commands: Vec<&str> = rows.filter_map(|row| row.as_array()?.last()?.as_str()).collect();
        let runs = |name: &str| commands.iter().any(|command| command.split([' ', '/']).any(|word| word.starts_with(name)));
        let mut told = Vec::new();
        for (name, words) in [("python", ["python3", "-V"]), ("node", ["node", "--version"])] {
            let asked = if name == "python" { is_python(inspect, processes) } else { runs(name) };
            let answer = asked.then(|| self.client.run(permission, id, &words)).and_then(Result::ok);
            if let Some(version) = answer.as_deref().and_then(convert::version_of) {
                told.push(Interpreter { name: name.to_owned(), version, told_by: words.join(" ") });
            }
        }
        told
    }

    /// Where a symbolic link in a container leads; nothing is run for it.
    fn link(&self, id: &str, path: &str) -> Option<String> {
        let path = format!("/containers/{id}/archive?path={}", encoded(path));
        let stat = self.client.header(&path, "X-Docker-Container-Path-Stat").ok()??;
        let stat: Value = serde_json::from_slice(&base64(&stat)?).ok()?;
        Some(convert::text(&stat, "/linkTarget")).filter(|target| !target.is_empty())
    }

    /// An image and its history; the history of some is not to be had, and that is no fault.
    fn image(&self, id: &str) -> Option<(Value, Value)> {
        let inspect = match self.client.json(&format!("/images/{}/json", encoded(id))) {
            Ok(inspect) => inspect,
            Err(error) => {
                self.note(&format!("image {id}"), &error, error.is_gone());
                return None;
            }
        };
        let history = match self.client.json(&format!("/images/{}/history", encoded(id))) {
            Ok(history) => history,
            Err(error) => {
                self.note(&format!("history of image {id}"), &error, error.is_gone());
                Value::Null
            }
        };
        Some((inspect, history))
    }

    /// The image that a name means by now, where that is another one.
    fn image_now(&self, answer: &Result<Value, CallError>, name: &str, id: &str) -> Option<String> {
        match answer {
            Ok(image) => {
                let now = convert::image(image, &Value::Null, Timestamp::UNIX_EPOCH).id;
                (!now.is_empty() && now != id).then_some(now)
            }
            // The name is gone: nothing has moved.
            Err(error) if error.is_gone() => None,
            Err(error) => {
                self.note(&format!("what {name} names now"), error, false);
                None
            }
        }
    }
}

/// Whether it is worth asking where `python3` leads.
fn is_python(inspect: &Value, processes: Option<&Value>) -> bool {
    let runs =
        |word: &str| ["python", "gunicorn", "uvicorn", "celery", "hypercorn", "daphne"].iter().any(|name| word.contains(name));
    let environment = inspect.pointer("/Config/Env").and_then(Value::as_array).into_iter().flatten();
    let says = environment.filter_map(Value::as_str).any(|pair| pair.starts_with("PYTHON_VERSION="));
    let rows = processes.and_then(|top| top.get("Processes")?.as_array()).into_iter().flatten();
    says || rows.filter_map(Value::as_array).flatten().filter_map(Value::as_str).any(runs)
}

/// Base64 with or without padding; `None` for anything else.
fn base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    let (mut bits, mut held) = (0u32, 0u32);
    for byte in text.trim_end_matches('=').bytes() {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(six);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
            bits &= (1 << held) - 1;
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_read() {
        assert_eq!(base64("eyJhIjoxfQ=="), Some(b"{\"a\":1}".to_vec()));
        assert_eq!(base64("YWJj"), Some(b"abc".to_vec()));
        assert_eq!(base64("*"), None);
    }
}
