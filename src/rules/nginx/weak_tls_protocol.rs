use crate::finding::Applicability;
use crate::nginx::configuration::Directive;
use crate::nginx::write;
use crate::rules::check::Reporter;

const BROKEN: &[&str] = &["SSLv2", "SSLv3"];
const WITHDRAWN: &[&str] = &["TLSv1", "TLSv1.1"];

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    if !directive.means("ssl_protocols") {
        return;
    }
    let is_broken = |text: &str| BROKEN.contains(&text);
    let gone: Vec<_> = directive.arguments().filter(|word| is_broken(word.text) || WITHDRAWN.contains(&word.text)).collect();
    let Some(worst) = gone.iter().find(|word| is_broken(word.text)).or(gone.first()) else { return };
    let mut draft = out.report_at(directive.at(worst.span)).value("protocol", worst.text);
    if is_broken(worst.text) {
        draft = draft.variant("broken");
    }
    if gone.len() == directive.count() {
        draft = draft.edit(write::edit(directive, directive.arguments_span(), "TLSv1.2 TLSv1.3".to_owned()));
    } else {
        draft = gone.iter().fold(draft, |draft, word| draft.edit(write::without(directive, *word)));
        if gone.iter().all(|word| is_broken(word.text)) {
            draft = draft.applicability(Applicability::Safe);
        }
    }
    draft.emit();
}
