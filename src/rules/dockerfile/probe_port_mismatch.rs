use crate::dockerfile::instruction::{Body, CommandForm};
use crate::dockerfile::listening::{asked, of_program};
use crate::dockerfile::model::Dockerfile;
use crate::dockerfile::startup::{program, started};
use crate::rules::check::Reporter;
use crate::source::Span;

/// Only where the words of the one command say the port: what a configuration or a variable decides is not known.
pub fn check(dockerfile: &Dockerfile, out: &mut Reporter<'_>) {
    let Some(stage) = dockerfile.final_stage() else { return };
    let Some(probe) = stage.healthcheck.as_ref().map(|probe| dockerfile.instruction(probe.instruction)) else { return };
    let Body::Healthcheck(healthcheck) = &probe.body else { return };
    let commands = started(dockerfile, stage);
    let mut ports = commands.iter().filter_map(|command| of_program(program(command)));
    let (Some(port), None) = (ports.next(), ports.next()) else { return };
    let places: Vec<Span> = match healthcheck.command.as_ref().map(|line| &line.form) {
        Some(CommandForm::Exec(words)) => words.iter().map(|word| word.span).collect(),
        Some(CommandForm::Shell(text)) => vec![text.whole()],
        None => return,
    };
    let text = out.text();
    for place in places {
        let written = place.slice(text);
        let found = asked(written);
        // A second server may well be asked where the first one is asked too.
        if found.iter().any(|(number, _)| *number == port.number) {
            return;
        }
        for (number, range) in found {
            let span = Span::new(place.start() + range.start, place.start() + range.end);
            out.report(span)
                .value("asked", number.to_string())
                .value("port", port.number.to_string())
                .related(port.word.span, "server")
                .replace(span, port.number.to_string())
                .emit();
        }
    }
}
