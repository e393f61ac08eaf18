use crate::nginx::configuration::Directive;
use crate::nginx::location::{Location, Modifier};
use crate::nginx::script::{Part, parts};
use crate::nginx::variables::of;
use crate::rules::check::Reporter;

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    let Some(location) = location_of(directive) else { return };
    let Some(target) = directive.argument(0).filter(|target| !target.is_opaque) else { return };
    // A target in one variable may have any path.
    if location.modifier == Modifier::Exact || (target.text.starts_with('$') && !target.text.contains('/')) {
        return;
    }
    let Some((host, path)) = split(target.text) else { return };
    let in_path = variables(path);
    let carries_path = |part: &Part<'_>| of(directive, *part).is_some_and(|taint| taint.can_hold(b'/') || taint.has_slash);
    let from_host: Vec<Part<'_>> = variables(host).into_iter().filter(carries_path).collect();
    let place = directive.at(target.span);
    if has_raw_path(directive) {
        if in_path.is_empty() && from_host.is_empty() {
            out.report_at(place).variant("escaped-twice").emit();
        }
        return;
    }
    let decoded = in_path.iter().chain(&from_host).find(|part| {
        is_decoded(directive, **part)
            && of(directive, **part).is_some_and(|taint| b"?#%".iter().any(|byte| taint.can_hold(*byte)))
    });
    if let Some(part) = decoded {
        let name = match part {
            Part::Variable(name) => (*name).to_owned(),
            Part::Capture(number) => number.to_string(),
            Part::Literal(_) => return,
        };
        out.report_at(place).variant("decoded").value("variable", name).emit();
    } else if location.is_prefix() && !location.pattern.ends_with('/') && path.ends_with('/') && !path.contains('$') {
        out.report_at(place).value("location", location.pattern).value("target", target.text).emit();
    }
}

fn location_of(directive: Directive<'_>) -> Option<Location<'_>> {
    if !directive.is("proxy_pass") {
        return None;
    }
    let block = directive.parent()?;
    let block = if block.is("if") || block.is("limit_except") { block.parent()? } else { block };
    Location::read(block)
}

/// Host and path of a target with a scheme; the path of a socket stands behind its second colon.
fn split(target: &str) -> Option<(&str, &str)> {
    let (_, rest) = target.split_once("://")?;
    if let Some(socket) = rest.strip_prefix("unix:") {
        return Some(socket.split_once(':').unwrap_or((socket, "")));
    }
    let end = rest.find('/').unwrap_or(rest.len());
    Some(rest.split_at(end))
}

fn variables(text: &str) -> Vec<Part<'_>> {
    parts(text).into_iter().filter(|part| !matches!(part, Part::Literal(_))).collect()
}

/// Whether the path was set to the undecoded one: `rewrite ^ $request_uri;` in this block or one around it that runs whenever
/// this one does.
fn has_raw_path(directive: Directive<'_>) -> bool {
    directive.ancestors().any(|block| {
        let rewrites = block.configuration().children_of(Some(block.id()), "rewrite");
        rewrites.into_iter().any(|child| parts(child.text(1)) == [Part::Variable("request_uri")])
    })
}

/// Whether a variable has the path as nginx decoded it, or a part of it.
fn is_decoded(directive: Directive<'_>, part: Part<'_>) -> bool {
    match of(directive, part).and_then(|taint| taint.origin) {
        None => matches!(part, Part::Variable(name) if matches!(name.to_ascii_lowercase().as_str(), "uri" | "document_uri")),
        Some(origin) => match origin.name() {
            "location" | "rewrite" => true,
            "if" => origin.text(0).contains("$uri") || origin.text(0).contains("$document_uri"),
            "map" => matches!(origin.text(0), "$uri" | "$document_uri"),
            // What `set` copies of a numbered capture is escaped again.
            "set" => {
                parts(origin.text(1)).into_iter().any(|part| matches!(part, Part::Variable(_)) && is_decoded_in_set(origin, part))
            }
            _ => false,
        },
    }
}

fn is_decoded_in_set(set: Directive<'_>, part: Part<'_>) -> bool {
    match of(set, part).and_then(|taint| taint.origin) {
        None => matches!(part, Part::Variable("uri" | "document_uri")),
        Some(origin) => matches!(origin.name(), "location" | "rewrite"),
    }
}
