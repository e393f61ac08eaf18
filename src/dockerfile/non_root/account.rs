//! Which account a stage can run as, and how it is made.

use super::super::image::ImageReference;
use super::super::model::Base;
use super::super::startup::base_name;
use super::super::system::System;
use super::super::users::{created_account, numbers};
use super::Scene;
use crate::catalog::accounts::Accounts;

/// Groups that are as good as root.
const MIGHTY: &[&str] = &["docker", "root", "sudo", "wheel"];

/// Images of the Red Hat family without `useradd`.
const WITHOUT_USERADD: &[&str] = &["minimal", "micro", "slim", "amazon", "fedora", "corretto", "oracle", "openjdk"];

/// The account to run as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Account {
    /// What USER names.
    pub user: String,
    /// In words.
    pub described: String,
    /// What `chown` takes: `app:app`.
    pub owner: String,
    /// The same in numbers, where they are known.
    pub numbers: Option<String>,
    /// A folder that exists and belongs to it.
    pub home: Option<String>,
    /// The commands that make it; none where it is there.
    pub create: Vec<String>,
    /// The file itself makes it, but never switches to it.
    pub is_authors: bool,
    /// The image can run commands.
    pub has_shell: bool,
}

/// The account of the author, else one that the image has to spare, else a new one in the way of the system.
pub(super) fn choose(scene: &Scene<'_>) -> Option<Account> {
    let made = made(scene)?;
    if let Some(name) = made {
        return Some(Account { is_authors: true, home: None, ..of_name(name) });
    }
    let root = &scene.dockerfile.stages.get(scene.stage.root)?.base;
    if *root == Base::Scratch {
        return Some(of_number(10001, false));
    }
    let image = scene.stage.image.as_deref()?;
    let name = image.familiar_name();
    if name.starts_with("gcr.io/distroless/") {
        // The account `nonroot` of these images.
        return Some(of_number(65532, false));
    }
    if let Some(spare) = Accounts::table().spare(&name, image.tag.as_deref().unwrap_or_default()) {
        let numbers = spare.number.map(|number| format!("{number}:{number}"));
        let described = format!("`{}`, an account of the image", spare.user);
        return Some(Account { described, numbers, home: spare.home.clone(), ..of_name(&spare.user) });
    }
    let commands: &[&str] = match scene.stage.system {
        Some(System::Alpine) => &["addgroup -S -g 10001 app", "adduser -S -D -u 10001 -G app app"],
        Some(System::Debian) => {
            &["groupadd --gid 10001 app", "useradd --uid 10001 --gid app --create-home --shell /usr/sbin/nologin app"]
        }
        Some(System::RedHat) if has_useradd(image) => {
            &["groupadd --gid 10001 app", "useradd --uid 10001 --gid app --create-home --shell /sbin/nologin app"]
        }
        _ => return Some(of_number(10001, true)),
    };
    let create = commands.iter().map(|&command| command.to_owned()).collect();
    Some(Account { user: "10001".to_owned(), described: "a new account `app`".to_owned(), create, ..of_name("app") })
}

fn of_name(name: &str) -> Account {
    Account {
        user: name.to_owned(),
        described: format!("`{name}`"),
        owner: format!("{name}:{name}"),
        numbers: (name == "app").then(|| "10001:10001".to_owned()),
        home: Some(format!("/home/{name}")),
        create: Vec::new(),
        is_authors: false,
        has_shell: true,
    }
}

/// A number that no file of the image has a name for.
fn of_number(number: u32, has_shell: bool) -> Account {
    let both = format!("{number}:{number}");
    let (owner, numbers) = (both.clone(), Some(both.clone()));
    let described = format!("`{number}`");
    Account { user: both, described, owner, numbers, home: None, create: Vec::new(), is_authors: false, has_shell }
}

fn has_useradd(image: &ImageReference) -> bool {
    let name = image.to_string();
    !WITHOUT_USERADD.iter().any(|part| name.contains(part))
}

/// The account that the stage makes and does not use; `None` when there are several, or when it is no account for a service.
fn made<'a>(scene: &Scene<'a>) -> Option<Option<&'a str>> {
    let mut found: Option<&str> = None;
    for (index, _) in &scene.instructions {
        for command in scene.dockerfile.scripts_of(*index).iter().flat_map(|script| &script.script.commands) {
            let manages = matches!(command.name(), "useradd" | "adduser" | "usermod" | "addgroup" | "groupadd" | "gpasswd");
            if !manages {
                continue;
            }
            let is_mighty = |word: &str| word.split(',').any(|group| MIGHTY.contains(&group));
            if command.arguments().iter().any(|word| is_mighty(&word.text)) {
                return None;
            }
            let Some(name) = created_account(command) else { continue };
            if found.is_some_and(|other| other != name) {
                return None;
            }
            found = Some(name);
        }
    }
    let makes_group = |name: &str| {
        let commands = scene.instructions.iter().flat_map(|(index, _)| scene.dockerfile.scripts_of(*index));
        commands.flat_map(|script| &script.script.commands).any(|command| {
            matches!(base_name(command.name()), "groupadd" | "addgroup")
                && command.arguments().iter().any(|word| word.text == name)
        })
    };
    match found {
        Some(name) if numbers(scene.dockerfile).get(name) == Some(&Some(0)) => None,
        None if makes_group("app") => None,
        found => Some(found),
    }
}
