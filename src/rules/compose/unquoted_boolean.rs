use super::number_rewritten::{plain, texts};
use crate::compose::{ComposeProject, Service};
use crate::rules::check::Reporter;

/// What YAML 1.1 reads as true.
const TRUE: [&str; 4] = ["y", "yes", "on", "true"];
const FALSE: [&str; 4] = ["n", "no", "off", "false"];

pub fn check(_: &ComposeProject, service: Service<'_>, out: &mut Reporter<'_>) {
    for (key, node) in texts(service).filter(|(_, node)| node.origin.without_forms().is_own()) {
        let lower = node.as_str().unwrap_or_default().to_ascii_lowercase();
        let other = if TRUE.contains(&lower.as_str()) { "True" } else { "False" };
        if other == "False" && !FALSE.contains(&lower.as_str()) {
            continue;
        }
        let Some(written) = plain(node, out).filter(|written| node.as_str() == Some(written)) else { continue };
        let draft = out.report_at(node.origin.location()).value("key", key).value("written", written).value("other", other);
        draft.replace(node.origin.span, format!("\"{written}\"")).emit();
    }
}
