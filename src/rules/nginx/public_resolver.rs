use std::net::{Ipv4Addr, Ipv6Addr};

use crate::nginx::configuration::Directive;
use crate::rules::check::Reporter;

/// Ends of names that only a network of one's own knows.
const INTERNAL: &[&str] =
    &[".internal", ".local", ".lan", ".home", ".corp", ".intranet", ".private", ".localhost", ".test", ".localdomain", ".arpa"];

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    if !directive.means("resolver") {
        return;
    }
    for argument in directive.arguments().filter(|argument| !argument.is_opaque && !argument.text.contains(['=', '$'])) {
        if is_public(argument.text) {
            out.report_at(directive.at(argument.span)).value("address", argument.text).emit();
            return;
        }
    }
}

fn is_public(address: &str) -> bool {
    let bare = address.strip_prefix('[').and_then(|rest| rest.split_once(']')).map_or(address, |(host, _)| host);
    if let Ok(ip) = bare.parse::<Ipv6Addr>() {
        return is_public_v6(ip);
    }
    let host = bare.split_once(':').map_or(bare, |(host, _)| host);
    match host.parse::<Ipv4Addr>() {
        Ok(ip) => is_public_v4(ip),
        Err(_) => host.contains('.') && !INTERNAL.iter().any(|end| host.to_ascii_lowercase().ends_with(end)),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [first, second, ..] = ip.octets();
    let is_shared = first == 100 && (64..128).contains(&second);
    let is_own = ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_unspecified() || ip.is_documentation();
    !(is_own || is_shared || ip.is_multicast() || ip.is_broadcast())
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let first = ip.segments()[0];
    let is_own = ip.is_loopback() || ip.is_unspecified() || first & 0xfe00 == 0xfc00 || first & 0xffc0 == 0xfe80;
    let is_documentation = first == 0x2001 && ip.segments()[1] == 0xdb8;
    // Site-local addresses were withdrawn, and are public nowhere.
    !(is_own || is_documentation || first & 0xff00 == 0xff00 || first & 0xffc0 == 0xfec0)
}
