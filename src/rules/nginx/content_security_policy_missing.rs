use crate::nginx::configuration::Configuration;
use crate::nginx::headers;
use crate::rules::check::Reporter;

pub fn check(configuration: &Configuration, out: &mut Reporter<'_>) {
    for block in headers::lacking(configuration, "Content-Security-Policy") {
        out.report_at(block.location()).emit();
    }
}
