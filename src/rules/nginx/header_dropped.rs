use crate::nginx::configuration::Directive;
use crate::nginx::effective::Effective;
use crate::rules::check::Reporter;

/// One finding for each block, at its first directive.
pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    if directive.is("add_header") || directive.is("add_trailer") {
        let inherit = format!("{}_inherit", directive.name());
        // A value other than `on` says what is meant.
        if directive.parent().is_some_and(|block| matches!(block.effective(&inherit).text(), "merge" | "off")) {
            return;
        }
        report(directive, out);
    }
}

/// Tells of the directives of the level above that one here takes away, and copies them.
pub(super) fn report(directive: Directive<'_>, out: &mut Reporter<'_>) {
    let name = directive.name();
    let Some(block) = directive.parent() else { return };
    if block.child(name) != Some(directive) {
        return;
    }
    let own: Vec<String> = block.children_named(name).map(|child| child.text(0).to_ascii_lowercase()).collect();
    let above: Effective<'_> = block.inherited(name);
    let dropped: Vec<Directive<'_>> =
        above.directives.iter().copied().filter(|header| !own.contains(&header.text(0).to_ascii_lowercase())).collect();
    let Some(first) = dropped.first() else { return };
    let names: Vec<String> = dropped.iter().map(|header| format!("`{}`", header.text(0))).collect();
    let mut names: Vec<String> = names;
    names.dedup();
    let shown = match names.len() {
        0..=3 => names.join(", "),
        count => format!("{} and {} more", names[..2].join(", "), count - 2),
    };
    let draft =
        out.report_at(directive.location()).value("name", name).value("dropped", shown).related_at(first.location(), "above");
    match copies(directive, &dropped) {
        Some(text) => draft.insert(directive.span().start(), text).emit(),
        None => draft.emit(),
    }
}

/// The lines to put before a directive that begins its line.
fn copies(directive: Directive<'_>, dropped: &[Directive<'_>]) -> Option<String> {
    let source = &directive.read_file().source;
    let line = source.line_span(directive.line());
    let indent = source.text().get(line.start()..directive.span().start())?;
    if !indent.trim().is_empty() {
        return None;
    }
    let lines = dropped.iter().map(|header| format!("{}{}{indent}", header.span().slice(header.source_text()), source.newline()));
    Some(lines.collect())
}
