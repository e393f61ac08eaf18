//! The facts of a Dockerfile: the JSON document that rules judge, described by `schemas/facts/dockerfile.schema.json`.

use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::{Map, Value, json};

use super::image::ImageReference;
use super::instruction::{Body, CommandForm, CommandLine, Healthcheck, Instruction, Keyword, Mount, Pair, Transfer, Word};
use super::model::{Base, Dockerfile, InstalledPackage, Stage, Tool, Variable};
use super::run_time_user::run_time_user;
use super::secrets::{SecretTexts, secret_spans};
use super::syntax::{Problem, ProblemStage};
use crate::json_pointer;
use crate::source::Span;

/// What stages repeat of the stages that they are built on, and words of the variables in them, may take no more than this, in
/// bytes: in a real file it is a few hundred, but a file can be made in which it is the square of its size.
const MOST_INHERITED: usize = 4 << 20;

/// What a repeated value, and each stage on the way to it, takes beside its text.
const COST: usize = 64;

/// The facts of one file.
#[derive(Debug)]
pub struct Facts {
    pub document: Value,
    /// Where values stand, by JSON Pointer; a value without a place of its own has that of its nearest ancestor.
    pub spans: FxHashMap<String, Span>,
    /// JSON Pointers of strings that must not be shown, sorted.
    pub secrets: Vec<String>,
}

impl Facts {
    /// The place of the value that a JSON Pointer names.
    pub fn span(&self, pointer: &str) -> Option<Span> {
        self.spans.get(pointer).copied()
    }
}

/// The facts of a parsed file.
pub fn facts(file_text: &str, dockerfile: &Dockerfile) -> Facts {
    let line_starts = memchr::memchr_iter(b'\n', file_text.as_bytes()).map(|at| at as u32 + 1);
    let mut writer = Writer {
        dockerfile,
        line_starts: std::iter::once(0).chain(line_starts).collect(),
        secret_spans: secret_spans(file_text, dockerfile),
        spans: FxHashMap::default(),
        secrets: Vec::new(),
        unknown: Vec::new(),
        additions: dockerfile.stages.iter().map(|stage| additions(dockerfile, stage)).collect(),
        budget: MOST_INHERITED,
    };
    let document = writer.document();
    let Writer { spans, mut secrets, secret_spans, .. } = writer;
    let texts = SecretTexts::of(file_text, dockerfile, &secret_spans);
    if !texts.is_empty() {
        secrets.extend(strings(&document).filter(|(_, text)| texts.shown_in(text)).map(|(pointer, _)| pointer));
    }
    secrets.sort_unstable();
    secrets.dedup();
    // A value that a later one of the same name took the place of may have left its pointer.
    secrets.retain(|pointer| document.pointer(pointer).is_some_and(Value::is_string));
    Facts { document, spans, secrets }
}

/// Every string with its JSON Pointer.
fn strings(document: &Value) -> impl Iterator<Item = (String, &str)> {
    let mut work = vec![(String::new(), document)];
    std::iter::from_fn(move || {
        while let Some((at, value)) = work.pop() {
            match value {
                Value::String(text) => return Some((at, text.as_str())),
                Value::Array(items) => work.extend(items.iter().enumerate().map(|(index, item)| (format!("{at}/{index}"), item))),
                Value::Object(fields) => work.extend(fields.iter().map(|(key, value)| (pointer(&at, key), value))),
                _ => {}
            }
        }
        None
    })
}

struct Writer<'a> {
    dockerfile: &'a Dockerfile,
    line_starts: Vec<u32>,
    /// In order, apart from one another.
    secret_spans: Vec<Span>,
    spans: FxHashMap<String, Span>,
    secrets: Vec<String>,
    unknown: Vec<String>,
    /// The LABEL, EXPOSE and VOLUME of each stage.
    additions: Vec<Vec<usize>>,
    budget: usize,
}

impl<'a> Writer<'a> {
    fn document(&mut self) -> Value {
        let dockerfile = self.dockerfile;
        let directives: Map<String, Value> = dockerfile
            .tree
            .directives
            .iter()
            .map(|directive| {
                (
                    directive.name.clone(),
                    self.string(&pointer("/directives", &directive.name), &directive.value, directive.value_span),
                )
            })
            .collect();
        let arguments = self.variables("/args", dockerfile.global_arguments().iter());
        let mut instructions = Vec::with_capacity(dockerfile.tree.instructions.len());
        for (index, instruction) in dockerfile.tree.instructions.iter().enumerate() {
            instructions.push(self.instruction(&format!("/instructions/{index}"), index, instruction));
        }
        let stages: Vec<Value> = dockerfile.stages.iter().map(|stage| self.stage(stage)).collect();
        let errors: Vec<Value> =
            dockerfile.tree.problems.iter().enumerate().map(|(index, problem)| self.error(index, problem)).collect();
        let mut document = json!({
            "directives": directives,
            "args": arguments,
            "instructions": instructions,
            "stages": stages,
            "errors": errors,
            "unknown": self.unknown,
        });
        if self.budget == 0 {
            document["truncated"] = Value::Bool(true);
        }
        document
    }

    /// Notes where a value stands.
    fn place(&mut self, pointer: &str, span: Span) {
        self.spans.insert(pointer.to_owned(), span);
    }

    /// A string with its place; it is secret when its bytes are.
    fn string(&mut self, pointer: &str, text: &str, span: Span) -> Value {
        self.place(pointer, span);
        if self.is_secret(span) {
            self.secrets.push(pointer.to_owned());
        }
        Value::from(text)
    }

    /// A string that shows where its list does.
    fn part(&mut self, at: &str, number: usize, text: &str, span: Span) -> Value {
        if self.is_secret(span) {
            self.secrets.push(format!("{at}/{number}"));
        }
        Value::from(text)
    }

    /// A word of an instruction with its variables expanded; as written when that cannot be known, or takes too much.
    fn word(&mut self, pointer: &str, index: usize, word: &Word) -> Value {
        let Ok(expanded) = self.dockerfile.expand(index, &word.text) else {
            return self.string(pointer, &word.text, word.span);
        };
        let growth = expanded.text.as_ref().map_or(0, |text| text.len().saturating_sub(word.text.len()));
        let text = expanded.text.filter(|_| growth <= COST || self.pay(growth));
        let before = self.secrets.len();
        let value = self.string(pointer, text.as_deref().unwrap_or(&word.text), word.span);
        let holds_secret = |name: &str| self.dockerfile.variable(index, name).is_some_and(|variable| variable.secret);
        if self.secrets.len() == before && expanded.uses.iter().any(|usage| holds_secret(&usage.name)) {
            self.secrets.push(pointer.to_owned());
        }
        if text.is_none() {
            self.unknown.push(pointer.to_owned());
        }
        value
    }

    fn words(&mut self, at: &str, index: usize, words: &[Word]) -> Value {
        words.iter().enumerate().map(|(number, word)| self.word(&format!("{at}/{number}"), index, word)).collect()
    }

    /// Words that are not expanded: the shell, or nobody, does it.
    fn raw_words(&mut self, at: &str, words: &[Word]) -> Value {
        words.iter().enumerate().map(|(number, word)| self.string(&format!("{at}/{number}"), &word.text, word.span)).collect()
    }

    fn line(&self, offset: usize) -> usize {
        self.line_starts.partition_point(|start| *start as usize <= offset)
    }

    fn error(&mut self, index: usize, problem: &Problem) -> Value {
        self.place(&format!("/errors/{index}"), problem.span);
        let kind = match problem.stage {
            ProblemStage::Parse => "parse",
            ProblemStage::Build => "build",
        };
        let values: Map<String, Value> =
            problem.values.iter().map(|(name, value)| ((*name).to_owned(), Value::from(value.as_str()))).collect();
        json!({
            "kind": kind,
            "reason": problem.reason,
            "line": self.line(problem.span.start()),
            "end_line": self.line(problem.span.end().max(problem.span.start() + 1) - 1),
            "values": values,
        })
    }

    fn is_secret(&self, span: Span) -> bool {
        let next = self.secret_spans.partition_point(|secret| secret.end <= span.start);
        self.secret_spans.get(next).is_some_and(|secret| secret.start < span.end)
    }

    fn instruction(&mut self, at: &str, index: usize, instruction: &'a Instruction) -> Value {
        self.place(at, instruction.span);
        let keyword = match instruction.keyword {
            Keyword::Unknown => instruction.keyword_text.to_uppercase(),
            keyword => keyword.name().to_owned(),
        };
        self.place(&format!("{at}/keyword"), instruction.keyword_span);
        let mut facts = Map::new();
        facts.insert("keyword".to_owned(), Value::from(keyword));
        facts.insert("line".to_owned(), Value::from(instruction.line));
        facts.insert("end_line".to_owned(), Value::from(instruction.end_line));
        facts.insert("stage".to_owned(), Value::from(self.dockerfile.stage_of(index).map(|stage| stage.index)));
        facts.insert("flags".to_owned(), self.flags(&format!("{at}/flags"), instruction));
        for (name, value) in self.body(at, index, instruction) {
            facts.insert(name.to_owned(), value);
        }
        Value::Object(facts)
    }

    /// By name: the value, `true` without one, or a list when the flag is given more than once.
    fn flags(&mut self, at: &str, instruction: &Instruction) -> Value {
        let mut counts: FxHashMap<&str, usize> = FxHashMap::default();
        for flag in &instruction.flags {
            *counts.entry(&flag.name).or_default() += 1;
        }
        let mut groups: Map<String, Value> = Map::new();
        for flag in &instruction.flags {
            let repeated = counts[flag.name.as_str()] > 1;
            let mut at = pointer(at, &flag.name);
            if repeated {
                let number = groups.get(&flag.name).and_then(Value::as_array).map_or(0, Vec::len);
                at = format!("{at}/{number}");
            }
            let value = match &flag.value {
                Some(value) => self.string(&at, value, flag.value_span),
                None => {
                    self.place(&at, flag.span);
                    Value::Bool(true)
                }
            };
            match groups.get_mut(&flag.name) {
                Some(Value::Array(values)) => values.push(value),
                _ => {
                    let value = if repeated { Value::Array(vec![value]) } else { value };
                    groups.insert(flag.name.clone(), value);
                }
            }
        }
        Value::Object(groups)
    }

    fn body(&mut self, at: &str, index: usize, instruction: &'a Instruction) -> Vec<(&'static str, Value)> {
        let mut one = |name: &'static str, word: &Word| vec![(name, self.word(&format!("{at}/{name}"), index, word))];
        match &instruction.body {
            Body::User(word) => one("user", word),
            Body::Workdir(word) => one("path", word),
            Body::Stopsignal(word) => one("signal", word),
            Body::Maintainer(word) => one("name", word),
            Body::From { image, name, .. } => {
                let mut facts = one("image", image);
                facts.extend(
                    name.as_ref().map(|name| ("name", self.string(&format!("{at}/name"), &name.text.to_lowercase(), name.span))),
                );
                facts
            }
            Body::Run { command, mounts } => {
                let mut facts = self.command(at, index, command);
                facts.push(("mounts", self.mounts(&format!("{at}/mounts"), mounts)));
                facts
            }
            Body::Cmd(command) | Body::Entrypoint(command) => self.command(at, index, command),
            Body::Healthcheck(check) => {
                let mut facts = vec![("disabled", Value::Bool(check.command.is_none()))];
                facts.extend(times(check));
                if let Some(command) = &check.command {
                    facts.extend(self.command(at, index, command));
                }
                facts
            }
            Body::Shell(words) => vec![("arguments", self.raw_words(&format!("{at}/arguments"), words))],
            Body::Copy(transfer) | Body::Add(transfer) => self.transfer(at, index, transfer),
            Body::Env(pairs) | Body::Arg(pairs) => vec![("variables", self.pairs(&format!("{at}/variables"), index, pairs))],
            Body::Label(pairs) => vec![("labels", self.pairs(&format!("{at}/labels"), index, pairs))],
            Body::Expose(ports) => vec![("ports", self.words(&format!("{at}/ports"), index, ports))],
            Body::Volume { paths, .. } => vec![("paths", self.words(&format!("{at}/paths"), index, paths))],
            Body::Onbuild(trigger) => match trigger.body {
                // A trigger of a trigger is refused.
                Body::Onbuild(_) => Vec::new(),
                _ => vec![("trigger", self.instruction(&format!("{at}/trigger"), index, trigger))],
            },
            Body::Invalid => Vec::new(),
        }
    }

    fn transfer(&mut self, at: &str, index: usize, transfer: &Transfer) -> Vec<(&'static str, Value)> {
        let heredocs: Vec<&str> = transfer.heredocs.iter().map(|heredoc| heredoc.name.as_str()).collect();
        vec![
            ("sources", self.words(&format!("{at}/sources"), index, &transfer.sources)),
            ("destination", self.word(&format!("{at}/destination"), index, &transfer.destination)),
            ("heredocs", Value::from(heredocs)),
        ]
    }

    fn pairs(&mut self, at: &str, index: usize, pairs: &[Pair]) -> Value {
        let mut values = Map::new();
        for pair in pairs {
            let at = pointer(at, &pair.key.text);
            let value = match &pair.value {
                Some(value) => self.word(&at, index, value),
                None => Value::Null,
            };
            self.place(&at, pair.span);
            values.insert(pair.key.text.clone(), value);
        }
        Value::Object(values)
    }

    fn mounts(&mut self, at: &str, mounts: &[Mount]) -> Value {
        let mut values = Vec::new();
        for (number, mount) in mounts.iter().enumerate() {
            self.place(&format!("{at}/{number}"), mount.span);
            values.push(json!({
                "type": mount.kind,
                "id": mount.id,
                "source": mount.source,
                "target": mount.target,
                "from": mount.from.as_ref().map(|from| from.text.as_str()),
                "env": mount.env,
            }));
        }
        Value::Array(values)
    }

    /// How a command is given, which shell reads it, and the words of all commands in it, wrappers such as `sudo` included.
    fn command(&mut self, at: &str, index: usize, command: &CommandLine) -> Vec<(&'static str, Value)> {
        let scripts = self.scripts(index);
        let heredoc = scripts.clone().any(|script| self.dockerfile.scripts[script].heredoc);
        let form = match &command.form {
            CommandForm::Exec(_) => "exec",
            CommandForm::Shell(_) if heredoc => "heredoc",
            CommandForm::Shell(_) => "shell",
        };
        let shell = scripts.clone().next().map(|script| self.dockerfile.scripts[script].shell.name());
        let mut commands = Vec::new();
        for script in scripts {
            for command in &self.dockerfile.scripts[script].script.commands {
                let at = format!("{at}/commands/{}", commands.len());
                self.place(&at, command.span);
                let words = command.wrappers.iter().flatten().chain(&command.words);
                commands.push(words.enumerate().map(|(number, word)| self.part(&at, number, &word.text, word.span)).collect());
            }
        }
        let mut facts = vec![("form", Value::from(form)), ("shell", Value::from(shell))];
        if let CommandForm::Exec(words) = &command.form {
            facts.push(("arguments", self.raw_words(&format!("{at}/arguments"), words)));
        }
        facts.push(("commands", Value::Array(commands)));
        facts
    }

    fn scripts(&self, instruction: usize) -> Range<usize> {
        let scripts = &self.dockerfile.scripts;
        let start = scripts.partition_point(|script| script.instruction < instruction);
        start..start + scripts[start..].partition_point(|script| script.instruction == instruction)
    }

    fn variables(&mut self, at: &str, variables: impl Iterator<Item = &'a Variable>) -> Value {
        let mut values = Map::new();
        for variable in variables {
            let at = pointer(at, &variable.name);
            self.place(&at, variable.span);
            if variable.secret && variable.value.is_some() {
                self.secrets.push(at.clone());
            }
            if variable.value.is_none() {
                self.unknown.push(at);
            }
            values.insert(variable.name.clone(), Value::from(variable.value.as_deref()));
        }
        Value::Object(values)
    }

    /// Pays for what a stage repeats; `false` when too much is repeated already.
    fn pay(&mut self, bytes: usize) -> bool {
        let paid = self.budget > bytes;
        self.budget = if paid { self.budget - bytes } else { 0 };
        paid
    }

    /// The stage, then the stages that it is built on, as far as they can be paid for.
    fn lineage(&mut self, stage: &'a Stage) -> Vec<&'a Stage> {
        let dockerfile = self.dockerfile;
        let mut lineage = dockerfile.lineage(stage);
        let mut stages: Vec<&Stage> = lineage.next().into_iter().collect();
        while let Some(parent) = lineage.next().filter(|_| self.pay(COST)) {
            stages.push(parent);
        }
        stages
    }

    fn stage(&mut self, stage: &'a Stage) -> Value {
        let at = format!("/stages/{}", stage.index);
        let from = self.dockerfile.instruction(stage.from);
        self.place(&at, from.span);
        let last = stage.instructions.clone().last().map_or(from, |last| self.dockerfile.instruction(last));
        if let Body::From { image, name, .. } = &from.body {
            self.place(&format!("{at}/base"), image.span);
            self.place(&format!("{at}/name"), name.as_ref().map_or(from.span, |name| name.span));
        }
        if let Some(flag) = from.flags.iter().find(|flag| flag.name == "platform") {
            self.place(&format!("{at}/platform"), flag.span);
        }
        let lineage = self.lineage(stage);
        let mut facts = json!({
            "index": stage.index,
            "name": stage.name.clone().unwrap_or_else(|| stage.index.to_string()),
            "named": stage.name.is_some(),
            "line": from.line,
            "end_line": last.end_line,
            "final": stage.index + 1 == self.dockerfile.stages.len(),
            "base": self.base(&at, stage, from),
            "image": stage.image.as_deref().map(image),
            "platform": stage.platform,
            "windows": stage.windows,
        });
        facts["user"] = self.inherited_word(
            &format!("{at}/user"),
            stage,
            stage.user.as_ref().map(|user| (user.instruction, user.value.as_deref())),
        );
        facts["working_directory"] = self.inherited_word(
            &format!("{at}/working_directory"),
            stage,
            stage.working_directory.as_ref().map(|path| (path.instruction, path.value.as_deref())),
        );
        facts["shell"] = match &stage.shell {
            Some(shell) if self.repeat(&format!("{at}/shell"), stage, shell.instruction) => json!(*shell.value),
            _ => Value::Null,
        };
        let variables = self.effective_variables(&lineage);
        let (environment, arguments): (Vec<_>, Vec<_>) = variables.into_iter().partition(|variable| variable.environment);
        facts["env"] = self.variables(&format!("{at}/env"), environment.into_iter());
        facts["args"] = self.variables(&format!("{at}/args"), arguments.into_iter());
        self.collections(&at, &lineage, &mut facts);
        facts["packages"] = self.packages(&format!("{at}/packages"), stage, &lineage);
        facts["tools"] = self.tools(&format!("{at}/tools"), stage, &lineage);
        facts["healthcheck"] =
            self.inherited(&format!("{at}/healthcheck"), stage, stage.healthcheck.as_ref().map(|check| check.instruction));
        facts["command"] =
            self.inherited(&format!("{at}/command"), stage, stage.command.as_ref().map(|command| command.instruction));
        facts["entrypoint"] =
            self.inherited(&format!("{at}/entrypoint"), stage, stage.entrypoint.as_ref().map(|entry| entry.instruction));
        let runs_as = run_time_user(self.dockerfile, stage).identity.name();
        facts["derived"] = json!({
            "user": facts["user"].as_str().and_then(user),
            "run_time_user": runs_as,
            "ports": ports(&facts["ports"]),
        });
        facts
    }

    fn base(&mut self, at: &str, stage: &Stage, from: &Instruction) -> Value {
        let text = match &from.body {
            Body::From { image, .. } => image.text.as_str(),
            _ => "",
        };
        match &stage.base {
            Base::Scratch => json!({ "kind": "scratch" }),
            Base::Stage(parent) => {
                let parent = &self.dockerfile.stages[*parent];
                json!({ "kind": "stage", "stage": parent.name.clone().unwrap_or_else(|| parent.index.to_string()), "index": parent.index })
            }
            Base::Image(reference) => {
                let mut facts = image(reference);
                facts["kind"] = Value::from("image");
                facts
            }
            Base::Invalid(reason) => json!({ "kind": "invalid", "reason": reason.name(), "text": text }),
            Base::Unknown => {
                self.unknown.push(format!("{at}/base"));
                json!({ "kind": "unknown", "text": text })
            }
        }
    }

    /// Notes the place of what a stage has or inherits, and pays when it inherits.
    fn repeat(&mut self, at: &str, stage: &Stage, instruction: usize) -> bool {
        let span = self.dockerfile.instruction(instruction).span;
        self.place(at, span);
        stage.instructions.contains(&instruction) || self.pay(COST + span.len())
    }

    /// A word that one instruction gives and the next one overrides; as written when its value cannot be known.
    fn inherited_word(&mut self, at: &str, stage: &Stage, given: Option<(usize, Option<&str>)>) -> Value {
        let Some((instruction, value)) = given.filter(|(instruction, _)| self.repeat(at, stage, *instruction)) else {
            return Value::Null;
        };
        if value.is_none() {
            self.unknown.push(at.to_owned());
        }
        match &self.dockerfile.instruction(instruction).body {
            Body::User(word) | Body::Workdir(word) => {
                self.word(at, instruction, word);
                Value::from(value.unwrap_or(&word.text))
            }
            _ => Value::from(value),
        }
    }

    /// A command or health check, as its instruction has it.
    fn inherited(&mut self, at: &str, stage: &Stage, instruction: Option<usize>) -> Value {
        let Some(index) = instruction.filter(|index| self.repeat(at, stage, *index)) else {
            return Value::Null;
        };
        let mut instruction = self.dockerfile.instruction(index);
        if let Body::Onbuild(trigger) = &instruction.body {
            instruction = trigger;
        }
        let facts = self.body(at, index, instruction);
        facts.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>().into()
    }

    /// The last declaration of each name in the order of the file.
    fn effective_variables(&mut self, lineage: &[&'a Stage]) -> Vec<&'a Variable> {
        let mut seen = FxHashSet::default();
        let mut variables = Vec::new();
        for (depth, stage) in lineage.iter().enumerate() {
            for variable in self.dockerfile.declared_in(stage).iter().rev() {
                let size = variable.name.len() + variable.value.as_ref().map_or(0, String::len);
                if depth > 0 && !self.pay(COST + size) {
                    break;
                }
                if seen.insert(variable.name.as_str()) {
                    variables.push(variable);
                }
            }
        }
        variables.reverse();
        variables
    }

    /// Labels, ports and volumes: each instruction adds to those before it.
    fn collections(&mut self, at: &str, lineage: &[&'a Stage], facts: &mut Value) {
        let mut labels = Map::new();
        let mut ports = Vec::new();
        let mut volumes = Vec::new();
        for (depth, stage) in lineage.iter().enumerate().rev() {
            for number in 0..self.additions[stage.index].len() {
                let index = self.additions[stage.index][number];
                let instruction = self.dockerfile.instruction(index);
                if depth > 0 && !self.pay(COST + instruction.span.len()) {
                    break;
                }
                match &instruction.body {
                    Body::Label(pairs) => {
                        if let Value::Object(values) = self.pairs(&format!("{at}/labels"), index, pairs) {
                            labels.extend(values);
                        }
                    }
                    Body::Expose(words) => {
                        for word in words {
                            ports.push(self.word(&format!("{at}/ports/{}", ports.len()), index, word));
                        }
                    }
                    Body::Volume { paths, .. } => {
                        for word in paths {
                            volumes.push(self.word(&format!("{at}/volumes/{}", volumes.len()), index, word));
                        }
                    }
                    _ => {}
                }
            }
        }
        facts["labels"] = Value::Object(labels);
        facts["ports"] = Value::Array(ports);
        facts["volumes"] = Value::Array(volumes);
    }

    fn packages(&mut self, at: &str, stage: &Stage, lineage: &[&'a Stage]) -> Value {
        let mut packages = Vec::new();
        let installed: Vec<&InstalledPackage> = lineage.iter().rev().flat_map(|stage| &stage.packages).collect();
        for package in installed {
            let inherited = package.instruction < stage.from;
            if inherited && !self.pay(COST + package.span.len()) {
                continue;
            }
            self.place(&format!("{at}/{}", packages.len()), package.span);
            packages.push(json!({
                "manager": package.manager.name(),
                "name": package.name,
                "operator": package.operator,
                "version": package.version,
                "line": self.line(package.span.start()),
                "inherited": inherited,
            }));
        }
        Value::Array(packages)
    }

    fn tools(&mut self, at: &str, stage: &Stage, lineage: &[&'a Stage]) -> Value {
        let mut tools = Vec::new();
        let copied: Vec<&Tool> = lineage.iter().rev().flat_map(|stage| &stage.tools).collect();
        for tool in copied {
            if tool.instruction < stage.from && !self.pay(COST + tool.name.len()) {
                continue;
            }
            self.place(&format!("{at}/{}", tools.len()), tool.span);
            tools.push(Value::from(tool.name.as_str()));
        }
        Value::Array(tools)
    }
}

/// The instructions of a stage that add to those before them.
fn additions(dockerfile: &Dockerfile, stage: &Stage) -> Vec<usize> {
    let adds = |instruction: &Instruction| matches!(instruction.body, Body::Label(_) | Body::Expose(_) | Body::Volume { .. });
    dockerfile.instructions_of(stage).filter(|(_, instruction)| adds(instruction)).map(|(index, _)| index).collect()
}

/// Appends a key to a JSON Pointer.
fn pointer(at: &str, key: &str) -> String {
    format!("{at}/{}", json_pointer::escaped(key))
}

fn image(image: &ImageReference) -> Value {
    json!({
        "text": image.text,
        "registry": image.registry.as_str(),
        "repository": image.repository.as_str(),
        "tag": image.tag.as_deref(),
        "digest": image.digest,
    })
}

fn times(check: &Healthcheck) -> Vec<(&'static str, Value)> {
    let times = [
        ("interval", &check.interval),
        ("timeout", &check.timeout),
        ("start_period", &check.start_period),
        ("start_interval", &check.start_interval),
        ("retries", &check.retries),
    ];
    times.into_iter().filter_map(|(name, time)| Some((name, Value::from(time.as_deref()?)))).collect()
}

/// `name[:group]`; root by name or by number.
fn user(text: &str) -> Option<Value> {
    if text.contains('$') {
        return None;
    }
    let (name, group) = text.split_once(':').map_or((text, None), |(name, group)| (name, Some(group)));
    let uid = name.parse::<u32>().ok();
    Some(json!({ "name": name, "group": group, "uid": uid, "root": name == "root" || uid == Some(0) }))
}

/// `port[-end][/protocol]`; what is none is left out.
fn ports(texts: &Value) -> Value {
    let port = |text: &str| {
        let (range, protocol) = text.split_once('/').unwrap_or((text, "tcp"));
        let (start, end) = range.split_once('-').unwrap_or((range, range));
        let (start, end) = (start.parse::<u16>().ok()?, end.parse::<u16>().ok()?);
        Some(json!({ "port": start, "end": end, "protocol": protocol.to_ascii_lowercase() }))
    };
    texts.as_array().into_iter().flatten().filter_map(|text| port(text.as_str()?)).collect()
}

#[cfg(test)]
mod tests;
