//! Who the processes of a container really are.

use super::snapshot::Process;
use super::{Container, Engine};

/// Who runs in a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Runs<'a> {
    /// The main process is root, and so is every other one.
    AsRoot(&'a Process),
    /// The main process is root and hands the work to processes that are not: nginx, php-fpm, sshd.
    AsRootMaster(&'a Process),
    /// Nobody in it is root.
    AsUser,
    /// The processes could not be seen; who it was told to start as is root, by `user`.
    DeclaredRoot,
    Unknown,
}

/// Programs that wait for others to end and do nothing else: what they started is looked at in their place.
const INITS: &[&str] = &["docker-init", "tini", "dumb-init", "catatonit", "s6-svscan", "runit", "tini-static", "podman-init"];

/// Who runs in a container, by its processes; where they could not be seen, by what it was told.
pub fn runs<'a>(engine: &Engine, container: &'a Container) -> Runs<'a> {
    let is_root = |process: &Process| match process.user_id {
        Some(host) => Some(engine.user_in_container(host) == 0),
        None if process.user.is_empty() => None,
        None => Some(process.user == "root"),
    };
    let Some([main, others @ ..]) = container.processes.as_deref() else {
        return if is_root_name(&container.user) { Runs::DeclaredRoot } else { Runs::Unknown };
    };
    // The first process that does something.
    let working = if is_init(main) { others.iter().find(|process| process.parent == main.pid).unwrap_or(main) } else { main };
    match is_root(working) {
        None => Runs::Unknown,
        Some(false) => Runs::AsUser,
        Some(true) if others.iter().any(|process| is_root(process) == Some(false)) => Runs::AsRootMaster(working),
        Some(true) => Runs::AsRoot(working),
    }
}

fn is_init(process: &Process) -> bool {
    let program = process.command.split_whitespace().next().unwrap_or_default();
    INITS.contains(&program.rsplit('/').next().unwrap_or_default())
}

/// Whether `USER` or `user:` means root: nothing, `root`, `0`, `00`, `0:0`, `root:root`, `:gid`.
pub fn is_root_name(user: &str) -> bool {
    let name = user.split(':').next().unwrap_or_default().trim();
    name.is_empty() || name == "root" || name.bytes().all(|byte| byte == b'0')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn container(processes: &[(u32, u32, u32, &str)]) -> Container {
        let process = |&(pid, parent, user, command): &(u32, u32, u32, &str)| Process {
            pid,
            parent,
            user_id: Some(user),
            command: command.into(),
            ..Process::default()
        };
        Container { processes: Some(processes.iter().map(process).collect()), ..Container::default() }
    }

    #[test]
    fn every_spelling_of_root_is_root() {
        for user in ["", "0", "00", "root", "0:0", "root:root", ":1000"] {
            assert!(is_root_name(user), "{user}");
        }
        assert!(!is_root_name("1000") && !is_root_name("app:root") && !is_root_name("10"));
    }

    #[test]
    fn what_runs_counts_and_not_what_was_declared() {
        let docker = Engine::default();
        let remapped = Engine { first_remapped_user: Some(100_000), ..Engine::default() };
        let gosu = container(&[(9, 1, 999, "postgres")]);
        assert_eq!(runs(&docker, &gosu), Runs::AsUser);
        let nginx = container(&[(9, 1, 0, "nginx: master process"), (10, 9, 101, "nginx: worker process")]);
        assert!(matches!(runs(&docker, &nginx), Runs::AsRootMaster(_)));
        assert!(matches!(runs(&docker, &container(&[(9, 1, 0, "python app.py")])), Runs::AsRoot(_)));
        let tini = container(&[(9, 1, 0, "/sbin/tini -- gosu app"), (10, 9, 1000, "app")]);
        assert_eq!(runs(&docker, &tini), Runs::AsUser);
        assert!(matches!(runs(&remapped, &container(&[(9, 1, 100_000, "app")])), Runs::AsRoot(_)));
        assert_eq!(runs(&remapped, &container(&[(9, 1, 101_000, "app")])), Runs::AsUser);
        let unseen = Container { user: "root:root".into(), ..Container::default() };
        assert_eq!(runs(&docker, &unseen), Runs::DeclaredRoot);
        assert_eq!(runs(&docker, &Container { user: "app".into(), ..Container::default() }), Runs::Unknown);
    }
}
