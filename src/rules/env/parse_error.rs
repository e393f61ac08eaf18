use crate::env::EnvFile;
use crate::rules::check::Reporter;

/// What compose refuses in an env file.
pub fn check(file: &EnvFile, out: &mut Reporter<'_>) {
    for problem in &file.problems {
        out.report(problem.span).value("problem", problem.message.clone()).emit();
    }
}
