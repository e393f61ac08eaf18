use crate::nginx::configuration::Configuration;
use crate::rules::check::Reporter;

pub fn check(configuration: &Configuration, out: &mut Reporter<'_>) {
    let Some(http) = configuration.whole_http() else { return };
    if http.child("server").is_some() && http.descendants().all(|inside| !(inside.is("limit_req"))) {
        out.report_at(http.location()).emit();
    }
}
