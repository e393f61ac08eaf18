use crate::catalog::capabilities::{plain, power};
use crate::compose::{ComposeProject, Service};
use crate::rules::check::Reporter;

pub fn check(_: &ComposeProject, service: Service<'_>, out: &mut Reporter<'_>) {
    // A privileged service has them all, and another rule says so.
    if service.get("privileged").is_some_and(|privileged| privileged.as_bool() == Some(true)) {
        return;
    }
    for item in service.list("cap_add").iter().filter(|item| !item.origin.is_unknown()) {
        let name = plain(item.as_str().unwrap_or_default());
        let Some(power) = power(&name) else { continue };
        let capability = if name == "ALL" { "all capabilities" } else { &name };
        let draft = out.report_at(item.origin.location()).value("name", service.name);
        // In a space of its own it sees the processes of its container alone.
        let is_apart = name == "SYS_PTRACE" && service.text("pid").is_none();
        let draft = if is_apart { draft.variant("apart") } else { draft };
        draft.value("capability", capability).value("power", power).emit();
    }
}
