use crate::dockerfile::instruction::{Body, Instruction};
use crate::dockerfile::model::Dockerfile;
use crate::rules::check::Reporter;

/// Namespaces that Docker keeps for itself.
const RESERVED: &[&str] = &["com.docker.", "io.docker.", "org.dockerproject."];

/// Docker's guidelines for keys of labels.
pub fn check(_: &Dockerfile, _: usize, instruction: &Instruction, out: &mut Reporter<'_>) {
    let Body::Label(pairs) = &instruction.body else { return };
    for pair in pairs {
        let key = pair.key.text.trim_matches(['"', '\'']);
        if let Some(variant) = fault(key) {
            out.report(pair.key.span).variant(variant).value("key", key).emit();
        }
    }
}

fn fault(key: &str) -> Option<&'static str> {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'_' | b'/');
    let (first, last) = (key.bytes().next()?, key.bytes().last()?);
    if RESERVED.iter().any(|namespace| key.starts_with(namespace)) {
        Some("reserved")
    } else if !key.bytes().all(fits) {
        Some("character")
    } else if !first.is_ascii_lowercase() {
        Some("start")
    } else if !(last.is_ascii_lowercase() || last.is_ascii_digit()) {
        Some("end")
    } else if key.contains("..") || key.contains("--") {
        Some("separators")
    } else {
        None
    }
}
