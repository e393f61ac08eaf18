//! Port specifications of EXPOSE, `[ip:][host:]container[/protocol]` with ranges, as `convert_expose.go` reads them.

use std::net::IpAddr;

/// A specification taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts<'s> {
    /// Address and port of the host, in front of the last colon; BuildKit reads it and makes no use of it.
    pub mapping: Option<&'s str>,
    /// The port or the range of the container.
    pub port: &'s str,
    /// As written, behind the slash.
    pub protocol: Option<&'s str>,
}

impl<'s> Parts<'s> {
    /// Takes a specification apart, valid or not.
    pub fn of(specification: &'s str) -> Self {
        let (mapping, container) = match specification.rsplit_once(':') {
            Some((mapping, container)) => (Some(mapping), container),
            None => (None, specification),
        };
        let (port, protocol) = match container.split_once('/') {
            Some((port, protocol)) => (port, Some(protocol)),
            None => (container, None),
        };
        Self { mapping, port, protocol }
    }

    /// Whether it names an address or a port of the host.
    pub fn is_mapped(&self) -> bool {
        self.mapping.is_some_and(|mapping| !mapping.trim_matches(':').is_empty())
    }

    /// TCP, which is what no protocol means.
    pub fn is_tcp(&self) -> bool {
        matches!(self.protocol, None | Some("")) || self.protocol.is_some_and(|protocol| protocol.eq_ignore_ascii_case("tcp"))
    }
}

/// Why BuildKit refuses a port: the reason of the problem and the part at fault.
pub(super) fn check(specification: &str) -> Result<(), (&'static str, &str)> {
    let Parts { mapping: host, port: ports, protocol } = Parts::of(specification);
    let protocol = protocol.unwrap_or_default();
    if ports.is_empty() {
        return Err(("port-missing", specification));
    }
    if !["", "tcp", "udp", "sctp"].iter().any(|known| known.eq_ignore_ascii_case(protocol)) {
        return Err(("port-protocol", protocol));
    }
    let (start, end) = range(ports)?;
    let Some(host) = host else {
        return Ok(());
    };
    let (address, host_ports) = match host.rsplit_once(':') {
        Some((address, host_ports)) => (address, host_ports),
        None => ("", host),
    };
    let bare = address.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')).unwrap_or(address);
    if !bare.is_empty() && bare.parse::<IpAddr>().is_err() {
        return Err(("port-address", address));
    }
    if !host_ports.is_empty() {
        let (host_start, host_end) = range(host_ports)?;
        // A range of the host may stand for one port of the container, not the other way round.
        if end - start != host_end.wrapping_sub(host_start) && end != start {
            return Err(("port-ranges", specification));
        }
    }
    Ok(())
}

fn range(ports: &str) -> Result<(u16, u16), (&'static str, &str)> {
    let (start, end) = match ports.split_once('-') {
        Some((start, end)) => (port(start, ports)?, port(end, ports)?),
        None => {
            let port = port(ports, ports)?;
            (port, port)
        }
    };
    if end < start { Err(("port-range-reversed", ports)) } else { Ok((start, end)) }
}

fn port<'p>(port: &'p str, ports: &'p str) -> Result<u16, (&'static str, &'p str)> {
    if port.is_empty() || !port.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(("port-not-a-number", ports));
    }
    port.parse().map_err(|_| ("port-out-of-range", port))
}

#[cfg(test)]
mod tests {
    use super::{Parts, check};

    #[test]
    fn parts_of_a_specification() {
        assert_eq!(Parts::of("80"), Parts { mapping: None, port: "80", protocol: None });
        assert_eq!(Parts::of("80/UDP"), Parts { mapping: None, port: "80", protocol: Some("UDP") });
        assert_eq!(Parts::of("[::1]:8080:80/tcp"), Parts { mapping: Some("[::1]:8080"), port: "80", protocol: Some("tcp") });
        assert!(Parts::of("5000:5000").is_mapped() && Parts::of("127.0.0.1::80").is_mapped());
        assert!(!Parts::of(":80").is_mapped() && !Parts::of("::80").is_mapped() && !Parts::of("80").is_mapped());
        assert!(Parts::of("80").is_tcp() && Parts::of("80/").is_tcp() && Parts::of("80/Tcp").is_tcp());
        assert!(!Parts::of("80/udp").is_tcp());
    }

    #[test]
    fn ports_that_are_fine() {
        for fine in [
            "80",
            "0",
            "65535",
            "80/tcp",
            "80/UDP",
            "80/",
            "1/sctp",
            "8000-8010",
            "80:80",
            "127.0.0.1:80:80",
            "[::1]:80:80",
            "8000-8010:80",
            ":80",
            "::80",
            "8000-8001:80-81/tcp",
        ] {
            assert_eq!(check(fine), Ok(()), "{fine}");
        }
    }

    #[test]
    fn ports_that_buildkit_refuses() {
        for (wrong, reason) in [
            ("65536", "port-out-of-range"),
            ("80-99999", "port-out-of-range"),
            ("http", "port-not-a-number"),
            ("#", "port-not-a-number"),
            ("80-", "port-not-a-number"),
            ("-80", "port-not-a-number"),
            ("1-2-3", "port-not-a-number"),
            ("+80", "port-not-a-number"),
            ("90-80", "port-range-reversed"),
            ("/tcp", "port-missing"),
            ("80:", "port-missing"),
            ("80/http", "port-protocol"),
            ("a.b:80:80", "port-address"),
            ("80-81:90-99", "port-ranges"),
        ] {
            assert_eq!(check(wrong).unwrap_err().0, reason, "{wrong}");
        }
    }
}
