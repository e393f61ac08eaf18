use crate::project::dependencies;
use crate::project::policy_scope::{GovernedService, PolicyScope};
use crate::rules::check::Reporter;
use crate::source::{Location, Span};

pub fn check(scope: &PolicyScope<'_>, out: &mut Reporter<'_>) {
    for entry in scope.policy.services() {
        let services = scope.services.iter().filter(|service| service.entry.is_some_and(|known| std::ptr::eq(known, entry)));
        let services: Vec<&GovernedService<'_>> = services.collect();
        let name = entry.name.get_ref();
        if let Some((until, place)) = entry.until.filter(|(until, _)| *until < out.today()) {
            out.report_at(scope.in_config(place)).variant("expired").value("name", name).value("until", until.to_string()).emit();
        }
        if let (Some(place), Some(manifest)) = (entry.because_span, gone_from(scope, &services, &entry.because)) {
            let gone = entry.because.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" and ");
            let path = scope.project.document(manifest.file).source.path.clone();
            let draft = out.report_at(scope.in_config(place)).value("name", name).value("gone", gone).value("manifest", path);
            draft.related_at(manifest, "manifest").emit();
        }
        let reason = entry.reason.as_ref().filter(|_| entry.has_reason());
        for (runtime, version) in &entry.runtimes {
            let policy = scope.policy.runtime(*runtime).filter(|policy| policy.default.is_some());
            if let (Some(reason), Some(_)) = (reason, policy.filter(|policy| policy.is_default(version.get_ref()))) {
                let draft = out.report_at(scope.in_config(reason.span())).variant("needless").value("name", name);
                draft.value("runtime", runtime.name()).value("version", version.get_ref()).emit();
            }
        }
    }
}

/// A manifest of the service, where none of its manifests names any of these and no Dockerfile installs one.
fn gone_from(scope: &PolicyScope<'_>, services: &[&GovernedService<'_>], because: &[String]) -> Option<Location> {
    let manifests: Vec<_> = services.iter().flat_map(|service| scope.manifests(service)).collect();
    let first = manifests.iter().find(|file| dependencies::is_manifest(file)).filter(|_| !because.is_empty())?;
    let named = |wanted: &String| manifests.iter().any(|file| dependencies::names(file, wanted));
    let mut dockerfiles = services.iter().flat_map(|service| &service.dockerfiles);
    let installed = dockerfiles.any(|file| because.iter().any(|wanted| dependencies::installs(file, wanted)));
    (!installed && !because.iter().any(named)).then(|| {
        let line = first.source.line_span(1);
        Location { file: first.file, span: Span::new(line.start(), line.end()) }
    })
}
