use crate::live::{Container, Engine};
use crate::rules::check::Reporter;

pub fn check(engine: &Engine, container: &Container, out: &mut Reporter<'_>) {
    let shared = [
        ("pid", &container.pid_mode, "/pid_mode", true),
        ("ipc", &container.ipc_mode, "/ipc_mode", true),
        ("uts", &container.uts_mode, "/uts_mode", true),
        // Without a mapping there is nothing to leave.
        ("user", &container.user_namespace_mode, "/user_namespace_mode", engine.first_remapped_user.is_some()),
    ];
    for (variant, mode, fact, applies) in shared {
        if applies && mode == "host" {
            out.report_fact(&container.pointer, fact).variant(variant).value("name", container.shown_name()).emit();
        }
    }
}
