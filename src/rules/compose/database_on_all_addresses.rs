use super::port_on_all_addresses::report;
use crate::project::effective::{EffectiveService, System};
use crate::rules::check::Reporter;

/// Ports that only other services have to reach.
pub fn check<'s>(system: &System<'s>, service: &EffectiveService<'s>, out: &mut Reporter<'_>) {
    report(system, service, true, out);
}
