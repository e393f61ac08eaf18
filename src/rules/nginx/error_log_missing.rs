use crate::nginx::configuration::Configuration;
use crate::rules::check::Reporter;

pub fn check(configuration: &Configuration, out: &mut Reporter<'_>) {
    if configuration.is_whole()
        && configuration.all("error_log").next().is_none()
        && let Some(first) = configuration.top().next()
    {
        out.report_at(first.location()).emit();
    }
}
