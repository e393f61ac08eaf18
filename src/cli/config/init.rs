//! `shipworthy config init`: a first configuration, from what the tree runs today and from the guides of the team.

use std::fmt::Write as _;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use toml_edit::{Array, DocumentMut, Item, Value};

use crate::cli::arguments::{ConfigInitArguments, InputArguments};
use crate::cli::session::Session;
use crate::cli::{Exit, Failure, tolerate_closed_pipe};
use crate::config::{Config, Overrides, Policy, Runtime, TEMPLATE};
use crate::guide::Guide;
use crate::project::first_policy::{FirstPolicy, FirstRuntime, FirstService};
use crate::project::policy_scope;
use crate::service_name::same_name;

/// What is written.
const FILE: &str = "shipworthy.toml";

/// A longer guide is not read.
const MAX_GUIDE: u64 = 16 << 20;

pub fn run(arguments: &ConfigInitArguments) -> Result<Exit, Failure> {
    let path = Path::new(FILE);
    let existing = match fs::read_to_string(path) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(Failure::new(format_args!("{FILE}: cannot be read: {error}"))),
    };
    if existing.is_some() && !(arguments.force || arguments.extend || arguments.stdout) {
        return Err(Failure::new(format_args!(
            "{FILE} is there already\nhelp: --extend adds what it lacks, --force replaces it, --stdout only prints"
        )));
    }
    let guides = arguments.from.iter().map(|path| read_guide(path)).collect::<Result<Vec<_>, _>>()?;
    let (policy, judged) = propose(&guides)?;
    let base = existing.as_deref().filter(|_| arguments.extend);
    let guide_paths: Vec<String> = arguments.from.iter().filter_map(|path| within(path)).collect();
    let text = Written { base: base.unwrap_or(TEMPLATE), policy: &policy, guides: &guide_paths }.text()?;
    if arguments.stdout {
        tolerate_closed_pipe(io::stdout().lock().write_all(text.as_bytes()))?;
        return Ok(Exit::Success);
    }
    write(path, &text, existing.is_some())?;
    let told = tell(&policy, judged, base.is_some_and(|base| base == text));
    tolerate_closed_pipe(io::stdout().lock().write_all(told.as_bytes()))?;
    Ok(Exit::Success)
}

fn read_guide(path: &Path) -> Result<Guide, Failure> {
    let cannot = |why: &dyn std::fmt::Display| Failure::new(format_args!("{}: cannot be read: {why}", path.display()));
    let length = fs::metadata(path).map_err(|error| cannot(&error))?.len();
    if length > MAX_GUIDE {
        return Err(cannot(&"it is larger than 16 MiB"));
    }
    let bytes = fs::read(path).map_err(|error| cannot(&error))?;
    let guide = Guide::read(&String::from_utf8_lossy(&bytes));
    if guide.services.is_empty() {
        return Err(Failure::new(format_args!(
            "{}: has no table of services\nhelp: one has a column of names (Service, Component, …) and one of ports, releases or health",
            path.display()
        )));
    }
    Ok(guide)
}

/// A path of the command line from the current directory, where it lies below it.
fn within(path: &Path) -> Option<String> {
    let here = PathBuf::from(".").canonicalize().ok()?;
    let below = path.canonicalize().ok()?.strip_prefix(here).ok()?.to_string_lossy().replace('\\', "/");
    Some(below)
}

/// What the files below the current directory run, and how many there are.
fn propose(guides: &[Guide]) -> Result<(FirstPolicy, usize), Failure> {
    let input = InputArguments { isolated: true, ..InputArguments::default() };
    let mut session = Session::open(&input, &Overrides::default(), None)?;
    let judged = session.project.documents.len();
    let here = PathBuf::from(".").canonicalize().map_err(|error| Failure::new(format_args!("the current directory: {error}")))?;
    let policy = Arc::new(Policy::exploring(FILE, here));
    session.project.set_policies(&|_| Arc::clone(&policy));
    let scopes = policy_scope::scopes(&session.project);
    let policy = match scopes.first() {
        Some(scope) => FirstPolicy::of(scope, guides),
        None => FirstPolicy::default(),
    };
    Ok((policy, judged))
}

fn write(path: &Path, text: &str, replace: bool) -> Result<(), Failure> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(!replace).create(replace).truncate(replace);
    let written = options.open(path).and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| Failure::new(format_args!("{FILE}: cannot be written: {error}")))
}

fn tell(policy: &FirstPolicy, judged: usize, unchanged: bool) -> String {
    if unchanged {
        return format!("{FILE} has it all already\n");
    }
    let mut text = format!("wrote {FILE}\n");
    for FirstRuntime { runtime, default, allow } in &policy.runtimes {
        let others = policy.services.iter().filter(|service| service.runtimes.iter().any(|(of, _)| of == runtime)).count();
        let _ = write!(text, "  {} {default} by default", runtime.name());
        if allow.len() > 1 {
            let _ = write!(text, ", {others} service{} on another release", if others == 1 { "" } else { "s" });
        }
        text.push('\n');
    }
    let open = policy.services.iter().filter(|service| service.reason.as_deref() == Some("")).count();
    if open > 0 {
        let _ = writeln!(text, "  {open} reason{} to be written: look for TODO", if open == 1 { "" } else { "s" });
    }
    if judged == 0 {
        text.push_str("  there is no Dockerfile and no compose file here: nothing is promised of services yet\n");
    }
    text
}

/// The configuration in the making: what is there stays as it is, what it lacks is added behind it.
struct Written<'a> {
    base: &'a str,
    policy: &'a FirstPolicy,
    /// From the folder of the configuration.
    guides: &'a [String],
}

impl Written<'_> {
    fn text(&self) -> Result<String, Failure> {
        let unreadable = |error: &dyn std::fmt::Display| Failure::new(format_args!("{FILE}: cannot be extended: {error}"));
        let mut document: DocumentMut = self.base.parse().map_err(|error: toml_edit::TomlError| unreadable(&error))?;
        let mut added = String::new();
        self.add_guides(&mut document, &mut added);
        let has = |path: &[&str]| {
            let mut item = Some(document.as_item());
            for key in path {
                item = item.and_then(|item| item.get(key));
            }
            item.is_some()
        };
        for runtime in self.policy.runtimes.iter().filter(|runtime| !has(&["policy", runtime.runtime.key()])) {
            add_runtime(runtime, &mut added);
        }
        let known: Vec<&str> = document
            .get("service")
            .and_then(Item::as_array_of_tables)
            .into_iter()
            .flatten()
            .filter_map(|service| service.get("name").and_then(Item::as_str))
            .collect();
        for service in self.policy.services.iter().filter(|service| !known.iter().any(|name| same_name(name, &service.name))) {
            add_service(service, &self.policy.runtimes, &mut added);
        }
        let mut text = document.to_string();
        if !added.is_empty() {
            let newline = if self.base.contains("\r\n") { "\r\n" } else { "\n" };
            if !text.is_empty() && !text.ends_with('\n') {
                text.push_str(newline);
            }
            text.push_str(&added.replace('\n', newline));
        }
        // What was added has to be read again.
        let config = Config::parse(FILE, text.clone(), Path::new("."))?;
        Policy::of(&config, &Overrides::default())?;
        Ok(text)
    }

    /// A section of its own where there is none yet, else further items of the list that is there.
    fn add_guides(&self, document: &mut DocumentMut, added: &mut String) {
        if self.guides.is_empty() {
            return;
        }
        let Some(policy) = document.get_mut("policy").and_then(Item::as_table_like_mut) else {
            let list: Array = self.guides.iter().collect();
            let _ = write!(
                added,
                "\n# Documents that say the same of services: where they and the files disagree, that is a finding.\n[policy]\nguides = {}\n",
                Value::Array(list)
            );
            return;
        };
        let list = policy.entry("guides").or_insert_with(|| Item::Value(Value::Array(Array::new())));
        if let Some(list) = list.as_array_mut() {
            for guide in self.guides {
                if !list.iter().any(|known| known.as_str() == Some(guide)) {
                    list.push(guide.as_str());
                }
            }
        }
    }
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

fn add_runtime(policy: &FirstRuntime, text: &mut String) {
    let FirstRuntime { runtime, default, allow } = policy;
    let allow: Array = allow.iter().collect();
    let _ = write!(
        text,
        "\n# {}: what runs unless a service says otherwise, and what may run at all.\n[policy.{}]\ndefault = {}\nallow = {}\neol = \"high\"\neol-warn-days = 180\n",
        runtime.name(),
        runtime.key(),
        quoted(default),
        Value::Array(allow),
    );
}

fn add_service(service: &FirstService, runtimes: &[FirstRuntime], text: &mut String) {
    let _ = write!(text, "\n[[service]]\nname = {}\n", quoted(&service.name));
    for (runtime, version) in &service.runtimes {
        let _ = writeln!(text, "{} = {}", runtime.key(), quoted(version));
    }
    if let Some(reason) = &service.reason {
        let reason = if reason.is_empty() { todo(service, runtimes) } else { reason.clone() };
        let _ = writeln!(text, "reason = {}", quoted(&reason));
    }
    match service.because.as_slice() {
        [] => {}
        [one] => {
            let _ = writeln!(text, "because = {}", quoted(one));
        }
        several => {
            let _ = writeln!(text, "because = {}", Value::Array(several.iter().collect()));
        }
    }
    match service.ports.as_slice() {
        [] => {}
        [port] => {
            let _ = writeln!(text, "port = {port}");
        }
        several => {
            let _ = writeln!(text, "port = {}", Value::Array(several.iter().map(|port| i64::from(*port)).collect()));
        }
    }
    if let Some(health) = &service.health {
        let _ = writeln!(text, "health = {}", quoted(health));
    }
}

/// Nobody knows the reason yet, and the configuration says so.
fn todo(service: &FirstService, runtimes: &[FirstRuntime]) -> String {
    let default =
        |runtime: Runtime| runtimes.iter().find(|policy| policy.runtime == runtime).map(|policy| policy.default.as_str());
    let others: Vec<String> =
        service.runtimes.iter().filter_map(|(runtime, _)| Some(format!("{} {}", runtime.name(), default(*runtime)?))).collect();
    format!("TODO: say why it does not run {}, or move it there", others.join(" and "))
}
