use crate::project::policy_scope::PolicyScope;
use crate::rules::check::Reporter;
use crate::source::Span;

/// Less alike are two names, not one with a slip.
const NEAR: f64 = 0.93;

pub fn check(scope: &PolicyScope<'_>, out: &mut Reporter<'_>) {
    if !scope.is_whole() {
        return;
    }
    for entry in scope.unmatched.iter().map(|index| &scope.policy.services()[*index]) {
        let name = entry.name.get_ref();
        let free = scope.services.iter().filter(|service| service.entry.is_none());
        let scored = free.map(|service| (strsim::jaro_winkler(name, &service.name), &service.name));
        let near = scored.max_by(|one, other| one.0.total_cmp(&other.0)).filter(|(score, _)| *score >= NEAR);
        let place = scope.in_config(entry.name.span());
        let draft = out.report_at(place).value("name", name);
        match near {
            // A name in three quotes, or with escapes, is mended by hand.
            Some((_, near)) if scope.text_in_config(place.span).len() == name.len() + 2 => {
                let inner = Span::new(place.span.start() + 1, place.span.end().saturating_sub(1));
                draft.variant("near").value("near", near).replace(inner, near).emit();
            }
            Some((_, near)) => draft.variant("near").value("near", near).emit(),
            None => draft.emit(),
        }
    }
}
