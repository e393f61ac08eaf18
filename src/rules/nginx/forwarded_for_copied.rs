use crate::nginx::configuration::Directive;
use crate::nginx::write;
use crate::rules::check::Reporter;

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    let is_header = ["proxy_set_header", "grpc_set_header"].iter().any(|name| directive.means(name));
    if !is_header || !["X-Forwarded-For", "X-Real-IP"].iter().any(|name| directive.text(0).eq_ignore_ascii_case(name)) {
        return;
    }
    let Some(value) = directive.argument(1) else { return };
    if matches!(value.text, "$http_x_forwarded_for" | "${http_x_forwarded_for}" | "$http_x_real_ip") {
        let sure =
            if directive.text(0).eq_ignore_ascii_case("X-Real-IP") { "$remote_addr" } else { "$proxy_add_x_forwarded_for" };
        out.report_at(directive.at(value.span)).edit(write::replace(directive, value, sure)).emit();
    }
}
