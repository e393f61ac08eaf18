use crate::nginx::access::{Access, access};
use crate::nginx::configuration::Directive;
use crate::nginx::write;
use crate::rules::check::Reporter;

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    let Some(value) = directive.argument(0).filter(|value| directive.means("autoindex") && value.text == "on") else { return };
    // For those who had to show who they are, a list is a feature.
    if directive.parent().is_none_or(|block| access(block) == Access::Everyone) {
        out.report_at(directive.at(value.span)).edit(write::replace(directive, value, "off")).emit();
    }
}
