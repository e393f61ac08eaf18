//! What nginx knows of its directives: `rules/catalog/nginx-directives.tsv`, made by
//! `rules/catalog/generate/nginx_directives.py`, and the modules of others in `rules/catalog/nginx-third-party.yaml`.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

use serde::Deserialize;

use super::documents;

/// The release that the table was made from.
pub const NEWEST: Version = Version(1, 31, 0);

/// One way in which a module takes a directive; a name may have several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Form {
    pub name: &'static str,
    pub module: &'static str,
    pub contexts: Contexts,
    pub arguments: Arguments,
    /// It has braces and no semicolon.
    pub is_block: bool,
    pub value: Value,
    /// A second one in the same block is refused as a duplicate.
    pub once: bool,
    pub since: Option<Version>,
    pub removal: Option<Removal>,
    /// As the documentation writes it; empty when there is none.
    pub default: &'static str,
}

/// A release of nginx: major, minor, patch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(pub u8, pub u8, pub u8);

impl Version {
    /// `1.27.3`, `1.27` or `1` with what follows a dash left aside; what a short form leaves out is `None`, so that the
    /// caller knows how much is known.
    pub fn read(text: &str) -> Option<(u8, Option<u8>, Option<u8>)> {
        let mut parts = text.split('-').next()?.split('.').map(|part| part.parse::<u8>().ok());
        let major = parts.next()??;
        Some((major, parts.next().flatten(), parts.next().flatten()))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}.{}.{}", self.0, self.1, self.2)
    }
}

/// What became of a directive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removal {
    /// nginx does not know it from this release on.
    Gone(Version),
    /// nginx warns and does nothing from this release on.
    Ignored(Version),
}

/// How many arguments a directive takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arguments {
    /// One bit for each number that is fine: bit 0 for none.
    Counts(u8),
    AtLeast(u8),
    /// One, `on` or `off`.
    Flag,
    Any,
}

impl Arguments {
    /// Whether nginx takes this many (`ngx_conf_handler`).
    pub fn allow(self, count: usize) -> bool {
        match self {
            Self::Counts(bits) => count < 8 && bits & (1 << count) != 0,
            Self::AtLeast(least) => count >= least as usize,
            Self::Flag => count == 1,
            Self::Any => true,
        }
    }

    /// In words: `1 or 2`, `at least 1`.
    pub fn describe(self) -> String {
        match self {
            Self::Counts(bits) => {
                let counts: Vec<String> =
                    (0..8).filter(|count| bits & (1 << count) != 0).map(|count| count.to_string()).collect();
                match counts.split_last() {
                    None => "none".to_owned(),
                    Some((only, [])) if only == "0" => "none".to_owned(),
                    Some((only, [])) => only.clone(),
                    Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
                }
            }
            Self::AtLeast(least) => format!("at least {least}"),
            Self::Flag => "1".to_owned(),
            Self::Any => "any number".to_owned(),
        }
    }
}

/// What the only argument of a directive may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value {
    Any,
    /// `1024`, `8k`, `1m`.
    Size,
    /// As a size, and `1g`.
    Offset,
    /// `30s`, `1m30s`, `500ms`.
    Time,
    Number,
    OneOf(&'static [&'static str]),
}

/// Where a directive may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Context {
    Main,
    Events,
    Http,
    Server,
    Location,
    IfInServer,
    IfInLocation,
    LimitExcept,
    Upstream,
    Stream,
    StreamServer,
    StreamUpstream,
    Mail,
    MailServer,
    Mgmt,
    OidcProvider,
    AcmeIssuer,
}

impl Context {
    pub const ALL: [Self; 17] = [
        Self::Main,
        Self::Events,
        Self::Http,
        Self::Server,
        Self::Location,
        Self::IfInServer,
        Self::IfInLocation,
        Self::LimitExcept,
        Self::Upstream,
        Self::Stream,
        Self::StreamServer,
        Self::StreamUpstream,
        Self::Mail,
        Self::MailServer,
        Self::Mgmt,
        Self::OidcProvider,
        Self::AcmeIssuer,
    ];

    /// As people call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Main => "the main level",
            Self::Events => "events",
            Self::Http => "http",
            Self::Server => "server",
            Self::Location => "location",
            Self::IfInServer => "if in server",
            Self::IfInLocation => "if in location",
            Self::LimitExcept => "limit_except",
            Self::Upstream => "upstream",
            Self::Stream => "stream",
            Self::StreamServer => "server in stream",
            Self::StreamUpstream => "upstream in stream",
            Self::Mail => "mail",
            Self::MailServer => "server in mail",
            Self::Mgmt => "mgmt",
            Self::OidcProvider => "oidc_provider",
            Self::AcmeIssuer => "acme_issuer",
        }
    }

    /// The context that the body of a block gives to what stands in it; `None` for a block whose body is data, or unknown.
    pub fn within(self, block: &str) -> Option<Self> {
        Some(match (self, block) {
            (Self::Main, "events") => Self::Events,
            (Self::Main, "http") => Self::Http,
            (Self::Main, "stream") => Self::Stream,
            (Self::Main, "mail") => Self::Mail,
            (Self::Main, "mgmt") => Self::Mgmt,
            (Self::Http, "server") => Self::Server,
            (Self::Http, "upstream") => Self::Upstream,
            (Self::Http, "oidc_provider") => Self::OidcProvider,
            (Self::Http, "acme_issuer") => Self::AcmeIssuer,
            (Self::Server | Self::Location, "location") => Self::Location,
            (Self::Server, "if") => Self::IfInServer,
            (Self::Location, "if") => Self::IfInLocation,
            (Self::Location, "limit_except") => Self::LimitExcept,
            (Self::Stream, "server") => Self::StreamServer,
            (Self::Stream, "upstream") => Self::StreamUpstream,
            (Self::Mail, "server") => Self::MailServer,
            _ => return None,
        })
    }
}

/// A set of contexts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Contexts(pub u32);

impl Contexts {
    /// Of one context.
    pub const fn of(context: Context) -> Self {
        Self(1 << context as u8)
    }

    /// All of them.
    pub const fn all() -> Self {
        Self((1 << Context::ALL.len()) - 1)
    }

    pub const fn contains(self, context: Context) -> bool {
        self.0 & (1 << context as u8) != 0
    }

    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// From the outermost to the innermost.
    pub fn iter(self) -> impl Iterator<Item = Context> {
        Context::ALL.into_iter().filter(move |context| self.contains(*context))
    }

    /// In words: `http, server or location`.
    pub fn describe(self) -> String {
        let names: Vec<&str> = self.iter().map(Context::name).collect();
        match names.split_last() {
            None => String::new(),
            Some((only, [])) => (*only).to_owned(),
            Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        }
    }
}

include!(concat!(env!("OUT_DIR"), "/nginx_directives.rs"));

/// Every way in which nginx takes a directive of this name; names are case-sensitive.
pub fn forms(name: &str) -> &'static [Form] {
    let first = TABLE.partition_point(|form| form.name < name);
    let count = TABLE[first..].iter().take_while(|form| form.name == name).count();
    &TABLE[first..first + count]
}

/// The names of all directives, sorted.
pub fn names() -> impl Iterator<Item = &'static str> {
    let mut last = "";
    TABLE.iter().map(|form| form.name).filter(move |name| std::mem::replace(&mut last, name) != *name)
}

/// Directives of modules that nginx.org does not ship.
#[derive(Debug, Deserialize)]
struct ThirdParty {
    /// By module: names, and beginnings of names that end with `*`.
    modules: BTreeMap<String, Vec<String>>,
}

static THIRD_PARTY: LazyLock<ThirdParty> =
    LazyLock::new(|| serde_json::from_str(documents::NGINX_THIRD_PARTY).expect("the tests read this table"));

/// The module of somebody else that has a directive of this name.
pub fn third_party_module(name: &str) -> Option<&'static str> {
    let fits = |pattern: &String| match pattern.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == pattern,
    };
    let found = THIRD_PARTY.modules.iter().find(|(_, patterns)| patterns.iter().any(fits));
    found.map(|(module, _)| module.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_can_be_searched() {
        assert!(TABLE.is_sorted_by_key(|form| form.name));
        assert!(forms("proxy_pass").iter().any(|form| form.contexts.contains(Context::LimitExcept)));
        assert!(forms("Proxy_pass").is_empty() && forms("").is_empty() && forms("zzz").is_empty());
        assert!(names().count() > 800);
    }

    #[test]
    fn facts_of_directives() {
        let form = |name: &str, context| *forms(name).iter().find(|form| form.contexts.contains(context)).unwrap();
        assert!(form("listen", Context::Server).arguments.allow(3) && !form("listen", Context::Server).arguments.allow(0));
        assert_eq!(form("gzip", Context::Http).arguments, Arguments::Flag);
        assert!(form("server", Context::Http).is_block && !form("server", Context::Upstream).is_block);
        assert_eq!(form("ssl", Context::Http).removal, Some(Removal::Gone(Version(1, 25, 1))));
        assert_eq!(form("add_header_inherit", Context::Http).since, Some(Version(1, 29, 3)));
        assert_eq!(form("client_max_body_size", Context::Http).value, Value::Offset);
        assert_eq!(form("satisfy", Context::Http).value, Value::OneOf(&["all", "any"]));
        assert!(form("root", Context::Http).once && !form("add_header", Context::Http).once);
        assert_eq!(form("proxy_pass", Context::Location).arguments.describe(), "1");
    }

    #[test]
    fn modules_of_others_are_known_by_their_names() {
        assert_eq!(third_party_module("more_set_headers"), Some("headers-more"));
        assert!(third_party_module("content_by_lua_block").is_some() && third_party_module("brotli_types").is_some());
        assert_eq!(third_party_module("proxy_pas"), None);
    }

    #[test]
    fn versions_may_be_short() {
        assert_eq!(Version::read("1.27.3-alpine"), Some((1, Some(27), Some(3))));
        assert_eq!(Version::read("1.27"), Some((1, Some(27), None)));
        assert_eq!(Version::read("latest"), None);
    }
}
