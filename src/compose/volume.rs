//! Volumes in their short form: `[SOURCE:]TARGET[:OPTION,…]` (compose-go, `format/volume.go`).

use super::node::Node;

/// A mount as its short form says it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Short {
    pub source: Option<String>,
    pub target: String,
    pub read_only: bool,
    pub no_copy: bool,
    pub propagation: Option<String>,
    pub selinux: Option<String>,
    /// The source is a path of the host.
    pub bind: bool,
}

/// Options that compose knows; it ignores others without a word.
pub const OPTIONS: [&str; 11] = ["ro", "rw", "nocopy", "z", "Z", "private", "rprivate", "shared", "rshared", "slave", "rslave"];

/// Options that Docker Desktop once knew, and those of Podman: to pass over them is right.
const WITHOUT_MEANING: [&str; 10] = ["", "cached", "consistent", "copy", "default", "delegated", "dev", "exec", "suid", "U"];

/// What a short form says.
///
/// # Errors
/// What compose refuses, in words.
pub(super) fn parse(text: &str) -> Result<Short, String> {
    if text.is_empty() {
        return Err("an empty text is no volume; write `source:target`".to_owned());
    }
    if text.len() <= 2 {
        return Ok(Short { target: text.to_owned(), ..Short::default() });
    }
    let parts = split(text);
    if parts.iter().any(|part| part.is_empty()) {
        return Err(format!("`{text}` has nothing between two colons; write `source:target`"));
    }
    let mut volume = Short::default();
    match parts.as_slice() {
        [target] => volume.target = (*target).to_owned(),
        [source, target, options @ ..] => {
            volume.source = Some((*source).to_owned());
            volume.target = (*target).to_owned();
            if options.len() > 1 {
                return Err(format!("`{text}` has too many colons; write `source:target:options`"));
            }
            options.iter().flat_map(|options| options.split(',')).for_each(|option| volume.option(option));
        }
        [] => {}
    }
    volume.bind = volume.source.as_deref().is_some_and(is_host_path);
    Ok(volume)
}

/// The options of a short form that compose passes over, each with its place in the text.
pub fn unknown_options(text: &str) -> Vec<(&str, usize)> {
    let parts = split(text);
    let [_, _, options] = parts.as_slice() else { return Vec::new() };
    let mut at = text.len() - options.len();
    let mut unknown = Vec::new();
    for option in options.split(',') {
        if !OPTIONS.contains(&option) && !WITHOUT_MEANING.contains(&option) {
            unknown.push((option, at));
        }
        at += option.len() + 1;
    }
    unknown
}

/// The path in the container of a short form.
pub fn mount_target(text: &str) -> Option<String> {
    parse(text).ok().map(|volume| volume.target)
}

/// The options of a short form as they are written, with their place in the text; `None` where it has no source. Without options the place is
/// its end.
pub fn written_options(text: &str) -> Option<(&str, usize)> {
    match split(text).as_slice() {
        [_, _] => Some(("", text.len())),
        [_, _, options] => Some((options, text.len() - options.len())),
        _ => None,
    }
}

impl Short {
    fn option(&mut self, option: &str) {
        match option {
            "ro" => self.read_only = true,
            "rw" => self.read_only = false,
            "nocopy" => self.no_copy = true,
            "z" | "Z" => self.selinux = Some(option.to_owned()),
            "private" | "rprivate" | "shared" | "rshared" | "slave" | "rslave" => self.propagation = Some(option.to_owned()),
            _ => {}
        }
    }
}

/// The parts between colons, but for that of a Windows drive and those in `${…}`.
fn split(text: &str) -> Vec<&str> {
    let bytes = text.as_bytes();
    let mut parts = Vec::new();
    let (mut start, mut depth) = (0, 0usize);
    for (at, &byte) in bytes.iter().enumerate() {
        match byte {
            b'$' if bytes.get(at + 1) == Some(&b'{') => depth += 1,
            b'}' if depth > 0 => depth -= 1,
            b':' if depth == 0 && !(at == start + 1 && bytes[start].is_ascii_alphabetic()) => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

/// Whether a source is a path of the host and no name of a volume.
pub(super) fn is_host_path(source: &str) -> bool {
    let bytes = source.as_bytes();
    matches!(bytes.first(), Some(b'.' | b'/' | b'~'))
        || source.starts_with("\\\\")
        || (bytes.first().is_some_and(u8::is_ascii_alphabetic) && bytes.get(1) == Some(&b':'))
}

/// The path in the container, of either form.
pub(super) fn target(item: &Node) -> Option<String> {
    match item.as_str() {
        Some(text) => parse(text).ok().map(|volume| volume.target),
        None => item.get("target").and_then(Node::as_str).map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_forms_as_compose_reads_them() {
        for (text, expected) in [
            ("/data", Some("-|/data|volume")),
            ("/d", Some("-|/d|volume")),
            ("data:/data", Some("data|/data|volume")),
            ("./data:/data", Some("./data|/data|bind")),
            ("~/data:/data", Some("~/data|/data|bind")),
            ("/srv:/data:ro", Some("/srv|/data|bind ro")),
            ("/srv:/data:rw", Some("/srv|/data|bind")),
            ("/srv:/data:ro,z,rshared", Some("/srv|/data|bind ro z rshared")),
            ("data:/data:nocopy", Some("data|/data|volume nocopy")),
            ("data:/data:rx", Some("data|/data|volume")),
            ("C:\\data:/data", Some("C:\\data|/data|bind")),
            ("C:/data:D:/data:ro", Some("C:/data|D:/data|bind ro")),
            ("\\\\.\\pipe\\x:/p", Some("\\\\.\\pipe\\x|/p|bind")),
            ("${X:-a}:/data", Some("${X:-a}|/data|volume")),
            ("a:b", Some("-|a:b|volume")),
            ("", None),
            ("ab::b", None),
            (":/data", None),
            ("data:/data:ro:rw", None),
            ("/a:/b:", None),
        ] {
            let shown = parse(text).ok().map(|volume| {
                let mut shown = format!("{}|{}|", volume.source.as_deref().unwrap_or("-"), volume.target);
                shown += if volume.bind { "bind" } else { "volume" };
                shown += if volume.read_only { " ro" } else { "" };
                shown += if volume.no_copy { " nocopy" } else { "" };
                for option in [&volume.selinux, &volume.propagation].into_iter().flatten() {
                    shown += " ";
                    shown += option;
                }
                shown
            });
            assert_eq!(shown.as_deref(), expected, "{text}");
        }
    }
}
