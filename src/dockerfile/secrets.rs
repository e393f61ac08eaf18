//! Values in a Dockerfile that no output may show.
//!
//! Names: BuildKit `validations.go`, getSecretsRegex.

use std::ops::Range;

use regex::Regex;

use super::instruction::{Body, Instruction, Pair, Word as KeyWord};
use super::model::{Dockerfile, Variable};
use crate::catalog::default_credentials::{DefaultCredential, DefaultCredentials};
use crate::catalog::secret_names;
use crate::secret::arguments::{arguments, unquoted};
pub use crate::secret::references::is_reference;
use crate::secret::scanner::merged;
use crate::secret::{DefaultKind, Scanner, Secrets, Setting, texts};
use crate::shell::{Command, Script, Word};
use crate::source::Span;

/// A part of a name, between underscores, that says it is secret.
const SECRET_WORDS: &[&str] =
    &["apikey", "auth", "credential", "credentials", "key", "password", "pword", "passwd", "secret", "token"];

/// A part of a name that says its value may be seen.
const PUBLIC_WORDS: &[&str] = &["file", "public", "version"];

/// Parts of a secret name that say it is about something beside the secret: how long, how often, where.
const HARMLESS_WORDS: &[&str] = &[
    "algorithm",
    "dir",
    "email",
    "enable",
    "enabled",
    "endpoint",
    "expiration",
    "expires",
    "expiry",
    "format",
    "header",
    "host",
    "length",
    "method",
    "methods",
    "mode",
    "name",
    "path",
    "plugin",
    "policy",
    "port",
    "provider",
    "size",
    "sock",
    "timeout",
    "ttl",
    "type",
    "uri",
    "url",
    "user",
    "username",
];

/// Parts of the name of a variable that holds which key signs something.
const KEYRING_WORDS: &[&str] = &["fingerprint", "gpg", "keyring", "openpgp", "pgp", "release", "signing"];

/// Parts of the name of a flag that say its value is secret: fewer, for `--key` and `--auth` mostly name files and methods.
const SECRET_FLAG_WORDS: &[&str] =
    &["apikey", "credential", "credentials", "passphrase", "passwd", "password", "pword", "secret", "token"];

/// Parts of the name of a flag that say how the secret comes, or what else it is about.
const PUBLIC_FLAG_WORDS: &[&str] =
    &["env", "file", "id", "length", "name", "path", "public", "stdin", "ttl", "type", "url", "version"];

/// More build arguments than this are not told apart.
const MOST_ARGUMENTS: usize = 256;

/// A shorter secret is hidden where it stands; elsewhere it cannot be told from other text.
const SHORTEST_TEXT: usize = 4;

/// More secrets than fit a pattern of this size are not told apart.
const LONGEST_PATTERN: usize = 1 << 18;

/// A default is not looked for beyond this many characters.
const LONGEST_FALLBACK: usize = 1 << 12;

/// Whether the name of a variable says that its value is secret, as BuildKit's SecretsUsedInArgOrEnv has it.
pub fn is_secret_name(name: &str) -> bool {
    has_word(name, '_', SECRET_WORDS) && !has_word(name, '_', PUBLIC_WORDS)
}

/// Whether name or value of a variable with a secret name say that it is none after all: the fingerprint of a public key, a path, a
/// switch, a URL; an empty ENV. An ARG without a value waits for one.
pub fn is_harmless(name: &str, value: Option<&str>, environment: bool) -> bool {
    if has_word(name, '_', HARMLESS_WORDS) {
        return true;
    }
    let Some(value) = value.map(|value| value.trim_matches(['"', '\''])) else { return false };
    let is_switch =
        ["true", "false", "yes", "no", "on", "off", "none", "null", "0", "1"].iter().any(|word| value.eq_ignore_ascii_case(word));
    let is_path = ["/", "./", "../", "~/", "$HOME/"].iter().any(|start| value.starts_with(start))
        && value.chars().all(|char| char.is_ascii_alphanumeric() || "/._-~${}".contains(char));
    let digits = value.strip_prefix("0x").unwrap_or(value).bytes().filter(|byte| *byte != b' ');
    let is_fingerprint = has_word(name, '_', KEYRING_WORDS)
        && digits.clone().all(|byte| byte.is_ascii_hexdigit())
        && matches!(digits.count(), 8 | 16 | 40 | 64);
    let is_url = value.split_once("://").is_some_and(|(scheme, _)| !scheme.contains('$')) && !value.contains('@');
    is_switch || is_path || is_fingerprint || is_url || value.is_empty() && environment
}

/// A variable that we or a peer take for a secret by its name.
#[derive(Debug)]
pub struct SensitiveVariable<'d> {
    pub name: &'d str,
    pub key: &'d KeyWord,
    pub environment: bool,
    /// Name and value.
    pub span: Span,
    value: Option<&'d str>,
    /// In a stage, and not in an ONBUILD.
    in_stage: bool,
    in_final_stage: bool,
}

impl SensitiveVariable<'_> {
    /// Neither name nor value say that it is none.
    pub fn is_secret(&self) -> bool {
        is_secret_name(self.name) && !is_harmless(self.name, self.value, self.environment)
    }

    /// The peers, of those that judge such names, that say nothing here.
    pub fn silent_peers(&self) -> impl Iterator<Item = &'static str> {
        let speaks = [
            ("buildkit", is_secret_name(self.name) && self.in_stage),
            ("hadolint", secret_names::is_known_to_hadolint(self.name)),
            ("trivy", secret_names::is_known_to_trivy(self.name) && self.in_final_stage),
        ];
        speaks.into_iter().filter(|(_, speaks)| !speaks).map(|(peer, _)| peer)
    }
}

/// The variables of an ARG or ENV that have such names. The instruction is that of the index, or the trigger in it.
pub fn sensitive_variables<'d>(
    dockerfile: &'d Dockerfile,
    index: usize,
    instruction: &'d Instruction,
) -> impl Iterator<Item = SensitiveVariable<'d>> {
    let (pairs, environment) = match &instruction.body {
        Body::Arg(pairs) => (pairs.as_slice(), false),
        Body::Env(pairs) => (pairs.as_slice(), true),
        _ => (&[][..], false),
    };
    let stage = dockerfile.stage_of(index).filter(|_| !dockerfile.is_trigger(index, instruction));
    let in_final_stage = stage.is_some_and(|stage| stage.index + 1 == dockerfile.stages.len());
    let variable = move |pair: &'d Pair| SensitiveVariable {
        name: pair.key.text.trim_matches(['"', '\'']),
        key: &pair.key,
        environment,
        span: pair.span,
        value: pair.value.as_ref().map(|value| value.text.as_str()),
        in_stage: stage.is_some(),
        in_final_stage,
    };
    let is_known =
        |name: &str| is_secret_name(name) || secret_names::is_known_to_hadolint(name) || secret_names::is_known_to_trivy(name);
    pairs.iter().map(variable).filter(move |variable| is_known(variable.name))
}

fn is_secret_flag(flag: &str) -> bool {
    let Some(name) = flag.strip_prefix("--") else { return false };
    (has_word(name, '-', SECRET_FLAG_WORDS) || name.eq_ignore_ascii_case("api-key")) && !has_word(name, '-', PUBLIC_FLAG_WORDS)
}

/// `export TOKEN=x`, `echo "token = x" >> file`
fn is_secret_assignment(name: &str) -> bool {
    is_identifier(name.trim()) && is_secret_name(name.trim())
}

fn has_word(name: &str, separator: char, words: &[&str]) -> bool {
    name.split(separator).any(|part| words.iter().any(|word| part.eq_ignore_ascii_case(word)))
}

/// A value that hides nothing though its name is secret: empty, or an answer to yes or no.
pub fn is_plain(value: &str) -> bool {
    const PLAIN: &[&str] = &["", "0", "1", "false", "no", "none", "null", "off", "on", "true", "yes"];
    PLAIN.iter().any(|plain| value.trim_matches(['"', '\'']).eq_ignore_ascii_case(plain))
}

fn is_identifier(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Everything that is secret in a file: what the engine finds in its text and in its places, and what [`secret_spans`] covers.
pub fn secrets(text: &str, dockerfile: &Dockerfile, setting: Setting) -> Secrets {
    let mut scanner = Scanner::new(text, setting);
    let mut spoken_of = Vec::new();
    for (index, outer) in dockerfile.tree.instructions.iter().enumerate() {
        let trigger = match &outer.body {
            Body::Onbuild(trigger) => Some(&**trigger),
            _ => None,
        };
        for instruction in [outer].into_iter().chain(trigger) {
            show_places(text, dockerfile, index, instruction, &mut scanner);
            let variables = sensitive_variables(dockerfile, index, instruction);
            spoken_of.extend(variables.filter(SensitiveVariable::is_secret).map(|variable| variable.span));
        }
    }
    scanner.set_setting(Setting::Deployed);
    for script in &dockerfile.scripts {
        let is_build = dockerfile.run_of(script.instruction).is_some();
        for command in &script.script.commands {
            if is_build { scanner.build_command(command) } else { scanner.command(command) }
        }
    }
    credential_arguments(text, dockerfile, &mut scanner);
    // `dockerfile/secret-in-variable` has a word for each of these, and tells what their values are.
    for detection in scanner.detections_mut() {
        let before = spoken_of.partition_point(|pair: &Span| pair.start <= detection.span.start);
        detection.deferred |= before.checked_sub(1).is_some_and(|last| spoken_of[last].contains(detection.span));
    }
    covered_by_name(text, dockerfile).into_iter().for_each(|span| scanner.mask(span));
    scanner.finish()
}

/// Build arguments that a RUN uses where a credential belongs, whatever their names say.
fn credential_arguments(text: &str, dockerfile: &Dockerfile, scanner: &mut Scanner<'_>) {
    let mut known: Vec<Span> = Vec::new();
    for script in dockerfile.scripts.iter().filter(|script| dockerfile.run_of(script.instruction).is_some()) {
        for command in &script.script.commands {
            let arguments = arguments(text, command).into_iter().map(|argument| argument.value.slice(text));
            let values =
                arguments.filter(|value| is_reference(value)).map(|value| value.trim_matches(['$', '{', '}', '"', '\'']));
            let urls =
                command.words.iter().filter(|word| word.expansion.is_some()).flat_map(|word| texts::url_references(&word.text));
            for name in values.chain(urls) {
                let Some(variable) = dockerfile.variable(script.instruction, name).filter(|variable| !variable.environment)
                else {
                    continue;
                };
                if !known.contains(&variable.span) && known.len() < MOST_ARGUMENTS {
                    known.push(variable.span);
                    scanner.build_argument(name, variable.span);
                }
            }
        }
    }
}

/// Shows the engine the variables, labels and files of an instruction.
fn show_places(text: &str, dockerfile: &Dockerfile, index: usize, instruction: &Instruction, scanner: &mut Scanner<'_>) {
    let (pairs, setting) = match &instruction.body {
        Body::Env(pairs) => (pairs, Setting::Deployed),
        Body::Arg(pairs) => (pairs, Setting::BuildArgument),
        Body::Label(pairs) => (pairs, Setting::Deployed),
        Body::Copy(transfer) | Body::Add(transfer) => {
            scanner.set_setting(Setting::Deployed);
            return transfer.heredocs.iter().for_each(|heredoc| scanner.lines(heredoc.body));
        }
        Body::Invalid => {
            scanner.set_setting(Setting::Deployed);
            return scanner.words(instruction.span);
        }
        _ => return,
    };
    scanner.set_setting(setting);
    let image =
        dockerfile.stage_of(index).and_then(|stage| stage.image.as_ref()).filter(|_| matches!(instruction.body, Body::Env(_)));
    for pair in pairs {
        let Some(value) = &pair.value else { continue };
        let span = unquoted(text, value.span);
        let name = pair.key.text.trim_matches(['"', '\'']);
        scanner.variable(name, span);
        let image = image.filter(|_| DefaultCredentials::may_know(name)).map(|image| image.familiar_name());
        match image.and_then(|image| DefaultCredentials::table().find(&image, name, span.slice(text))) {
            Some(DefaultCredential::Known(product)) => scanner.default_credential(name, span, DefaultKind::Credential(product)),
            Some(DefaultCredential::Open(product)) => scanner.default_credential(name, span, DefaultKind::Open(product)),
            None => {}
        }
    }
}

/// What [`secrets`] masks.
pub fn secret_spans(text: &str, dockerfile: &Dockerfile) -> Vec<Span> {
    secrets(text, dockerfile, Setting::Deployed).masks
}

/// The secret values of a file by names that BuildKit knows: those of variables with such names, of flags such as `--password=x`, passwords in URLs, and
/// what `${PASSWORD:-x}` falls back to. In order, without overlaps.
fn covered_by_name(text: &str, dockerfile: &Dockerfile) -> Vec<Span> {
    let mut spans: Vec<Span> = url_passwords(text).into_iter().chain(fallbacks(text)).map(Span::from).collect();
    let declared = dockerfile.stages.iter().flat_map(|stage| dockerfile.declared_in(stage));
    spans.extend(dockerfile.global_arguments().iter().chain(declared).filter_map(|variable| variable_span(text, variable)));
    for instruction in &dockerfile.tree.instructions {
        if let Body::Onbuild(trigger) = &instruction.body
            && let Body::Env(pairs) | Body::Arg(pairs) = &trigger.body
        {
            spans.extend(pairs.iter().filter_map(|pair| pair_span(text, pair)));
        }
    }
    for script in &dockerfile.scripts {
        script.script.commands.iter().for_each(|command| in_command(text, command, &mut spans));
        set_passwords(text, &script.script, &mut spans);
    }
    merged(spans)
}

/// The secrets of a file as texts, to find them where they come out by another way: in what a value is expanded to, or in what
/// an error quotes.
#[derive(Debug)]
pub struct SecretTexts {
    pattern: Option<Regex>,
    /// There are so many that every text counts as secret.
    all: bool,
}

impl SecretTexts {
    /// `spans` are those of [`secret_spans`].
    pub fn of(text: &str, dockerfile: &Dockerfile, spans: &[Span]) -> Self {
        let declared = dockerfile.stages.iter().flat_map(|stage| dockerfile.declared_in(stage));
        let variables = dockerfile.global_arguments().iter().chain(declared).filter(|variable| variable.secret);
        let values = variables.filter_map(|variable| variable.value.as_deref()).filter(|value| url_passwords(value).is_empty());
        let mut texts: Vec<&str> = values.chain(spans.iter().map(|span| span.slice(text))).collect();
        texts.retain(|text| text.chars().count() >= SHORTEST_TEXT);
        texts.sort_unstable();
        texts.dedup();
        let pattern = texts.iter().map(|text| regex::escape(text)).collect::<Vec<_>>().join("|");
        let built = if pattern.len() <= LONGEST_PATTERN { Regex::new(&pattern).ok() } else { None };
        Self { all: built.is_none(), pattern: built.filter(|_| !texts.is_empty()) }
    }

    /// There is nothing to hide.
    pub fn is_empty(&self) -> bool {
        !self.all && self.pattern.is_none()
    }

    /// Whether a text holds one of them.
    pub fn shown_in(&self, text: &str) -> bool {
        self.all || self.pattern.as_ref().is_some_and(|pattern| pattern.is_match(text))
    }
}

fn variable_span(text: &str, variable: &Variable) -> Option<Span> {
    let value = variable.value_span?;
    let raw = value.slice(text);
    // A value that is secret by what it is built on, or by the password of a URL in it, is not secret as a whole.
    let whole = is_secret_name(&variable.name) || (!raw.contains('$') && url_passwords(raw).is_empty());
    (variable.secret && whole && !is_reference(raw)).then(|| unquoted(text, value))
}

fn pair_span(text: &str, pair: &Pair) -> Option<Span> {
    let value = pair.value.as_ref()?;
    let hides = is_secret_name(&pair.key.text) && !is_reference(&value.text) && !is_plain(&value.text);
    hides.then(|| unquoted(text, value.span))
}

/// `--password=x`, `--password x`, `TOKEN=x command`, `export TOKEN=x`.
fn in_command(text: &str, command: &Command, spans: &mut Vec<Span>) {
    let mut add = |span: Span| {
        let value = span.slice(text);
        if !is_reference(value) && !is_plain(value) {
            spans.push(unquoted(text, span));
        }
    };
    for assignment in &command.assignments {
        if is_secret_name(&assignment.name) {
            add(assignment.value.span);
        }
    }
    let mut words = command.wrappers.iter().flatten().chain(&command.words).peekable();
    while let Some(word) = words.next() {
        match word.text.split_once('=') {
            Some((name, _)) if is_secret_flag(name) || is_secret_assignment(name) => add(value_part(text, word)),
            Some(_) => {}
            None if is_secret_flag(&word.text) => {
                if let Some(value) = words.peek().filter(|next| !next.text.starts_with('-')) {
                    add(value.span);
                }
            }
            None => {}
        }
    }
}

/// What `chpasswd` and `passwd` read (`echo user:password | chpasswd`), and what `useradd -p` gives.
fn set_passwords(text: &str, script: &Script, spans: &mut Vec<Span>) {
    for (index, command) in script.commands.iter().enumerate() {
        let name = command.name();
        if matches!(name, "useradd" | "usermod" | "adduser")
            && let Some(value) = command.words.iter().position(|word| matches!(word.text.as_str(), "-p" | "--password"))
        {
            spans.extend(command.words.get(value + 1).filter(|word| word.literal).map(|word| unquoted(text, word.span)));
        }
        if !matches!(name, "chpasswd" | "passwd") {
            continue;
        }
        let named = name == "chpasswd";
        for redirection in &command.redirections {
            match redirection.body {
                Some(body) => spans.extend(password_lines(text, body, named)),
                None if redirection.operator.ends_with("<<<") => spans.push(password_part(text, redirection.target.span, named)),
                None => {}
            }
        }
        let before = script.pipeline_of(index).into_iter().flat_map(|pipeline| &pipeline.commands);
        for writer in before.take_while(|member| **member < index).map(|member| &script.commands[*member]) {
            if matches!(writer.name(), "echo" | "printf") {
                let words = writer.arguments().iter().filter(|word| !word.is_flag());
                let parts = words.map(|word| password_part(text, word.span, named));
                spans.extend(parts.filter(|part| !is_reference(part.slice(text))));
            }
        }
    }
}

/// What follows the first colon of `user:password`, if it has to have one.
fn password_part(text: &str, span: Span, named: bool) -> Span {
    let span = unquoted(text, span);
    match span.slice(text).find(':') {
        Some(colon) if named => Span::new(span.start() + colon + 1, span.end()),
        _ => span,
    }
}

fn password_lines(text: &str, lines: Span, named: bool) -> Vec<Span> {
    let mut start = lines.start();
    let mut spans = Vec::new();
    for line in lines.slice(text).split_inclusive('\n') {
        spans.push(password_part(text, Span::new(start, start + line.trim_end().len()), named));
        start += line.len();
    }
    spans
}

/// What follows the first `=` of a word, with the quotes that it may have.
fn value_part(text: &str, word: &Word) -> Span {
    let raw = word.span.slice(text);
    let start = raw.find('=').map_or(word.span.start(), |at| word.span.start() + at + 1);
    let opens_before = raw.starts_with(['"', '\'']);
    Span::new(start, word.span.end() - usize::from(opens_before && start < word.span.end()))
}

/// The passwords of `scheme://user:password@host`, wherever they stand; a variable is none.
pub fn url_passwords(text: &str) -> Vec<Range<usize>> {
    texts::url_passwords(text).into_iter().map(|url| url.password).collect()
}

/// The defaults of `${TOKEN:-x}` and its kin.
fn fallbacks(text: &str) -> Vec<Range<usize>> {
    let mut defaults = Vec::new();
    for (open, _) in text.match_indices("${") {
        let rest = &text[open + 2..];
        let name = &rest[..rest.bytes().position(|byte| !byte.is_ascii_alphanumeric() && byte != b'_').unwrap_or(rest.len())];
        let operator = [":-", "-", ":=", "="].iter().find(|operator| rest[name.len()..].starts_with(*operator));
        let Some(operator) = operator.filter(|_| is_secret_name(name)) else { continue };
        let start = open + 2 + name.len() + operator.len();
        let end = text[start..].char_indices().take(LONGEST_FALLBACK).find(|(_, char)| matches!(char, '}' | '\n'));
        if let Some((length, _)) = end.filter(|_| !text[start..].starts_with('$')) {
            defaults.push(start..start + length);
        }
    }
    defaults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets(text: &str) -> Vec<&str> {
        secret_spans(text, &Dockerfile::parse(text)).into_iter().map(|span| span.slice(text)).collect()
    }

    #[test]
    fn names_are_secret_by_their_words() {
        for name in ["DB_PASSWORD", "token", "Api_Key", "APIKEY", "X_AUTH_Y", "CREDENTIALS", "PASSWD", "MY_SECRET_1"] {
            assert!(is_secret_name(name), "{name}");
        }
        for name in ["PASSWORD_FILE", "PUBLIC_KEY", "KEY_VERSION", "TOKENS", "MONKEY", "AUTHOR", "SSH-KEY", "", "PASSWORDS"] {
            assert!(!is_secret_name(name), "{name}");
        }
    }

    #[test]
    fn some_with_secret_names_are_none() {
        let is_harmless = |pair: &str| {
            let (name, value) = pair.split_once('=').map_or((pair, None), |(name, value)| (name, Some(value)));
            super::is_harmless(name, value, true)
        };
        for pair in [
            "GPG_KEY=A035C8C19219BA821ECEA86B64E628F8D684696D",
            "PGP_SIGNING_KEY=\"0x6ED8 0E36\"",
            "SSH_AUTH_SOCK=/run/agent",
            "TLS_KEY=/etc/tls/tls.key",
            "AUTH=true",
            "ALLOW_EMPTY_PASSWORD=yes",
            "TOKEN_URL=https://x.example/oauth",
            "KEYCLOAK_AUTH=https://x.example/auth",
            "DB_PASSWORD=",
            "TOKEN_TTL=3600",
            "AUTH_TYPE=basic",
        ] {
            assert!(is_harmless(pair), "{pair}");
        }
        for pair in [
            "API_KEY=A035C8C19219BA821ECEA86B64E628F8D684696D",
            "DB_PASSWORD=hunter2",
            "DB_PASSWORD=$PASSWORD",
            "NPM_TOKEN",
            "AWS_SECRET_ACCESS_KEY=/abc+def/ghi",
            "DB_SECRET=https://u:p@x.example",
            "GPG_KEY=hello",
        ] {
            assert!(!is_harmless(pair), "{pair}");
        }
        assert!(!super::is_harmless("TOKEN", Some(""), false));
    }

    #[test]
    fn values_of_variables() {
        assert_eq!(secrets("FROM a\nENV DB_PASSWORD=hunter2 X=1\n"), ["hunter2"]);
        assert_eq!(secrets("FROM a\nENV DB_PASSWORD \"hunter 2\"\n"), ["hunter 2"]);
        assert_eq!(secrets("ARG TOKEN='a b'\nFROM a\nARG TOKEN\nARG KEY=\nENV SECRET=\"\"\n"), ["a b"]);
        assert_eq!(secrets("FROM a\nENV DB_PASSWORD=$X TOKEN=${Y} KEY=\"$Z\"\n"), Vec::<&str>::new());
        assert_eq!(secrets("FROM a\nENV DB_PASSWORD=${X:-hunter2}\n"), ["${X:-hunter2}"]);
        assert_eq!(secrets("FROM a\nONBUILD ENV TOKEN=abc\n"), ["abc"]);
        // What a secret is a copy of is one too; what is built on one shows nothing.
        assert_eq!(secrets("FROM a\nARG P=hunter2\nENV DB_PASSWORD=$P URL=x:$P\n"), ["hunter2"]);
        assert_eq!(secrets("FROM a\nENV TOKEN=ab\\\ncd\n"), ["ab\\\ncd"]);
        assert_eq!(secrets("FROM a\nENV PASSWORD_FILE=/run/x PUBLIC_KEY=y SSH_KEY=false\nLABEL title=z\n"), Vec::<&str>::new());
        assert_eq!(secrets("FROM a\nLABEL token=z com.example.dbPassword=abc\n"), ["z", "abc"]);
    }

    #[test]
    fn passwords_of_urls() {
        assert_eq!(secrets("FROM a\nRUN curl https://u:p%40ss@h/x?y=a:b@c\n"), ["p%40ss"]);
        assert_eq!(secrets("# postgres://u:hunter2@db\nFROM a\nENV URL=\"redis://:pw@h:6379/0\"\n"), ["hunter2", "pw"]);
        assert_eq!(secrets("FROM a\nENV U=amqp://u:a:b@c@h V=http://u:$P@h W=http://u:${P}@h\n"), ["a:b@c"]);
        assert_eq!(secrets("FROM a\nRUN git clone ssh://git@h/x https://h:80/@x http://u:@h ://a:b@c\n"), Vec::<&str>::new());
    }

    #[test]
    fn passwords_that_are_set() {
        let run = |command: &str| {
            let text = format!("FROM a\nRUN {command}\n");
            secrets(&text).join(" ")
        };
        assert_eq!(run("echo 'root:hunter2' | chpasswd"), "hunter2");
        assert_eq!(run("echo -n root:hunter2 | sudo chpasswd && echo a:b"), "hunter2");
        assert_eq!(run("echo hunter2 | passwd --stdin root"), "hunter2");
        assert_eq!(run("echo \"root:$PW\" | chpasswd"), "");
        assert_eq!(run("chpasswd <<< root:hunter2"), "hunter2");
        assert_eq!(run("useradd -m -p hunter2 bob && useradd -p $P bob"), "hunter2");
        assert_eq!(secrets("FROM a\nRUN chpasswd <<E\nroot:hunter2\nbob:abc\nE\n"), ["hunter2", "abc"]);
        assert_eq!(secrets("FROM a\nRUN <<E\nchpasswd <<X\nroot:hunter2\nX\nE\n"), ["hunter2"]);
    }

    #[test]
    fn values_of_commands() {
        let run = |command: &str| {
            let text = format!("FROM a\nRUN {command}\n");
            secrets(&text).join(" ")
        };
        assert_eq!(run("x --password=hunter2 --user=u"), "hunter2");
        assert_eq!(run("x --api-key \"hunter2\" y"), "hunter2");
        assert_eq!(run("x '--token=hunter2'"), "hunter2");
        assert_eq!(run("x --token='hunter2'"), "hunter2");
        assert_eq!(run("DB_PASSWORD=hunter2 x && export TOKEN=abcd"), "hunter2 abcd");
        assert_eq!(run("sudo --password=hunter2 x"), "hunter2");
        assert_eq!(run("x --password $P --token=${T} --password-stdin --token-file=/x --password-file y"), "");
        assert_eq!(run("x --password --quiet"), "");
        assert_eq!(run("echo \"token = $T\" && echo 'secret = abcd' && echo 'the secret is = x'"), " abcd");
        assert_eq!(run("apt-key add x && ssh-keygen --key=k && x --author=me"), "");
        assert_eq!(run("echo ${API_TOKEN:-hunter2} ${X:-y} ${TOKEN:-$OTHER}"), "hunter2");
        assert_eq!(secrets("FROM a\nCMD [\"x\", \"--password\", \"hunter2\", \"--token=abcd\"]\n"), ["hunter2", "abcd"]);
        assert_eq!(secrets("FROM a\nRUN <<E\nx --password=hunter2\nE\n"), ["hunter2"]);
    }

    #[test]
    fn texts_are_found_elsewhere() {
        let text = "FROM a\nARG API_TOKEN=hunter2\nENV PASSWORD=abc URL=x://u:p.s+s@h\n";
        let texts = |text: &str| {
            let dockerfile = Dockerfile::parse(text);
            SecretTexts::of(text, &dockerfile, &secret_spans(text, &dockerfile))
        };
        let found = texts(text);
        assert!(found.shown_in("port hunter2/tcp") && found.shown_in("p.s+s") && !found.shown_in("abc pxs+s"));
        assert!(texts("FROM a\n").is_empty());
        let many: String = (0..20_000).map(|number| format!("ENV TOKEN=abcdefghij{number}\n")).collect();
        assert!(texts(&format!("FROM a\n{many}")).shown_in("x"));
    }
}
