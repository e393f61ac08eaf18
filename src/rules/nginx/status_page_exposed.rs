use crate::nginx::access::{Access, access, is_local};
use crate::nginx::configuration::Directive;
use crate::nginx::write;
use crate::rules::check::Reporter;

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    let Some(block) = page(directive).filter(|block| !is_local(*block)) else { return };
    let draft = out.report_at(directive.location()).value("directive", directive.name());
    let asks_already = ["allow", "deny", "satisfy", "auth_basic", "auth_request", "auth_jwt"];
    if asks_already.iter().all(|name| block.effective(name).is_unset()) {
        draft.edit(write::add_after(directive, &["allow 127.0.0.1;", "deny all;"])).emit();
    } else {
        draft.emit();
    }
}

/// The block of a status page that everyone may see.
pub fn page(directive: Directive<'_>) -> Option<Directive<'_>> {
    let is_page = ["stub_status", "vhost_traffic_status_display", "check_status"];
    if !is_page.iter().any(|name| directive.means(name)) || directive.text(0) == "off" {
        return None;
    }
    directive.parent().filter(|block| access(*block) == Access::Everyone)
}
