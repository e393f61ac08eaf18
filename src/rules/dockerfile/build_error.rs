use crate::dockerfile::instruction::Keyword;
use crate::dockerfile::model::Dockerfile;
use crate::dockerfile::syntax::{Problem, ProblemStage};
use crate::rules::check::Reporter;

use super::parse_error::report;

/// What parses, and cannot be built all the same.
pub fn check(dockerfile: &Dockerfile, out: &mut Reporter<'_>) {
    for problem in &dockerfile.tree.problems {
        if problem.stage == ProblemStage::Build {
            report(dockerfile, problem, silent_peers(dockerfile, problem), out);
        }
    }
}

/// The peers that do not speak of this problem though they do of others with the same reason.
fn silent_peers(dockerfile: &Dockerfile, problem: &Problem) -> &'static [&'static str] {
    let from = problem.values.iter().find(|(name, _)| *name == "from").map_or("", |(_, from)| from.as_str());
    match problem.reason {
        "copy-from-self" if from.parse::<usize>().is_ok() => &["hadolint", "trivy", "kics"],
        "copy-from-self" if !is_spelled(dockerfile, problem, from) => &["hadolint", "kics"],
        // A colon makes it an image to hadolint.
        "copy-from-variable" if from.contains(':') => &["hadolint"],
        // BuildKit's check is about FROM alone; this happens to `COPY --from` and mounts too.
        "blank-image" | "image-in-upper-case" | "invalid-tag" | "invalid-digest" | "invalid-image" => {
            let after = dockerfile.tree.instructions.partition_point(|instruction| instruction.span.start <= problem.span.start);
            let instruction = after.checked_sub(1).map(|index| dockerfile.instruction(index));
            if instruction.is_some_and(|instruction| instruction.keyword == Keyword::From) { &[] } else { &["buildkit"] }
        }
        _ => &[],
    }
}

/// Whether a name is written as the stage that it stands in writes its own.
fn is_spelled(dockerfile: &Dockerfile, problem: &Problem, name: &str) -> bool {
    let after = dockerfile.stages.partition_point(|stage| dockerfile.instruction(stage.from).span.start <= problem.span.start);
    let stage = after.checked_sub(1).map(|index| &dockerfile.stages[index]);
    stage.and_then(|stage| dockerfile.name_word(stage)).is_some_and(|word| word.text == name)
}
