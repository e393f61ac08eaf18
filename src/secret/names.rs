//! What the name of a variable, a flag or a header says of its value. Names are read as words, never searched for parts: `KEYCLOAK`,
//! `MONKEY` and `COMPASS` say nothing.

/// Words after which the value is secret.
const SECRET: &[&str] = &[
    "apikey",
    "authtoken",
    "credential",
    "credentials",
    "passcode",
    "passphrase",
    "passwd",
    "password",
    "passwort",
    "privatekey",
    "pwd",
    "pword",
    "secret",
    "secretkey",
    "token",
];

/// Words that say it only at the end: `DB_PASS`, not `PASS_THROUGH`.
const SECRET_AT_THE_END: &[&str] = &["pass", "pw", "requirepass", "masterauth"];

/// What makes a key a secret one: `API_KEY`.
const SECRET_KEYS: &[&str] = &[
    "access",
    "account",
    "aes",
    "api",
    "app",
    "auth",
    "client",
    "cookie",
    "crypt",
    "deploy",
    "encryption",
    "hmac",
    "jwt",
    "license",
    "licence",
    "master",
    "private",
    "root",
    "session",
    "shared",
    "signing",
    "ssh",
    "storage",
    "tls",
    "webhook",
];

/// Words whose value may be secret: it is when it looks made by chance.
const PERHAPS: &[&str] = &["auth", "authorization", "cookie", "jwt", "key", "salt", "signature"];

/// Last words that say the value is about a secret, and none itself.
const ABOUT: &[&str] = &[
    "age",
    "alg",
    "algorithm",
    "algorithms",
    "arn",
    "attribute",
    "audience",
    "backend",
    "bits",
    "bucket",
    "checksum",
    "class",
    "column",
    "cost",
    "count",
    "days",
    "delay",
    "digest",
    "dir",
    "directory",
    "disabled",
    "domain",
    "driver",
    "duration",
    "email",
    "enable",
    "enabled",
    "encoding",
    "endpoint",
    "engine",
    "env",
    "expiration",
    "expire",
    "expired",
    "expires",
    "expiry",
    "field",
    "file",
    "filename",
    "files",
    "fingerprint",
    "folder",
    "format",
    "generator",
    "grant",
    "header",
    "headers",
    "hint",
    "host",
    "hostname",
    "hours",
    "id",
    "identifier",
    "ids",
    "index",
    "interval",
    "issuer",
    "keystore",
    "label",
    "language",
    "languages",
    "length",
    "lifetime",
    "limit",
    "locale",
    "location",
    "md5",
    "method",
    "methods",
    "minutes",
    "mode",
    "name",
    "names",
    "param",
    "parameter",
    "path",
    "paths",
    "pattern",
    "period",
    "plugin",
    "policy",
    "port",
    "prefix",
    "profile",
    "prompt",
    "provider",
    "quota",
    "realm",
    "ref",
    "regex",
    "region",
    "renewal",
    "required",
    "reset",
    "role",
    "rotation",
    "rounds",
    "rule",
    "rules",
    "scheme",
    "scope",
    "scopes",
    "seconds",
    "selector",
    "sha1",
    "sha256",
    "sha512",
    "sign",
    "size",
    "sock",
    "socket",
    "source",
    "stdin",
    "store",
    "strategy",
    "strength",
    "suffix",
    "table",
    "template",
    "time",
    "timeout",
    "title",
    "ttl",
    "type",
    "uid",
    "uri",
    "url",
    "urls",
    "user",
    "username",
    "uuid",
    "valid",
    "validation",
    "validator",
    "validity",
    "var",
    "variable",
    "verification",
    "version",
];

/// Words that, anywhere in the name, say that the value may be seen.
const PUBLIC: &[&str] = &[
    "allow",
    "anon",
    "fingerprint",
    "foreign",
    "gpg",
    "keyring",
    "keyserver",
    "max",
    "min",
    "openpgp",
    "partition",
    "pgp",
    "primary",
    "pub",
    "public",
    "publishable",
    "require",
    "routing",
    "site",
];

/// How sure a name is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NameSays {
    /// `AUTH`, `COOKIE`, `CACHE_KEY`: only a value that looks made by chance is secret.
    Perhaps,
    /// `TOKEN`, `API_KEY`, `JWT_SECRET`
    Secret,
    /// `DB_PASSWORD`: a person chose it, so that any word may be it.
    Password,
}

/// What a name says of its value; `None` when it says nothing, or that the value is none: `PASSWORD_FILE`, `TOKEN_TTL`, `PUBLIC_KEY`.
pub fn name_says(name: &str) -> Option<NameSays> {
    // Of every name in every file, few have one of these in them.
    if !may_say(name.as_bytes()) {
        return None;
    }
    let words = words(name);
    let last = words.last()?.as_str();
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    // etcd's `--initial-cluster-token` is a name.
    if ABOUT.contains(&last) || has(PUBLIC) || has(&["initial"]) && has(&["cluster"]) {
        return None;
    }
    let password = |word: &str| matches!(word, "password" | "passwd" | "pwd" | "pword" | "passphrase" | "passwort" | "passcode");
    if words.iter().any(|word| password(word)) || SECRET_AT_THE_END.contains(&last) {
        return Some(NameSays::Password);
    }
    let is_secret_key = words.windows(2).any(|pair| pair[1] == "key" && SECRET_KEYS.contains(&pair[0].as_str()));
    if has(SECRET) || is_secret_key {
        return Some(NameSays::Secret);
    }
    has(PERHAPS).then_some(NameSays::Perhaps)
}

/// Whether a name could hold any of the words: each begins or goes on with one of these.
fn may_say(name: &[u8]) -> bool {
    let begins = |at: usize, part: &[u8]| name.get(at..at + part.len()).is_some_and(|window| window.eq_ignore_ascii_case(part));
    name.len() <= LONGEST_NAME
        && (0..name.len()).any(|at| match name[at].to_ascii_lowercase() {
            b'p' => begins(at, b"pass") || begins(at, b"pw"),
            b's' => begins(at, b"secret") || begins(at, b"salt") || begins(at, b"signature"),
            b't' => begins(at, b"token"),
            b'k' => begins(at, b"key"),
            b'a' => begins(at, b"auth"),
            b'c' => begins(at, b"cred") || begins(at, b"cookie"),
            b'j' => begins(at, b"jwt"),
            _ => false,
        })
}

/// A longer name is none.
const LONGEST_NAME: usize = 256;

/// The words of a name in lower case: parted by anything that is no letter or digit, and where camel case begins a word.
pub fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut before = ' ';
    let mut letters = name.chars().peekable();
    while let Some(letter) = letters.next() {
        let ends_acronym = before.is_ascii_uppercase() && letters.peek().is_some_and(char::is_ascii_lowercase);
        let begins = letter.is_ascii_uppercase() && (before.is_ascii_lowercase() || before.is_ascii_digit() || ends_acronym);
        if (begins || !letter.is_ascii_alphanumeric()) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if letter.is_ascii_alphanumeric() {
            word.push(letter.to_ascii_lowercase());
        }
        before = letter;
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_words() {
        assert_eq!(words("dbPassword"), ["db", "password"]);
        assert_eq!(words("spring.datasource.password"), ["spring", "datasource", "password"]);
        assert_eq!(words("AWSSecretKey"), ["aws", "secret", "key"]);
        assert_eq!(words("X-Api-Key"), ["x", "api", "key"]);
        assert_eq!(words("DB2_PASSWORD"), ["db2", "password"]);
    }

    #[test]
    fn secret_names() {
        for name in ["DB_PASSWORD", "dbPassword", "SMTP_PASS", "db-pwd", "GF_SECURITY_ADMIN_PASSWORD", "passphrase", "REDIS_PW"] {
            assert_eq!(name_says(name), Some(NameSays::Password), "{name}");
        }
        for name in [
            "API_KEY",
            "apiKey",
            "JWT_SECRET",
            "SECRET_KEY_BASE",
            "npmToken",
            "X-Auth-Token",
            "AWS_SECRET_ACCESS_KEY",
            "SSH_PRIVATE_KEY",
        ] {
            assert_eq!(name_says(name), Some(NameSays::Secret), "{name}");
        }
        for name in ["CACHE_KEY", "REDIS_AUTH", "ERLANG_COOKIE", "AUTH_SALT"] {
            assert_eq!(name_says(name), Some(NameSays::Perhaps), "{name}");
        }
    }

    #[test]
    fn names_that_say_nothing() {
        for name in [
            "KEYCLOAK_USER",
            "MONKEY",
            "KEYBOARD",
            "PUBLIC_KEY",
            "GPG_KEY",
            "GPG_KEYS",
            "PYTHON_SHA256",
            "PASSWORD_FILE",
            "SECRET_PATH",
            "SECRET_NAME",
            "AWS_ACCESS_KEY_ID",
            "TOKEN_URL",
            "TOKEN_TTL",
            "PASSWORD_LENGTH",
            "AUTHOR",
            "MAX_TOKENS",
            "COMPASS",
            "PASSTHROUGH",
            "PASS_THROUGH",
            "JWT_ALGORITHM",
            "ALLOW_EMPTY_PASSWORD",
            "RECAPTCHA_SITE_KEY",
            "KEYMAP",
            "TOKENIZER",
            "SECRETARY",
            "OAUTH_CLIENT_ID",
            "",
        ] {
            assert_eq!(name_says(name), None, "{name}");
        }
    }
}
