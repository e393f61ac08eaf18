//! Whether a regular expression on `Origin` or `Referer` takes sites that it was not written for: texts that it matches are made
//! from its structure, changed as an attacker would, and compared again.

use super::regex::{Node, NodeId, Regex};

/// Texts that are made from one pattern.
const MOST_SAMPLES: usize = 32;

/// The header that a pattern is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Header {
    /// A scheme and a host, nothing behind them.
    Origin,
    /// A whole address.
    Referer,
}

/// What became of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Fine,
    /// It takes this, and the host is another one.
    Other(String),
    /// It takes this, which the header never is.
    Invalid(String),
}

/// Looks for a text that the pattern takes and should not.
pub fn examine(header: Header, pattern: &str, any_case: bool) -> Verdict {
    let Some(structure) = Regex::parse(pattern, any_case) else { return Verdict::Fine };
    let built = regex::RegexBuilder::new(pattern).case_insensitive(any_case).size_limit(1 << 20).build();
    // Look-around is not understood, and left alone.
    let Ok(regex) = built else { return Verdict::Fine };
    let mut invalid = None;
    for sample in samples(&structure, structure.root).into_iter().filter(|sample| regex.is_match(sample)) {
        match split(&sample) {
            Some((scheme, host, rest)) => {
                let changed = changed(header, scheme, host, rest);
                if let Some(other) = changed.into_iter().find(|other| regex.is_match(other) && is_other(header, other, host)) {
                    return Verdict::Other(other);
                }
                let is_origin = rest.is_empty() || header == Header::Referer;
                if !is_origin || !matches!(scheme, "http" | "https") || !is_host(host) || rest.contains('#') {
                    invalid = invalid.or(Some(sample));
                }
            }
            None => {
                let around = [
                    format!("https://evil.example/{sample}"),
                    format!("https://evil{sample}"),
                    format!("https://{sample}.evil.example"),
                ];
                if let Some(other) = around.into_iter().find(|other| regex.is_match(other)) {
                    return Verdict::Other(other);
                }
            }
        }
    }
    invalid.map_or(Verdict::Fine, Verdict::Invalid)
}

/// The changes that an attacker tries, each with a host of their own.
fn changed(header: Header, scheme: &str, host: &str, rest: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in host.match_indices('.') {
        found.push(format!("{scheme}://{}x{}{rest}", &host[..at], &host[at + 1..]));
    }
    found.push(format!("{scheme}://evil{host}{rest}"));
    found.push(format!("{scheme}://{host}.evil.example{rest}"));
    found.push(format!("{scheme}://{host}evil.example{rest}"));
    found.push(format!("https://evil.example/{scheme}://{host}{rest}"));
    found.push(format!("https://evil.example/?{host}{rest}"));
    if header == Header::Referer {
        found.push(format!("https://evil.example/{host}{rest}"));
    }
    found
}

/// Whether a text is an address of another site than the host that the pattern names.
fn is_other(header: Header, text: &str, host: &str) -> bool {
    let Some((scheme, other, rest)) = split(text) else { return false };
    // No browser sends a path with an origin.
    let is_sent = matches!(scheme, "http" | "https") && is_host(other) && (header == Header::Referer || rest.is_empty());
    is_sent && site(other) != site(host)
}

/// The last two labels, which for most names is what somebody registers.
fn site(host: &str) -> String {
    let host = host.split(':').next().unwrap_or(host);
    let mut labels: Vec<&str> = host.rsplit('.').take(2).collect();
    labels.reverse();
    labels.join(".").to_ascii_lowercase()
}

fn is_host(host: &str) -> bool {
    let name = host.split(':').next().unwrap_or(host);
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'[' | b']'))
}

/// Scheme, host with port, and the rest of an address.
fn split(text: &str) -> Option<(&str, &str, &str)> {
    let (scheme, after) = text.split_once("://")?;
    let end = after.find(['/', '?', '#']).unwrap_or(after.len());
    (!after[..end].is_empty()).then(|| (scheme, &after[..end], &after[end..]))
}

/// Some texts that a node matches.
fn samples(regex: &Regex, node: NodeId) -> Vec<String> {
    match &regex.nodes[node] {
        Node::Set(set) => {
            // A dot without a backslash was mostly meant as one.
            if set.len() >= 255 {
                return vec![".".to_owned()];
            }
            // A letter where one fits, so that what is made looks like a name.
            let byte = (b'a'..=b'z').chain(b'0'..=b'9').chain(0x21..=0x7e).find(|byte| set.contains(*byte));
            byte.map(|byte| (byte as char).to_string()).into_iter().collect()
        }
        Node::Concat(parts) => {
            let mut whole = vec![String::new()];
            for part in parts {
                let next = samples(regex, *part);
                let joined = whole.iter().flat_map(|start| next.iter().map(move |end| format!("{start}{end}")));
                whole = joined.take(MOST_SAMPLES).collect();
            }
            whole
        }
        Node::Alternation(parts) => parts.iter().flat_map(|part| samples(regex, *part)).take(MOST_SAMPLES).collect(),
        Node::Group(_, child) => samples(regex, *child),
        Node::Repeat { child, least, most, .. } => {
            let once = match &regex.nodes[*child] {
                Node::Set(set) if set.contains(b'a') => vec!["a".to_owned()],
                _ => samples(regex, *child),
            };
            let count = (*least).min(8) as usize;
            let mut found: Vec<String> = once.iter().map(|text| text.repeat(count)).take(MOST_SAMPLES / 2).collect();
            if count == 0 {
                found.truncate(1);
                if found.is_empty() {
                    found.push(String::new());
                }
                if *most != Some(0) {
                    found.extend(once.into_iter().take(MOST_SAMPLES / 2));
                }
            }
            found
        }
        Node::Empty | Node::Start | Node::End | Node::Assertion | Node::Look { .. } | Node::Backreference(_) => {
            vec![String::new()]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_that_take_others() {
        for (header, pattern) in [
            (Header::Referer, r"^https?:\/\/example.org\/"),
            (Header::Referer, r"https://example\.org/"),
            (Header::Origin, r"^https://(.*\.)?example.org$"),
            (Header::Origin, r"^https://([^/]+)?example\.org([^/]+)?$"),
            (Header::Origin, "example.org"),
            (Header::Origin, r"^https://example\.org"),
            (Header::Referer, r"^https://example\.org"),
        ] {
            assert!(matches!(examine(header, pattern, false), Verdict::Other(_)), "{pattern}");
        }
        for (header, pattern) in [
            (Header::Origin, r"^https?://example\.org/$"),
            (Header::Referer, r"^([^:/]+)?https?:\/\/example\.org\/"),
            (Header::Referer, r"^https?:\/\/example\.org/?cmd=huh#smth$"),
        ] {
            assert_ne!(examine(header, pattern, false), Verdict::Fine, "{pattern}");
        }
    }

    #[test]
    fn patterns_that_are_fine() {
        for (header, pattern) in [
            (Header::Referer, r"^https?:\/\/some\.example\.org\/"),
            (Header::Referer, r"^https?://example\.org($|/(?P<path>.*))"),
            (Header::Referer, r"^https?://example\.\.org$"),
            (Header::Origin, r"^https?://([a-z-]+\.)*example\.org(:[0-9]+)?$"),
            (Header::Origin, r"^(https://a\.example|https://b\.example)$"),
            (Header::Origin, r"^https://(?!evil)example\.org"),
        ] {
            assert_eq!(examine(header, pattern, false), Verdict::Fine, "{pattern}");
        }
    }
}
