use crate::dockerfile::model::Dockerfile;
use crate::dockerfile::secrets::SecretTexts;
use crate::dockerfile::syntax::{Problem, ProblemStage};
use crate::rules::check::Reporter;

/// What BuildKit's parser refuses; the reason of each problem is a variant of the document.
pub fn check(dockerfile: &Dockerfile, out: &mut Reporter<'_>) {
    for problem in &dockerfile.tree.problems {
        if problem.stage == ProblemStage::Parse {
            report(dockerfile, problem, &[], out);
        }
    }
}

/// One problem, with the fix that its suggestion makes. `silent` are peers whose aliases do not hold here.
pub(super) fn report(dockerfile: &Dockerfile, problem: &Problem, silent: &[&'static str], out: &mut Reporter<'_>) {
    let written = problem.span.slice(out.text());
    let near = problem.values.iter().find(|(name, _)| *name == "suggestion").map(|(_, near)| near.as_str());
    // Two letters away it may be any word; one, it is a slip of the finger.
    let slip =
        |near: &&str| strsim::osa_distance(written.trim_start_matches("--").to_uppercase().as_str(), &near.to_uppercase()) == 1;
    let near = near.filter(slip);
    let mended = match problem.reason {
        "misspelled-instruction" => {
            near.map(|near| if written == written.to_lowercase() { near.to_lowercase() } else { near.to_owned() })
        }
        "misspelled-flag" => near.map(|near| format!("--{near}")),
        _ => None,
    };
    // What an error quotes may be expanded, so that the places of the secrets do not cover it.
    let secrets = SecretTexts::of(out.text(), dockerfile, out.document().secrets());
    let mut draft = out.report(problem.span).variant(problem.reason);
    for (name, value) in &problem.values {
        let shown = if secrets.shown_in(value) { "***" } else { value.as_str() };
        draft = draft.value(*name, shown);
    }
    for family in silent {
        draft = draft.without(family);
    }
    match mended {
        Some(mended) => draft.replace(problem.span, mended).emit(),
        None => draft.emit(),
    }
}
