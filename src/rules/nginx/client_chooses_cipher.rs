use crate::nginx::configuration::Directive;
use crate::nginx::write;
use crate::rules::check::Reporter;

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    let Some(value) = directive.argument(0).filter(|value| directive.means("ssl_prefer_server_ciphers") && value.text == "off")
    else {
        return;
    };
    let protocols = directive.effective_here("ssl_protocols");
    let is_newest_only = !protocols.is_unset() && protocols.arguments().all(|protocol| protocol.text == "TLSv1.3");
    let ciphers = directive.effective_here("ssl_ciphers");
    let is_modern = !ciphers.is_unset() && ciphers.text().split(':').all(is_modern);
    if !is_newest_only && !is_modern {
        out.report_at(directive.at(value.span)).edit(write::replace(directive, value, "on")).emit();
    }
}

/// Forward secrecy and an authenticated cipher.
fn is_modern(cipher: &str) -> bool {
    let has = |part: &str| cipher.contains(part);
    cipher.starts_with("TLS_") || ((has("ECDH") || has("DHE-")) && (has("GCM") || has("CHACHA20") || has("CCM")))
}
