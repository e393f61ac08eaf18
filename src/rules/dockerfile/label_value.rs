use crate::dockerfile::expand::{Lookup, expand};
use crate::dockerfile::instruction::{Body, Instruction};
use crate::dockerfile::label::{License, is_revision, is_semantic_version, is_timestamp, is_url, license};
use crate::dockerfile::model::Dockerfile;
use crate::rules::check::Reporter;

/// The labels that the OCI image specification defines. A value with a variable in it is another one in each build.
pub fn check(dockerfile: &Dockerfile, _: usize, instruction: &Instruction, out: &mut Reporter<'_>) {
    let Body::Label(pairs) = &instruction.body else { return };
    for pair in pairs {
        let key = pair.key.text.trim_matches(['"', '\'']);
        let Some(name) = key.strip_prefix("org.opencontainers.image.") else { continue };
        let Some(word) = &pair.value else { continue };
        let Ok(expanded) = expand(&word.text, dockerfile.tree.escape, &mut |_| Lookup::Unset) else { continue };
        let Some(value) = expanded.text.filter(|_| expanded.uses.is_empty()) else { continue };
        let Some(variant) = fault(name, &value) else { continue };
        let span = if word.text.is_empty() { pair.span } else { word.span };
        let mut draft = out.report(span).variant(variant).value("key", key).value("value", &value);
        if let (License::Misspelled(identifier), "license") = (license(&value), variant) {
            let at = word.text.find(value.as_str());
            if let Some(place) = at.and_then(|at| instruction.place(word, at..at + value.len())) {
                draft = draft.value("license", identifier).replace(place, identifier);
            }
        }
        draft.emit();
    }
}

fn fault(name: &str, value: &str) -> Option<&'static str> {
    let (variant, fits) = match name {
        "url" | "source" | "documentation" => ("url", is_url(value)),
        "created" => ("time", is_timestamp(value)),
        "licenses" => ("license", license(value) == License::Expression),
        "revision" => ("revision", is_revision(value)),
        "version" => ("version", is_semantic_version(value)),
        "authors" | "vendor" | "title" | "description" | "ref.name" | "base.name" | "base.digest" => ("", true),
        _ => return None,
    };
    if value.trim().is_empty() {
        return Some("empty");
    }
    (!fits).then_some(variant)
}
