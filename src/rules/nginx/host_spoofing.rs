use crate::nginx::configuration::Directive;
use crate::nginx::script::{Part, parts};
use crate::rules::check::Reporter;

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    if !directive.is("proxy_set_header") || !directive.text(0).eq_ignore_ascii_case("host") {
        return;
    }
    let Some(value) = directive.argument(1) else { return };
    let chosen = parts(value.text).into_iter().find_map(|part| match part {
        Part::Variable(name) => {
            let lower = name.to_ascii_lowercase();
            let is_chosen = lower == "http_host"
                || lower == "http_x_forwarded_host"
                || lower.starts_with("arg_")
                || lower.starts_with("cookie_");
            is_chosen.then_some(name)
        }
        _ => None,
    });
    let Some(name) = chosen else { return };
    let draft = out.report_at(directive.at(value.span)).value("variable", name);
    match value.text {
        "$http_host" => draft.replace(value.span, "$host").emit(),
        _ => draft.emit(),
    }
}
