use crate::nginx::configuration::Directive;
use crate::nginx::verify::{Fault, verdict};
use crate::rules::check::Reporter;

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    let Some(Fault::Unknown { nearest, module }) = verdict(directive) else { return };
    let configuration = directive.configuration();
    let draft = out.report_at(directive.location()).value("name", directive.name());
    match (module, nearest) {
        (Some(module), _) => draft.variant("third-party").value("module", module).emit(),
        (None, Some(nearest)) => {
            draft.variant("misspelled").value("nearest", nearest).replace(directive.name_span(), nearest).emit();
        }
        // The image of nginx has no modules of others by itself.
        (None, None) if configuration.release.is_known() && configuration.named("load_module").next().is_none() => draft.emit(),
        (None, None) => draft.variant("elsewhere").emit(),
    }
}
