use crate::nginx::headers::{self, Header};
use crate::nginx::server::Server;
use crate::rules::check::Reporter;

const LINE: &str = "add_header Strict-Transport-Security \"max-age=63072000\" always;";

pub fn check(server: &Server<'_>, out: &mut Reporter<'_>) {
    let block = server.directive;
    if !server.is_tls() || block.effective("ssl_reject_handshake").text() == "on" {
        return;
    }
    if matches!(headers::header(block, "Strict-Transport-Security"), Header::Missing) {
        let draft = out.report_at(block.location());
        match headers::addition(block, LINE) {
            Some(edit) => draft.edit(edit).emit(),
            None => draft.emit(),
        }
    }
}
