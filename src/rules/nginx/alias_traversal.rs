use crate::nginx::location::{Location, Modifier};
use crate::nginx::regex::{Node, Regex};
use crate::nginx::script::{Part, parts};
use crate::rules::check::Reporter;

pub fn check(location: &Location<'_>, out: &mut Reporter<'_>) {
    let Some(alias) = location.directive.child("alias").and_then(|alias| alias.argument(0)) else { return };
    let place = location.directive.at(location.pattern_span);
    let report = |out: &mut Reporter<'_>, variant: Option<&str>, end: Option<usize>| {
        let mut draft = out.report_at(place).value("location", location.pattern).value("alias", alias.text);
        if let Some(variant) = variant {
            draft = draft.variant(variant);
        }
        match end {
            Some(end) => draft.insert(end, "/").emit(),
            None => draft.emit(),
        }
    };
    if location.is_regex() {
        let any_case = location.modifier == Modifier::RegexAnyCase;
        if Regex::parse(location.pattern, any_case).is_some_and(|regex| escapes(&regex, location.pattern, alias.text)) {
            report(out, Some("capture"), None);
        }
        return;
    }
    if !location.is_prefix() || location.pattern.ends_with('/') {
        return;
    }
    if alias.text.ends_with('/') {
        let text = location.directive.source_text();
        let is_quoted = text[location.pattern_span.range()].ends_with(['"', '\'']);
        report(out, None, Some(location.pattern_span.end() - usize::from(is_quoted)));
    } else if !is_same_file(location.pattern, alias.text) && !alias.text.contains('$') {
        report(out, Some("sibling"), None);
    }
}

/// `/favicon.ico` and `/srv/favicon.ico` are a file each.
fn is_same_file(location: &str, alias: &str) -> bool {
    let ending = |path: &str| path.rsplit('/').next().and_then(|name| name.rsplit_once('.')).map(|(_, ending)| ending.to_owned());
    ending(location).is_some_and(|end| ending(alias) == Some(end))
}

/// Whether a capture that the alias ends with may leave its folder: it has to stand behind a `/` in both.
fn escapes(regex: &Regex, pattern: &str, alias: &str) -> bool {
    let mut before = "";
    for part in parts(alias) {
        let group = match part {
            Part::Literal(text) => {
                before = text;
                continue;
            }
            Part::Capture(number) => number as usize,
            Part::Variable(name) => match regex.group_named(name) {
                Some(number) => number,
                None => continue,
            },
        };
        let Some(node) = regex.group(group) else { continue };
        let Node::Group(_, child) = regex.nodes[node] else { continue };
        let first = regex.first_bytes(child);
        let start = regex.groups[group - 1].start;
        let is_behind_slash = pattern[..start].ends_with('/');
        // A dot after the folder's slash is `..`; any byte without one is another folder.
        let goes_up = before.ends_with('/') && !is_behind_slash && first.contains(b'.');
        let only_slash = first.contains(b'/') && first.len() == 1;
        let goes_beside = !(before.ends_with('/') || first.is_empty() || only_slash);
        let is_free = regex.bytes(child).contains(b'.') && regex.bytes(child).contains(b'/');
        if is_free && (goes_up || goes_beside) {
            return true;
        }
        before = "";
    }
    false
}
