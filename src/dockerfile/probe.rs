//! What the commands of a probe ask, and how an image can ask the same with the programs that it has.

use super::image::ImageReference;
use super::instruction::Body;
use super::model::{Dockerfile, Stage, System};
use crate::shell::{Command, Word};
use crate::source::Span;

/// The host that a probe should not name.
pub const LOCALHOST: &str = "localhost";

/// Official images of Alpine with a wget of their own, and those whose server is known to listen on both addresses.
const OTHERWISE: &[&str] = &["caddy", "consul", "gradle", "registry", "traefik", "vault"];

/// Flags that a rewrite loses nothing of.
const PLAIN_CURL: &[&str] =
    &["-f", "--fail", "-s", "--silent", "-S", "--show-error", "-fs", "-sf", "-fsS", "-fSs", "-sfS", "-sSf", "-Ssf"];
const PLAIN_WGET: &[&str] = &[
    "-q",
    "--quiet",
    "-nv",
    "--no-verbose",
    "--spider",
    "-qO-",
    "-O-",
    "-O/dev/null",
    "-qO/dev/null",
    "-t1",
    "--tries=1",
    "--output-document=-",
    "--output-document=/dev/null",
];

/// A probe in other words: which variant of the rules says so, and the words.
pub type Replacement = (&'static str, Vec<String>);

/// The words that ask the same as a plain `curl` or `wget`, with a program that the image has. They hold no double quotes.
pub fn replacement(image: &ImageReference, command: &Command) -> Option<Replacement> {
    let url = url(command)?;
    let has = |tool: &str| image.known().and_then(|known| known.has(tool)) == Some(true);
    let tag = image.tag.as_deref().unwrap_or_default();
    let (variant, words): (_, Vec<String>) = match image.short_name() {
        "python" => {
            let script = format!("import urllib.request as r; r.urlopen('{url}', timeout=5)");
            ("python", vec!["python".to_owned(), "-c".to_owned(), script])
        }
        // `fetch` is there since Node.js 18.
        "node" if tag.split(['.', '-']).next().and_then(|major| major.parse::<u32>().ok()).is_some_and(|major| major >= 18) => {
            let script = format!("fetch('{url}').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))");
            ("node", vec!["node".to_owned(), "-e".to_owned(), script])
        }
        // With musl `localhost` is ::1 first, and this wget does not try the other.
        _ if command.name() == "curl" && has("wget") => {
            let url = url.replacen("//localhost", "//127.0.0.1", 1);
            ("busybox", ["wget", "-q", "-O", "/dev/null", &url].map(str::to_owned).to_vec())
        }
        _ if command.name() == "wget" && has("curl") => {
            ("curl", ["curl", "-fsS", "-o", "/dev/null", url].map(str::to_owned).to_vec())
        }
        _ => return None,
    };
    Some((variant, words))
}

/// The words of a replacement as a shell reads them.
pub fn as_shell_text(words: &[String]) -> String {
    let quoted = |word: &String| if word.contains(' ') { format!("\"{word}\"") } else { word.clone() };
    words.iter().map(quoted).collect::<Vec<_>>().join(" ")
}

/// The address that a plain `curl` or `wget` asks, without anything that a rewrite would lose.
fn url(command: &Command) -> Option<&str> {
    let (plain, output) = match command.name() {
        "curl" => (PLAIN_CURL, "-o"),
        "wget" => (PLAIN_WGET, "-O"),
        _ => return None,
    };
    if !command.redirections.is_empty() || !command.wrappers.is_empty() || !command.assignments.is_empty() {
        return None;
    }
    let mut words = command.arguments().iter();
    let mut address = None;
    while let Some(word) = words.next() {
        match word.text.as_str() {
            flag if plain.contains(&flag) => {}
            flag if flag == output || flag == "-qO" && output == "-O" => {
                words.next().filter(|file| matches!(file.text.as_str(), "-" | "/dev/null"))?;
            }
            text if address.is_none() && word.literal && text.starts_with("http") => address = Some(text),
            _ => return None,
        }
    }
    address.filter(|text| !text.contains(['\'', '"', '\\', '`', '$', ' ']))
}

/// What a command of a probe changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Writes {
    /// Which variant of the rules says so: `store`, `file` or `request`.
    pub variant: &'static str,
    /// The word that says it.
    pub what: String,
    pub span: Span,
}

/// Commands of Redis that write.
const REDIS_WRITES: &[&str] = &[
    "append", "decr", "del", "expire", "flushall", "flushdb", "hset", "incr", "incrby", "lpush", "rpush", "sadd", "set", "setex",
    "zadd",
];

/// How statements of SQL that write begin.
const SQL_WRITES: &[&str] = &["insert", "update", "delete", "create", "drop", "alter", "truncate", "replace"];

/// Calls of the shell of MongoDB that write.
const MONGO_WRITES: &[&str] = &[".insert", ".update", ".delete", ".drop", ".remove(", ".save("];

/// What a command of a probe changes; `None` for one that only looks, or where that is not known.
pub fn writes(command: &Command) -> Option<Writes> {
    let found = |variant, what: &str, span| Some(Writes { variant, what: what.to_owned(), span });
    let word = |variant, word: &Word| found(variant, &word.text, word.span);
    for redirection in &command.redirections {
        let target = &redirection.target;
        let is_file = target.text.starts_with('/') && !target.text.starts_with("/dev/") && !target.text.starts_with("/proc/");
        if redirection.operator.contains('>') && target.literal && is_file {
            return word("file", target);
        }
    }
    match command.name() {
        "redis-cli" | "valkey-cli" => {
            // Flags have values of their own: the command is the first word that is one.
            let named =
                command.arguments().iter().find(|word| REDIS_WRITES.contains(&word.text.to_ascii_lowercase().as_str()))?;
            let before = command.arguments().iter().take_while(|word| word.span != named.span).last();
            let is_value =
                before.is_some_and(|before| matches!(before.text.as_str(), "-a" | "-u" | "-n" | "-h" | "-p" | "get" | "--user"));
            if is_value { None } else { word("store", named) }
        }
        "psql" | "mysql" | "mariadb" | "sqlite3" => {
            let is_write = |text: &str| {
                let first = text.trim_start().split(|char: char| !char.is_ascii_alphabetic()).next().unwrap_or_default();
                text.contains(' ') && SQL_WRITES.contains(&first.to_ascii_lowercase().as_str())
            };
            let statement = command.arguments().iter().find(|word| {
                let text = word.text.strip_prefix("--command=").or(word.text.strip_prefix("--execute=")).unwrap_or(&word.text);
                is_write(text.strip_prefix("-c").or(text.strip_prefix("-e")).unwrap_or(text))
            })?;
            word("store", statement)
        }
        "mongo" | "mongosh" => {
            let statement = command.arguments().iter().find(|word| MONGO_WRITES.iter().any(|call| word.text.contains(call)))?;
            word("store", statement)
        }
        // GraphQL and the like are asked by POST.
        "curl" => {
            let arguments = command.arguments();
            let has_body = command.has_flag(&["-d", "--data", "--data-raw", "--data-binary", "--json", "-F", "--form"]);
            let at = arguments.iter().position(|word| matches!(word.text.as_str(), "-X" | "--request"))?;
            let method = arguments.get(at + 1).filter(|method| {
                matches!(method.text.as_str(), "PUT" | "PATCH" | "DELETE") || method.text == "POST" && !has_body
            })?;
            word("request", method)
        }
        "touch" | "tee" | "mkdir" | "mktemp" => {
            let target = command.arguments().iter().find(|word| !word.text.starts_with('-'))?;
            if target.text.starts_with("/dev/") { None } else { word("file", target) }
        }
        _ => None,
    }
}

/// Whether the `wget` of a stage is that of BusyBox, which tries the first address of a name only, and its server is not known to
/// listen on both. Only official images of Alpine: what others install is not known.
/// For nginx `configured` says that something replaces its own configuration.
pub fn gives_up_on_localhost(dockerfile: &Dockerfile, stage: &Stage, configured: bool) -> bool {
    let is_known =
        |name: &str| !OTHERWISE.contains(&name) && (name != "nginx" || configured || configures_nginx(dockerfile, stage));
    let brings_wget = |stage: &Stage| {
        stage.packages.iter().any(|package| package.name == "wget") || stage.tools.iter().any(|tool| tool.name == "wget")
    };
    stage.system == Some(System::Alpine)
        && stage.image.as_deref().is_some_and(|image| image.is_official() && is_known(image.short_name()))
        && !dockerfile.lineage(stage).any(brings_wget)
}

/// The entrypoint of the nginx image adds `listen [::]:80` to its own configuration, as long as nobody else wrote that.
fn configures_nginx(dockerfile: &Dockerfile, stage: &Stage) -> bool {
    dockerfile.lineage(stage).flat_map(|stage| dockerfile.instructions_of(stage)).any(|(_, instruction)| {
        matches!(&instruction.body, Body::Copy(transfer) | Body::Add(transfer) if transfer.destination.text.starts_with("/etc/nginx"))
    })
}

/// Where the `wget`s of a probe name `localhost`; nowhere if some command tries the address too.
pub fn asked_on_localhost(commands: &[Command], file: &str) -> Vec<Span> {
    let tries_other = |word: &Word| word.text.contains("127.0.0.1") || word.text.contains("0.0.0.0");
    if commands.iter().flat_map(|command| &command.words).any(tries_other) {
        return Vec::new();
    }
    let asks = |command: &&Command| command.name() == "wget" && !command.has_flag(&["-4", "--inet4-only"]);
    let host = |command: &Command| command.arguments().iter().find_map(|word| localhost(word, file));
    commands.iter().filter(asks).filter_map(host).collect()
}

/// Where `localhost` stands in an address.
fn localhost(word: &Word, file: &str) -> Option<Span> {
    let prefix = word.prefix();
    let scheme = ["http://", "https://"].into_iter().find(|scheme| prefix.starts_with(scheme)).map_or(0, str::len);
    let behind = prefix[scheme..].strip_prefix(LOCALHOST)?;
    let is_whole = behind.starts_with([':', '/', '?']) || behind.is_empty() && (word.expansion.is_none() || scheme > 0);
    let at = word.span.slice(file).find(LOCALHOST)?;
    let start = word.span.start() + at;
    is_whole.then(|| Span::new(start, start + LOCALHOST.len()))
}
