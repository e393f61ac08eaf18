use crate::compose::Node;
use crate::dockerfile::problem::nearest_of;
use crate::nginx::configuration::Directive;
use crate::project::effective::{EffectiveService, System};
use crate::project::web_server::WebServer;
use crate::rules::check::Reporter;
use crate::source::{Location, Span};

/// What every container has.
const ALWAYS_SET: [&str; 4] = ["PATH", "HOME", "HOSTNAME", "PWD"];

pub fn check<'s>(system: &System<'s>, service: &EffectiveService<'s>, out: &mut Reporter<'_>) {
    let Some(web) = system.web_server(service).filter(|web| web.is_official() && web.starts_nginx()) else { return };
    let own = service.service;
    let may_miss = own.list("env_file").iter().any(|file| file.get("required").and_then(Node::as_bool) == Some(false));
    if own.variable("NGINX_ENVSUBST_FILTER").is_some() || may_miss || !system.compose.unresolved.is_empty() {
        return;
    }
    out.project();
    let places = web.places();
    for directive in web.directives().filter(|directive| is_template(&places, *directive)) {
        for argument in directive.arguments() {
            let start = argument.span.start();
            let written = argument.span.slice(directive.source_text());
            for (at, name, end) in references(written) {
                let span = Span::new(start + at, start + end);
                let draft = out.report_at(directive.at(span)).value("variable", name).value("name", own.name);
                let draft = draft.related_at(own.origin().key_location(), "runs");
                if !written[..end].ends_with('}') {
                    draft.variant("default").emit();
                } else if !is_set(&web, name) && !is_own_variable(&web, name) {
                    let names: Vec<&str> = own.environment().map(|variable| variable.name).collect();
                    match nearest_of(name, names) {
                        Some(near) => {
                            let name_span = Span::new(start + at + 2, start + at + 2 + name.len());
                            draft.variant("misspelled").value("near", near).replace(name_span, near).emit();
                        }
                        None => draft.emit(),
                    }
                }
            }
        }
    }
}

/// Whether it stands in a file that the image puts through envsubst.
fn is_template(places: &[(String, Location)], directive: Directive<'_>) -> bool {
    let path = &directive.read_file().source.path;
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_place = |(place, _): &(String, _)| place.starts_with("/etc/nginx/templates/") && place.ends_with(".template");
    places.iter().filter(|place| is_place(place)).any(|(place, _)| place.rsplit('/').next() == Some(name))
        || name.ends_with(".template")
            && places.iter().any(|(place, _)| place.ends_with("/templates/.") || place.ends_with("/templates"))
}

/// `${NAME}` in capitals: where it begins, the name, and the place of the brace that closes it or of what stands there instead.
fn references(text: &str) -> Vec<(usize, &str, usize)> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("${") {
        let name = &text[at + 2..];
        let is_name = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_';
        let length = name.bytes().take_while(is_name).count();
        let is_closed = matches!(name.as_bytes().get(length), Some(b'}' | b':' | b'-'));
        if is_closed && name.as_bytes()[0].is_ascii_uppercase() {
            let end = at + 2 + length;
            found.push((at, &name[..length], if name[length..].starts_with('}') { end + 1 } else { end }));
        }
    }
    found
}

fn is_set(web: &WebServer<'_, '_>, name: &str) -> bool {
    if ALWAYS_SET.contains(&name) || name.starts_with("NGINX_") || web.service.service.variable(name).is_some() {
        return true;
    }
    let Some((container, stage)) = web.service.container.as_ref().and_then(|container| Some((container, container.stage()?)))
    else {
        return true;
    };
    let dockerfile = container.dockerfile();
    dockerfile
        .lineage(stage)
        .any(|stage| dockerfile.declared_in(stage).iter().any(|variable| variable.environment && variable.name == name))
}

/// Whether the configuration makes a variable of that name itself.
fn is_own_variable(web: &WebServer<'_, '_>, name: &str) -> bool {
    let wanted = format!("${name}");
    web.directives().any(|directive| {
        matches!(directive.name(), "set" | "map" | "geo" | "split_clients" | "perl_set" | "js_set" | "auth_request_set")
            && directive.arguments().any(|argument| argument.text.eq_ignore_ascii_case(&wanted))
    })
}
