use crate::dockerfile::model::Dockerfile;
use crate::dockerfile::startup::{base_name, development_server, is_for_development, package_script, program, started};
use crate::finding::Environment;
use crate::rules::check::Reporter;

/// Only `npm` and Yarn, in what ships, and where there is no server for development to complain about instead.
pub fn check(dockerfile: &Dockerfile, out: &mut Reporter<'_>) {
    let Some(stage) = dockerfile.final_stage().filter(|stage| !is_for_development(dockerfile, stage)) else { return };
    if out.environment() == Environment::Development {
        return;
    }
    let commands = started(dockerfile, stage);
    let Some(words) = commands.last().map(program) else { return };
    let Some(manager) = words.first().filter(|word| matches!(base_name(&word.text), "npm" | "yarn")) else { return };
    if let Some(script) = package_script(words).filter(|_| development_server(words).is_none()) {
        out.report(manager.span).value("manager", base_name(&manager.text)).value("script", script.text.as_str()).emit();
    }
}
