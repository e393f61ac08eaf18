use crate::nginx::configuration::Configuration;
use crate::nginx::script::uses;
use crate::rules::check::Reporter;

pub fn check(configuration: &Configuration, out: &mut Reporter<'_>) {
    let Some(http) = configuration.whole_http() else { return };
    let passes = http.descendants().any(|inside| inside.name().ends_with("_pass"));
    let limits = http.descendants().any(|inside| {
        inside.is("limit_except")
            || inside.is("if") && inside.arguments().any(|word| uses(word.text.trim_start_matches('('), "request_method"))
    });
    if passes && !limits {
        out.report_at(http.location()).emit();
    }
}
