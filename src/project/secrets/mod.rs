//! The secrets of a file by its kind: which places of it the engine is shown.

mod compose;
mod env;
mod nginx;

use crate::secret::{Setting, is_example};
use crate::source::SourceFile;

pub(super) use compose::of_yaml;
pub(super) use env::of_env;
pub(super) use nginx::of_nginx;

/// Whether what the file says is what runs.
pub(super) fn setting(source: &SourceFile) -> Setting {
    if is_example(&source.path, source.kind) { Setting::Example } else { Setting::Deployed }
}
