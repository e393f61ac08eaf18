use crate::compose::{Node, Service};
use crate::dockerfile::nearest_of;
use crate::project::effective::{EffectiveService, System, names, share_a_network};
use crate::project::hosts::{find_word, is_loopback, of_variable};
use crate::rules::check::Reporter;
use crate::source::Location;

/// Only a slip of the pen, and a service on other networks: any other name may be that of a server elsewhere.
pub fn check<'s>(system: &System<'s>, services: &[EffectiveService<'s>], out: &mut Reporter<'_>) {
    let has_own_network = |service: Service<'_>| service.get("network_mode").is_none();
    for service in services.iter().filter(|service| has_own_network(service.service)) {
        let known_here = extra_hosts(service.service);
        for variable in service.service.environment().filter(|variable| !variable.origin.is_unknown()) {
            for named in of_variable(&variable) {
                let host = named.host;
                if is_loopback(host)
                    || host.contains('.')
                    || known_here.contains(&host)
                    || names(service.service).any(|name| name == host)
                {
                    continue;
                }
                let text = system.project.document(variable.origin.file).source.text();
                let span = find_word(text, variable.origin.span, host);
                let place = Location { file: variable.origin.file, span: span.unwrap_or(variable.origin.span) };
                let mut owners = services.iter().filter(|other| names(other.service).any(|name| name == host)).peekable();
                if let Some(owner) = owners.peek().copied() {
                    let is_reached = |other: &EffectiveService<'_>| {
                        !has_own_network(other.service) || share_a_network(service.service, other.service)
                    };
                    if !owners.any(is_reached) {
                        let draft =
                            out.report_at(place).variant("network").value("name", service.service.name).value("host", host);
                        draft.related_at(owner.service.origin().key_location(), "service").emit();
                    }
                    continue;
                }
                let all = services.iter().filter(|other| other.service.name != service.service.name);
                let reached = all.filter(|other| share_a_network(service.service, other.service));
                let near = nearest_of(host, reached.flat_map(|other| names(other.service)));
                // `redis1` beside `redis2` may well be elsewhere.
                let letters = |name: &str| name.chars().filter(|char| !char.is_ascii_digit()).collect::<String>();
                let Some(near) = near.filter(|near| letters(near) != letters(host)) else { continue };
                let draft = out
                    .report_at(place)
                    .value("name", service.service.name)
                    .value("variable", variable.name)
                    .value("host", host)
                    .value("near", near);
                match span.filter(|_| variable.origin.without_forms().is_own()) {
                    Some(span) => draft.replace(span, near).emit(),
                    None => draft.emit(),
                }
            }
        }
    }
}

fn extra_hosts<'p>(service: Service<'p>) -> Vec<&'p str> {
    let hosts = service.get("extra_hosts").into_iter().flat_map(Node::entries).map(|(name, _)| name);
    let links = ["links", "external_links"].into_iter().flat_map(|key| service.list(key)).filter_map(Node::as_str);
    let aliases = links.map(|link| link.rsplit(':').next().unwrap_or(link));
    let listed =
        service.list("extra_hosts").iter().filter_map(Node::as_str).map(|host| host.split([':', '=']).next().unwrap_or(host));
    hosts.chain(aliases).chain(listed).collect()
}
