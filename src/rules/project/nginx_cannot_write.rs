use crate::nginx::write;
use crate::project::effective::{EffectiveService, System};
use crate::project::web_server::{WebServer, is_unprivileged};
use crate::rules::check::Reporter;
use crate::source::{Location, Span};

/// Where nginx keeps bodies and answers that it does not hold in memory.
const TEMPORARY: &[(&str, &str)] = &[
    ("client_body_temp_path", "/tmp/client_temp"),
    ("proxy_temp_path", "/tmp/proxy_temp"),
    ("fastcgi_temp_path", "/tmp/fastcgi_temp"),
    ("uwsgi_temp_path", "/tmp/uwsgi_temp"),
    ("scgi_temp_path", "/tmp/scgi_temp"),
];

const CACHE: &str = "/var/cache/nginx";

/// Only in the official image, of which it is known what belongs to whom.
pub fn check<'s>(system: &System<'s>, service: &EffectiveService<'s>, out: &mut Reporter<'_>) {
    let web = WebServer { service, configurations: service.nginx.clone() };
    if !web.is_official() || !web.starts_nginx() {
        return;
    }
    out.project();
    if service.service.is_set("read_only") {
        read_only(system, &web, out);
    } else if web.is_without_root() && !web.image().is_some_and(is_unprivileged) {
        another_account(&web, out);
    }
}

fn read_only(system: &System<'_>, web: &WebServer<'_, '_>, out: &mut Reporter<'_>) {
    let Some(node) = web.service.service.get("read_only") else { return };
    let mut folders: Vec<&str> = Vec::new();
    let temporary = web.main().and_then(|main| main.named(TEMPORARY[0].0).next()).map_or(CACHE, |directive| directive.text(0));
    let (pid, temporary) =
        if web.image().is_some_and(is_unprivileged) { ("/tmp/nginx.pid", "/tmp") } else { (pid(web), temporary) };
    for path in [temporary, pid] {
        let folder = [CACHE, "/var/run", "/run", "/tmp"].into_iter().find(|folder| path.starts_with(folder));
        let Some(folder) = folder else { continue };
        // One leads to the other.
        let names: &[&str] = if matches!(folder, "/run" | "/var/run") { &["/run", "/var/run"] } else { &[folder] };
        if !is_writable(web, path) && !names.iter().any(|name| is_writable(web, name)) && !folders.contains(&names[0]) {
            folders.push(names[0]);
        }
    }
    let has_templates = web.places().iter().any(|(place, _)| place.starts_with("/etc/nginx/templates/"));
    if has_templates && !is_writable(web, "/etc/nginx/conf.d") {
        folders.push("/etc/nginx/conf.d");
    }
    if folders.is_empty() {
        return;
    }
    let place = node.origin.key_location();
    let names: Vec<String> = folders.iter().map(|folder| format!("`{folder}`")).collect();
    let text = system.project.document(place.file).source.text();
    let has_list = web.service.service.get("tmpfs").is_some();
    let line = line_behind(text, place, node.origin.span).filter(|_| !has_list && node.origin.is_own());
    let draft =
        out.report_at(place).variant("read-only").value("name", web.service.service.name).value("folders", names.join(" and "));
    match line {
        Some((at, begin)) => draft.insert(at, format!("{begin}tmpfs: [{}]", folders.join(", "))).emit(),
        None => draft.by_hand().emit(),
    }
}

fn another_account(web: &WebServer<'_, '_>, out: &mut Reporter<'_>) {
    let name = web.service.service.name;
    let (_, said) = web.service.user();
    let pid = pid(web);
    let prepared = |word: &str| web.is_prepared(word);
    let is_pid_lost = (pid.starts_with("/run") || pid.starts_with("/var/run"))
        && !is_writable(web, pid)
        && !is_writable(web, "/run")
        && !prepared("nginx.pid")
        && !prepared("/run");
    let is_cache_lost = !is_writable(web, CACHE) && !prepared("/var/cache");
    let Some(main) = web.main() else {
        if is_pid_lost || is_cache_lost {
            out.report_at(said).variant("image").value("name", name).by_hand().emit();
        }
        return;
    };
    if is_pid_lost && main.is_readable() {
        let written = main.top().find(|directive| directive.is("pid"));
        match written.and_then(|directive| Some((directive, directive.argument(0)?))) {
            Some((directive, argument)) => out
                .report_at(directive.at(argument.span))
                .variant("pid")
                .value("name", name)
                .value("path", pid)
                .related_at(said, "account")
                .edit(write::replace(directive, argument, "/tmp/nginx.pid"))
                .emit(),
            None => {
                let Some(first) = main.top().next() else { return };
                out.report_at(first.location())
                    .variant("pid")
                    .value("name", name)
                    .value("path", pid)
                    .related_at(said, "account")
                    .edit(write::add_before(first, &["pid /tmp/nginx.pid;"]))
                    .emit();
            }
        }
    }
    let Some(http) = main.whole_http().filter(|_| is_cache_lost) else { return };
    let missing: Vec<String> =
        TEMPORARY.iter().filter(|(name, _)| http.child(name).is_none()).map(|(name, path)| format!("{name} {path};")).collect();
    if missing.is_empty() {
        return;
    }
    let lines: Vec<&str> = missing.iter().map(String::as_str).collect();
    out.report_at(http.location())
        .variant("temporary")
        .value("name", name)
        .related_at(said, "account")
        .edit(write::add_first(http, &lines))
        .emit();
}

fn pid<'a>(web: &WebServer<'a, '_>) -> &'a str {
    let written = web.main().and_then(|main| main.top().find(|directive| directive.is("pid")));
    written.map_or("/run/nginx.pid", |directive| directive.text(0))
}

fn is_writable(web: &WebServer<'_, '_>, path: &str) -> bool {
    web.has_tmpfs(path) || web.mount_over(path).is_some_and(|mount| !mount.read_only)
}

/// Where a line behind that of a key begins, and the newline and blanks before its own key; `None` in a flow mapping.
fn line_behind(text: &str, key: Location, value: Span) -> Option<(usize, String)> {
    let start = text[..key.span.start()].rfind('\n').map_or(0, |at| at + 1);
    let indent = &text[start..key.span.start()];
    let end = text[value.end()..].find('\n').map_or(text.len(), |at| value.end() + at);
    let line = &text[value.end()..end];
    let rest = line.strip_suffix('\r').unwrap_or(line);
    let is_plain = indent.trim().is_empty() && (rest.trim().is_empty() || rest.trim_start().starts_with('#'));
    let newline = if line.ends_with('\r') { "\r\n" } else { "\n" };
    is_plain.then(|| (value.end() + rest.len(), format!("{newline}{indent}")))
}
