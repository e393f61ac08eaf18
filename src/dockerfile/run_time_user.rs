//! Who the process of a container is: what USER says through all stages, what the base image does where none says anything, and
//! programs that step down from root by themselves.

use super::image::ImageReference;
use super::instruction::{Body, CommandForm, CommandLine, Instruction};
use super::model::{Base, Dockerfile, Inherited, Stage};
use super::users::{is_root, may_step_down, numbers};
use crate::catalog::accounts::{Accounts, DefaultUser};
use crate::catalog::base_images::BaseImages;

/// Programs whose first process needs root for a port or a log and hands the work to processes that are not, and supervisors, of which
/// we cannot see what they start.
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

/// Programs that start another one as another account.
const STEPPERS: &[&str] = &["gosu", "su-exec", "s6-setuidgid", "setpriv", "chpst", "runuser", "su"];

/// Who a container of a stage runs as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunTimeUser {
    pub identity: Identity,
    /// The USER that says so, as an index into [`super::syntax::Tree::instructions`]; `None` when the base image decides.
    pub instruction: Option<usize>,
}

/// The account behind a process, as far as it can be known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identity {
    /// By name, number or want of anything else: `root`, `0`, `00`, `0:0`, an account made with the number 0.
    Root,
    /// Root at first; the entrypoint hands over to another account.
    StepsDown,
    /// The first process stays root, and starts workers that are not.
    Workers,
    /// Another account: what USER names, variables replaced, or what the image is known for; empty when only that much is known.
    Account(String),
    /// It hangs on a variable, on an image that nothing is known of, or on what a script does.
    Unknown,
}

impl Identity {
    /// The word for it in facts.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::StepsDown => "steps-down",
            Self::Workers => "workers",
            Self::Account(_) => "account",
            Self::Unknown => "unknown",
        }
    }
}

/// Who a container of a stage runs as, unless whoever starts it says otherwise.
pub fn run_time_user(dockerfile: &Dockerfile, stage: &Stage) -> RunTimeUser {
    let instruction = stage.user.as_ref().map(|user| user.instruction);
    let started_as = match &stage.user {
        _ if stage.windows => Identity::Unknown,
        Some(user) => match user.value.as_deref() {
            None | Some("") => Identity::Unknown,
            Some(name) if is_root_in(dockerfile, name) => Identity::Root,
            Some(name) => Identity::Account(name.to_owned()),
        },
        None => of_base(dockerfile, stage),
    };
    let identity = match started_as {
        Identity::Root => after_start(dockerfile, stage),
        // What the image starts decides, unless this file starts something else.
        Identity::StepsDown | Identity::Workers if stage.entrypoint.is_some() => Identity::Unknown,
        other => other,
    };
    RunTimeUser { identity, instruction }
}

/// Whether a stage starts as root, whatever becomes of its process later; `None` when that is not known.
pub fn starts_as_root(dockerfile: &Dockerfile, stage: &Stage) -> Option<bool> {
    match &stage.user {
        _ if stage.windows => None,
        Some(user) => user.value.as_deref().filter(|name| !name.is_empty()).map(|name| is_root_in(dockerfile, name)),
        None => match of_base(dockerfile, stage) {
            Identity::Root | Identity::StepsDown | Identity::Workers => Some(true),
            Identity::Account(_) => Some(false),
            Identity::Unknown => None,
        },
    }
}

/// Whether an image is known to start as root and to stay it, unless somebody says otherwise.
pub fn stays_root(image: &ImageReference) -> bool {
    of_image(image) == Identity::Root
}

fn is_root_in(dockerfile: &Dockerfile, user: &str) -> bool {
    let name = user.split(':').next().unwrap_or_default();
    is_root(user) || numbers(dockerfile).get(name) == Some(&Some(0))
}

fn of_base(dockerfile: &Dockerfile, stage: &Stage) -> Identity {
    match dockerfile.stages.get(stage.root).map(|root| &root.base) {
        Some(Base::Scratch) => Identity::Root,
        _ => stage.image.as_deref().map_or(Identity::Unknown, of_image),
    }
}

fn of_image(image: &ImageReference) -> Identity {
    if image.sets_user() {
        return Identity::Account(String::new());
    }
    if image.is_official() && BaseImages::table().runs_as_root(image.short_name()) {
        return Identity::Root;
    }
    match Accounts::table().default_user(&image.familiar_name()) {
        Some(DefaultUser::Root) => Identity::Root,
        Some(DefaultUser::StepsDown) => Identity::StepsDown,
        Some(DefaultUser::Workers) => Identity::Workers,
        Some(DefaultUser::Account(name)) => Identity::Account(name.to_owned()),
        None => Identity::Unknown,
    }
}

/// What becomes of a process that starts as root.
fn after_start(dockerfile: &Dockerfile, stage: &Stage) -> Identity {
    if may_step_down(dockerfile, stage) {
        return Identity::StepsDown;
    }
    let given = |given: &Option<Inherited<()>>| given.as_ref().map(|given| dockerfile.instruction(given.instruction));
    let started = [given(&stage.entrypoint), given(&stage.command)];
    let hands_over = |instruction| hands_over(dockerfile, stage, instruction);
    started.into_iter().flatten().map(hands_over).find(|identity| *identity != Identity::Root).unwrap_or(Identity::Root)
}

/// What the program of ENTRYPOINT or CMD does with its rights: a program known for it, or a script, of which we cannot see what it
/// does.
fn hands_over(dockerfile: &Dockerfile, stage: &Stage, instruction: &Instruction) -> Identity {
    let (Body::Cmd(line) | Body::Entrypoint(line)) = &instruction.body else { return Identity::Root };
    let Some(program) = program(line) else { return Identity::Root };
    let name = program.rsplit('/').next().unwrap_or(program);
    if STEPPERS.contains(&name) {
        return Identity::StepsDown;
    }
    if STEP_DOWN_BY_THEMSELVES.contains(&name) {
        return Identity::Workers;
    }
    let is_script = name.ends_with(".sh") || name.contains("entrypoint") || program.starts_with("./");
    if is_script && !comes_from_stage(dockerfile, stage, program) { Identity::Unknown } else { Identity::Root }
}

/// Whether a program is what another stage made: a copy by its name, without an ending that says script.
pub fn comes_from_stage(dockerfile: &Dockerfile, stage: &Stage, program: &str) -> bool {
    let name = program.rsplit('/').next().unwrap_or(program);
    let last = |path: &str| path.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned();
    !name.is_empty()
        && !name.contains("entrypoint")
        && !name.contains('.')
        && dockerfile.lineage(stage).flat_map(|stage| dockerfile.instructions_of(stage)).any(|(index, instruction)| {
            let Body::Copy(transfer) = &instruction.body else { return false };
            let from = instruction.flag("from").and_then(|flag| flag.value.as_deref());
            let is_stage = from
                .zip(dockerfile.stage_of(index))
                .is_some_and(|(from, here)| dockerfile.stage_by_reference(from, here.index).is_some());
            let is_source = || transfer.sources.iter().any(|source| last(&source.text) == name);
            is_stage
                && (last(&transfer.destination.text) == name || transfer.destination.text.ends_with(['/', '.']) && is_source())
        })
}

/// The first word that is not for something that only looks after the others.
fn program(line: &CommandLine) -> Option<&str> {
    let is_program = |word: &&str| {
        let name = word.rsplit('/').next().unwrap_or(word);
        !word.starts_with('-') && !matches!(name, "exec" | "tini" | "dumb-init" | "catatonit")
    };
    match &line.form {
        CommandForm::Exec(words) => words.iter().map(|word| word.text.as_str()).find(is_program),
        CommandForm::Shell(text) => text.text().split_whitespace().find(is_program),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(text: &str) -> Identity {
        let dockerfile = Dockerfile::parse(text);
        run_time_user(&dockerfile, dockerfile.final_stage().unwrap()).identity
    }

    fn account(name: &str) -> Identity {
        Identity::Account(name.to_owned())
    }

    #[test]
    fn root_by_name_number_and_want_of_another() {
        for text in [
            "FROM python:3.13",
            "FROM scratch",
            "FROM gcr.io/distroless/static-debian12",
            "FROM registry.access.redhat.com/ubi9/ubi-minimal:9.4",
            "FROM example/x\nUSER root",
            "FROM example/x\nUSER 0:0",
            "FROM example/x\nUSER root:root",
            "FROM example/x\nUSER 00",
            "FROM node\nUSER node\nRUN x\nUSER 0",
            "FROM example/x AS a\nUSER root\nFROM a\nRUN x",
            "FROM python:3.13 AS a\nFROM a\nCMD [\"python\", \"x.py\"]",
            "FROM golang AS build\nFROM alpine\nCOPY --from=build /src/server .\nCMD [\"./server\"]",
            "FROM x\nARG U=0\nUSER $U",
            "FROM x\nRUN useradd -o -u 0 toor\nUSER toor",
        ] {
            assert_eq!(user(text), Identity::Root, "{text}");
        }
    }

    #[test]
    fn other_accounts() {
        assert_eq!(user("FROM node\nUSER node"), account("node"));
        assert_eq!(user("FROM x AS a\nUSER 1000:1000\nFROM a"), account("1000:1000"));
        assert_eq!(user("FROM x\nARG U=app\nUSER ${U}"), account("app"));
        assert_eq!(user("FROM gcr.io/distroless/static:nonroot"), account(""));
        assert_eq!(user("FROM nginxinc/nginx-unprivileged"), account(""));
        assert_eq!(user("FROM bitnami/redis"), account(""));
        assert_eq!(user("FROM prom/prometheus:v3"), account("nobody"));
        assert_eq!(user("FROM bitnami/redis\nUSER 0"), Identity::Root);
    }

    #[test]
    fn stepping_down() {
        for text in [
            "FROM postgres:17",
            "FROM redis\nCMD [\"redis-server\"]",
            "FROM debian\nENTRYPOINT [\"gosu\", \"app\", \"server\"]",
            "FROM alpine\nCMD exec su-exec app server",
            "FROM alpine\nENTRYPOINT [\"/sbin/tini\", \"--\", \"su-exec\", \"app\", \"server\"]",
            "FROM debian\nRUN apt-get install -y gosu\nENTRYPOINT [\"/entrypoint.sh\"]",
        ] {
            assert_eq!(user(text), Identity::StepsDown, "{text}");
        }
        for text in ["FROM nginx", "FROM debian\nCMD [\"nginx\", \"-g\", \"daemon off;\"]", "FROM php:8\nCMD [\"php-fpm\"]"] {
            assert_eq!(user(text), Identity::Workers, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_known() {
        for text in [
            "FROM example/x",
            "FROM $X",
            "FROM node\nARG UID\nUSER ${UID}",
            "FROM debian\nCOPY docker-entrypoint.sh /\nENTRYPOINT [\"/docker-entrypoint.sh\"]",
            "FROM debian\nCMD [\"./start\"]",
            "FROM debian AS build\nFROM debian\nCOPY --from=build /x/start.sh .\nCMD [\"./start.sh\"]",
            "FROM postgres:17\nENTRYPOINT [\"/own.sh\"]",
        ] {
            assert_eq!(user(text), Identity::Unknown, "{text}");
        }
    }

    #[test]
    fn who_starts_is_another_question() {
        let starts = |text: &str| {
            let dockerfile = Dockerfile::parse(text);
            starts_as_root(&dockerfile, dockerfile.final_stage().unwrap())
        };
        assert_eq!(starts("FROM postgres"), Some(true));
        assert_eq!(starts("FROM node\nUSER node"), Some(false));
        assert_eq!(starts("FROM example/x"), None);
        assert_eq!(starts("FROM debian\nENTRYPOINT [\"/x.sh\"]"), Some(true));
    }
}
