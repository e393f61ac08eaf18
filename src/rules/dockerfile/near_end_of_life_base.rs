use super::end_of_life_base;
use crate::dockerfile::model::{Dockerfile, Stage};
use crate::rules::check::Reporter;

/// What still gets fixes today, and will not half a year from now.
pub fn check(dockerfile: &Dockerfile, stage: &Stage, out: &mut Reporter<'_>) {
    end_of_life_base::report(dockerfile, stage, true, out);
}
