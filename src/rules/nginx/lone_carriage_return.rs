use crate::nginx::configuration::Configuration;
use crate::nginx::syntax::Reason;
use crate::rules::check::Reporter;
use crate::source::{Location, Span};

pub fn check(configuration: &Configuration, out: &mut Reporter<'_>) {
    for read in &configuration.files {
        for problem in read.tree.problems.iter().filter(|problem| problem.reason == Reason::LoneCarriageReturn) {
            let returns = memchr::memchr_iter(b'\r', read.source.text().as_bytes()).map(|at| (Span::new(at, at + 1), "\n"));
            out.report_at(Location { file: read.file, span: problem.span }).replace_all(returns).emit();
        }
    }
}
