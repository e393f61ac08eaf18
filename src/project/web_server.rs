//! nginx as a service runs it: its configurations, the hosts that they pass requests to, and what its container brings.

use super::effective::{EffectiveService, Listening, System, names, share_a_network};
use crate::compose::{Mount, Node, Service};
use crate::dockerfile::image::ImageReference;
use crate::dockerfile::instruction::Body;
use crate::dockerfile::run_time_user::Identity;
use crate::dockerfile::startup::{base_name, program, started};
use crate::nginx::configuration::{Argument, Configuration, Directive, Kind};
use crate::nginx::include::Outcome;
use crate::nginx::listen::{Address, Listen, Port};
use crate::nginx::release::Release;
use crate::nginx::server::Server;
use crate::source::{Location, Span};

/// Where the official image keeps the server that greets.
pub const GREETING: &str = "/etc/nginx/conf.d/default.conf";

/// Directives that pass a request on.
pub const PASSES: [&str; 6] = ["proxy_pass", "grpc_pass", "fastcgi_pass", "uwsgi_pass", "scgi_pass", "memcached_pass"];

/// A service with the configurations of nginx that it runs.
#[derive(Debug)]
pub struct WebServer<'a, 's> {
    pub service: &'s EffectiveService<'a>,
    pub configurations: Vec<&'a Configuration>,
}

/// A host that requests are passed to, as it is written.
#[derive(Debug, Clone, Copy)]
pub struct Backend<'c> {
    /// The directive that names it: `proxy_pass` and its like, or `server` of an `upstream`.
    pub directive: Directive<'c>,
    pub host: &'c str,
    pub host_span: Span,
    /// What is written, else what the scheme stands for.
    pub port: Option<u16>,
    pub port_span: Option<Span>,
    /// `http://` and the like, with what separates it; empty where there is none.
    pub scheme: &'c str,
    /// Something follows host and port: a path, which takes the place of what the location matched.
    pub has_path: bool,
}

/// What stands behind the host of a [`Backend`].
#[derive(Debug, Clone, Copy)]
pub enum Reach<'a> {
    /// A service that shares a network.
    Service(Service<'a>),
    /// A service, but no network is shared.
    OtherNetwork(Service<'a>),
    /// An `upstream` of the configuration, an address, a domain, or a name that comes from what is not read.
    Elsewhere,
    /// Nothing of this project has the name.
    Nobody,
}

impl<'a> System<'a> {
    /// The service as a web server; `None` where no configuration of nginx is known for it.
    pub fn web_server<'s>(&self, service: &'s EffectiveService<'a>) -> Option<WebServer<'a, 's>> {
        let configurations = self.nginx(service);
        (!configurations.is_empty()).then_some(WebServer { service, configurations })
    }
}

impl<'a> WebServer<'a, '_> {
    /// Every directive of all its configurations.
    pub fn directives(&self) -> impl Iterator<Item = Directive<'a>> {
        self.configurations.iter().flat_map(|configuration| configuration.directives())
    }

    /// Every directive of a name.
    pub fn named(&self, name: &'static str) -> impl Iterator<Item = Directive<'a>> {
        self.directives().filter(move |directive| directive.is(name))
    }

    /// The file that nginx is started with, where it is not that of the image.
    pub fn main(&self) -> Option<&'a Configuration> {
        self.configurations.iter().find(|configuration| configuration.kind == Kind::Main).copied()
    }

    /// Whether everything that nginx reads is here or known from the image.
    pub fn is_settled(&self) -> bool {
        self.configurations.iter().all(|configuration| {
            let known = |directive: Directive<'_>| {
                let pattern = directive.text(0);
                pattern.starts_with("/etc/nginx/conf.d/") || pattern.starts_with("/etc/nginx/templates/")
            };
            configuration.is_readable()
                && configuration.includes.iter().all(|include| {
                    include.outcome.is_known()
                        || matches!(include.outcome, Outcome::Mapped(_))
                        || known(configuration.directive(include.directive))
                })
        })
    }

    /// Every host that is written out and that requests are passed to.
    pub fn backends(&self) -> Vec<Backend<'a>> {
        self.directives().filter_map(Backend::read).collect()
    }

    /// What stands behind a host, as far as the project tells.
    pub fn reach(&self, system: &System<'a>, host: &str) -> Reach<'a> {
        let own = self.service.service;
        let is_upstream = || self.named("upstream").any(|upstream| upstream.text(0).eq_ignore_ascii_case(host));
        let is_address = host.starts_with('[') || host.parse::<std::net::Ipv4Addr>().is_ok();
        if host.is_empty() || is_address || matches!(host, "localhost" | "host-gateway") || is_upstream() {
            return Reach::Elsewhere;
        }
        if let Some(service) = system.reached(own, host) {
            return Reach::Service(service);
        }
        let is_elsewhere = own.get("network_mode").is_some()
            || host.contains(['.', '$', '{'])
            || is_given(own, host)
            || !system.compose.unresolved.is_empty()
            || own.networks().any(|(name, _)| is_external(system, name))
            || is_numbered(system, host)
            || self.may_write_configuration(host);
        if is_elsewhere || !self.is_settled() {
            return Reach::Elsewhere;
        }
        match system.compose.services().find(|service| names(*service).any(|name| name == host)) {
            Some(service) if service.get("network_mode").is_some() => Reach::Elsewhere,
            Some(service) if !share_a_network(own, service) => Reach::OtherNetwork(service),
            Some(_) => Reach::Elsewhere,
            None if system.compose.services().any(has_unknown_name) => Reach::Elsewhere,
            None => Reach::Nobody,
        }
    }

    /// The names under which it reaches others.
    pub fn reachable(&self, system: &System<'a>) -> Vec<&'a str> {
        let own = self.service.service;
        system.compose.services().filter(|service| share_a_network(own, *service)).flat_map(names).collect()
    }

    /// The ports on which it listens, each with its `listen`; `None` where some part of that is not known.
    pub fn listening(&self) -> Option<Vec<Listening>> {
        if !self.is_settled() {
            return None;
        }
        let mut found = Vec::new();
        for server in self.directives().filter(|directive| directive.is("server") && directive.is_block()) {
            match Server::read(server) {
                Some(server) => {
                    for listen in &server.listens {
                        found.extend(listening(listen, server.directive)?);
                    }
                }
                None => {
                    for listen in server.children_named("listen") {
                        found.extend(listening(&Listen::read(listen), server)?);
                    }
                }
            }
        }
        if self.greets()? {
            found.push(Listening { port: 80, place: None });
        }
        // Sockets of both families are one port.
        let mut ports: Vec<u16> = Vec::new();
        found.retain(|listening| {
            !ports.contains(&listening.port) && {
                ports.push(listening.port);
                true
            }
        });
        Some(found)
    }

    /// Whether the server that greets, which the image brings, is still there beside the own ones; `None` where it may be.
    pub fn greets(&self) -> Option<bool> {
        if self.mount_over(GREETING).is_some() || self.places().iter().any(|(place, _)| place == GREETING) {
            return Some(false);
        }
        if let Some(main) = self.main() {
            let includes = main.named("include").any(|include| include.text(0).contains("conf.d/"));
            if !includes {
                return Some(false);
            }
        }
        match self.image().filter(|image| is_official(image)) {
            Some(_) if !self.is_prepared("default.conf") && !self.is_prepared("conf.d") => Some(true),
            _ => None,
        }
    }

    /// Where its container has the configurations, each with the mount or COPY that says so.
    pub fn places(&self) -> Vec<(String, Location)> {
        let service = self.service.service;
        let mounted = self.service.links.iter().flat_map(|links| links.nginx.iter().map(|mounted| mounted.target.clone()));
        let mut places: Vec<(String, Location)> = mounted
            .map(|target| {
                let location =
                    self.mount_over(&target).map_or(service.origin().key_location(), |mount| mount.node.origin.location());
                (target, location)
            })
            .collect();
        let Some(container) = &self.service.container else { return places };
        for transfer in self.copies() {
            let (target, span) = (&transfer.destination.text, transfer.destination.span);
            let Some(location) = container.location(span) else { continue };
            for source in &transfer.sources {
                let name = source.text.rsplit('/').next().unwrap_or_default();
                let is_file = target.rsplit('/').next().is_some_and(|last| last.contains('.') && last != "conf.d");
                let place = if is_file { target.clone() } else { format!("{}/{name}", target.trim_end_matches('/')) };
                places.push((place, location));
            }
        }
        places
    }

    /// Where COPY and ADD write to, as it is written.
    pub fn copied_to(&self) -> Vec<&str> {
        self.copies().iter().map(|transfer| transfer.destination.text.as_str()).collect()
    }

    fn copies(&self) -> Vec<&crate::dockerfile::instruction::Transfer> {
        let Some((container, stage)) =
            self.service.container.as_ref().and_then(|container| Some((container, container.stage()?)))
        else {
            return Vec::new();
        };
        let dockerfile = container.dockerfile();
        let instructions = dockerfile.lineage(stage).flat_map(|stage| dockerfile.instructions_of(stage));
        instructions
            .filter_map(|(_, instruction)| match &instruction.body {
                Body::Copy(transfer) | Body::Add(transfer) => Some(transfer),
                _ => None,
            })
            .collect()
    }

    /// The image that it runs, or that its Dockerfile begins with.
    pub fn image(&self) -> Option<&ImageReference> {
        self.service.image()
    }

    /// The releases that it may be.
    pub fn release(&self) -> Release {
        self.image().map_or(Release::UNKNOWN, release)
    }

    /// What is mounted at a path or above it.
    pub fn mount_over(&self, path: &str) -> Option<Mount<'a>> {
        let covers = |mount: &Mount<'_>| {
            let target = mount.target.trim_end_matches('/');
            target.is_empty() || path.strip_prefix(target).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.service.service.volumes().find(covers)
    }

    /// Whether something temporary is mounted at a path or above it.
    pub fn has_tmpfs(&self, path: &str) -> bool {
        let items = self.service.service.list("tmpfs").iter().filter_map(Node::as_str);
        items
            .map(|item| item.split(':').next().unwrap_or_default().trim_end_matches('/'))
            .any(|target| path.strip_prefix(target).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
    }

    /// The commands that the container starts with, where this file or compose says so.
    pub fn started(&self) -> Vec<crate::shell::Command> {
        let container = self.service.container.as_ref();
        let stage = container.and_then(|container| Some((container, container.stage()?)));
        stage.map_or(Vec::new(), |(container, stage)| started(container.dockerfile(), stage))
    }

    /// Whether it starts as its image does, or with nginx in another way: no script of which nothing is seen.
    pub fn starts_nginx(&self) -> bool {
        let Some(stage) = self.service.container.as_ref().and_then(|container| container.stage()) else { return false };
        let commands = self.started();
        let is_nginx = |command: &crate::shell::Command| is_nginx(program(command).first().map_or("", |word| &word.text));
        stage.command.is_none() && stage.entrypoint.is_none() || !commands.is_empty() && commands.iter().all(is_nginx)
    }

    /// Whether the image, its build or a script that it starts may write configurations of their own, or one that names this host.
    fn may_write_configuration(&self, host: &str) -> bool {
        let is_known =
            self.image().is_some_and(|image| matches!(image.short_name(), "nginx" | "nginx-unprivileged" | "openresty"));
        let writes = |command: &crate::shell::Command| {
            let name = program(command).first().map_or("", |word| word.text.as_str());
            command.name() == "envsubst" || (name.contains('/') || name.ends_with(".sh")) && !is_nginx(name)
        };
        !is_known || self.started().iter().any(writes) || self.is_prepared(host) || self.is_prepared("upstream")
    }

    /// Whether it is the official image, the layout of which is known.
    pub fn is_official(&self) -> bool {
        self.image().is_some_and(is_official)
    }

    /// Whether its first process is known to be another account than root.
    pub fn is_without_root(&self) -> bool {
        matches!(self.service.user().0, Identity::Account(_))
    }

    /// Whether some instruction or the command of the container may bring a path: one names this word, or a script is run of which
    /// nothing is seen.
    pub fn is_prepared(&self, word: &str) -> bool {
        let Some((container, stage)) =
            self.service.container.as_ref().and_then(|container| Some((container, container.stage()?)))
        else {
            return true;
        };
        let dockerfile = container.dockerfile();
        let instructions = dockerfile.lineage(stage).flat_map(|stage| dockerfile.instructions_of(stage));
        instructions.into_iter().any(|(index, instruction)| match &instruction.body {
            Body::Run { .. } => {
                let text = instruction.span.slice(container.text());
                let runs_script = dockerfile.scripts_of(index).iter().any(|script| {
                    !script.script.clean || script.script.commands.iter().any(|command| command.name().contains(['/', '$']))
                });
                runs_script || text.contains(word)
            }
            _ => false,
        })
    }
}

/// Whether a program is nginx.
pub fn is_nginx(name: &str) -> bool {
    matches!(base_name(name), "nginx" | "nginx-debug" | "openresty")
}

/// The official image, or the one of its makers that does without root.
pub fn is_official(image: &ImageReference) -> bool {
    image.familiar_name() == "nginx" || is_unprivileged(image)
}

/// The image of the makers of nginx that does without root.
pub fn is_unprivileged(image: &ImageReference) -> bool {
    image.familiar_name() == "nginxinc/nginx-unprivileged"
}

/// The release of nginx that an image holds, by its tag.
pub fn release(image: &ImageReference) -> Release {
    let is_nginx = matches!(image.short_name(), "nginx" | "nginx-unprivileged" | "openresty");
    image.tag.as_deref().filter(|_| is_nginx && image.digest.is_none()).map_or(Release::UNKNOWN, Release::of_tag)
}

fn listening(listen: &Listen<'_>, server: Directive<'_>) -> Option<Vec<Listening>> {
    if listen.socket.address == Address::Ip("127.0.0.1".to_owned()) {
        return Some(Vec::new());
    }
    let place = listen.directive.and_then(|directive| Some(directive.at(directive.argument(0)?.span)));
    let place = Some(place.unwrap_or_else(|| server.location()));
    match listen.socket.port {
        Port::Number(port) => Some(vec![Listening { port, place }]),
        Port::None => Some(Vec::new()),
        Port::Range(..) | Port::Unknown => None,
    }
}

/// Whether the service is given the name by itself: `extra_hosts`, `links`, `external_links`.
fn is_given(service: Service<'_>, host: &str) -> bool {
    let hosts = service.get("extra_hosts").into_iter().flat_map(|node| {
        let names = node.entries().map(|(name, _)| name);
        names.chain(node.items().iter().filter_map(|item| item.as_str()?.split([':', '=']).next()))
    });
    let links = ["links", "external_links"].into_iter().flat_map(|key| service.list(key).iter().filter_map(Node::as_str));
    hosts.chain(links.filter_map(|link| link.rsplit(':').next())).any(|name| name == host)
}

fn is_external(system: &System<'_>, network: &str) -> bool {
    let found = system.compose.resources("networks").find(|(name, _)| *name == network);
    found.is_some_and(|(_, node)| node.get("external").and_then(Node::as_bool) == Some(true) || node.origin.is_unknown())
}

/// `shop-api-1`, as compose calls the containers of `api`.
fn is_numbered(system: &System<'_>, host: &str) -> bool {
    let Some((rest, number)) = host.rsplit_once(['-', '_']) else { return false };
    number.bytes().all(|byte| byte.is_ascii_digit()) && system.compose.services().any(|service| rest.ends_with(service.name))
}

fn has_unknown_name(service: Service<'_>) -> bool {
    service.container_name().is_some_and(|name| name.is_unknown())
        || service.networks().any(|(_, network)| network.origin.is_unknown())
}

impl<'c> Backend<'c> {
    /// Reads a directive that passes requests on, or a `server` of an `upstream`; `None` where the host hangs on a variable or a template.
    pub fn read(directive: Directive<'c>) -> Option<Self> {
        let is_pass = PASSES.contains(&directive.name());
        let is_server =
            directive.is("server") && !directive.is_block() && directive.parent().is_some_and(|block| block.is("upstream"));
        if !is_pass && !is_server {
            return None;
        }
        let argument = directive.argument(0)?;
        let start = written_at(directive, argument)?;
        let text = argument.text;
        let scheme = text.find("://").map_or("", |at| &text[..at + 3]);
        let rest = &text[scheme.len()..];
        let authority = &rest[..rest.find(['/', '?']).unwrap_or(rest.len())];
        if authority.is_empty() || authority.contains(['$', '[', '@']) || rest.starts_with("unix:") || argument.is_opaque {
            return None;
        }
        let (host, written) = match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        };
        let host_start = start + scheme.len();
        let port_start = host_start + host.len() + 1;
        let implied = match scheme {
            "http://" | "grpc://" => Some(80),
            "https://" | "grpcs://" => Some(443),
            _ if is_server => Some(80),
            _ => None,
        };
        Some(Self {
            directive,
            host,
            host_span: Span::new(host_start, host_start + host.len()),
            port: written.map_or(implied, |port| port.parse().ok()),
            port_span: written.map(|port| Span::new(port_start, port_start + port.len())),
            scheme,
            has_path: rest.len() > authority.len(),
        })
    }
}

/// Where the text of an argument begins in its file; `None` where escapes make it another text.
fn written_at(directive: Directive<'_>, argument: Argument<'_>) -> Option<usize> {
    let start = argument.span.start() + usize::from(argument.is_quoted);
    (directive.source_text().get(start..start + argument.text.len()) == Some(argument.text)).then_some(start)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Environment;
    use crate::project::{Project, UnitContent};
    use crate::source::{Kind as FileKind, SourceFile};

    fn ask<T>(nginx: &str, ask: impl FnOnce(&System<'_>, &WebServer<'_, '_>) -> T) -> T {
        let compose = "services:\n  web:\n    image: nginx:1.27\n    volumes: [./site.conf:/etc/nginx/conf.d/default.conf]\n    networks: [front]\n  api: { image: a, networks: [front] }\n  db: { image: postgres, networks: [back] }\nnetworks: { front: , back: }\n";
        let files = [("compose.yml", FileKind::Compose, compose), ("site.conf", FileKind::Nginx, nginx)];
        let files = files.map(|(path, kind, text)| SourceFile::new(path, kind, text.as_bytes().to_vec()));
        let project = Project::load(files.into(), &|_| Environment::Production);
        let unit = project.units.iter().find(|unit| matches!(unit.content, UnitContent::Compose(_))).unwrap();
        let system = System::of(&project, unit).unwrap();
        let service = system.service("web").unwrap();
        ask(&system, &system.web_server(&service).unwrap())
    }

    #[test]
    fn hosts_that_requests_are_passed_to() {
        let text = "upstream a { server api:8000; }\nserver { listen 8080; location / { proxy_pass http://api/x; } location /a { proxy_pass http://a; } location /b { proxy_pass http://$b; } location /p { fastcgi_pass \"php:9000\"; } }";
        ask(text, |system, web| {
            let found: Vec<_> = web.backends().iter().map(|backend| (backend.host, backend.port, backend.has_path)).collect();
            assert_eq!(
                found,
                [("api", Some(8000), false), ("api", Some(80), true), ("a", Some(80), false), ("php", Some(9000), false)]
            );
            assert!(matches!(web.reach(system, "api"), Reach::Service(_)));
            assert!(matches!(web.reach(system, "db"), Reach::OtherNetwork(_)));
            assert!(matches!(web.reach(system, "a"), Reach::Elsewhere));
            assert!(matches!(web.reach(system, "php"), Reach::Nobody));
            let ports: Vec<u16> = web.listening().unwrap().iter().map(|listening| listening.port).collect();
            assert_eq!((ports, web.greets()), (vec![8080], Some(false)));
        });
    }

    #[test]
    fn the_tag_of_the_image_tells_the_release() {
        ask("server { listen 80; }", |_, web| {
            let release = web.configurations[0].release;
            assert!(release.is_known() && release == web.release());
        });
    }
}
