//! `.hadolint.yaml`, as hadolint 2.15 reads it.

use super::Settings;
use super::names::{Found, find};
use super::peer_file::{Entry, PeerFile};
use crate::config::{Config, ConfigError, FailOn, LabelContent, Overrides, Policy};
use crate::finding::Severity;
use crate::rules::Registry;
use crate::yaml::NodeId;

/// What the keys of a configuration mean here.
pub(super) fn settings(file: &mut PeerFile<'_>, registry: &Registry) -> Result<Settings, ConfigError> {
    let mut settings = Settings::default();
    let entries = file.root()?;
    for entry in &entries {
        key(file, entry, registry, &mut settings)?;
    }
    if let (None, Some(first)) = (settings.fail_on, entries.first()) {
        file.note(
            first.at,
            "hadolint fails from `info` on, shipworthy from `medium` (its `warning`): `fail-on = \"low\"` under [check] is as strict",
        );
    }
    Ok(settings)
}

fn key(file: &mut PeerFile<'_>, entry: &Entry, registry: &Registry, settings: &mut Settings) -> Result<(), ConfigError> {
    match entry.key.as_str() {
        "ignored" => {
            for (at, id) in file.texts(entry.value)? {
                ignore(file, at, &id, registry, settings);
            }
        }
        "override" => {
            for level in file.entries(entry.value)? {
                let Some(severity) = severity(&level.key) else {
                    file.note(
                        level.at,
                        format!("`override.{}` is read by nobody: hadolint has error, warning, info and style", level.key),
                    );
                    continue;
                };
                for (at, id) in file.texts(level.value)? {
                    rank(file, at, &id, severity, registry, settings);
                }
            }
        }
        "trustedRegistries" | "trusted-registries" => {
            for (at, registry) in file.texts(entry.value)? {
                trust(file, at, registry, settings);
            }
        }
        "label-schema" => {
            for label in file.entries(entry.value)? {
                let content = file.text(label.value)?;
                match serde_json::from_value::<LabelContent>(content.as_str().into()) {
                    Ok(content) => settings.labels.push((label.key, content)),
                    Err(_) => return Err(file.error(label.value, format!("hadolint knows no labels of the type `{content}`"))),
                }
            }
        }
        "strict-labels" => settings.strict_labels = file.boolean(entry.value)?.then_some(true),
        "failure-threshold" => {
            let fail_on = threshold(&file.text(entry.value)?)
                .ok_or_else(|| file.error(entry.value, "hadolint has error, warning, info, style, ignore and none"))?;
            settings.fail_on.get_or_insert(fail_on);
        }
        "no-fail" => {
            if file.boolean(entry.value)? {
                settings.fail_on = Some(FailOn::Never);
                file.note(
                    entry.at,
                    "`no-fail` is `fail-on = \"never\"`; a file that does not parse still fails, unless `--exit-zero` is given",
                );
            }
        }
        "disable-ignore-pragma" => {
            if file.boolean(entry.value)? {
                settings.foreign_suppressions = Some(false);
                file.note(
                    entry.at,
                    "`disable-ignore-pragma` is `foreign-suppressions = false`, which holds for the comments of every other tool",
                );
            }
        }
        "format" | "output-format" => {
            let text = match format(&file.text(entry.value)?) {
                Some(ours) => format!("`{}` belongs to a run: `-f {ours}`, or `--output {ours}=FILE` beside the text", entry.key),
                None => format!("`{}`: there is no such format here; `-f json` and `-f sarif` are nearest", entry.key),
            };
            file.note(entry.at, text);
        }
        "no-color" => file.note(entry.at, "`no-color` belongs to a run: `--color never`, or NO_COLOR; pipes never get colour"),
        "verbose" => file.note(entry.at, "`verbose` belongs to a run: `-v`"),
        other => file.note(entry.at, format!("`{other}` is no key of hadolint, which reads over it")),
    }
    Ok(())
}

/// The family of an identifier: hadolint passes on what ShellCheck says.
fn family(id: &str) -> &'static str {
    if id.starts_with("SC") { "shellcheck" } else { "hadolint" }
}

fn ignore(file: &mut PeerFile<'_>, at: NodeId, id: &str, registry: &Registry, settings: &mut Settings) {
    match find(registry, family(id), id) {
        Found::Rules { named, .. } => super::extend(&mut settings.ignore, vec![named]),
        Found::Nothing => file.note(at, format!("`ignored: {id}` is not needed: no rule reports it")),
        Found::Mandatory => file.note(at, format!("`ignored: {id}` cannot be: what does not parse or build is always said")),
    }
}

fn rank(file: &mut PeerFile<'_>, at: NodeId, id: &str, severity: Severity, registry: &Registry, settings: &mut Settings) {
    match find(registry, family(id), id) {
        Found::Rules { named, extra } => {
            if extra {
                super::extend(&mut settings.extend_select, vec![named.clone()]);
            }
            super::extend(&mut settings.severity, vec![(named, severity)]);
        }
        Found::Nothing => file.note(at, format!("the severity of `{id}` has no equivalent: no rule reports it")),
        Found::Mandatory => {
            file.note(at, format!("the severity of `{id}` has no equivalent: what does not parse or build always fails"))
        }
    }
}

fn trust(file: &mut PeerFile<'_>, at: NodeId, registry: String, settings: &mut Settings) {
    let overrides = Overrides { trusted_registries: vec![registry.clone()], ..Overrides::default() };
    let is_pattern = registry.trim_start_matches("*.").contains('*') && registry != "*";
    match Policy::of(&Config::default(), &overrides) {
        Ok(_) if !is_pattern => super::extend(&mut settings.trusted_registries, vec![registry]),
        _ => file.note(
            at,
            format!("the trusted registry `{registry}` has no equivalent: write `host`, `host/namespace` or `*.domain`"),
        ),
    }
}

/// Their levels on our scale.
fn severity(level: &str) -> Option<Severity> {
    Some(match level {
        "error" => Severity::High,
        "warning" => Severity::Medium,
        "info" => Severity::Low,
        "style" => Severity::Info,
        _ => return None,
    })
}

/// `none` and `ignore` fail for anything (measured), whatever the documentation says.
fn threshold(level: &str) -> Option<FailOn> {
    match level {
        "none" | "ignore" => Some(FailOn::At(Severity::Info)),
        level => severity(level).map(FailOn::At),
    }
}

fn format(name: &str) -> Option<&'static str> {
    Some(match name {
        "tty" => "full",
        "json" => "json",
        "checkstyle" => "checkstyle",
        "codeclimate" | "gitlab_codeclimate" => "gitlab",
        "gnu" => "concise",
        "sarif" => "sarif",
        "junit" => "junit",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::{Peer, read};
    use super::*;

    fn migrated(text: &str) -> (Settings, Vec<String>) {
        let (settings, notes) = read(Peer::Hadolint, ".hadolint.yaml", text, &Registry::embedded()).unwrap();
        (settings, notes.iter().map(ToString::to_string).collect())
    }

    fn names(all: &[super::super::Named]) -> Vec<&str> {
        all.iter().map(|named| named.name.as_str()).collect()
    }

    #[test]
    fn what_is_ignored_goes_by_its_own_name() {
        let (settings, notes) = migrated("failure-threshold: info\nignored: [DL3008, SC2086, DL9999]\n");
        assert_eq!(names(&settings.ignore), ["DL3008", "SC2086"]);
        assert_eq!(notes, [".hadolint.yaml:2: `ignored: DL9999` is not needed: no rule reports it"]);
    }

    #[test]
    fn levels_become_severities_and_select_what_the_default_leaves_out() {
        let (settings, _) = migrated("override:\n  error: [DL3020]\n  style: [DL3008]\nignored: [DL3007]\n");
        let severities: Vec<_> = settings.severity.iter().map(|(named, severity)| (named.name.as_str(), *severity)).collect();
        assert_eq!(severities, [("DL3020", Severity::High), ("DL3008", Severity::Info)]);
        assert_eq!(names(&settings.extend_select), ["DL3008"]);
    }

    #[test]
    fn what_is_ignored_is_neither_ranked_nor_selected() {
        let (settings, _) = migrated("override: {warning: [DL3008]}\nignored: [DL3008]\n");
        assert_eq!((names(&settings.ignore), settings.severity.len(), settings.extend_select.len()), (vec!["DL3008"], 0, 0));
    }

    #[test]
    fn a_rule_that_is_off_unless_configured_is_known() {
        let (settings, notes) = migrated("override: {error: [DL3057]}\nfailure-threshold: error\n");
        assert_eq!(settings.severity[0].0.name, "dockerfile/healthcheck-missing");
        assert!(notes.is_empty(), "{notes:?}");
    }

    #[test]
    fn thresholds() {
        let fail_on = |text: &str| migrated(text).0.fail_on;
        assert_eq!(fail_on("failure-threshold: error"), Some(FailOn::At(Severity::High)));
        assert_eq!(fail_on("failure-threshold: none"), Some(FailOn::At(Severity::Info)));
        assert_eq!(fail_on("failure-threshold: error\nno-fail: true"), Some(FailOn::Never));
        assert_eq!(fail_on("no-fail: true\nfailure-threshold: error"), Some(FailOn::Never));
        assert_eq!(fail_on("no-fail: false"), None);
    }

    #[test]
    fn registries_and_labels() {
        let (settings, notes) = migrated(
            "trustedRegistries:\n- docker.io\n- \"*.example.com\"\n- https://ghcr.io\n- ghcr*\nlabel-schema:\n  author: text\n  \
             org.opencontainers.image.created: rfc3339\nstrict-labels: true\nfailure-threshold: warning\n",
        );
        assert_eq!(settings.trusted_registries, ["docker.io", "*.example.com"]);
        assert_eq!(settings.labels[0], ("author".into(), LabelContent::Text));
        assert_eq!(settings.labels[1], ("org.opencontainers.image.created".into(), LabelContent::Time));
        assert_eq!(settings.strict_labels, Some(true));
        assert_eq!(notes.len(), 2, "{notes:?}");
        assert!(notes[0].starts_with(".hadolint.yaml:4: "), "{notes:?}");
    }

    #[test]
    fn every_type_of_label_that_hadolint_knows_is_known() {
        for content in ["text", "rawtext", "url", "semver", "hash", "rfc3339", "spdx", "email"] {
            assert_eq!(migrated(&format!("label-schema: {{a: {content}}}")).0.labels.len(), 1, "{content}");
        }
    }

    #[test]
    fn what_belongs_to_a_run_is_said() {
        let (settings, notes) = migrated("format: gnu\nno-color: true\nverbose: true\nbogus: 1\nfailure-threshold: info\n");
        assert_eq!(settings, Settings { fail_on: Some(FailOn::At(Severity::Low)), ..Settings::default() });
        assert_eq!(notes.len(), 4, "{notes:?}");
        assert!(notes[0].contains("`-f concise`") && notes[3].contains("`bogus`"), "{notes:?}");
    }

    #[test]
    fn faults_point_into_the_file() {
        for (text, place) in [
            ("ignored: DL3008\n", ":1:10"),
            ("override: []\n", ":1:11"),
            ("failure-threshold: never\n", ":1:20"),
            ("label-schema: {a: colour}\n", ":1:19"),
            ("strict-labels: maybe\n", ":1:16"),
            ("- a\n", ":1:1"),
            ("a: [\n", ".hadolint.yaml:"),
        ] {
            let error = read(Peer::Hadolint, ".hadolint.yaml", text, &Registry::embedded()).unwrap_err().to_string();
            assert!(error.contains(place), "{text}: {error}");
        }
        assert!(migrated("").0.is_empty() && migrated("# nothing\n").0.is_empty());
        assert!(migrated("ignored:\n").0.is_empty());
    }
}
