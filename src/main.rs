//! The `shipworthy` command; everything is in [`shipworthy::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    shipworthy::cli::main()
}
