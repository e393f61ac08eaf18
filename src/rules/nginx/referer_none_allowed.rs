use crate::nginx::configuration::Directive;
use crate::nginx::write;
use crate::rules::check::Reporter;

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    if !directive.means("valid_referers") {
        return;
    }
    let Some(none) = directive.arguments().find(|argument| argument.text == "none") else { return };
    let draft = out.report_at(directive.at(none.span));
    if directive.count() > 1 {
        draft.edit(write::without(directive, none)).emit();
    } else {
        draft.emit();
    }
}
