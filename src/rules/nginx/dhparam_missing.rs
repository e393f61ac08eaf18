use crate::nginx::configuration::Directive;
use crate::rules::check::Reporter;

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    let Some(list) = directive.argument(0).filter(|_| directive.means("ssl_ciphers")) else { return };
    let is_dhe = |cipher: &&str| ["DHE-", "EDH-", "kEDH", "kDHE", "DHE+", "EDH+"].iter().any(|start| cipher.starts_with(start));
    let Some(cipher) = list.text.split([':', ' ']).find(is_dhe) else { return };
    let hides = directive.configuration().includes.iter().any(|include| !include.outcome.is_known());
    if directive.effective_here("ssl_dhparam").is_unset() && !hides {
        out.report_at(directive.at(list.span)).value("cipher", cipher).emit();
    }
}
