use crate::live::{Container, Engine};
use crate::rules::check::Reporter;

pub fn check(_: &Engine, container: &Container, out: &mut Reporter<'_>) {
    for (index, variable) in container.environment.iter().enumerate().filter(|(_, variable)| variable.guessable) {
        out.report_fact(&container.pointer, &format!("/environment/{index}/name"))
            .value("name", container.shown_name())
            .value("variable", &variable.name)
            .emit();
    }
}
