//! What a value looks like: none, one that everyone knows, one that waits to be replaced, or a secret.

use super::references::has_reference;

/// How good a secret a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// `changeme`, `<your-token>`: put there to be replaced.
    Placeholder,
    /// `admin`, `123456`, the name of the user: tried first by everyone.
    Weak,
    /// Anything else.
    Real,
}

/// Values that are tried first: the head of the public lists of passwords, and what the documentation of images shows.
const WEAK: &[&str] = &[
    "abc123",
    "abcd1234",
    "admin",
    "admin1",
    "admin123",
    "admin1234",
    "admin@123",
    "administrator",
    "app",
    "azerty",
    "backend",
    "bitnami",
    "db",
    "default",
    "demo",
    "dev",
    "develop",
    "development",
    "docker",
    "elastic",
    "foobar",
    "grafana",
    "guest",
    "hunter2",
    "iloveyou",
    "letmein",
    "local",
    "mariadb",
    "master",
    "minio",
    "minio123",
    "minioadmin",
    "minio_password",
    "mongo",
    "monkey",
    "my-secret",
    "my-secret-key",
    "my-secret-pw",
    "my_password",
    "my_secret",
    "my_secret_key",
    "my_secret_password",
    "mypass",
    "mypassword",
    "mysecret",
    "mysecretkey",
    "mysecretpassword",
    "mysecrettoken",
    "mysql",
    "neo4j",
    "nextcloud",
    "oracle",
    "p4ssw0rd",
    "p@ssw0rd",
    "p@ssword",
    "pass",
    "pass123",
    "passw0rd",
    "passwd",
    "password",
    "password1",
    "password123",
    "postgres",
    "postgresql",
    "private",
    "qwerty",
    "qwerty123",
    "rabbitmq",
    "redis",
    "root",
    "root123",
    "rootpass",
    "rootpassword",
    "rootpw",
    "s3cr3t",
    "sa",
    "secret",
    "secret123",
    "secretkey",
    "secretpassword",
    "secrettoken",
    "some-secret",
    "superman",
    "supersecret",
    "super-secret",
    "super_secret",
    "supersecretkey",
    "supersecretpassword",
    "sysadmin",
    "test",
    "test123",
    "test1234",
    "tester",
    "testing",
    "testpass",
    "testpassword",
    "toor",
    "user",
    "username",
    "welcome",
    "welcome1",
    "wordpress",
    "zabbix",
];

/// Words that say a value waits to be replaced.
const PLACEHOLDER_WORDS: &[&str] = &[
    "changeit",
    "changeme",
    "changethis",
    "dummy",
    "example",
    "examplepass",
    "examplepassword",
    "fakepassword",
    "fixme",
    "placeholder",
    "redacted",
    "replace",
    "replaceme",
    "replacethis",
    "sample",
    "somepassword",
    "tbd",
    "todo",
    "yourkey",
    "yourpassword",
    "yoursecret",
    "yourtoken",
];

/// Beginnings that leave the value to somebody else: a store of secrets, an encrypted text.
const STORED: &[&str] = &[
    "ENC[",
    "ENC(",
    "vault:",
    "op://",
    "sm://",
    "ref+",
    "arn:",
    "secretref:",
    "bao:",
    "awssm://",
    "gcpsm://",
    "azurekv://",
    "file:",
    "env:",
    "age:",
];

/// Answers and numbers of switches.
const SWITCHES: &[&str] = &[
    "true",
    "false",
    "yes",
    "no",
    "on",
    "off",
    "none",
    "null",
    "nil",
    "undefined",
    "0",
    "1",
    "~",
    "enabled",
    "disabled",
    "auto",
    "random",
    "optional",
];

/// Whether a value is no secret whatever its name: empty, a reference, a path, an answer to yes or no, an address.
pub fn is_none(value: &str) -> bool {
    let value = value.trim();
    value.is_empty()
        || has_reference(value) && password_hash(value).is_none()
        || SWITCHES.iter().any(|switch| value.eq_ignore_ascii_case(switch))
        || STORED.iter().any(|start| value.starts_with(start))
        || value.bytes().all(|byte| matches!(byte, b'*' | b'.' | b'-' | b'_'))
        || is_path(value)
        || value.split_once("://").is_some_and(|(scheme, rest)| is_scheme(scheme) && !rest.contains('@'))
}

fn is_scheme(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
}

/// `/run/secrets/x`, `./key.pem`, `~/.ssh`, `C:\keys`. Base64 has slashes too: a path that starts at the root has a word of its own.
fn is_path(value: &str) -> bool {
    let plain = || value.chars().all(|char| char.is_alphanumeric() || "/._-~@: ".contains(char));
    if ["./", "../", "~/"].iter().any(|start| value.starts_with(start)) {
        return plain();
    }
    let is_file =
        [".pem", ".key", ".crt", ".json", ".txt", ".yml", ".yaml", ".p12", ".jks"].iter().any(|ending| value.ends_with(ending));
    if is_file && value.contains('/') && plain() {
        return true;
    }
    if value.as_bytes().get(1..3) == Some(b":\\") {
        return value.as_bytes()[0].is_ascii_alphabetic();
    }
    value.starts_with('/') && plain() && (value.len() < 24 || value[1..].contains('/') && !looks_random(value))
}

/// What a value is, for a name that says it is secret; `None` for [`is_none`]. `known` are names that stand beside it: the user, the
/// database, the service.
pub fn strength(value: &str, known: &[&str]) -> Option<Strength> {
    let value = unquoted(value.trim());
    if is_none(value) {
        return None;
    }
    let lower = value.to_lowercase();
    if is_placeholder(&lower) {
        return Some(Strength::Placeholder);
    }
    let is_known = known.iter().any(|name| !name.is_empty() && name.eq_ignore_ascii_case(value));
    let weak = is_known
        || WEAK.contains(&lower.as_str())
        || is_of_common_words(&lower, known)
        || is_run(lower.as_bytes())
        || value.chars().count() < SHORTEST;
    Some(if weak { Strength::Weak } else { Strength::Real })
}

/// Without the quotes that a list of compose keeps: `- PASSWORD='x'`.
fn unquoted(value: &str) -> &str {
    let inner = ['"', '\''].into_iter().find_map(|quote| value.strip_prefix(quote)?.strip_suffix(quote));
    inner.unwrap_or(value)
}

/// Words that passwords of lists are put together from.
const COMMON: &[&str] = &[
    "build",
    "dummy",
    "fake",
    "ignored",
    "temp",
    "time",
    "tmp",
    "unused",
    "bad",
    "login",
    "own",
    "12345",
    "1234",
    "123",
    "54321",
    "321",
    "2023",
    "2024",
    "2025",
    "2026",
    "access",
    "admin",
    "api",
    "app",
    "auth",
    "change",
    "client",
    "cookie",
    "database",
    "db",
    "default",
    "demo",
    "dev",
    "docker",
    "do",
    "encryption",
    "for",
    "here",
    "in",
    "insecure",
    "is",
    "jwt",
    "key",
    "local",
    "long",
    "mariadb",
    "mongo",
    "my",
    "mysql",
    "not",
    "only",
    "pass",
    "passwd",
    "password",
    "please",
    "postgres",
    "postgresql",
    "private",
    "prod",
    "production",
    "pwd",
    "pw",
    "random",
    "redis",
    "root",
    "safe",
    "secret",
    "secure",
    "server",
    "service",
    "session",
    "string",
    "strong",
    "super",
    "test",
    "testing",
    "the",
    "this",
    "token",
    "unsafe",
    "use",
    "user",
    "very",
    "web",
];

/// Whether nothing is in a text, in lower case, but such words, names that stand beside it, and what parts them.
fn is_of_common_words(lower: &str, known: &[&str]) -> bool {
    const LONGEST: usize = 64;
    if lower.len() > LONGEST || !lower.is_ascii() {
        return false;
    }
    let names: Vec<String> = known.iter().filter(|name| name.len() >= 3).map(|name| name.to_lowercase()).collect();
    // `reached[at]`: the text up to there is made of words.
    let mut reached = vec![false; lower.len() + 1];
    reached[0] = true;
    for at in 0..lower.len() {
        if !reached[at] {
            continue;
        }
        if matches!(lower.as_bytes()[at], b'-' | b'_' | b'.' | b'!' | b'#' | b'@' | b' ' | b'1') {
            reached[at + 1] = true;
        }
        for word in COMMON.iter().copied().chain(names.iter().map(String::as_str)) {
            if lower[at..].starts_with(word) {
                reached[at + word.len()] = true;
            }
        }
    }
    reached[lower.len()]
}

/// A shorter secret is guessed.
const SHORTEST: usize = 8;

/// Whether a text, in lower case, waits to be replaced.
pub fn is_placeholder(lower: &str) -> bool {
    let bracketed = [('<', '>'), ('[', ']'), ('{', '}')]
        .iter()
        .any(|(open, close)| lower.len() > 2 && lower.starts_with(*open) && lower.ends_with(*close));
    if bracketed || lower.ends_with("7example") || lower.ends_with("examplekey") || is_filled(lower) {
        return true;
    }
    let mut words = lower.split(|char: char| !char.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).peekable();
    while let Some(word) = words.next() {
        let next = words.peek().copied().unwrap_or_default();
        if PLACEHOLDER_WORDS.contains(&word)
            || ["changeme", "change_me", "replaceme"].iter().any(|start| word.starts_with(start))
            || word == "change" && matches!(next, "me" | "this" | "it" | "in" | "the" | "to")
            || matches!(word, "your" | "my" | "some")
                && matches!(next, "password" | "token" | "key" | "api" | "super" | "access" | "strong" | "very" | "jwt" | "own")
            || word == "your"
            || word == "insert" && !next.is_empty()
            || matches!(word, "put" | "enter" | "fill" | "generate" | "set")
                && matches!(next, "your" | "a" | "me" | "here" | "this" | "in" | "with" | "it" | "random")
            || word == "here" && words.peek().is_none() && lower.len() > "here".len()
        {
            return true;
        }
    }
    [
        "yourpass",
        "yourstrong",
        "yoursecret",
        "yourapi",
        "yourtoken",
        "yourkey",
        "yourown",
        "chooseyour",
        "changeme",
        "changethis",
        "placeholder",
    ]
    .iter()
    .any(|part| lower.contains(part))
}

/// `xxxx`, `xxxx-xxxx`, `******`, `.....`
fn is_filled(lower: &str) -> bool {
    let filling = lower.bytes().filter(|byte| byte.is_ascii_alphanumeric() || *byte == b'*');
    let count = filling.clone().count();
    count >= 3 && filling.clone().all(|byte| matches!(byte, b'x' | b'*')) || lower.contains("xxxxx")
}

/// One letter again and again, or one after the other: `aaaaaa`, `12345678`, `abcdef`.
fn is_run(bytes: &[u8]) -> bool {
    let step = |by: u8| bytes.windows(2).all(|pair| pair[1] == pair[0].wrapping_add(by));
    step(0) || step(1) || step(255) || bytes.starts_with(b"123456") && bytes.len() <= 10
}

/// Whether a text looks made by chance: long, of one piece, mixed, and no two letters in a row say what comes next.
pub fn looks_random(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.len() < 16 || bytes.iter().any(|byte| byte.is_ascii_whitespace() || !byte.is_ascii()) {
        return false;
    }
    let kinds = [
        bytes.iter().any(u8::is_ascii_digit),
        bytes.iter().any(u8::is_ascii_lowercase),
        bytes.iter().any(u8::is_ascii_uppercase),
    ];
    let mixed = kinds.into_iter().filter(|kind| *kind).count() >= 2;
    mixed && bytes.iter().any(u8::is_ascii_digit) && entropy(bytes) >= 3.2
}

/// Shannon's entropy in bits a byte.
pub fn entropy(bytes: &[u8]) -> f64 {
    let mut counts = [0u32; 256];
    bytes.iter().for_each(|byte| counts[usize::from(*byte)] += 1);
    let length = bytes.len().max(1) as f64;
    let shares = counts.iter().filter(|count| **count > 0).map(|count| f64::from(*count) / length);
    shares.map(|share| -share * share.log2()).sum()
}

/// The name of the method, for the hash of a password as `htpasswd` and `/etc/shadow` have it; `$` may be doubled.
pub fn password_hash(value: &str) -> Option<&'static str> {
    let rest = value.strip_prefix('$')?;
    let rest = rest.strip_prefix('$').unwrap_or(rest);
    const METHODS: &[(&str, &str, usize)] = &[
        ("2y$", "bcrypt", 40),
        ("2a$", "bcrypt", 40),
        ("2b$", "bcrypt", 40),
        ("apr1$", "MD5", 20),
        ("1$", "MD5", 20),
        ("5$", "SHA-256", 40),
        ("6$", "SHA-512", 60),
        ("y$", "yescrypt", 40),
        ("argon2", "Argon2", 40),
    ];
    METHODS.iter().find(|(start, _, length)| rest.starts_with(start) && rest.len() >= *length).map(|(_, name, _)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_that_a_list_keeps_are_no_part_of_a_value() {
        assert_eq!(strength("'<PRIVKEY>'", &[]), Some(Strength::Placeholder));
        assert_eq!(strength("\"admin\"", &[]), Some(Strength::Weak));
        assert_eq!(strength("''", &[]), None);
        assert_eq!(strength("chrome_token", &["CHROME_TOKEN"]), Some(Strength::Weak));
    }

    #[test]
    fn values_that_are_no_secrets() {
        for value in [
            "",
            " ",
            "true",
            "NO",
            "null",
            "$X",
            "${X}",
            "${X:?set X}",
            "{{ x }}",
            "%X%",
            "/run/secrets/x",
            "./key.pem",
            "~/.ssh/id",
            "C:\\keys\\x",
            "https://x.example/oauth",
            "op://vault/item",
            "***",
            "ENC[abc]",
            "/etc/ssl/private/server.key",
            "a${B}c",
        ] {
            assert_eq!(strength(value, &[]), None, "{value}");
        }
    }

    #[test]
    fn values_that_wait_to_be_replaced() {
        for value in [
            "changeme",
            "change-me",
            "ChangeMe123",
            "CHANGE_ME",
            "change_this_in_production",
            "<secret>",
            "your-api-key-here",
            "your_password",
            "xxxxxxxx",
            "xxx-xxx",
            "example",
            "replace-with-a-token",
            "TODO",
            "dummy",
            "insert-token",
            "put-your-key",
            "[password]",
            "AKIAIOSFODNN7EXAMPLE",
            "yourStrongPassword",
            "secret_here",
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        ] {
            assert_eq!(strength(value, &[]), Some(Strength::Placeholder), "{value}");
        }
    }

    #[test]
    fn values_that_everyone_tries() {
        for value in ["admin", "Password", "postgres", "123456", "12345678", "aaaaaaaaaa", "s3cr3t", "abc", "hunter2"] {
            assert_eq!(strength(value, &[]), Some(Strength::Weak), "{value}");
        }
        for value in ["DatabaseRootPassword54321", "this-is-not-secret", "the-super-secret-auth-token"] {
            assert_eq!(strength(value, &[]), Some(Strength::Weak), "{value}");
        }
        assert_eq!(strength("authentiksupersecretkey", &["authentik"]), Some(Strength::Weak));
        assert_eq!(strength("billing-service", &["x", "Billing-Service"]), Some(Strength::Weak));
    }

    #[test]
    fn other_values_are_secrets() {
        for value in [
            "Tr0ub4dor&3",
            "correct horse battery",
            "f3a91c7e0b",
            "/Ab3+dE9fGh1JkL2mN4pQ6rS8tU0",
            "falsework-77",
            "exampled-9",
            "nullable99",
            "todos-list",
        ] {
            assert_eq!(strength(value, &[]), Some(Strength::Real), "{value}");
        }
    }

    #[test]
    fn chance_and_hashes() {
        assert!(looks_random("9f86d081884c7d659a2feaa0c55ad015") && looks_random("Zx8kQ1vTn5Rb2LwY"));
        assert!(!looks_random("my-cache-key-name-of-things") && !looks_random("abc123"));
        assert_eq!(password_hash("$2y$05$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234"), Some("bcrypt"));
        assert_eq!(password_hash("$$apr1$$abcdefgh$$abcdefghijklmnopqrstuv"), Some("MD5"));
        assert_eq!(password_hash("$HOME/abc"), None);
    }
}
