use crate::dockerfile::instruction::{Body, Instruction, Transfer};
use crate::dockerfile::model::{Dockerfile, working_directory};
use crate::dockerfile::working_directory::{WorkingDirectory, visit};
use crate::rules::check::Reporter;

/// A COPY to a relative path that no WORKDIR of the file comes before, in the stage or in one that it is built on.
pub fn check(dockerfile: &Dockerfile, out: &mut Reporter<'_>) {
    visit(dockerfile, &mut |index, instruction, directory| {
        if let Body::Copy(transfer) = &instruction.body
            && !directory.set
        {
            judge(dockerfile, index, instruction, transfer, directory, out);
        }
    });
}

fn judge(
    dockerfile: &Dockerfile,
    index: usize,
    instruction: &Instruction,
    transfer: &Transfer,
    directory: &WorkingDirectory,
    out: &mut Reporter<'_>,
) {
    let word = &transfer.destination;
    let raw = word.text.trim_matches(['"', '\'']);
    let expanded = dockerfile.expand(index, &word.text).ok().and_then(|expanded| expanded.text);
    let is_absolute = match &expanded {
        _ if directory.is_absolute(raw) => true,
        Some(path) => path.is_empty() || directory.is_absolute(path),
        None => raw.starts_with('$'),
    };
    if is_absolute {
        return;
    }
    let mut draft = out.report(word.span).value("path", raw);
    if raw.starts_with('$') {
        draft = draft.without("hadolint");
    }
    // From scratch the working directory is `/`, whatever happens.
    let target = directory.path.as_deref().and_then(|before| working_directory(Some(before), raw, false));
    if let (Some(target), Some(place), false) = (target, instruction.place(word, 0..word.text.len()), raw.contains('$')) {
        let slash = if raw.ends_with('/') && target.len() > 1 { "/" } else { "" };
        if raw == word.text {
            draft = draft.replace(place, format!("{target}{slash}"));
        }
    }
    draft.emit();
}
