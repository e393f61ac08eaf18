//! Who the containers of an image run as, and which account an image has to spare: `rules/catalog/accounts.yaml`.

use std::sync::LazyLock;

use jiff::civil::Date;
use serde::Deserialize;

use super::documents;

/// The table. Images go by the name that people write, without a tag.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Accounts {
    /// The day on which it was last compared with its sources.
    pub as_of: Date,
    pub source: String,
    stay_root: Vec<String>,
    step_down: Vec<String>,
    workers: Vec<String>,
    named: Vec<Named>,
    spare: Vec<Spare>,
}

#[derive(Debug, Deserialize)]
struct Named {
    image: String,
    user: String,
}

/// An account that an image has and nothing in it runs as.
#[derive(Debug, Deserialize)]
pub struct Spare {
    image: String,
    pub user: String,
    /// Of the account and of its group.
    pub number: Option<u32>,
    /// A folder that exists and belongs to the account.
    pub home: Option<String>,
    #[serde(default)]
    tags: Vec<String>,
}

/// What a container of an image is started as, and what becomes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DefaultUser<'a> {
    /// It stays root.
    Root,
    /// The entrypoint of the image starts the server as another account.
    StepsDown,
    /// The first process stays root, its workers do not.
    Workers,
    Account(&'a str),
}

static TABLE: LazyLock<Accounts> =
    LazyLock::new(|| serde_json::from_str(documents::ACCOUNTS).expect("the tests read this table"));

impl Accounts {
    /// The table, read when it is first asked for.
    pub fn table() -> &'static Self {
        &TABLE
    }

    /// What an image starts as; `None` when it is in no list.
    pub fn default_user(&self, image: &str) -> Option<DefaultUser<'_>> {
        let is_in = |list: &[String]| list.iter().any(|name| name == image);
        if is_in(&self.stay_root) {
            return Some(DefaultUser::Root);
        }
        if is_in(&self.step_down) {
            return Some(DefaultUser::StepsDown);
        }
        if is_in(&self.workers) {
            return Some(DefaultUser::Workers);
        }
        self.named.iter().find(|entry| entry.image == image).map(|entry| DefaultUser::Account(&entry.user))
    }

    /// The account that an image has to spare.
    pub fn spare(&self, image: &str, tag: &str) -> Option<&Spare> {
        let holds = |entry: &&Spare| entry.tags.is_empty() || entry.tags.iter().any(|beginning| tag.starts_with(beginning));
        self.spare.iter().find(|entry| entry.image == image && holds(entry))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_start_as_somebody() {
        let table = Accounts::table();
        assert_eq!(table.default_user("postgres"), Some(DefaultUser::StepsDown));
        assert_eq!(table.default_user("nginx"), Some(DefaultUser::Workers));
        assert_eq!(table.default_user("grafana/grafana"), Some(DefaultUser::Account("472")));
        assert_eq!(table.default_user("gcr.io/distroless/static-debian12"), Some(DefaultUser::Root));
        assert_eq!(table.default_user("example/postgres"), None);
    }

    #[test]
    fn some_have_an_account_to_spare() {
        let table = Accounts::table();
        let spare = |image: &str, tag: &str| table.spare(image, tag).map(|spare| spare.user.as_str());
        assert_eq!(spare("node", "24-alpine"), Some("node"));
        assert_eq!(spare("mcr.microsoft.com/dotnet/aspnet", "8.0"), Some("app"));
        assert_eq!(spare("mcr.microsoft.com/dotnet/aspnet", "6.0"), None);
        assert_eq!(spare("python", "3.13"), None);
    }
}
