//! What is wrong with a stated release by the policy: one fault for each place, so that no two rules speak of the same.

use super::policy_scope::{GovernedService, PolicyScope};
use super::runtime_versions::{Role, Said, StatedVersion};
use crate::config::{Runtime, agree};
use crate::source::Location;

/// A fault of one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionFault<'s> {
    pub stated: &'s StatedVersion,
    /// `None` for what belongs to no service in particular.
    pub service: Option<&'s str>,
    pub fault: Fault<'s>,
    /// What should stand there instead, where that is known.
    pub wanted: Option<&'s str>,
    /// Who wants that.
    pub source: Option<Location>,
}

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault<'s> {
    /// It is none of those that may run.
    NotAllowed,
    /// The entry of the service promises another one.
    DiffersFromEntry,
    /// It is not the default, and nobody says why.
    WithoutReason,
    /// Another place of the service says something else.
    Disagrees(&'s StatedVersion),
    /// No service runs it.
    RunsNowhere,
}

/// The faults of everything that is stated, in the order of the services.
pub fn version_faults<'s>(scope: &'s PolicyScope<'_>) -> Vec<VersionFault<'s>> {
    let of_services = scope.services.iter().flat_map(|service| {
        let stated = service.versions.iter();
        stated.filter_map(|stated| of_service(scope, service, stated))
    });
    of_services.chain(scope.common.iter().filter_map(|stated| of_nobody(scope, stated))).collect()
}

fn of_service<'s>(
    scope: &'s PolicyScope<'_>,
    service: &'s GovernedService<'_>,
    stated: &'s StatedVersion,
) -> Option<VersionFault<'s>> {
    let policy = scope.policy.runtime(stated.runtime);
    let entry = service.entry.and_then(|entry| entry.runtime(stated.runtime));
    let running = service.running(stated.runtime);
    policy.is_some().then_some(()).or(entry.map(|_| ()))?;
    let default = policy.and_then(|policy| policy.default.as_ref());
    let target = entry.or(default);
    let target_place = target.map(|version| scope.in_config(version.span()));
    let found = |fault, wanted: Option<&'s str>, source| {
        Some(VersionFault { stated, service: Some(&service.name), fault, wanted, source })
    };
    let wanted = target.map(|version| version.get_ref().as_str()).filter(|version| allowed(scope, stated.runtime, version));
    let Said::Exactly(version) = &stated.said else {
        let runs = entry.map(|version| version.get_ref().as_str()).or(running.and_then(StatedVersion::exactly))?;
        return match running.filter(|_| entry.is_none()) {
            _ if stated.admits(runs) => None,
            Some(other) => found(Fault::Disagrees(other), None, Some(other.place)),
            None => found(Fault::DiffersFromEntry, None, target_place),
        };
    };
    if !allowed(scope, stated.runtime, version) {
        let list = policy.and_then(|policy| policy.allow.first()).map(|version| scope.in_config(version.span()));
        return found(Fault::NotAllowed, wanted, list);
    }
    if let Some(entry) = entry {
        let differs = !agree(entry.get_ref(), version);
        return differs.then(|| found(Fault::DiffersFromEntry, wanted, target_place)).flatten();
    }
    let running = running?;
    let same = running.exactly().is_some_and(|runs| agree(runs, version));
    let is_default = |version: &str| policy.is_some_and(|policy| policy.is_default(version));
    let explained = service.entry.is_some_and(|entry| entry.has_reason());
    match (same, is_default(version)) {
        (true, false) if !explained && std::ptr::eq(running, stated) => found(Fault::WithoutReason, wanted, target_place),
        (true, _) => None,
        // What runs is at fault itself: mended, it may agree.
        (false, _) if running.exactly().is_some_and(|runs| !allowed(scope, stated.runtime, runs)) => None,
        (false, true) if !explained && running.exactly().is_some_and(|runs| !is_default(runs)) => None,
        (false, _) => found(Fault::Disagrees(running), running.exactly(), Some(running.place)),
    }
}

/// What stands in the root of the tree, or in workflows that name no folder.
fn of_nobody<'s>(scope: &'s PolicyScope<'_>, stated: &'s StatedVersion) -> Option<VersionFault<'s>> {
    let policy = scope.policy.runtime(stated.runtime)?;
    let default = policy.default.as_ref();
    let wanted = default.map(|version| version.get_ref().as_str());
    let source = default.or(policy.allow.first()).map(|version| scope.in_config(version.span()));
    let found = |fault| Some(VersionFault { stated, service: None, fault, wanted, source });
    let version = stated.exactly()?;
    if !policy.allows(version) {
        return found(Fault::NotAllowed);
    }
    let mut running = scope.services.iter().filter_map(|service| service.running(stated.runtime)?.exactly()).peekable();
    let tested_for_nothing = stated.role == Role::Tests && running.peek().is_some() && !running.any(|runs| agree(runs, version));
    if tested_for_nothing { found(Fault::RunsNowhere) } else { None }
}

fn allowed(scope: &PolicyScope<'_>, runtime: Runtime, version: &str) -> bool {
    scope.policy.runtime(runtime).is_none_or(|policy| policy.allows(version))
}
