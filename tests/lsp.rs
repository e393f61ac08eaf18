//! The language server as an editor meets it: a process, and messages on its standard input and output.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// No answer takes longer, even of a debug build on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// An editor: a client with a folder and the documents that it has open.
struct Editor {
    folder: tempfile::TempDir,
    child: Child,
    stdin: Option<ChildStdin>,
    incoming: Receiver<Value>,
    next: i64,
    /// Version and text of what is open, by the name of the file.
    open: BTreeMap<String, (i64, String)>,
    /// The latest diagnostics, with the version that they are for.
    diagnostics: BTreeMap<String, (Option<i64>, Vec<Value>)>,
    /// What else the server said or asked.
    asides: Vec<Value>,
    transcript: String,
}

/// What most editors say that they can.
fn usual_capabilities() -> Value {
    json!({
        "textDocument": {
            "publishDiagnostics": {
                "relatedInformation": true, "codeDescriptionSupport": true, "dataSupport": true, "tagSupport": { "valueSet": [1, 2] }
            },
            "codeAction": {
                "codeActionLiteralSupport": { "codeActionKind": { "valueSet": ["quickfix", "source.fixAll"] } },
                "isPreferredSupport": true
            },
            "hover": { "contentFormat": ["markdown", "plaintext"] }
        },
        "workspace": { "workspaceEdit": { "documentChanges": true } }
    })
}

impl Editor {
    /// Starts the server on a folder with these files.
    fn new(files: &[(&str, &str)]) -> Self {
        Self::with(files, &["--isolated"])
    }

    fn with(files: &[(&str, &str)], arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            write(&folder.path().join(path), text);
        }
        let mut child = Command::new(env!("CARGO_BIN_EXE_shipworthy"))
            .arg("lsp")
            .args(["--today", "2026-01-01"])
            .args(arguments)
            .current_dir(folder.path())
            .env_remove("SHIPWORTHY_CONFIG")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let (send, incoming) = channel();
        std::thread::spawn(move || {
            while let Some(message) = receive(&mut stdout) {
                if send.send(message).is_err() {
                    return;
                }
            }
        });
        Self {
            folder,
            stdin: child.stdin.take(),
            child,
            incoming,
            next: 0,
            open: BTreeMap::new(),
            diagnostics: BTreeMap::new(),
            asides: Vec::new(),
            transcript: String::new(),
        }
    }

    /// As [`Self::new`], with the greeting of an editor that has the folder open.
    fn started(files: &[(&str, &str)]) -> Self {
        let mut editor = Self::new(files);
        editor.start(usual_capabilities());
        editor
    }

    fn start(&mut self, capabilities: Value) -> Value {
        let root = self.uri("");
        let root = root.trim_end_matches('/');
        let folders = json!([{ "uri": root, "name": "root" }]);
        let answer = self.ask(
            "initialize",
            json!({ "processId": null, "rootUri": root, "workspaceFolders": folders, "capabilities": capabilities }),
        );
        self.tell("initialized", json!({}));
        answer["result"].clone()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn uri(&self, name: &str) -> String {
        format!("file://{}/{name}", self.folder.path().display())
    }

    fn name(&self, uri: &str) -> String {
        uri.strip_prefix(&self.uri("")).unwrap_or(uri).to_owned()
    }

    fn write_raw(&mut self, bytes: &[u8]) {
        let stdin = self.stdin.as_mut().unwrap();
        stdin.write_all(bytes).unwrap();
        stdin.flush().unwrap();
    }

    fn send(&mut self, message: &Value) {
        let body = message.to_string();
        self.write_raw(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
    }

    fn tell(&mut self, method: &str, params: Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// Sends a request and gives its number.
    fn request(&mut self, method: &str, params: Value) -> i64 {
        self.next += 1;
        self.send(&json!({ "jsonrpc": "2.0", "id": self.next, "method": method, "params": params }));
        self.next
    }

    /// Sends a request and waits for the answer.
    fn ask(&mut self, method: &str, params: Value) -> Value {
        let id = self.request(method, params);
        self.answer(id)
    }

    fn answer(&mut self, id: i64) -> Value {
        self.wait(&format!("the answer to request {id}"), |message| message.get("method").is_none() && message["id"] == json!(id))
    }

    /// Takes messages in until one is the one.
    fn wait(&mut self, what: &str, is_it: impl Fn(&Value) -> bool) -> Value {
        let end = Instant::now() + PATIENCE;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let message = self.incoming.recv_timeout(left).unwrap_or_else(|_| panic!("waited in vain for {what}"));
            self.note(&message);
            if is_it(&message) {
                return message;
            }
        }
    }

    fn note(&mut self, message: &Value) {
        if message["method"] == "textDocument/publishDiagnostics" {
            let params = &message["params"];
            let name = self.name(params["uri"].as_str().unwrap());
            let found = params["diagnostics"].as_array().unwrap().clone();
            self.diagnostics.insert(name, (params["version"].as_i64(), found));
        } else if message.get("method").is_some() {
            self.asides.push(message.clone());
        }
    }

    fn open(&mut self, name: &str, language: &str, text: &str) {
        let uri = self.uri(name);
        self.open_uri(name, &uri, language, text);
    }

    fn open_uri(&mut self, name: &str, uri: &str, language: &str, text: &str) {
        self.open.insert(name.to_owned(), (1, text.to_owned()));
        let document = json!({ "uri": uri, "languageId": language, "version": 1, "text": text });
        self.tell("textDocument/didOpen", json!({ "textDocument": document }));
        let _ = writeln!(self.transcript, "the editor opens {name}:\n{}", indented(text));
    }

    /// The whole text anew.
    fn rewrite(&mut self, name: &str, text: &str) {
        let (version, known) = self.open.get_mut(name).unwrap();
        *version += 1;
        known.clear();
        known.push_str(text);
        let document = json!({ "uri": self.folder_uri(name), "version": self.open[name].0 });
        self.tell("textDocument/didChange", json!({ "textDocument": document, "contentChanges": [{ "text": text }] }));
    }

    fn folder_uri(&self, name: &str) -> String {
        self.uri(name)
    }

    /// Waits for the diagnostics of the open version of a document, in words.
    fn findings(&mut self, name: &str) -> Vec<String> {
        let version = self.open.get(name).map(|(version, _)| *version);
        let uri = self.uri(name);
        let known = self.diagnostics.get(name).is_some_and(|(of, _)| of.is_none() || *of == version);
        if !known {
            self.wait(&format!("the diagnostics of {name}"), |message| {
                message["method"] == "textDocument/publishDiagnostics"
                    && message["params"]["uri"] == uri.as_str()
                    && message["params"]["version"].as_i64() == version
            });
        }
        self.diagnostics[name].1.iter().map(in_words).collect()
    }

    /// Waits until the diagnostics of a document say this, whichever version they are for.
    fn until(&mut self, name: &str, holds: impl Fn(&[String]) -> bool) -> Vec<String> {
        let uri = self.uri(name);
        loop {
            if let Some((_, found)) = self.diagnostics.get(name) {
                let found: Vec<String> = found.iter().map(in_words).collect();
                if holds(&found) {
                    return found;
                }
            }
            self.wait(&format!("other diagnostics of {name}"), |message| {
                message["method"] == "textDocument/publishDiagnostics" && message["params"]["uri"] == uri.as_str()
            });
        }
    }

    fn see(&mut self, name: &str) {
        let found = self.findings(name);
        let said = if found.is_empty() { "nothing".to_owned() } else { found.join("\n") };
        let _ = writeln!(self.transcript, "the server says of {name}:\n{}", indented(&said));
    }

    /// The actions at a place.
    fn actions(&mut self, name: &str, line: u64, character: u64, only: Option<&str>) -> Vec<Value> {
        let place = json!({ "line": line, "character": character });
        let mut context = json!({ "diagnostics": [] });
        if let Some(only) = only {
            context["only"] = json!([only]);
        }
        let range = json!({ "start": place, "end": place });
        let params = json!({ "textDocument": { "uri": self.uri(name) }, "range": range, "context": context });
        let answer = self.ask("textDocument/codeAction", params);
        let actions = answer["result"].as_array().unwrap_or_else(|| panic!("{answer}")).clone();
        let titles: Vec<&str> = actions.iter().map(|action| action["title"].as_str().unwrap()).collect();
        let _ = writeln!(
            self.transcript,
            "the editor asks what can be done at {}:{} of {name}:\n{}",
            line + 1,
            character + 1,
            indented(&titles.join("\n"))
        );
        actions
    }

    /// Makes the edits of an action, as editors do: versions have to fit, and what is not open is changed on disk.
    fn apply(&mut self, action: &Value) {
        let _ = writeln!(self.transcript, "the editor applies \"{}\"", action["title"].as_str().unwrap());
        for change in action["edit"]["documentChanges"].as_array().unwrap_or_else(|| panic!("no edits: {action}")) {
            let name = self.name(change["textDocument"]["uri"].as_str().unwrap());
            let edits = change["edits"].as_array().unwrap();
            match self.open.get(&name) {
                Some((version, text)) => {
                    assert_eq!(change["textDocument"]["version"], json!(version), "an edit for another version");
                    let text = edited(text, edits);
                    let _ = writeln!(self.transcript, "and has in {name}:\n{}", indented(&text));
                    self.rewrite(&name, &text);
                }
                None => {
                    assert!(change["textDocument"]["version"].is_null());
                    let path = self.path(&name);
                    let text = edited(&fs::read_to_string(&path).unwrap(), edits);
                    write(&path, &text);
                    let _ = writeln!(self.transcript, "and on disk in {name}:\n{}", indented(&text));
                }
            }
        }
    }

    fn hover(&mut self, name: &str, line: u64, character: u64) -> String {
        let place = json!({ "line": line, "character": character });
        let answer = self.ask("textDocument/hover", json!({ "textDocument": { "uri": self.uri(name) }, "position": place }));
        answer["result"]["contents"]["value"].as_str().unwrap_or_default().to_owned()
    }

    fn completions(&mut self, name: &str, line: u64, character: u64) -> Vec<String> {
        let place = json!({ "line": line, "character": character });
        let answer = self.ask("textDocument/completion", json!({ "textDocument": { "uri": self.uri(name) }, "position": place }));
        let items = answer["result"]["items"].as_array().unwrap_or_else(|| panic!("{answer}"));
        items.iter().map(|item| item["label"].as_str().unwrap().to_owned()).collect()
    }

    /// Says goodbye as the protocol has it, and gives how the process ended.
    fn leave(mut self) -> ExitStatus {
        assert!(self.ask("shutdown", Value::Null)["result"].is_null());
        self.tell("exit", Value::Null);
        self.end()
    }

    fn end(&mut self) -> ExitStatus {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(Instant::now() < end, "the server does not end");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn receive(stdout: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if stdout.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim() {
            "" => break,
            line => length = line.strip_prefix("Content-Length: ")?.parse().ok()?,
        }
    }
    let mut body = vec![0; length];
    stdout.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}

/// `2:5-2:9 warning [rule] message`, lines and columns from 1.
fn in_words(diagnostic: &Value) -> String {
    let place = |end: &str| {
        let place = &diagnostic["range"][end];
        format!("{}:{}", place["line"].as_u64().unwrap() + 1, place["character"].as_u64().unwrap() + 1)
    };
    let severity = ["", "error", "warning", "information", "hint"][diagnostic["severity"].as_u64().unwrap_or_default() as usize];
    let code = diagnostic["code"].as_str().unwrap_or("-");
    let mut words =
        format!("{}-{} {severity} [{code}] {}", place("start"), place("end"), diagnostic["message"].as_str().unwrap());
    for related in diagnostic["relatedInformation"].as_array().into_iter().flatten() {
        let place = &related["location"]["range"]["start"];
        let path = related["location"]["uri"].as_str().unwrap().rsplit('/').next().unwrap();
        let line = place["line"].as_u64().unwrap() + 1;
        let _ = write!(words, "\n    {path}:{line}: {}", related["message"].as_str().unwrap());
    }
    words
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n")
}

/// A text after edits whose columns count UTF-16.
fn edited(text: &str, edits: &[Value]) -> String {
    let offset = |place: &Value| {
        let line = place["line"].as_u64().unwrap() as usize;
        let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
        let mut left = place["character"].as_u64().unwrap() as usize;
        let mut at = start;
        for character in text[start..].chars() {
            if left == 0 {
                break;
            }
            left -= character.len_utf16();
            at += character.len_utf8();
        }
        at
    };
    let mut spans: Vec<(usize, usize, &str)> = edits
        .iter()
        .map(|edit| (offset(&edit["range"]["start"]), offset(&edit["range"]["end"]), edit["newText"].as_str().unwrap()))
        .collect();
    spans.sort();
    let mut text = text.to_owned();
    for (start, end, new) in spans.into_iter().rev() {
        text.replace_range(start..end, new);
    }
    text
}

const SUDO: &str = "FROM debian:12\nRUN sudo apt-get update\nMAINTAINER Ada\nUSER app\n";

/// A session as a person would have it; `tests/snapshots/lsp__session.snap` is its transcript.
#[test]
fn a_session_shows_and_applies_fixes() {
    let mut editor = Editor::started(&[
        ("Dockerfile", "FROM debian:12\nUSER app\n"),
        ("compose.yaml", "services:\n  web:\n    build: .\n    privileged: true\n"),
    ]);
    // Not what is on disk.
    editor.open("Dockerfile", "dockerfile", SUDO);
    editor.see("Dockerfile");
    let actions = editor.actions("Dockerfile", 2, 0, None);
    editor.apply(&actions[0]);
    editor.see("Dockerfile");
    let actions = editor.actions("Dockerfile", 1, 5, None);
    let ignore = actions.iter().find(|action| action["title"] == "Ignore dockerfile/sudo here").unwrap();
    editor.apply(ignore);
    editor.see("Dockerfile");
    editor.open("compose.yaml", "dockercompose", "services:\n  web:\n    build: .\n    privileged: true\n");
    editor.see("compose.yaml");
    let actions = editor.actions("compose.yaml", 3, 17, None);
    editor.apply(&actions[0]);
    editor.see("compose.yaml");
    insta::assert_snapshot!("session", editor.transcript);
    assert_eq!(editor.leave().code(), Some(0));
}

#[test]
fn what_is_said_of_one_file_hangs_on_what_is_typed_in_another() {
    let conf = "server {\n    listen 80;\n    location / {\n        proxy_pass http://app:8000;\n    }\n}\n";
    let compose = "services:\n  web:\n    image: nginx:1.29\n    volumes: [\"./default.conf:/etc/nginx/conf.d/default.conf:ro\"]\n  app:\n    image: example.org/app:1\n";
    let mut editor = Editor::started(&[("compose.yaml", compose), ("default.conf", conf)]);
    editor.open("default.conf", "nginx", conf);
    let unknown = |found: &[String]| found.iter().any(|line| line.contains("[project/upstream-unknown]"));
    assert!(!unknown(&editor.findings("default.conf")));
    editor.open("compose.yaml", "yaml", compose);
    editor.rewrite("compose.yaml", &compose.replace("  app:", "  application:"));
    editor.until("default.conf", unknown);
    editor.rewrite("compose.yaml", compose);
    editor.until("default.conf", |found| !unknown(found));
    // What was not saved goes with the buffer.
    editor.rewrite("compose.yaml", &compose.replace("  app:", "  application:"));
    editor.until("default.conf", unknown);
    let uri = editor.uri("compose.yaml");
    editor.tell("textDocument/didClose", json!({ "textDocument": { "uri": uri } }));
    editor.until("default.conf", |found| !unknown(found));
    assert_eq!(editor.leave().code(), Some(0));
}

#[test]
fn a_dockerfile_is_judged_by_the_unsaved_compose_file() {
    let compose = "services:\n  api:\n    build: .\n    ports: [\"3000:3000\"]\n";
    let dockerfile = "FROM node:24-slim\nWORKDIR /app\nCOPY . .\nCMD [\"node\", \"server.js\"]\n";
    let mut editor = Editor::started(&[("compose.yaml", compose), ("Dockerfile", dockerfile)]);
    editor.open("Dockerfile", "dockerfile", dockerfile);
    let as_root = |found: &[String]| found.iter().any(|line| line.contains("[project/service-as-root]"));
    let found = editor.findings("Dockerfile");
    assert!(as_root(&found), "{found:#?}");
    editor.open("compose.yaml", "yaml", compose);
    editor.rewrite("compose.yaml", &format!("{compose}    user: \"1000\"\n"));
    editor.until("Dockerfile", |found| !as_root(found));
}

#[test]
fn columns_are_those_that_were_agreed_on() {
    let text = "FROM debian:12\nRUN echo 😀 && sudo ls\nUSER app\n";
    for (encodings, expected, named) in [
        (json!(["utf-16"]), 15, "utf-16"),
        (json!(["utf-8", "utf-16"]), 17, "utf-8"),
        (json!(["utf-32"]), 14, "utf-32"),
        (Value::Null, 15, "utf-16"),
    ] {
        let mut editor = Editor::new(&[]);
        let mut capabilities = usual_capabilities();
        if !encodings.is_null() {
            capabilities["general"] = json!({ "positionEncodings": encodings });
        }
        let result = editor.start(capabilities);
        assert_eq!(result["capabilities"]["positionEncoding"], named);
        editor.open("Dockerfile", "dockerfile", text);
        editor.findings("Dockerfile");
        let sudo = editor.diagnostics["Dockerfile"].1.iter().find(|found| found["code"] == "dockerfile/sudo").unwrap().clone();
        let start = &sudo["range"]["start"];
        assert_eq!((start["line"].as_u64(), start["character"].as_u64()), (Some(1), Some(expected)), "{named}");
        assert!(sudo["codeDescription"]["href"].as_str().unwrap().ends_with("docs/rules/dockerfile/sudo.md"));
        // Typed in pieces, behind the emoji.
        let place = json!({ "line": 1, "character": expected });
        let end = json!({ "line": 1, "character": expected + 5 });
        let change = json!({ "range": { "start": place, "end": end }, "text": "" });
        let document = json!({ "uri": editor.uri("Dockerfile"), "version": 2 });
        editor.tell("textDocument/didChange", json!({ "textDocument": document, "contentChanges": [change] }));
        editor.open.get_mut("Dockerfile").unwrap().0 = 2;
        let found = editor.findings("Dockerfile");
        assert!(!found.iter().any(|line| line.contains("sudo")), "{found:?}");
    }
}

#[test]
fn nothing_that_comes_in_ends_the_conversation() {
    let mut editor = Editor::new(&[("Dockerfile", SUDO)]);
    let early = editor.ask("textDocument/hover", json!({}));
    assert_eq!(early["error"]["code"], -32002);
    editor.tell("textDocument/didOpen", json!({}));
    editor.start(usual_capabilities());
    for bad in ["{", "[]", "null", "{\"jsonrpc\":\"2.0\",\"id\":1.5,\"method\":\"x\"}", "\u{0}", "{\"method\":7}"] {
        editor.write_raw(format!("Content-Length: {}\r\n\r\n{bad}", bad.len()).as_bytes());
        let refused = editor.wait("a refusal", |message| message["id"].is_null() && message.get("error").is_some());
        assert!(matches!(refused["error"]["code"].as_i64(), Some(-32700 | -32600)), "{refused}");
    }
    editor.write_raw(b"Content-Length: nonsense\r\n\r\n");
    editor.wait("a refusal", |message| message["error"]["code"] == -32700);
    assert_eq!(editor.ask("workspace/nonsense", Value::Null)["error"]["code"], -32601);
    assert_eq!(editor.ask("initialize", json!({ "capabilities": {} }))["error"]["code"], -32600);
    let requests = ["hover", "completion", "codeAction", "diagnostic"].map(|name| format!("textDocument/{name}"));
    for method in &requests {
        for params in [Value::Null, json!([]), json!(7), json!({ "textDocument": { "uri": 3 } })] {
            assert_eq!(editor.ask(method, params.clone())["error"]["code"], -32602, "{method} {params}");
        }
        // Not open, not a file, a place far outside.
        for uri in ["file:///nowhere/at/all", "untitled:x", "a b", "file:"] {
            let place = json!({ "line": 4_000_000_000_u64, "character": 4_000_000_000_u64 });
            let range = json!({ "start": place, "end": place });
            let params =
                json!({ "textDocument": { "uri": uri }, "position": place, "range": range, "context": { "diagnostics": [] } });
            let answer = editor.ask(method, params);
            assert!(answer.get("result").is_some() || answer["error"]["code"] == -32602, "{method} {uri}: {answer}");
        }
    }
    for method in ["didOpen", "didChange", "didClose", "didSave"] {
        editor.tell(&format!("textDocument/{method}"), json!({ "textDocument": { "uri": "file:///x", "version": "y" } }));
        editor.tell(&format!("textDocument/{method}"), json!(null));
    }
    editor.tell("workspace/didChangeWatchedFiles", json!({ "changes": [{ "uri": "a", "type": 9 }] }));
    editor.tell("$/nonsense", json!({}));
    editor.open("Dockerfile", "dockerfile", SUDO);
    assert!(!editor.findings("Dockerfile").is_empty());
    let place = json!({ "line": 99, "character": 99 });
    let change = json!({ "range": { "start": place, "end": { "line": 0, "character": 0 } }, "text": "FROM scratch\n" });
    let uri = editor.uri("Dockerfile");
    editor.tell("textDocument/didChange", json!({ "textDocument": { "uri": uri, "version": 2 }, "contentChanges": [change] }));
    editor.open.insert("Dockerfile".into(), (2, String::new()));
    editor.findings("Dockerfile");
    assert_eq!(editor.leave().code(), Some(0));
}

/// A client that says nothing of what it can do.
#[test]
fn a_silent_client_gets_everything() {
    let mut editor = Editor::new(&[]);
    let result = editor.start(json!({}));
    let capabilities = &result["capabilities"];
    assert_eq!(capabilities["positionEncoding"], "utf-16");
    for (name, expected) in
        [("hoverProvider", true), ("diagnosticProvider", false), ("codeActionProvider", true), ("completionProvider", true)]
    {
        assert_eq!(!capabilities[name].is_null(), expected, "{name}");
    }
    editor.open("Dockerfile", "dockerfile", SUDO);
    assert!(!editor.findings("Dockerfile").is_empty());
    assert!(editor.diagnostics["Dockerfile"].1[0]["codeDescription"]["href"].is_string());
    let actions = editor.actions("Dockerfile", 2, 0, None);
    let uri = editor.uri("Dockerfile");
    assert!(actions[0]["edit"]["changes"][&uri].is_array(), "{}", actions[0]);
}

#[test]
fn who_leaves_without_a_word_is_an_error() {
    let mut editor = Editor::started(&[]);
    editor.tell("exit", Value::Null);
    assert_eq!(editor.end().code(), Some(1));
    let mut editor = Editor::started(&[]);
    drop(editor.stdin.take());
    assert_eq!(editor.end().code(), Some(1));
    let mut editor = Editor::started(&[]);
    assert!(editor.ask("shutdown", Value::Null).get("error").is_none());
    let late = editor.ask("textDocument/hover", json!({}));
    assert_eq!(late["error"]["code"], -32600);
    editor.tell("exit", Value::Null);
    assert_eq!(editor.end().code(), Some(0));
}

#[test]
fn what_is_cancelled_while_it_waits_is_not_begun() {
    let mut editor = Editor::started(&[]);
    editor.open("Dockerfile", "dockerfile", SUDO);
    let params = json!({ "textDocument": { "uri": editor.uri("Dockerfile") }, "position": { "line": 1, "character": 5 } });
    // In one write, so that the cancellation is there before the second request is looked at.
    let mut bytes = Vec::new();
    for message in [
        json!({ "jsonrpc": "2.0", "id": 101, "method": "textDocument/hover", "params": params }),
        json!({ "jsonrpc": "2.0", "id": 102, "method": "textDocument/hover", "params": params }),
        json!({ "jsonrpc": "2.0", "id": "103", "method": "textDocument/hover", "params": params }),
        json!({ "jsonrpc": "2.0", "method": "$/cancelRequest", "params": { "id": 102 } }),
        json!({ "jsonrpc": "2.0", "method": "$/cancelRequest", "params": { "id": 999 } }),
        json!({ "jsonrpc": "2.0", "method": "$/cancelRequest" }),
    ] {
        let body = message.to_string();
        bytes.extend(format!("Content-Length: {}\r\n\r\n{body}", body.len()).bytes());
    }
    editor.write_raw(&bytes);
    let mut answers = BTreeMap::new();
    while answers.len() < 3 {
        let answer = editor.wait("three answers", |message| message.get("method").is_none());
        answers.insert(answer["id"].to_string(), answer);
    }
    assert_eq!(answers["102"]["error"]["code"], -32800, "{answers:?}");
    assert!(answers["\"103\""].get("result").is_some());
}

#[test]
fn hover_shows_the_page_of_the_rule() {
    let mut editor = Editor::started(&[]);
    editor.open("Dockerfile", "dockerfile", &format!("# shipworthy: ignore[DL3020] why\n{SUDO}"));
    let page = editor.hover("Dockerfile", 2, 6);
    assert!(page.starts_with("# dockerfile/sudo\n") && page.contains("## Why") && page.contains("DL3004"), "{page}");
    let page = editor.hover("Dockerfile", 0, 24);
    assert!(page.contains("DL3020"), "{page}");
    assert_eq!(editor.hover("Dockerfile", 4, 6), "");
}

#[test]
fn names_of_rules_are_completed_in_comments() {
    let mut editor = Editor::started(&[]);
    editor.open("Dockerfile", "dockerfile", &format!("{SUDO}# shipworthy: ignore[]\n# hadolint ignore=DL\nRUN true\n"));
    let ours = editor.completions("Dockerfile", 4, 21);
    assert!(ours[..6].contains(&"dockerfile/sudo".to_owned()), "what is found here comes first: {:?}", &ours[..6]);
    assert!(ours.contains(&"DL3008".to_owned()) && !ours.iter().any(|name| name.starts_with("compose/")));
    assert!(!ours.contains(&"dockerfile/parse-error".to_owned()));
    let theirs = editor.completions("Dockerfile", 5, 20);
    assert!(theirs.contains(&"DL3004".to_owned()) && theirs.iter().all(|name| !name.contains('/')), "{theirs:?}");
    assert!(editor.completions("Dockerfile", 1, 4).is_empty());
}

#[test]
fn all_safe_fixes_of_a_file_are_one_action() {
    let text = "FROM debian:12\r\nMAINTAINER Ada\r\nRUN cd /tmp\r\nrun true\r\nUSER app\r\n";
    let mut editor = Editor::started(&[]);
    editor.open("Dockerfile", "dockerfile", text);
    editor.findings("Dockerfile");
    let actions = editor.actions("Dockerfile", 0, 0, Some("source.fixAll"));
    assert_eq!(actions.len(), 1);
    assert_eq!(actions[0]["kind"], "source.fixAll.shipworthy");
    editor.apply(&actions[0]);
    let after = editor.open["Dockerfile"].1.clone();
    assert!(after.contains("LABEL org.opencontainers.image.authors=\"Ada\"\r\n") && after.contains("RUN true\r\n"), "{after}");
    assert_eq!(after.matches('\n').count(), after.matches("\r\n").count());
    assert!(editor.actions("Dockerfile", 0, 0, Some("source.fixAll")).is_empty(), "nothing is left");
    assert!(editor.actions("Dockerfile", 0, 0, Some("refactor")).is_empty());
}

#[test]
fn what_it_takes_is_worked_out_when_it_is_chosen() {
    let mut editor = Editor::new(&[]);
    let mut capabilities = usual_capabilities();
    capabilities["textDocument"]["codeAction"]["dataSupport"] = json!(true);
    capabilities["textDocument"]["codeAction"]["resolveSupport"] = json!({ "properties": ["edit"] });
    let result = editor.start(capabilities);
    assert_eq!(result["capabilities"]["codeActionProvider"]["resolveProvider"], true);
    editor.open("Dockerfile", "dockerfile", SUDO);
    let actions = editor.actions("Dockerfile", 2, 0, None);
    let all = actions.iter().find(|action| action["kind"] == "source.fixAll.shipworthy").unwrap();
    assert!(all.get("edit").is_none());
    let resolved = editor.ask("codeAction/resolve", all.clone())["result"].clone();
    editor.apply(&resolved);
    assert!(editor.open["Dockerfile"].1.contains("LABEL"));
}

#[test]
fn a_client_that_asks_is_told_when_to_ask_again() {
    let compose = "services:\n  web:\n    image: nginx:1.29\n    volumes: [\"./default.conf:/etc/nginx/conf.d/default.conf:ro\"]\n  app:\n    image: example.org/app:1\n";
    let conf = "server {\n    listen 80;\n    location / {\n        proxy_pass http://app:8000;\n    }\n}\n";
    let mut editor = Editor::new(&[("compose.yaml", compose), ("default.conf", conf)]);
    let mut capabilities = usual_capabilities();
    capabilities["textDocument"]["diagnostic"] = json!({ "dynamicRegistration": false });
    capabilities["workspace"]["diagnostics"] = json!({ "refreshSupport": true });
    let result = editor.start(capabilities);
    assert_eq!(result["capabilities"]["diagnosticProvider"]["interFileDependencies"], true);
    editor.open("default.conf", "nginx", conf);
    editor.open("compose.yaml", "yaml", compose);
    let document = json!({ "uri": editor.uri("default.conf") });
    let first = editor.ask("textDocument/diagnostic", json!({ "textDocument": document }))["result"].clone();
    assert_eq!(first["kind"], "full");
    let again = json!({ "textDocument": document, "previousResultId": first["resultId"] });
    assert_eq!(editor.ask("textDocument/diagnostic", again.clone())["result"]["kind"], "unchanged");
    editor.rewrite("compose.yaml", &compose.replace("  app:", "  application:"));
    editor.wait("to be asked again", |message| message["method"] == "workspace/diagnostic/refresh");
    let now = editor.ask("textDocument/diagnostic", again)["result"].clone();
    assert!(now["items"].to_string().contains("project/upstream-unknown"), "{now}");
    assert!(editor.diagnostics.is_empty(), "nothing is published to who asks");
}

#[test]
fn configurations_are_read_anew_when_they_change() {
    let mut editor = Editor::with(&[("Dockerfile", SUDO)], &[]);
    let mut capabilities = usual_capabilities();
    capabilities["workspace"]["didChangeWatchedFiles"] = json!({ "dynamicRegistration": true });
    editor.start(capabilities);
    let registered = editor.wait("to be watched", |message| message["method"] == "client/registerCapability");
    assert!(registered.to_string().contains("shipworthy"), "{registered}");
    let sudo = |found: &[String]| found.iter().any(|line| line.contains("[dockerfile/sudo]"));
    editor.open("Dockerfile", "dockerfile", SUDO);
    assert!(sudo(&editor.findings("Dockerfile")));
    let path = editor.path("shipworthy.toml");
    let uri = editor.uri("shipworthy.toml");
    let changed = json!({ "changes": [{ "uri": uri, "type": 2 }] });
    write(&path, "[check]\nignore = [\"DL3004\"]\n");
    editor.tell("workspace/didChangeWatchedFiles", changed.clone());
    editor.until("Dockerfile", |found| !sudo(found));
    write(&path, "[check]\nignore = [\"DL30004\"]\n");
    editor.tell("workspace/didChangeWatchedFiles", changed.clone());
    let wrong = editor.until("shipworthy.toml", |found| !found.is_empty());
    assert!(wrong[0].starts_with("2:11-2:20 error") && wrong[0].contains("DL30004"), "{wrong:?}");
    fs::remove_file(&path).unwrap();
    editor.tell("workspace/didChangeWatchedFiles", changed);
    editor.until("shipworthy.toml", <[String]>::is_empty);
    editor.until("Dockerfile", sudo);
}

#[test]
fn a_baseline_and_excluded_files_are_left_alone() {
    let config = "[check]\nexclude = [\"old\"]\n";
    let mut editor = Editor::with(&[("shipworthy.toml", config), ("old/Dockerfile", SUDO), ("Dockerfile", SUDO)], &[]);
    let created = Command::new(env!("CARGO_BIN_EXE_shipworthy"))
        .args(["baseline", "create"])
        .current_dir(editor.folder.path())
        .output()
        .unwrap();
    assert!(created.status.success(), "{created:?}");
    editor.start(usual_capabilities());
    editor.open("old/Dockerfile", "dockerfile", SUDO);
    assert!(editor.findings("old/Dockerfile").is_empty());
    editor.open("Dockerfile", "dockerfile", &format!("{SUDO}RUN sudo true\n"));
    let found = editor.findings("Dockerfile");
    assert!(found.iter().any(|line| line.starts_with("5:")) && !found.iter().any(|line| line.starts_with("2:")), "{found:?}");
}

#[test]
fn each_folder_has_its_own_configuration_and_project() {
    let mut editor = Editor::with(
        &[
            ("one/shipworthy.toml", "[check]\nignore = [\"dockerfile/sudo\"]\n"),
            ("one/Dockerfile", SUDO),
            ("two/Dockerfile", SUDO),
            ("three/Dockerfile", SUDO),
        ],
        &[],
    );
    let folders = json!([{ "uri": editor.uri("one"), "name": "one" }, { "uri": editor.uri("two"), "name": "two" }]);
    editor.ask("initialize", json!({ "workspaceFolders": folders, "capabilities": usual_capabilities() }));
    editor.tell("initialized", json!({}));
    let sudo = |found: &[String]| found.iter().any(|line| line.contains("[dockerfile/sudo]"));
    for (name, expected) in [("one/Dockerfile", false), ("two/Dockerfile", true), ("three/Dockerfile", true)] {
        editor.open(name, "dockerfile", SUDO);
        assert_eq!(sudo(&editor.findings(name)), expected, "{name}");
    }
    let removed = json!([{ "uri": editor.uri("two"), "name": "two" }]);
    editor.tell("workspace/didChangeWorkspaceFolders", json!({ "event": { "added": [], "removed": removed } }));
    editor.rewrite("two/Dockerfile", "FROM debian:12\nUSER app\n");
    assert!(!sudo(&editor.findings("two/Dockerfile")));
}

#[test]
fn what_was_never_saved_is_judged_by_its_language() {
    let mut editor = Editor::started(&[]);
    editor.open_uri("Untitled-1", "untitled:Untitled-1", "dockerfile", SUDO);
    let published = editor.wait("diagnostics", |message| message["params"]["uri"] == "untitled:Untitled-1");
    assert!(published.to_string().contains("dockerfile/sudo"), "{published}");
    let range = json!({ "start": { "line": 2, "character": 0 }, "end": { "line": 2, "character": 0 } });
    let params = json!({ "textDocument": { "uri": "untitled:Untitled-1" }, "range": range, "context": { "diagnostics": [] } });
    let answer = editor.ask("textDocument/codeAction", params);
    assert_eq!(answer["result"][0]["edit"]["documentChanges"][0]["textDocument"]["uri"], "untitled:Untitled-1", "{answer}");
    // A file that is of no kind as yet becomes one as it is typed.
    editor.open("stack.yaml", "yaml", "");
    assert!(editor.findings("stack.yaml").is_empty());
    editor.rewrite("stack.yaml", "services:\n  web:\n    image: nginx:1.29\n    privileged: true\n");
    let found = editor.findings("stack.yaml");
    assert!(found.iter().any(|line| line.contains("[compose/privileged]")), "{found:?}");
}

#[test]
fn secrets_are_never_said() {
    let secret = "hunter2Xq9vLm4Zt7";
    let env = format!("POSTGRES_PASSWORD={secret}\nPOSTGRES_PASSWORD={secret}\n");
    let compose = format!(
        "services:\n  db:\n    image: postgres:17\n    environment:\n      - POSTGRES_PASSWORD={secret}\n      - POSTGRES_PASSWORD={secret}\n    env_file: .env\n"
    );
    let dockerfile = format!(
        "FROM debian:12\nENV API_TOKEN {secret}\nARG DB_PASSWORD={secret}\nRUN curl -u admin:{secret} https://example.org\n"
    );
    let mut editor = Editor::with(&[], &["--isolated", "--profile", "pedantic"]);
    editor.start(usual_capabilities());
    for (name, text) in [(".env", &env), ("compose.yaml", &compose), ("Dockerfile", &dockerfile)] {
        editor.open(name, "plaintext", text);
        let mut said = editor.findings(name).join("\n");
        assert!(!said.is_empty(), "{name}");
        for line in 0..text.lines().count() as u64 {
            for character in [0, 8, 20] {
                let actions = editor.actions(name, line, character, None);
                said.push_str(&serde_json::to_string(&actions).unwrap());
                said.push_str(&editor.hover(name, line, character));
                said.push_str(&editor.completions(name, line, character).join("\n"));
            }
        }
        assert!(!said.contains(secret), "{name}");
    }
    assert!(!serde_json::to_string(&editor.asides).unwrap().contains(secret));
}

#[test]
fn edits_reach_files_that_are_not_open() {
    // The fix may lie in another file than the finding; a version is told only of what is open.
    let mut editor = Editor::started(&[("Dockerfile", SUDO)]);
    editor.open("Dockerfile", "dockerfile", SUDO);
    let actions = editor.actions("Dockerfile", 2, 0, Some("quickfix"));
    let change = &actions[0]["edit"]["documentChanges"][0];
    assert_eq!(change["textDocument"]["version"], 1);
    assert_eq!(actions[0]["isPreferred"], true);
    assert_eq!(actions[0]["diagnostics"][0]["code"], "dockerfile/maintainer-deprecated");
    assert_eq!(actions[0]["diagnostics"][0]["tags"], json!([2]));
    // A client that knows no versions gets plain changes.
    let mut plain = Editor::new(&[]);
    let mut capabilities = usual_capabilities();
    capabilities["workspace"] = json!({});
    plain.start(capabilities);
    plain.open("Dockerfile", "dockerfile", SUDO);
    let actions = plain.actions("Dockerfile", 2, 0, Some("quickfix"));
    let uri = plain.uri("Dockerfile");
    assert!(actions[0]["edit"]["changes"][&uri].is_array(), "{}", actions[0]);
}
