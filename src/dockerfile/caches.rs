//! The caches of package managers: which call fills one, which command empties it again, which mount holds it.

use super::insertion::{self, Insertion};
use super::instruction::Mount;
use super::model::{Dockerfile, InstructionScript};
use super::packages::{Action, Invocation, Manager, invocation};
use crate::shell::{Command, Script};
use crate::source::Span;

/// A cache that a RUN fills.
#[derive(Debug, Clone)]
pub struct FilledCache<'a> {
    /// The call that fills it; the last one, unless each of them could do without by a flag.
    pub call: Invocation<'a>,
    /// Its index in [`Script::commands`].
    pub command: usize,
    /// The downloads of apt rather than its lists.
    pub archives: bool,
    /// A later command of the same text empties it.
    pub emptied: bool,
    /// The index of the first call.
    first: usize,
    /// Some call is one that most tools see.
    plain: bool,
}

/// What a fix does about a cache.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mending {
    pub edits: Vec<(Span, String)>,
    /// It changes nothing but the cache.
    pub safe: bool,
}

/// What the calls of a whole file mean for the cache of each.
#[derive(Debug, Default)]
pub(super) struct Survey {
    /// The RUNs that install with apt from lists that an earlier RUN has fetched: instruction and stage.
    depends_on_lists: Vec<(usize, Option<usize>)>,
    /// The RUNs that run a script of the author's own, which may do the same.
    runs_script: Vec<(usize, Option<usize>)>,
    /// How often `apk add` runs on an index that is fetched before.
    apk_installs: usize,
    apk_updates: usize,
    /// From this instruction on apt keeps what it downloads: the `docker-clean` of Debian's images is gone.
    keeps_archives: Option<usize>,
    /// The instructions with a call that may fill a cache, in order.
    filling: Vec<usize>,
}

impl Survey {
    /// What was seen when every call of the file was looked at, which is done once.
    fn of(dockerfile: &Dockerfile) -> &Self {
        dockerfile.caches.get_or_init(|| Self::make(dockerfile))
    }

    fn make(dockerfile: &Dockerfile) -> Self {
        let mut survey = Self::default();
        for script in &dockerfile.scripts {
            let mut has_lists = false;
            let place = (script.instruction, script.stage);
            for command in &script.script.commands {
                if survey.keeps_archives.is_none() && keeps_archives(command) {
                    survey.keeps_archives = Some(script.instruction);
                }
                if runs_script(command) {
                    survey.runs_script.push(place);
                }
                let Some(call) = invocation(command) else { continue };
                if fills(&call) {
                    survey.filling.push(script.instruction);
                }
                match (family(call.manager), call.action) {
                    (Manager::AptGet, Action::Update) => has_lists = true,
                    (Manager::AptGet, Action::Clean | Action::Remove) => {}
                    (Manager::AptGet, _) if !has_lists => survey.depends_on_lists.push(place),
                    (Manager::Apk, Action::Update) if !call.disables_cache() => survey.apk_updates += 1,
                    (Manager::Apk, Action::Install | Action::Upgrade) if !call.disables_cache() => survey.apk_installs += 1,
                    _ => {}
                }
            }
        }
        survey.depends_on_lists.dedup();
        survey.runs_script.dedup();
        survey
    }
}

/// Whether one of these places comes later in what a script belongs to.
fn comes_later(places: &[(usize, Option<usize>)], dockerfile: &Dockerfile, script: &InstructionScript) -> bool {
    let mut later = places.iter().rev().take_while(|(instruction, _)| *instruction > script.instruction);
    later.any(|(_, stage)| match (*stage, script.stage) {
        (Some(stage), Some(own)) => dockerfile.is_built_on(stage, own),
        _ => true,
    })
}

/// `./setup`, `bash install.sh`
fn runs_script(command: &Command) -> bool {
    let is_script = |text: &str| text.ends_with(".sh") || text.starts_with("./");
    let Some(name) = command.words.first() else { return false };
    is_script(&name.text)
        || matches!(command.name(), "sh" | "bash" | "ash" | "dash" | "." | "source")
            && command.non_flag_words().next().is_some_and(|word| is_script(&word.text))
}

/// `rm …/docker-clean`, or a setting that has the same effect.
fn keeps_archives(command: &Command) -> bool {
    match command.name() {
        "rm" => command.arguments().iter().any(|word| word.text.ends_with("docker-clean")),
        "echo" | "printf" => command.arguments().iter().any(|word| word.text.contains("Keep-Downloaded-Packages \"true\"")),
        _ => false,
    }
}

/// The caches that the commands of a script fill and no mount holds. Nothing for a script that is not of a RUN.
pub fn filled<'a>(dockerfile: &'a Dockerfile, script: &'a InstructionScript) -> Vec<FilledCache<'a>> {
    let survey = Survey::of(dockerfile);
    if survey.filling.binary_search(&script.instruction).is_err() {
        return Vec::new();
    }
    let Some((_, mounts)) = dockerfile.run_of(script.instruction) else { return Vec::new() };
    let commands = &script.script.commands;
    let mut found: Vec<FilledCache<'_>> = Vec::new();
    let mut variables = None;
    for (index, command) in commands.iter().enumerate() {
        let Some(call) = invocation(command).filter(fills) else { continue };
        if call.opaque {
            continue;
        }
        if !call.facts().no_cache_variables.is_empty() {
            let settings = variables.get_or_insert_with(|| Settings::of(&script.script));
            if settings.disable_cache(dockerfile, script, index, &call) {
                continue;
            }
        }
        let plain = call.is_plain();
        match found.iter_mut().find(|other| !has_flag(&call) && family(other.call.manager) == family(call.manager)) {
            Some(other) => {
                other.plain |= plain;
                other.call = call;
                other.command = index;
            }
            None => {
                found.push(FilledCache { call, command: index, archives: false, emptied: false, first: index, plain });
            }
        }
    }
    found.retain_mut(|cache| {
        let manager = family(cache.call.manager);
        let held = is_held(mounts, manager);
        let installs = || {
            let mut calls = commands.iter().filter_map(invocation);
            calls.any(|call| family(call.manager) == manager && call.action == Action::Install)
        };
        let keeps_archives = || survey.keeps_archives.is_some_and(|from| from <= script.instruction) && installs();
        cache.archives = held && manager == Manager::AptGet && keeps_archives() && !is_mounted(mounts, manager, APT_ARCHIVES);
        !held || cache.archives
    });
    let mut last: Vec<(Manager, Option<usize>)> = Vec::new();
    for cache in &mut found {
        let manager = family(cache.call.manager);
        let known = last.iter().find(|(other, _)| *other == manager).map(|(_, index)| *index);
        let emptying = known.unwrap_or_else(|| {
            let index = commands.iter().rposition(|command| empties(command, manager, cache.archives));
            last.push((manager, index));
            index
        });
        cache.emptied = emptying.is_some_and(|index| index > cache.command);
    }
    found
}

const APT_LISTS: &str = "/var/lib/apt/lists";
const APT_ARCHIVES: &str = "/var/cache/apt";

/// The managers of apt share their caches.
fn family(manager: Manager) -> Manager {
    match manager {
        Manager::Apt | Manager::Aptitude => Manager::AptGet,
        other => other,
    }
}

/// A flag keeps each call from filling the cache.
fn has_flag(call: &Invocation<'_>) -> bool {
    !call.facts().no_cache_flags.is_empty()
}

/// Whether a call fills a cache that outlives it.
fn fills(call: &Invocation<'_>) -> bool {
    match call.manager {
        Manager::AptGet | Manager::Apt | Manager::Aptitude => call.action == Action::Update,
        Manager::Apk => call.action == Action::Install && !call.disables_cache() && call.flag(&["--no-network"]).is_none(),
        Manager::Pip | Manager::Uv => call.action == Action::Install && !call.disables_cache(),
        Manager::Yarn => call.action == Action::Install && call.flag(&["--cache-folder"]).is_none(),
        Manager::Yum | Manager::Dnf | Manager::Microdnf | Manager::Zypper => {
            matches!(call.action, Action::Install | Action::Upgrade | Action::DistUpgrade | Action::Update)
        }
        _ => false,
    }
}

/// The variables that a script gives its commands, in order.
struct Settings<'a> {
    exported: Vec<(usize, &'a str, bool)>,
}

impl<'a> Settings<'a> {
    fn of(script: &'a Script) -> Self {
        let mut exported = Vec::new();
        for (index, command) in script.commands.iter().enumerate() {
            if command.words.is_empty() {
                let own = command.assignments.iter();
                exported.extend(own.map(|own| (index, own.name.as_str(), is_true(&own.value.text, own.value.literal))));
            } else if command.name() == "export" {
                let pairs = command.arguments().iter().filter_map(|word| Some((word, word.text.split_once('=')?)));
                exported.extend(pairs.map(|(word, (name, value))| (index, name, is_true(value, word.literal))));
            }
        }
        Self { exported }
    }

    /// A variable says that a call fills no cache, or may say so: its value is unknown.
    fn disable_cache(&self, dockerfile: &Dockerfile, script: &InstructionScript, index: usize, call: &Invocation<'_>) -> bool {
        call.facts().no_cache_variables.iter().any(|name| {
            let own = call.command.assignments.iter().rev().find(|own| own.name == *name);
            let mut wrapped = call.command.wrappers.iter().flatten().filter_map(|word| Some((word, word.text.split_once('=')?)));
            let wrapped = wrapped.rfind(|(_, (key, _))| key == name);
            let before = || self.exported.iter().rev().find(|(at, key, _)| *at < index && key == name);
            match (own, wrapped) {
                (Some(own), _) => is_true(&own.value.text, own.value.literal),
                (None, Some((word, (_, value)))) => is_true(value, word.literal),
                (None, None) => match (before(), dockerfile.variable(script.instruction, name)) {
                    (Some((_, _, value)), _) => *value,
                    (None, Some(variable)) => variable.value.as_deref().is_none_or(|value| is_true(value, true)),
                    (None, None) => false,
                },
            }
        })
    }
}

/// What pip and uv take for true; an expansion may be anything.
fn is_true(value: &str, literal: bool) -> bool {
    !literal || ["1", "true", "on", "yes", "y", "t"].iter().any(|yes| value.eq_ignore_ascii_case(yes))
}

/// Whether mounts hold the cache of a manager, for apt its lists.
pub fn is_held(mounts: &[Mount], manager: Manager) -> bool {
    match family(manager) {
        Manager::AptGet => is_mounted(mounts, manager, APT_LISTS),
        manager => manager.facts().caches.iter().any(|cache| is_mounted(mounts, manager, cache)),
    }
}

/// Whether a mount holds a cache, so that none of it gets into the layer.
fn is_mounted(mounts: &[Mount], manager: Manager, cache: &str) -> bool {
    let holds = |mount: &Mount| {
        let target = mount.target.as_deref().unwrap_or_default();
        let is_named = || [Some(target), mount.id.as_deref()].into_iter().flatten().any(|name| name.contains(manager.name()));
        covers(target, cache) || !cache.starts_with("/var/") && is_named()
    };
    mounts.iter().any(|mount| matches!(mount.kind.as_str(), "cache" | "tmpfs") && holds(mount))
}

/// Whether a command deletes what a manager has cached.
fn empties(command: &Command, manager: Manager, archives: bool) -> bool {
    let caches: &[&str] = match (manager, archives) {
        (Manager::AptGet, true) => &[APT_ARCHIVES],
        (Manager::AptGet, false) => &[APT_LISTS],
        _ => manager.facts().caches,
    };
    let names_cache = || command.non_flag_words().any(|word| caches.iter().any(|cache| covers(&word.text, cache)));
    match command.name() {
        "rm" => names_cache(),
        "find" => command.has_flag(&["-delete", "-exec"]) && names_cache(),
        _ => invocation(command).is_some_and(|call| {
            let cleans_lists = || call.subcommand.is_some_and(|word| matches!(word.text.as_str(), "distclean" | "dist-clean"));
            let cleans = archives || family(call.manager) != Manager::AptGet || cleans_lists();
            call.action == Action::Clean && family(call.manager) == manager && cleans
        }),
    }
}

/// Whether a path, perhaps a pattern, stands for a cache folder, all inside of it, or a folder around it.
fn covers(path: &str, cache: &str) -> bool {
    if let Some((before, alternatives)) = path.split_once('{').filter(|(before, _)| !before.ends_with('$')) {
        let alternatives = alternatives.split('}').next().unwrap_or_default();
        let rest = cache.strip_prefix(before);
        return rest.is_some_and(|rest| alternatives.split(',').any(|one| !one.is_empty() && covers(one, rest)));
    }
    let mut bare = path;
    while let Some(shorter) = bare.strip_suffix('*').or(bare.strip_suffix("/.")).or(bare.strip_suffix('/')) {
        bare = shorter;
    }
    let is_around =
        |outer: &str, inner: &str| inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    match cache.strip_prefix("~/") {
        // A home may be anywhere.
        Some(inside) => {
            let mut outer = inside;
            loop {
                if bare.strip_suffix(outer).is_some_and(|home| home.is_empty() || home.ends_with('/')) {
                    return true;
                }
                match outer.rsplit_once('/') {
                    Some((shorter, _)) => outer = shorter,
                    None => return false,
                }
            }
        }
        None => is_around(bare, cache) || bare.contains('*') && is_around(cache, bare),
    }
}

impl FilledCache<'_> {
    /// The name of its case in the documents.
    pub fn case(&self) -> &'static str {
        match family(self.call.manager) {
            Manager::AptGet if self.archives => "apt-archives",
            Manager::AptGet => "apt-lists",
            other => other.name(),
        }
    }

    /// Whether hadolint reports it, which knows caches by the words of commands, and stages only for apt and yarn.
    pub fn is_known_to_hadolint(&self, dockerfile: &Dockerfile, script: &InstructionScript) -> bool {
        let behind = &script.script.commands[self.first + 1..];
        let is = |command: &Command, name: &str, words: &[&str]| {
            command.words.first().is_some_and(|word| word.text == name)
                && command.arguments().iter().any(|word| words.contains(&word.text.as_str()))
        };
        let is_asked = |words: &[&str]| self.call.subcommand.is_some_and(|word| words.contains(&word.text.as_str()));
        let in_image = || script.onbuild || script.stage.is_none_or(|stage| dockerfile.ships(stage) || dockerfile.is_base(stage));
        self.plain
            && match self.call.manager {
                Manager::AptGet | Manager::Apt | Manager::Aptitude => {
                    let words = ["-rf", "/var/lib/apt/lists/*"];
                    let run = dockerfile.run_of(script.instruction);
                    let mut targets = run.iter().flat_map(|(_, mounts)| *mounts).filter_map(|mount| mount.target.as_deref());
                    in_image()
                        && !targets.any(|target| target.contains(APT_LISTS))
                        && !script.script.commands.iter().any(|command| is(command, "rm", &words))
                }
                Manager::Yum => {
                    let cleans = |command: &Command| {
                        is(command, "yum", &["clean", "all"]) || is(command, "rm", &["-rf", "/var/cache/yum/*"])
                    };
                    is_asked(&["install"]) && !behind.iter().any(cleans)
                }
                Manager::Dnf | Manager::Microdnf => {
                    let cleans = |command: &Command| {
                        is(command, self.call.manager.name(), &["clean", "all"])
                            || is(command, "rm", &["-rf", "/var/cache/libdnf5*"])
                    };
                    let words = ["install", "in", "upgrade", "up", "upgrade-minimal", "up-min", "reinstall", "rei"];
                    is_asked(&words) && !behind.iter().any(cleans)
                }
                Manager::Zypper => is_asked(&["install", "in"]),
                Manager::Yarn => is_asked(&["install"]) && in_image(),
                Manager::Apk | Manager::Pip => true,
                _ => false,
            }
    }

    /// How to keep the cache out of the layer.
    pub fn mending(&self, dockerfile: &Dockerfile, text: &str, script: &InstructionScript) -> Option<Mending> {
        let survey = Survey::of(dockerfile);
        let append = |words: &str| {
            let prefix = if self.call.command.is_wrapped_in("sudo") { "sudo " } else { "" };
            let Insertion { at, text } = insertion::last_command(dockerfile, text, script, &format!("{prefix}{words}"))?;
            Some(Mending { edits: vec![(Span::empty(at), text)], safe: true })
        };
        let name = self.call.names.first().map_or("", |word| word.text.as_str());
        match self.call.manager {
            Manager::AptGet | Manager::Apt | Manager::Aptitude => {
                if self.archives || comes_later(&survey.depends_on_lists, dockerfile, script) {
                    return None;
                }
                let safe = !comes_later(&survey.runs_script, dockerfile, script);
                Some(Mending { safe, ..append("rm -rf /var/lib/apt/lists/*")? })
            }
            Manager::Yum | Manager::Dnf | Manager::Microdnf => append(&format!("{name} clean all")),
            Manager::Zypper => append(&format!("{name} clean --all")),
            Manager::Yarn => {
                // Later versions keep the packages themselves there; these flags only the first one has.
                let first = ["--frozen-lockfile", "--pure-lockfile", "--production", "--prod", "--ignore-engines", "--flat"];
                let mending = append(&format!("{name} cache clean"))?;
                Some(Mending { safe: self.call.flag(&first).is_some(), ..mending })
            }
            Manager::Apk => self.mend_apk(dockerfile, text, script),
            _ => Some(Mending { edits: self.flag_edits(dockerfile, script, &[])?, safe: true }),
        }
    }

    /// The flag that does without the cache, in the place of one that asks to fill it.
    fn flag_edits(
        &self,
        dockerfile: &Dockerfile,
        script: &InstructionScript,
        instead_of: &[&str],
    ) -> Option<Vec<(Span, String)>> {
        let flag = self.call.facts().no_cache_flags.first()?;
        let is_replaced = |word: &str| instead_of.contains(&word);
        if let Some(other) = self.call.flags.iter().find(|flag| is_replaced(&flag.word.text)) {
            let is_json = insertion::is_json(dockerfile, script, self.call.command);
            return Some(vec![(other.word.span, if is_json { format!("\"{flag}\"") } else { (*flag).to_owned() })]);
        }
        let behind = self.call.subcommand?;
        let Insertion { at, text } = insertion::argument(dockerfile, script, self.call.command, behind, flag);
        Some(vec![(Span::empty(at), text)])
    }

    /// An index that `apk update` fetched before is of no use to `--no-cache`: the update goes, or all stays as it is.
    fn mend_apk(&self, dockerfile: &Dockerfile, text: &str, script: &InstructionScript) -> Option<Mending> {
        let survey = Survey::of(dockerfile);
        let mut edits = self.flag_edits(dockerfile, script, &["-U", "--update", "--update-cache"])?;
        if survey.apk_updates > 0 {
            let update = self.command.checked_sub(1)?;
            let is_update = invocation(&script.script.commands[update])
                .is_some_and(|call| call.manager == Manager::Apk && call.action == Action::Update && !call.opaque);
            if survey.apk_updates > 1 || survey.apk_installs > 1 || !is_update {
                return None;
            }
            edits.push((insertion::removal(&script.script, update, text)?, String::new()));
        }
        Some(Mending { edits, safe: true })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `case`, with `+` when emptied and `*` when hadolint sees it.
    fn shapes(text: &str) -> Vec<String> {
        let dockerfile = Dockerfile::parse(text);
        let mut found = Vec::new();
        for script in &dockerfile.scripts {
            for cache in filled(&dockerfile, script) {
                let emptied = if cache.emptied { "+" } else { "" };
                let known = if cache.is_known_to_hadolint(&dockerfile, script) { "*" } else { "" };
                found.push(format!("{}{emptied}{known}", cache.case()));
            }
        }
        found
    }

    #[test]
    fn caches_are_filled_emptied_and_mounted() {
        let cases: &[(&str, &[&str])] = &[
            ("RUN apt-get update && apt-get install -y x", &["apt-lists*"]),
            ("RUN apt update", &["apt-lists*"]),
            ("RUN apt-get install -y x", &[]),
            ("RUN apt-get update && rm -rf /var/lib/apt/lists/*", &["apt-lists+"]),
            ("RUN apt-get update && rm -fr /var/lib/apt/lists", &["apt-lists+*"]),
            ("RUN apt-get update && rm -rf /var/lib/{apt,dpkg}/", &["apt-lists+"]),
            ("RUN apt-get update && find /var/lib/apt/lists -type f -delete", &["apt-lists+*"]),
            ("RUN apt-get update && apt-get dist-clean", &["apt-lists+*"]),
            ("RUN apt-get update && apt-get clean", &["apt-lists*"]),
            ("RUN apt-get update && rm -rf /tmp/x", &["apt-lists"]),
            ("RUN rm -rf /var/lib/apt/lists/* && apt-get update", &["apt-lists"]),
            ("RUN sudo apt-get update", &["apt-lists"]),
            ("RUN --mount=type=cache,target=/var/lib/apt/lists apt-get update", &[]),
            ("RUN --mount=type=tmpfs,target=/var/lib/apt apt-get update", &[]),
            ("RUN --mount=type=cache,target=/var/cache/apt apt-get update", &["apt-lists*"]),
            (
                "RUN rm /etc/apt/apt.conf.d/docker-clean\nRUN --mount=type=cache,target=/var/lib/apt \
                 apt-get update && apt-get install x",
                &["apt-archives*"],
            ),
            ("RUN rm /etc/apt/apt.conf.d/docker-clean\nRUN --mount=type=cache,target=/var/lib/apt apt-get update", &[]),
            (
                "RUN rm /etc/apt/apt.conf.d/docker-clean\nRUN --mount=type=cache,target=/var/lib/apt/lists \
                 apt-get update && apt-get install x",
                &["apt-archives"],
            ),
            (
                "RUN --mount=type=cache,target=/var/lib/apt --mount=type=cache,target=/var/cache/apt \
                 rm -f /etc/apt/apt.conf.d/docker-clean && apt-get update",
                &[],
            ),
            ("RUN apk add x", &["apk*"]),
            ("RUN apk add --no-cache x", &[]),
            ("RUN apk add --no-network --virtual .run $deps", &[]),
            ("RUN apk add x && apk add y && rm -rf /var/cache/apk/*", &["apk+*", "apk+*"]),
            ("RUN --mount=type=cache,target=/var/cache/apk apk add x", &[]),
            ("RUN --mount=type=cache,target=/etc/apk/cache apk add x", &[]),
            ("RUN yum install -y x", &["yum*"]),
            ("RUN yum -y install x && yum clean all && yum install y", &["yum"]),
            ("RUN yum install -y x && rm -rf /var/cache/yum", &["yum+"]),
            ("RUN dnf install -y x && microdnf clean all", &["dnf*"]),
            ("RUN microdnf install x && microdnf clean all", &["microdnf+"]),
            ("RUN dnf install -y x && rm -rf /var/cache/libdnf5*", &["dnf+"]),
            ("RUN --mount=type=cache,target=/var/cache/libdnf5 dnf install -y x", &[]),
            ("RUN zypper in -y x", &["zypper*"]),
            ("RUN zypper in -y x && zypper cc", &["zypper+*"]),
            ("RUN pip install x", &["pip*"]),
            ("RUN /venv/bin/pip install x", &["pip"]),
            ("RUN PIP_NO_CACHE_DIR=1 pip install x", &[]),
            ("RUN PIP_NO_CACHE_DIR=off pip install x", &["pip*"]),
            ("RUN export PIP_NO_CACHE_DIR=yes && pip install x", &[]),
            ("RUN env PIP_NO_CACHE_DIR=1 pip install x", &[]),
            ("ENV PIP_NO_CACHE_DIR=on\nRUN pip install x", &[]),
            ("ENV PIP_NO_CACHE_DIR=0\nRUN pip install x", &["pip*"]),
            ("FROM a AS b\nENV PIP_NO_CACHE_DIR=1\nFROM b\nRUN pip install x", &[]),
            ("FROM a AS b\nENV PIP_NO_CACHE_DIR=1\nFROM a\nRUN pip install x", &["pip*"]),
            ("FROM a\nARG PIP_NO_CACHE_DIR\nRUN pip install x", &[]),
            ("RUN --mount=type=cache,target=/root/.cache pip install x", &[]),
            ("RUN --mount=type=cache,target=/home/app/.cache/pip pip install x", &[]),
            ("RUN --mount=type=cache,target=/pip-cache pip install x", &[]),
            ("RUN --mount=type=cache,target=/root/.npm pip install x", &["pip*"]),
            ("RUN pip install x && rm -rf ~/.cache", &["pip+*"]),
            ("RUN pip install x && rm -rf $HOME/.cache/pip/*", &["pip+*"]),
            ("RUN uv pip install x && uv cache clean", &["uv+"]),
            ("RUN yarn install", &["yarn*"]),
            ("RUN yarn cache clean && yarn install", &["yarn*"]),
            ("RUN yarn --frozen-lockfile && yarn cache clean", &["yarn+"]),
            ("RUN --mount=type=cache,target=/root/.cache/yarn yarn install", &[]),
            ("FROM a AS b\nRUN yarn install\nFROM c", &["yarn"]),
            ("FROM a AS b\nONBUILD RUN yarn install\nFROM c", &["yarn*"]),
            ("CMD pip install x", &[]),
            ("RUN apt-get $X", &[]),
        ];
        for (text, want) in cases {
            assert_eq!(shapes(text), *want, "{text}");
        }
    }

    fn mended(text: &str) -> Option<String> {
        let dockerfile = Dockerfile::parse(text);
        let found = dockerfile.scripts.iter().find_map(|script| {
            let cache = filled(&dockerfile, script).into_iter().next()?;
            Some(cache.mending(&dockerfile, text, script))
        });
        let mut edits = found??.edits;
        edits.sort();
        let mut text = text.to_owned();
        for (span, replacement) in edits.iter().rev() {
            text.replace_range(span.range(), replacement);
        }
        Some(text)
    }

    #[test]
    fn caches_are_mended() {
        let cases = [
            (
                "RUN apt-get update && apt-get install -y x",
                "RUN apt-get update && apt-get install -y x && rm -rf /var/lib/apt/lists/*",
            ),
            ("RUN sudo apt-get update", "RUN sudo apt-get update && sudo rm -rf /var/lib/apt/lists/*"),
            ("RUN apk add x", "RUN apk add --no-cache x"),
            ("RUN apk --update add x", "RUN apk --no-cache add x"),
            ("RUN [\"apk\", \"add\", \"-U\", \"x\"]", "RUN [\"apk\", \"add\", \"--no-cache\", \"x\"]"),
            ("RUN [\"apk\", \"add\", \"x\"]", "RUN [\"apk\", \"add\", \"--no-cache\", \"x\"]"),
            ("RUN apk update && apk add x", "RUN apk add --no-cache x"),
            ("RUN a \\\n && apk update \\\n && apk add x", "RUN a \\\n && apk add --no-cache x"),
            ("RUN python3 -m pip install -r x", "RUN python3 -m pip install --no-cache-dir -r x"),
            ("RUN yum install -y x", "RUN yum install -y x && yum clean all"),
            ("RUN zypper -n in x", "RUN zypper -n in x && zypper clean --all"),
        ];
        for (text, want) in cases {
            assert_eq!(mended(text).as_deref(), Some(want), "{text}");
        }
        for text in [
            "RUN apt-get update\nRUN apt-get install -y x",
            "FROM a AS b\nRUN apt-get update\nFROM b\nRUN apt-get install -y x",
            "RUN apt-get update; apt-get install -y x",
            "RUN apk update && apk upgrade && apk add x",
            "RUN apk update && apk add x\nRUN apk add y",
        ] {
            assert_eq!(mended(text), None, "{text}");
        }
        assert!(mended("FROM a AS b\nRUN apt-get update\nFROM a\nRUN apt-get install -y x").is_some());
    }
}
