use crate::nginx::configuration::Configuration;
use crate::nginx::write;
use crate::rules::check::Reporter;

pub fn check(configuration: &Configuration, out: &mut Reporter<'_>) {
    let Some(http) = configuration.whole_http() else { return };
    if http.descendants().all(|inside| !inside.is("large_client_header_buffers")) {
        out.report_at(http.location()).edit(write::add_first(http, &["large_client_header_buffers 4 8k;"])).emit();
    }
}
