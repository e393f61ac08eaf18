use crate::project::policy_scope::PolicyScope;
use crate::project::version_faults::{Fault, version_faults};
use crate::rules::check::Reporter;
use crate::rules::shared::report_version;

pub fn check(scope: &PolicyScope<'_>, out: &mut Reporter<'_>) {
    for fault in version_faults(scope).iter().filter(|fault| fault.fault == Fault::DiffersFromEntry) {
        let entry = scope.services.iter().filter(|service| Some(service.name.as_str()) == fault.service);
        let entry = entry.filter_map(|service| service.entry?.runtime(fault.stated.runtime)).next();
        let promised = entry.map_or("", |version| version.get_ref().as_str());
        let draft = report_version(fault, out).value("promised", promised);
        if fault.stated.exactly().is_some() { draft.emit() } else { draft.variant("range").emit() }
    }
}
