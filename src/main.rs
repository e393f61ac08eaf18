//! The `shipworthy` command; everything is in [`shipworthy::cli`].

use std::process::ExitCode;

/// That of musl has one lock and gives pages back at once: a whole repository takes two and a half times as long with it.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    shipworthy::cli::main()
}
