use crate::live::{Container, Engine};
use crate::rules::check::Reporter;

pub fn check(_: &Engine, container: &Container, out: &mut Reporter<'_>) {
    let log = &container.log;
    let size = log.options.get("max-size").map(String::as_str);
    let bounded = size.is_some_and(|size| !size.is_empty() && size != "-1");
    if container.state.is_up() && log.driver == "json-file" && !bounded {
        out.report_fact(&container.pointer, "/log/driver").value("name", container.shown_name()).emit();
    }
}
