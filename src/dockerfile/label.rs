//! What the values of well-known labels look like.

/// `scheme://host…`
pub fn is_url(value: &str) -> bool {
    let Some((scheme, rest)) = value.split_once("://") else { return false };
    let is_scheme = scheme.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    is_scheme && !rest.is_empty() && !rest.starts_with('/') && !value.contains(|character: char| character.is_whitespace())
}

/// A moment as RFC 3339 writes it: `2026-01-31T12:00:00Z`.
pub fn is_timestamp(value: &str) -> bool {
    let bytes = value.as_bytes();
    let number = |range: std::ops::Range<usize>| {
        let digits = bytes.get(range)?;
        let is_number = digits.iter().all(u8::is_ascii_digit);
        is_number.then(|| digits.iter().fold(0_u32, |number, digit| number * 10 + u32::from(digit - b'0')))
    };
    let fits = |range, least, most| number(range).is_some_and(|number| (least..=most).contains(&number));
    let separators = [(4, "-"), (7, "-"), (10, "Tt"), (13, ":"), (16, ":")];
    let separated = separators.iter().all(|(at, choices)| bytes.get(*at).is_some_and(|byte| choices.as_bytes().contains(byte)));
    let (Some(year), Some(month), Some(day)) = (number(0..4), number(5..7), number(8..10)) else { return false };
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(is_leap),
        1..=12 => 31,
        _ => return false,
    };
    let is_time = fits(11..13, 0, 23) && fits(14..16, 0, 59) && fits(17..19, 0, 60);
    if !(separated && is_time && (1..=days).contains(&day)) {
        return false;
    }
    let mut zone = &bytes[19..];
    if let Some(fraction) = zone.strip_prefix(b".") {
        let digits = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if digits == 0 {
            return false;
        }
        zone = &fraction[digits..];
    }
    match zone {
        [b'Z' | b'z'] => true,
        [b'+' | b'-', _, _, b':', _, _] => {
            let start = bytes.len() - 5;
            fits(start..start + 2, 0, 23) && fits(start + 3..start + 5, 0, 59)
        }
        _ => false,
    }
}

/// A version as semver.org has it: `1.2.3`, `1.2.3-rc.1+build`.
pub fn is_semantic_version(value: &str) -> bool {
    let (rest, build) = value.split_once('+').map_or((value, None), |(rest, build)| (rest, Some(build)));
    let (core, pre_release) = rest.split_once('-').map_or((rest, None), |(core, pre_release)| (core, Some(pre_release)));
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let is_digits = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
    let is_number = |word: &str| is_digits(word) && (word == "0" || !word.starts_with('0'));
    core.split('.').count() == 3
        && core.split('.').all(is_number)
        && pre_release.is_none_or(|words| words.split('.').all(|word| is_word(word) && (!is_digits(word) || is_number(word))))
        && build.is_none_or(|words| words.split('.').all(is_word))
}

/// A commit, in full or cut short.
pub fn is_revision(value: &str) -> bool {
    (7..=64).contains(&value.len()) && value.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f'))
}

/// `someone@example.org`; whether it can be delivered to is another matter.
pub fn is_email(value: &str) -> bool {
    let Some((name, host)) = value.rsplit_once('@') else { return false };
    let is_plain =
        |text: &str| !text.is_empty() && !text.contains(|character: char| character.is_whitespace() || character == '@');
    is_plain(name) && is_plain(host) && host.contains('.') && !host.starts_with('.') && !host.ends_with('.')
}

/// What a licence label says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum License {
    /// It reads as an SPDX expression; whether each identifier is in the list is not looked up.
    Expression,
    /// A way to write one licence that everybody understands and SPDX does not.
    Misspelled(&'static str),
    Other,
}

/// Common ways to write a licence, in lower case without `the`, `license` and `version`, and what SPDX calls it. Those of the
/// GPL are not among them: `GPLv3` does not say whether later versions may be used.
const LICENSES: &[(&str, &str)] = &[
    ("apache", "Apache-2.0"),
    ("apache 2", "Apache-2.0"),
    ("apache 2.0", "Apache-2.0"),
    ("apache software 2.0", "Apache-2.0"),
    ("apache-2", "Apache-2.0"),
    ("apache2", "Apache-2.0"),
    ("apache2.0", "Apache-2.0"),
    ("apachev2", "Apache-2.0"),
    ("asl 2.0", "Apache-2.0"),
    ("bsd 2-clause", "BSD-2-Clause"),
    ("bsd 3-clause", "BSD-3-Clause"),
    ("isc", "ISC"),
    ("mit", "MIT"),
    ("mozilla public 2.0", "MPL-2.0"),
    ("mpl 2.0", "MPL-2.0"),
    ("mplv2", "MPL-2.0"),
    ("unlicense", "Unlicense"),
];

/// Single words that look like identifiers and are none.
const NO_IDENTIFIERS: &[&str] = &[
    "agpl",
    "agplv3",
    "bsd",
    "bsd2",
    "bsd3",
    "commercial",
    "gpl",
    "gpl2",
    "gpl3",
    "gplv2",
    "gplv2+",
    "gplv3",
    "gplv3+",
    "lgpl",
    "lgplv2",
    "lgplv3",
    "none",
    "private",
    "proprietary",
    "unknown",
];

/// What the value of a licence label is: an SPDX expression, or something that means one.
pub fn license(value: &str) -> License {
    let lower = value.to_ascii_lowercase();
    let words = lower.split_ascii_whitespace().map(|word| word.trim_end_matches(','));
    let words = words.filter(|word| !matches!(*word, "the" | "license" | "licence" | "version"));
    let plain = words.collect::<Vec<_>>().join(" ");
    let is_spdx = LICENSES.iter().any(|(_, identifier)| *identifier == value);
    match LICENSES.iter().find(|(written, _)| *written == plain) {
        Some((_, identifier)) if !is_spdx => License::Misspelled(identifier),
        _ if is_expression(value) && !NO_IDENTIFIERS.contains(&plain.as_str()) => License::Expression,
        _ => License::Other,
    }
}

/// Identifiers with `AND`, `OR` and `WITH` between them, and parentheses.
fn is_expression(value: &str) -> bool {
    let spaced = value.replace('(', " ( ").replace(')', " ) ");
    let mut depth = 0_usize;
    let mut wants_identifier = true;
    for token in spaced.split_ascii_whitespace() {
        let is_identifier = token.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'+' | b':'));
        match token {
            "(" if wants_identifier => depth += 1,
            ")" if !wants_identifier && depth > 0 => depth -= 1,
            "AND" | "OR" | "WITH" if !wants_identifier => wants_identifier = true,
            _ if wants_identifier && is_identifier => wants_identifier = false,
            _ => return false,
        }
    }
    depth == 0 && !wants_identifier
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(fits: fn(&str) -> bool, right: &[&str], wrong: &[&str]) {
        right.iter().for_each(|value| assert!(fits(value), "{value}"));
        wrong.iter().for_each(|value| assert!(!fits(value), "{value}"));
    }

    #[test]
    fn urls() {
        all(
            is_url,
            &["https://example.com", "http://a/b?c#d", "git+ssh://x/y", "ssh://git@x/y"],
            &[
                "",
                "not-url",
                "example.com",
                "github.com/a/b",
                "https://",
                "https:///x",
                "https://a b",
                "git@x:y",
                "://x",
                "1a://x",
            ],
        );
    }

    #[test]
    fn timestamps() {
        all(
            is_timestamp,
            &["2021-03-10T10:26:33Z", "2021-03-10t10:26:33.564+01:00", "2024-02-29T23:59:60z", "2021-03-10T10:26:33.5-11:30"],
            &[
                "",
                "not-date",
                "2021-03-10",
                "2021-03-10 10:26:33Z",
                "2021-03-10T10:26:33",
                "2021-13-10T10:26:33Z",
                "2021-02-29T10:26:33Z",
                "2021-03-10T24:26:33Z",
                "2021-03-10T10:26:33.Z",
                "2021-03-10T10:26:33+0100",
                "é021-03-10T10:26:33Z",
            ],
        );
    }

    #[test]
    fn versions() {
        all(
            is_semantic_version,
            &["1.0.0", "0.1.10-rc.1+build.5", "1.2.3--x", "10.20.30+001"],
            &["", "not-semver", "1.0", "v1.0.0", "01.0.0", "1.0.0-01", "1.0.0-", "1.0.0+", "1.0.0-a..b", "latest"],
        );
    }

    #[test]
    fn revisions() {
        all(is_revision, &["43c572f", "43c572f1272b6b3171dd1db9e41b7027128ce080"], &["", "not-git", "43c572", "43C572F", "main"]);
    }

    #[test]
    fn licenses() {
        for right in
            ["MIT", "Apache-2.0", "GPL-3.0-or-later", "MIT OR Apache-2.0", "(MIT AND BSD-3-Clause) WITH X", "LicenseRef-Own"]
        {
            assert_eq!(license(right), License::Expression, "{right}");
        }
        for (wrong, right) in [
            ("MIT License", "MIT"),
            ("mit", "MIT"),
            ("Apache 2.0", "Apache-2.0"),
            ("Apache License, Version 2.0", "Apache-2.0"),
            ("The MIT License", "MIT"),
        ] {
            assert_eq!(license(wrong), License::Misspelled(right), "{wrong}");
        }
        for wrong in ["not spdx", "GPLv3", "BSD", "Proprietary", "MIT, BSD", "(MIT", "MIT OR", "© me"] {
            assert_eq!(license(wrong), License::Other, "{wrong}");
        }
    }
}
