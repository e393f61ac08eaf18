use crate::compose::{Node, Value};
use crate::nginx::listen::{Address, Listen};
use crate::nginx::write;
use crate::project::effective::{EffectiveService, System};
use crate::rules::check::Reporter;

/// The setting by which a container has no IPv6.
const DISABLED: &str = "net.ipv6.conf.all.disable_ipv6";

pub fn check<'s>(system: &System<'s>, service: &EffectiveService<'s>, out: &mut Reporter<'_>) {
    let Some(web) = system.web_server(service) else { return };
    let Some(node) = service.service.get("sysctls").and_then(|settings| settings.get(DISABLED)) else { return };
    let is_on = match &node.value {
        Value::Int(number) => *number == 1,
        Value::Text(text) => text == "1",
        _ => false,
    };
    if !is_on {
        return;
    }
    out.project();
    for directive in web.directives().filter(|directive| directive.means("listen")) {
        let listen = Listen::read(directive);
        let is_v6 =
            listen.socket.address == Address::AnyV6 || matches!(&listen.socket.address, Address::Ip(ip) if ip.contains(':'));
        let has_other =
            directive.siblings().any(|other| other.is("listen") && other != directive && !other.text(0).starts_with('['));
        let Some(argument) = directive.argument(0).filter(|_| is_v6) else { continue };
        let draft = out
            .report_at(directive.at(argument.span))
            .value("address", argument.text)
            .related_at(node.origin.location(), "setting");
        if has_other { draft.edit(write::remove(directive)).emit() } else { draft.emit() }
    }
}
