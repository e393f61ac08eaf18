use crate::dockerfile::instruction::{Body, Instruction};
use crate::dockerfile::model::Dockerfile;
use crate::rules::check::Reporter;

/// Folders of the kernel and of the boot loader.
const FOLDERS: &[&str] = &["/proc", "/sys", "/dev", "/boot", "/initrd", "/lost+found"];

pub fn check(dockerfile: &Dockerfile, index: usize, instruction: &Instruction, out: &mut Reporter<'_>) {
    let Body::Workdir(word) = &instruction.body else { return };
    let Some(path) = dockerfile.expand(index, &word.text).ok().and_then(|expanded| expanded.text) else { return };
    let inside = |folder: &&&str| path.strip_prefix(**folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let Some(folder) = FOLDERS.iter().find(inside) else { return };
    let draft = out.report(word.span).value("path", &path).value("folder", *folder);
    // trivy compares the text as written with the folder and a slash.
    let raw = word.text.trim_matches('"');
    let holds = *folder != "/sys" && raw.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
    if holds { draft.emit() } else { draft.without("trivy").emit() }
}
