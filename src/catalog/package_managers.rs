//! Package managers: how each is called, what its words mean, which of its flags take a value.
//!
//! Sources: the manual of each tool (`apt-get(8)`, `apk-add(8)`, `dnf(8)`, `zypper(8)`, `pip install --help`, …).

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

/// A package manager, one for each command line of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Manager {
    AptGet,
    Apt,
    Aptitude,
    Apk,
    Yum,
    Dnf,
    Microdnf,
    Zypper,
    Pip,
    Pipx,
    Uv,
    Npm,
    Yarn,
    Pnpm,
    Gem,
    Go,
}

/// What a call of a package manager is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    Install,
    /// Fetches the index of packages; installs nothing.
    Update,
    /// Replaces what is installed by newer versions.
    Upgrade,
    /// Goes over to a newer release of the distribution.
    DistUpgrade,
    Remove,
    /// Deletes what was downloaded.
    Clean,
    Other,
}

/// How a package names its version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum VersionSyntax {
    /// `name=1.2`, `name/release`
    Apt,
    /// `name=1.2`, `name~1.2`, `name>1.2`
    Comparison,
    /// `name-1.2-3.x86_64`
    Dash,
    /// `name[extra]==1.2`, as PEP 508 has it.
    Python,
    /// `name@1.2`, `@scope/name@1.2`
    At,
    /// `host/path@v1.2`
    Module,
    /// `name:1.2`, or the flag `-v 1.2`
    Colon,
}

/// All that is known about one package manager.
#[derive(Debug)]
pub struct PackageManager {
    pub manager: Manager,
    /// The name that people know it by.
    pub name: &'static str,
    /// The words that start it. A trailing `*` also stands for the versions of a program: `pip*` is `pip3.12` too.
    pub commands: &'static [&'static [&'static str]],
    /// Subcommands by what they do; two words that belong together stand in one text.
    pub actions: &'static [(Action, &'static [&'static str])],
    /// What it does without a subcommand.
    pub bare: Option<Action>,
    /// Flags whose value may be the next word.
    pub value_flags: &'static [&'static str],
    /// One dash in front of whole words: `-ldflags`. Otherwise one dash starts a cluster of letters.
    pub single_dash_words: bool,
    /// All after `--` is for another program.
    pub stops_at_dashes: bool,
    /// Flags that answer its questions.
    pub yes_flags: &'static [&'static str],
    /// Flags that answer its questions in front of the subcommand, and mean something else behind it.
    pub global_yes_flags: &'static [&'static str],
    /// Two `-q` imply yes.
    pub quiet_assumes_yes: bool,
    /// Options, given by an option flag as `key=value`, that answer its questions.
    pub yes_options: &'static [&'static str],
    /// It asks before it installs, and a build has nobody to answer.
    pub asks: bool,
    /// The flags that take `key=value`.
    pub option_flags: &'static [&'static str],
    /// Flags that keep it from installing what is only recommended.
    pub lean_flags: &'static [&'static str],
    /// Options that, when false, do the same.
    pub lean_options: &'static [&'static str],
    /// Flags that keep it from leaving a cache.
    pub no_cache_flags: &'static [&'static str],
    /// Environment variables that do the same.
    pub no_cache_variables: &'static [&'static str],
    /// Flags that turn off the check of signatures or of TLS.
    pub untrusted_flags: &'static [&'static str],
    /// Where it leaves its index and downloads.
    pub caches: &'static [&'static str],
    pub version_syntax: VersionSyntax,
    /// Flags that give the version of the packages.
    pub version_flags: &'static [&'static str],
    /// Flags that name a file with packages or bounds for their versions.
    pub requirement_flags: &'static [&'static str],
}

/// A row without anything; each manager overrides what it has.
const NONE: PackageManager = PackageManager {
    manager: Manager::AptGet,
    name: "",
    commands: &[],
    actions: &[],
    bare: None,
    value_flags: &[],
    single_dash_words: false,
    stops_at_dashes: false,
    yes_flags: &[],
    global_yes_flags: &[],
    quiet_assumes_yes: false,
    yes_options: &[],
    asks: false,
    option_flags: &[],
    lean_flags: &[],
    lean_options: &[],
    no_cache_flags: &[],
    no_cache_variables: &[],
    untrusted_flags: &[],
    caches: &[],
    version_syntax: VersionSyntax::At,
    version_flags: &[],
    requirement_flags: &[],
};

const APT_GET: PackageManager = PackageManager {
    manager: Manager::AptGet,
    name: "apt-get",
    commands: &[&["apt-get"]],
    actions: &[
        (Action::Install, &["install", "reinstall"]),
        (Action::Update, &["update"]),
        (Action::Upgrade, &["upgrade"]),
        (Action::DistUpgrade, &["dist-upgrade", "full-upgrade", "dselect-upgrade"]),
        (Action::Remove, &["remove", "purge", "autoremove", "auto-remove", "autopurge"]),
        (Action::Clean, &["clean", "autoclean", "auto-clean", "distclean", "dist-clean"]),
    ],
    value_flags: &[
        "-t",
        "--target-release",
        "--default-release",
        "-o",
        "--option",
        "-c",
        "--config-file",
        "-a",
        "--host-architecture",
        "-P",
        "--build-profiles",
        "--with-source",
        "-S",
        "--snapshot",
        "--solver",
        "--planner",
    ],
    yes_flags: &["-y", "--yes", "--assume-yes"],
    quiet_assumes_yes: true,
    yes_options: &["APT::Get::Assume-Yes"],
    asks: true,
    option_flags: &["-o", "--option"],
    lean_flags: &["--no-install-recommends"],
    lean_options: &["APT::Install-Recommends"],
    untrusted_flags: &["--allow-unauthenticated", "--force-yes", "--allow-insecure-repositories"],
    caches: &["/var/lib/apt/lists", "/var/cache/apt"],
    version_syntax: VersionSyntax::Apt,
    ..NONE
};

const RPM_VALUE_FLAGS: &[&str] = &[
    "-c",
    "--config",
    "-d",
    "--debuglevel",
    "-e",
    "--errorlevel",
    "--rpmverbosity",
    "-x",
    "--exclude",
    "--excludepkgs",
    "--disableexcludes",
    "--disableexcludepkgs",
    "--enablerepo",
    "--disablerepo",
    "--repo",
    "--repoid",
    "--repofrompath",
    "--installroot",
    "--releasever",
    "--setopt",
    "--disableplugin",
    "--enableplugin",
    "--forcearch",
    "--advisory",
    "--advisories",
    "--bz",
    "--bzs",
    "--cve",
    "--cves",
    "--sec-severity",
    "--secseverity",
    "--comment",
    "--downloaddir",
    "--destdir",
    "--color",
    "-R",
    "--randomwait",
];

const DNF: PackageManager = PackageManager {
    manager: Manager::Dnf,
    name: "dnf",
    commands: &[&["dnf*"]],
    actions: &[
        (
            Action::Install,
            &[
                "install",
                "in",
                "localinstall",
                "reinstall",
                "rei",
                "groupinstall",
                "group install",
                "module install",
                "groups install",
            ],
        ),
        (Action::Update, &["makecache", "mc", "check-update", "check-upgrade"]),
        (
            Action::Upgrade,
            &["upgrade", "up", "update", "upgrade-minimal", "up-min", "update-minimal", "localupdate", "groupupdate"],
        ),
        (Action::DistUpgrade, &["distro-sync", "distrosync", "dsync", "distribution-synchronization", "system-upgrade"]),
        (Action::Remove, &["remove", "rm", "erase", "autoremove", "groupremove", "group remove"]),
        (Action::Clean, &["clean"]),
    ],
    value_flags: RPM_VALUE_FLAGS,
    yes_flags: &["-y", "--assumeyes", "--yes"],
    yes_options: &["assumeyes"],
    asks: true,
    option_flags: &["--setopt"],
    lean_options: &["install_weak_deps"],
    untrusted_flags: &["--nogpgcheck", "--no-gpgchecks"],
    caches: &["/var/cache/dnf", "/var/cache/libdnf5", "~/.cache/libdnf5"],
    version_syntax: VersionSyntax::Dash,
    ..NONE
};

const PIP_VALUE_FLAGS: &[&str] = &[
    "-r",
    "--requirement",
    "-c",
    "--constraint",
    "--build-constraint",
    "-e",
    "--editable",
    "-t",
    "--target",
    "--platform",
    "--python-version",
    "--implementation",
    "--abi",
    "--root",
    "--prefix",
    "-b",
    "--build",
    "--src",
    "--upgrade-strategy",
    "--group",
    "-C",
    "--config-setting",
    "--config-settings",
    "--global-option",
    "--install-option",
    "--no-binary",
    "--only-binary",
    "--progress-bar",
    "--root-user-action",
    "--report",
    "-i",
    "--index-url",
    "--pypi-url",
    "--extra-index-url",
    "-f",
    "--find-links",
    "--trusted-host",
    "--hash",
    "--python",
    "--log",
    "--log-file",
    "--local-log",
    "--keyring-provider",
    "--proxy",
    "--retries",
    "--timeout",
    "--exists-action",
    "--cert",
    "--client-cert",
    "--cache-dir",
    "--use-feature",
    "--use-deprecated",
    "--resume-retries",
    "--uploaded-prior-to",
];

const UV_VALUE_FLAGS: &[&str] = &[
    "-r",
    "--requirements",
    "--requirement",
    "-c",
    "--constraints",
    "--constraint",
    "--overrides",
    "--override",
    "-b",
    "--build-constraints",
    "--build-constraint",
    "-e",
    "--editable",
    "--extra",
    "--group",
    "--no-group",
    "--only-group",
    "--index",
    "--default-index",
    "-i",
    "--index-url",
    "--extra-index-url",
    "-f",
    "--find-links",
    "--index-strategy",
    "--keyring-provider",
    "-P",
    "--upgrade-package",
    "--resolution",
    "--prerelease",
    "--fork-strategy",
    "--exclude-newer",
    "--reinstall-package",
    "--link-mode",
    "-C",
    "--config-setting",
    "--config-settings",
    "--no-build-isolation-package",
    "--no-build-package",
    "--no-binary-package",
    "--no-binary",
    "--only-binary",
    "--cache-dir",
    "--refresh-package",
    "-p",
    "--python",
    "-t",
    "--target",
    "--prefix",
    "--python-version",
    "--python-platform",
    "--torch-backend",
    "--color",
    "--directory",
    "--project",
    "--config-file",
    "--package",
    "--with",
    "-w",
    "--with-requirements",
    "--with-editable",
    "--script",
    "--marker",
    "-m",
    "--optional",
    "--rev",
    "--tag",
    "--branch",
    "--allow-insecure-host",
    "--no-install-package",
];

const NPM_VALUE_FLAGS: &[&str] = &[
    "--prefix",
    "-C",
    "--registry",
    "--reg",
    "--cache",
    "--loglevel",
    "--userconfig",
    "--globalconfig",
    "-w",
    "--workspace",
    "--tag",
    "--omit",
    "--include",
    "--only",
    "--also",
    "--install-strategy",
    "--save-prefix",
    "--arch",
    "--cpu",
    "--os",
    "--libc",
    "--target",
    "--target_arch",
    "--before",
    "--otp",
    "--proxy",
    "--https-proxy",
    "--noproxy",
    "--fetch-retries",
    "--fetch-retry-factor",
    "--fetch-retry-mintimeout",
    "--fetch-retry-maxtimeout",
    "--fetch-timeout",
    "--maxsockets",
    "--node-options",
    "--script-shell",
    "--timeout",
    "--user-agent",
];

/// Every package manager, in the order of [`Manager`].
pub static PACKAGE_MANAGERS: &[PackageManager] = &[
    APT_GET,
    PackageManager { manager: Manager::Apt, name: "apt", commands: &[&["apt"]], ..APT_GET },
    PackageManager {
        manager: Manager::Aptitude,
        name: "aptitude",
        commands: &[&["aptitude"]],
        actions: &[
            (Action::Install, &["install", "reinstall"]),
            (Action::Update, &["update"]),
            (Action::Upgrade, &["upgrade", "safe-upgrade"]),
            (Action::DistUpgrade, &["dist-upgrade", "full-upgrade"]),
            (Action::Remove, &["remove", "purge"]),
            (Action::Clean, &["clean", "autoclean"]),
        ],
        lean_flags: &["-R", "--without-recommends"],
        yes_flags: &["-y", "--assume-yes"],
        untrusted_flags: &[],
        ..APT_GET
    },
    PackageManager {
        manager: Manager::Apk,
        name: "apk",
        commands: &[&["apk"]],
        actions: &[
            (Action::Install, &["add"]),
            (Action::Update, &["update"]),
            (Action::Upgrade, &["upgrade"]),
            (Action::Remove, &["del"]),
            (Action::Clean, &["cache clean", "cache purge"]),
        ],
        value_flags: &[
            "-t",
            "--virtual",
            "-X",
            "--repository",
            "-p",
            "--root",
            "--arch",
            "--keys-dir",
            "--repositories-file",
            "--repository-config",
            "--wait",
            "--cache-dir",
            "--cache-max-age",
            "--progress-fd",
            "--timeout",
        ],
        no_cache_flags: &["--no-cache"],
        untrusted_flags: &["--allow-untrusted"],
        caches: &["/var/cache/apk", "/etc/apk/cache"],
        version_syntax: VersionSyntax::Comparison,
        ..NONE
    },
    PackageManager {
        manager: Manager::Yum,
        name: "yum",
        commands: &[&["yum"]],
        caches: &["/var/cache/yum", "/var/cache/dnf"],
        ..DNF
    },
    DNF,
    PackageManager {
        manager: Manager::Microdnf,
        name: "microdnf",
        commands: &[&["microdnf"]],
        caches: &["/var/cache/yum", "/var/cache/dnf", "/var/cache/libdnf5", "~/.cache/libdnf5"],
        ..DNF
    },
    PackageManager {
        manager: Manager::Zypper,
        name: "zypper",
        commands: &[&["zypper"]],
        actions: &[
            (Action::Install, &["install", "in", "source-install", "si"]),
            (Action::Update, &["refresh", "ref"]),
            (Action::Upgrade, &["update", "up", "patch"]),
            (Action::DistUpgrade, &["dist-upgrade", "dup"]),
            (Action::Remove, &["remove", "rm"]),
            (Action::Clean, &["clean", "cc"]),
        ],
        value_flags: &[
            "-R",
            "--root",
            "--installroot",
            "-D",
            "--reposd-dir",
            "-C",
            "--cache-dir",
            "--raw-cache-dir",
            "--solv-cache-dir",
            "--pkg-cache-dir",
            "-c",
            "--config",
            "--userdata",
            "-p",
            "--plus-repo",
            "--plus-content",
            "--releasever",
            "-r",
            "--repo",
            "--from",
            "-t",
            "--type",
            "--download",
            "--solver-focus",
            "--bz",
            "--cve",
            "-g",
            "--category",
        ],
        yes_flags: &["-y", "--no-confirm", "--non-interactive"],
        global_yes_flags: &["-n"],
        asks: true,
        lean_flags: &["--no-recommends"],
        untrusted_flags: &["--no-gpg-checks", "--allow-unsigned-rpm"],
        caches: &["/var/cache/zypp", "/var/cache/zypper"],
        version_syntax: VersionSyntax::Comparison,
        ..NONE
    },
    PackageManager {
        manager: Manager::Pip,
        name: "pip",
        commands: &[&["pip*"], &["python*", "-m", "pip"], &["pypy*", "-m", "pip"], &["py", "-m", "pip"]],
        actions: &[(Action::Install, &["install"]), (Action::Remove, &["uninstall"]), (Action::Clean, &["cache purge"])],
        value_flags: PIP_VALUE_FLAGS,
        yes_flags: &["-y", "--yes"],
        no_cache_flags: &["--no-cache-dir"],
        no_cache_variables: &["PIP_NO_CACHE_DIR"],
        untrusted_flags: &["--trusted-host"],
        caches: &["/root/.cache/pip", "~/.cache/pip", "$HOME/.cache/pip", "/root/.cache", "~/.cache", "$HOME/.cache"],
        version_syntax: VersionSyntax::Python,
        requirement_flags: &["-r", "--requirement", "-c", "--constraint"],
        ..NONE
    },
    PackageManager {
        manager: Manager::Pipx,
        name: "pipx",
        commands: &[&["pipx"], &["python*", "-m", "pipx"]],
        actions: &[
            (Action::Install, &["install", "install-all", "inject"]),
            (Action::Upgrade, &["upgrade", "upgrade-all"]),
            (Action::Remove, &["uninstall", "uninstall-all"]),
        ],
        value_flags: &[
            "--python",
            "--suffix",
            "--pip-args",
            "-i",
            "--index-url",
            "--preinstall",
            "--spec",
            "-r",
            "--requirement",
        ],
        version_syntax: VersionSyntax::Python,
        ..NONE
    },
    PackageManager {
        manager: Manager::Uv,
        name: "uv",
        commands: &[&["uv"], &["python*", "-m", "uv"]],
        actions: &[
            (Action::Install, &["pip install", "pip sync", "tool install", "add", "sync"]),
            (Action::Upgrade, &["tool upgrade"]),
            (Action::Remove, &["remove", "pip uninstall", "tool uninstall"]),
            (Action::Clean, &["cache clean", "cache prune", "clean"]),
        ],
        value_flags: UV_VALUE_FLAGS,
        no_cache_flags: &["--no-cache", "--no-cache-dir", "-n"],
        no_cache_variables: &["UV_NO_CACHE"],
        untrusted_flags: &["--allow-insecure-host", "--trusted-host"],
        caches: &["/root/.cache/uv", "~/.cache/uv", "$HOME/.cache/uv", "/root/.cache", "~/.cache", "$HOME/.cache"],
        version_syntax: VersionSyntax::Python,
        requirement_flags: &["-r", "--requirements", "--requirement", "-c", "--constraints", "--constraint"],
        ..NONE
    },
    PackageManager {
        manager: Manager::Npm,
        name: "npm",
        commands: &[&["npm"]],
        actions: &[
            (
                Action::Install,
                &[
                    "install",
                    "i",
                    "in",
                    "ins",
                    "inst",
                    "insta",
                    "instal",
                    "isnt",
                    "isnta",
                    "isntal",
                    "isntall",
                    "add",
                    "ci",
                    "clean-install",
                    "ic",
                    "install-clean",
                    "isntall-clean",
                ],
            ),
            (Action::Upgrade, &["update", "up", "upgrade", "udpate"]),
            (Action::Remove, &["uninstall", "unlink", "remove", "rm", "r", "un"]),
            (Action::Clean, &["cache clean", "cache clear", "cache rm"]),
        ],
        value_flags: NPM_VALUE_FLAGS,
        caches: &["/root/.npm", "~/.npm", "$HOME/.npm"],
        version_syntax: VersionSyntax::At,
        ..NONE
    },
    PackageManager {
        manager: Manager::Yarn,
        name: "yarn",
        commands: &[&["yarn"], &["yarnpkg"]],
        actions: &[
            (Action::Install, &["install", "add", "global add"]),
            (Action::Upgrade, &["upgrade", "up", "global upgrade", "upgrade-interactive"]),
            (Action::Remove, &["remove", "global remove"]),
            (Action::Clean, &["cache clean"]),
        ],
        bare: Some(Action::Install),
        value_flags: &[
            "--cwd",
            "--registry",
            "--modules-folder",
            "--cache-folder",
            "--preferred-cache-folder",
            "--global-folder",
            "--link-folder",
            "--prefix",
            "--mutex",
            "--network-timeout",
            "--network-concurrency",
            "--child-concurrency",
            "--use-yarnrc",
            "--proxy",
            "--https-proxy",
            "--otp",
            "--mode",
        ],
        caches: &["/usr/local/share/.cache/yarn", "/usr/local/share/.cache", "/root/.cache/yarn", "~/.cache/yarn"],
        version_syntax: VersionSyntax::At,
        ..NONE
    },
    PackageManager {
        manager: Manager::Pnpm,
        name: "pnpm",
        commands: &[&["pnpm"]],
        actions: &[
            (Action::Install, &["install", "i", "add", "ci"]),
            (Action::Upgrade, &["update", "up", "upgrade"]),
            (Action::Remove, &["remove", "rm", "uninstall", "un"]),
            (Action::Clean, &["store prune"]),
        ],
        value_flags: &[
            "-C",
            "--dir",
            "--filter",
            "-F",
            "--filter-prod",
            "--registry",
            "--store-dir",
            "--virtual-store-dir",
            "--modules-dir",
            "--lockfile-dir",
            "--prefix",
            "--loglevel",
            "--reporter",
            "--network-concurrency",
            "--child-concurrency",
            "--workspace-concurrency",
            "--allow-build",
            "--cpu",
            "--os",
            "--libc",
        ],
        caches: &["/root/.local/share/pnpm/store", "~/.local/share/pnpm/store", "/pnpm/store"],
        version_syntax: VersionSyntax::At,
        ..NONE
    },
    PackageManager {
        manager: Manager::Gem,
        name: "gem",
        commands: &[&["gem*"]],
        actions: &[
            (Action::Install, &["install", "i"]),
            (Action::Upgrade, &["update"]),
            (Action::Remove, &["uninstall"]),
            (Action::Clean, &["cleanup"]),
        ],
        value_flags: &[
            "-v",
            "--version",
            "-n",
            "--bindir",
            "-i",
            "--install-dir",
            "-s",
            "--source",
            "-p",
            "--http-proxy",
            "-P",
            "--trust-policy",
            "--platform",
            "--build-root",
            "-g",
            "--file",
            "--without",
            "--config-file",
            "-B",
            "--bulk-threshold",
            "--target-rbconfig",
        ],
        stops_at_dashes: true,
        version_syntax: VersionSyntax::Colon,
        version_flags: &["-v", "--version"],
        requirement_flags: &["-g", "--file"],
        ..NONE
    },
    PackageManager {
        manager: Manager::Go,
        name: "go",
        commands: &[&["go*"]],
        actions: &[(Action::Install, &["install", "get"]), (Action::Clean, &["clean"])],
        value_flags: &[
            "-C",
            "-o",
            "-p",
            "-asmflags",
            "-buildmode",
            "-compiler",
            "-covermode",
            "-coverpkg",
            "-exec",
            "-gccgoflags",
            "-gcflags",
            "-installsuffix",
            "-ldflags",
            "-mod",
            "-modfile",
            "-overlay",
            "-pgo",
            "-pkgdir",
            "-tags",
            "-toolexec",
        ],
        single_dash_words: true,
        caches: &["/root/.cache/go-build", "~/.cache/go-build", "/go/pkg"],
        version_syntax: VersionSyntax::Module,
        ..NONE
    },
];

impl Manager {
    /// Its row in [`PACKAGE_MANAGERS`].
    pub fn facts(self) -> &'static PackageManager {
        &PACKAGE_MANAGERS[self as usize]
    }

    /// The name that people know it by.
    pub fn name(self) -> &'static str {
        self.facts().name
    }
}

impl PackageManager {
    /// What a subcommand of one word does.
    pub fn action(&self, subcommand: &str) -> Option<Action> {
        self.actions.iter().find(|(_, words)| words.contains(&subcommand)).map(|(action, _)| *action)
    }

    /// What a subcommand of two words does.
    pub fn action_of_two(&self, first: &str, second: &str) -> Option<Action> {
        let is_it = |words: &&str| {
            words.len() == first.len() + 1 + second.len()
                && words.strip_prefix(first).and_then(|rest| rest.strip_prefix(' ')).is_some_and(|rest| rest == second)
        };
        self.actions.iter().find(|(_, words)| words.iter().any(is_it)).map(|(action, _)| *action)
    }

    /// The managers that a program of this name may be, in the order of the table: a few at most, and most programs are none.
    pub fn started_by(program: &str) -> impl Iterator<Item = &'static Self> {
        static PROGRAMS: LazyLock<Programs> = LazyLock::new(Programs::new);
        let programs = &*PROGRAMS;
        let first = program.as_bytes().first().copied().unwrap_or_default();
        let may_be_one = first < 128 && programs.firsts >> first & 1 == 1;
        let rows = if may_be_one { programs.by_stem.get(stem(program)) } else { None };
        rows.into_iter().flatten().copied()
    }
}

/// The programs that start package managers.
struct Programs {
    /// The first bytes of their names: every rule about packages asks for every command, and most are none.
    firsts: u128,
    by_stem: FxHashMap<&'static str, Vec<&'static PackageManager>>,
}

impl Programs {
    fn new() -> Self {
        let mut programs = Self { firsts: 0, by_stem: FxHashMap::default() };
        for row in PACKAGE_MANAGERS {
            for program in row.commands.iter().filter_map(|names| names.first()) {
                let stem = stem(program.trim_end_matches('*'));
                programs.firsts |= stem.bytes().next().map_or(0, |first| 1 << first);
                let rows = programs.by_stem.entry(stem).or_default();
                if rows.last().is_none_or(|last: &&PackageManager| last.manager != row.manager) {
                    rows.push(row);
                }
            }
        }
        programs
    }
}

/// A program without what may be its version.
fn stem(program: &str) -> &str {
    program.trim_end_matches(|char: char| char.is_ascii_digit() || matches!(char, '.' | '-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stand_in_the_order_of_managers() {
        for (index, row) in PACKAGE_MANAGERS.iter().enumerate() {
            assert_eq!(row.manager as usize, index, "{}", row.name);
            assert_eq!(row.manager.name(), row.name);
        }
        assert_eq!(PACKAGE_MANAGERS.len(), Manager::Go as usize + 1);
    }

    #[test]
    fn a_subcommand_does_one_thing() {
        for row in PACKAGE_MANAGERS {
            let words: Vec<_> = row.actions.iter().flat_map(|(_, words)| words.iter()).collect();
            for word in &words {
                assert_eq!(words.iter().filter(|other| other == &word).count(), 1, "{} {word}", row.name);
            }
            assert!(!row.commands.is_empty() && row.action("").is_none(), "{}", row.name);
        }
    }

    #[test]
    fn programs_lead_to_their_managers() {
        let started_by = |program| PackageManager::started_by(program).map(|row| row.name).collect::<Vec<_>>();
        assert_eq!(started_by("apt-get"), ["apt-get"]);
        assert_eq!(started_by("pip3.12"), ["pip"]);
        assert_eq!(started_by("python3"), ["pip", "pipx", "uv"]);
        assert_eq!(started_by("dnf-3"), ["dnf"]);
        assert_eq!(started_by("apt-"), ["apt"], "which its own words then rule out");
        assert!(started_by("make").is_empty() && started_by("").is_empty());
        for row in PACKAGE_MANAGERS {
            for names in row.commands {
                assert!(started_by(names[0].trim_end_matches('*')).contains(&row.name), "{}", row.name);
            }
        }
    }
}
