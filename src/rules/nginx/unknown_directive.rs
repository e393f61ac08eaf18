use crate::nginx::configuration::Directive;
use crate::nginx::verify::{Fault, verdict};
use crate::rules::check::Reporter;

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    let Some(Fault::Unknown { nearest, module }) = verdict(directive) else { return };
    let draft = out.report_at(directive.location()).value("name", directive.name());
    match (module, nearest) {
        (Some(module), _) => draft.variant("third-party").value("module", module).emit(),
        (None, Some(nearest)) => {
            draft.variant("misspelled").value("nearest", nearest).replace(directive.name_span(), nearest).emit();
        }
        (None, None) => draft.emit(),
    }
}
