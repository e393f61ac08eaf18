//! Settings into the text of a `shipworthy.toml`; what stands there keeps its comments and its layout.

use toml_edit::{Array, DocumentMut, Item, RawString, Table, TableLike, Value};

use super::Settings;
use super::names::Named;
use crate::config::ConfigError;
use crate::source::Span;

/// Adds settings to the text of a configuration, which may be empty. Lists get what they lack; a single value that is there
/// stays. The second result names each such value.
///
/// # Errors
/// A text that is not TOML, and a section that is none.
pub fn write(path: &str, text: &str, settings: &Settings) -> Result<(String, Vec<String>), ConfigError> {
    let (mark, content) = text.strip_prefix('\u{feff}').map_or(("", text), |rest| ("\u{feff}", rest));
    let mut document: DocumentMut = content.parse().map_err(|error: toml_edit::TomlError| {
        let span = error.span().map_or(Span::empty(content.len()), Span::from);
        ConfigError::at(path, content, span, format!("not valid TOML: {}", error.message()))
    })?;
    let mut kept = Vec::new();
    fill(&mut document, settings, &mut kept)
        .ok_or_else(|| ConfigError::file(path, "a section is written as what is no table"))?;
    let mut written = document.to_string();
    if content.is_empty() {
        written = written.trim_start().to_owned();
    }
    if content.contains("\r\n") {
        written = written.replace("\r\n", "\n").replace('\n', "\r\n");
    }
    Ok((format!("{mark}{written}"), kept))
}

fn fill(document: &mut DocumentMut, settings: &Settings, kept: &mut Vec<String>) -> Option<()> {
    let elsewhere = Settings {
        severity: settings.severity.clone(),
        trusted_registries: settings.trusted_registries.clone(),
        labels: settings.labels.clone(),
        ..Settings::default()
    };
    if *settings != elsewhere {
        let check = section(document.as_table_mut(), "check")?;
        if let Some(fail_on) = settings.fail_on {
            single(check, "fail-on", fail_on.name().into(), kept);
        }
        if let Some(severity) = settings.min_severity {
            single(check, "min-severity", severity.name().into(), kept);
        }
        list(check, "extend-select", settings.extend_select.iter().map(Line::from))?;
        list(check, "ignore", settings.ignore.iter().map(Line::from))?;
        list(check, "exclude", settings.exclude.iter().map(Line::from))?;
        if let Some(strict) = settings.strict_labels {
            single(check, "strict-labels", strict.into(), kept);
        }
        if let Some(foreign) = settings.foreign_suppressions {
            single(check, "foreign-suppressions", foreign.into(), kept);
        }
    }
    if !settings.trusted_registries.is_empty() || !settings.labels.is_empty() {
        let image = section(section(document.as_table_mut(), "policy")?, "image")?;
        list(image, "registries", settings.trusted_registries.iter().map(Line::from))?;
        if !settings.labels.is_empty() {
            let labels = section(image, "labels")?;
            for (key, content) in &settings.labels {
                let content = serde_json::to_value(content).ok()?;
                single(labels, key, content.as_str()?.into(), kept);
            }
        }
    }
    if !settings.severity.is_empty() {
        let severities = section(document.as_table_mut(), "severity")?;
        for (named, severity) in &settings.severity {
            let mut value = Value::from(severity.name());
            value.decor_mut().set_suffix(format!(" # {}", named.rules));
            single(severities, &named.name, value, kept);
        }
    }
    Some(())
}

/// The table of a key; where it is missing it is made, with an empty line before it and no header of its own while it holds
/// nothing but tables.
fn section<'d>(parent: &'d mut dyn TableLike, key: &str) -> Option<&'d mut dyn TableLike> {
    if !parent.contains_key(key) {
        let mut table = Table::new();
        table.set_implicit(true);
        table.decor_mut().set_prefix("\n");
        parent.insert(key, Item::Table(table));
    }
    parent.get_mut(key)?.as_table_like_mut()
}

/// Sets a value that is not there; one that is there and says something else is kept, and named.
fn single(table: &mut dyn TableLike, key: &str, value: Value, kept: &mut Vec<String>) {
    match table.get(key).and_then(Item::as_value) {
        Some(there) if plain(there) != plain(&value) => kept.push(format!("{key} = {}", plain(there))),
        Some(_) => {}
        None => {
            table.insert(key, Item::Value(value));
        }
    }
}

/// Without comments.
fn plain(value: &Value) -> String {
    let mut value = value.clone();
    value.decor_mut().clear();
    value.to_string().trim().to_owned()
}

/// An item of a list.
struct Line {
    text: String,
    comment: Option<String>,
}

impl From<&Named> for Line {
    fn from(named: &Named) -> Self {
        Self { text: named.name.clone(), comment: Some(named.rules.clone()) }
    }
}

impl From<&String> for Line {
    fn from(text: &String) -> Self {
        Self { text: text.clone(), comment: None }
    }
}

/// Appends what a list lacks.
fn list(table: &mut dyn TableLike, key: &str, lines: impl Iterator<Item = Line>) -> Option<()> {
    let there: Vec<String> = match table.get(key) {
        Some(item) => item.as_array()?.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        None => Vec::new(),
    };
    let lines: Vec<Line> = lines.filter(|line| !there.contains(&line.text)).collect();
    if lines.is_empty() {
        return Some(());
    }
    if !table.contains_key(key) {
        table.insert(key, Item::Value(Value::Array(Array::new())));
    }
    let array = table.get_mut(key)?.as_array_mut()?;
    if array.is_empty() || is_tall(array) {
        append_below(array, lines)
    } else {
        append_beside(array, lines)
    }
    Some(())
}

/// Whether a list has a line for each item.
fn is_tall(array: &Array) -> bool {
    let breaks = |raw: Option<&RawString>| raw.and_then(RawString::as_str).is_some_and(|text| text.contains('\n'));
    array.trailing().as_str().is_some_and(|text| text.contains('\n')) || array.iter().any(|value| breaks(value.decor().prefix()))
}

fn append_beside(array: &mut Array, lines: Vec<Line>) {
    for line in lines {
        array.push(line.text);
    }
}

/// A line for each item, its comment behind it. What stands between an item and the next belongs to the next, so each
/// comment is the beginning of what follows.
fn append_below(array: &mut Array, lines: Vec<Line>) {
    let mut behind = String::new();
    if let Some(last) = array.len().checked_sub(1).and_then(|last| array.get_mut(last)) {
        // A comment before a comma that is still missing.
        behind.push_str(last.decor().suffix().and_then(RawString::as_str).unwrap_or_default());
        last.decor_mut().set_suffix("");
    }
    behind.push_str(array.trailing().as_str().unwrap_or_default());
    for line in lines {
        let mut value = Value::from(line.text);
        value.decor_mut().set_prefix(format!("{}\n    ", behind.trim_end()));
        array.push_formatted(value);
        behind = line.comment.map_or_else(String::new, |comment| format!(" # {comment}"));
    }
    array.set_trailing(format!("{behind}\n"));
    array.set_trailing_comma(true);
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::{Config, FailOn, LabelContent};
    use crate::finding::Severity;

    fn named(name: &str, rules: &str) -> Named {
        Named { name: name.into(), rules: rules.into() }
    }

    fn all() -> Settings {
        Settings {
            ignore: vec![named("DL3008", "dockerfile/a"), named("DL3059", "dockerfile/b")],
            extend_select: vec![named("DL3018", "dockerfile/a")],
            severity: vec![(named("DL3020", "dockerfile/c"), Severity::High)],
            exclude: vec!["vendor".into()],
            trusted_registries: vec!["ghcr.io".into()],
            labels: vec![("org.example.author".into(), LabelContent::Text)],
            strict_labels: Some(true),
            fail_on: Some(FailOn::At(Severity::Low)),
            min_severity: Some(Severity::Medium),
            foreign_suppressions: Some(false),
        }
    }

    /// Writes, and sees that it is a configuration and that doing it again changes nothing.
    #[track_caller]
    fn written(text: &str, settings: &Settings) -> (String, Vec<String>) {
        let (result, kept) = write("shipworthy.toml", text, settings).unwrap();
        Config::parse("shipworthy.toml", result.clone(), Path::new("/")).unwrap_or_else(|error| panic!("{error}\n{result}"));
        assert_eq!(write("shipworthy.toml", &result, settings).unwrap().0, result);
        (result, kept)
    }

    #[test]
    fn a_new_file() {
        let expected = r#"[check]
fail-on = "low"
min-severity = "medium"
extend-select = [
    "DL3018", # dockerfile/a
]
ignore = [
    "DL3008", # dockerfile/a
    "DL3059", # dockerfile/b
]
exclude = [
    "vendor",
]
strict-labels = true
foreign-suppressions = false

[policy.image]
registries = [
    "ghcr.io",
]

[policy.image.labels]
"org.example.author" = "text"

[severity]
DL3020 = "high" # dockerfile/c
"#;
        assert_eq!(written("", &all()), (expected.to_owned(), Vec::new()));
    }

    #[test]
    fn an_existing_file_keeps_its_comments_layout_and_values() {
        let before = r#"# ours
[check] # what we check
profile = "strict" # yes
fail-on = "high"   # agreed in May
ignore = ["DL3008"] # pins
exclude = [
  # generated
  "gen", # by make
  "out" # too
]

[[project]]
files = ["dev/**"]
environment = "development"
"#;
        let (after, kept) = written(before, &all());
        assert_eq!(kept, ["fail-on = \"high\""]);
        for part in [
            "# ours\n[check] # what we check\nprofile = \"strict\" # yes\nfail-on = \"high\"   # agreed in May\n",
            "ignore = [\"DL3008\", \"DL3059\"] # pins\n",
            "exclude = [\n  # generated\n  \"gen\", # by make\n  \"out\", # too\n    \"vendor\",\n]\n",
            "\n[[project]]\nfiles = [\"dev/**\"]\nenvironment = \"development\"\n",
            "\n[severity]\nDL3020 = \"high\" # dockerfile/c\n",
        ] {
            assert!(after.contains(part), "no {part:?} in\n{after}");
        }
    }

    #[test]
    fn a_section_written_in_one_line_is_added_to() {
        let (after, _) =
            written("check = { ignore = [] }\n", &Settings { ignore: vec![named("DL3008", "a/b")], ..Settings::default() });
        assert!(after.starts_with("check = {") && after.contains("DL3008"), "{after}");
        let (after, _) = written("check.profile = \"strict\"\n", &all());
        assert!(after.starts_with("check.profile = \"strict\"\n"), "{after}");
    }

    #[test]
    fn line_ends_and_marks_stay() {
        let (after, _) = written("\u{feff}# a\r\n[check]\r\nprofile = \"strict\"\r\n", &all());
        assert!(after.starts_with("\u{feff}# a\r\n[check]\r\n"), "{after:?}");
        assert_eq!(after.matches('\n').count(), after.matches("\r\n").count());
    }

    #[test]
    fn what_is_no_table_is_refused() {
        for text in ["check = 1\n", "[[severity]]\n", "[check]\nignore = 1\n", "[check\n"] {
            assert!(write("shipworthy.toml", text, &all()).is_err(), "{text}");
        }
    }
}
