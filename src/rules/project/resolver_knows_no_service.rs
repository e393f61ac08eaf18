use std::net::Ipv4Addr;

use crate::nginx::configuration::{Argument, Directive};
use crate::nginx::script::{Part, parts};
use crate::nginx::write;
use crate::project::effective::{EffectiveService, System};
use crate::project::web_server::{PASSES, Reach, WebServer};
use crate::rules::check::Reporter;

pub fn check<'s>(system: &System<'s>, service: &EffectiveService<'s>, out: &mut Reporter<'_>) {
    let Some(web) = system.web_server(service) else { return };
    out.project();
    for resolver in web.directives().filter(|directive| directive.means("resolver")) {
        let addresses: Vec<Argument<'_>> = resolver.arguments().filter(|argument| !argument.text.contains('=')).collect();
        if addresses.is_empty() || !addresses.iter().all(|address| is_public(address.text)) {
            continue;
        }
        let asked = web.directives().filter(|pass| PASSES.contains(&pass.name()) && governs(resolver, *pass));
        let found = asked.filter_map(|pass| Some((pass, host(&web, pass)?)));
        let found = found.into_iter().find(|(_, host)| matches!(web.reach(system, host), Reach::Service(_)));
        let Some((pass, host)) = found else { continue };
        let mut draft = out
            .report_at(resolver.at(addresses[0].span))
            .value("address", addresses[0].text)
            .value("host", host)
            .related_at(pass.location(), "asks")
            .edit(write::replace(resolver, addresses[0], "127.0.0.11"));
        for other in &addresses[1..] {
            draft = draft.edit(write::without(resolver, *other));
        }
        draft.emit();
    }
}

/// Whether a `resolver` is the one that holds where a request is passed on.
fn governs(resolver: Directive<'_>, pass: Directive<'_>) -> bool {
    std::ptr::eq(resolver.configuration(), pass.configuration())
        && pass.parent().is_some_and(|block| block.effective("resolver").last() == Some(resolver))
}

/// The host that is looked up for each request, where it is written out: in front of a variable, or what `set` gives one.
fn host(web: &WebServer<'_, '_>, pass: Directive<'_>) -> Option<String> {
    let text = pass.text(0);
    let after = text.split_once("://").map_or(text, |(_, rest)| rest);
    if after.len() == text.len() && !text.starts_with('$') || !text.contains('$') {
        return None;
    }
    match parts(after).first()? {
        Part::Literal(literal) => bare(literal),
        Part::Variable(name) => {
            let wanted = format!("${}", name.to_ascii_lowercase());
            let mut values = web.directives().filter(|set| set.is("set") && set.text(0).eq_ignore_ascii_case(&wanted));
            let value = values.next().filter(|_| values.next().is_none())?.text(1);
            bare(value.split_once("://").map_or(value, |(_, rest)| rest))
        }
        Part::Capture(_) => None,
    }
}

/// A text up to its port or path.
fn bare(text: &str) -> Option<String> {
    let host = &text[..text.find([':', '/', '?']).unwrap_or(text.len())];
    (!host.is_empty() && !host.contains('$')).then(|| host.to_owned())
}

fn is_public(address: &str) -> bool {
    let host = address.split(':').next().unwrap_or_default();
    let is_own = |ip: Ipv4Addr| ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.octets()[0] == 100;
    host.parse::<Ipv4Addr>().is_ok_and(|ip| !is_own(ip))
}
