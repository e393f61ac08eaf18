//! What turns off the check of certificates: flags, saved configuration, variables.

use std::ops::Range;

use super::packages::{self, Manager};
use crate::shell::{Command, Word};

/// Words of a command that turn it off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Insecure {
    pub program: &'static str,
    /// As written, without a value that could be anything.
    pub option: String,
    /// The words, by their place in [`Command::words`].
    pub words: Range<usize>,
    /// One letter of a cluster such as `-fsSLk`, by its place in the word.
    pub letter: Option<usize>,
    /// Without these words the command means nothing: it only saves the setting.
    pub is_all: bool,
}

/// Letters of curl that take a value, which may stand in the same word.
const CURL_VALUED: &str = "AbcCdDeEFhHKmoPQrtTuUwxXyYz";

/// The first words of a command that turn the check off. Servers on the machine itself do not count.
pub fn insecure(command: &Command) -> Option<Insecure> {
    let arguments = command.words.iter().enumerate().skip(1);
    let at = |index: usize, program, option: &str| Insecure {
        program,
        option: option.to_owned(),
        words: index..index + 1,
        letter: None,
        is_all: false,
    };
    let named = |test: &dyn Fn(&str) -> bool, program, option: Option<&'static str>| {
        let found = arguments.clone().take_while(|(_, word)| word.text != "--").find(|(_, word)| test(&word.text));
        found.map(|(index, word)| at(index, program, option.unwrap_or(&word.text)))
    };
    match command.name() {
        "curl" | "wget" if is_local(command) => None,
        "curl" => curl(command),
        "wget" => named(&|text| text.starts_with("--no-check-cert"), "wget", Some("--no-check-certificate")),
        "git" => git(command),
        "npm" | "pnpm" | "yarn" => javascript(command),
        "yum-config-manager" => named(&is_unverified_repository, "yum", None),
        _ => managed(command),
    }
}

fn curl(command: &Command) -> Option<Insecure> {
    let mut is_value = false;
    for (index, word) in command.words.iter().enumerate().skip(1) {
        if std::mem::take(&mut is_value) {
            continue;
        }
        let found = |option: &str, letter| Insecure {
            program: "curl",
            option: option.to_owned(),
            words: index..index + 1,
            letter,
            is_all: false,
        };
        if word.text == "--insecure" {
            return Some(found(&word.text, None));
        }
        let Some(letters) = word.text.strip_prefix('-').filter(|letters| !letters.starts_with('-')) else { continue };
        let valued = letters.find(|letter| CURL_VALUED.contains(letter)).unwrap_or(letters.len());
        match letters[..valued].find('k') {
            Some(_) if letters == "k" => return Some(found("-k", None)),
            Some(letter) => return Some(found("-k", Some(letter + 1))),
            None => is_value = valued + 1 == letters.len(),
        }
    }
    None
}

fn is_local(command: &Command) -> bool {
    let local = ["://localhost", "://127.0.0.1", "://[::1]"];
    command.arguments().iter().any(|word| local.iter().any(|host| word.text.contains(host)))
}

fn is_false(value: &str) -> bool {
    ["0", "false", "no", "off"].iter().any(|no| value.trim_matches(['"', '\'']).eq_ignore_ascii_case(no))
}

/// `git -c http.sslVerify=false`, `git config http.sslVerify false`.
fn git(command: &Command) -> Option<Insecure> {
    let text = |index: usize| command.words.get(index).map_or("", |word| word.text.as_str());
    let is_key = |key: &str| key.to_ascii_lowercase().starts_with("http.") && key.to_ascii_lowercase().ends_with("sslverify");
    for (index, word) in command.words.iter().enumerate().skip(1) {
        let found = |words, option: String, is_all| Insecure { program: "git", option, words, letter: None, is_all };
        match word.text.split_once('=') {
            Some((key, value)) if is_key(key) && is_false(value) && text(index - 1) == "-c" => {
                return Some(found(index - 1..index + 1, format!("-c {}", word.text), false));
            }
            None if is_key(&word.text) && is_false(text(index + 1)) => {
                return Some(found(index..index + 2, format!("{} {}", word.text, text(index + 1)), true));
            }
            _ => {}
        }
    }
    None
}

/// `npm config set strict-ssl false`, `--strict-ssl=false`.
fn javascript(command: &Command) -> Option<Insecure> {
    let text = |index: usize| command.words.get(index).map_or("", |word| word.text.as_str());
    for (index, word) in command.words.iter().enumerate().skip(1) {
        let (key, value) = word.text.split_once('=').unwrap_or((&word.text, text(index + 1)));
        let words = index..index + if word.text.contains('=') { 1 } else { 2 };
        let found = |words: Range<usize>, is_all| {
            let option = format!("{key} false");
            let option = if key.starts_with("--") { word.text.to_string() } else { option };
            Insecure { program: "npm", option, words, letter: None, is_all }
        };
        match key {
            "strict-ssl" if is_false(value) && text(index - 1) == "set" => return Some(found(words, true)),
            "--strict-ssl" if is_false(value) => return Some(found(words, false)),
            "--no-strict-ssl" => return Some(found(index..index + 1, false)),
            _ => {}
        }
    }
    None
}

fn is_unverified_repository(text: &str) -> bool {
    text.strip_prefix("--setopt=").is_some_and(|option| {
        option.split_once('=').is_some_and(|(key, value)| key.trim_matches(['"', '\'']).ends_with("sslverify") && is_false(value))
    })
}

/// What the package managers have as flags with values.
fn managed(command: &Command) -> Option<Insecure> {
    let call = packages::invocation(command)?;
    let place = |word: &Word| command.words.iter().position(|own| std::ptr::eq(own, word));
    let flag = call.flags.iter().find(|flag| match call.manager {
        Manager::Pip | Manager::Uv | Manager::Pipx => matches!(flag.name, "--trusted-host" | "--allow-insecure-host"),
        Manager::AptGet | Manager::Apt => flag.value.is_some_and(|value| {
            let (key, value) = value.split_once('=').unwrap_or((value, ""));
            key.to_ascii_lowercase().ends_with("::verify-peer") && is_false(value)
        }),
        Manager::Yum | Manager::Dnf | Manager::Microdnf => flag
            .value
            .is_some_and(|value| value.split_once('=').is_some_and(|(key, value)| key.ends_with("sslverify") && is_false(value))),
        _ => false,
    })?;
    let first = place(flag.word)?;
    let last = flag.value_word.map_or(Some(first), place)?;
    let program = match call.manager {
        Manager::AptGet | Manager::Apt => "apt",
        Manager::Pip | Manager::Uv | Manager::Pipx => "pip",
        _ => "yum",
    };
    let option = match (program, flag.value) {
        ("pip", _) | (_, None) => flag.name.to_owned(),
        (_, Some(value)) => value.to_owned(),
    };
    Some(Insecure { program, option, words: first..last + 1, letter: None, is_all: false })
}

/// The program for which this value of a variable turns the check off. The value may be quoted.
pub fn insecure_variable(name: &str, value: &str) -> Option<&'static str> {
    // Of some any value does it, of others a false one.
    let (program, any) = match name {
        "PYTHONHTTPSVERIFY" => ("Python", false),
        "NODE_TLS_REJECT_UNAUTHORIZED" => ("Node.js", false),
        "NPM_CONFIG_STRICT_SSL" | "npm_config_strict_ssl" => ("npm", false),
        "YARN_STRICT_SSL" => ("Yarn", false),
        "GIT_SSL_NO_VERIFY" => ("Git", true),
        "PIP_TRUSTED_HOST" => ("pip", true),
        "GOINSECURE" => ("Go", true),
        _ => return None,
    };
    let value = value.trim_matches(['"', '\'']);
    let holds = if any { !value.is_empty() } else { is_false(value) };
    holds.then_some(program)
}

#[cfg(test)]
mod tests {
    use super::super::model::Dockerfile;
    use super::*;

    fn option(command: &str) -> Option<String> {
        let dockerfile = Dockerfile::parse(&format!("RUN {command}\n"));
        insecure(&dockerfile.scripts[0].script.commands[0]).map(|found| found.option)
    }

    #[test]
    fn flags_of_many_programs() {
        for (command, want) in [
            ("curl -k https://x.example", "-k"),
            ("curl -fsSLk https://x.example", "-k"),
            ("curl --insecure https://x.example", "--insecure"),
            ("curl -o -k -k https://x.example", "-k"),
            ("wget --no-check-certificate https://x.example", "--no-check-certificate"),
            ("git -c http.sslVerify=false clone x", "-c http.sslVerify=false"),
            ("git config --global http.sslverify 0", "http.sslverify 0"),
            ("git config http.https://x.example/.sslVerify false", "http.https://x.example/.sslVerify false"),
            ("npm config set strict-ssl false", "strict-ssl false"),
            ("yarn config set strict-ssl=false", "strict-ssl false"),
            ("npm install --strict-ssl=false x", "--strict-ssl=false"),
            ("pip install --trusted-host x.example y", "--trusted-host"),
            ("python3 -m pip install --trusted-host=x.example y", "--trusted-host"),
            ("yum-config-manager --save --setopt=sslverify=false", "--setopt=sslverify=false"),
            ("dnf config-manager --setopt=\"x.sslverify=0\" --save", "x.sslverify=0"),
            ("apt-get -o Acquire::https::Verify-Peer=false update", "Acquire::https::Verify-Peer=false"),
        ] {
            assert_eq!(option(command).as_deref(), Some(want), "{command}");
        }
        for command in [
            "curl -fsSL https://x.example -o k",
            "curl -okk https://x.example",
            "curl -H -k https://x.example",
            "curl -k https://localhost:8443",
            "tar -k x",
            "git config http.sslVerify true",
            "npm config set strict-ssl true",
            "npm install strict-ssl",
            "pip install trusted-host",
            "apt-get update",
        ] {
            assert_eq!(option(command), None, "{command}");
        }
    }

    #[test]
    fn variables_of_many_programs() {
        for (name, value) in [("PYTHONHTTPSVERIFY", "0"), ("npm_config_strict_ssl", "'false'"), ("GIT_SSL_NO_VERIFY", "false")] {
            assert!(insecure_variable(name, value).is_some(), "{name}={value}");
        }
        for (name, value) in [("PYTHONHTTPSVERIFY", "1"), ("PIP_TRUSTED_HOST", "\"\""), ("OTHER", "0")] {
            assert!(insecure_variable(name, value).is_none(), "{name}={value}");
        }
    }
}
