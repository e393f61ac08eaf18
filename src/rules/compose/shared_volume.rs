use rustc_hash::FxHashMap;

use crate::compose::{ComposeProject, Mount};
use crate::rules::check::Reporter;

pub fn check(project: &ComposeProject, out: &mut Reporter<'_>) {
    let mut first: FxHashMap<&str, (&str, Mount<'_>)> = FxHashMap::default();
    for service in project.services() {
        for mount in service.volumes().filter(|mount| !mount.is_unknown()) {
            let Some(source) = mount.source else { continue };
            match first.get(source) {
                Some((other, _)) if *other == service.name => {}
                Some((other, earlier)) => {
                    let draft = out.report_at(mount.node.origin.location()).value("volume", source).value("first", *other);
                    draft.value("second", service.name).related_at(earlier.node.origin.location(), "first").emit();
                }
                None => {
                    first.insert(source, (service.name, mount));
                }
            }
        }
    }
}
