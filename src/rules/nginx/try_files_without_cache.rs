use crate::nginx::configuration::Directive;
use crate::rules::check::Reporter;

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    if !directive.means("try_files") {
        return;
    }
    let cache = directive.effective_here("open_file_cache");
    let is_hidden = directive.configuration().includes.iter().any(|include| !include.outcome.is_known());
    if cache.text() == "off" || (cache.is_unset() && !is_hidden) {
        out.report_at(directive.location()).emit();
    }
}
