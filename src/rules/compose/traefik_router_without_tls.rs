use crate::compose::{ComposeProject, Service};
use crate::rules::check::Reporter;

/// Entry points may have TLS of their own; those called so have none.
pub fn check(_: &ComposeProject, service: Service<'_>, out: &mut Reporter<'_>) {
    for (key, value) in service.labels() {
        let router = key.strip_prefix("traefik.http.routers.").and_then(|rest| rest.strip_suffix(".entrypoints"));
        let (Some(router), Some(entrypoint), false) = (router, value.as_str(), value.origin.is_unknown()) else { continue };
        let prefix = format!("traefik.http.routers.{router}.");
        let more = |(key, _): (&str, _)| {
            key.strip_prefix(prefix.as_str()).is_some_and(|rest| rest == "middlewares" || rest.split('.').next() == Some("tls"))
        };
        if matches!(entrypoint, "web" | "http") && !service.labels().any(more) {
            out.report_at(value.origin.location()).value("router", router).value("entrypoint", entrypoint).emit();
        }
    }
}
