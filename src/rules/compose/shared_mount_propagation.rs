use crate::compose::{ComposeProject, Service};
use crate::rules::check::Reporter;
use crate::rules::propagation;

pub fn check(project: &ComposeProject, service: Service<'_>, out: &mut Reporter<'_>) {
    propagation::report(project, service, &["shared", "rshared"], out);
}
