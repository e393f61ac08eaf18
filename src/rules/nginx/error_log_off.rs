use crate::nginx::configuration::Directive;
use crate::nginx::write;
use crate::rules::check::Reporter;

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    let Some(file) = directive.argument(0).filter(|file| directive.means("error_log") && file.text == "off") else { return };
    let edit = write::edit(directive, directive.arguments_span(), "/dev/null crit".to_owned());
    out.report_at(directive.at(file.span)).edit(edit).emit();
}
