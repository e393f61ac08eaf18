//! Secrets in files of any kind: one engine that every kind of file brings its places to.
//!
//! Whoever reads a file makes a [`Scanner`] for its text, which looks at running text at once (provider tokens, private keys, passwords
//! in URLs, weak defaults of `${PASSWORD:-x}`), and then shows it the structured places: variables with their values, commands, headers.
//! The outcome goes to [`crate::project::Document`]: what was detected is judged by the rules of the family `secret`, what must be masked is
//! covered in every output.
//!
//! ```
//! use shipworthy::secret::{Evidence, Scanner, Setting, Strength};
//! use shipworthy::source::Span;
//!
//! let text = "environment:\n  DB_PASSWORD: \"correct horse\"\n  API_TOKEN: ${TOKEN:-changeme}\n";
//! let place = |part: &str| Span::new(text.find(part).unwrap(), text.find(part).unwrap() + part.len());
//!
//! let mut scanner = Scanner::new(text, Setting::Deployed);
//! // Spans are those of the values as they are written, without the quotes; nothing has to be interpolated or unescaped.
//! scanner.known(&["db"]);
//! scanner.variable("DB_PASSWORD", place("correct horse"));
//! scanner.variable("API_TOKEN", place("${TOKEN:-changeme}"));
//! let found = scanner.finish();
//!
//! assert_eq!(found.detections[0].evidence, Evidence::Name);
//! assert_eq!(found.detections[0].strength, Strength::Real);
//! assert_eq!(found.detections[0].span.slice(text), "correct horse");
//! assert_eq!(found.detections[1].setting, Setting::Fallback);
//! assert_eq!(found.detections[1].strength, Strength::Placeholder);
//! assert_eq!(found.masks.len(), 2);
//! ```

pub mod arguments;
mod example_file;
pub mod names;
pub mod providers;
pub mod references;
pub mod scanner;
pub mod texts;
mod topic;
pub mod values;

pub use example_file::is_example;
pub use scanner::{Scanner, Secrets};
pub use topic::Topic;
pub use values::Strength;

use crate::source::Span;

/// One secret that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detection {
    pub evidence: Evidence,
    pub strength: Strength,
    pub setting: Setting,
    /// The variable, flag or header that holds it, as it is written; empty in running text.
    pub name: String,
    /// The secret alone, without quotes, scheme or user.
    pub span: Span,
    /// For [`Setting::Fallback`]: the variable and what `:?message` takes the place of.
    pub fallback: Option<FallbackPlace>,
    /// Whether a reader of the value is left with nothing to see: a default credential may be a word such as `trust`.
    pub masked: bool,
    /// The whole value of a variable, in a file where a reference may take its place (compose).
    pub replaceable: Option<Span>,
    /// Another rule speaks of this very place: it is masked, and no rule of the family `secret` reports it.
    pub deferred: bool,
}

/// Where the default of a `${NAME:-default}` stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FallbackPlace {
    pub variable: String,
    /// From the operator to the end of the default.
    pub operation: Span,
}

/// What tells that it is a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Evidence {
    /// A build argument that is handed on: the value is not in the file, but will be in the history of the image.
    BuildArgument,
    /// The name of a variable.
    Name,
    /// The flag of a command, or the place behind it.
    Argument,
    /// A header that carries credentials.
    Header,
    /// The hash of a password, such as traefik's basic authentication has it.
    Hash,
    /// An image and its well-known credential.
    Default(DefaultKind),
    /// The password in a URL.
    Url,
    PrivateKey,
    /// The form of a provider's tokens.
    Token {
        provider: &'static str,
        /// It may have expired, or works on test data only.
        perishable: bool,
        /// The checksum of the format holds.
        proven: bool,
    },
}

/// What is wrong with a setting that the documentation of an image shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DefaultKind {
    /// A password that everyone knows.
    Credential(&'static str),
    /// A switch that lets everyone in.
    Open(&'static str),
}

/// Where a value stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Setting {
    /// What runs has it.
    Deployed,
    /// A file that shows how another one is written: `.env.example`.
    Example,
    /// What `${X:-y}` falls back to.
    Fallback,
    /// A build argument: the history of the image keeps it.
    BuildArgument,
}
