use crate::compose::{ComposeProject, VariableUse};
use crate::rules::check::Reporter;
use crate::source::{Location, Span};

use super::dollar_in_value::cut_secret;

/// Each variable once, at its first place: `docker compose` too warns once for each. `${NAME:?…}` says itself that it must be set.
pub fn check(project: &ComposeProject, out: &mut Reporter<'_>) {
    let mut seen: Vec<&str> = Vec::new();
    let is_required = |used: &&VariableUse| used.operator.is_some_and(|operator| operator.is_required());
    for used in project.missing_variables().filter(|used| !is_required(used)) {
        // A part of a secret is no name to be told.
        if !seen.contains(&used.name.as_str()) && cut_secret(used, out).is_none() {
            seen.push(&used.name);
            out.report_at(with_brace(used.location, out)).value("name", used.name.clone()).emit();
        }
    }
}

/// A reference with the brace that closes it.
fn with_brace(place: Location, out: &Reporter<'_>) -> Location {
    let closes = out.text_of(place.file)[place.span.end()..].starts_with('}');
    if closes { Location { span: Span::new(place.span.start(), place.span.end() + 1), ..place } } else { place }
}
