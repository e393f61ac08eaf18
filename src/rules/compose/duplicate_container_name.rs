use super::duplicate_host_port::run_together;
use crate::compose::{ComposeProject, Service, Text};
use crate::rules::check::Reporter;
use rustc_hash::FxHashMap;

pub fn check(project: &ComposeProject, out: &mut Reporter<'_>) {
    let mut taken: FxHashMap<&str, Vec<(Service<'_>, Text<'_>)>> = FxHashMap::default();
    for service in project.services() {
        let Some(name) = service.container_name().filter(|name| !name.is_unknown()) else { continue };
        let others = taken.entry(name.text).or_default();
        if let Some((other, first)) = others.iter().find(|(other, _)| run_together(*other, service)) {
            let draft = out.report_at(name.origin.location()).value("first", other.name).value("second", service.name);
            draft.value("container", name.text).related_at(first.origin.location(), "first").emit();
        }
        others.push((service, name));
    }
}
