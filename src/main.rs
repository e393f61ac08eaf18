//! The `shipworthy` command; everything is in [`shipworthy::cli`].

use std::process::ExitCode;

/// Threads of a run wait for each other in that of glibc, and far more in that of musl: a repository takes an eighth longer with the one, and
/// two and a half times as long with the other.
#[cfg(all(target_os = "linux", feature = "jemalloc"))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// What it reads its settings from: memory that nobody needs any more is kept for 50 ms, not for ten seconds, since a run is over by then.
#[cfg(all(target_os = "linux", feature = "jemalloc"))]
#[unsafe(export_name = "_rjem_malloc_conf")]
pub static ALLOCATOR_SETTINGS: &[u8; 35] = b"dirty_decay_ms:50,muzzy_decay_ms:0\0";

fn main() -> ExitCode {
    shipworthy::cli::main()
}
