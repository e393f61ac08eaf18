//! Accounts: who root is, and which accounts the commands of a file create.

use rustc_hash::FxHashMap;

use super::instruction::{Body, Instruction, Word};
use super::model::{Dockerfile, Stage};
use crate::shell::Command;

/// Programs that an entrypoint uses to step down from root.
const STEPPERS: &[&str] = &["gosu", "su-exec", "s6-setuidgid", "setpriv"];

/// Whether a stage holds a program for its entrypoint to step down from root with.
pub fn may_step_down(dockerfile: &Dockerfile, stage: &Stage) -> bool {
    dockerfile.lineage(stage).any(|stage| {
        let packages = stage.packages.iter().map(|package| package.name.as_str());
        packages.chain(stage.tools.iter().map(|tool| tool.name.as_str())).any(|name| STEPPERS.contains(&name))
    })
}

/// Whether the text of a USER names root, with or without a group. The engine reads what is no name as a decimal number, so that `00`
/// is root too (runc's `GetExecUser`).
pub fn is_root(user: &str) -> bool {
    let account = user.split(':').next().unwrap_or_default();
    account == "root" || !account.is_empty() && account.bytes().all(|byte| byte == b'0')
}

/// What a USER names, also one that an ONBUILD triggers.
pub fn user_word(instruction: &Instruction) -> Option<&Word> {
    match &instruction.body {
        Body::User(word) => Some(word),
        Body::Onbuild(trigger) => match &trigger.body {
            Body::User(word) => Some(word),
            _ => None,
        },
        _ => None,
    }
}

/// The flags of `useradd` and `adduser` that take the next word, without those that only one of them has.
const VALUED: &[&str] = &[
    "-b",
    "-c",
    "-d",
    "-e",
    "-f",
    "-g",
    "-G",
    "-h",
    "-k",
    "-K",
    "-p",
    "-s",
    "-u",
    "-Z",
    "--base-dir",
    "--comment",
    "--conf",
    "--expiredate",
    "--gecos",
    "--gid",
    "--groups",
    "--home",
    "--home-dir",
    "--inactive",
    "--ingroup",
    "--key",
    "--password",
    "--shell",
    "--skel",
    "--uid",
];

/// The name of the account that a command creates. `adduser name group` creates none.
pub fn created_account(command: &Command) -> Option<&str> {
    if !matches!(command.name(), "useradd" | "adduser") {
        return None;
    }
    let mut operands = command.operands(VALUED);
    let name = operands.next().filter(|word| word.literal)?;
    operands.next().is_none().then_some(name.text.as_str())
}

/// The account that a command creates with a number of its own: its name, and the number as written.
pub fn created_user(command: &Command) -> Option<(&str, &str)> {
    if !matches!(command.name(), "useradd" | "adduser") {
        return None;
    }
    let number = command.flag_value("--uid").or_else(|| command.flag_value("-u"))?;
    let name = command.operands(VALUED).next().filter(|word| word.literal)?;
    Some((&name.text, number))
}

/// The numbers of the accounts that the commands of a file create, and of root. An account with two numbers has none.
pub fn numbers(dockerfile: &Dockerfile) -> FxHashMap<&str, Option<u32>> {
    let mut numbers = FxHashMap::from_iter([("root", Some(0))]);
    let commands = dockerfile.scripts.iter().flat_map(|script| &script.script.commands);
    for (name, number) in commands.filter_map(created_user) {
        let number = number.parse().ok();
        let known = numbers.entry(name).or_insert(number);
        if *known != number {
            *known = None;
        }
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn root_has_two_names() {
        for root in ["root", "0", "root:root", "0:0", "0:1000", "00"] {
            assert!(is_root(root), "{root}");
        }
        for other in ["rooty", "1000:0", "", "$USER", ":0", "0x0"] {
            assert!(!is_root(other), "{other}");
        }
    }

    #[test]
    fn accounts_have_numbers() {
        let text = "FROM a\n\
            RUN useradd -m -s /bin/bash -u 1000 app && adduser --uid 1001 --disabled-password --gecos '' bob\n\
            RUN adduser -D -H -u 1002 -G grp eve && useradd --uid=1003 -r mal && useradd -u $UID var\n\
            RUN useradd -u 1004 twice\nRUN useradd -u 1005 twice && useradd none\n";
        let dockerfile = Dockerfile::parse(text);
        let numbers = numbers(&dockerfile);
        let of = |name: &str| numbers.get(name).copied().flatten();
        assert_eq!(
            [of("root"), of("app"), of("bob"), of("eve"), of("mal")],
            [Some(0), Some(1000), Some(1001), Some(1002), Some(1003)]
        );
        assert_eq!([of("var"), of("twice"), of("none")], [None; 3]);
    }
}
