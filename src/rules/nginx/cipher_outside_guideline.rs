use crate::catalog::tls_guideline::guideline;
use crate::nginx::configuration::Directive;
use crate::nginx::{ciphers, write};
use crate::rules::check::Reporter;

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    let Some(list) = directive.argument(0).filter(|_| directive.means("ssl_ciphers") && directive.is_plain()) else { return };
    // Those that are broken are another rule's.
    if !ciphers::weak(list.text).is_empty() {
        return;
    }
    // Names of single suites; a selector such as `EECDH+AES` stands for several.
    let is_suite = |element: &&str| element.contains('-') && !element.starts_with(['!', '-', '+', '@']) && !element.contains('+');
    let is_outside = |element: &&str| !element.starts_with("TLS_") && !guideline().ciphers.iter().any(|cipher| cipher == element);
    let Some(cipher) = list.text.split([':', ' ']).filter(is_suite).find(is_outside) else { return };
    let span = write::inner(directive, list);
    out.report_at(directive.at(list.span))
        .value("cipher", cipher)
        .value("version", guideline().version.as_str())
        .edit(write::edit(directive, span, guideline().ciphers.join(":")))
        .emit();
}
