//! From the text of a configuration to its types, with errors that point into the text.

use serde::Deserialize;
use toml::de::{DeTable, DeValue, Deserializer};

use super::error::ConfigError;
use super::file::ConfigFile;
use crate::source::Span;

/// Reads the text of a configuration. `path` is the file as it is shown.
pub fn read(path: &str, text: &str) -> Result<ConfigFile, ConfigError> {
    // A byte order mark is no TOML; blanks of the same width keep the spans.
    let blanked = text.strip_prefix('\u{feff}').map(|rest| format!("   {rest}"));
    let text = blanked.as_deref().unwrap_or(text);
    let table = DeTable::parse(text).map_err(|error| syntax(path, text, &error))?;
    // First of all: in a file for another version anything else may be unknown.
    check_version(path, text, table.get_ref())?;
    ConfigFile::deserialize(Deserializer::from(table)).map_err(|error| typed(path, text, &error))
}

fn check_version(path: &str, text: &str, table: &DeTable<'_>) -> Result<(), ConfigError> {
    let Some(value) = table.get("required-version") else { return Ok(()) };
    let span = Span::from(value.span());
    let DeValue::String(wanted) = value.get_ref() else { return Ok(()) };
    let requirement = semver::VersionReq::parse(wanted).map_err(|error| {
        ConfigError::at(path, text, span, format!("`{wanted}` is no version requirement: {error}"))
            .with_help("write it as in a Cargo.toml, such as `>=0.3, <0.5` or `=0.3.1`")
    })?;
    let ours = env!("CARGO_PKG_VERSION");
    match semver::Version::parse(ours) {
        Ok(version) if !requirement.matches(&version) => {
            let message = format!("this is shipworthy {ours}, and the configuration requires `{wanted}`");
            Err(ConfigError::at(path, text, span, message).with_help("install a version that fits, or change `required-version`"))
        }
        _ => Ok(()),
    }
}

fn syntax(path: &str, text: &str, error: &toml::de::Error) -> ConfigError {
    let span = error.span().map_or(Span::empty(text.len()), Span::from);
    ConfigError::at(path, text, span, format!("not valid TOML: {}", error.message()))
}

/// Makes of serde's words an error with a suggestion.
fn typed(path: &str, text: &str, error: &toml::de::Error) -> ConfigError {
    let message = error.message();
    let span = error.span().map_or(Span::empty(0), Span::from);
    let at = |message: String| ConfigError::at(path, text, span, message);
    if let Some((name, known)) = named(message, "unknown field `") {
        return with_names(at(format!("unknown key `{name}`")), name, &known, "the keys here are");
    }
    if let Some((name, known)) = named(message, "unknown variant `") {
        return with_names(at(format!("`{name}` is no value of this key")), name, &known, "the values are");
    }
    if let Some((found, expected)) = message.strip_prefix("invalid type: ").and_then(|rest| rest.split_once(", expected ")) {
        return at(format!("expected {}, found {found}", toml_word(expected)));
    }
    at(message.to_owned())
}

/// The name in a message of serde such as "unknown field `a`, expected one of `b`, `c`", and the names it may be.
fn named<'m>(message: &'m str, start: &str) -> Option<(&'m str, Vec<&'m str>)> {
    let (name, rest) = message.strip_prefix(start)?.split_once('`')?;
    Some((name, rest.split('`').skip(1).step_by(2).collect()))
}

fn with_names(error: ConfigError, name: &str, known: &[&str], introduction: &str) -> ConfigError {
    match nearest(name, known) {
        Some(near) => error.with_help(format!("did you mean `{near}`?")),
        None if known.is_empty() => error,
        None => error.with_help(format!("{introduction} {}", known.join(", "))),
    }
}

/// The known name that is meant, if one is near enough.
fn nearest<'k>(name: &str, known: &[&'k str]) -> Option<&'k str> {
    let wanted = name.to_lowercase().replace('_', "-");
    let scored = known.iter().map(|known| (strsim::jaro_winkler(known, &wanted), *known));
    scored.max_by(|a, b| a.0.total_cmp(&b.0)).filter(|(score, _)| *score > 0.8).map(|(_, known)| known)
}

/// Rust's names of types in the words of TOML.
fn toml_word(expected: &str) -> String {
    match expected {
        "a sequence" => "a list, such as [\"…\"]".to_owned(),
        "a map" => "a table".to_owned(),
        "a boolean" => "true or false".to_owned(),
        // A struct is named by its Rust type.
        other if other.starts_with("struct ") => "a table".to_owned(),
        other => other.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(text: &str, line: usize, column: usize, parts: &[&str]) {
        let shown = read("shipworthy.toml", text).unwrap_err().to_string();
        assert!(shown.contains(&format!("--> shipworthy.toml:{line}:{column}\n")), "{shown}");
        for part in parts {
            assert!(shown.contains(part), "no {part:?} in\n{shown}");
        }
    }

    #[test]
    fn every_key_is_read_with_its_place() {
        let text = r#"
required-version = ">=0.1, <99"
[check]
profile = "strict"
select = ["dockerfile", "DL3008"]
extend-select = ["all"]
ignore = ["compose/privileged"]
exclude = ["vendor"]
rules = ["rules"]
min-severity = "low"
min-confidence = "medium"
fail-on = "never"
foreign-suppressions = false
require-reason = true
baseline = ".shipworthy-baseline.json"
trusted-registries = ["ghcr.io"]
[check.per-file-ignores]
"legacy/**" = ["all"]
[severity]
"hadolint:DL3007" = "high"
[[project]]
name = "shop"
files = ["deploy/**"]
environment = "staging"
"#;
        let file = read("shipworthy.toml", text).unwrap();
        let select = file.check.select.unwrap();
        assert_eq!(&text[select.get_ref()[1].span()], "\"DL3008\"");
        let (glob, ignored) = file.check.per_file_ignores.first_key_value().unwrap();
        assert_eq!((&text[glob.span()], glob.get_ref().as_str()), ("\"legacy/**\"", "legacy/**"));
        assert_eq!(&text[ignored[0].span()], "\"all\"");
        let (selector, severity) = file.severity.first_key_value().unwrap();
        assert_eq!((&text[selector.span()], severity.name()), ("\"hadolint:DL3007\"", "high"));
        assert_eq!(&text[file.check.fail_on.unwrap().span()], "\"never\"");
        assert_eq!(file.project[0].environment.name(), "staging");
    }

    #[test]
    fn an_unknown_key_gets_a_suggestion() {
        refused("[check]\nselct = []\n", 2, 1, &["unknown key `selct`", "did you mean `select`?", "2 | selct = []", "  | ^^^^^"]);
        refused("[check]\nfail_on = \"low\"\n", 2, 1, &["did you mean `fail-on`?"]);
        refused("chekc = 1\n", 1, 1, &["did you mean `check`?"]);
        refused("zzz = 1\n", 1, 1, &["the keys here are required-version, check, severity, project"]);
        refused("[[project]]\nfiles = []\nenvironment = \"staging\"\nenv = 1\n", 4, 1, &["unknown key `env`"]);
    }

    #[test]
    fn sections_of_later_versions_are_named_as_such() {
        refused("[check]\n[checklist]\nx = 1\n", 3, 1, &["unknown key `x`"]);
    }

    #[test]
    fn wrong_types_and_values_are_shown() {
        refused("[check]\nselect = \"all\"\n", 2, 10, &["expected a list", "found string \"all\"", "^^^^^"]);
        refused("[check]\nselect = [1]\n", 2, 11, &["expected a string, found integer `1`"]);
        refused("check = 3\n", 1, 9, &["expected a table, found integer"]);
        refused("[check]\nrequire-reason = \"yes\"\n", 2, 18, &["expected true or false"]);
        refused("[check]\nprofile = \"strickt\"\n", 2, 11, &["`strickt` is no value", "did you mean `strict`?"]);
        refused("[check]\nfail-on = \"hihg\"\n", 2, 11, &["`hihg` is none of never, critical"]);
        refused(
            "[severity]\nDL3008 = \"huge\"\n",
            2,
            10,
            &["`huge` is no value", "the values are info, low, medium, high, critical"],
        );
        refused("[[project]]\nfiles = [\"a\"]\n", 1, 1, &["missing field `environment`"]);
    }

    #[test]
    fn broken_toml_points_at_the_fault() {
        refused("[check\nprofile = 1\n", 1, 7, &["not valid TOML"]);
        refused("a = 1\na = 2\n", 2, 1, &["not valid TOML: duplicate key"]);
    }

    #[test]
    fn a_version_that_does_not_fit_is_said_before_anything_else() {
        refused("future = 1\nrequired-version = \">=99\"\n", 2, 20, &["requires `>=99`", env!("CARGO_PKG_VERSION")]);
        refused("required-version = \"newest\"\n", 1, 20, &["`newest` is no version requirement"]);
        refused("required-version = 1\n", 1, 20, &["expected a string"]);
    }

    #[test]
    fn a_byte_order_mark_is_no_fault() {
        assert!(read("x", "\u{feff}[check]\nprofile = \"strict\"\n").is_ok());
    }
}
