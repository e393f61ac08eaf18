use rustc_hash::FxHashMap;

use crate::nginx::configuration::{Configuration, Directive};
use crate::nginx::script::{Part, parts};
use crate::nginx::syntax::Template;
use crate::nginx::used_variables::named_groups;
use crate::nginx::write;
use crate::rules::check::Reporter;
use crate::source::Span;

struct Use<'c> {
    directive: Directive<'c>,
    name: &'c str,
    span: Span,
}

pub fn check(configuration: &Configuration, out: &mut Reporter<'_>) {
    if configuration.files.iter().any(|file| file.tree.template == Some(Template::Engine)) {
        return;
    }
    // By name in lower case, so that spellings meet.
    let mut uses: FxHashMap<String, Vec<Use<'_>>> = FxHashMap::default();
    for found in configuration.directives().flat_map(uses_of) {
        uses.entry(found.name.to_ascii_lowercase()).or_default().push(found);
    }
    for (lower, uses) in &uses {
        let kept = uses.iter().find(|other| other.name == lower).unwrap_or(&uses[0]);
        for other in uses.iter().filter(|other| other.name != kept.name) {
            out.report_at(other.directive.at(other.span))
                .value("name", other.name)
                .value("other", kept.name)
                .related_at(kept.directive.at(kept.span), "other")
                .edit(write::edit(other.directive, other.span, kept.name.to_owned()))
                .emit();
        }
    }
}

fn uses_of(directive: Directive<'_>) -> impl Iterator<Item = Use<'_>> {
    let text = directive.source_text();
    // What envsubst puts in is no variable of nginx.
    let is_shell = |name: &str, written: &str, start: usize| {
        start > 0 && written.as_bytes()[start - 1] == b'{' && name.bytes().all(|byte| !byte.is_ascii_lowercase())
    };
    let is_code = directive.is_lua();
    // The first word of an entry of a `map` can be an expression.
    let words = directive.arguments().map(|argument| argument.span).chain([directive.name_span()]);
    words.filter(move |_| !is_code).flat_map(move |span| {
        let written = span.slice(text);
        let variables = parts(written).into_iter().filter_map(|part| match part {
            Part::Variable(name) => Some(name),
            _ => None,
        });
        let found: Vec<_> = variables
            .chain(named_groups(written))
            .map(|name| (name, name.as_ptr() as usize - written.as_ptr() as usize))
            .filter(|(name, start)| !is_shell(name, written, *start))
            .map(|(name, start)| Use {
                directive,
                name,
                span: Span::new(span.start() + start, span.start() + start + name.len()),
            })
            .collect();
        found
    })
}
