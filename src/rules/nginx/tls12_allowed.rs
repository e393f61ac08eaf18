use crate::nginx::configuration::Directive;
use crate::nginx::write;
use crate::rules::check::Reporter;

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    let Some(old) = directive.arguments().find(|word| directive.means("ssl_protocols") && word.text == "TLSv1.2") else { return };
    let edit = write::edit(directive, directive.arguments_span(), "TLSv1.3".to_owned());
    out.report_at(directive.at(old.span)).edit(edit).emit();
}
