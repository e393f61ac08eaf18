use crate::nginx::configuration::{Configuration, Directive};
use crate::nginx::write;
use crate::rules::check::Reporter;

pub fn check(configuration: &Configuration, out: &mut Reporter<'_>) {
    let Some(http) = configuration.whole_http() else { return };
    for (pass, hide) in [("proxy_pass", "proxy_hide_header"), ("fastcgi_pass", "fastcgi_hide_header")] {
        let hides = |pass: &Directive<'_>| {
            pass.effective_here(hide).directives.iter().any(|header| header.text(0).eq_ignore_ascii_case("X-Powered-By"))
        };
        let Some(first) = http.descendants().find(|inside| inside.means(pass) && !hides(inside)) else { continue };
        let draft = out.report_at(first.location());
        if http.descendants().any(|inside| inside.is(hide)) {
            draft.emit();
        } else {
            draft.edit(write::add_first(http, &[&format!("{hide} X-Powered-By;")])).emit();
        }
    }
}
