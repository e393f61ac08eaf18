use crate::nginx::configuration::Configuration;
use crate::nginx::write;
use crate::rules::check::Reporter;

pub fn check(configuration: &Configuration, out: &mut Reporter<'_>) {
    let Some(bpf) = configuration.all("quic_bpf").find(|bpf| bpf.text(0) == "on") else { return };
    let workers = configuration.all("worker_processes").last().map_or("1", |workers| workers.text(0));
    let shared = configuration.all("listen").find(|listen| listen.has_argument("quic") && listen.has_argument("reuseport"));
    let (Some(shared), Some(value)) = (shared.filter(|_| workers != "1"), bpf.argument(0)) else { return };
    let socket = shared.at(shared.arguments_span());
    out.report_at(bpf.at(value.span)).related_at(socket, "socket").edit(write::replace(bpf, value, "off")).emit();
}
