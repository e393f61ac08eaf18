use crate::nginx::listen::{Address, Port};
use crate::nginx::server::Server;
use crate::rules::check::Reporter;

const USUAL: &[u16] = &[80, 443, 8080, 8443];

pub fn check(server: &Server<'_>, out: &mut Reporter<'_>) {
    for listen in &server.listens {
        let (Port::Number(port), Some(directive)) = (listen.socket.port, listen.directive) else { continue };
        let is_inner = match &listen.socket.address {
            Address::Ip(ip) => ip.starts_with("127.") || ip == "::1",
            Address::Name(name) => name == "localhost",
            _ => false,
        };
        if !is_inner
            && !USUAL.contains(&port)
            && let Some(address) = directive.argument(0)
        {
            out.report_at(directive.at(address.span)).value("port", port.to_string()).emit();
        }
    }
}
