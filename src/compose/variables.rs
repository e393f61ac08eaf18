//! Variables in the values of a document, replaced (compose-go, `interpolation/interpolation.go`).

use super::environment::Environment;
use super::interpolate::{self, InterpolationError, Lookup, Room};
use super::node::{Node, Value, Ways};
use super::problem::{Problem, Problems};
use super::site::{SetBy, Sites, VariableUse, variable_span};
use crate::source::{Location, SourceFile, Span};

/// Replaces the variables in every text of a document, as long as there is room; keys have none.
pub(super) fn replace(
    root: &mut Node,
    source: &SourceFile,
    environment: &Environment,
    room: &mut Room,
    sites: &mut Sites,
    problems: &mut Problems,
) {
    let mut full = false;
    root.each_mut(&mut |node| {
        let Value::Text(text) = &node.value else { return };
        if !interpolate::has_variables(text) {
            return;
        }
        let lookup = |name: &str| environment.get(name).map_or(Lookup::Unset, |setting| setting.lookup());
        match interpolate::interpolate_within(text, &lookup, room) {
            Ok(result) => {
                if !result.uses.is_empty() {
                    let uses = placed(&result.uses, source, node, environment);
                    node.origin.interpolation = Some(sites.add_interpolation(uses));
                    node.origin.ways = node.origin.ways.with(Ways::INTERPOLATED);
                }
                if result.unknown {
                    node.origin.ways = node.origin.ways.with(Ways::UNKNOWN);
                }
                node.value = Value::text(result.text);
            }
            // Said once.
            Err(InterpolationError::Size { .. }) if std::mem::replace(&mut full, true) => {}
            Err(error) => {
                let span = dollar(source.text(), node.origin.span, text, error.at());
                problems.push(Problem::new(Location { file: node.origin.file, span }, error.to_string()));
            }
        }
    });
}

/// The uses with their places in the file and with what sets them.
fn placed(uses: &[interpolate::Use], source: &SourceFile, node: &Node, environment: &Environment) -> Vec<VariableUse> {
    let mut from = 0;
    let placed = uses.iter().map(|used| {
        let span = variable_span(source.text(), node.origin.span, &used.name, from);
        if span != node.origin.span {
            from = span.end() - node.origin.span.start();
        }
        VariableUse {
            name: used.name.clone(),
            operator: used.operator,
            location: Location { file: node.origin.file, span },
            set: environment.get(&used.name).map_or(SetBy::Nothing, |setting| setting.by),
            replaced: used.replaced,
        }
    });
    placed.collect()
}

/// The `${` at a byte of the value, in the file; the whole scalar where that is not known.
fn dollar(text: &str, scalar: Span, value: &str, at: usize) -> Span {
    let nth = value[..at].matches('$').count();
    // Without the quote at its end.
    let raw = scalar.slice(text);
    let quoted = raw.len() >= 2 && ['"', '\''].into_iter().any(|quote| raw.starts_with(quote) && raw.ends_with(quote));
    let last = if quoted { scalar.end() - 1 } else { scalar.end() };
    let start = scalar.slice(text).match_indices('$').nth(nth).map(|(offset, _)| scalar.start() + offset);
    start.map_or(scalar, |start| {
        let end = text[start..last].find('\n').map_or(last, |newline| start + newline);
        Span::new(start, text[start..end].find('}').map_or(end, |brace| start + brace + 1))
    })
}
