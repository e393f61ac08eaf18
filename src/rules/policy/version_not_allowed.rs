use crate::project::policy_scope::PolicyScope;
use crate::project::version_faults::{Fault, version_faults};
use crate::rules::check::Reporter;
use crate::rules::shared::report_version;

pub fn check(scope: &PolicyScope<'_>, out: &mut Reporter<'_>) {
    for fault in version_faults(scope).iter().filter(|fault| fault.fault == Fault::NotAllowed) {
        let allowed = scope.policy.runtime(fault.stated.runtime).map(|policy| policy.allowed()).unwrap_or_default();
        let draft = report_version(fault, out).value("allowed", allowed);
        if fault.service.is_none() { draft.variant("nobody").emit() } else { draft.emit() }
    }
    for entry in scope.policy.services() {
        for (runtime, version) in &entry.runtimes {
            let Some(policy) = scope.policy.runtime(*runtime).filter(|policy| !policy.allows(version.get_ref())) else {
                continue;
            };
            out.report_at(scope.in_config(version.span()))
                .variant("promised")
                .value("name", entry.name.get_ref())
                .value("runtime", runtime.name())
                .value("version", version.get_ref())
                .value("allowed", policy.allowed())
                .emit();
        }
    }
}
