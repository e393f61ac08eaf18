//! Whether content is that of a compose file, told from its lines without parsing YAML.

use super::dockerfile::opens_template;
use super::{Trust, Verdict, lines};
use crate::source::Kind;

/// Top-level keys of other formats that have `services:` or are named after compose: Kubernetes, GitHub, Drone and
/// Woodpecker, Travis, OpenAPI.
const FOREIGN_KEYS: &[&str] = &[
    "apiVersion",
    "kind",
    "jobs",
    "on",
    "steps",
    "pipeline",
    "clone",
    "matrix",
    "language",
    "recipe",
    "openapi",
    "swagger",
    "parameters",
];

/// Attributes of a service that tell it from the services of dependency injection containers and of CI systems.
const SERVICE_KEYS: &[&str] = &[
    "image",
    "build",
    "extends",
    "environment",
    "env_file",
    "ports",
    "expose",
    "volumes",
    "volumes_from",
    "command",
    "entrypoint",
    "depends_on",
    "networks",
    "network_mode",
    "restart",
    "container_name",
    "hostname",
    "labels",
    "healthcheck",
    "deploy",
    "develop",
    "user",
    "working_dir",
    "profiles",
    "privileged",
    "cap_add",
    "cap_drop",
    "security_opt",
    "read_only",
    "tmpfs",
    "secrets",
    "configs",
    "logging",
    "platform",
    "pull_policy",
    "links",
    "extra_hosts",
    "devices",
    "dns",
    "init",
    "ipc",
    "pid",
    "scale",
    "stop_grace_period",
    "stop_signal",
    "sysctls",
    "ulimits",
    "tty",
    "stdin_open",
    "mem_limit",
    "shm_size",
    "gpus",
    "provider",
    "models",
    "post_start",
    "pre_stop",
    "runtime",
    "attach",
    "annotations",
    "<<",
];

/// What `services:` holds, as far as it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Services {
    Absent,
    /// A mapping of services, at least one with an attribute that compose knows.
    Known,
    /// A mapping whose services have no attributes, or none yet.
    Bare,
    /// A mapping whose services have attributes of something else.
    Foreign,
    NoMapping,
}

pub(super) fn judge(head: &[u8], trust: Trust) -> Verdict {
    let mut services = Services::Absent;
    let mut block: Option<Block> = None;
    let mut has_content = false;
    let mut foreign = false;
    for line in lines(head) {
        let indent = line.iter().take_while(|byte| **byte == b' ').count();
        let text = line[indent..].trim_ascii_end();
        if text.is_empty() || text.starts_with(b"#") {
            continue;
        }
        if indent > 0 {
            if let Some(block) = block.as_mut() {
                services = block.take(indent, text, services);
            }
            continue;
        }
        if opens_template(text) {
            return Verdict::Not;
        }
        if text.starts_with(b"%") || text.starts_with(b"---") || text.starts_with(b"...") {
            continue;
        }
        if text == b"-" || text.starts_with(b"- ") {
            // Under `services:` these are its items: indentation is optional for a list.
            if block.is_some() {
                services = Services::NoMapping;
                continue;
            }
            return Verdict::Not;
        }
        has_content = true;
        block = None;
        let Some((key, value)) = split_key(text) else { continue };
        foreign |= FOREIGN_KEYS.iter().any(|foreign| foreign.as_bytes() == key);
        if key == b"services" && services == Services::Absent {
            services = match value.first() {
                None => Services::Bare,
                Some(b'{' | b'*') => Services::Known,
                Some(_) => Services::NoMapping,
            };
            block = (services == Services::Bare).then(Block::default);
        }
    }
    match services {
        Services::Known if trust > Trust::Doubtful || !foreign => Verdict::Is(Kind::Compose),
        _ if foreign => Verdict::Not,
        _ if trust > Trust::Doubtful => Verdict::Is(Kind::Compose),
        Services::Known | Services::Bare => Verdict::Is(Kind::Compose),
        Services::Foreign | Services::NoMapping => Verdict::Not,
        // Anchors may fill the head of a compose file; any other key there is that of something else.
        Services::Absent if !has_content || only_compose_keys(head) => Verdict::Undecided,
        Services::Absent => Verdict::Not,
    }
}

/// The indentation inside `services:`.
#[derive(Debug, Default)]
struct Block {
    service: Option<usize>,
    attribute: Option<usize>,
}

impl Block {
    /// Reads one line below `services:`.
    fn take(&mut self, indent: usize, text: &[u8], seen: Services) -> Services {
        if matches!(seen, Services::Known | Services::NoMapping) {
            return seen;
        }
        let service = *self.service.get_or_insert(indent);
        if indent <= service {
            if text.starts_with(b"- ") || text == b"-" {
                return Services::NoMapping;
            }
            self.attribute = None;
            let flow = split_key(text).and_then(|(_, value)| value.strip_prefix(b"{"));
            return flow.map_or(seen, |flow| attribute(flow.trim_ascii_start(), seen));
        }
        if indent == *self.attribute.get_or_insert(indent) { attribute(text, seen) } else { seen }
    }
}

fn attribute(text: &[u8], seen: Services) -> Services {
    match split_key(text) {
        None => seen,
        Some((key, _)) if SERVICE_KEYS.iter().any(|known| known.as_bytes() == key) => Services::Known,
        Some(_) => Services::Foreign,
    }
}

fn only_compose_keys(head: &[u8]) -> bool {
    const TOP: &[&str] = &["version", "name", "include", "networks", "volumes", "configs", "secrets", "models"];
    let keys = lines(head).filter(|line| line.first().is_some_and(|byte| !matches!(byte, b' ' | b'#' | b'%' | b'-' | b'.')));
    keys.filter_map(split_key).all(|(key, _)| key.starts_with(b"x-") || TOP.iter().any(|top| top.as_bytes() == key))
}

/// The key of `key: value`, without its quotes, and the value without anchor, tag and comment.
fn split_key(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let (key, rest) = match text.first()? {
        quote @ (b'"' | b'\'') => {
            let close = memchr::memchr(*quote, &text[1..])? + 1;
            (&text[1..close], text[close + 1..].trim_ascii_start())
        }
        _ => {
            let colon = memchr::memchr_iter(b':', text).find(|at| text.get(at + 1).is_none_or(u8::is_ascii_whitespace))?;
            (text[..colon].trim_ascii_end(), &text[colon..])
        }
    };
    let mut value = rest.strip_prefix(b":")?.trim_ascii();
    while let Some(b'&' | b'!') = value.first() {
        let end = value.iter().position(u8::is_ascii_whitespace).unwrap_or(value.len());
        value = value[end..].trim_ascii_start();
    }
    Some((key, if value.starts_with(b"#") { b"" } else { value }))
}
