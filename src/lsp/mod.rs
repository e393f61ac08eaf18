//! The language server, `shipworthy lsp`: findings, fixes and pages of rules in an editor, over standard input and output.
//!
//! [`workspace`] keeps the files around those that are open, with what the editor holds in the place of what was saved; the others
//! turn what it knows into what the protocol asks for.

mod actions;
mod buffers;
mod client;
mod completion;
mod diagnostics;
mod hover;
mod positions;
mod server;
mod transport;
mod uri;
mod workspace;

pub use server::serve;
pub use workspace::Options;
