use crate::dockerfile::model::Dockerfile;
use crate::rules::check::Reporter;
use crate::shell::{Command, Connector};

/// Once a stage: where the second of the two tools is first called.
pub fn check(dockerfile: &Dockerfile, out: &mut Reporter<'_>) {
    let mut place = None;
    let mut first: Option<&Command> = None;
    let mut is_reported = false;
    for script in dockerfile.scripts.iter().filter(|script| dockerfile.run_of(script.instruction).is_some()) {
        if place != Some((script.stage, script.onbuild)) {
            place = Some((script.stage, script.onbuild));
            (first, is_reported) = (None, false);
        }
        for command in script.script.commands.iter().filter(|command| matches!(command.name(), "curl" | "wget")) {
            let Some(other) = first else {
                first = Some(command);
                continue;
            };
            if is_reported || other.name() == command.name() {
                continue;
            }
            is_reported = true;
            let mut draft = out
                .report(command.words[0].span)
                .related(other.words[0].span, "first")
                .value("first", other.name())
                .value("second", command.name());
            if !(other.is_called_plainly() && command.is_called_plainly()) {
                draft = draft.without("hadolint");
            }
            // They split a text at `&&`.
            let begins_part =
                |command: &Command| command.depth == 0 && matches!(command.connector, Connector::First | Connector::And);
            if !(begins_part(other) && begins_part(command)) {
                draft = draft.without("trivy").without("kics");
            }
            draft.emit();
        }
    }
}
