//! `shipworthy explain`: the page of a rule, the same text that the documentation shows.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style as Ansi};
use serde_json::{Value, json};

use super::arguments::PageFormat;
use crate::report::{self, Style};
use crate::rules::page::{self, Part};
use crate::rules::{Registry, Rule, Selector, UnknownSelector};

/// Wider lines are hard to read.
const MAX_WIDTH: usize = 100;

/// The column of what stands behind the names of facts.
const NAMES: usize = 14;

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
        PageFormat::Markdown => rules.iter().try_for_each(|rule| write!(out, "{}", page::markdown(rule))),
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
    for section in page::sections(rule) {
        writeln!(out, "\n{heading}{}{heading:#}", section.title)?;
        for (index, part) in section.parts.iter().enumerate() {
            if index > 0 {
                writeln!(out)?;
            }
            let lines = match part {
                Part::Prose(text) => prose(text, width - 2),
                Part::Code(_, text) => text.trim_end().lines().map(str::to_owned).collect(),
                Part::Links(links) => links.iter().map(|link| (*link).to_owned()).collect(),
            };
            for line in lines {
                writeln!(out, "{}{line}", if line.is_empty() { "" } else { "  " })?;
            }
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
    let mut lines: Vec<String> = page::facts(rule).iter().map(|(name, value)| format!("{name:NAMES$}{value}")).collect();
    for (family, ids) in page::families(rule) {
        for (index, line) in listed(&ids, width - NAMES).into_iter().enumerate() {
            lines.push(format!("{:NAMES$}{line}", if index == 0 { family } else { "" }));
        }
    }
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
