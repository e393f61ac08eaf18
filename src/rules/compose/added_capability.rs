use crate::catalog::capabilities::{is_default, plain, power};
use crate::compose::{ComposeProject, Service};
use crate::rules::check::Reporter;

pub fn check(_: &ComposeProject, service: Service<'_>, out: &mut Reporter<'_>) {
    for item in service.list("cap_add").iter().filter(|item| !item.origin.is_unknown()) {
        let name = plain(item.as_str().unwrap_or_default());
        if !name.is_empty() && power(&name).is_none() && !is_default(&name) {
            out.report_at(item.origin.location()).value("name", service.name).value("capability", name).emit();
        }
    }
}
