use crate::compose::Node;
use crate::nginx::configuration::Directive;
use crate::project::effective::{EffectiveService, System};
use crate::project::web_server::WebServer;
use crate::rules::check::Reporter;

/// Files without which nginx does not start.
const AT_START: &[&str] = &[
    "ssl_certificate",
    "ssl_certificate_key",
    "ssl_dhparam",
    "ssl_trusted_certificate",
    "ssl_client_certificate",
    "ssl_crl",
    "ssl_password_file",
    "proxy_ssl_certificate",
    "proxy_ssl_certificate_key",
    "proxy_ssl_trusted_certificate",
];

/// What the official image has below these is its own.
const OF_IMAGE: &[&str] = &["/usr/share/nginx", "/etc/ssl/certs", "/etc/nginx/html"];

/// Only in the official image, of which it is known what it holds, and only where nothing else may bring the file.
pub fn check<'s>(system: &System<'s>, service: &EffectiveService<'s>, out: &mut Reporter<'_>) {
    let Some(web) = system.web_server(service).filter(|web| web.is_official() && web.starts_nginx()) else { return };
    out.project();
    for directive in web.directives() {
        let is_at_start = AT_START.contains(&directive.name());
        if !(is_at_start || directive.means("auth_basic_user_file") || is_root(directive)) {
            continue;
        }
        let Some(argument) = directive.argument(0).filter(|argument| !argument.is_opaque) else { continue };
        let written = argument.text;
        let is_path = !written.contains(['$', ':']) && !written.is_empty();
        let path = if written.starts_with('/') { written.to_owned() } else { format!("/etc/nginx/{written}") };
        if !is_path || OF_IMAGE.iter().any(|folder| path.starts_with(folder)) || may_have(&web, &path) {
            continue;
        }
        let draft = out.report_at(directive.at(argument.span)).value("path", path).value("name", service.service.name);
        match directive.name() {
            "auth_basic_user_file" => draft.variant("accounts").emit(),
            "root" | "alias" => draft.variant("folder").emit(),
            _ => draft.emit(),
        }
    }
}

/// A folder that files are sent from. With FastCGI the other service reads it.
fn is_root(directive: Directive<'_>) -> bool {
    let is_folder = directive.means("root") || directive.means("alias");
    let server = directive.within("server").filter(|server| server.is_block());
    let has_other = |server: Directive<'_>| {
        server
            .descendants()
            .any(|other| matches!(other.name(), "fastcgi_pass" | "uwsgi_pass" | "scgi_pass" | "passenger_enabled"))
    };
    is_folder && directive.text(0) != "/" && server.is_some_and(|server| !has_other(server))
}

/// Whether a mount, a copy, a command of the build or an earlier stage may bring a path.
fn may_have(web: &WebServer<'_, '_>, path: &str) -> bool {
    let path = path.trim_end_matches('/');
    let related = |target: &str| {
        let target = target.trim_end_matches('/');
        let is_above =
            |above: &str, below: &str| below.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        is_above(target, path) || is_above(path, target)
    };
    let service = web.service.service;
    let given = ["configs", "secrets"].into_iter().flat_map(|key| service.list(key));
    let given = given.filter_map(|item| item.get("target").or(item.get("source")).and_then(Node::as_str));
    let given = given.map(|target| if target.starts_with('/') { target.to_owned() } else { format!("/run/secrets/{target}") });
    let mounted = service.volumes().map(|mount| mount.target.to_owned());
    if mounted.chain(given).any(|target| related(&target)) || service.get("volumes_from").is_some() {
        return true;
    }
    let is_absolute = |target: &str| target.starts_with('/') && !target.contains('$');
    let copied = |target: &str| !is_absolute(target) || related(target);
    let name = path.rsplit('/').next().unwrap_or_default();
    let folder = path.rsplit('/').nth(1).unwrap_or_default();
    web.copied_to().iter().any(|target| copied(target)) || web.is_prepared(name) || !folder.is_empty() && web.is_prepared(folder)
}
