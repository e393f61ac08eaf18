//! The page of a rule, the same for `shipworthy explain`, the documentation and editors.

use similar::TextDiff;

use super::rule::{Example, Rule};
use crate::finding::{Applicability, Confidence, Profile};

/// A heading and what stands under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    pub title: &'static str,
    pub parts: Vec<Part>,
}

/// A piece of a section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Markdown.
    Prose(String),
    /// The language in the words of Markdown, and the text.
    Code(&'static str, String),
    /// Addresses.
    Links(Vec<&'static str>),
}

/// What one wants to know at a glance: a name and what it says.
pub fn facts(rule: &Rule) -> Vec<(&'static str, String)> {
    let levels = rule.severity;
    let mut severity = levels.default.to_string();
    for (environment, level) in [("staging", levels.staging), ("development", levels.development)] {
        if let Some(level) = level {
            severity.push_str(&format!(", {level} in {environment}"));
        }
    }
    vec![
        ("severity", severity),
        ("confidence", rule.confidence.to_string()),
        ("profile", rule.profile.to_string()),
        ("fix", rule.fix_safety().map_or("none", Applicability::name).to_owned()),
        ("since", rule.since.to_owned()),
    ]
}

/// The identifiers of peers, by family.
pub fn families(rule: &Rule) -> Vec<(&'static str, Vec<&'static str>)> {
    let mut families: Vec<(&'static str, Vec<&'static str>)> = Vec::new();
    for (family, id) in rule.all_aliases() {
        match families.iter_mut().find(|(name, _)| *name == family) {
            Some((_, ids)) => ids.push(id),
            None => families.push((family, vec![id])),
        }
    }
    families
}

/// Everything below the facts.
pub fn sections(rule: &Rule) -> Vec<Section> {
    let mut sections = vec![Section { title: "Why", parts: prose(rule.why) }];
    let bad = rule.examples.iter().find(|example| example.bad.is_some());
    if let Some(example) = bad {
        sections.push(Section { title: "Bad", parts: example_parts(rule, example, example.bad.unwrap_or_default()) });
    }
    sections.push(Section { title: "Instead", parts: prose(rule.instead) });
    sections.extend(fix(rule));
    let fixed = rule.examples.iter().any(|example| example.bad.is_some() && example.fixed.is_some());
    let good = bad.filter(|example| example.good.is_some()).or_else(|| rule.examples.iter().find(|e| e.good.is_some()));
    if let Some(example) = good.filter(|_| !fixed) {
        sections.push(Section { title: "Good", parts: example_parts(rule, example, example.good.unwrap_or_default()) });
    }
    sections.push(Section { title: "When to ignore", parts: when_to_ignore(rule) });
    if !rule.references.is_empty() {
        sections.push(Section { title: "References", parts: vec![Part::Links(rule.references.to_vec())] });
    }
    sections.retain(|section| !section.parts.is_empty());
    sections
}

/// The page in Markdown.
pub fn markdown(rule: &Rule) -> String {
    let mut page = format!("# {}\n\n{}\n\n", rule.id, rule.title);
    for (name, value) in facts(rule) {
        page.push_str(&format!("- **{name}**: {value}\n"));
    }
    for (family, ids) in families(rule) {
        let ids: Vec<String> = ids.iter().map(|id| format!("`{id}`")).collect();
        page.push_str(&format!("- **{family}**: {}\n", ids.join(", ")));
    }
    for section in sections(rule) {
        page.push_str(&format!("\n## {}\n", section.title));
        for part in section.parts {
            page.push('\n');
            match part {
                Part::Prose(text) => page.push_str(&format!("{}\n", text.trim_end())),
                Part::Code(language, text) => {
                    let fence = if text.contains("```") { "~~~~" } else { "```" };
                    page.push_str(&format!("{fence}{language}\n{}\n{fence}\n", text.trim_end()));
                }
                Part::Links(links) => links.iter().for_each(|link| page.push_str(&format!("- <{link}>\n"))),
            }
        }
    }
    page
}

/// What a rule is about in one line of Markdown.
pub fn summary(rule: &Rule) -> String {
    let fix = rule.fix_safety().map_or("no fix", |safety| match safety {
        Applicability::Safe => "a safe fix",
        Applicability::Unsafe => "an unsafe fix",
        Applicability::Manual => "a fix by hand",
    });
    format!("**{}**: {} ({}, {}, {fix})", rule.id, rule.title, rule.severity.default, rule.profile)
}

fn prose(text: &str) -> Vec<Part> {
    let text = text.trim_end();
    if text.is_empty() { Vec::new() } else { vec![Part::Prose(text.to_owned())] }
}

/// An example with the files beside it.
fn example_parts(rule: &Rule, example: &Example, text: &str) -> Vec<Part> {
    if example.files.is_empty() && example.path.is_none() {
        return vec![Part::Code(language(rule, main_file(rule)), text.to_owned())];
    }
    let path = example.path.unwrap_or(main_file(rule));
    let mut parts = vec![Part::Prose(format!("`{path}`:")), Part::Code(language(rule, path), text.to_owned())];
    for (path, content) in example.files {
        parts.extend([Part::Prose(format!("`{path}`:")), Part::Code(language(rule, path), (*content).to_owned())]);
    }
    parts
}

/// The name of the file that an example of the rule is.
fn main_file(rule: &Rule) -> &'static str {
    match rule.family() {
        "compose" | "project" | "policy" => "compose.yaml",
        "nginx" => "nginx.conf",
        "env" => ".env",
        "container" | "image" => "snapshot.yaml",
        _ => "Dockerfile",
    }
}

/// The language of a file in the words of Markdown.
fn language(rule: &Rule, path: &str) -> &'static str {
    let name = path.rsplit('/').next().unwrap_or(path);
    match name.rsplit_once('.').map_or(name, |(_, end)| end) {
        "yml" | "yaml" => "yaml",
        "json" if matches!(rule.family(), "container" | "image") => "yaml",
        "json" => "json",
        "toml" => "toml",
        "conf" => "nginx",
        "sh" => "sh",
        _ if name.contains("Dockerfile") || name.contains("Containerfile") => "dockerfile",
        _ => "",
    }
}

/// What the fix does, how safe it is, and what it makes of the first example that has one.
fn fix(rule: &Rule) -> Option<Section> {
    let safety = rule.fix_safety()?;
    let titles = rule.fix.iter().chain(rule.variants.iter().filter_map(|variant| variant.fix.as_ref()));
    let mut said: Vec<String> = Vec::new();
    for fix in titles {
        let line = format!("{}: {}", capital(fix.safety.name()), without_names(fix.title));
        if !said.contains(&line) {
            said.push(line);
        }
    }
    let meaning = match safety {
        Applicability::Safe => "A safe fix keeps the meaning: `shipworthy fix` applies it.",
        Applicability::Unsafe => {
            "An unsafe fix may change behaviour: `shipworthy fix --unsafe-fixes` applies it, to be looked at."
        }
        Applicability::Manual => "It is shown, and never applied: what it takes is not known to a program.",
    };
    let lines = match said.as_slice() {
        [one] => format!("{one}."),
        several => several.iter().map(|line| format!("- {line}")).collect::<Vec<_>>().join("\n"),
    };
    let mut parts = vec![Part::Prose(lines), Part::Prose(meaning.to_owned())];
    let shown = rule.examples.iter().find_map(|example| Some((example.bad?, example.fixed?)));
    parts.extend(shown.map(|(bad, fixed)| Part::Code("diff", diff(bad, fixed))));
    Some(Section { title: "Fix", parts })
}

/// The title of a fix with dots for what each finding has its own of.
fn without_names(title: &str) -> String {
    let mut text = String::new();
    let mut rest = title;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        match after.split_once('}') {
            Some((_, after)) => {
                text.push('…');
                rest = after;
            }
            None => {
                text.push('{');
                rest = after;
            }
        }
    }
    text + rest
}

/// A unified diff without the names of files.
fn diff(before: &str, after: &str) -> String {
    let diff = TextDiff::from_lines(before, after);
    diff.unified_diff().context_radius(3).missing_newline_hint(false).to_string()
}

/// When it is right to silence a finding, and how.
fn when_to_ignore(rule: &Rule) -> Vec<Part> {
    if rule.mandatory {
        let text = "Never: the engine refuses such a file, so neither a comment nor the configuration silences this.";
        return vec![Part::Prose(text.to_owned())];
    }
    let mut text = rule.ignore_when.trim().to_owned();
    if text.is_empty() {
        text.push_str(match rule.confidence {
            Confidence::High => "",
            Confidence::Medium => {
                "The rule goes by what the files say and may be wrong about what happens: then say why in a comment. "
            }
            Confidence::Low => "The rule suspects more than it knows: where its suspicion is wrong, say so in a comment. ",
        });
        text.push_str(match rule.profile {
            Profile::Default => "Where somebody has looked at it and it has to stay, the comment gives the reason to the next reader.",
            Profile::Strict => {
                "This is hardening, which runs only with `--profile strict`; leave it out where its price is too high for what it protects."
            }
            Profile::Pedantic => "This runs only with `--profile pedantic`; who does not share the opinion leaves the rule out.",
        });
    }
    let silence = match rule.subject {
        "container" => ("yaml", format!("labels:\n  shipworthy.ignore: \"{}; the reason\"", rule.id)),
        "engine" | "image" => ("toml", format!("[check]                      # in shipworthy.toml\nignore = [\"{}\"]", rule.id)),
        _ => (language(rule, main_file(rule)), format!("# shipworthy: ignore[{}] the reason", rule.id)),
    };
    vec![Part::Prose(text), Part::Code(silence.0, silence.1)]
}

fn capital(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().collect::<String>() + letters.as_str()).unwrap_or_default()
}
