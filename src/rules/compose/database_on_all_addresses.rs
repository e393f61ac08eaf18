use super::port_on_all_addresses;
use crate::compose::{ComposeProject, Service};
use crate::rules::check::Reporter;

/// Ports that only other services have to reach.
pub fn check(project: &ComposeProject, service: Service<'_>, out: &mut Reporter<'_>) {
    port_on_all_addresses::report(project, service, true, out);
}
