//! Mounts of the host that are handed on: `bind.propagation` in the long form, an option in the short one.

use super::check::Reporter;
use crate::compose::written::{content, written_option};
use crate::compose::{ComposeProject, Node, Service};
use crate::json_pointer;
use crate::source::Location;

/// Reports each mount of a service whose propagation is one of `words`; the fix leaves it out.
pub fn report(project: &ComposeProject, service: Service<'_>, words: &[&str], out: &mut Reporter<'_>) {
    for mount in service.volumes() {
        let propagation = mount.node.get("bind").and_then(|bind| bind.get("propagation"));
        let Some(propagation) = propagation.filter(|propagation| !propagation.origin.is_unknown()) else { continue };
        let Some(word) = Node::as_str(propagation).filter(|word| words.contains(word)) else { continue };
        if !mount.is_short() {
            let subject = format!("/services/{}/volumes/{}", json_pointer::escaped(service.name), mount.index);
            let edits = out.declared(project, None, &subject, &[]);
            out.report_at(propagation.origin.location()).value("name", service.name).declared(edits).emit();
            continue;
        }
        let origin = mount.node.origin;
        let text = out.text_of(origin.file);
        let written = content(text, origin.span).and_then(|span| written_option(text, span, word));
        let place = written.map_or(origin.location(), |(option, _)| Location { file: origin.file, span: option });
        let draft = out.report_at(place).value("name", service.name);
        match written.filter(|_| origin.without_forms().is_own()) {
            Some((_, removed)) => draft.delete(removed).emit(),
            None => draft.by_hand().emit(),
        }
    }
}
