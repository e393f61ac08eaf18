use crate::compose::{ComposeProject, Node, Service, SetBy};
use crate::rules::check::Reporter;
use crate::source::Span;

pub fn check(project: &ComposeProject, service: Service<'_>, out: &mut Reporter<'_>) {
    let test = service.healthcheck().map_or(&[][..], |check| check.test());
    let words = ["command", "entrypoint"].into_iter().filter_map(|key| service.get(key)).flat_map(texts);
    let mut told = Vec::new();
    for node in test.iter().chain(words) {
        let text = out.text_of(node.origin.file);
        for used in project.sites.variables(&node.origin) {
            let Some(variable) = service.variable(&used.name).filter(|_| used.set == SetBy::Nothing && used.operator.is_none())
            else {
                continue;
            };
            let at = used.location.span.start();
            // The words of a text of several share its variables.
            if told.contains(&used.location) || !text[at..].starts_with('$') {
                continue;
            }
            told.push(used.location);
            let draft = out.report_at(used.location).value("variable", &used.name).value("name", service.name);
            let draft = draft.related_at(variable.origin.location(), "set");
            let own = node.origin.is_own() || !node.origin.ways.has_any(crate::compose::Ways::ALIAS);
            if own { draft.replace(Span::empty(at), "$").emit() } else { draft.emit() }
        }
    }
}

/// The texts of a command, whichever form it has.
fn texts(node: &Node) -> impl Iterator<Item = &Node> {
    node.items().iter().chain(node.as_str().is_some().then_some(node))
}
