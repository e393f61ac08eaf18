use crate::nginx::configuration::Directive;
use crate::rules::check::Reporter;

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    let Some(list) = directive.argument(0).filter(|_| directive.means("ssl_ecdh_curve")) else { return };
    // `?` makes a group optional since OpenSSL 3.3.
    let is_strict = |group: &&str| group.to_ascii_uppercase().contains("MLKEM") && !group.starts_with('?');
    if let Some(group) = list.text.split(':').find(is_strict) {
        out.report_at(directive.at(list.span)).value("group", group).emit();
    }
}
