use crate::dockerfile::problem::nearest_of;
use crate::project::effective::{EffectiveService, System};
use crate::project::web_server::Reach;
use crate::rules::check::Reporter;

/// A name that no service, alias, link or `upstream` of the project has. Domains are left alone: they live outside.
pub fn check<'s>(system: &System<'s>, service: &EffectiveService<'s>, out: &mut Reporter<'_>) {
    let Some(web) = system.web_server(service) else { return };
    out.project();
    let name = service.service.name;
    for backend in web.backends() {
        let place = backend.directive.at(backend.host_span);
        match web.reach(system, backend.host) {
            Reach::OtherNetwork(other) => out
                .report_at(place)
                .variant("other-network")
                .value("host", backend.host)
                .value("name", name)
                .value("service", other.name)
                .related_at(other.origin().key_location(), "other")
                .emit(),
            Reach::Nobody => {
                let upstreams = web.named("upstream").map(|upstream| upstream.text(0));
                let near = nearest_of(backend.host, web.reachable(system).into_iter().chain(upstreams));
                let draft = out
                    .report_at(place)
                    .value("host", backend.host)
                    .value("name", name)
                    .related_at(service.service.origin().key_location(), "runs");
                match near {
                    Some(near) => draft.variant("misspelled").value("near", near).replace(backend.host_span, near).emit(),
                    None => draft.emit(),
                }
            }
            Reach::Service(_) | Reach::Elsewhere => {}
        }
    }
}
