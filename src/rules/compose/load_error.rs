use crate::compose::ComposeProject;
use crate::rules::check::Reporter;
use crate::source::Kind;

/// What compose refuses, in its compose files; what it refuses in an env file is `env/parse-error`.
pub fn check(project: &ComposeProject, out: &mut Reporter<'_>) {
    for problem in &project.problems {
        if out.kind_of(problem.location.file) != Kind::Env {
            out.report_at(problem.location).value("problem", problem.message.clone()).emit();
        }
    }
}
