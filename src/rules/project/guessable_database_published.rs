use crate::compose::written::loopback;
use crate::json_pointer;
use crate::project::effective::{EffectiveService, System};
use crate::project::guessable::open_database;
use crate::rules::check::Reporter;

/// Each of the two is bad enough to be told by itself; together they are a break-in. Of the port alone
/// `compose/database-on-all-addresses` is silent then.
pub fn check<'s>(system: &System<'s>, service: &EffectiveService<'s>, out: &mut Reporter<'_>) {
    let Some(open) = open_database(system, service) else { return };
    let port = open.port;
    let short = if port.is_short() { loopback(out.text_of(port.node.origin.file), &port) } else { None };
    let long = (!port.is_short() && port.host_ip.is_none())
        .then(|| format!("/services/{}/ports/{}", json_pointer::escaped(service.service.name), port.index));
    let variant = open.asks_nothing.then_some("open");
    let declared = long.and_then(|subject| out.declared(system.compose, None, &subject, &[]));
    let place = port.published_node();
    let draft = out.report_at(place.origin.location()).declared(declared);
    let draft = if let Some(variant) = variant { draft.variant(variant) } else { draft };
    let draft = draft
        .value("name", service.service.name)
        .value("variable", open.variable)
        .value("port", port.published.unwrap_or("of any number"))
        .related_at(open.place, "password")
        .without_if("kics", port.host_ip == Some("0.0.0.0"))
        .without_if("dclint", port.host_ip.is_some());
    match short {
        Some((span, text)) => draft.replace(span, text).emit(),
        None => draft.emit(),
    }
}
