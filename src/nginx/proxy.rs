//! Where `proxy_pass` sends requests, and with which headers.

use super::configuration::{Configuration, Directive};
use super::script::has_variables;

/// Ends of names that only a network of one's own knows.
const INTERNAL: &[&str] = &[".internal", ".local", ".lan", ".localhost", ".test", ".svc", ".consul", ".docker"];

/// The host of a target, without its port; `None` for a path, and for one that variables make.
pub fn host(target: &str) -> Option<&str> {
    let (_, rest) = target.split_once("://")?;
    let authority = rest.split('/').next().unwrap_or_default();
    if has_variables(authority) || authority.starts_with("unix:") || authority.contains("${") {
        return None;
    }
    let host = match authority.strip_prefix('[') {
        Some(_) => authority,
        None => authority.split(':').next().unwrap_or_default(),
    };
    (!host.is_empty()).then_some(host)
}

/// Whether a host is one of the open network, which goes by its own name.
pub fn is_elsewhere(host: &str) -> bool {
    let is_address = host.starts_with('[') || host.parse::<std::net::Ipv4Addr>().is_ok();
    host.contains('.') && !is_address && !INTERNAL.iter().any(|end| host.ends_with(end))
}

/// The `upstream` of a name.
pub fn upstream<'c>(configuration: &'c Configuration, name: &str) -> Option<Directive<'c>> {
    configuration.upstream(|upstream| upstream == name)
}

/// The header that goes out with the requests of a `proxy_pass`; names of headers have no case.
pub fn header<'c>(pass: Directive<'c>, name: &str) -> Option<Directive<'c>> {
    let headers = pass.effective_here("proxy_set_header").directives;
    headers.into_iter().rev().find(|header| header.text(0).eq_ignore_ascii_case(name))
}

/// Whether all headers are known: no include that was not read stands on the way.
pub fn knows_headers(pass: Directive<'_>) -> bool {
    let headers = pass.effective_here("proxy_set_header");
    let configuration = pass.configuration();
    let level = headers.level.map(Directive::id);
    let mut levels = pass.ancestors().map(|block| Some(block.id())).chain([None]);
    let reach = |id| !configuration.has_unknown_include(id);
    // Levels around the one that has some do not matter.
    loop {
        match levels.next() {
            Some(id) if !reach(id) => return false,
            Some(id) if id == level => return true,
            Some(_) => {}
            None => return true,
        }
    }
}

/// Whether one more `proxy_set_header` beside a `proxy_pass` takes none of the others away.
pub fn can_add_header(pass: Directive<'_>) -> bool {
    let headers = pass.effective_here("proxy_set_header");
    knows_headers(pass) && (headers.is_unset() || headers.level == pass.parent())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_has_a_host() {
        assert_eq!(host("http://app:8000/x"), Some("app"));
        assert_eq!(host("https://[::1]:80"), Some("[::1]:80"));
        assert_eq!(host("http://unix:/run/a.sock:/"), None);
        assert_eq!(host("http://$host"), None);
        assert_eq!(host("http://app$request_uri"), None);
        assert!(
            is_elsewhere("cdn.example.com") && !is_elsewhere("app") && !is_elsewhere("10.0.0.1") && !is_elsewhere("a.internal")
        );
    }
}
