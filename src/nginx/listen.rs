//! Sockets that servers listen on.

use super::configuration::{Argument, Directive};

/// One `listen`, or the port 80 of a server that has none.
#[derive(Debug, Clone)]
pub struct Listen<'c> {
    /// `None` for a server without `listen`.
    pub directive: Option<Directive<'c>>,
    pub socket: Socket,
    pub is_ssl: bool,
    /// The parameter `http2`, which went to a directive in 1.25.1.
    pub is_http2: bool,
    pub is_quic: bool,
    pub is_default: bool,
    pub has_proxy_protocol: bool,
    pub has_reuseport: bool,
}

/// What servers share: the address, the port and the protocol below.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Socket {
    pub address: Address,
    pub port: Port,
    /// `quic` and `udp`.
    pub is_datagram: bool,
}

/// Where a socket is bound to.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Address {
    /// `80`, `*:80` and `0.0.0.0:80` are one to nginx.
    AnyV4,
    /// `[::]:80`
    AnyV6,
    /// In lower case, IPv6 without brackets.
    Ip(String),
    /// A path.
    Unix(String),
    /// Looked up when nginx starts.
    Name(String),
    /// It hangs on a template.
    Unknown,
}

/// The port of a socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Port {
    Number(u16),
    Range(u16, u16),
    /// Sockets with a path have none.
    None,
    Unknown,
}

impl<'c> Listen<'c> {
    /// Reads a `listen` directive.
    pub fn read(directive: Directive<'c>) -> Self {
        let has = |name: &str| directive.arguments().skip(1).any(|argument| argument.text == name);
        let (address, port) = directive.argument(0).map_or((Address::Unknown, Port::Unknown), address);
        let is_quic = has("quic");
        Self {
            directive: Some(directive),
            socket: Socket { address, port, is_datagram: is_quic || has("udp") },
            is_ssl: has("ssl"),
            is_http2: has("http2"),
            is_quic,
            is_default: has("default_server") || has("default"),
            has_proxy_protocol: has("proxy_protocol"),
            has_reuseport: has("reuseport"),
        }
    }

    /// The port that a server without `listen` has as root.
    pub fn implied() -> Self {
        Self {
            directive: None,
            socket: Socket { address: Address::AnyV4, port: Port::Number(80), is_datagram: false },
            is_ssl: false,
            is_http2: false,
            is_quic: false,
            is_default: false,
            has_proxy_protocol: false,
            has_reuseport: false,
        }
    }

    /// Whether address and port are known.
    pub fn is_known(&self) -> bool {
        self.socket.address != Address::Unknown && self.socket.port != Port::Unknown
    }
}

/// Address and port of the first argument (`ngx_parse_url`).
fn address(argument: Argument<'_>) -> (Address, Port) {
    let text = argument.text;
    if argument.is_opaque || text.contains('$') {
        return (Address::Unknown, Port::Unknown);
    }
    if let Some(path) = text.strip_prefix("unix:") {
        return (Address::Unix(path.to_owned()), Port::None);
    }
    if let Some(rest) = text.strip_prefix('[') {
        let Some((host, after)) = rest.split_once(']') else { return (Address::Unknown, Port::Unknown) };
        let port = after.strip_prefix(':').map_or(Port::Number(80), port);
        let is_any = host.bytes().all(|byte| matches!(byte, b':' | b'0')) && host.contains("::");
        return (if is_any { Address::AnyV6 } else { Address::Ip(host.to_ascii_lowercase()) }, port);
    }
    match text.rsplit_once(':') {
        Some((host, number)) => (host_address(host), port(number)),
        None if text.bytes().next().is_some_and(|byte| byte.is_ascii_digit()) && !text.contains('.') => {
            (Address::AnyV4, port(text))
        }
        None => (host_address(text), Port::Number(80)),
    }
}

fn host_address(host: &str) -> Address {
    match host {
        "*" | "0.0.0.0" => Address::AnyV4,
        _ if host.parse::<std::net::Ipv4Addr>().is_ok() => Address::Ip(host.to_owned()),
        _ => Address::Name(host.to_ascii_lowercase()),
    }
}

fn port(text: &str) -> Port {
    let number = |text: &str| text.parse::<u16>().ok().filter(|number| *number > 0);
    match text.split_once('-') {
        Some((low, high)) => match (number(low), number(high)) {
            (Some(low), Some(high)) if low <= high => Port::Range(low, high),
            _ => Port::Unknown,
        },
        None => number(text).map_or(Port::Unknown, Port::Number),
    }
}

impl std::fmt::Display for Socket {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.address {
            Address::AnyV4 => out.write_str("*")?,
            Address::AnyV6 => out.write_str("[::]")?,
            Address::Ip(ip) if ip.contains(':') => write!(out, "[{ip}]")?,
            Address::Ip(ip) => out.write_str(ip)?,
            Address::Unix(path) => return write!(out, "unix:{path}"),
            Address::Name(name) => out.write_str(name)?,
            Address::Unknown => out.write_str("?")?,
        }
        match self.port {
            Port::Number(number) => write!(out, ":{number}"),
            Port::Range(low, high) => write!(out, ":{low}-{high}"),
            Port::None | Port::Unknown => Ok(()),
        }
    }
}
