use crate::nginx::access::{Access, access};
use crate::nginx::configuration::Directive;
use crate::nginx::write;
use crate::rules::check::Reporter;

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    if !directive.means("dav_methods") || directive.text(0) == "off" {
        return;
    }
    let Some(block) = directive.parent() else { return };
    let is_open = access(block) == Access::Everyone && block.descendants().all(|inside| !inside.is("limit_except"));
    if is_open {
        let methods: Vec<&str> = directive.arguments().map(|method| method.text).collect();
        let edit = write::edit(directive, directive.arguments_span(), "off".to_owned());
        out.report_at(directive.at(directive.arguments_span())).value("methods", methods.join(" and ")).edit(edit).emit();
    }
}
