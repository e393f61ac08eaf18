use crate::project::effective::{EffectiveService, System};
use crate::rules::check::Reporter;
use crate::source::Entry;

/// Endings of files that are kept with the project. Keys, certificates and env files are often kept out of it.
const ENDINGS: &[&str] = &[
    "conf",
    "cnf",
    "cfg",
    "ini",
    "yml",
    "yaml",
    "toml",
    "xml",
    "sh",
    "sql",
    "php",
    "py",
    "js",
    "ts",
    "html",
    "css",
    "template",
    "tmpl",
    "properties",
    "lua",
    "vcl",
    "rb",
    "hcl",
    "cjs",
    "mjs",
];

pub fn check<'s>(_: &System<'s>, service: &EffectiveService<'s>, out: &mut Reporter<'_>) {
    let Some(links) = service.links else { return };
    for mount in service.service.volumes() {
        let missing = links.binds.iter().find(|bind| bind.index == mount.index && bind.entry == Entry::Missing);
        let Some(bind) = missing.filter(|_| is_file(mount.target)) else { continue };
        if !is_file(&bind.path) {
            continue;
        }
        let place = mount.node.get("source").unwrap_or(mount.node).origin.location();
        let creates = mount.node.pointer("/bind/create_host_path").and_then(crate::compose::Node::as_bool) != Some(false);
        let draft = out
            .report_at(place)
            .value("name", service.service.name)
            .value("path", bind.path.as_str())
            .value("target", mount.target);
        if creates { draft.emit() } else { draft.variant("refused").emit() }
    }
}

fn is_file(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    // `conf.d` and the like are folders, and so is `.config`.
    let ending = name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty());
    ending.is_some_and(|(_, ending)| ENDINGS.contains(&ending))
}
