use crate::nginx::configuration::Directive;
use crate::rules::check::Reporter;

/// One finding for each block, at its last `allow`.
pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    if !directive.is("allow") {
        return;
    }
    let Some(block) = directive.parent() else { return };
    let rules: Vec<Directive<'_>> = block.children().filter(|child| child.is("allow") || child.is("deny")).collect();
    let is_last = rules.last() == Some(&directive);
    let lets_all_in = rules.iter().any(|rule| rule.is("deny") || matches!(rule.text(0), "all" | "0.0.0.0/0" | "::/0"));
    if !is_last || lets_all_in || directive.configuration().has_unknown_include(Some(block.id())) {
        return;
    }
    // Either the address or the password is enough: the list opens a door beside the one that is locked.
    if block.effective("satisfy").text() == "any" && is_authenticated(block) {
        return;
    }
    let source = &directive.read_file().source;
    let line = source.line_span(directive.line());
    let indent = source.text().get(line.start()..directive.span().start()).unwrap_or_default();
    let draft = out.report_at(directive.location()).value("address", directive.text(0));
    match indent.trim().is_empty() {
        true => draft.insert(directive.span().end(), format!("{}{indent}deny all;", source.newline())).emit(),
        false => draft.insert(directive.span().end(), " deny all;").emit(),
    }
}

/// Whether some way of authentication holds in a block.
pub(super) fn is_authenticated(block: Directive<'_>) -> bool {
    ["auth_basic", "auth_request", "auth_jwt", "auth_oidc"].iter().any(|name| {
        let effective = block.effective(name);
        !effective.is_unset() && effective.text() != "off"
    })
}
