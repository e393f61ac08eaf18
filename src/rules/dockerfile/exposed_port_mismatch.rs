use crate::dockerfile::instruction::{Body, Word};
use crate::dockerfile::listening::of_program;
use crate::dockerfile::model::Dockerfile;
use crate::dockerfile::port::Parts;
use crate::dockerfile::startup::{program, started};
use crate::rules::check::Reporter;

/// One port exposed, one port told to the one server, and they differ.
pub fn check(dockerfile: &Dockerfile, out: &mut Reporter<'_>) {
    let Some(stage) = dockerfile.final_stage() else { return };
    let exposed: Vec<&Word> = dockerfile
        .lineage(stage)
        .flat_map(|stage| dockerfile.instructions_of(stage))
        .filter_map(|(_, instruction)| match &instruction.body {
            Body::Expose(ports) => Some(ports),
            _ => None,
        })
        .flatten()
        .collect();
    let [word] = exposed.as_slice() else { return };
    let Ok(number) = Parts::of(&word.text).port.parse::<u16>() else { return };
    let commands = started(dockerfile, stage);
    let mut ports = commands.iter().filter_map(|command| of_program(program(command)));
    let (Some(port), None) = (ports.next(), ports.next()) else { return };
    if port.number == number {
        return;
    }
    let start = word.text.find(&number.to_string()).unwrap_or(0);
    let span = word.part(out.text(), start..start + number.to_string().len());
    out.report(span)
        .value("exposed", number.to_string())
        .value("port", port.number.to_string())
        .related(port.word.span, "server")
        .replace(span, port.number.to_string())
        .emit();
}
