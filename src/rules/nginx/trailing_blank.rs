use crate::nginx::configuration::Configuration;
use crate::nginx::layout::trailing_blanks;
use crate::rules::check::Reporter;
use crate::source::Location;

/// One finding for each file, with all of its lines.
pub fn check(configuration: &Configuration, out: &mut Reporter<'_>) {
    for file in configuration.files.iter().filter(|file| file.tree.is_sound()) {
        let blanks = trailing_blanks(file);
        let Some(first) = blanks.first() else { continue };
        let draft = out.report_at(Location { file: file.file, span: *first }).value("count", blanks.len().to_string());
        draft.replace_all(blanks.into_iter().map(|span| (span, ""))).emit();
    }
}
