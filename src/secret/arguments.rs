//! Secrets that stand on a command line: flags, assignments, headers, and what some programs take as a plain word.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::names::{NameSays, name_says, words};
use super::texts::header_credential;
use crate::shell::{Command, Word};
use crate::source::Span;

/// A place on a command line that holds a secret, unless its value says otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Argument {
    /// The flag, the variable or the header, as it is written: `--password`, `PGPASSWORD`, `Authorization`.
    pub name: String,
    pub says: NameSays,
    /// Without quotes.
    pub value: Span,
    /// `NAME=value`, in front of a command or as a word of it.
    pub assigned: bool,
}

/// Flags of one letter or without a telling name, by program. A value that is glued on (`-px`) counts where the flag is listed so.
const FLAGS: &[(&[&str], &str, bool)] = &[
    (
        &[
            "mysql",
            "mysqladmin",
            "mysqldump",
            "mysqlimport",
            "mysqlcheck",
            "mysqlshow",
            "mysqlsh",
            "mariadb",
            "mariadb-admin",
            "mariadb-dump",
        ],
        "-p",
        true,
    ),
    (&["redis-cli", "valkey-cli", "keydb-cli"], "-a", false),
    (&["redis-cli", "valkey-cli", "redis-server", "valkey-server", "keydb-server"], "--pass", false),
    (&["redis-server", "valkey-server", "keydb-server"], "--requirepass", false),
    (&["redis-server", "valkey-server", "keydb-server"], "--masterauth", false),
    (&["mongo", "mongosh", "mongodump", "mongorestore", "mongoimport", "mongoexport"], "-p", false),
    (&["docker", "podman", "buildah", "skopeo", "crane", "helm", "oras", "az", "oc"], "-p", false),
    (&["sshpass"], "-p", true),
    (&["sqlcmd", "/opt/mssql-tools/bin/sqlcmd", "bcp"], "-P", true),
    (&["ldapsearch", "ldapadd", "ldapmodify", "ldapwhoami", "ldapdelete"], "-w", false),
    (&["keytool", "jarsigner"], "-storepass", false),
    (&["keytool", "jarsigner"], "-keypass", false),
    (&["openssl"], "-passin", false),
    (&["openssl"], "-passout", false),
    (&["openssl"], "-k", false),
    (&["openssl"], "-pass", false),
    (&["unzip", "zip"], "-P", false),
    (&["7z", "7za", "7zr"], "-p", true),
    (&["clickhouse-client", "influx", "cqlsh", "cypher-shell", "snowsql", "vncpasswd", "kinit"], "-p", false),
];

/// Flags that carry `user:password`.
const USER_FLAGS: &[(&[&str], &str)] = &[
    (&["curl"], "-u"),
    (&["curl"], "--user"),
    (&["curl"], "-U"),
    (&["curl"], "--proxy-user"),
    (&["http", "https", "xh"], "-a"),
    (&["http", "https", "xh"], "--auth"),
    (&["smbclient"], "-U"),
    (&["celery"], "--basic_auth"),
    (&["celery"], "--basic-auth"),
    (&["etcdctl"], "--user"),
];

/// Flags that carry a header.
const HEADER_FLAGS: &[&str] = &["-H", "--header", "--proxy-header", "-h"];

/// Words after which the next word is the secret: program, what comes first, how many words lie between.
const POSITIONS: &[(&[&str], &[&str], usize)] = &[
    (&["rabbitmqctl"], &["add_user"], 1),
    (&["rabbitmqctl"], &["change_password"], 1),
    (&["aws"], &["configure", "set", "aws_secret_access_key"], 0),
    (&["aws"], &["configure", "set", "aws_session_token"], 0),
    (&["mc"], &["alias", "set"], 3),
    (&["mc"], &["config", "host", "add"], 3),
    (&["composer"], &["config", "github-oauth.github.com"], 0),
    (&["composer"], &["config", "-g", "github-oauth.github.com"], 0),
    (&["composer"], &["config", "--global", "github-oauth.github.com"], 0),
];

/// What one program takes a secret by.
#[derive(Debug, Default)]
struct Program {
    /// A flag, and whether its value may be glued on.
    flags: Vec<(&'static str, bool)>,
    user_flags: Vec<&'static str>,
    /// The words that come first, and how many lie between them and the secret.
    positions: Vec<(&'static [&'static str], usize)>,
}

/// The tables above by program: most programs are in none of them.
static PROGRAMS: LazyLock<FxHashMap<&'static str, Program>> = LazyLock::new(|| {
    let mut by_name: FxHashMap<&str, Program> = FxHashMap::default();
    for (programs, flag, glued) in FLAGS {
        programs.iter().for_each(|program| by_name.entry(program).or_default().flags.push((flag, *glued)));
    }
    for (programs, flag) in USER_FLAGS {
        programs.iter().for_each(|program| by_name.entry(program).or_default().user_flags.push(flag));
    }
    for (programs, first, between) in POSITIONS {
        programs.iter().for_each(|program| by_name.entry(program).or_default().positions.push((first, *between)));
    }
    by_name
});

/// A program that is in no table.
static UNKNOWN: Program = Program { flags: Vec::new(), user_flags: Vec::new(), positions: Vec::new() };

/// Every place of a command that may hold a secret, or the variable that does, in no order. `file` is the text that the spans of the command lie in.
pub fn arguments(file: &str, command: &Command) -> Vec<Argument> {
    let mut found = Finder { file, found: Vec::new() };
    for assignment in &command.assignments {
        found.assigned(&assignment.name, unquoted(file, assignment.value.span));
    }
    for wrapper in &command.wrappers {
        found.flags(wrapper.first().map_or("", |word| base(&word.text)), wrapper);
    }
    let program = command.name();
    found.flags(program, &command.words);
    found.positions(program, command);
    if program == "htpasswd" {
        found.htpasswd(command);
    }
    found.found
}

fn base(text: &str) -> &str {
    text.rsplit('/').next().unwrap_or(text)
}

struct Finder<'f> {
    file: &'f str,
    found: Vec<Argument>,
}

impl Finder<'_> {
    fn add(&mut self, name: &str, says: NameSays, value: Span) {
        if !value.is_empty() {
            self.found.push(Argument { name: name.to_owned(), says, value, assigned: false });
        }
    }

    fn assigned(&mut self, name: &str, value: Span) {
        if let Some(says) = name_says(name).or_else(|| matches!(name, "MYSQL_PWD" | "PGPASSWORD").then_some(NameSays::Password)) {
            self.add(name, says, value);
            if let Some(last) = self.found.last_mut().filter(|last| last.value == value) {
                last.assigned = true;
            }
        }
    }

    fn flags(&mut self, program: &str, words: &[Word]) {
        let own_flags = PROGRAMS.get(program).unwrap_or(&UNKNOWN);
        let mut words = words.iter().peekable();
        while let Some(word) = words.next() {
            let text = word.text.as_str();
            if !text.starts_with('-') {
                if let Some((name, _)) = text.split_once('=').filter(|(name, _)| is_identifier(name)) {
                    self.assigned(name.trim(), value_part(self.file, word));
                }
                continue;
            }
            let (name, own) = text.split_once('=').map_or((text, false), |(name, _)| (name, true));
            let mut next = || words.peek().map(|next| unquoted(self.file, next.span));
            if own_flags.user_flags.contains(&name) {
                if let Some(value) = if own { Some(value_part(self.file, word)) } else { next() } {
                    self.user_and_password(name, value);
                }
            } else if program == "curl" && text.starts_with("-u") && text.len() > 2 {
                let value = unquoted(self.file, word.span);
                self.user_and_password("-u", Span::new(value.start() + 2, value.end()));
            } else if HEADER_FLAGS.contains(&name) {
                if let Some(value) = if own { Some(value_part(self.file, word)) } else { next() } {
                    self.header(value);
                }
            } else if let Some((flag, glued)) = own_flags.flags.iter().find(|(flag, glued)| {
                name == *flag || *glued && text.starts_with(flag) && !own && !text.starts_with("--") && text.len() > flag.len()
            }) {
                if *glued && name != *flag {
                    let value = unquoted(self.file, word.span);
                    let start = value.slice(self.file).find(flag).map_or(value.start(), |at| value.start() + at + flag.len());
                    self.add(flag, NameSays::Password, unquoted(self.file, Span::new(start, value.end())));
                } else if own {
                    self.add(flag, NameSays::Password, value_part(self.file, word));
                } else if !*glued || program == "sshpass" || program == "sqlcmd" {
                    // `mysql -p` alone asks for the password.
                    let value = next().filter(|value| !value.slice(self.file).starts_with('-'));
                    if let Some(value) = value {
                        self.add(flag, NameSays::Password, without_source(self.file, value));
                    }
                }
            } else if let Some(says) = flag_says(name) {
                if own {
                    self.add(name, says, value_part(self.file, word));
                } else if let Some(value) = next().filter(|value| !value.slice(self.file).starts_with('-')) {
                    self.add(name, says, value);
                }
            }
        }
    }

    /// `user:password`; SMB parts them with `%`.
    fn user_and_password(&mut self, name: &str, value: Span) {
        let text = value.slice(self.file);
        if let Some(colon) = separator(text) {
            self.add(name, NameSays::Password, Span::new(value.start() + colon + 1, value.end()));
        }
    }

    fn header(&mut self, value: Span) {
        if let Some((name, range)) = header_credential(value.slice(self.file)) {
            let span = Span::new(value.start() + range.start, value.start() + range.end);
            self.add(name, NameSays::Secret, span);
        }
    }

    fn positions(&mut self, program: &str, command: &Command) {
        for (first, between) in &PROGRAMS.get(program).unwrap_or(&UNKNOWN).positions {
            let arguments = command.arguments();
            let begins = first.len() <= arguments.len() && first.iter().zip(arguments).all(|(wanted, word)| word.text == *wanted);
            if let Some(word) = arguments.get(first.len() + between).filter(|_| begins) {
                self.add(first.last().copied().unwrap_or_default(), NameSays::Secret, unquoted(self.file, word.span));
            }
        }
    }

    /// `htpasswd -bc file user password`
    fn htpasswd(&mut self, command: &Command) {
        if command.has_flag(&["-b"])
            && let Some(word) = command.non_flag_words().last()
        {
            self.add("htpasswd -b", NameSays::Password, unquoted(self.file, word.span));
        }
    }
}

/// Where the user ends: outside of `${…}`.
fn separator(text: &str) -> Option<usize> {
    let mut depth = 0usize;
    text.bytes().position(|byte| {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && matches!(byte, b':' | b'%')
    })
}

/// `pass:x` of openssl.
fn without_source(file: &str, value: Span) -> Span {
    let text = value.slice(file);
    match text.strip_prefix("pass:") {
        Some(rest) => Span::new(value.end() - rest.len(), value.end()),
        None => value,
    }
}

/// What a long flag says: fewer words than a variable, for `--key` and `--auth` mostly name files and methods.
fn flag_says(flag: &str) -> Option<NameSays> {
    let name = flag.trim_start_matches('-');
    if !flag.starts_with("--") && name.len() < 6 {
        return None;
    }
    let says = name_says(name)?;
    let words = words(name);
    let is_switch =
        words.iter().any(|word| matches!(word.as_str(), "stdin" | "no" | "env" | "with" | "use" | "ask" | "show" | "file"));
    (!is_switch
        && says > NameSays::Perhaps
        && !(words.len() == 2 && words[1] == "key" && words[0] == "ssh" || name.ends_with("private-key")))
    .then_some(says)
}

fn is_identifier(name: &str) -> bool {
    let name = name.trim();
    !name.is_empty()
        && name.len() < 128
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-'))
}

/// What follows the first `=` of a word, without quotes.
pub(super) fn value_part(file: &str, word: &Word) -> Span {
    let raw = word.span.slice(file);
    let start = raw.find('=').map_or(word.span.start(), |at| word.span.start() + at + 1);
    let opens_before = raw.starts_with(['"', '\'']);
    unquoted(file, Span::new(start, word.span.end() - usize::from(opens_before && start < word.span.end())))
}

/// Without the quotes around it, if they are a pair.
pub fn unquoted(file: &str, span: Span) -> Span {
    let raw = span.slice(file);
    let is_quoted = ['"', '\''].iter().any(|quote| raw.len() >= 2 && raw.starts_with(*quote) && raw.ends_with(*quote));
    if is_quoted { Span::new(span.start() + 1, span.end() - 1) } else { span }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::references::is_reference;
    use crate::shell;
    use crate::source::Mapped;

    fn found(text: &str) -> Vec<String> {
        let script = shell::parse(&Mapped::of(text, Span::new(0, text.len())));
        let all = script.commands.iter().flat_map(|command| arguments(text, command));
        let all = all.filter(|argument| !is_reference(argument.value.slice(text)));
        all.map(|argument| format!("{} {}", argument.name, argument.value.slice(text))).collect()
    }

    #[test]
    fn flags_of_programs() {
        assert_eq!(found("mysql -u root -phunter2 -e x"), ["-p hunter2"]);
        assert_eq!(found("mysqladmin ping -h localhost -u root -p"), Vec::<String>::new());
        assert_eq!(found("mysqldump --password='a b' x"), ["--password a b"]);
        assert_eq!(found("redis-server --requirepass abc --appendonly yes"), ["--requirepass abc"]);
        assert_eq!(found("redis-cli -a abc ping"), ["-a abc"]);
        assert_eq!(
            found("curl -u bob:pw -H 'Authorization: Bearer tok' -H 'Accept: x' https://x"),
            ["-u pw", "Authorization tok"]
        );
        assert_eq!(found("curl -ubob:pw --header=\"X-Api-Key: k1\""), ["-u pw", "X-Api-Key k1"]);
        assert_eq!(found("sshpass -p pw ssh a@b && sshpass -ppw2 ssh a@b"), ["-p pw", "-p pw2"]);
        assert_eq!(found("docker login -u u -p pw r && mongosh -p pw2"), ["-p pw", "-p pw2"]);
        assert_eq!(found("openssl rsa -passin pass:abc -in x"), ["-passin abc"]);
        assert_eq!(found("htpasswd -bc /etc/x bob pw && htpasswd -c /etc/x bob"), ["htpasswd -b pw"]);
        assert_eq!(
            found("rabbitmqctl add_user bob pw; aws configure set aws_secret_access_key k"),
            ["add_user pw", "aws_secret_access_key k"]
        );
        assert_eq!(found("PGPASSWORD=pw psql -p 5432 && env API_KEY=k x"), ["PGPASSWORD pw", "API_KEY k"]);
    }

    #[test]
    fn other_flags() {
        for text in [
            "mkdir -p a && psql -p 5432",
            "x --password-file y --token=$T --private-key /x --password-stdin",
            "curl -u $USER:$PW x",
            "ssh-keygen -p x",
            "x --no-password y",
            "curl -u bob https://x",
            "x --ssh-key y",
        ] {
            assert_eq!(found(text), Vec::<String>::new(), "{text}");
        }
    }
}
