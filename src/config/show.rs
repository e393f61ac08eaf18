//! The settings in force, each with the place that says so.

use std::fmt::Write as _;
use std::ops::Range;

use serde::Serialize;
use toml::Spanned;

use super::{Config, FailOn, Overrides, PolicySection, Runtime, ServiceSection};
use crate::finding::{Confidence, Profile, Severity};

/// The file that `config init` writes.
pub const TEMPLATE: &str = include_str!("template.toml");

/// The settings as TOML, the origin of each in a comment: the file and line, the flag, or `default`.
pub fn show(config: &Config, overrides: &Overrides) -> String {
    let check = &config.file.check;
    let mut rows = Rows { config, lines: Vec::new() };
    rows.line(&match config.path() {
        Some(path) => format!("# {path}"),
        None => "# no shipworthy.toml: the defaults hold".to_owned(),
    });
    if let Some(version) = &config.file.required_version {
        rows.value("required-version", version.get_ref(), rows.place(version.span()));
    }
    rows.line("\n[check]");
    let selected = (!overrides.select.is_empty()).then_some(&overrides.select);
    // A profile stands for nothing where the rules are selected one by one.
    if selected.is_none() && (check.select.is_none() || overrides.profile.is_some()) {
        rows.setting("profile", overrides.profile, check.profile.as_ref(), Profile::Default);
    }
    for (key, given, set, always) in [
        ("select", &overrides.select, &check.select, false),
        ("extend-select", &overrides.extend_select, &check.extend_select, true),
        ("ignore", &overrides.ignore, &check.ignore, true),
    ] {
        rows.lists(key, given, set.as_ref().filter(|_| selected.is_none()), always);
    }
    rows.lists("exclude", &[], check.exclude.as_ref(), true);
    rows.lists("rules", &[], check.rules.as_ref(), true);
    rows.lists("trusted-registries", &overrides.trusted_registries, check.trusted_registries.as_ref(), false);
    if !check.labels.is_empty() {
        rows.setting("strict-labels", None, check.strict_labels.as_ref(), false);
    }
    rows.setting("min-severity", overrides.min_severity, check.min_severity.as_ref(), Severity::Info);
    rows.setting("min-confidence", overrides.min_confidence, check.min_confidence.as_ref(), Confidence::Low);
    rows.setting("fail-on", overrides.fail_on, check.fail_on.as_ref(), FailOn::default());
    rows.setting("foreign-suppressions", None, check.foreign_suppressions.as_ref(), true);
    rows.setting("require-reason", None, check.require_reason.as_ref(), false);
    let given = overrides.baseline.as_ref().map(|path| path.to_string_lossy().into_owned());
    if given.is_some() || check.baseline.is_some() {
        rows.setting("baseline", given, check.baseline.as_ref(), String::new());
    }
    if !check.labels.is_empty() {
        rows.line("\n[check.labels]");
        for (key, content) in &check.labels {
            rows.value(&quoted(key.get_ref()), content, rows.place(key.span()));
        }
    }
    if !check.per_file_ignores.is_empty() {
        rows.line("\n[check.per-file-ignores]");
        for (glob, names) in &check.per_file_ignores {
            let names: Vec<_> = names.iter().map(Spanned::get_ref).collect();
            rows.value(&quoted(glob.get_ref()), names, rows.place(glob.span()));
        }
    }
    if !config.file.severity.is_empty() {
        rows.line("\n[severity]");
        for (name, severity) in &config.file.severity {
            rows.value(&quoted(name.get_ref()), severity, rows.place(name.span()));
        }
    }
    let audit = &config.file.audit;
    if audit.max_image_size.is_some() || audit.published_ports.is_some() {
        rows.line("\n[audit]");
        if let Some(size) = &audit.max_image_size {
            rows.value("max-image-size", size.get_ref(), rows.place(size.span()));
        }
        if let Some(ports) = &audit.published_ports {
            rows.value("published-ports", ports.get_ref(), rows.place(ports.span()));
        }
    }
    rows.policy(&config.file.policy);
    for service in &config.file.service {
        rows.service(service);
    }
    for project in &config.file.project {
        let place = project.files.first().map_or_else(String::new, |glob| rows.place(glob.span()));
        rows.line("\n[[project]]");
        if let Some(name) = &project.name {
            rows.value("name", name, place.clone());
        }
        rows.value("files", project.files.iter().map(Spanned::get_ref).collect::<Vec<_>>(), place.clone());
        rows.value("environment", project.environment, place);
    }
    rows.finish()
}

/// Lines in the making; those with an origin get it as a comment, all comments in one column.
struct Rows<'c> {
    config: &'c Config,
    lines: Vec<(String, Option<String>)>,
}

impl Rows<'_> {
    fn line(&mut self, text: &str) {
        self.lines.push((text.to_owned(), None));
    }

    fn value(&mut self, key: &str, value: impl Serialize, origin: String) {
        // Strings, booleans and lists of strings are written alike in JSON and TOML, but for DEL and escaped slashes.
        let value = serde_json::to_string(&value).unwrap_or_default().replace('\u{7f}', "\\u007f").replace("\",\"", "\", \"");
        self.lines.push((format!("{key} = {value}"), Some(origin)));
    }

    fn setting<T: Serialize + Clone>(&mut self, key: &str, given: Option<T>, set: Option<&Spanned<T>>, default: T) {
        match (given, set) {
            (Some(given), _) => self.value(key, given, format!("--{key}")),
            (None, Some(set)) => self.value(key, set.get_ref(), self.place(set.span())),
            (None, None) => self.value(key, default, "default".to_owned()),
        }
    }

    /// A list of the file and one of the command line, which hold together.
    fn lists(&mut self, key: &str, given: &[String], set: Option<&Spanned<Vec<Spanned<String>>>>, always: bool) {
        let mut names: Vec<&str> = Vec::new();
        let mut origins = Vec::new();
        if let Some(set) = set {
            names.extend(set.get_ref().iter().map(|name| name.get_ref().as_str()));
            origins.push(self.place(set.span()));
        }
        if !given.is_empty() {
            names.extend(given.iter().map(String::as_str));
            origins.push(format!("--{key}"));
        }
        if always || !origins.is_empty() {
            let origin = if origins.is_empty() { "default".to_owned() } else { origins.join(" and ") };
            self.value(key, names, origin);
        }
    }

    /// A value of the file, where it is there.
    fn written<T: Serialize>(&mut self, key: &str, value: Option<&Spanned<T>>) {
        if let Some(value) = value {
            self.value(key, value.get_ref(), self.place(value.span()));
        }
    }

    fn list(&mut self, key: &str, list: Option<&Spanned<Vec<Spanned<String>>>>) {
        if let Some(list) = list {
            let items: Vec<_> = list.get_ref().iter().map(Spanned::get_ref).collect();
            self.value(key, items, self.place(list.span()));
        }
    }

    fn policy(&mut self, policy: &PolicySection) {
        if policy.eol_warn_days.is_some() || policy.guides.is_some() {
            self.line("\n[policy]");
            self.written("eol-warn-days", policy.eol_warn_days.as_ref());
            self.list("guides", policy.guides.as_ref());
        }
        for runtime in Runtime::ALL {
            let Some(section) = policy.runtime(runtime) else { continue };
            self.line(&format!("\n[policy.{}]", runtime.key()));
            self.written("default", section.default.as_ref());
            self.list("allow", section.allow.as_ref());
            self.written("eol", section.eol.as_ref());
            self.written("eol-warn-days", section.eol_warn_days.as_ref());
        }
        let Some(image) = &policy.image else { return };
        self.line("\n[policy.image]");
        self.list("registries", image.registries.as_ref());
        self.written("pin", image.pin.as_ref());
        self.written("max-size", image.max_size.as_ref());
        if !image.labels.is_empty() {
            self.line("\n[policy.image.labels]");
            for (key, content) in &image.labels {
                self.value(&quoted(key.get_ref()), content, self.place(key.span()));
            }
        }
    }

    fn service(&mut self, service: &ServiceSection) {
        self.line("\n[[service]]");
        self.written("name", Some(&service.name));
        for runtime in Runtime::ALL {
            self.written(runtime.key(), service.runtime(runtime));
        }
        self.written("reason", service.reason.as_ref());
        if let Some(because) = &service.because {
            self.value("because", because.get_ref().as_slice(), self.place(because.span()));
        }
        if let Some(until) = &service.until {
            self.value("until", until.get_ref().0.to_string(), self.place(until.span()));
        }
        if let Some(port) = &service.port {
            self.value("port", port.get_ref().as_slice(), self.place(port.span()));
        }
        self.written("health", service.health.as_ref());
    }

    fn place(&self, span: Range<usize>) -> String {
        format!("{}:{}", self.config.path().unwrap_or_default(), self.config.line(span))
    }

    fn finish(self) -> String {
        let lengths = self.lines.iter().filter(|line| line.1.is_some()).map(|line| line.0.chars().count());
        let width = lengths.filter(|length| *length <= 60).max().unwrap_or_default();
        let mut text = String::new();
        for (line, origin) in self.lines {
            let _ = match origin {
                Some(origin) => writeln!(text, "{line:width$}  # {origin}"),
                None => writeln!(text, "{line}"),
            };
        }
        text
    }
}

/// A key that need not be a bare word.
fn quoted(key: &str) -> String {
    serde_json::to_string(key).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn config(text: &str) -> Config {
        Config::parse("conf/shipworthy.toml", text.to_owned(), Path::new("/repo")).unwrap()
    }

    #[test]
    fn defaults_are_shown_as_such() {
        let shown = show(&Config::default(), &Overrides::default());
        assert!(shown.starts_with("# no shipworthy.toml"), "{shown}");
        for line in ["profile = \"default\"", "fail-on = \"medium\"", "ignore = []", "require-reason = false"] {
            let found = shown.lines().find(|found| found.starts_with(line)).unwrap_or_else(|| panic!("no {line} in\n{shown}"));
            assert!(found.ends_with("  # default"), "{found}");
        }
    }

    #[test]
    fn each_setting_names_its_origin() {
        let config = config(
            "[check]\nprofile = \"strict\"\nignore = [\"DL3008\"]\nfail-on = \"low\"\n\n[check.per-file-ignores]\n\
             \"a \\\"b\" = [\"all\"]\n[severity]\nDL3007 = \"high\"\n[[project]]\nfiles = [\"x\"]\nenvironment = \"staging\"\n",
        );
        let overrides = Overrides { ignore: vec!["DL3009".into()], fail_on: Some(FailOn::Never), ..Overrides::default() };
        let shown = show(&config, &overrides);
        let origin = |start: &str| {
            let line = shown.lines().find(|line| line.starts_with(start)).unwrap_or_else(|| panic!("no {start} in\n{shown}"));
            line.split_once("  # ").unwrap().1.to_owned()
        };
        assert_eq!(origin("profile = \"strict\""), "conf/shipworthy.toml:2");
        assert_eq!(origin("ignore = [\"DL3008\", \"DL3009\"]"), "conf/shipworthy.toml:3 and --ignore");
        assert_eq!(origin("fail-on = \"never\""), "--fail-on");
        assert_eq!(origin("\"a \\\"b\" = [\"all\"]"), "conf/shipworthy.toml:7");
        assert_eq!(origin("\"DL3007\" = \"high\""), "conf/shipworthy.toml:9");
        assert_eq!(origin("environment = \"staging\""), "conf/shipworthy.toml:11");
        let again = Config::parse("x", shown.clone(), Path::new("/")).unwrap_or_else(|error| panic!("{error}\n{shown}"));
        assert_eq!(again.file.check.ignore.unwrap().get_ref().len(), 2);
    }

    #[test]
    fn a_policy_is_shown_as_it_could_be_written() {
        let text = "[policy]\neol-warn-days = 90\nguides = [\"docs/GUIDE.md\"]\n[policy.python]\ndefault = \"3.13\"\n\
             allow = [\"3.11\", \"3.13\"]\neol = \"high\"\n[policy.image]\npin = \"digest\"\nmax-size = \"1GB\"\n\
             [[service]]\nname = \"api\"\npython = \"3.11\"\nbecause = \"grpcio\"\nuntil = 2027-01-31\nport = 8001\n\
             health = \"/health\"\n";
        let shown = show(&config(text), &Overrides::default());
        assert!(shown.contains("default = \"3.13\"") && shown.contains("# conf/shipworthy.toml:5"), "{shown}");
        let again = config(&shown);
        assert_eq!(again.file.service[0].port.as_ref().unwrap().get_ref().as_slice(), [8001]);
        assert_eq!(again.file.service[0].until.as_ref().unwrap().get_ref().0.to_string(), "2027-01-31");
        assert_eq!(again.file.policy.image.unwrap().pin.unwrap().get_ref(), &crate::config::Pin::Digest);
    }

    #[test]
    fn a_selection_of_the_command_line_replaces_that_of_the_file() {
        let config = config("[check]\nprofile = \"strict\"\nignore = [\"DL3008\"]\n");
        let shown = show(&config, &Overrides { select: vec!["nginx".into()], ..Overrides::default() });
        assert!(shown.contains("select = [\"nginx\"]"), "{shown}");
        assert!(!shown.contains("profile") && !shown.contains("DL3008"), "{shown}");
    }

    #[test]
    fn the_template_is_valid_as_it_is_and_with_everything_in_it() {
        config(TEMPLATE);
        let key = |line: &&str| line.starts_with("# ") && (line.contains(" = ") || line.starts_with("# ["));
        let all: Vec<_> = TEMPLATE.lines().map(|line| if key(&line) { &line[2..] } else { line }).collect();
        let config = config(&all.join("\n"));
        assert!(config.file.required_version.is_some() && config.file.check.baseline.is_some());
        assert_eq!(config.file.project.len(), 1);
        assert_eq!(config.file.severity.len(), 1);
    }
}
