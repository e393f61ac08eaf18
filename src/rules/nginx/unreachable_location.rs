use crate::nginx::location::{Location, Modifier};
use crate::nginx::server::Server;
use crate::rules::check::Reporter;

/// Beginnings of more locations are not compared, which would take long.
const MOST: usize = 500;

pub fn check(server: &Server<'_>, out: &mut Reporter<'_>) {
    let locations: Vec<Location<'_>> = server.directive.children().filter_map(Location::read).take(MOST).collect();
    for (index, location) in locations.iter().enumerate() {
        let Some(first) = taker(&locations, index) else { continue };
        out.report_at(location.directive.at(location.directive.arguments_span()))
            .value("location", location.describe())
            .value("first", first.describe())
            .related_at(first.directive.at(first.directive.arguments_span()), "first")
            .emit();
    }
}

/// The location that takes all requests that this one could have.
fn taker<'l, 'c>(locations: &'l [Location<'c>], index: usize) -> Option<&'l Location<'c>> {
    let location = &locations[index];
    match location.modifier {
        Modifier::Regex | Modifier::RegexAnyCase => {
            let earlier = locations[..index].iter().filter(|other| other.is_regex());
            let same = earlier.into_iter().find(|other| {
                let is_same = other.pattern == location.pattern
                    && (other.modifier == location.modifier || other.modifier == Modifier::RegexAnyCase);
                is_same || takes_everything(other)
            });
            same.or_else(|| preferred(locations, location))
        }
        // Expressions are tried before a prefix without `^~`, wherever they stand.
        Modifier::Prefix => locations.iter().find(|other| takes_everything(other)),
        Modifier::Exact | Modifier::PreferredPrefix | Modifier::Named => None,
    }
}

fn takes_everything(location: &Location<'_>) -> bool {
    location.is_regex()
        && matches!(location.pattern, "" | "/" | "^" | "^/" | ".*" | "^.*" | "^.*$" | "^/.*" | "^/.*$" | "^(.*)$" | "(.*)")
}

/// A prefix with `^~` that all paths of an expression begin with, where no longer prefix gives it a chance.
fn preferred<'l, 'c>(locations: &'l [Location<'c>], location: &Location<'c>) -> Option<&'l Location<'c>> {
    if location.modifier == Modifier::RegexAnyCase {
        return None;
    }
    let literal = literal_start(location.pattern)?;
    let found =
        locations.iter().find(|other| other.modifier == Modifier::PreferredPrefix && literal.starts_with(other.pattern))?;
    let is_longer = |other: &Location<'_>| {
        other.modifier == Modifier::Prefix
            && other.pattern.len() > found.pattern.len()
            && other.pattern.starts_with(found.pattern)
    };
    (!locations.iter().any(is_longer)).then_some(found)
}

/// The text that every path of an expression begins with; `None` where it has an alternative at its top.
fn literal_start(pattern: &str) -> Option<String> {
    let rest = pattern.strip_prefix('^')?;
    if rest.contains('|') {
        return None;
    }
    let mut literal = String::new();
    let mut chars = rest.chars().peekable();
    while let Some(char) = chars.next() {
        let plain = match char {
            '\\' => match chars.next() {
                Some(escaped) if !escaped.is_ascii_alphanumeric() => escaped,
                _ => break,
            },
            '.' | '(' | '[' | '$' | '^' | '*' | '+' | '?' | '{' => break,
            other => other,
        };
        // A quantifier may take the letter away.
        if matches!(chars.peek(), Some('?' | '*' | '{')) {
            break;
        }
        literal.push(plain);
    }
    Some(literal)
}
