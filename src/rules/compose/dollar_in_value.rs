use crate::compose::{ComposeProject, SetBy, VariableUse};
use crate::rules::check::Reporter;
use crate::secret::references::is_cut_by_chance;
use crate::secret::values::password_hash;
use crate::source::{Location, Span};

pub fn check(project: &ComposeProject, out: &mut Reporter<'_>) {
    let mut told: Vec<Location> = Vec::new();
    for used in project.sites.uses() {
        let Some(secret) = cut_secret(used, out) else { continue };
        let place = Location { file: used.location.file, span: secret };
        if told.contains(&place) {
            continue;
        }
        told.push(place);
        let raw = secret.slice(out.text_of(place.file));
        let dollars = memchr::memchr_iter(b'$', raw.as_bytes());
        let edits: Vec<_> = dollars.map(|at| (Span::empty(secret.start() + at), "$")).collect();
        let draft = out.report_at(used.location);
        // Some are doubled already: which are meant is for the author to say.
        if raw.contains("$$") { draft.by_hand().emit() } else { draft.replace_all(edits).emit() }
    }
}

/// The secret out of which compose takes a variable that nobody has, and that its author did not write as one: what is masked goes on around it.
pub fn cut_secret(used: &VariableUse, out: &Reporter<'_>) -> Option<Span> {
    if used.set != SetBy::Nothing || used.operator.is_some() {
        return None;
    }
    let Location { file, span } = used.location;
    let text = out.text_of(file);
    let secret = out.secret_around(used.location).filter(|secret| *secret != span)?;
    let raw = secret.slice(text);
    (text[span.start()..].starts_with('$') && (is_cut_by_chance(raw) || password_hash(raw).is_some())).then_some(secret)
}
