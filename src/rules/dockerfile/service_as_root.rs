use crate::catalog::base_images::BaseImages;
use crate::dockerfile::instruction::{Body, CommandForm, CommandLine, Instruction, Keyword, Word};
use crate::dockerfile::model::{Dockerfile, Stage};
use crate::dockerfile::users::may_step_down;
use crate::rules::check::Reporter;

/// Programs whose first process needs root for a port or a log, and which hand the work to processes that are not, and supervisors,
/// of which we cannot see what they start.
const STEP_DOWN_BY_THEMSELVES: &[&str] = &[
    "nginx",
    "nginx-debug",
    "httpd",
    "httpd-foreground",
    "apache2",
    "apache2ctl",
    "apachectl",
    "apache2-foreground",
    "php-fpm",
    "haproxy",
    "sshd",
    "dovecot",
    "postfix",
    "named",
    "dnsmasq",
    "supervisord",
    "s6-svscan",
    "runsvdir",
    "init",
    "systemd",
    "my_init",
];

/// Only where it is certain: an official base that stays root, a port, a command of its own, and no entrypoint script that
/// might change the user by itself.
pub fn check(dockerfile: &Dockerfile, out: &mut Reporter<'_>) {
    let Some(stage) = dockerfile.final_stage().filter(|stage| stage.user.is_none() && !stage.windows) else { return };
    let is_root = |name: &str| BaseImages::table().runs_as_root(name);
    let Some(base) = stage.image.as_deref().filter(|image| image.is_official() && is_root(image.short_name())) else { return };
    let Body::From { image: from, .. } = &dockerfile.instruction(stage.from).body else { return };
    let started = stage.command.as_ref().or(stage.entrypoint.as_ref()).map(|given| dockerfile.instruction(given.instruction));
    let (Some(started), Some(port)) = (started, port(dockerfile, stage)) else { return };
    let entrypoint = stage.entrypoint.as_ref().map(|given| dockerfile.instruction(given.instruction));
    if may_step_down(dockerfile, stage) || [Some(started), entrypoint].into_iter().flatten().any(may_change_user) {
        return;
    }
    let mut draft = out
        .report(from.span)
        .value("image", base.familiar_name())
        .value("port", port.text.as_str())
        .related(port.span, "port")
        .related(started.keyword_span, "service");
    if dockerfile.tree.instructions.iter().any(|instruction| instruction.keyword == Keyword::User) {
        draft = draft.without("checkov");
    }
    draft.emit();
}

fn port<'a>(dockerfile: &'a Dockerfile, stage: &'a Stage) -> Option<&'a Word> {
    dockerfile.lineage(stage).find_map(|stage| {
        dockerfile.instructions_of(stage).find_map(|(_, instruction)| match &instruction.body {
            Body::Expose(ports) => ports.first(),
            _ => None,
        })
    })
}

/// Whether what is started may not stay root: a program known for it, or a script of the image, of which we cannot see what it does.
fn may_change_user(instruction: &Instruction) -> bool {
    let (Body::Cmd(line) | Body::Entrypoint(line)) = &instruction.body else { return false };
    first_word(line).is_some_and(|program| {
        let name = program.rsplit('/').next().unwrap_or(program);
        let is_script = name.ends_with(".sh") || name.contains("entrypoint") || program.starts_with("./");
        is_script || STEP_DOWN_BY_THEMSELVES.contains(&name)
    })
}

fn first_word(line: &CommandLine) -> Option<&str> {
    match &line.form {
        CommandForm::Exec(words) => words.first().map(|word| word.text.as_str()),
        CommandForm::Shell(text) => text.text().split_whitespace().next(),
    }
}
