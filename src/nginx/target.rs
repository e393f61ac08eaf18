//! Where `proxy_pass` and its like send requests.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::configuration::Directive;
use super::script::{Part, has_variables, parts};

/// The target of a `proxy_pass`, `grpc_pass`, `fastcgi_pass` and so on.
#[derive(Debug, Clone)]
pub struct Target<'c> {
    pub directive: Directive<'c>,
    pub scheme: &'c str,
    /// Without the port; variables that `set` gives one value are replaced by it. With variables left when it is not known.
    pub host: String,
    /// From the first `/` behind the host; `None` where there is none, which sends the path as it came.
    pub uri: Option<&'c str>,
    pub has_variables: bool,
}

impl<'c> Target<'c> {
    /// Reads a target; `None` for other directives, sockets, and templates.
    pub fn read(directive: Directive<'c>) -> Option<Self> {
        if !["proxy_pass", "grpc_pass"].contains(&directive.name()) {
            return None;
        }
        let argument = directive.argument(0).filter(|argument| !argument.is_opaque)?;
        let (scheme, rest) = argument.text.split_once("://").unwrap_or(("", argument.text));
        if rest.starts_with("unix:") {
            return None;
        }
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, uri) = rest.split_at(end);
        let host = match authority.rsplit_once(':') {
            Some((host, port)) if !host.contains('[') || host.ends_with(']') => {
                if is_port(port) {
                    host
                } else {
                    authority
                }
            }
            _ => authority,
        };
        let host = value_of(directive, host);
        let uri = Some(uri).filter(|uri| !uri.is_empty());
        Some(Self { directive, scheme, host, uri, has_variables: has_variables(argument.text) })
    }

    /// Whether the host has to be looked up.
    pub fn is_name(&self) -> bool {
        is_name(&self.host)
    }

    /// The upstream of this name.
    pub fn upstream(&self) -> Option<Directive<'c>> {
        self.directive.configuration().upstream(|name| name.eq_ignore_ascii_case(&self.host))
    }
}

fn is_port(text: &str) -> bool {
    text.starts_with('$') || (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()))
}

/// A value with those variables replaced that a `set` on the way gives one value.
fn value_of(directive: Directive<'_>, text: &str) -> String {
    let mut value = String::new();
    for part in parts(text) {
        match part {
            Part::Literal(text) => value.push_str(text),
            Part::Capture(number) => value.push_str(&format!("${number}")),
            Part::Variable(name) => {
                let is_set = |child: &Directive<'_>| {
                    child.is("set") && child.text(0).strip_prefix('$').is_some_and(|own| own.eq_ignore_ascii_case(name))
                };
                let above = directive.ancestors().find_map(|block| block.children().filter(is_set).last());
                let set = above.or_else(|| directive.configuration().top().filter(is_set).last());
                match set.map(|set| set.text(1)).filter(|value| !value.contains('$')) {
                    Some(set) => value.push_str(set.split(':').next().unwrap_or(set)),
                    None => value.push_str(&format!("${name}")),
                }
            }
        }
    }
    value
}

/// Whether a host is a name, and one that is not this machine's own. A host with variables left is none that is known.
pub fn is_name(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let is_local = matches!(host, "localhost" | "ip6-localhost") || host.ends_with(".localhost");
    !host.is_empty()
        && !host.contains('$')
        && !host.starts_with("unix:")
        && !is_local
        && bare.parse::<Ipv4Addr>().is_err()
        && bare.parse::<Ipv6Addr>().is_err()
}

/// Whether the name servers of the internet know a name: it has dots, and does not end in what is kept for networks of one's own.
pub fn is_public(host: &str) -> bool {
    const PRIVATE: &[&str] =
        &["internal", "local", "localdomain", "lan", "home", "corp", "intranet", "private", "test", "svc", "docker"];
    let host = host.trim_end_matches('.');
    host.rsplit_once('.').is_some_and(|(_, last)| !PRIVATE.contains(&last.to_ascii_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_addresses() {
        assert!(is_name("backend") && is_name("api.example.org") && !is_name("10.0.0.1") && !is_name("[::1]"));
        assert!(!is_name("localhost") && !is_name("$x") && !is_name(""));
        assert!(
            is_public("api.example.org") && !is_public("backend") && !is_public("a.internal") && is_public("api.xn--mgbaam7a8h")
        );
    }
}
