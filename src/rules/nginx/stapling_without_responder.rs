use crate::nginx::configuration::Directive;
use crate::nginx::server::{self, Server};
use crate::nginx::write;
use crate::rules::check::Reporter;

pub fn check(server: &Server<'_>, out: &mut Reporter<'_>) {
    let block = server.directive;
    let (stapling, certificate) = (block.effective("ssl_stapling"), block.effective("ssl_certificate"));
    let (Some(on), Some(from)) = (stapling.last(), certificate.last()) else { return };
    if on.text(0) != "on" || !is_lets_encrypt(from) {
        return;
    }
    let Some(value) = on.argument(0) else { return };
    let mut draft = out.report_at(on.at(value.span)).related_at(from.at(from.arguments_span()), "certificate");
    // At a level of several servers it goes only when it is of no use to any of them.
    let servers = server::servers(block.configuration());
    let is_useless = |other: &Server<'_>| {
        let own = other.directive.effective("ssl_stapling").last();
        own != Some(on) || other.directive.effective("ssl_certificate").last().is_some_and(is_lets_encrypt) || !other.is_tls()
    };
    let inherits = stapling.level.is_some_and(|level| level.inherited("ssl_stapling").text() == "on");
    if !inherits && servers.iter().all(is_useless) {
        draft = draft.edit(write::remove(on));
        let verifies: Vec<_> = on.siblings().filter(|sibling| sibling.is("ssl_stapling_verify")).collect();
        draft = verifies.into_iter().fold(draft, |draft, verify| draft.edit(write::remove(verify)));
    }
    draft.emit();
}

fn is_lets_encrypt(certificate: Directive<'_>) -> bool {
    certificate.text(0).contains("/letsencrypt/")
}
