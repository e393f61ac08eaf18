//! Questions to an engine. There is one way to ask, and it knows `GET` and `HEAD` and nothing else: what cannot be said
//! cannot change anything. The one exception, running a program in a container, needs a [`Permission`] that only `--allow-exec` gives.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use ureq::config::Config;
use ureq::http::{HeaderMap, Response};
use ureq::{Agent, Body, Error};

use super::endpoint::Endpoint;
use super::transport::{EngineConnector, NoResolver};

/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(2);

/// How long one question may take, its answer included.
const CALL: Duration = Duration::from_secs(10);

/// A longer answer is refused.
const LONGEST_ANSWER: u64 = 64 << 20;

/// What the engine says in the place of an answer is shown up to this many characters.
const LONGEST_WORDS: usize = 160;

/// Connections that are kept, and so questions at a time.
pub const CONCURRENCY: usize = 8;

/// The ways to ask: none that changes anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Method {
    Get,
    Head,
}

/// An engine that can be asked.
#[derive(Debug)]
pub struct Client {
    agent: Agent,
    /// When the audit as a whole is over.
    deadline: Instant,
}

/// Leave to run programs in containers.
#[derive(Debug, Clone, Copy)]
pub struct Permission(());

impl Permission {
    /// For the command line alone, where somebody wrote `--allow-exec`.
    pub const fn of_allow_exec() -> Self {
        Self(())
    }
}

/// Why a question has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// The engine, or a proxy before it, refuses.
    #[error("{code}{}", if words.is_empty() { String::new() } else { format!(", {words}") })]
    Refused { code: u16, words: String },
    #[error("no answer within {0} s")]
    Timeout(u64),
    #[error("no time left: the audit as a whole took too long")]
    OutOfTime,
    #[error("the answer is longer than 64 MB")]
    TooLong,
    #[error("the answer is no JSON")]
    NoJson,
    #[error("the connection broke: {0}")]
    Broken(String),
    #[error("{0}")]
    Unreachable(String),
}

impl CallError {
    /// It is not there any more.
    pub fn is_gone(&self) -> bool {
        matches!(self, Self::Refused { code: 404, .. })
    }

    /// It is not in a state in which the question makes sense.
    pub fn is_conflict(&self) -> bool {
        matches!(self, Self::Refused { code: 409, .. })
    }
}

impl Client {
    /// For one engine; nothing is connected yet.
    pub fn new(endpoint: &Endpoint, deadline: Instant) -> Self {
        let config = Config::builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .user_agent(concat!("shipworthy/", env!("CARGO_PKG_VERSION")))
            .timeout_connect(Some(CONNECT))
            .max_idle_connections(CONCURRENCY)
            .max_idle_connections_per_host(CONCURRENCY)
            .build();
        Self { agent: Agent::with_parts(config, EngineConnector(endpoint.address.clone()), NoResolver), deadline }
    }

    /// A JSON document.
    pub fn json(&self, path: &str) -> Result<Value, CallError> {
        let (_, body) = self.ask(Method::Get, path)?;
        serde_json::from_slice(&body).map_err(|_| CallError::NoJson)
    }

    /// A header of the answer to `HEAD`.
    pub fn header(&self, path: &str, name: &str) -> Result<Option<String>, CallError> {
        let (headers, _) = self.ask(Method::Head, path)?;
        Ok(headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned))
    }

    /// Runs a program in a container and gives what it prints. This is the one thing that changes something: the engine starts a process.
    pub fn run(&self, _: Permission, id: &str, words: &[&str]) -> Result<String, CallError> {
        let asked = json!({ "AttachStdout": true, "AttachStderr": true, "Cmd": words });
        let created = self.post(&format!("/containers/{id}/exec"), &asked)?;
        let created: Value = serde_json::from_slice(&created).map_err(|_| CallError::NoJson)?;
        let exec = created.get("Id").and_then(Value::as_str).filter(|id| id.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let exec = exec.ok_or(CallError::NoJson)?;
        let output = self.post(&format!("/exec/{exec}/start"), &json!({ "Detach": false, "Tty": false }))?;
        Ok(printed(&output))
    }

    fn post(&self, path: &str, body: &Value) -> Result<Vec<u8>, CallError> {
        let request = self.agent.post(address(path)).header("Content-Type", "application/json");
        let request = request.config().timeout_global(Some(self.left()?)).build();
        let (_, body) = answer(request.send(body.to_string()), &[200, 201])?;
        Ok(body)
    }

    fn ask(&self, method: Method, path: &str) -> Result<(HeaderMap, Vec<u8>), CallError> {
        let request = match method {
            Method::Get => self.agent.get(address(path)),
            Method::Head => self.agent.head(address(path)),
        };
        let request = request.config().timeout_global(Some(self.left()?)).build();
        answer(request.call(), &[200])
    }

    /// How long the next question may take.
    fn left(&self) -> Result<Duration, CallError> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        if left.is_zero() { Err(CallError::OutOfTime) } else { Ok(CALL.min(left)) }
    }
}

/// The engine is where the connector goes: the host is only what HTTP wants to see.
fn address(path: &str) -> String {
    format!("http://localhost{path}")
}

/// Headers and body of an answer with one of these codes.
fn answer(response: Result<Response<Body>, Error>, good: &[u16]) -> Result<(HeaderMap, Vec<u8>), CallError> {
    let mut response = response.map_err(|error| failure(&error))?;
    let code = response.status().as_u16();
    let headers = response.headers().clone();
    match response.body_mut().with_config().limit(LONGEST_ANSWER).read_to_vec() {
        Ok(body) if good.contains(&code) => Ok((headers, body)),
        Ok(body) => Err(CallError::Refused { code, words: words(&body) }),
        // What it refuses with is no matter.
        Err(_) if !good.contains(&code) => Err(CallError::Refused { code, words: String::new() }),
        Err(error) => Err(failure(&error)),
    }
}

/// The text of a stream of frames: a byte for the stream, three of nothing, four of length, then that much of text (Docker, `attach`).
fn printed(mut stream: &[u8]) -> String {
    let mut text = Vec::new();
    while let [_, 0, 0, 0, a, b, c, d, rest @ ..] = stream {
        let length = (u32::from_be_bytes([*a, *b, *c, *d]) as usize).min(rest.len());
        text.extend_from_slice(&rest[..length]);
        stream = &rest[length..];
    }
    String::from_utf8_lossy(&text).into_owned()
}

/// What an engine says of an error: `{"message": …}`; a proxy says it in HTML, which nobody wants to read.
fn words(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let message = serde_json::from_str::<Value>(&text).ok();
    let message = message.as_ref().and_then(|value| value.get("message").or(value.get("cause"))?.as_str());
    let words = match message {
        Some(message) => message,
        None if text.trim_start().starts_with('<') => "",
        None => &text,
    };
    words.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(LONGEST_WORDS).collect()
}

fn failure(error: &Error) -> CallError {
    match error {
        Error::Timeout(ureq::Timeout::Connect) => CallError::Unreachable(format!("no connection within {} s", CONNECT.as_secs())),
        Error::Timeout(_) => CallError::Timeout(CALL.as_secs()),
        Error::BodyExceedsLimit(_) => CallError::TooLong,
        Error::Io(error) => io_failure(error),
        Error::ConnectionFailed => CallError::Unreachable("no connection".to_owned()),
        other => CallError::Broken(other.to_string()),
    }
}

fn io_failure(error: &std::io::Error) -> CallError {
    use std::io::ErrorKind;
    if let Some(inner) = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>())
        && !matches!(inner, Error::Io(_))
    {
        return failure(inner);
    }
    match error.kind() {
        ErrorKind::NotFound => CallError::Unreachable(match error.get_ref() {
            Some(told) => told.to_string(),
            None => "no such file".to_owned(),
        }),
        ErrorKind::PermissionDenied => CallError::Unreachable("permission denied".to_owned()),
        ErrorKind::ConnectionRefused => CallError::Unreachable("connection refused: no engine listens there".to_owned()),
        ErrorKind::TimedOut | ErrorKind::WouldBlock => CallError::Unreachable("no connection in time".to_owned()),
        ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset | ErrorKind::BrokenPipe => {
            CallError::Broken("the answer ends in the middle".to_owned())
        }
        _ => CallError::Broken(error.to_string()),
    }
}

/// What may stand in a path: everything else is written as `%41`, so that a name cannot become another question.
pub fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b',' => encoded.push(char::from(byte)),
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_refusals_are_short() {
        assert_eq!(words(b"{\"message\":\"no such\\ncontainer\"}"), "no such container");
        assert_eq!(words(b"<html><body>403</body></html>"), "");
        assert_eq!(words(b"plain\n"), "plain");
        assert_eq!(printed(&[1, 0, 0, 0, 0, 0, 0, 2, b'a', b'b', 2, 0, 0, 0, 0, 0, 0, 1, b'c']), "abc");
        assert_eq!(printed(&[1, 0, 0, 0, 0, 0, 0, 9, b'a']), "a");
        assert_eq!(encoded("../images/x?y="), "..%2Fimages%2Fx%3Fy%3D");
    }
}
