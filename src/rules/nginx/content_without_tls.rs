use crate::nginx::configuration::{Configuration, Directive};
use crate::nginx::listen::Port;
use crate::nginx::location;
use crate::nginx::server::{Server, servers};
use crate::rules::check::Reporter;

pub fn check(configuration: &Configuration, out: &mut Reporter<'_>) {
    let servers = servers(configuration);
    let on = |server: &Server<'_>, number: u16| server.listens.iter().any(|listen| listen.socket.port == Port::Number(number));
    for plain in servers.iter().filter(|server| !server.is_tls() && on(server, 80) && answers(server.directive)) {
        let shared = |tls: &&Server<'_>| {
            tls.is_tls()
                && on(tls, 443)
                && plain.names.iter().any(|name| name.text.contains('.') && tls.names.iter().any(|other| other.text == name.text))
        };
        let Some(tls) = servers.iter().find(shared) else { continue };
        let names: Vec<&str> = plain.names.iter().map(|name| name.text).collect();
        let name = names.iter().find(|name| tls.names.iter().any(|other| other.text == **name)).unwrap_or(&"");
        out.report_at(plain.directive.location()).value("name", *name).related_at(tls.directive.location(), "tls").emit();
    }
}

/// Whether the front page comes from here, and is no redirect.
fn answers(server: Directive<'_>) -> bool {
    let redirects = |block: Directive<'_>| {
        block.children().any(|child| {
            let is_redirect = child.is("return") && (child.text(0).starts_with(['3', '4']) || child.text(0).starts_with("http"));
            is_redirect || child.is("rewrite") || child.is("include") || child.is("if")
        })
    };
    if redirects(server) {
        return false;
    }
    match location::choose(server, "/") {
        Ok(Some(location)) => {
            let block = location.directive;
            !redirects(block) && (has_handler(block) || !block.effective("root").is_unset())
        }
        Ok(None) => !server.effective("root").is_unset(),
        Err(_) => false,
    }
}

fn has_handler(block: Directive<'_>) -> bool {
    block.children().any(|child| child.name().ends_with("_pass") || matches!(child.name(), "alias" | "try_files"))
}
