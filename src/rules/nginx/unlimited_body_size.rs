use crate::nginx::configuration::Directive;
use crate::nginx::values::bytes;
use crate::rules::check::Reporter;

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    let Some(size) = directive.argument(0).filter(|_| directive.means("client_max_body_size")) else { return };
    // What is not buffered fills no disk.
    let is_streamed = directive.effective_here("proxy_request_buffering").text() == "off";
    if bytes(size.text) == Some(0) && !is_streamed {
        out.report_at(directive.at(size.span)).emit();
    }
}
