use rustc_hash::FxHashMap;

use crate::compose::{ComposeProject, mount_target};
use crate::rules::check::Reporter;
use crate::source::{FileId, Location};
use crate::yaml::{NodeId, NodeKind, Tree};

/// Lists of which compose keeps one item of each kind (compose-go, `override/uncity.go`); of others it refuses a second one.
const PLAIN: [&str; 11] =
    ["cap_add", "cap_drop", "configs", "dns", "dns_opt", "dns_search", "env_file", "expose", "links", "ports", "secrets"];
const VARIABLES: [&str; 3] = ["environment", "labels", "annotations"];

/// In each file of the project: what an override repeats is meant.
pub fn check(project: &ComposeProject, out: &mut Reporter<'_>) {
    for file in project.files.iter().copied() {
        for tree in out.yaml_of(file).into_iter().flat_map(|stream| &stream.documents) {
            let Some((_, services)) = tree.root.and_then(|root| tree.entry(root, "services")) else { continue };
            for (name, service) in tree.entries(services) {
                for (key, list) in tree.entries(service) {
                    if let (Some(key), NodeKind::Sequence { items, .. }) = (tree.str(key), &tree.node(list).kind) {
                        report(file, tree, (tree.str(name).unwrap_or_default(), key), items, out);
                    }
                }
            }
        }
    }
}

fn report<'a>(file: FileId, tree: &'a Tree, (name, key): (&str, &str), items: &[NodeId], out: &mut Reporter<'a>) {
    let mut first: FxHashMap<String, NodeId> = FxHashMap::default();
    for &item in items {
        let Some(text) = tree.str(item) else { continue };
        let Some((held, what)) = what(key, text) else { continue };
        let Some(&before) = first.get(&held) else {
            first.insert(held, item);
            continue;
        };
        let is_same = tree.str(before) == Some(text);
        let variant = match what {
            What::Variable if is_same => Some("same-variable"),
            What::Variable => Some("variable"),
            What::Mount if !is_same => Some("mount"),
            _ => None,
        };
        let edits = if is_same { out.edit_yaml(file, tree, |editor| editor.remove(item)) } else { None };
        let draft = out.report_at(Location { file, span: tree.node(item).span });
        let draft = if let Some(variant) = variant { draft.variant(variant) } else { draft };
        let draft = draft.value("item", held).value("key", key).value("name", name).related(tree.node(before).span, "first");
        edits.into_iter().flatten().fold(draft, |draft, edit| draft.edit(edit)).emit();
    }
}

enum What {
    Item,
    Variable,
    Mount,
}

/// What two items may not share.
fn what(key: &str, text: &str) -> Option<(String, What)> {
    if VARIABLES.contains(&key) {
        return Some((text.split_once('=').map_or(text, |(name, _)| name).to_owned(), What::Variable));
    }
    match key {
        "volumes" => Some((mount_target(text)?, What::Mount)),
        _ => PLAIN.contains(&key).then(|| (text.to_owned(), What::Item)),
    }
}
