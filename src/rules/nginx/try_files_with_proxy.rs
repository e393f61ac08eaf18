use crate::nginx::location::Location;
use crate::rules::check::Reporter;

pub fn check(location: &Location<'_>, out: &mut Reporter<'_>) {
    let block = location.directive;
    let (Some(files), Some(pass)) =
        (block.child("try_files"), block.children().find(|child| child.is("proxy_pass") || child.is("grpc_pass")))
    else {
        return;
    };
    out.report_at(files.location()).value("pass", pass.name()).related_at(pass.location(), "pass").emit();
}
