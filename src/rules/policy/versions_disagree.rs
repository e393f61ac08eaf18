use crate::project::policy_scope::PolicyScope;
use crate::project::runtime_versions::Role;
use crate::project::version_faults::{Fault, version_faults};
use crate::rules::check::Reporter;
use crate::rules::shared::report_version;

pub fn check(scope: &PolicyScope<'_>, out: &mut Reporter<'_>) {
    for fault in &version_faults(scope) {
        match fault.fault {
            Fault::Disagrees(other) => {
                let runs = other.exactly().unwrap_or_default();
                let other = scope.project.document(other.place.file).source.path.clone();
                let draft = report_version(fault, out).value("runs", runs).value("other", other);
                match (fault.stated.exactly(), fault.stated.role) {
                    (None, Role::Tests) => draft.variant("untested").emit(),
                    (None, _) => draft.variant("range").emit(),
                    _ => draft.emit(),
                }
            }
            Fault::RunsNowhere => report_version(fault, out).variant("nowhere").emit(),
            _ => {}
        }
    }
}
