use crate::nginx::configuration::Directive;
use crate::nginx::{proxy, write};
use crate::rules::check::Reporter;

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    if !directive.means("proxy_pass") || !proxy::knows_headers(directive) {
        return;
    }
    let has = |name: &str| proxy::header(directive, name).is_some();
    if has("Forwarded") || proxy::host(directive.text(0)).is_none_or(proxy::is_elsewhere) {
        return;
    }
    let mut lines = Vec::new();
    if !has("X-Forwarded-For") && !has("X-Real-IP") {
        lines.push(("X-Forwarded-For", "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;"));
    }
    if !has("X-Forwarded-Proto") && !has("X-Forwarded-Scheme") {
        lines.push(("X-Forwarded-Proto", "proxy_set_header X-Forwarded-Proto $scheme;"));
    }
    if lines.is_empty() {
        return;
    }
    let names: Vec<String> = lines.iter().map(|(name, _)| format!("`{name}`")).collect();
    let draft = out.report_at(directive.location()).value("headers", names.join(" and "));
    if proxy::can_add_header(directive) {
        let lines: Vec<&str> = lines.iter().map(|(_, line)| *line).collect();
        draft.edit(write::add_after(directive, &lines)).emit();
    } else {
        draft.emit();
    }
}
