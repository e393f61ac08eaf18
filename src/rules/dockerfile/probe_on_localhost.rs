use crate::dockerfile::instruction::Body;
use crate::dockerfile::model::{Dockerfile, InstructionScript};
use crate::dockerfile::probe::{asked_on_localhost, gives_up_on_localhost};
use crate::rules::check::Reporter;

pub fn check(dockerfile: &Dockerfile, out: &mut Reporter<'_>) {
    let is_probe = |script: &&InstructionScript| {
        matches!(dockerfile.instruction(script.instruction).body, Body::Healthcheck(_))
            && script.script.commands.iter().any(|command| command.name() == "wget")
    };
    // Many probes of one stage are asked about once.
    let mut judged: Option<(usize, bool)> = None;
    for script in dockerfile.scripts.iter().filter(is_probe) {
        let Some(stage) = script.stage.and_then(|stage| dockerfile.stages.get(stage)) else { continue };
        let gives_up = match judged {
            Some((index, gives_up)) if index == stage.index => gives_up,
            _ => gives_up_on_localhost(dockerfile, stage, false),
        };
        judged = Some((stage.index, gives_up));
        if gives_up {
            for span in asked_on_localhost(&script.script.commands, out.text()) {
                out.report(span).replace(span, "127.0.0.1").emit();
            }
        }
    }
}
