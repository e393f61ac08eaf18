use crate::nginx::configuration::Directive;
use crate::rules::check::Reporter;

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    let Some(address) = directive.argument(0).filter(|_| directive.means("set_real_ip_from")) else { return };
    if address.text.ends_with("/0") {
        out.report_at(directive.at(address.span)).value("address", address.text).emit();
    }
}
