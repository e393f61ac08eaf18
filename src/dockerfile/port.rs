//! Port specifications of EXPOSE, `[ip:][host:]container[/protocol]` with ranges, as `convert_expose.go` reads them.

use std::net::IpAddr;

/// Why BuildKit refuses a port: the reason of the problem and the part at fault.
pub(super) fn check(specification: &str) -> Result<(), (&'static str, &str)> {
    let (host, container) = match specification.rsplit_once(':') {
        Some((host, container)) => (Some(host), container),
        None => (None, specification),
    };
    let (ports, protocol) = container.split_once('/').unwrap_or((container, ""));
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
    use super::check;

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
