use crate::compose::written::read_only;
use crate::compose::{ComposeProject, Mount, Service};
use crate::json_pointer;
use crate::rules::check::Reporter;

/// Endings of files that programs read and people write.
const ENDINGS: [&str; 14] =
    ["cfg", "cnf", "conf", "crt", "hcl", "ini", "key", "pem", "properties", "sql", "template", "toml", "yaml", "yml"];

/// Where configurations lie, in an image; elsewhere such a file may well be the source of an application that is being written.
const FOLDERS: [&str; 7] =
    ["/etc/", "/docker-entrypoint-initdb.d/", "/usr/local/etc/", "/usr/share/", "/opt/", "/usr/local/openresty/", "/config/"];

pub fn check(project: &ComposeProject, service: Service<'_>, out: &mut Reporter<'_>) {
    for mount in service.volumes().filter(|mount| mount.kind == "bind" && !mount.read_only && !mount.is_unknown()) {
        let Some(source) = mount.source.filter(|_| is_configuration(&mount)) else { continue };
        let short = if mount.is_short() { read_only(out.text_of(mount.node.origin.file), &mount) } else { None };
        let long =
            (!mount.is_short()).then(|| format!("/services/{}/volumes/{}", json_pointer::escaped(service.name), mount.index));
        let declared = long.and_then(|subject| out.declared(project, None, &subject, &[]));
        let place = if mount.is_short() { mount.node } else { mount.node.get("source").unwrap_or(mount.node) };
        let draft = out.report_at(place.origin.location()).value("name", service.name).value("source", source).declared(declared);
        match short {
            Some((span, text)) => draft.replace(span, text).emit(),
            None => draft.emit(),
        }
    }
}

fn is_configuration(mount: &Mount<'_>) -> bool {
    let ending = mount.target.rsplit('/').next().and_then(|name| name.rsplit_once('.')).map_or("", |(_, ending)| ending);
    ENDINGS.contains(&ending) && FOLDERS.iter().any(|folder| mount.target.starts_with(folder))
}
