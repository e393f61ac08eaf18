use crate::nginx::configuration::Configuration;
use crate::nginx::syntax::Reason;
use crate::rules::check::Reporter;
use crate::source::Location;

pub fn check(configuration: &Configuration, out: &mut Reporter<'_>) {
    for read in &configuration.files {
        for problem in read.tree.problems.iter().filter(|problem| problem.reason == Reason::ByteOrderMark) {
            out.report_at(Location { file: read.file, span: problem.span }).delete(problem.span).emit();
        }
    }
}
