use crate::nginx::configuration::Directive;
use crate::rules::check::Reporter;

/// In lines; `http` holds everything and is not meant.
const LONGEST: usize = 100;

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    if !directive.is_block()
        || directive.contexts().is_empty()
        || !matches!(directive.name(), "server" | "location" | "if" | "upstream")
    {
        return;
    }
    let lines = directive.span().slice(directive.source_text()).bytes().filter(|byte| *byte == b'\n').count() + 1;
    if lines > LONGEST {
        let draft = out.report_at(directive.at(directive.name_span())).value("name", directive.name());
        draft.value("lines", lines.to_string()).emit();
    }
}
