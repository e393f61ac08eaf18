use crate::live::{Container, Engine};
use crate::rules::check::Reporter;

/// Images whose work it is to be reached by SSH.
const GIT_SERVERS: &[&str] = &["git", "sftp", "ssh", "forgejo", "gogs"];

pub fn check(_: &Engine, container: &Container, out: &mut Reporter<'_>) {
    if GIT_SERVERS.iter().any(|word| container.image.contains(word)) {
        return;
    }
    let is_server = |command: &str| {
        let program = command.split([' ', ':']).next().unwrap_or_default();
        matches!(program.rsplit('/').next(), Some("sshd" | "dropbear"))
    };
    let processes = container.processes.as_deref().unwrap_or_default();
    if let Some(index) = processes.iter().position(|process| is_server(&process.command)) {
        out.report_fact(&container.pointer, &format!("/processes/{index}/command")).value("name", container.shown_name()).emit();
    }
}
