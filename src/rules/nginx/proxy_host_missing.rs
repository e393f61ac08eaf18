use crate::nginx::configuration::Directive;
use crate::nginx::{proxy, write};
use crate::rules::check::Reporter;

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    if !directive.means("proxy_pass") || !proxy::knows_headers(directive) || proxy::header(directive, "Host").is_some() {
        return;
    }
    // A server elsewhere goes by its own name.
    let Some(host) = proxy::host(directive.text(0)).filter(|host| !proxy::is_elsewhere(host)) else { return };
    let draft = out.report_at(directive.location()).value("host", host);
    if proxy::can_add_header(directive) {
        draft.edit(write::add_after(directive, &["proxy_set_header Host $host;"])).emit();
    } else {
        draft.emit();
    }
}
