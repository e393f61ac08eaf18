use crate::nginx::configuration::Configuration;
use crate::nginx::layout::{beginnings, unit};
use crate::nginx::syntax::Template;
use crate::rules::check::Reporter;
use crate::source::{Location, Span};

/// One finding for each file, with all of its lines.
pub fn check(configuration: &Configuration, out: &mut Reporter<'_>) {
    for file in configuration.files.iter().filter(|file| file.tree.is_sound() && file.tree.template != Some(Template::Engine)) {
        let text = file.source.text();
        let beginnings = beginnings(file);
        let Some(unit) = unit(&beginnings, text) else { continue };
        let wrong: Vec<_> = beginnings
            .iter()
            .map(|beginning| (beginning, unit.repeat(beginning.depth)))
            .filter(|(beginning, wanted)| beginning.indentation.slice(text) != wanted)
            .collect();
        let Some((first, _)) = wrong.first() else { continue };
        let shown = if unit == "\t" { "a tab".to_owned() } else { format!("{} blanks", unit.len()) };
        let draft = out.report_at(Location { file: file.file, span: Span::new(first.at, first.at + 1) });
        let draft = draft.value("count", wrong.len().to_string()).value("unit", shown);
        draft.replace_all(wrong.into_iter().map(|(beginning, wanted)| (beginning.indentation, wanted))).emit();
    }
}
