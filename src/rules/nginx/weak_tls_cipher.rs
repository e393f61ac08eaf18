use crate::nginx::configuration::Directive;
use crate::nginx::{ciphers, write};
use crate::rules::check::Reporter;

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    let Some(list) = directive.argument(0).filter(|_| directive.means("ssl_ciphers") && directive.is_plain()) else { return };
    let span = write::inner(directive, list);
    let text = span.slice(directive.source_text());
    let weak = ciphers::weak(text);
    let Some(first) = weak.first() else { return };
    let mended = ciphers::without(text, &weak).unwrap_or_else(|| "HIGH:!aNULL:!MD5".to_owned());
    let place = directive.at(list.span);
    out.report_at(place).value("cipher", *first).edit(write::edit(directive, span, mended)).emit();
}
