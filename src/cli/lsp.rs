//! `shipworthy lsp`: the language server.

use super::arguments::{GateArguments, LspArguments};
use super::{Exit, check, session, terminal};
use crate::lsp::{self, Options};

/// Serves until the client leaves. Leaving without `shutdown` before it is an error, as the protocol has it.
pub fn run(arguments: &LspArguments) -> Exit {
    let options = Options {
        config: arguments.config.clone(),
        isolated: arguments.isolated,
        overrides: check::overrides(&arguments.selection, &GateArguments::default()),
        variables: session::variables(&arguments.env),
        today: arguments.selection.today,
    };
    terminal::say_what_is_awaited("an editor on standard input; editors start this command by themselves (Ctrl-C ends it)");
    if lsp::serve(options) { Exit::Success } else { Exit::Findings }
}
