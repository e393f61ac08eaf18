use crate::nginx::server::Server;
use crate::nginx::write;
use crate::rules::check::Reporter;

pub fn check(server: &Server<'_>, out: &mut Reporter<'_>) {
    let block = server.directive;
    let Some(reject) = block.child("ssl_reject_handshake").filter(|reject| reject.text(0) == "on") else { return };
    let is_http2 = block.effective("http2").text() == "on" || server.listens.iter().any(|listen| listen.is_http2);
    let answers = block.descendants().any(|inside| inside.is("return") && matches!(inside.text(0), "421" | "444"));
    if !is_http2 || answers {
        return;
    }
    let draft = out.report_at(reject.location());
    if block.children().any(|child| matches!(child.name(), "location" | "return" | "include")) {
        draft.emit();
    } else {
        draft.edit(write::add_after(reject, &["return 421;"])).emit();
    }
}
