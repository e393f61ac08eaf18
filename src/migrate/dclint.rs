//! `.dclintrc`, as dclint 3.1 reads it.

use super::Settings;
use super::names::{Found, find};
use super::peer_file::{Entry, PeerFile};
use crate::config::ConfigError;
use crate::finding::Severity;
use crate::rules::Registry;
use crate::yaml::NodeId;

/// What the keys of a configuration mean here.
pub(super) fn settings(file: &mut PeerFile<'_>, registry: &Registry) -> Result<Settings, ConfigError> {
    let mut settings = Settings::default();
    for entry in entries(file)? {
        key(file, &entry, registry, &mut settings)?;
    }
    Ok(settings)
}

/// The entries of the file, or those under `dclint` where it is a package.json.
fn entries(file: &PeerFile<'_>) -> Result<Vec<Entry>, ConfigError> {
    let root = file.root()?;
    match root.iter().find(|entry| entry.key == "dclint") {
        Some(section) => file.entries(section.value),
        // A package.json without the section says nothing to dclint.
        None if root.iter().any(|entry| entry.key == "dependencies" || entry.key == "scripts") => Ok(Vec::new()),
        None => Ok(root),
    }
}

fn key(file: &mut PeerFile<'_>, entry: &Entry, registry: &Registry, settings: &mut Settings) -> Result<(), ConfigError> {
    match entry.key.as_str() {
        "rules" => {
            for rule in file.entries(entry.value)? {
                set(file, &rule, registry, settings)?;
            }
        }
        "quiet" => {
            if file.boolean(entry.value)? {
                settings.min_severity = Some(Severity::Medium);
                file.note(entry.at, "`quiet` is `min-severity = \"medium\"`, which holds for every kind of file");
            }
        }
        "exclude" => {
            for (at, path) in file.texts(entry.value)? {
                exclude(file, at, path, settings);
            }
        }
        "debug" => {
            if file.boolean(entry.value)? {
                file.note(entry.at, "`debug` belongs to a run: `-v`");
            }
        }
        "$schema" => {}
        other => file.note(entry.at, format!("`{other}` is no key of dclint")),
    }
    Ok(())
}

/// `name: level` or `name: [level, options]`.
fn set(file: &mut PeerFile<'_>, rule: &Entry, registry: &Registry, settings: &mut Settings) -> Result<(), ConfigError> {
    let (level, options) = if file.is_sequence(rule.value) {
        let items = file.items(rule.value)?;
        let level = *items.first().ok_or_else(|| file.error(rule.value, "a level is expected here: 0, 1 or 2"))?;
        (level, items.get(1).copied())
    } else {
        (rule.value, None)
    };
    let severity = match file.text(level)?.as_str() {
        "0" => None,
        // A warning of dclint does not fail a run, and with our gate neither does `low`.
        "1" => Some(Severity::Low),
        "2" => Some(Severity::High),
        _ => return Err(file.error(level, "dclint has the levels 0, 1 and 2")),
    };
    match (find(registry, "dclint", &rule.key), severity) {
        (Found::Rules { named, .. }, None) => super::extend(&mut settings.ignore, vec![named]),
        (Found::Rules { named, extra }, Some(severity)) => {
            if extra {
                super::extend(&mut settings.extend_select, vec![named.clone()]);
            }
            super::extend(&mut settings.severity, vec![(named, severity)]);
            if let Some(options) = options {
                refuse_options(file, &rule.key, options)?;
            }
        }
        (Found::Nothing, None) => {}
        (Found::Nothing, Some(_)) => file.note(rule.at, format!("`{}` has no equivalent: {}", rule.key, reason(&rule.key))),
        (Found::Mandatory, _) => {
            file.note(rule.at, format!("`{}` cannot be set: what compose would refuse always fails", rule.key));
        }
    }
    Ok(())
}

fn refuse_options(file: &mut PeerFile<'_>, rule: &str, options: NodeId) -> Result<(), ConfigError> {
    for option in file.entries(options)? {
        let why = match option.key.as_str() {
            "prohibitedTags" => "the rule knows which tags move",
            "quoteType" => "the fix writes the quotes that the file has",
            _ => "the rule has no options",
        };
        file.note(option.at, format!("the option `{}` of `{rule}` has no equivalent: {why}", option.key));
    }
    Ok(())
}

/// Why a rule of theirs has none of ours beside it.
fn reason(rule: &str) -> &'static str {
    if rule.contains("order") || rule.contains("quotes") {
        "how a file is laid out is a formatter's, and here a fix leaves it alone"
    } else {
        "no rule reports it"
    }
}

/// dclint leaves out every path that contains the text; here it is a name, or a path from the folder of the file.
fn exclude(file: &mut PeerFile<'_>, at: NodeId, path: String, settings: &mut Settings) {
    let path = path.trim_start_matches("./").trim_end_matches('/').to_owned();
    if path.is_empty() || path.contains(['*', '?', '[', '{', '!']) {
        file.note(at, format!("`exclude: {path}` has no equivalent: dclint compares it letter by letter; write a glob"));
        return;
    }
    super::extend(&mut settings.exclude, vec![path]);
}

#[cfg(test)]
mod tests {
    use super::super::{Peer, read};
    use super::*;

    fn migrated(text: &str) -> (Settings, Vec<String>) {
        let (settings, notes) = read(Peer::Dclint, ".dclintrc", text, &Registry::embedded()).unwrap();
        (settings, notes.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn levels_in_json_and_yaml() {
        let json = "{\n\t\"rules\": {\n\t\t\"no-version-field\": 0,\n\t\t\"require-project-name-field\": 1,\n\t\t\
                    \"service-image-require-explicit-tag\": [2, {\"prohibitedTags\": [\"beta\"]}]\n\t}\n}\n";
        let yaml = "rules:\n  no-version-field: 0\n  require-project-name-field: 1\n  \
                    service-image-require-explicit-tag: [2, {prohibitedTags: [beta]}]\n";
        for text in [json, yaml] {
            let (settings, notes) = migrated(text);
            assert_eq!(settings.ignore[0].name, "no-version-field");
            assert_eq!(settings.ignore[0].rules, "compose/obsolete-version");
            let severities: Vec<_> = settings.severity.iter().map(|(named, severity)| (named.name.as_str(), *severity)).collect();
            let expected =
                [("require-project-name-field", Severity::Low), ("service-image-require-explicit-tag", Severity::High)];
            assert_eq!(severities, expected);
            assert_eq!(notes.len(), 1, "{notes:?}");
            assert!(notes[0].contains("`prohibitedTags`"), "{notes:?}");
        }
    }

    #[test]
    fn what_has_no_equivalent_is_said_only_where_it_was_wanted() {
        let (settings, notes) =
            migrated("rules:\n  services-alphabetical-order: 0\n  service-keys-order: 1\n  invalid-schema: 0\n  bogus: 2\n");
        assert!(settings.is_empty(), "{settings:?}");
        assert_eq!(notes.len(), 3, "{notes:?}");
        assert!(notes[0].starts_with(".dclintrc:3: `service-keys-order` has no equivalent: how a file"), "{notes:?}");
        assert!(notes[1].contains("cannot be set") && notes[2].contains("no rule reports it"), "{notes:?}");
    }

    #[test]
    fn the_other_keys() {
        let (settings, notes) =
            migrated(r#"{"$schema": "x", "quiet": true, "debug": true, "exclude": ["tests/", "./a/b", "*.bak"], "extends": []}"#);
        assert_eq!(settings.min_severity, Some(Severity::Medium));
        assert_eq!(settings.exclude, ["tests", "a/b"]);
        assert_eq!(notes.len(), 4, "{notes:?}");
        assert!(migrated(r#"{"quiet": false, "debug": false}"#) == (Settings::default(), Vec::new()));
    }

    #[test]
    fn a_section_of_package_json() {
        let text = r#"{"name": "x", "scripts": {}, "dclint": {"rules": {"no-version-field": 0}}}"#;
        let (settings, _) = read(Peer::Dclint, "package.json", text, &Registry::embedded()).unwrap();
        assert_eq!(settings.ignore.len(), 1);
        assert!(migrated(r#"{"name": "x", "scripts": {}}"#).0.is_empty());
    }

    #[test]
    fn a_program_is_refused_with_a_way_out() {
        for (path, text) in
            [("dclint.config.js", ""), (".dclintrc", "// x\nmodule.exports = {}\n"), (".dclintrc.mjs", "export default {}")]
        {
            let error = read(Peer::Dclint, path, text, &Registry::embedded()).unwrap_err().to_string();
            assert!(error.contains("is a program") && error.contains("JSON.stringify"), "{error}");
        }
    }

    #[test]
    fn faults_point_into_the_file() {
        for (text, place) in [
            ("rules: []\n", ":1:8"),
            ("rules: {no-version-field: 3}\n", ":1:27"),
            ("rules: {no-version-field: []}\n", ":1:27"),
            ("exclude: tests\n", ":1:10"),
            ("quiet: 1\n", ":1:8"),
        ] {
            let error = read(Peer::Dclint, ".dclintrc", text, &Registry::embedded()).unwrap_err().to_string();
            assert!(error.contains(place), "{text}: {error}");
        }
    }
}
