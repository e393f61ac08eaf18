use crate::project::effective::{EffectiveService, System};
use crate::project::postgres::{client, dumps_at, servers};
use crate::rules::check::Reporter;

/// Only programs that dump a database refuse a newer server, so only services that call one.
pub fn check<'s>(system: &System<'s>, service: &EffectiveService<'s>, out: &mut Reporter<'_>) {
    let Some(client) = client(service) else { return };
    let Some(dump) = dumps_at(service) else { return };
    for (name, server) in servers(system, service).into_iter().filter(|(_, server)| server.major > client.major) {
        out.report_at(client.place)
            .value("name", service.service.name)
            .value("client", client.major.to_string())
            .value("server", server.major.to_string())
            .value("target", name)
            .related_at(server.place, "server")
            .related_at(dump, "dump")
            .emit();
    }
}
