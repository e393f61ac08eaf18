use crate::compose::Ways;
use crate::project::effective::{EffectiveService, System};
use crate::rules::check::Reporter;

/// One port of the container, published by a file and again, elsewhere on the host, by a file that overrides it.
pub fn check<'s>(_: &System<'s>, service: &EffectiveService<'s>, out: &mut Reporter<'_>) {
    let is_override = |ways: Ways| ways.has(Ways::OVERRIDE);
    let ports: Vec<_> = service.service.ports().filter(|port| !port.is_unknown() && port.published.is_some()).collect();
    for added in ports.iter().filter(|port| is_override(port.node.origin.ways)) {
        let is_base = |port: &&crate::compose::Port<'_>| {
            !is_override(port.node.origin.ways)
                && port.node.origin.file != added.node.origin.file
                && port.target == added.target
                && port.protocol == added.protocol
                && port.published != added.published
        };
        let (Some(base), Some(target)) = (ports.iter().find(is_base), added.target) else { continue };
        out.report_at(added.node.origin.location())
            .value("name", service.service.name)
            .value("target", target.to_string())
            .value("old", base.published.unwrap_or_default())
            .value("new", added.published.unwrap_or_default())
            .related_at(base.node.origin.location(), "base")
            .emit();
    }
}
