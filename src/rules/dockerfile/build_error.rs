use crate::dockerfile::model::Dockerfile;
use crate::dockerfile::syntax::ProblemStage;
use crate::rules::check::Reporter;

use super::parse_error::report;

/// What parses, and cannot be built all the same.
pub fn check(dockerfile: &Dockerfile, out: &mut Reporter<'_>) {
    for problem in &dockerfile.tree.problems {
        if problem.stage == ProblemStage::Build {
            report(problem, out);
        }
    }
}
