//! Who gets past `allow`, `deny` and what asks for a password (the access phase, `ngx_http_core_access_phase`).

use super::configuration::Directive;
use super::listen::Address;
use super::server::Server;

/// Who may see what a block serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Everyone who reaches the socket.
    Everyone,
    /// Only those whom an address, a password or the like lets in.
    Restricted,
    /// It hangs on something that is not understood: a script, a variable, an include.
    Unknown,
}

/// What an address is to the rules of the access module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Allowed,
    Denied,
    /// No rule fits.
    Unsaid,
}

/// What a client of the open network is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    V4,
    V6,
    /// Version 4 on a socket for both, as `::ffff:1.2.3.4`: rules for either fit.
    Mapped,
}

/// Directives that ask who somebody is; `off` turns them off.
const ASKING: &[&str] = &["auth_basic", "auth_request", "auth_jwt", "auth_oidc", "auth_ldap", "auth_pam", "auth_digest"];

/// Directives whose verdict is not known here.
const UNKNOWN: &[&str] = &[
    "access_by_lua",
    "access_by_lua_block",
    "access_by_lua_file",
    "rewrite_by_lua_block",
    "rewrite_by_lua_file",
    "js_access",
    "secure_link",
    "ssl_verify_client",
    "modsecurity",
];

/// Who may see what a block serves, whatever its server listens on.
pub fn access(block: Directive<'_>) -> Access {
    let rules = block.effective_of(&["allow", "deny"]);
    if block.children().any(|child| child.is("internal")) {
        return Access::Restricted;
    }
    let families = families(block);
    if families.is_empty() {
        return Access::Restricted;
    }
    let is_unknown = |name: &&str| block.effective(name).directives.iter().any(|directive| directive.text(0) != "off");
    let guards =
        block.levels().flatten().flat_map(|level| level.configuration().children_of(Some(level.id()), "if")).any(is_guard);
    let is_hidden = block.levels().any(|level| block.configuration().has_unknown_include(level.map(Directive::id)));
    if guards || (is_hidden && rules.is_unset()) || UNKNOWN.iter().any(is_unknown) {
        return Access::Unknown;
    }
    let asks = ASKING.iter().any(|name| {
        let found = block.effective(name);
        !found.is_unset() && found.text() != "off"
    });
    let is_any = block.effective("satisfy").text() == "any";
    let is_open = families.iter().any(|family| match verdict(&rules.directives, *family) {
        Verdict::Denied => false,
        Verdict::Allowed => is_any || !asks,
        Verdict::Unsaid => !asks,
    });
    if is_open { Access::Everyone } else { Access::Restricted }
}

/// An `if` that turns clients away.
fn is_guard(directive: Directive<'_>) -> bool {
    directive.children().any(|child| child.is("return") && !child.text(0).starts_with(['2', '3']))
}

/// The first rule that fits decides.
fn verdict(rules: &[Directive<'_>], family: Family) -> Verdict {
    let fits = |rule: &&Directive<'_>| match rule.text(0) {
        "all" => true,
        "0.0.0.0/0" => family != Family::V6,
        "::/0" => family != Family::V4,
        _ => false,
    };
    match rules.iter().find(fits) {
        Some(rule) if rule.is("allow") => Verdict::Allowed,
        Some(_) => Verdict::Denied,
        None => Verdict::Unsaid,
    }
}

/// What clients the sockets of the server are for; none for one that listens on paths only.
fn families(block: Directive<'_>) -> Vec<Family> {
    let server = block.levels().flatten().find_map(Server::read);
    let Some(server) = server else { return vec![Family::V4, Family::V6] };
    let mut families = Vec::new();
    for listen in &server.listens {
        match &listen.socket.address {
            Address::Unix(_) => {}
            Address::AnyV4 => families.push(Family::V4),
            Address::Ip(ip) if !ip.contains(':') => families.push(Family::V4),
            Address::AnyV6 if listen.directive.is_some_and(|directive| directive.has_argument("ipv6only=off")) => {
                families.extend([Family::V6, Family::Mapped]);
            }
            Address::AnyV6 | Address::Ip(_) => families.push(Family::V6),
            Address::Name(_) | Address::Unknown => families.extend([Family::V4, Family::V6]),
        }
    }
    families
}

/// Whether every socket of the server that a block is in is one of the machine itself.
pub fn is_local(block: Directive<'_>) -> bool {
    let server = block.levels().flatten().find_map(Server::read);
    server.is_some_and(|server| {
        server.listens.iter().all(|listen| match &listen.socket.address {
            Address::Unix(_) => true,
            Address::Ip(ip) => ip.starts_with("127.") || ip == "::1",
            Address::Name(name) => name == "localhost",
            _ => false,
        })
    })
}
