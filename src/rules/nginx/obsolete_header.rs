use crate::finding::Applicability;
use crate::nginx::configuration::Directive;
use crate::nginx::write;
use crate::rules::check::Reporter;

/// Headers, and what they do besides nothing.
const OBSOLETE: &[(&str, &str)] = &[
    ("X-XSS-Protection", ", and in old ones its filter can be used for attacks"),
    ("Public-Key-Pins", ", and in old ones a wrong pin locks everyone out"),
    ("Public-Key-Pins-Report-Only", ""),
    ("Feature-Policy", ": it is `Permissions-Policy` now"),
    ("Expect-CT", ""),
    ("X-UA-Compatible", ""),
    ("P3P", ""),
];

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    let Some(name) = directive.argument(0).filter(|_| directive.means("add_header")) else { return };
    let Some((header, harm)) = OBSOLETE.iter().find(|(header, _)| name.text.eq_ignore_ascii_case(header)) else { return };
    // `0` turns the filter off.
    if *header == "X-XSS-Protection" && directive.text(1).starts_with('0') {
        return;
    }
    let draft = out.report_at(directive.at(name.span)).value("header", *header).value("harm", *harm);
    let is_last_one = directive.siblings().filter(|sibling| sibling.is("add_header")).count() == 1;
    // The last one gone, those of the levels around come back.
    let draft = if is_last_one { draft.applicability(Applicability::Unsafe) } else { draft };
    draft.edit(write::remove(directive)).emit();
}
