use crate::catalog::nginx_directives::Version;
use crate::nginx::configuration::Directive;
use crate::nginx::regex::Regex;
use crate::nginx::script::{Part, parts};
use crate::rules::check::Reporter;

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    let release = directive.configuration().release;
    let is_fixed = release.is_at_least(Version(1, 31, 1))
        || (release.is_at_least(Version(1, 30, 2)) && release.is_before(Version(1, 31, 0)));
    if !directive.is("rewrite") || directive.count() < 2 || is_fixed {
        return;
    }
    let replacement = directive.text(1);
    let replacement = replacement.strip_suffix('?').unwrap_or(replacement);
    let is_redirect = matches!(directive.text(2), "redirect" | "permanent")
        || ["http://", "https://"].iter().any(|start| replacement.starts_with(start));
    // With a variable, or a capture that stands twice, nginx takes another way to the length.
    let all = captures(replacement);
    let has_variable = parts(replacement).iter().any(|part| matches!(part, Part::Variable(_)));
    let is_repeated = all.iter().enumerate().any(|(index, number)| all[..index].contains(number));
    if has_variable || is_repeated {
        return;
    }
    let escaped = match (is_redirect, replacement.split_once('?')) {
        (true, _) => all,
        (false, Some((_, arguments))) => captures(arguments),
        (false, None) => return,
    };
    let Some(regex) = Regex::parse(directive.text(0), false) else { return };
    let spans: Vec<(usize, usize)> =
        escaped.iter().filter_map(|number| regex.groups.get(number - 1)).map(|group| (group.start, group.end)).collect();
    let overlaps = spans.iter().any(|outer| spans.iter().any(|inner| outer.0 < inner.0 && inner.1 <= outer.1));
    if overlaps {
        out.report_at(directive.location()).emit();
    }
}

fn captures(text: &str) -> Vec<usize> {
    let number = |part: &Part<'_>| match part {
        Part::Capture(number) => Some(*number as usize),
        _ => None,
    };
    parts(text).iter().filter_map(number).collect()
}
