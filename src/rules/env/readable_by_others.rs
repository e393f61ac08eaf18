use super::committed::report_first_secret;
use crate::env::EnvFile;
use crate::rules::check::Reporter;
use crate::secret::is_example;

pub fn check(file: &EnvFile, out: &mut Reporter<'_>) {
    let source = &out.document().source;
    if source.custody.others_read && !is_example(&source.path, source.kind) {
        report_first_secret(file, out);
    }
}
