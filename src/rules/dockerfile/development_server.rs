use crate::dockerfile::model::Dockerfile;
use crate::dockerfile::startup::{development_server, is_for_development, program, started};
use crate::finding::Environment;
use crate::rules::check::Reporter;

/// What the image starts with, unless the name of the file or of the stage says that it is for development.
pub fn check(dockerfile: &Dockerfile, out: &mut Reporter<'_>) {
    let Some(stage) = dockerfile.final_stage().filter(|stage| !is_for_development(dockerfile, stage)) else { return };
    if out.environment() == Environment::Development {
        return;
    }
    for command in started(dockerfile, stage) {
        if let Some((server, word)) = development_server(program(&command)) {
            out.report(word.span).value("server", server).emit();
        }
    }
}
