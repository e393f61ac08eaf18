use crate::catalog::end_of_life::{EndOfLife, Ending};
use crate::config::Runtime;
use crate::project::policy_scope::PolicyScope;
use crate::rules::check::{Draft, Reporter};

pub fn check(scope: &PolicyScope<'_>, out: &mut Reporter<'_>) {
    let of_services =
        scope.services.iter().flat_map(|service| service.versions.iter().map(|stated| (Some(&service.name), stated)));
    let common = scope.common.iter().map(|stated| (None, stated));
    for (service, stated) in of_services.chain(common).filter(|(_, stated)| !stated.judged_as_image) {
        let asked = scope.policy.runtime(stated.runtime).is_some();
        let Some(ending) = stated.exactly().filter(|_| asked).and_then(|version| ending(stated.runtime, version, out)) else {
            continue;
        };
        let path = scope.project.document(stated.place.file).source.path.clone();
        let draft = out.report_at(stated.place).value("who", service.map_or(path, |name| format!("`{name}`")));
        tell(draft, ending, scope, false);
    }
    for (runtime, version, who) in promised(scope) {
        if let Some(ending) = ending(runtime, version.get_ref(), out) {
            let draft = out.report_at(scope.in_config(version.span())).value("who", who);
            tell(draft, ending, scope, true);
        }
    }
}

/// What the configuration itself says: the default, what may run, and the entries.
fn promised<'s>(scope: &'s PolicyScope<'_>) -> Vec<(Runtime, &'s toml::Spanned<String>, String)> {
    let mut found = Vec::new();
    for policy in Runtime::ALL.into_iter().filter_map(|runtime| scope.policy.runtime(runtime)) {
        let allow = policy.allow.iter().map(|version| (policy.runtime, version, "the policy".to_owned()));
        let listed =
            |default: &&toml::Spanned<String>| !policy.allow.iter().any(|version| version.get_ref() == default.get_ref());
        let default = policy.default.iter().filter(listed).map(|version| (policy.runtime, version, "the policy".to_owned()));
        found.extend(allow.chain(default));
    }
    for entry in scope.policy.services() {
        let asked = entry.runtimes.iter().filter(|(runtime, version)| {
            // Once is enough.
            scope
                .policy
                .runtime(*runtime)
                .is_some_and(|policy| !policy.allow.iter().any(|known| known.get_ref() == version.get_ref()))
        });
        found.extend(asked.map(|(runtime, version)| (*runtime, version, format!("`{}`", entry.name.get_ref()))));
    }
    found
}

fn ending(runtime: Runtime, version: &str, out: &Reporter<'_>) -> Option<Ending<'static>> {
    let policy = out.policy();
    EndOfLife::table().ending(runtime.official_image(), version, out.today(), |release| policy.warning_days(release))
}

fn tell(draft: Draft<'_>, ending: Ending<'_>, scope: &PolicyScope<'_>, promised: bool) {
    let release = ending.release;
    let draft = draft.value("product", release.product).value("version", release.version);
    let draft = draft.value("end", release.end.to_string()).value("days", ending.days.to_string());
    match (ending.is_ahead(), scope.policy.end_of_life_severity(&release)) {
        (true, _) => draft.variant(if promised { "promised-soon" } else { "soon" }).emit(),
        (false, severity) => {
            let draft = if promised { draft.variant("promised") } else { draft };
            match severity {
                Some(severity) => draft.severity(severity).emit(),
                None => draft.emit(),
            }
        }
    }
}
