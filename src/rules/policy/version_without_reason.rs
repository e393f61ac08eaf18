use crate::config::agree;
use crate::project::policy_scope::PolicyScope;
use crate::project::runtime_versions::StatedVersion;
use crate::project::version_faults::{Fault, version_faults};
use crate::rules::check::Reporter;
use crate::rules::shared::report_version;

pub fn check(scope: &PolicyScope<'_>, out: &mut Reporter<'_>) {
    for fault in version_faults(scope).iter().filter(|fault| fault.fault == Fault::WithoutReason) {
        let policy = scope.policy.runtime(fault.stated.runtime);
        let default = policy.and_then(|policy| policy.default.as_ref()).map_or("", |version| version.get_ref().as_str());
        let draft = report_version(fault, out).value("default", default);
        // The service moves as a whole, or its places disagree.
        let services = scope.services.iter().filter(|service| Some(service.name.as_str()) == fault.service);
        let others = services.flat_map(|service| service.versions_of(fault.stated.runtime));
        let others = others.filter(|other| other.place != fault.stated.place && same_release(other, fault.stated));
        let edits = others.filter_map(|other| Some(other.rewrite.as_ref()?.to(fault.wanted?)));
        edits.fold(draft, |draft, edit| draft.edit(edit)).emit();
    }
    for entry in scope.policy.services().iter().filter(|entry| !entry.has_reason()) {
        for (runtime, version) in &entry.runtimes {
            let policy = scope.policy.runtime(*runtime).filter(|policy| !policy.is_default(version.get_ref()));
            let Some(default) = policy.and_then(|policy| policy.default.as_ref()) else { continue };
            let place = entry.reason.as_ref().map_or(version.span(), |reason| reason.span());
            out.report_at(scope.in_config(place))
                .variant(if entry.reason.is_some() { "unwritten" } else { "promised" })
                .value("name", entry.name.get_ref())
                .value("runtime", runtime.name())
                .value("version", version.get_ref())
                .value("default", default.get_ref())
                .emit();
        }
    }
}

fn same_release(one: &StatedVersion, other: &StatedVersion) -> bool {
    matches!((one.exactly(), other.exactly()), (Some(one), Some(other)) if agree(one, other))
}
