use crate::compose::{ComposeProject, Node, Service};
use crate::rules::check::Reporter;
use crate::yaml::ScalarStyle;

pub fn check(_: &ComposeProject, service: Service<'_>, out: &mut Reporter<'_>) {
    texts(service).for_each(|(key, node)| report(key, node, out));
}

/// Everything of a service that is text whatever it looks like, with its key.
pub(super) fn texts<'p>(service: Service<'p>) -> impl Iterator<Item = (&'p str, &'p Node)> {
    let built = service.build().into_iter().flat_map(|build| ["args", "labels"].into_iter().filter_map(|key| build.get(key)));
    let own = ["environment", "labels", "annotations"].into_iter().filter_map(move |key| service.get(key));
    own.chain(built).flat_map(Node::entries)
}

/// The bytes of a scalar that stands in the file without quotes; it may be all of `NAME=value`.
pub(super) fn plain<'a>(node: &Node, out: &Reporter<'a>) -> Option<&'a str> {
    let (tree, id) = out.yaml_at(node.origin.location())?;
    let is_plain = matches!(tree.node(id).kind, crate::yaml::NodeKind::Scalar { style: ScalarStyle::Plain, .. });
    is_plain.then(|| node.origin.span.slice(out.text_of(node.origin.file)))
}

fn report(key: &str, node: &Node, out: &mut Reporter<'_>) {
    let raw = out.text_of(node.origin.file).get(node.origin.span.range()).unwrap_or_default();
    let Some(value) = node.as_str().filter(|value| *value != raw && starts_as_number(raw)) else { return };
    let Some(written) = plain(node, out).filter(|_| node.origin.without_forms().is_own()) else { return };
    let draft = out.report_at(node.origin.location()).value("key", key).value("value", value).value("written", written);
    draft.replace(node.origin.span, format!("\"{written}\"")).emit();
}

fn starts_as_number(raw: &str) -> bool {
    raw.trim_start_matches(['+', '-', '.']).starts_with(|char: char| char.is_ascii_digit())
}
