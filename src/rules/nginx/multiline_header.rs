use crate::nginx::configuration::Directive;
use crate::rules::check::Reporter;

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    if !["add_header", "add_trailer", "more_set_headers", "proxy_set_header"].contains(&directive.name()) {
        return;
    }
    let mut before = "";
    for argument in directive.arguments() {
        // What follows a flag of headers-more is a list of types or codes.
        let is_list = matches!(std::mem::replace(&mut before, argument.text), "-t" | "-s");
        if is_list || !argument.text.contains('\n') {
            continue;
        }
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
