use crate::nginx::configuration::Directive;
use crate::nginx::values::seconds;
use crate::nginx::write;
use crate::rules::check::Reporter;

const TIMES: &[(&str, &str)] = &[
    ("keepalive_timeout", "keepalive"),
    ("send_timeout", "send"),
    ("client_header_timeout", "client"),
    ("client_body_timeout", "client"),
];

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    let Some((_, variant)) = TIMES.iter().find(|(name, _)| directive.means(name)) else { return };
    let Some(time) = directive.argument(0) else { return };
    // Between nginx and an application long ones are wanted.
    if directive.parent().is_some_and(|block| block.is("upstream")) {
        return;
    }
    if seconds(time.text).is_some_and(|seconds| seconds > 10.0) {
        out.report_at(directive.at(time.span))
            .variant(variant)
            .value("directive", directive.name())
            .value("value", time.text)
            .edit(write::replace(directive, time, "10s"))
            .emit();
    }
}
