//! Secrets that running text shows without a name: private keys, passwords in URLs, headers.

use std::ops::Range;

use memchr::memmem;

use super::references::is_reference;

/// Fewer letters are no key, only the frame of one.
const SHORTEST_KEY: usize = 60;

/// A key in PEM is not looked for beyond this many bytes.
const LONGEST_KEY: usize = 1 << 16;

/// What stands between the lines of `-----BEGIN … PRIVATE KEY-----`, also where the line ends are written as `\n`. A frame with
/// nothing in it, or with a variable, is none.
pub fn private_keys(text: &str) -> Vec<Range<usize>> {
    let mut keys = Vec::new();
    let mut from = 0;
    while let Some(begin) = memmem::find(&text.as_bytes()[from..], b"-----BEGIN ").map(|at| from + at) {
        let label_start = begin + "-----BEGIN ".len();
        from = label_start;
        let Some(length) = text[label_start..].find("-----").filter(|length| *length <= 64) else { continue };
        let label = &text[label_start..label_start + length];
        if !label.contains("PRIVATE KEY") {
            continue;
        }
        let start = label_start + length + "-----".len();
        let limit = (start..=text.len().min(start + LONGEST_KEY)).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(start);
        // A key whose end was cut off is one all the same.
        let end = memmem::find(&text.as_bytes()[start..limit], b"-----END")
            .map_or_else(|| start + key_length(&text[start..limit]), |at| start + at);
        from = end;
        let letters = text[start..end].bytes().filter(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'));
        if letters.count() >= SHORTEST_KEY && !text[start..end].contains("${") {
            keys.push(start..end);
        }
    }
    keys
}

fn key_length(text: &str) -> usize {
    text.bytes().position(|byte| !(byte.is_ascii_alphanumeric() || b"+/=\\ \t\r\n-:,".contains(&byte))).unwrap_or(text.len())
}

/// `scheme://user:password@host`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UrlPassword<'t> {
    pub scheme: &'t str,
    pub user: &'t str,
    pub password: Range<usize>,
}

/// The passwords of URLs, wherever they stand; a variable is none.
pub fn url_passwords(text: &str) -> Vec<UrlPassword<'_>> {
    let mut passwords = Vec::new();
    for scheme in memmem::find_iter(text.as_bytes(), "://") {
        let start = scheme + 3;
        let name_length = text.as_bytes()[..scheme]
            .iter()
            .rev()
            .take(32)
            .take_while(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(byte))
            .count();
        let name = &text[scheme - name_length..scheme];
        let rest = &text[start..];
        let Some(at) = end_of_userinfo(rest) else { continue };
        let Some(colon) = rest[..at].find(':') else { continue };
        let password = &rest[colon + 1..at];
        if name.ends_with(|last: char| last.is_ascii_alphanumeric()) && !password.is_empty() && !is_reference(password) {
            passwords.push(UrlPassword { scheme: name, user: &rest[..colon], password: start + colon + 1..start + at });
        }
    }
    passwords
}

/// The variables in front of the `@` of URLs: `https://$TOKEN@host`, `https://user:${TOKEN}@host`.
pub fn url_references(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for scheme in memmem::find_iter(text.as_bytes(), "://") {
        let rest = &text[scheme + 3..];
        let Some(at) = end_of_userinfo(rest) else { continue };
        let parts = rest[..at].split(':');
        names.extend(parts.filter(|part| is_reference(part)).map(|part| part.trim_matches(['$', '{', '}'])));
    }
    names
}

/// The last `@` of the authority. Blanks and quotes end it, but not inside `${…}`.
fn end_of_userinfo(rest: &str) -> Option<usize> {
    const LONGEST: usize = 1024;
    let mut last = None;
    let mut depth = 0usize;
    for (at, byte) in rest.bytes().enumerate().take(LONGEST) {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            b'@' => last = Some(at),
            b'\n' => break,
            byte if depth == 0 && (byte.is_ascii_whitespace() || b"/?#\"'`<>()\\".contains(&byte)) => break,
            _ => {}
        }
    }
    last
}

/// The credential of an `Authorization` header or one of its kin, as `curl -H` or nginx has it: in `Authorization: Bearer x` the `x`.
pub fn header_credential(header: &str) -> Option<(&str, Range<usize>)> {
    let colon = header.find(':')?;
    let name = header[..colon].trim();
    if !is_credential_header(name) {
        return None;
    }
    let value = credential_part(&header[colon + 1..]);
    Some((name, colon + 1 + value.start..colon + 1 + value.end))
}

/// Whether a header of this name carries a credential.
pub fn is_credential_header(name: &str) -> bool {
    const NAMES: &[&str] = &[
        "authorization",
        "proxy-authorization",
        "x-api-key",
        "x-auth-token",
        "api-key",
        "apikey",
        "private-token",
        "job-token",
        "x-access-token",
        "x-vault-token",
        "x-amz-security-token",
        "x-auth-key",
        "x-api-token",
        "x-auth-email-key",
        "x-consul-token",
        "x-jfrog-art-api",
    ];
    NAMES.iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// What follows the scheme in the value of such a header: in `Basic eDp5` the `eDp5`.
pub fn credential_part(value: &str) -> Range<usize> {
    let start = value.len() - value.trim_start().len();
    let end = value.trim_end().len().max(start);
    let schemes = ["basic", "bearer", "token", "apikey", "digest", "negotiate"];
    match value[start..end].find(' ') {
        Some(blank) if schemes.iter().any(|scheme| value[start..start + blank].eq_ignore_ascii_case(scheme)) => {
            let rest = &value[start + blank..end];
            end - rest.trim_start().len()..end
        }
        _ => start..end,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_on_many_lines_and_on_one() {
        let body = "MIIEowIBAAKCAQEA0Z3VS5JJcds3xfn1ygWyF8PbnGy0AHB7Mn0pL5Vn1Rk2Qw";
        let one = format!("KEY=\"-----BEGIN RSA PRIVATE KEY-----\\n{body}\\n-----END RSA PRIVATE KEY-----\"");
        let many = format!("x\n-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n");
        for text in [one, many] {
            let keys = private_keys(&text);
            assert_eq!(keys.len(), 1);
            assert!(text[keys[0].clone()].contains(body));
        }
        assert!(private_keys("-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----").is_empty());
        assert!(private_keys(&format!("-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----")).is_empty());
        assert!(private_keys("-----BEGIN PRIVATE KEY-----").is_empty());
        assert_eq!(private_keys(&format!("-----BEGIN PRIVATE KEY-----\n{body}é")).len(), 1);
    }

    #[test]
    fn passwords_in_urls() {
        let passwords = |text: &str| url_passwords(text).into_iter().map(|url| text[url.password].to_owned()).collect::<Vec<_>>();
        assert_eq!(passwords("postgres://app:pw@db/x redis://:p2@h amqp://u:a:b@c@h"), ["pw", "p2", "a:b@c"]);
        assert_eq!(
            passwords("http://u:$P@h http://u:${P}@h ://a:b@c http://h:80/@x git+ssh://git@h http://u:@h"),
            Vec::<String>::new()
        );
        assert_eq!(passwords("postgres://app:${PW:-a b}@db"), ["${PW:-a b}"]);
        assert_eq!(passwords("http://a:1,http://b:2@h"), ["2"]);
    }

    #[test]
    fn credentials_of_headers() {
        let found = |header: &str| header_credential(header).map(|(_, range)| header[range].to_owned());
        assert_eq!(found("Authorization: Bearer abc"), Some("abc".to_owned()));
        assert_eq!(found("authorization:Basic  dTpw "), Some("dTpw".to_owned()));
        assert_eq!(found("X-Api-Key: k"), Some("k".to_owned()));
        assert_eq!(found("Accept: x"), None);
    }
}
