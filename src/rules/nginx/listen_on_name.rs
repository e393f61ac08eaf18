use crate::nginx::listen::Address;
use crate::nginx::server::Server;
use crate::rules::check::Reporter;

pub fn check(server: &Server<'_>, out: &mut Reporter<'_>) {
    for listen in &server.listens {
        let (Address::Name(name), Some(directive)) = (&listen.socket.address, listen.directive) else { continue };
        if name != "localhost"
            && let Some(address) = directive.argument(0)
        {
            out.report_at(directive.at(address.span)).value("name", name.as_str()).emit();
        }
    }
}
