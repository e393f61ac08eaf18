use crate::nginx::configuration::Directive;
use crate::nginx::write;
use crate::rules::check::Reporter;

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    let Some(level) = directive.argument(1).filter(|_| directive.means("error_log")) else { return };
    // Who sends it there wants none.
    let is_meant = directive.text(0) == "/dev/null";
    let is_another = directive.siblings().any(|other| other.is("error_log") && other != directive);
    if matches!(level.text, "crit" | "alert" | "emerg") && !is_meant && !is_another {
        out.report_at(directive.at(level.span)).value("level", level.text).edit(write::replace(directive, level, "warn")).emit();
    }
}
