//! What a container starts, where that is certain to need nothing of root.

use super::super::instruction::{Body, CommandForm, CommandLine};
use super::super::model::{Base, Inherited};
use super::super::startup::{base_name, development_server, package_script, program};
use super::Scene;
use crate::shell::{self, Command, Word};

/// Runtimes and servers that run as anybody.
const PROGRAMS: &[&str] = &[
    "alembic",
    "bun",
    "bundle",
    "celery",
    "daphne",
    "deno",
    "django-admin",
    "dotnet",
    "fastapi",
    "flask",
    "gunicorn",
    "granian",
    "hypercorn",
    "http-server",
    "java",
    "litestar",
    "mlflow",
    "nest",
    "next",
    "ng",
    "node",
    "nodejs",
    "nodemon",
    "nuxt",
    "perl",
    "php",
    "pm2-runtime",
    "prefect",
    "puma",
    "python",
    "rackup",
    "rails",
    "react-scripts",
    "ruby",
    "serve",
    "streamlit",
    "ts-node",
    "tsx",
    "unicorn",
    "uvicorn",
    "vite",
    "waitress-serve",
];

/// What stands in front of a program and only looks after it.
const CARETAKERS: &[&str] = &[
    "catatonit",
    "ddtrace-run",
    "dumb-init",
    "opentelemetry-instrument",
    "tini",
    "wait-for-it",
    "newrelic-admin",
    "run-program",
];

/// Commands of a shell that change nothing outside of it.
const HARMLESS: &[&str] =
    &[":", "[", "[[", "cd", "echo", "env", "exec", "export", "printf", "set", "sleep", "test", "true", "wait"];

/// Folders in which only root writes, unless they are given away.
const OF_ROOT: &[&str] = &["/var/log/", "/var/run/", "/run/", "/var/lib/", "/var/cache/", "/var/spool/", "/etc/ssl/private"];

/// What is started.
pub(super) struct Start {
    /// The words of all commands, without what only looks after them.
    pub programs: Vec<Vec<Word>>,
}

impl Start {
    /// The code is read by a runtime, from the folder that it lies in.
    pub fn is_interpreted(&self) -> bool {
        self.programs.iter().any(|words| {
            let name = name_of(words);
            is_listed(name) && !matches!(name, "java" | "dotnet") || package_script(words).is_some()
        })
    }

    /// It may keep caches among the packages of node: servers for development, and whatever a script of `package.json` starts.
    pub fn writes_to_node_modules(&self) -> bool {
        self.programs.iter().any(|words| {
            let is_of_node = matches!(name_of(words), "vite" | "ng" | "react-scripts" | "nuxt" | "next")
                && development_server(words).is_some();
            is_of_node || matches!(name_of(words), "react-scripts" | "ng") || package_script(words).is_some()
        })
    }
}

/// What a container of the stage starts; `None` when it is unknown, or may need root.
pub(super) fn understood(scene: &Scene<'_>) -> Option<Start> {
    let line = |given: Option<&Inherited<()>>| {
        let instruction = given?.instruction;
        match &scene.dockerfile.instruction(instruction).body {
            Body::Cmd(line) | Body::Entrypoint(line) => Some((instruction, line)),
            _ => None,
        }
    };
    let (entrypoint, command) = (line(scene.stage.entrypoint.as_ref()), line(scene.stage.command.as_ref()));
    let is_text = |line: &(usize, &CommandLine)| matches!(line.1.form, CommandForm::Shell(_));
    let commands: Vec<Command> = match entrypoint.filter(is_text).or(command.filter(is_text).filter(|_| entrypoint.is_none())) {
        Some((instruction, _)) => {
            let scripts = scene.dockerfile.scripts_of(instruction);
            if scripts.iter().any(|script| !script.script.clean || script.onbuild) {
                return None;
            }
            scripts.iter().flat_map(|script| script.script.commands.iter().cloned()).collect()
        }
        None => {
            let array = |line: Option<(usize, &CommandLine)>| match line.map(|(_, line)| &line.form) {
                Some(CommandForm::Exec(words)) => Some(words.iter().map(|word| (word.text.clone(), word.span)).collect()),
                Some(CommandForm::Shell(_)) => None,
                None => Some(Vec::new()),
            };
            let script = shell::exec(&[array(entrypoint)?, array(command)?].concat());
            script.clean.then_some(script.commands)?
        }
    };
    let mut programs = Vec::new();
    for command in &commands {
        if command.words.is_empty() || HARMLESS.contains(&command.name()) {
            continue;
        }
        let is_kept = |wrapper: &Vec<Word>| {
            let name = wrapper.first().map_or("", |first| base_name(&first.text));
            CARETAKERS.contains(&name) || matches!(name, "exec" | "env" | "nice" | "timeout" | "time")
        };
        if !command.wrappers.iter().all(is_kept) {
            return None;
        }
        // The text of `sh -c` has commands of its own.
        if matches!(command.name(), "sh" | "bash" | "ash") && command.has_flag(&["-c"]) {
            continue;
        }
        programs.push(program_of(scene, command)?);
    }
    let writes_elsewhere = commands.iter().flat_map(|command| &command.redirections).any(|redirection| {
        let target = redirection.target.text.as_str();
        redirection.operator.contains('>')
            && !redirection.operator.ends_with('&')
            && !["/dev/", "/proc/", "/tmp/"].iter().any(|folder| target.starts_with(folder))
    });
    // A runtime without a program: an image for others to build on.
    let is_bare = |words: &Vec<Word>| words.len() == 1 && is_runtime(name_of(words));
    (!programs.is_empty() && !programs.iter().all(is_bare) && !writes_elsewhere).then_some(Start { programs })
}

/// The words of a program that runs as anybody.
fn program_of(scene: &Scene<'_>, command: &Command) -> Option<Vec<Word>> {
    let mut words = program(command);
    while words.first().is_some_and(|first| CARETAKERS.contains(&base_name(&first.text))) {
        let next = words.iter().skip(1).position(|word| !word.is_flag() && word.text != "--")?;
        words = &words[next + 1..];
        // The launchers may stand behind a caretaker too.
        if words.first().is_some_and(|first| matches!(base_name(&first.text), "npx" | "poetry" | "pipenv" | "uv" | "pdm")) {
            return None;
        }
    }
    let first = words.first().filter(|word| word.expansion.is_none())?;
    // `uv run` and its like look after the packages of the project at each start.
    if command
        .words
        .first()
        .is_some_and(|first| matches!(base_name(&first.text), "uv" | "pdm" | "rye" | "pipenv" | "npx" | "bunx"))
    {
        return None;
    }
    let is_fine = is_listed(base_name(&first.text)) && !needs_home(words)
        || package_script(words).is_some()
        || is_binary(scene, &first.text);
    let is_of_root = |word: &Word| {
        let text = word.text.split_once('=').map_or(word.text.as_str(), |(_, value)| value);
        word.text.contains("/root") || word.text.contains("$HOME") || text.starts_with('~')
    };
    (is_fine && !words.iter().any(is_of_root)).then(|| words.to_vec())
}

/// Programs that build or fetch before they run, in folders of root.
fn needs_home(words: &[Word]) -> bool {
    let second = words.get(1).map_or("", |word| word.text.as_str());
    match name_of(words) {
        "dotnet" => matches!(second, "run" | "watch" | "build" | "tool"),
        "bundle" => second != "exec",
        "bun" | "deno" => second == "install",
        "php" => words.iter().any(|word| word.text.contains("composer")),
        // Where Python installs or repairs packages at the start.
        "python" | "python3" => words.iter().any(|word| matches!(word.text.as_str(), "pip" | "ensurepip")),
        _ => false,
    }
}

/// Made by another stage for a port, or alone in its image: neither a script that could look after its account by itself, nor a tool
/// for the files of whoever starts it.
fn is_binary(scene: &Scene<'_>, program: &str) -> bool {
    let is_alone = scene.dockerfile.stages.get(scene.stage.root).is_some_and(|root| root.base == Base::Scratch)
        || scene.stage.image.as_deref().is_some_and(|image| image.familiar_name().starts_with("gcr.io/distroless/"));
    let listens = scene.instructions.iter().any(|(_, instruction)| matches!(instruction.body, Body::Expose(_)));
    is_alone || listens && super::super::run_time_user::comes_from_stage(scene.dockerfile, scene.stage, program)
}

/// A path among the arguments that only root writes to: logs, locks, data.
pub(super) fn paths_of_root(start: &Start) -> impl Iterator<Item = &str> {
    start.programs.iter().flatten().filter_map(|word| {
        let text = word.text.split_once('=').map_or(word.text.as_str(), |(_, value)| value);
        let text = text.strip_prefix("unix:").unwrap_or(text);
        OF_ROOT.iter().any(|folder| text.starts_with(folder)).then_some(text)
    })
}

fn name_of(words: &[Word]) -> &str {
    words.first().map_or("", |word| base_name(&word.text))
}

fn is_listed(name: &str) -> bool {
    PROGRAMS.contains(&name) || is_python(name)
}

fn is_python(name: &str) -> bool {
    let is_version = |version: &str| version.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    name.strip_prefix("python").is_some_and(is_version)
}

fn is_runtime(name: &str) -> bool {
    is_python(name) || matches!(name, "bun" | "deno" | "dotnet" | "java" | "node" | "nodejs" | "perl" | "php" | "ruby")
}
