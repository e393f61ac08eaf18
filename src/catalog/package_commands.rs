//! Which packages bring which commands: `rules/catalog/package-commands.yaml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::civil::Date;
use serde::Deserialize;

use super::documents;

/// The table.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PackageCommands {
    /// The day on which it was last compared with its sources.
    pub as_of: Date,
    pub source: String,
    commands: BTreeMap<String, Vec<String>>,
    pulled_in: Vec<String>,
    plain: Vec<String>,
}

static TABLE: LazyLock<PackageCommands> =
    LazyLock::new(|| serde_json::from_str(documents::PACKAGE_COMMANDS).expect("the tests read this table"));

impl PackageCommands {
    /// The table, read when it is first asked for.
    pub fn table() -> &'static Self {
        &TABLE
    }

    /// Whether a package may bring a command, itself or with what it needs.
    pub fn may_bring(&self, package: &str, command: &str) -> bool {
        let is_in = |list: &[String], name: &str| list.iter().any(|known| known == name);
        package == command
            || self.commands.get(command).is_some_and(|packages| is_in(packages, package))
            || is_in(&self.pulled_in, command) && !is_in(&self.plain, package)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_bring_commands() {
        let may_bring = |package, command| PackageCommands::table().may_bring(package, command);
        assert!(may_bring("curl", "curl") && may_bring("postgresql-client", "pg_isready") && may_bring("procps", "ps"));
        assert!(!may_bring("libcurl4", "curl") && !may_bring("gcc", "curl"));
        // What is not known to be plain may need it.
        assert!(may_bring("some-tool", "bash") && !may_bring("tzdata", "bash"));
    }
}
