use crate::catalog::nginx_directives::{Context, Version};
use crate::nginx::configuration::Directive;
use crate::nginx::write;
use crate::rules::check::Reporter;

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    let Some(value) = directive.argument(0).filter(|_| directive.means("ssl")) else { return };
    let is_known_then = directive.configuration().release.is_before(Version(1, 25, 1));
    let is_web = directive.may_be_in(Context::Http) || directive.may_be_in(Context::Server);
    if is_known_then || !is_web || !matches!(value.text, "on" | "off") {
        return;
    }
    let draft = out.report_at(directive.location()).value("value", value.text);
    let listens: Vec<_> = directive.siblings().filter(|sibling| sibling.is("listen") && !sibling.has_argument("ssl")).collect();
    let server = directive.parent().filter(|parent| parent.is_server());
    if value.text == "off" {
        draft.edit(write::remove(directive)).emit();
    } else if server.is_some_and(|server| server.child("listen").is_some()) {
        let draft = listens.into_iter().fold(draft, |draft, listen| draft.edit(write::append(listen, "ssl")));
        draft.edit(write::remove(directive)).emit();
    } else {
        draft.emit();
    }
}
