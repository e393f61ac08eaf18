use crate::compose::ComposeProject;
use crate::rules::check::Reporter;
use crate::source::Location;

/// In each file of the project: of what an override says, the last counts.
pub fn check(project: &ComposeProject, out: &mut Reporter<'_>) {
    for file in project.config_files.iter().copied() {
        for tree in out.yaml_of(file).into_iter().flat_map(|stream| &stream.documents) {
            let Some((_, node)) = tree.root.and_then(|root| tree.entry(root, "name")) else { continue };
            let Some(written) = tree.str(node).filter(|written| !written.contains('$')) else { continue };
            let name = crate::compose::normalised_name(written);
            if name == written || name.is_empty() {
                continue;
            }
            let edits = out.edit_yaml(file, tree, |editor| editor.set(node, name.clone().into()));
            let draft =
                out.report_at(Location { file, span: tree.node(node).span }).value("written", written).value("name", name);
            edits.into_iter().flatten().fold(draft, |draft, edit| draft.edit(edit)).emit();
        }
    }
}
