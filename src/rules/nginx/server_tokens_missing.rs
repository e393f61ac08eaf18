use crate::nginx::configuration::Configuration;
use crate::nginx::write;
use crate::rules::check::Reporter;

pub fn check(configuration: &Configuration, out: &mut Reporter<'_>) {
    let Some(http) = configuration.whole_http() else { return };
    let has = |block: crate::nginx::configuration::Directive<'_>| block.child("server_tokens").is_some();
    let servers: Vec<_> = http.children().filter(|child| child.is_server()).collect();
    if has(http) || (!servers.is_empty() && servers.iter().all(|server| has(*server))) {
        return;
    }
    out.report_at(http.location()).edit(write::add_first(http, &["server_tokens off;"])).emit();
}
