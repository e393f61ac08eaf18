use crate::compose::ComposeProject;
use crate::rules::check::Reporter;
use crate::source::{Kind, Location};

/// In each file of the project.
pub fn check(project: &ComposeProject, out: &mut Reporter<'_>) {
    for &file in &project.files {
        if out.kind_of(file) != Kind::Compose {
            continue;
        }
        for tree in out.yaml_of(file).into_iter().flat_map(|stream| &stream.documents) {
            let entry = tree.root.and_then(|root| tree.entry(root, "version"));
            let Some((key, value)) = entry else { continue };
            // What compose refuses is mended first.
            let edits = if project.is_loadable() { out.edit_yaml(file, tree, |editor| editor.remove(value)) } else { None };
            let draft = out.report_at(Location { file, span: tree.node(key).span });
            edits.into_iter().flatten().fold(draft, |draft, edit| draft.edit(edit)).emit();
        }
    }
}
