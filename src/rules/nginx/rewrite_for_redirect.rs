use crate::nginx::configuration::Directive;
use crate::nginx::write;
use crate::rules::check::Reporter;

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    if !directive.means("rewrite") || directive.count() != 3 {
        return;
    }
    let code = match directive.text(2) {
        "permanent" => "301",
        "redirect" => "302",
        _ => return,
    };
    let Some(target) = target(directive.text(0), directive.text(1)) else { return };
    let whole = directive.name_span().cover(directive.arguments_span());
    out.report_at(directive.location())
        .value("code", code)
        .edit(write::edit(directive, whole, format!("return {code} {target}")))
        .emit();
}

/// Where all paths go, when the expression takes all of them and the target keeps them.
fn target(pattern: &str, target: &str) -> Option<String> {
    if !target.starts_with("http://") && !target.starts_with("https://") && !target.starts_with("$scheme://") {
        return None;
    }
    if target.contains([' ', '"', '\'', ';', '{', '}', '\\']) {
        return None;
    }
    let base = match pattern {
        "^" | "^/" | ".*" | "^.*$" | "^/.*$" | "^.*" => return target.strip_suffix("$request_uri?").map(with_path),
        "^(.*)$" | "^(.*)" | "(.*)" | "^(/.*)$" => target.strip_suffix("$1")?,
        "^/(.*)$" | "^/(.*)" => target.strip_suffix("/$1")?,
        _ => return target.strip_suffix("$request_uri?").filter(|_| matches!(pattern, "^(.*)$" | "^/(.*)$")).map(with_path),
    };
    // A path of its own before the captured one may lack its slash.
    let host = base.split_once("://")?.1;
    (!host.contains(['/', '?'])).then(|| with_path(base))
}

fn with_path(base: &str) -> String {
    format!("{base}$request_uri")
}
