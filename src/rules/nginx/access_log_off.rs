use crate::nginx::configuration::Directive;
use crate::nginx::write;
use crate::rules::check::Reporter;

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    let is_wide = directive.parent().is_none_or(|block| block.is("server") || block.is("http"));
    let Some(off) = directive.argument(0).filter(|off| directive.means("access_log") && off.text == "off") else { return };
    // At the top of a fragment nobody knows how wide it is.
    if is_wide && directive.parent().is_some() {
        out.report_at(directive.at(off.span)).edit(write::remove(directive)).emit();
    }
}
