use crate::nginx::configuration::{Configuration, ReadFile};
use crate::nginx::syntax::{Problem, Reason};
use crate::rules::check::Reporter;
use crate::source::Location;

/// What nginx's reader refuses in any of the files; the reason is a variant of the document.
pub fn check(configuration: &Configuration, out: &mut Reporter<'_>) {
    for read in &configuration.files {
        for problem in read.tree.problems.iter().filter(|problem| problem.reason.is_parse_error()) {
            report(read, problem, out);
        }
    }
}

fn report(read: &ReadFile, problem: &Problem, out: &mut Reporter<'_>) {
    let word = problem.span.slice(read.source.text());
    let short: String = word.chars().take(60).collect();
    let draft =
        out.report_at(Location { file: read.file, span: problem.span }).variant(problem.reason.name()).value("word", short);
    match problem.reason {
        Reason::MissingSemicolon => draft.insert(problem.span.end(), ";").emit(),
        Reason::UnexpectedSemicolon => draft.delete(problem.span).emit(),
        _ => draft.emit(),
    }
}
