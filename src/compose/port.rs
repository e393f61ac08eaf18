//! Ports in their short form: `[IP:][HOST[-END]:]CONTAINER[-END][/PROTOCOL]` (go-connections, `nat.ParsePortSpec`).

use std::net::IpAddr;

/// One published port, or one exposed to other services.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Short {
    pub host_ip: Option<String>,
    /// A port, or a range from which the engine takes one; `None` for any.
    pub published: Option<String>,
    pub target: u16,
    pub protocol: String,
}

/// The ports that a short form stands for.
///
/// # Errors
/// What compose refuses, in words.
pub(super) fn parse(text: &str) -> Result<Vec<Short>, String> {
    let (rest, container) = text.rsplit_once(':').map_or((None, text), |(rest, container)| (Some(rest), container));
    let (host_ip, host) = match rest {
        None => ("", ""),
        Some(rest) => rest.rsplit_once(':').unwrap_or(("", rest)),
    };
    let (container, protocol) = match container.split_once('/') {
        None => (container, "tcp"),
        Some((port, "")) => (port, "tcp"),
        Some((port, protocol)) => (port, protocol.split('/').next().unwrap_or(protocol)),
    };
    let host_ip = address(host_ip)?;
    if container.is_empty() {
        return Err(format!("`{text}` names no port of the container; write `host:container`"));
    }
    let (start, end) = range(container).ok_or_else(|| not_a_port(container))?;
    let host_range = if host.is_empty() { None } else { Some(range(host).ok_or_else(|| not_a_port(host))?) };
    let protocol = protocol.to_ascii_lowercase();
    if !["tcp", "udp", "sctp"].contains(&protocol.as_str()) {
        return Err(format!("`{protocol}` is no protocol of a port; write `tcp`, `udp` or `sctp`"));
    }
    if let Some((first, last)) = host_range
        && end - start != last - first
        && start != end
    {
        return Err(format!("the ranges `{host}` and `{container}` differ in length; give both the same number of ports"));
    }
    let ports = (start..=end).map(|target| {
        let published = host_range.map(|(first, last)| match start == end && first != last {
            true => format!("{first}-{last}"),
            false => (first + (target - start)).to_string(),
        });
        Short { host_ip: host_ip.clone(), published, target, protocol: protocol.clone() }
    });
    Ok(ports.collect())
}

/// The address without its brackets.
fn address(text: &str) -> Result<Option<String>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    if is_address(bare) {
        Ok(Some(bare.to_owned()))
    } else {
        Err(format!("`{text}` is no address of a host; a port takes a number such as 127.0.0.1, not a name"))
    }
}

/// Whether compose takes a text as an address: Go's `net.ParseIP`.
pub(super) fn is_address(text: &str) -> bool {
    text.parse::<IpAddr>().is_ok()
}

/// A port or a range of them.
pub(super) fn range(text: &str) -> Option<(u16, u16)> {
    let (start, end) = text.split_once('-').unwrap_or((text, text));
    let port = |text: &str| if text.starts_with('+') { None } else { text.parse::<u16>().ok() };
    let (start, end) = (port(start)?, port(end)?);
    (start <= end).then_some((start, end))
}

fn not_a_port(text: &str) -> String {
    format!("`{text}` is no port; write a number up to 65535, or a range such as 8000-8010")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn short(text: &str) -> Option<Vec<String>> {
        let ports = parse(text).ok()?;
        let shown = ports.into_iter().map(|port| {
            let published = port.published.unwrap_or_default();
            format!("{}|{published}|{}|{}", port.host_ip.unwrap_or_default(), port.target, port.protocol)
        });
        Some(shown.collect())
    }

    #[test]
    fn short_forms_as_compose_reads_them() {
        for (text, ports) in [
            ("80", Some(vec!["||80|tcp"])),
            ("8080:80", Some(vec!["|8080|80|tcp"])),
            (":80", Some(vec!["||80|tcp"])),
            ("80/udp", Some(vec!["||80|udp"])),
            ("53:53/UDP", Some(vec!["|53|53|udp"])),
            ("80:80/", Some(vec!["|80|80|tcp"])),
            ("127.0.0.1:8080:80", Some(vec!["127.0.0.1|8080|80|tcp"])),
            ("127.0.0.1::80", Some(vec!["127.0.0.1||80|tcp"])),
            ("[::1]:80:80", Some(vec!["::1|80|80|tcp"])),
            ("::1:6000:6000", Some(vec!["::1|6000|6000|tcp"])),
            ("[::1]::80", Some(vec!["::1||80|tcp"])),
            ("3000-3001", Some(vec!["||3000|tcp", "||3001|tcp"])),
            ("9000-9001:8000-8001", Some(vec!["|9000|8000|tcp", "|9001|8001|tcp"])),
            ("9000-9010:80", Some(vec!["|9000-9010|80|tcp"])),
            ("65535", Some(vec!["||65535|tcp"])),
            ("abc:80", None),
            ("80:abc", None),
            ("99999:80", None),
            ("80-82:80-81", None),
            ("80-79", None),
            ("80:", None),
            ("", None),
            ("localhost:80:80", None),
            ("80:80/http", None),
            ("300.0.0.1:80:80", None),
            ("+80", None),
            (" 80", None),
            ("80 :80", None),
        ] {
            let ports = ports.map(|ports| ports.into_iter().map(str::to_owned).collect::<Vec<_>>());
            assert_eq!(short(text), ports, "{text}");
        }
    }
}
