use crate::catalog::nginx_directives::Version;
use crate::nginx::configuration::Directive;
use crate::nginx::{proxy, write};
use crate::rules::check::Reporter;

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    if !directive.means("proxy_pass") || directive.configuration().release.is_at_least(Version(1, 29, 7)) {
        return;
    }
    let Some(name) = proxy::host(directive.text(0)) else { return };
    let Some(upstream) = proxy::upstream(directive.configuration(), name) else { return };
    let Some(keepalive) = upstream.child("keepalive") else { return };
    let version = directive.effective_here("proxy_http_version");
    let connection = proxy::header(directive, "Connection");
    let is_old = !matches!(version.text(), "1.1" | "2");
    let closes = connection.is_none_or(|header| header.text(1).eq_ignore_ascii_case("close"));
    if !is_old && !closes {
        return;
    }
    let mut draft = out
        .report_at(directive.location())
        .variant(if is_old { "version" } else { "header" })
        .value("upstream", name)
        .related_at(keepalive.location(), "keepalive");
    let mut lines = Vec::new();
    if is_old {
        lines.push("proxy_http_version 1.1;");
    }
    if closes {
        lines.push("proxy_set_header Connection \"\";");
    }
    let is_in_the_way = connection.is_some() || !version.is_unset() && version.level == directive.parent();
    if !is_in_the_way && (!closes || proxy::can_add_header(directive)) {
        draft = draft.edit(write::add_after(directive, &lines));
    }
    draft.emit();
}
