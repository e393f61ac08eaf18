use crate::nginx::configuration::Configuration;
use crate::nginx::syntax::Reason;
use crate::rules::check::Reporter;
use crate::source::Location;

/// The parser knows where such a blank divides what was meant as two words.
pub fn check(configuration: &Configuration, out: &mut Reporter<'_>) {
    for read in &configuration.files {
        for problem in read.tree.problems.iter().filter(|problem| problem.reason == Reason::UnicodeBlank) {
            let blank = problem.span.slice(read.source.text()).chars().next().map_or(0, u32::from);
            let draft = out.report_at(Location { file: read.file, span: problem.span }).value("code", format!("{blank:04X}"));
            // Some have no width, and nothing was meant by them.
            draft.replace(problem.span, if matches!(blank, 0x200b | 0xfeff) { "" } else { " " }).emit();
        }
    }
}
