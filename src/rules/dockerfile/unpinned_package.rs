use std::cell::OnceCell;

use rustc_hash::FxHashSet;

use crate::dockerfile::expand;
use crate::dockerfile::model::{Dockerfile, InstructionScript};
use crate::dockerfile::packages::{Action, Invocation, Manager, Origin, PackageSpec, invocation};
use crate::finding::Confidence;
use crate::rules::check::Reporter;
use crate::shell::{Command, Word};

/// Versions that move.
const MOVING: &[&str] = &["latest", "next", "none", "upgrade", "patch", "*"];

pub fn check(dockerfile: &Dockerfile, script: &InstructionScript, out: &mut Reporter<'_>) {
    if dockerfile.run_of(script.instruction).is_none() {
        return;
    }
    let assigned = OnceCell::new();
    for call in script.script.commands.iter().filter_map(invocation) {
        let words = asked_for(&call);
        // A file may pin or bound what is named beside it.
        if words.is_empty() || call.requirements().next().is_some() {
            continue;
        }
        let judge = Judge { dockerfile, script, call: &call, assigned: &assigned };
        let unpinned: Vec<(&Word, PackageSpec<'_>)> =
            words.into_iter().map(|word| (word, call.spec(word))).filter(|(word, spec)| !judge.is_pinned(word, spec)).collect();
        let Some((first, _)) = unpinned.first() else { continue };
        let mut draft = out.report(first.span).variant(case(call.manager)).value("command", call.title());
        draft = draft.value("packages", names(&unpinned));
        if unpinned.iter().all(|(_, spec)| spec.origin == Origin::Unknown) {
            draft = draft.confidence(Confidence::Low);
        }
        if !unpinned.iter().any(|(word, spec)| judge.is_known_to_hadolint(word, spec)) {
            draft = draft.without("hadolint");
        }
        draft.emit();
    }
}

fn case(manager: Manager) -> &'static str {
    match manager {
        Manager::AptGet
        | Manager::Apk
        | Manager::Yum
        | Manager::Dnf
        | Manager::Microdnf
        | Manager::Zypper
        | Manager::Pip
        | Manager::Pipx
        | Manager::Npm
        | Manager::Gem
        | Manager::Go => manager.name(),
        Manager::Apt | Manager::Aptitude | Manager::Uv | Manager::Yarn | Manager::Pnpm => "other",
    }
}

/// The packages that a call installs from an index by name.
fn asked_for<'a>(call: &Invocation<'a>) -> Vec<&'a Word> {
    let subcommand = call.subcommand.map_or("", |word| word.text.as_str());
    let runs = call.manager == Manager::Go && subcommand == "run";
    if call.action != Action::Install && !runs {
        return Vec::new();
    }
    // The words behind the package of `go run` are for the program.
    let count = if runs { 1 } else { call.packages.len() };
    // The value of a switch, written with a blank.
    let is_switch = |word: &Word| matches!(word.text.as_str(), "true" | "false");
    call.packages.iter().copied().take(count).filter(|word| !is_switch(word)).collect()
}

struct Judge<'s, 'a> {
    dockerfile: &'s Dockerfile,
    script: &'s InstructionScript,
    call: &'a Invocation<'s>,
    /// The names that the script gives a value, once they are asked for.
    assigned: &'a OnceCell<FxHashSet<&'s str>>,
}

impl Judge<'_, '_> {
    fn is_pinned(&self, word: &Word, spec: &PackageSpec<'_>) -> bool {
        let text = word.text.as_str();
        match (self.call.manager, spec.origin) {
            (Manager::Go, Origin::Path) => !self.is_tool(text) || text == "tool",
            (_, Origin::Path | Origin::Url | Origin::Group) => true,
            (Manager::Go, _) if text.ends_with(".go") => true,
            (_, Origin::Unknown) => false,
            (Manager::Npm | Manager::Yarn | Manager::Pnpm, Origin::Repository) => text.contains('#'),
            // The revision stands behind the path, a user in front of it.
            (_, Origin::Repository) => text.rsplit('/').next().unwrap_or(text).contains('@'),
            (Manager::Yum | Manager::Dnf | Manager::Microdnf, Origin::Index) if self.is_of(&["module"]) => text.contains(':'),
            (Manager::Yum | Manager::Dnf | Manager::Microdnf, _) if self.is_of(&["group", "groups", "groupinstall"]) => true,
            (Manager::Yum | Manager::Dnf | Manager::Microdnf, Origin::Index) => {
                spec.version.is_some_and(|version| self.has_values(version))
            }
            (_, Origin::Index) => spec.version.is_some_and(|version| !MOVING.contains(&version)),
        }
    }

    /// `go install tool NAME` and `go get -tool NAME` name modules, though no host stands in front.
    fn is_tool(&self, text: &str) -> bool {
        let asks = self.call.flag(&["-tool"]).is_some() || self.call.packages.first().is_some_and(|word| word.text == "tool");
        asks && !text.starts_with(['.', '/'])
    }

    /// `dnf module install`, `dnf group install`, `dnf groupinstall`
    fn is_of(&self, kinds: &[&str]) -> bool {
        let end = self.call.subcommand.map_or(0, |word| word.span.end());
        let words = self.call.command.arguments().iter().take_while(|word| word.span.end() <= end);
        words.into_iter().any(|word| kinds.contains(&word.text.as_str()))
    }

    /// Every variable of a version gets a value in this file: a version that is nothing pins nothing.
    fn has_values(&self, version: &str) -> bool {
        if !version.contains('$') {
            return true;
        }
        let Ok(expanded) = expand::expand(version, '\\', &mut |_| expand::Lookup::Unknown) else { return true };
        let assigned = self.assigned.get_or_init(|| self.script.script.commands.iter().flat_map(assigned).collect());
        let is_set = |name: &str| assigned.contains(name) || self.dockerfile.variable(self.script.instruction, name).is_some();
        expanded.uses.iter().all(|usage| usage.defaulted || is_set(&usage.name))
    }

    /// Whether hadolint, too, takes a package for unpinned.
    fn is_known_to_hadolint(&self, word: &Word, spec: &PackageSpec<'_>) -> bool {
        let call = self.call;
        let asked = call.subcommand.map_or("", |word| word.text.as_str());
        let words: &[&str] = match call.manager {
            Manager::AptGet | Manager::Yum | Manager::Dnf | Manager::Microdnf | Manager::Pip | Manager::Pipx | Manager::Npm => {
                &["install"]
            }
            Manager::Apk => &["add"],
            Manager::Zypper => &["install", "in"],
            Manager::Gem => &["install", "i"],
            Manager::Go => &["install", "get", "run"],
            _ => return false,
        };
        let text = word.text.as_str();
        let seen = match call.manager {
            Manager::AptGet => !text.contains(['=', '/']),
            Manager::Yum | Manager::Dnf | Manager::Microdnf => self.is_of(&["module"]) || !looks_versioned(text),
            Manager::Pip | Manager::Pipx => {
                spec.origin != Origin::Repository
                    || !text.contains('@') && ["git", "hg+", "svn", "bzr"].iter().any(|vcs| text.starts_with(vcs))
            }
            Manager::Npm if text.starts_with("git") && text.contains("://") => !text.contains('#'),
            Manager::Npm => !text.get(1..).is_some_and(|rest| rest.contains('@')),
            // It takes the word behind any flag for the value of that flag.
            Manager::Gem => {
                let before = call.command.words.iter().rfind(|other| other.span.end() <= word.span.start());
                before.is_none_or(|before| !before.text.starts_with('-'))
            }
            _ => true,
        };
        seen && words.contains(&asked) && call.is_plain()
    }
}

/// The names that a command gives a value: `A=1`, `export A=1`.
fn assigned(command: &Command) -> impl Iterator<Item = &str> {
    let exported = command.arguments().iter().filter_map(|word| Some(word.text.split_once('=')?.0));
    command.assignments.iter().map(|assignment| assignment.name.as_str()).chain(exported)
}

/// Something behind a dash starts with a digit, and nothing there is unusual for a version: `java-21-openjdk`, too.
fn looks_versioned(text: &str) -> bool {
    let mut parts = text.split('-').skip(1).peekable();
    let usual = |char: char| char.is_ascii_alphanumeric() || matches!(char, '.' | '~' | '^' | '_' | ':' | '+');
    let plain = parts.clone().all(|part| part.chars().all(usual));
    parts.peek().is_some() && plain && parts.any(|part| part.starts_with(|char: char| char.is_ascii_digit()))
}

fn names(unpinned: &[(&Word, PackageSpec<'_>)]) -> String {
    let name = |(word, spec): &(&Word, PackageSpec<'_>)| match spec.origin {
        Origin::Index if !spec.name.is_empty() => format!("`{}`", spec.name),
        _ => format!("`{}`", word.text),
    };
    match unpinned {
        [one] => name(one),
        [one, two] => format!("{} and {}", name(one), name(two)),
        [one, two, rest @ ..] => format!("{}, {} and {} more", name(one), name(two), rest.len()),
        [] => String::new(),
    }
}
