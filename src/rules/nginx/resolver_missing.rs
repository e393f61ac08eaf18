use crate::nginx::configuration::Directive;
use crate::nginx::target::Target;
use crate::rules::check::Reporter;

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    let Some(target) = Target::read(directive) else { return };
    if !target.has_variables || target.host.is_empty() || !target.is_name() || target.upstream().is_some() {
        return;
    }
    let resolver = directive.parent().map(|block| block.effective("resolver"));
    let is_set = match &resolver {
        Some(resolver) => !resolver.is_unset(),
        None => directive.siblings().any(|sibling| sibling.is("resolver")),
    };
    if is_set {
        return;
    }
    let is_certain = resolver.is_some_and(|resolver| resolver.is_certain);
    let draft = out.report_at(directive.at(directive.arguments_span())).value("host", target.host.clone());
    draft.variant(if is_certain { "certain" } else { "fragment" }).emit();
}
