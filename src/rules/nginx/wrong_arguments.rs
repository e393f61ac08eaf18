use crate::nginx::configuration::{Argument, Directive};
use crate::nginx::verify::{Fault, verdict};
use crate::rules::check::Reporter;

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    let Some(fault) = verdict(directive) else { return };
    let one = |out: &mut Reporter<'_>, variant: &str, value: Argument<'_>, expected: &str| {
        let draft = out.report_at(directive.at(value.span)).variant(variant).value("name", directive.name());
        draft.value("value", value.text).value("expected", expected).emit();
    };
    match fault {
        Fault::Count { expected } => {
            let draft = out.report_at(directive.location()).value("name", directive.name());
            draft.value("expected", expected).value("count", directive.count().to_string()).emit();
        }
        Fault::SwallowedDirective { at, before } => {
            let draft = out.report_at(directive.at(before.span)).variant("swallowed").value("name", directive.name());
            draft.value("word", at.text).value("before", before.text).insert(before.span.end(), ";").emit();
        }
        Fault::NoBlock => out.report_at(directive.location()).variant("no-block").value("name", directive.name()).emit(),
        Fault::NoSemicolon => out.report_at(directive.location()).variant("no-semicolon").value("name", directive.name()).emit(),
        Fault::Flag { value } => one(out, "flag", value, ""),
        Fault::Word { value, expected } => one(out, "word", value, &expected),
        Fault::Size { value } => one(out, "size", value, ""),
        Fault::Time { value } => one(out, "time", value, ""),
        Fault::Number { value } => one(out, "number", value, ""),
        Fault::Unknown { .. }
        | Fault::Misplaced { .. }
        | Fault::Nesting { .. }
        | Fault::TooNew { .. }
        | Fault::Removed { .. } => {}
    }
}
