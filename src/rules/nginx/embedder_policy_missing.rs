use crate::nginx::configuration::Configuration;
use crate::nginx::headers;
use crate::rules::check::Reporter;

pub fn check(configuration: &Configuration, out: &mut Reporter<'_>) {
    for block in headers::lacking(configuration, "Cross-Origin-Embedder-Policy") {
        let draft = out.report_at(block.location());
        match headers::addition(block, "add_header Cross-Origin-Embedder-Policy \"require-corp\" always;") {
            Some(edit) => draft.edit(edit).emit(),
            None => draft.emit(),
        }
    }
}
