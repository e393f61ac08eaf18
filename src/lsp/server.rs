//! The loop: what comes in, in its order, and what goes out.
//!
//! One thread reads, one works. Before each piece of work everything that has come in is looked at, so that what was cancelled in the
//! meantime is not begun, and a judgement waits until nobody types.

use std::collections::{BTreeMap, VecDeque};
use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response};
use lsp_types::{
    CodeAction, CodeActionOptions, CodeActionParams, CodeActionProviderCapability, CompletionOptions, CompletionParams,
    Diagnostic, DiagnosticOptions, DiagnosticServerCapabilities, DidChangeTextDocumentParams, DidChangeWatchedFilesParams,
    DidChangeWorkspaceFoldersParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams, DidSaveTextDocumentParams,
    DocumentDiagnosticParams, FileSystemWatcher, GlobPattern, HoverParams, HoverProviderCapability, InitializeParams, OneOf,
    PublishDiagnosticsParams, SaveOptions, ServerCapabilities, TextDocumentSyncCapability, TextDocumentSyncKind,
    TextDocumentSyncOptions, TextDocumentSyncSaveOptions, Uri, WorkspaceFoldersServerCapabilities, WorkspaceServerCapabilities,
};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::actions::{self, Desk, FIX_ALL};
use super::buffers::{Buffer, Buffers};
use super::client::Client;
use super::transport::{self, Incoming};
use super::workspace::{self, Home, Obstacle, Options, Workspace};
use super::{completion, diagnostics, hover, uri};

/// Nothing is judged until this long after the last change.
const QUIET: Duration = Duration::from_millis(120);

/// Somebody who types on and on sees something after this long.
const LONGEST_WAIT: Duration = Duration::from_millis(800);

/// What may change what is said, besides what is open.
const WATCHED: [&str; 8] = [
    "**/*[Dd]ockerfile*",
    "**/*[Cc]ontainerfile*",
    "**/.dockerignore",
    "**/*.{yml,yaml}",
    "**/*.{conf,template,tpl,j2}",
    "**/*.env*",
    "**/{shipworthy,.shipworthy}.toml",
    "**/.shipworthy-baseline.json",
];

/// Serves one client on standard input and output until it leaves. Says whether it took its leave as the protocol has it.
pub fn serve(options: Options) -> bool {
    let (send, incoming) = channel();
    std::thread::spawn(move || {
        let mut input = io::BufReader::new(io::stdin());
        while let Some(message) = transport::read(&mut input) {
            if send.send(message).is_err() {
                return;
            }
        }
    });
    Server::new(options, io::stdout()).run(&incoming)
}

/// How far the conversation has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Fresh,
    Running,
    ShutDown,
    /// With whether it was shut down before.
    Left(bool),
}

struct Server<W: Write> {
    out: W,
    options: Options,
    state: State,
    client: Client,
    queue: VecDeque<Incoming>,
    /// The folders that the editor has open.
    folders: Vec<PathBuf>,
    buffers: Buffers,
    workspaces: BTreeMap<Home, Workspace>,
    /// When changes are judged: at the latest, and as it stands.
    due: Option<(Instant, Instant)>,
    /// What the client was last told about each open document: the version and the diagnostics.
    told: FxHashMap<String, (i32, Vec<Diagnostic>)>,
    /// Files that are not open and have diagnostics: configurations and rules that cannot be read.
    flagged: FxHashMap<String, Uri>,
    /// What was last said aloud, so that it is not said at every key.
    said: FxHashSet<String>,
    asked: i32,
}

/// What becomes of a request: an answer, or why there is none.
type Answer = Result<Value, (ErrorCode, String)>;

impl<W: Write> Server<W> {
    fn new(options: Options, out: W) -> Self {
        Self {
            out,
            options,
            state: State::Fresh,
            client: Client::default(),
            queue: VecDeque::new(),
            folders: Vec::new(),
            buffers: Buffers::new(),
            workspaces: BTreeMap::new(),
            due: None,
            told: FxHashMap::default(),
            flagged: FxHashMap::default(),
            said: FxHashSet::default(),
            asked: 0,
        }
    }

    fn run(&mut self, incoming: &Receiver<Incoming>) -> bool {
        loop {
            if let State::Left(in_order) = self.state {
                return in_order;
            }
            while let Ok(message) = incoming.try_recv() {
                self.take_in(message);
            }
            if let Some(message) = self.queue.pop_front() {
                self.handle(message);
                continue;
            }
            let wait = self.due.map(|(latest, due)| due.min(latest).saturating_duration_since(Instant::now()));
            let next = match wait {
                Some(wait) => incoming.recv_timeout(wait),
                None => incoming.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            match next {
                Ok(message) => self.take_in(message),
                Err(RecvTimeoutError::Timeout) => self.guarded("a judgement", Self::judge),
                // Whoever spoke is gone.
                Err(RecvTimeoutError::Disconnected) => return self.state == State::ShutDown,
            }
        }
    }

    /// Puts a message at the end of the queue. A request that is cancelled while it waits is answered at once.
    fn take_in(&mut self, incoming: Incoming) {
        if let Incoming::Message(Message::Notification(notification)) = &incoming
            && notification.method == "$/cancelRequest"
        {
            let id = notification.params.get("id").cloned().and_then(|id| serde_json::from_value::<RequestId>(id).ok());
            let waits = |incoming: &Incoming| matches!(incoming, Incoming::Message(Message::Request(request)) if Some(&request.id) == id.as_ref());
            if let Some(at) = self.queue.iter().position(waits)
                && let Some(Incoming::Message(Message::Request(request))) = self.queue.remove(at)
            {
                self.respond(request.id, Err((ErrorCode::RequestCanceled, "cancelled".to_owned())));
            }
            return;
        }
        self.queue.push_back(incoming);
    }

    fn handle(&mut self, incoming: Incoming) {
        match incoming {
            Incoming::Malformed(code, message) => {
                let _ = transport::refuse(&mut self.out, code, &message);
            }
            Incoming::Message(Message::Request(request)) => self.request(request),
            Incoming::Message(Message::Notification(notification)) => {
                let method = notification.method.clone();
                self.guarded(&method, |server| server.notification(notification));
            }
            // Whether watching was granted or a refresh heard makes no difference.
            Incoming::Message(Message::Response(_)) => {}
        }
    }

    /// Does something that must not take the server down. What failed is forgotten and read anew.
    fn guarded(&mut self, what: &str, work: impl FnOnce(&mut Self)) {
        if catch_unwind(AssertUnwindSafe(|| work(self))).is_err() {
            self.workspaces.clear();
            self.due = None;
            let message = format!("shipworthy failed at {what}: a bug, please report it");
            if self.said.insert(message.clone()) {
                self.log(1, &message);
            }
        }
    }

    fn request(&mut self, request: Request) {
        let Request { id, method, params } = request;
        let answer = match (self.state, method.as_str()) {
            (State::Fresh, "initialize") => self.initialize(params),
            (State::Fresh, _) => Err((ErrorCode::ServerNotInitialized, format!("`{method}` comes before `initialize`"))),
            (State::ShutDown, _) => Err((ErrorCode::InvalidRequest, format!("`{method}` comes after `shutdown`"))),
            (_, "initialize") => Err((ErrorCode::InvalidRequest, "`initialize` comes once".to_owned())),
            (_, "shutdown") => {
                self.state = State::ShutDown;
                Ok(Value::Null)
            }
            _ => {
                let answered = catch_unwind(AssertUnwindSafe(|| self.answer(&method, params)));
                answered.unwrap_or_else(|_| {
                    self.workspaces.clear();
                    Err((ErrorCode::InternalError, format!("shipworthy failed at `{method}`: a bug, please report it")))
                })
            }
        };
        self.respond(id, answer);
    }

    fn answer(&mut self, method: &str, params: Value) -> Answer {
        match method {
            "textDocument/codeAction" => self.code_actions(read(params)?),
            "codeAction/resolve" => self.resolve(read(params)?),
            "textDocument/hover" => self.hover(&read(params)?),
            "textDocument/completion" => self.complete(&read(params)?),
            "textDocument/diagnostic" => self.pull(&read(params)?),
            _ => Err((ErrorCode::MethodNotFound, format!("there is no `{method}` here"))),
        }
    }

    fn notification(&mut self, notification: Notification) {
        let Notification { method, params } = notification;
        match (self.state, method.as_str()) {
            (state, "exit") => self.state = State::Left(state == State::ShutDown),
            (State::Running, _) => {}
            _ => return,
        }
        match method.as_str() {
            "initialized" => self.watch(),
            "textDocument/didOpen" => {
                if let Ok(params) = read::<DidOpenTextDocumentParams>(params) {
                    self.open(Buffer::open(params.text_document));
                }
            }
            "textDocument/didChange" => {
                if let Ok(params) = read::<DidChangeTextDocumentParams>(params) {
                    self.change(params);
                }
            }
            "textDocument/didClose" => {
                if let Ok(params) = read::<DidCloseTextDocumentParams>(params) {
                    self.close(params.text_document.uri.as_str());
                }
            }
            "textDocument/didSave" => {
                if let Ok(params) = read::<DidSaveTextDocumentParams>(params) {
                    self.saved(params.text_document.uri.as_str());
                }
            }
            "workspace/didChangeWatchedFiles" => {
                if let Ok(params) = read::<DidChangeWatchedFilesParams>(params) {
                    let changed = params.changes.iter().filter_map(|change| uri::to_path(change.uri.as_str()));
                    self.disk_changed(&changed.collect::<Vec<_>>());
                }
            }
            "workspace/didChangeWorkspaceFolders" => {
                if let Ok(params) = read::<DidChangeWorkspaceFoldersParams>(params) {
                    self.folders_changed(params);
                }
            }
            _ => {}
        }
    }

    fn initialize(&mut self, params: Value) -> Answer {
        let raw = params.get("capabilities").cloned().unwrap_or_default();
        let params: InitializeParams = read(params)?;
        self.client = Client::of(&params.capabilities, &raw);
        let folders = params.workspace_folders.unwrap_or_default();
        let folders = folders.iter().filter_map(|folder| uri::to_path(folder.uri.as_str()));
        self.folders = folders.collect();
        #[allow(deprecated)] // older clients say nothing else
        if self.folders.is_empty() {
            let root = params.root_uri.as_ref().and_then(|root| uri::to_path(root.as_str()));
            self.folders.extend(root.or_else(|| params.root_path.map(PathBuf::from).filter(|path| path.is_absolute())));
        }
        self.state = State::Running;
        let info = json!({ "name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION") });
        Ok(json!({ "capabilities": self.capabilities(), "serverInfo": info }))
    }

    fn capabilities(&self) -> ServerCapabilities {
        let sync = TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(TextDocumentSyncKind::INCREMENTAL),
            save: Some(TextDocumentSyncSaveOptions::SaveOptions(SaveOptions { include_text: Some(false) })),
            ..TextDocumentSyncOptions::default()
        };
        let actions = CodeActionOptions {
            code_action_kinds: Some(vec![lsp_types::CodeActionKind::QUICKFIX, FIX_ALL]),
            resolve_provider: Some(self.client.resolves_edits),
            ..CodeActionOptions::default()
        };
        let pull = DiagnosticOptions {
            identifier: Some(diagnostics::SOURCE.to_owned()),
            inter_file_dependencies: true,
            workspace_diagnostics: false,
            ..DiagnosticOptions::default()
        };
        let folders = WorkspaceFoldersServerCapabilities { supported: Some(true), change_notifications: Some(OneOf::Left(true)) };
        ServerCapabilities {
            position_encoding: Some(self.client.encoding.kind()),
            text_document_sync: Some(TextDocumentSyncCapability::Options(sync)),
            code_action_provider: Some(CodeActionProviderCapability::Options(actions)),
            hover_provider: Some(HoverProviderCapability::Simple(true)),
            completion_provider: Some(CompletionOptions {
                trigger_characters: Some(completion::TRIGGERS.map(str::to_owned).into()),
                ..CompletionOptions::default()
            }),
            diagnostic_provider: self.client.pulls.then_some(DiagnosticServerCapabilities::Options(pull)),
            workspace: Some(WorkspaceServerCapabilities { workspace_folders: Some(folders), file_operations: None }),
            ..ServerCapabilities::default()
        }
    }

    /// Asks to be told of files that change on disk.
    fn watch(&mut self) {
        if self.client.watches {
            let watchers: Vec<FileSystemWatcher> = WATCHED
                .iter()
                .map(|glob| FileSystemWatcher { glob_pattern: GlobPattern::String((*glob).to_owned()), kind: None })
                .collect();
            let method = "workspace/didChangeWatchedFiles";
            let registration = json!({ "id": "watched", "method": method, "registerOptions": { "watchers": watchers } });
            self.ask("client/registerCapability", json!({ "registrations": [registration] }));
        }
    }

    fn open(&mut self, buffer: Buffer) {
        let home = workspace::home(&buffer, &self.folders);
        let workspace = self.workspaces.entry(home.clone()).or_insert_with(|| Workspace::new(home));
        // A file that was read with the others is judged as it stands in the editor; another one changes what there is to read.
        workspace.stale |= workspace.file(&buffer).is_none();
        workspace.changed.insert(buffer.uri.as_str().to_owned());
        self.buffers.insert(buffer.uri.as_str().to_owned(), buffer);
        self.judge_soon();
    }

    fn change(&mut self, params: DidChangeTextDocumentParams) {
        let key = params.text_document.uri.as_str();
        let Some(buffer) = self.buffers.get_mut(key) else { return };
        buffer.change(params.text_document.version, params.content_changes, self.client.encoding);
        let home = workspace::home(buffer, &self.folders);
        if let Some(workspace) = self.workspaces.get_mut(&home) {
            workspace.changed.insert(key.to_owned());
        }
        self.judge_soon();
    }

    fn close(&mut self, key: &str) {
        let Some(buffer) = self.buffers.remove(key) else { return };
        let home = workspace::home(&buffer, &self.folders);
        if self.told.remove(key).is_some_and(|(_, told)| !told.is_empty()) && !self.client.pulls {
            self.publish(buffer.uri, Vec::new(), None);
        }
        if workspace::buffers_in(&self.buffers, &home, &self.folders).is_empty() {
            self.workspaces.remove(&home);
        } else if let Some(workspace) = self.workspaces.get_mut(&home) {
            // What was not saved is gone.
            workspace.stale = true;
        }
        self.judge_soon();
    }

    fn saved(&mut self, key: &str) {
        let Some(path) = self.buffers.get(key).and_then(|buffer| buffer.path.clone()) else { return };
        self.disk_changed(&[path]);
    }

    fn disk_changed(&mut self, paths: &[PathBuf]) {
        for workspace in self.workspaces.values_mut() {
            paths.iter().for_each(|path| workspace.touch(path));
        }
        self.judge_soon();
    }

    fn folders_changed(&mut self, params: DidChangeWorkspaceFoldersParams) {
        let paths = |folders: &[lsp_types::WorkspaceFolder]| -> Vec<PathBuf> {
            folders.iter().filter_map(|folder| uri::to_path(folder.uri.as_str())).collect()
        };
        let removed = paths(&params.event.removed);
        self.folders.retain(|folder| !removed.contains(folder));
        self.folders.extend(paths(&params.event.added));
        self.workspaces.clear();
        let buffers: Vec<Buffer> = self.buffers.values().cloned().collect();
        buffers.into_iter().for_each(|buffer| self.open(buffer));
        self.judge_soon();
    }

    fn judge_soon(&mut self) {
        let now = Instant::now();
        let latest = self.due.map_or(now + LONGEST_WAIT, |(latest, _)| latest);
        self.due = Some((latest, now + QUIET));
    }

    /// Judges what changed, and tells the client what it should know.
    fn judge(&mut self) {
        self.due = None;
        // After a failure of ours there are none left.
        for buffer in self.buffers.values() {
            let home = workspace::home(buffer, &self.folders);
            self.workspaces.entry(home.clone()).or_insert_with(|| Workspace::new(home));
        }
        let homes: Vec<Home> = self.workspaces.keys().cloned().collect();
        homes.iter().for_each(|home| self.update(home));
        self.tell();
    }

    /// Brings one folder up to date.
    fn update(&mut self, home: &Home) {
        let Some(workspace) = self.workspaces.get_mut(home).filter(|workspace| workspace.is_due()) else { return };
        let buffers = workspace::buffers_in(&self.buffers, home, &self.folders);
        workspace.update(&buffers, &self.options);
        let notes = workspace.notes.clone();
        let obstacles = workspace.obstacles.iter().filter_map(|obstacle| match obstacle {
            Obstacle::Other(message) => Some(message.clone()),
            Obstacle::Config(error) if error.path.is_none() => Some(error.to_string()),
            Obstacle::Config(_) | Obstacle::Rule(..) => None,
        });
        for note in notes.into_iter().chain(obstacles.collect::<Vec<_>>()) {
            if self.said.insert(note.clone()) {
                self.log(2, &note);
            }
        }
    }

    /// Sends the diagnostics that changed; a client that asks for them is told to ask again.
    fn tell(&mut self) {
        let mut refresh = false;
        let mut news: Vec<(Uri, Vec<Diagnostic>, i32)> = Vec::new();
        for (key, buffer) in &self.buffers {
            let found = self.diagnostics(buffer);
            match self.told.get(key) {
                Some((version, told)) if *told == found && (*version == buffer.version || self.client.pulls) => {}
                None if self.client.pulls => {}
                // Who has just changed a document asks by itself.
                Some((version, _)) if self.client.pulls => refresh |= *version == buffer.version,
                _ => news.push((buffer.uri.clone(), found, buffer.version)),
            }
        }
        for (uri, found, version) in news {
            self.told.insert(uri.as_str().to_owned(), (version, found.clone()));
            self.publish(uri, found, Some(version));
        }
        if refresh {
            self.ask("workspace/diagnostic/refresh", Value::Null);
        }
        self.tell_obstacles();
    }

    /// Configurations and rules that cannot be read are shown where they are wrong, open or not.
    fn tell_obstacles(&mut self) {
        let mut found: BTreeMap<String, (Uri, Vec<Diagnostic>)> = BTreeMap::new();
        for workspace in self.workspaces.values() {
            for (uri, diagnostic) in diagnostics::of_obstacles(&workspace.obstacles, &self.client) {
                let (_, here) = found.entry(uri.as_str().to_owned()).or_insert_with(|| (uri, Vec::new()));
                if !here.contains(&diagnostic) {
                    here.push(diagnostic);
                }
            }
        }
        let mended: Vec<String> = self.flagged.keys().filter(|key| !found.contains_key(*key)).cloned().collect();
        for key in mended {
            if let Some(uri) = self.flagged.remove(&key) {
                self.publish(uri, Vec::new(), None);
            }
        }
        for (key, (uri, diagnostics)) in found {
            self.flagged.insert(key, uri.clone());
            self.publish(uri, diagnostics, None);
        }
    }

    /// What there is to say about an open document, as of the last judgement.
    fn diagnostics(&self, buffer: &Buffer) -> Vec<Diagnostic> {
        let workspace = self.workspaces.get(&workspace::home(buffer, &self.folders));
        let found = workspace.and_then(|workspace| {
            let file = workspace.file(buffer)?;
            Some(diagnostics::of(workspace, file, &self.buffers, &self.client))
        });
        found.unwrap_or_default()
    }

    /// The folder of an open document, up to date.
    fn current(&mut self, uri: &Uri) -> Option<(&Workspace, &Buffer)> {
        let home = workspace::home(self.buffers.get(uri.as_str())?, &self.folders);
        self.workspaces.entry(home.clone()).or_insert_with(|| Workspace::new(home.clone()));
        self.update(&home);
        Some((self.workspaces.get(&home)?, self.buffers.get(uri.as_str())?))
    }

    fn code_actions(&mut self, params: CodeActionParams) -> Answer {
        let Some((workspace, buffer)) = self.current(&params.text_document.uri) else { return Ok(Value::Null) };
        let Some(file) = workspace.file(buffer) else { return Ok(json!([])) };
        let home = workspace.home.clone();
        let desk = Desk { workspace: &self.workspaces[&home], buffers: &self.buffers, client: &self.client };
        value(desk.actions(file, params.range, params.context.only.as_deref()))
    }

    fn resolve(&mut self, mut action: CodeAction) -> Answer {
        let Some(uri) = actions::put_off(&action).and_then(|uri| uri.parse::<Uri>().ok()) else { return value(action) };
        let Some((workspace, buffer)) = self.current(&uri) else { return value(action) };
        let (home, file) = (workspace.home.clone(), workspace.file(buffer));
        let desk = Desk { workspace: &self.workspaces[&home], buffers: &self.buffers, client: &self.client };
        action.edit = file.and_then(|file| desk.fixed(file));
        value(action)
    }

    fn hover(&mut self, params: &HoverParams) -> Answer {
        let place = &params.text_document_position_params;
        let client = self.client.clone();
        let Some((workspace, buffer)) = self.current(&place.text_document.uri) else { return Ok(Value::Null) };
        value(hover::at(workspace, workspace.file(buffer), &buffer.text, place.position, &client))
    }

    fn complete(&mut self, params: &CompletionParams) -> Answer {
        let place = &params.text_document_position;
        let client = self.client.clone();
        let Some((workspace, buffer)) = self.current(&place.text_document.uri) else { return Ok(Value::Null) };
        let items = completion::at(workspace, workspace.file(buffer), &buffer.text, place.position, &client);
        Ok(json!({ "isIncomplete": false, "items": items }))
    }

    fn pull(&mut self, params: &DocumentDiagnosticParams) -> Answer {
        let uri = &params.text_document.uri;
        let Some((_, buffer)) = self.current(uri) else { return Ok(json!({ "kind": "full", "items": [] })) };
        let buffer = buffer.clone();
        let found = self.diagnostics(&buffer);
        let items = serde_json::to_value(&found).map_err(|error| (ErrorCode::InternalError, error.to_string()))?;
        self.told.insert(uri.as_str().to_owned(), (buffer.version, found));
        let id = fingerprint(&items);
        if params.previous_result_id.as_ref() == Some(&id) {
            return Ok(json!({ "kind": "unchanged", "resultId": id }));
        }
        Ok(json!({ "kind": "full", "resultId": id, "items": items }))
    }

    fn publish(&mut self, uri: Uri, diagnostics: Vec<Diagnostic>, version: Option<i32>) {
        self.notify("textDocument/publishDiagnostics", PublishDiagnosticsParams { uri, diagnostics, version });
    }

    /// A line in the log of the client; 1 is an error, 2 a warning, which a person should see.
    fn log(&mut self, level: u8, message: &str) {
        self.notify("window/showMessage", json!({ "type": level, "message": message }));
    }

    fn notify(&mut self, method: &str, params: impl Serialize) {
        if let Ok(params) = serde_json::to_value(params) {
            self.send(Notification { method: method.to_owned(), params }.into());
        }
    }

    fn ask(&mut self, method: &str, params: Value) {
        self.asked += 1;
        self.send(Request { id: self.asked.into(), method: method.to_owned(), params }.into());
    }

    fn respond(&mut self, id: RequestId, answer: Answer) {
        self.send(match answer {
            Ok(value) => Response::new_ok(id, value).into(),
            Err((code, message)) => Response::new_err(id, code as i32, message).into(),
        });
    }

    /// A client that no longer reads is gone, which the end of the input tells.
    fn send(&mut self, message: Message) {
        let _ = message.write(&mut self.out);
    }
}

fn read<T: DeserializeOwned>(params: Value) -> Result<T, (ErrorCode, String)> {
    serde_json::from_value(params).map_err(|error| (ErrorCode::InvalidParams, error.to_string()))
}

fn value(answer: impl Serialize) -> Answer {
    serde_json::to_value(answer).map_err(|error| (ErrorCode::InternalError, error.to_string()))
}

/// The same for the same diagnostics.
fn fingerprint(items: &Value) -> String {
    use std::hash::{Hash as _, Hasher as _};
    let mut hasher = siphasher::sip::SipHasher13::new();
    items.to_string().hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}
