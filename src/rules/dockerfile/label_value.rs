use crate::config::LabelContent;
use crate::dockerfile::expand::{Lookup, expand};
use crate::dockerfile::instruction::{Body, Instruction};
use crate::dockerfile::label::{License, is_email, is_revision, is_semantic_version, is_timestamp, is_url, license};
use crate::dockerfile::model::Dockerfile;
use crate::rules::check::Reporter;

/// The labels that the OCI image specification defines, but for those of which the configuration says something else.
pub fn check(dockerfile: &Dockerfile, _: usize, instruction: &Instruction, out: &mut Reporter<'_>) {
    let policy = out.policy();
    let content = |key: &str| if policy.label(key).is_some() { None } else { standard(key) };
    report(dockerfile, instruction, content, out);
}

/// One finding for each label whose value is not what it holds. A value with a variable in it is another one in each build.
pub(super) fn report(
    dockerfile: &Dockerfile,
    instruction: &Instruction,
    content: impl Fn(&str) -> Option<LabelContent>,
    out: &mut Reporter<'_>,
) {
    let Body::Label(pairs) = &instruction.body else { return };
    for pair in pairs {
        let key = pair.key.text.trim_matches(['"', '\'']);
        let (Some(content), Some(word)) = (content(key), &pair.value) else { continue };
        let Ok(expanded) = expand(&word.text, dockerfile.tree.escape, &mut |_| Lookup::Unset) else { continue };
        let Some(value) = expanded.text.filter(|_| expanded.uses.is_empty()) else { continue };
        let Some(variant) = fault(content, &value) else { continue };
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

/// What the specification says of its own labels.
fn standard(key: &str) -> Option<LabelContent> {
    Some(match key.strip_prefix("org.opencontainers.image.")? {
        "url" | "source" | "documentation" => LabelContent::Url,
        "created" => LabelContent::Time,
        "licenses" => LabelContent::License,
        "revision" => LabelContent::Revision,
        "version" => LabelContent::Version,
        "authors" | "vendor" | "title" | "description" | "ref.name" | "base.name" | "base.digest" => LabelContent::Text,
        _ => return None,
    })
}

/// The variant of the document that says what is wrong.
fn fault(content: LabelContent, value: &str) -> Option<&'static str> {
    let (variant, fits) = match content {
        LabelContent::Text => ("", true),
        LabelContent::Url => ("url", is_url(value)),
        LabelContent::Time => ("time", is_timestamp(value)),
        LabelContent::License => ("license", license(value) == License::Expression),
        LabelContent::Revision => ("revision", is_revision(value)),
        LabelContent::Version => ("version", is_semantic_version(value)),
        LabelContent::Email => ("email", is_email(value)),
    };
    if value.trim().is_empty() {
        return Some("empty");
    }
    (!fits).then_some(variant)
}
