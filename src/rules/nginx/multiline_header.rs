use crate::nginx::configuration::Directive;
use crate::rules::check::Reporter;

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    if !["add_header", "add_trailer", "more_set_headers", "proxy_set_header"].contains(&directive.name()) {
        return;
    }
    for argument in directive.arguments().filter(|argument| argument.text.contains('\n')) {
        let written = argument.span.slice(directive.source_text());
        let draft = out.report_at(directive.at(argument.span));
        // A break that is written as an escape was meant.
        if written.contains('\n') && !written.contains("\\n") {
            let lines: Vec<&str> = written.split('\n').map(str::trim).collect();
            draft.replace(argument.span, lines.join(" ")).emit();
        } else {
            draft.emit();
        }
    }
}
