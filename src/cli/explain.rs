//! `shipworthy explain`: the page of a rule, the same text that the documentation shows.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style as Ansi};
use serde_json::{Value, json};

use super::arguments::PageFormat;
use crate::report::{self, Style};
use crate::rules::{Registry, Rule, Selector, UnknownSelector};

/// Wider lines are hard to read.
const MAX_WIDTH: usize = 100;

/// The column of what stands behind the names of facts.
const NAMES: usize = 12;

/// The rules that a name stands for: one for an id, perhaps several for an identifier of a peer.
pub fn rules(registry: &Registry, name: &str) -> Result<Vec<&'static Rule>, UnknownSelector> {
    match registry.selector(name) {
        Ok(selector) => Ok(super::rules::selected(registry, &[selector])),
        // The same identifier in two families is a question for a comment, not for a reader.
        Err(UnknownSelector::Ambiguous { choices, .. }) => {
            let selectors: Vec<Selector> =
                choices.iter().filter_map(|choice| registry.selector(choice.trim_matches('`')).ok()).collect();
            Ok(super::rules::selected(registry, &selectors))
        }
        Err(unknown) => Err(unknown),
    }
}

pub fn write(rules: &[&'static Rule], format: PageFormat, style: Style, out: &mut dyn Write) -> io::Result<()> {
    match format {
        PageFormat::Json => {
            let pages: Vec<Value> = rules.iter().map(|rule| object(rule)).collect();
            let value = if let [page] = pages.as_slice() { page.clone() } else { Value::Array(pages) };
            serde_json::to_writer_pretty(&mut *out, &value)?;
            writeln!(out)
        }
        PageFormat::Markdown => rules.iter().try_for_each(|rule| write!(out, "{}", markdown(rule))),
        PageFormat::Text => {
            for (index, rule) in rules.iter().enumerate() {
                if index > 0 {
                    writeln!(out)?;
                }
                text(rule, style, out)?;
            }
            Ok(())
        }
    }
}

fn text(rule: &Rule, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let paint = |ansi: Ansi| if style.color { ansi } else { Ansi::new() };
    let bold = paint(Ansi::new().bold());
    let dim = paint(Ansi::new().dimmed());
    let heading = paint(AnsiColor::Cyan.on_default().bold());
    let width = style.width.clamp(40, MAX_WIDTH);
    writeln!(out, "{bold}{}{bold:#}\n{}\n", rule.id, rule.title)?;
    writeln!(out, "{dim}{}{dim:#}", facts(rule, width).join("\n"))?;
    for (title, body) in sections(rule) {
        writeln!(out, "\n{heading}{title}{heading:#}")?;
        let lines = match title {
            "Why" | "Instead" => prose(&body, width - 2),
            _ => body.trim_end().lines().map(str::to_owned).collect(),
        };
        for line in lines {
            writeln!(out, "{}{line}", if line.is_empty() { "" } else { "  " })?;
        }
    }
    Ok(())
}

/// The lines of a text in Markdown for a terminal: paragraphs as wide as it is, code as it stands and set off instead of fenced.
fn prose(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut paragraph = String::new();
    let mut code = false;
    for line in text.trim_end().lines().chain([""]) {
        let fence = line.starts_with("```");
        if code && !fence {
            lines.push(if line.is_empty() { String::new() } else { format!("  {line}") });
        } else if fence || line.is_empty() {
            lines.extend(report::wrap(&paragraph, width));
            paragraph.clear();
            lines.extend((line.is_empty() || !code).then(String::new));
            code ^= fence;
        } else {
            paragraph.push_str(line);
            paragraph.push(' ');
        }
    }
    lines.dedup_by(|line, before| line.is_empty() && before.is_empty());
    lines.truncate(lines.iter().rposition(|line| !line.is_empty()).map_or(0, |last| last + 1));
    lines
}

/// What one wants to know at a glance, a line each, long ones on several.
fn facts(rule: &Rule, width: usize) -> Vec<String> {
    let levels = rule.severity;
    let mut severity = format!("severity    {}", levels.default);
    for (environment, level) in [("staging", levels.staging), ("development", levels.development)] {
        if let Some(level) = level {
            severity.push_str(&format!(", {level} in {environment}"));
        }
    }
    let mut lines = vec![severity];
    lines.push(format!("confidence  {}", rule.confidence));
    lines.push(format!("profile     {}", rule.profile));
    let fix = rule.fix_safety().map_or("none", |safety| safety.name());
    lines.push(format!("fix         {fix}"));
    for (family, ids) in families(rule) {
        for (index, line) in listed(&ids, width - NAMES).into_iter().enumerate() {
            lines.push(format!("{:NAMES$}{line}", if index == 0 { family } else { "" }));
        }
    }
    lines.push(format!("since       {}", rule.since));
    lines
}

/// Names with commas between them, in lines of at most `width` cells that end between two names.
fn listed(names: &[&str], width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for (index, name) in names.iter().enumerate() {
        let name = if index + 1 == names.len() { (*name).to_owned() } else { format!("{name},") };
        match lines.last_mut() {
            Some(line) if line.len() + 1 + name.len() <= width => line.extend([" ", &name]),
            _ => lines.push(name),
        }
    }
    lines
}

fn families(rule: &Rule) -> Vec<(&'static str, Vec<&'static str>)> {
    let mut families: Vec<(&'static str, Vec<&'static str>)> = Vec::new();
    for (family, id) in rule.all_aliases() {
        match families.iter_mut().find(|(name, _)| *name == family) {
            Some((_, ids)) => ids.push(id),
            None => families.push((family, vec![id])),
        }
    }
    families
}

fn sections(rule: &Rule) -> Vec<(&'static str, String)> {
    let mut sections = vec![("Why", rule.why.to_owned())];
    let bad: Vec<_> = rule.examples.iter().filter_map(|example| example.bad).collect();
    let good: Vec<_> = rule.examples.iter().filter_map(|example| example.fixed.or(example.good)).collect();
    if let Some(bad) = bad.first() {
        sections.push(("Bad", (*bad).to_owned()));
    }
    if let Some(good) = good.first() {
        sections.push(("Good", (*good).to_owned()));
    }
    sections.push(("Instead", rule.instead.to_owned()));
    if let Some(fix) = rule.fix {
        sections.push(("Fix", format!("{} ({})", fix.title, fix.safety)));
    }
    if !rule.references.is_empty() {
        sections.push(("References", rule.references.join("\n")));
    }
    let silence = match rule.subject {
        "container" => format!("labels:\n  shipworthy.ignore: \"{}; the reason\"", rule.id),
        "engine" | "image" => format!("[check]                      # in shipworthy.toml\nignore = [\"{}\"]", rule.id),
        _ => format!("# shipworthy: ignore[{}] the reason", rule.id),
    };
    sections.push(("To silence one finding", silence));
    sections.retain(|(_, body)| !body.trim().is_empty());
    sections
}

/// The page as the documentation has it.
pub fn markdown(rule: &Rule) -> String {
    let mut page = format!("# {}\n\n{}\n\n", rule.id, rule.title);
    let mut row = |name: &str, value: String| page.push_str(&format!("- **{name}**: {value}\n"));
    row("severity", rule.severity.default.to_string());
    row("confidence", rule.confidence.to_string());
    row("profile", rule.profile.to_string());
    row("fix", rule.fix_safety().map_or("none".to_owned(), |safety| safety.to_string()));
    for (family, ids) in families(rule) {
        row(family, ids.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", "));
    }
    for (title, body) in sections(rule) {
        page.push_str(&format!("\n## {title}\n\n"));
        match title {
            "Bad" | "Good" | "To silence one finding" => page.push_str(&format!("```\n{}\n```\n", body.trim_end())),
            "References" => body.lines().for_each(|line| page.push_str(&format!("- <{line}>\n"))),
            _ => page.push_str(&format!("{}\n", body.trim_end())),
        }
    }
    page
}

fn object(rule: &Rule) -> Value {
    let mut page = super::rules::summary(rule);
    let examples: Vec<Value> = rule
        .examples
        .iter()
        .map(|example| json!({ "bad": example.bad, "lines": example.lines, "fixed": example.fixed, "good": example.good }))
        .collect();
    if let Value::Object(fields) = &mut page {
        fields.insert("message".into(), json!(rule.message));
        fields.insert("why".into(), json!(rule.why));
        fields.insert("instead".into(), json!(rule.instead));
        fields.insert("examples".into(), json!(examples));
        fields.insert("references".into(), json!(rule.references));
        fields.insert("url".into(), json!(rule.url()));
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_are_filled_and_code_stands_as_it_is() {
        let text = "One two\nthree four.\n\nCode:\n\n```dockerfile\nRUN a \\\n    && b\n\nRUN c\n```\nMore.\n";
        let lines = ["One two three", "four.", "", "Code:", "", "  RUN a \\", "      && b", "", "  RUN c", "More."];
        assert_eq!(prose(text, 14), lines);
        assert_eq!(prose("", 14), [""; 0]);
    }

    #[test]
    fn names_are_not_parted() {
        assert_eq!(listed(&["Missing User", "B", "C"], 14), ["Missing User,", "B, C"]);
        assert_eq!(listed(&["A"], 1), ["A"]);
    }
}
