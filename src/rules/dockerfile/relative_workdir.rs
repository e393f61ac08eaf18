use crate::dockerfile::expand::needs_expansion;
use crate::dockerfile::instruction::{Body, Instruction, Word};
use crate::dockerfile::model::{Dockerfile, working_directory};
use crate::dockerfile::working_directory::{WorkingDirectory, visit};
use crate::finding::Applicability;
use crate::rules::check::Reporter;

/// Without a WORKDIR before it, the base image decides where a relative one leads; after one it is only hard to read.
pub fn check(dockerfile: &Dockerfile, out: &mut Reporter<'_>) {
    visit(dockerfile, &mut |index, instruction, directory| {
        if let Body::Workdir(path) = &instruction.body {
            judge(dockerfile, index, instruction, path, directory, out);
        }
    });
}

fn judge(
    dockerfile: &Dockerfile,
    index: usize,
    instruction: &Instruction,
    word: &Word,
    directory: &WorkingDirectory,
    out: &mut Reporter<'_>,
) {
    let raw = word.text.trim_matches(['"', '\'']);
    let expanded = dockerfile.expand(index, &word.text).ok().and_then(|expanded| expanded.text);
    let is_relative = match &expanded {
        Some(path) => !path.is_empty() && !directory.is_absolute(path),
        None => !raw.is_empty() && !raw.starts_with('$') && !directory.is_absolute(raw),
    };
    if !is_relative {
        return;
    }
    let before = directory.path.as_deref();
    let target = working_directory(before.or((!directory.set).then_some("/")), raw, false);
    let mut draft = out.report(word.span).variant(if directory.set { "nested" } else { "first" }).value("path", raw);
    if directory.set || dockerfile.is_trigger(index, instruction) {
        draft = draft.without("buildkit");
    }
    // The peers that compare text take a variable for an absolute path.
    if raw.starts_with('$') {
        draft = draft.without("hadolint").without("checkov").without("kics");
    }
    if raw.contains('$') {
        draft = draft.without("trivy");
    }
    let quotes = word.text.find(raw).unwrap_or_default();
    let place = instruction.place(word, quotes..quotes + raw.len());
    if let (Some(target), Some(place), false, false) =
        (target, place, directory.windows, needs_expansion(raw, dockerfile.tree.escape))
    {
        // With the folder before it known, the path in full is the same path.
        let applicability = if before.is_some() { Applicability::Safe } else { Applicability::Unsafe };
        draft = draft.value("target", &target).replace(place, target).applicability(applicability);
    }
    draft.emit();
}
