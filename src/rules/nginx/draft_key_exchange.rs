use crate::nginx::configuration::Directive;
use crate::nginx::{ciphers, write};
use crate::rules::check::Reporter;

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    let Some(list) = directive.argument(0).filter(|_| directive.means("ssl_ecdh_curve")) else { return };
    let span = write::inner(directive, list);
    let text = span.slice(directive.source_text());
    let drafts: Vec<&str> = text.split(':').filter(|group| group.to_ascii_lowercase().contains("kyber")).collect();
    let Some(first) = drafts.first() else { return };
    let mended = ciphers::without(text, &drafts).unwrap_or_else(|| "auto".to_owned());
    out.report_at(directive.at(list.span)).value("group", *first).edit(write::edit(directive, span, mended)).emit();
}
