use crate::compose::interpolate::Lookup;
use crate::env::{EnvFile, resolve};
use crate::rules::check::Reporter;

/// What compose refuses in an env file: lines, and variables in values.
pub fn check(file: &EnvFile, out: &mut Reporter<'_>) {
    for problem in &file.problems {
        out.report(problem.span).value("problem", problem.message.clone()).emit();
    }
    if !out.text().contains('$') {
        return;
    }
    for variable in resolve(file, &|_| Lookup::Unset) {
        if let Some(error) = &variable.error {
            out.report(variable.entry.value_span()).value("problem", error.to_string()).emit();
        }
    }
}
