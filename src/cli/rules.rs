//! `shipworthy rules`: the list of rules.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::arguments::PageFormat;
use crate::rules::{Registry, Rule};

/// Writes one line, object or table row for each rule.
pub fn write(rules: &[&'static Rule], format: PageFormat, out: &mut dyn Write) -> io::Result<()> {
    match format {
        PageFormat::Json => {
            let rules: Vec<Value> = rules.iter().map(|rule| summary(rule)).collect();
            serde_json::to_writer_pretty(&mut *out, &rules)?;
            writeln!(out)
        }
        PageFormat::Markdown => {
            writeln!(out, "| rule | what it finds | severity | profile | fix | answers to |\n|---|---|---|---|---|---|")?;
            for rule in rules {
                let aliases: Vec<_> = rule.all_aliases().into_iter().map(|(family, id)| format!("{family} {id}")).collect();
                let fix = rule.fix_safety().map_or("", |safety| safety.name());
                let (severity, profile) = (rule.severity.default, rule.profile);
                writeln!(out, "| `{}` | {} | {severity} | {profile} | {fix} | {} |", rule.id, rule.title, aliases.join(", "))?;
            }
            Ok(())
        }
        PageFormat::Text => {
            let width = rules.iter().map(|rule| rule.id.len()).max().unwrap_or_default();
            for rule in rules {
                let fix = rule.fix_safety().map_or("-", |safety| safety.name());
                let (severity, profile) = (rule.severity.default, rule.profile);
                let missing = if rule.is_available() { "" } else { " (not in this build)" };
                writeln!(out, "{:width$}  {severity:8}  {profile:8}  {fix:6}  {}{missing}", rule.id, rule.title)?;
            }
            Ok(())
        }
    }
}

/// The rules that any of the selectors names; all without selectors.
pub fn selected(registry: &Registry, selectors: &[crate::rules::Selector]) -> Vec<&'static Rule> {
    registry.iter().filter(|rule| selectors.is_empty() || selectors.iter().any(|selector| selector.names(rule))).collect()
}

/// The object of DESIGN section 5.
pub fn summary(rule: &Rule) -> Value {
    json!({
        "id": rule.id,
        "title": rule.title,
        "subject": rule.subject,
        "severity": rule.severity.default.name(),
        "confidence": rule.confidence.name(),
        "profile": rule.profile.name(),
        "fix": rule.fix_safety().map(|safety| safety.name()),
        "aliases": aliases(rule),
        "since": rule.since,
    })
}

fn aliases(rule: &Rule) -> Value {
    let mut families = Map::new();
    for (family, id) in rule.all_aliases() {
        if let Value::Array(ids) = families.entry(family).or_insert_with(|| json!([])) {
            ids.push(json!(id));
        }
    }
    Value::Object(families)
}
