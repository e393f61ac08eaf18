//! Calls of package managers: which one, what for, with which flags, for which packages.
//!
//! The tools differ only in their row of [`crate::catalog::package_managers`]; the code here is one for all.

pub use crate::catalog::package_managers::{Action, Manager, PackageManager, VersionSyntax};
use crate::shell::{Command, Word};
use crate::source::Span;

/// One call of a package manager.
#[derive(Debug, Clone)]
pub struct Invocation<'a> {
    pub command: &'a Command,
    pub manager: Manager,
    /// The words that name the manager: `apt-get`; `python3`, `-m`, `pip`.
    pub names: &'a [Word],
    pub action: Action,
    /// The last word of the subcommand: `install`; `add` of `yarn global add`.
    pub subcommand: Option<&'a Word>,
    pub flags: Vec<Flag<'a>>,
    /// What the action is about: operands that are neither flags nor their values. Requirement files are flags' values.
    pub packages: Vec<&'a Word>,
    /// A word that is nothing but an expansion stands where flags stand (`apt-get $OPTIONS install`): flags may be there unseen.
    pub opaque: bool,
}

/// A flag of an invocation. Letters in one word (`-yqq`) are one flag.
#[derive(Debug, Clone, Copy)]
pub struct Flag<'a> {
    pub word: &'a Word,
    /// With its dashes, without a value that is attached: `--option`, `-yqq`, `-t`.
    pub name: &'a str,
    /// Attached (`--option=value`, `-q=2`, `-ovalue`) or the next word.
    pub value: Option<&'a str>,
    /// The word of the value, when it is one of its own.
    pub value_word: Option<&'a Word>,
    /// In front of the subcommand.
    pub global: bool,
    letters: bool,
}

/// A package as it is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PackageSpec<'a> {
    /// Without version, architecture, extras.
    pub name: &'a str,
    /// Between name and version: `=`, `==`, `>=`, `@`, `-`; `-v` for a version flag.
    pub operator: &'a str,
    /// As written; it may hold expansions.
    pub version: Option<&'a str>,
    pub origin: Origin,
}

/// Where a package comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Origin {
    /// The index of the package manager: only here is a version chosen for the caller.
    Index,
    /// A group of packages: `@development-tools`.
    Group,
    /// A file or folder.
    Path,
    Url,
    /// A repository of a version control system.
    Repository,
    /// Only an expansion: it may be anything, several words too.
    Unknown,
}

/// Recognises a call of a package manager. The wrappers (`sudo`, `env`) are already off the words of a command.
pub fn invocation(command: &Command) -> Option<Invocation<'_>> {
    let words = &command.words;
    // Folders with `/` are off the name.
    let program = match command.name() {
        name if name.as_bytes().contains(&b'\\') || name.ends_with(".exe") => base_name(name),
        name => name,
    };
    let (manager, name_count) = PackageManager::started_by(program).find_map(|row| {
        let count = row.commands.iter().find_map(|names| match_names(names, program, words))?;
        Some((row, count))
    })?;
    Some(Reader::new(command, manager, name_count).read())
}

/// How many words name the manager, when they are these. Flags in between (`python3 -u -m pip`) count.
fn match_names(names: &[&str], program: &str, words: &[Word]) -> Option<usize> {
    let (first, others) = names.split_first()?;
    let matches = match first.strip_suffix('*') {
        Some(stem) => program.strip_prefix(stem).is_some_and(is_version_suffix),
        None => program == *first,
    };
    if !matches {
        return None;
    }
    let mut at = 1;
    for name in others {
        at += words.get(at..)?.iter().position(|word| word.text == *name || !word.text.starts_with('-'))?;
        if words[at].text != *name {
            return None;
        }
        at += 1;
    }
    Some(at)
}

fn is_version_suffix(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-')) && !text.ends_with('-')
}

/// The last component of a path, without the `.exe` of Windows.
pub(super) fn base_name(program: &str) -> &str {
    // Programs have short names: no search with wide instructions.
    let folder = program.bytes().rposition(|byte| matches!(byte, b'/' | b'\\'));
    let name = folder.map_or(program, |folder| &program[folder + 1..]);
    name.strip_suffix(".exe").unwrap_or(name)
}

/// Goes over the words behind the name of the manager.
struct Reader<'a> {
    row: &'static PackageManager,
    invocation: Invocation<'a>,
    at: usize,
}

impl<'a> Reader<'a> {
    fn new(command: &'a Command, row: &'static PackageManager, names: usize) -> Self {
        let invocation = Invocation {
            command,
            manager: row.manager,
            names: &command.words[..names],
            action: row.bare.unwrap_or(Action::Other),
            subcommand: None,
            flags: Vec::new(),
            packages: Vec::new(),
            opaque: false,
        };
        Self { row, invocation, at: names }
    }

    fn read(mut self) -> Invocation<'a> {
        let command = self.invocation.command;
        let mut only_operands = false;
        while let Some(word) = command.words.get(self.at) {
            self.at += 1;
            let text = word.text.as_str();
            if only_operands {
                self.operand(word);
            } else if text == "--" {
                if self.row.stops_at_dashes {
                    break;
                }
                only_operands = true;
            } else if text.len() > 1 && text.starts_with('-') {
                self.flag(word);
            } else {
                self.operand(word);
            }
        }
        let asks_for_help = |flag: &Flag<'_>| matches!(flag.name, "--help" | "--version");
        if self.invocation.subcommand.is_none() && self.invocation.flags.iter().any(asks_for_help) {
            self.invocation.action = Action::Other;
        }
        self.invocation
    }

    /// Whether the value of a flag of one letter may be the next word.
    fn takes_value(&self, letter: char) -> bool {
        let is_it = |flag: &&str| matches!(flag.as_bytes(), [b'-', only] if char::from(*only) == letter);
        self.row.value_flags.iter().any(is_it)
    }

    fn flag(&mut self, word: &'a Word) {
        let text = word.text.as_str();
        let takes_value = |name: &str| self.row.value_flags.contains(&name);
        let letters = !text.starts_with("--") && !self.row.single_dash_words;
        let (name, attached) = if letters { split_letters(text, &|letter| self.takes_value(letter)) } else { split_value(text) };
        let wants_value = attached.is_none()
            && if letters { name.chars().last().is_some_and(|last| self.takes_value(last)) } else { takes_value(name) };
        let value_word = if wants_value { self.invocation.command.words.get(self.at) } else { None };
        self.at += usize::from(value_word.is_some());
        self.invocation.flags.push(Flag {
            word,
            name,
            value: attached.or(value_word.map(|word| word.text.as_str())),
            value_word,
            global: self.invocation.subcommand.is_none(),
            letters,
        });
    }

    fn operand(&mut self, word: &'a Word) {
        if self.invocation.subcommand.is_some() {
            self.invocation.packages.push(word);
            return;
        }
        if is_expansion(word) {
            self.invocation.opaque = true;
            return;
        }
        let second = self.invocation.command.words.get(self.at);
        let pair = second.and_then(|second| Some((second, self.row.action_of_two(&word.text, &second.text)?)));
        let (subcommand, action) = match pair {
            Some((second, action)) => {
                self.at += 1;
                (second, action)
            }
            None => (word, self.row.action(&word.text).unwrap_or(Action::Other)),
        };
        self.invocation.subcommand = Some(subcommand);
        self.invocation.action = action;
    }
}

/// `--name=value`
fn split_value(text: &str) -> (&str, Option<&str>) {
    text.split_once('=').map_or((text, None), |(name, value)| (name, Some(value)))
}

/// `-abc`, `-q=2`, and `-ovalue` when `o` takes a value.
fn split_letters<'a>(text: &'a str, takes_value: &dyn Fn(char) -> bool) -> (&'a str, Option<&'a str>) {
    for (at, letter) in text.char_indices().skip(1) {
        if letter == '=' {
            return (&text[..at], Some(&text[at + 1..]));
        }
        let end = at + letter.len_utf8();
        if end < text.len() && takes_value(letter) {
            let value = &text[end..];
            return (&text[..end], Some(value.strip_prefix('=').unwrap_or(value)));
        }
    }
    (text, None)
}

/// Nothing but one expansion: `$X`, `${X}`, `$(cmd)`, quoted or not.
fn is_expansion(word: &Word) -> bool {
    let text = word.text.as_str();
    let is_name = |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'@' | b'*' | b'#'));
    !word.literal
        && match text.strip_prefix('$') {
            Some(rest) => match rest.chars().next() {
                Some('{') => rest.find('}') == Some(rest.len() - 1),
                Some('(') => rest.ends_with(')'),
                _ => is_name(rest),
            },
            None => text.len() > 1 && text.starts_with('`') && text.ends_with('`'),
        }
}

impl Flag<'_> {
    /// Whether it is this flag (`--yes`), or one of its letters is (`-y` of `-yqq`).
    pub fn is(&self, flag: &str) -> bool {
        let letter = flag.strip_prefix('-').filter(|letter| self.letters && letter.chars().count() == 1 && *letter != "-");
        match letter {
            Some(letter) => self.name[1..].contains(letter),
            None => self.name == flag,
        }
    }
}

impl<'a> Invocation<'a> {
    /// What is known about its manager.
    pub fn facts(&self) -> &'static PackageManager {
        self.manager.facts()
    }

    /// Called by its plain name: no folder, no other version, no wrapper such as `sudo`, no text of another shell around it. Most
    /// tools only see these.
    pub fn is_plain(&self) -> bool {
        let name = self.names.first().map_or("", |word| word.text.as_str());
        let is_own = if self.manager == Manager::Pip { !name.contains(['/', '\\']) } else { name == self.manager.name() };
        is_own && self.command.wrappers.is_empty() && self.command.embedded.is_none()
    }

    /// As people say it: `apt-get install`, `pip install`.
    pub fn title(&self) -> String {
        match self.subcommand {
            Some(subcommand) => format!("{} {}", self.manager.name(), subcommand.text),
            None => self.manager.name().to_owned(),
        }
    }

    /// From the name of the manager to the subcommand.
    pub fn span(&self) -> Span {
        let words = self.names.iter().chain(self.subcommand).map(|word| word.span);
        words.reduce(Span::cover).unwrap_or(self.command.span)
    }

    /// The first flag of one of these names.
    pub fn flag(&self, names: &[&str]) -> Option<&Flag<'a>> {
        self.flags.iter().find(|flag| names.iter().any(|name| flag.is(name)))
    }

    /// The values of all flags of these names.
    pub fn values(&self, names: &[&str]) -> impl Iterator<Item = &'a str> {
        self.flags.iter().filter(move |flag| names.iter().any(|name| flag.is(name))).filter_map(|flag| flag.value)
    }

    /// The value that `-o key=value` or `--setopt=key=value` gives; the last one counts.
    pub fn option(&self, key: &str) -> Option<&'a str> {
        self.values(self.facts().option_flags)
            .filter_map(|option| option.split_once('='))
            .filter(|(name, _)| name.trim().eq_ignore_ascii_case(key))
            .map(|(_, value)| value.trim())
            .last()
    }

    /// It will not ask: a yes flag, a yes option, or as quiet as implies yes.
    pub fn assumes_yes(&self) -> bool {
        let facts = self.facts();
        self.flag(facts.yes_flags).is_some_and(|flag| !flag.value.is_some_and(is_false))
            || self.flags.iter().any(|flag| flag.global && facts.global_yes_flags.iter().any(|name| flag.is(name)))
            || facts.yes_options.iter().any(|key| self.option(key).is_some_and(|value| !is_false(value)))
            || facts.quiet_assumes_yes && self.quietness() >= 2
    }

    /// How many `-q` there are; `-q=2` are two.
    fn quietness(&self) -> usize {
        let of = |flag: &Flag<'_>| match (flag.name, flag.value.and_then(|value| value.parse().ok())) {
            ("-q" | "--quiet", Some(level)) => level,
            ("--quiet" | "--silent", None) => 1,
            (name, _) if flag.letters => name.matches('q').count(),
            _ => 0,
        };
        self.flags.iter().map(of).fold(0, usize::saturating_add)
    }

    /// It installs no packages that are only recommended.
    pub fn skips_recommended(&self) -> bool {
        let facts = self.facts();
        self.flag(facts.lean_flags).is_some() || facts.lean_options.iter().any(|key| self.option(key).is_some_and(is_false))
    }

    /// It leaves no cache.
    pub fn disables_cache(&self) -> bool {
        self.flag(self.facts().no_cache_flags).is_some()
    }

    /// The flag that turns off the check of signatures or of TLS.
    pub fn untrusted(&self) -> Option<&Flag<'a>> {
        self.flag(self.facts().untrusted_flags)
    }

    /// Files that name the packages, or bound their versions.
    pub fn requirements(&self) -> impl Iterator<Item = &'a str> {
        self.values(self.facts().requirement_flags)
    }

    /// Name and version of one of its packages.
    pub fn spec(&self, package: &'a Word) -> PackageSpec<'a> {
        let spec = package_spec(self.facts().version_syntax, package);
        let flagged = self.values(self.facts().version_flags).next();
        match flagged {
            Some(version) if spec.version.is_none() && spec.origin == Origin::Index => {
                PackageSpec { operator: "-v", version: Some(version), ..spec }
            }
            _ => spec,
        }
    }

    /// Name and version of all its packages.
    pub fn specs(&self) -> impl Iterator<Item = (&'a Word, PackageSpec<'a>)> {
        self.packages.iter().map(|word| (*word, self.spec(word)))
    }
}

/// The values that apt and dnf read as no.
fn is_false(value: &str) -> bool {
    ["false", "0", "no", "off", "without", "disable"].iter().any(|no| value.eq_ignore_ascii_case(no))
}

/// Name and version of a package in the syntax of its manager.
pub fn package_spec(syntax: VersionSyntax, package: &Word) -> PackageSpec<'_> {
    let text = package.text.as_str();
    let plain = |name, origin| PackageSpec { name, operator: "", version: None, origin };
    if is_expansion(package) {
        return plain(text, Origin::Unknown);
    }
    if let Some(origin) = origin_of(syntax, text) {
        return plain(text, origin);
    }
    let spec = match syntax {
        VersionSyntax::Apt => text.find(['=', '/']).map(|at| versioned(text, at, 1)),
        // `name@tag` names a repository, not a version.
        VersionSyntax::Comparison => text.find(['=', '<', '>', '~']).map(|at| comparison(text, at)),
        VersionSyntax::Dash => dash_version(text).map(|at| versioned(text, at, 1)),
        VersionSyntax::Python => {
            let requirement = text.split(';').next().unwrap_or(text).trim_end();
            requirement
                .find(['=', '<', '>', '~', '!', '@'])
                .map(|at| comparison(requirement, at))
                .or(Some(plain(requirement, Origin::Index)))
        }
        VersionSyntax::At | VersionSyntax::Module => {
            text.char_indices().skip(1).find(|(_, char)| *char == '@').map(|(at, _)| versioned(text, at, 1))
        }
        VersionSyntax::Colon => text.find(':').map(|at| versioned(text, at, 1)),
    };
    let spec = spec.unwrap_or(plain(text, Origin::Index));
    let extra = match syntax {
        VersionSyntax::Apt => ":",
        VersionSyntax::Comparison => "@",
        VersionSyntax::Python => "[",
        _ => return spec,
    };
    PackageSpec { name: spec.name.split(extra).next().unwrap_or(spec.name).trim_end(), ..spec }
}

/// The parts around an operator of a known length.
fn versioned(text: &str, at: usize, length: usize) -> PackageSpec<'_> {
    let version = text[at + length..].trim();
    PackageSpec {
        name: text[..at].trim_end(),
        operator: &text[at..at + length],
        version: (!version.is_empty()).then_some(version),
        origin: Origin::Index,
    }
}

/// The parts around an operator of comparison characters.
fn comparison(text: &str, at: usize) -> PackageSpec<'_> {
    let length = text[at..].find(|char| !matches!(char, '=' | '<' | '>' | '~' | '!' | '@')).unwrap_or(text.len() - at);
    versioned(text, at, length)
}

/// Where the version of an RPM starts: the first dash with a digit (or an expansion) behind it, if what follows looks like
/// `version[-release]`. `java-11-openjdk` has none.
fn dash_version(text: &str) -> Option<usize> {
    let starts_version = |text: &str| text.starts_with(|char: char| char.is_ascii_digit() || char == '$');
    text.match_indices('-').map(|(at, _)| at).find(|at| {
        let rest = &text[at + 1..];
        *at > 0 && starts_version(rest) && (rest.contains('$') || rest.split('-').skip(1).all(starts_version))
    })
}

/// What is no name of the index.
fn origin_of(syntax: VersionSyntax, text: &str) -> Option<Origin> {
    const REPOSITORIES: &[&str] =
        &["git+", "hg+", "svn+", "bzr+", "git://", "git@", "ssh://", "github:", "gitlab:", "bitbucket:", "gist:"];
    const URLS: &[&str] = &["http://", "https://", "ftp://", "s3://"];
    const PATHS: &[&str] = &["/", "./", "../", "~/", "file:", "link:", "workspace:"];
    // Most packages have a plain name.
    let is_name = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'='));
    if is_name && syntax != VersionSyntax::Module {
        return None;
    }
    let archives: &[&str] = match syntax {
        VersionSyntax::Apt => &[".deb"],
        VersionSyntax::Comparison => &[".apk", ".rpm"],
        VersionSyntax::Dash => &[".rpm"],
        VersionSyntax::Python => &[".whl", ".tar.gz", ".zip", ".tgz", ".tar.bz2"],
        VersionSyntax::At => &[".tgz", ".tar.gz", ".tar"],
        VersionSyntax::Colon => &[".gem"],
        VersionSyntax::Module => &[],
    };
    let source = match syntax {
        // `name @ git+https://…`, PEP 508.
        VersionSyntax::Python => text.split_once('@').map_or(text, |(_, source)| source.trim_start()),
        _ => text,
    };
    let starts_with = |text: &str, prefixes: &[&str]| prefixes.iter().any(|prefix| text.starts_with(prefix));
    if starts_with(text, REPOSITORIES) || starts_with(source, REPOSITORIES) {
        return Some(Origin::Repository);
    }
    if starts_with(text, URLS) || starts_with(source, URLS) {
        let address = text.split(['#', '?']).next().unwrap_or(text);
        return Some(if address.ends_with(".git") { Origin::Repository } else { Origin::Url });
    }
    if matches!(text, "." | "..") || starts_with(text, PATHS) || archives.iter().any(|ending| text.ends_with(ending)) {
        return Some(Origin::Path);
    }
    let folder = text.split(['=', '<', '>', '[', ';', '@']).next().and_then(|path| path.split_once('/')).map(|(first, _)| first);
    match syntax {
        VersionSyntax::Dash if text.starts_with('@') => Some(Origin::Group),
        VersionSyntax::Python if folder.is_some() || text.starts_with(".[") => Some(Origin::Path),
        // `owner/name` of GitHub; a scope starts with `@`.
        VersionSyntax::At if folder.is_some_and(|owner| !owner.is_empty()) => Some(Origin::Repository),
        // A path without a host is one of the main module or of the standard library.
        VersionSyntax::Module if !folder.unwrap_or(text).contains(['.', '$']) => Some(Origin::Path),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell;
    use crate::source::Mapped;

    fn command(text: &str) -> Command {
        let mut script = shell::Script::clone(&shell::parse(&Mapped::literal(text, 0)));
        assert_eq!(script.commands.len(), 1, "{text}");
        script.commands.remove(0)
    }

    /// `manager action: package package`
    fn shape(text: &str) -> String {
        let command = command(text);
        let Some(call) = invocation(&command) else { return "-".to_owned() };
        let packages: Vec<_> = call.packages.iter().map(|word| word.text.as_str()).collect();
        format!("{} {:?}: {}", call.manager.name(), call.action, packages.join(" ")).trim_end().to_owned()
    }

    #[test]
    fn values_of_flags_are_no_packages() {
        let cases = [
            ("apt-get install -y curl git", "apt-get Install: curl git"),
            ("apt-get -y -t bookworm-backports install curl", "apt-get Install: curl"),
            ("apt-get install -yt sid -o Acquire::Retries=3 curl", "apt-get Install: curl"),
            ("apt-get -oAcquire::Retries=3 install curl", "apt-get Install: curl"),
            ("apt-get install -q=2 --option=a=b curl", "apt-get Install: curl"),
            ("/usr/bin/apt-get update", "apt-get Update:"),
            ("apt full-upgrade", "apt DistUpgrade:"),
            ("apk add --no-cache --virtual .build gcc", "apk Install: gcc"),
            ("apk --no-cache -t .build add gcc musl-dev", "apk Install: gcc musl-dev"),
            ("apk add -X https://dl.example/edge --repository=https://x gcc", "apk Install: gcc"),
            ("apk cache clean", "apk Clean:"),
            ("apk del .build", "apk Remove: .build"),
            ("yum -y --enablerepo epel install httpd", "yum Install: httpd"),
            ("yum update -y", "yum Upgrade:"),
            ("dnf module install -y nodejs:18", "dnf Install: nodejs:18"),
            ("dnf5 install --setopt=install_weak_deps=False vim", "dnf Install: vim"),
            ("microdnf clean all", "microdnf Clean: all"),
            ("zypper -n --gpg-auto-import-keys in --from repo vim", "zypper Install: vim"),
            ("zypper dup", "zypper DistUpgrade:"),
            ("pip install -r requirements.txt --index-url https://x flask", "pip Install: flask"),
            ("pip3.12 install -e . -c bounds.txt", "pip Install:"),
            ("/opt/venv/bin/python3 -u -m pip install flask", "pip Install: flask"),
            ("uv pip install --system -r r.txt flask", "uv Install: flask"),
            ("uv run app.py", "uv Other: app.py"),
            ("pipx install --python python3.12 poetry", "pipx Install: poetry"),
            ("npm install -g --prefix /opt yarn@1", "npm Install: yarn@1"),
            ("npm ci --omit dev", "npm Install:"),
            ("npm cache clean --force", "npm Clean:"),
            ("yarn", "yarn Install:"),
            ("yarn --frozen-lockfile", "yarn Install:"),
            ("yarn --version", "yarn Other:"),
            ("yarn --cwd app global add x", "yarn Install: x"),
            ("pnpm --filter app add x", "pnpm Install: x"),
            ("gem install -v 7.0 rails -- --with-x", "gem Install: rails"),
            ("go install -ldflags -s -tags x golang.org/x/tools/gopls@v0.1.0", "go Install: golang.org/x/tools/gopls@v0.1.0"),
            ("go build ./...", "go Other: ./..."),
            ("apt-get install -- curl -y", "apt-get Install: curl -y"),
            ("pipenv install x", "-"),
            ("python3 app.py -m pip install x", "-"),
            ("python3 -m venv pip", "-"),
            ("gemini install x", "-"),
            ("golangci-lint run", "-"),
            ("apt-cache search x", "-"),
            ("apt-get", "apt-get Other:"),
        ];
        for (text, want) in cases {
            assert_eq!(shape(text), want, "{text}");
        }
    }

    #[test]
    fn a_command_without_words_is_no_call() {
        assert!(invocation(&command("A=1")).is_none());
    }

    #[test]
    fn yes_comes_in_many_shapes() {
        let yes = [
            "apt-get install -y x",
            "apt-get -y install x",
            "apt-get install --assume-yes x",
            "apt-get install --yes=true x",
            "apt-get install -fyq x",
            "apt-get -qq install x",
            "apt-get -q -q install x",
            "apt-get install -q=2 x",
            "apt-get install --quiet=2 x",
            "apt-get -o APT::Get::Assume-Yes=true install x",
            "dnf install --setopt=assumeyes=1 x",
            "yum -qy install x",
            "zypper -n in x",
            "zypper --non-interactive in x",
            "zypper in -y x",
            "zypper in --no-confirm x",
        ];
        let no = [
            "apt-get install x",
            "apt-get install -q x",
            "apt-get install --yes=false x",
            "apt-get install yes",
            "apt-get install -t y x",
            "apt-get install -o APT::Get::Assume-Yes=false x",
            "yum -qq install x",
            // Behind the subcommand `-n` selects by name.
            "zypper in -n x",
            "apt-get install --no-install-recommends x",
        ];
        for (text, want) in yes.map(|text| (text, true)).into_iter().chain(no.map(|text| (text, false))) {
            assert_eq!(invocation(&command(text)).unwrap().assumes_yes(), want, "{text}");
        }
    }

    #[test]
    fn flags_of_the_rules_are_found() {
        let check = |text: &str, question: fn(&Invocation<'_>) -> bool| question(&invocation(&command(text)).unwrap());
        assert!(check("apt-get install --no-install-recommends x", |call| call.skips_recommended()));
        assert!(check("apt-get -o APT::Install-Recommends=0 install x", |call| call.skips_recommended()));
        assert!(check("apt-get -o Apt::Install-Recommends=false install x", |call| call.skips_recommended()));
        assert!(!check("apt-get -o APT::Install-Recommends=1 install x", |call| call.skips_recommended()));
        assert!(check("apk add --no-cache x", |call| call.disables_cache()));
        assert!(check("pip install --no-cache-dir x", |call| call.disables_cache()));
        assert!(!check("pip install x", |call| call.disables_cache()));
        assert!(check("yum install --nogpgcheck x", |call| call.untrusted().is_some()));
        assert!(check("pip install -r a.txt -c b.txt", |call| call.requirements().eq(["a.txt", "b.txt"])));
        assert!(check("apt-get $OPTIONS install $PACKAGES", |call| call.opaque && call.action == Action::Install));
        assert!(check("apt-get install $PACKAGES", |call| !call.opaque && call.packages.len() == 1));
    }

    #[test]
    fn plain_calls_have_nothing_around_them() {
        for (text, plain) in [
            ("apt-get update", true),
            ("A=1 apt-get update", true),
            ("python3 -m pip install x", true),
            ("pip3.12 install x", true),
            ("sudo apt-get update", false),
            ("/usr/bin/apt-get update", false),
            ("/opt/venv/bin/pip install x", false),
            ("dnf5 install x", false),
        ] {
            assert_eq!(invocation(&command(text)).unwrap().is_plain(), plain, "{text}");
        }
    }

    #[test]
    fn a_call_has_a_title_and_a_place() {
        let text = "python3 -m pip -q install x";
        let command = command(text);
        let call = invocation(&command).unwrap();
        assert_eq!((call.title().as_str(), call.span().slice(text)), ("pip install", "python3 -m pip -q install"));
    }

    #[test]
    fn packages_split_into_name_and_version() {
        use Origin::*;
        let cases: &[(&str, &str, &str, Option<&str>, Origin)] = &[
            ("apt-get install curl", "curl", "", None, Index),
            ("apt-get install curl=7.88.*", "curl", "=", Some("7.88.*"), Index),
            ("apt-get install libc6:i386=2", "libc6", "=", Some("2"), Index),
            ("apt-get install libc6:i386", "libc6", "", None, Index),
            ("apt-get install curl/bookworm", "curl", "/", Some("bookworm"), Index),
            ("apt-get install curl=", "curl", "=", None, Index),
            ("apt-get install ./a.deb", "./a.deb", "", None, Path),
            ("apt-get install /tmp/a_1=2.deb", "/tmp/a_1=2.deb", "", None, Path),
            ("apt-get install \"$X\"", "$X", "", None, Unknown),
            ("apt-get install curl=$V", "curl", "=", Some("$V"), Index),
            ("apt-get install ${A}=${B}", "${A}", "=", Some("${B}"), Index),
            ("apk add curl=8.5-r0", "curl", "=", Some("8.5-r0"), Index),
            ("apk add curl~8", "curl", "~", Some("8"), Index),
            ("apk add curl~=8", "curl", "~=", Some("8"), Index),
            ("apk add curl@edge", "curl", "", None, Index),
            ("apk add curl@edge=8", "curl", "=", Some("8"), Index),
            ("yum install httpd-2.4.6", "httpd", "-", Some("2.4.6"), Index),
            ("yum install httpd-2.4.6-90.el7.x86_64", "httpd", "-", Some("2.4.6-90.el7.x86_64"), Index),
            ("yum install java-11-openjdk", "java-11-openjdk", "", None, Index),
            ("yum install gcc-c++", "gcc-c++", "", None, Index),
            ("yum install node-$V", "node", "-", Some("$V"), Index),
            ("dnf install @development-tools", "@development-tools", "", None, Group),
            ("dnf install https://x/y.rpm", "https://x/y.rpm", "", None, Url),
            ("zypper in 'vim>=9'", "vim", ">=", Some("9"), Index),
            ("pip install flask", "flask", "", None, Index),
            ("pip install flask[async]==3.0.1", "flask", "==", Some("3.0.1"), Index),
            ("pip install 'flask >= 3, < 4'", "flask", ">=", Some("3, < 4"), Index),
            ("pip install 'flask~=3; python_version>\"3\"'", "flask", "~=", Some("3"), Index),
            ("pip install 'x @ git+https://h/x@v1'", "x @ git+https://h/x@v1", "", None, Repository),
            ("pip install 'x @ https://h/x.whl'", "x @ https://h/x.whl", "", None, Url),
            ("pip install git+https://h/x@v1", "git+https://h/x@v1", "", None, Repository),
            ("pip install .[dev]", ".[dev]", "", None, Path),
            ("pip install ./lib", "./lib", "", None, Path),
            ("pip install dist/x-1.whl", "dist/x-1.whl", "", None, Path),
            ("npm install express", "express", "", None, Index),
            ("npm install express@4", "express", "@", Some("4"), Index),
            ("npm install @scope/x", "@scope/x", "", None, Index),
            ("npm install @scope/x@1.0", "@scope/x", "@", Some("1.0"), Index),
            ("npm install owner/repo#v1", "owner/repo#v1", "", None, Repository),
            ("npm install github:owner/repo", "github:owner/repo", "", None, Repository),
            ("npm install https://h/x.git#v1", "https://h/x.git#v1", "", None, Repository),
            ("npm install ./x.tgz", "./x.tgz", "", None, Path),
            ("gem install rails:7.0", "rails", ":", Some("7.0"), Index),
            ("gem install rails -v 7.0", "rails", "-v", Some("7.0"), Index),
            ("gem install rails", "rails", "", None, Index),
            ("go install golang.org/x/tools/gopls@latest", "golang.org/x/tools/gopls", "@", Some("latest"), Index),
            ("go install golang.org/x/tools/gopls", "golang.org/x/tools/gopls", "", None, Index),
            ("go install ./cmd/x", "./cmd/x", "", None, Path),
            ("go install app/cmd/x", "app/cmd/x", "", None, Path),
        ];
        for (text, name, operator, version, origin) in cases {
            let command = command(text);
            let call = invocation(&command).unwrap();
            let spec = call.spec(call.packages[0]);
            let want = PackageSpec { name, operator, version: *version, origin: *origin };
            assert_eq!(spec, want, "{text}");
        }
    }
}
