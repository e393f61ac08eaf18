use rustc_hash::FxHashSet;

use crate::compose::{ComposeProject, Node, Ways};
use crate::finding::Edit;
use crate::project::Content;
use crate::rules::check::Reporter;
use crate::source::sources::{folder, join};
use crate::yaml::Tree;

/// The sections, with the word for what they declare.
const SECTIONS: [(&str, &str); 4] =
    [("volumes", "volume"), ("networks", "network"), ("secrets", "secret"), ("configs", "config")];

pub fn check(project: &ComposeProject, out: &mut Reporter<'_>) {
    // A file of declarations alone is there for others, and what lies elsewhere may use them.
    if project.services().next().is_none() || !project.is_loadable() || !project.unresolved.is_empty() {
        return;
    }
    for (section, kind) in SECTIONS {
        let Some(used) = used(project, section) else { continue };
        for (name, node) in project.resources(section) {
            let external = node.get("external").is_some_and(|external| external.as_bool() != Some(false));
            let is_default = section == "networks" && name == "default";
            let foreign = node.origin.ways.has_any(Ways::INCLUDE.with(Ways::IMPLIED));
            if used.contains(name) || external || is_default || foreign || is_lent(project, section, name, out) {
                continue;
            }
            let edits = out.declared(project, None, "", &[("section", section), ("name", name)]);
            // A comment in a line of its own may be about something else.
            let loses =
                |edit: &Edit| edit.span.slice(out.text_of(edit.file)).lines().any(|line| line.trim_start().starts_with('#'));
            let by_hand = matches!(&edits, Some(Ok(edits)) if edits.iter().any(loses));
            let draft = out.report_at(node.origin.key_location()).value("kind", kind).value("name", name);
            if by_hand { draft.by_hand().emit() } else { draft.declared(edits).emit() }
        }
    }
}

/// Whether a file beside the project names a thing that it does not declare itself: both are meant to be given to compose together.
fn is_lent(project: &ComposeProject, section: &str, name: &str, out: &Reporter<'_>) -> bool {
    let all = out.project();
    let folder_of = |file| folder(&join(".", &all.document(file).source.path)).to_owned();
    let here = folder_of(project.root);
    let mut others = all.documents.iter().filter(|other| !project.files.contains(&other.file));
    others.any(|other| {
        let Some(parsed) = other.compose() else { return false };
        let names_it = || memchr::memmem::find(other.source.text().as_bytes(), name.as_bytes()).is_some();
        let declares = |tree: &Tree| {
            let section = tree.root.and_then(|root| tree.get(root, section));
            section.is_some_and(|section| tree.get(section, name).is_some())
        };
        folder_of(other.file) == here && names_it() && !parsed.stream.documents.iter().any(declares)
    })
}

/// The names that services use; `None` when some name is not known.
fn used<'p>(project: &'p ComposeProject, section: &str) -> Option<FxHashSet<&'p str>> {
    let mut used = FxHashSet::default();
    for service in project.services() {
        match section {
            "volumes" => {
                for mount in service.volumes() {
                    if mount.is_unknown() {
                        return None;
                    }
                    used.extend(mount.source);
                }
            }
            "networks" => {
                used.extend(service.networks().map(|(name, _)| name));
                used.extend(service.build().and_then(|build| build.get("network")).and_then(Node::as_str));
            }
            _ => {
                let own = service.list(section);
                let built = service.build().and_then(|build| build.get(section)).map_or(&[][..], Node::items);
                for item in own.iter().chain(built) {
                    let source = item.get("source").unwrap_or(item);
                    if source.origin.is_unknown() {
                        return None;
                    }
                    used.extend(source.as_str());
                }
            }
        }
    }
    Some(used)
}
