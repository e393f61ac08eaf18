use crate::nginx::location::{Location, Modifier};
use crate::nginx::regex::{Node, Regex};
use crate::rules::check::Reporter;

pub fn check(location: &Location<'_>, out: &mut Reporter<'_>) {
    if !location.is_regex() {
        return;
    }
    let Some(regex) = Regex::parse(location.pattern, location.modifier == Modifier::RegexAnyCase) else { return };
    if !regex.nodes.iter().any(|node| matches!(node, Node::Start | Node::End)) {
        out.report_at(location.directive.at(location.pattern_span)).value("pattern", location.pattern).emit();
    }
}
