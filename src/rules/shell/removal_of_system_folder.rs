use crate::dockerfile::model::{Dockerfile, InstructionScript};
use crate::dockerfile::shell_lint::{commands, is_looked_at};
use crate::rules::check::Reporter;

/// Folders without which hardly a program runs.
const FOLDERS: &[&str] = &[
    "",
    "/bin",
    "/boot",
    "/dev",
    "/etc",
    "/home",
    "/lib",
    "/lib64",
    "/media",
    "/mnt",
    "/usr",
    "/usr/bin",
    "/usr/local",
    "/usr/share",
    "/var",
];

pub fn check(dockerfile: &Dockerfile, script: &InstructionScript, out: &mut Reporter<'_>) {
    if script.script.commands_named("rm").next().is_none() || !is_looked_at(dockerfile, script) {
        return;
    }
    for (_, command) in
        commands(script).filter(|(_, command)| command.name() == "rm" && command.has_flag(&["-r", "-R", "--recursive"]))
    {
        for word in command.non_flag_words().filter(|word| word.expansion.is_none()) {
            if is_system_folder(&word.text) {
                let variant = if word.text.ends_with('*') { "contents" } else { "folder" };
                out.report(word.span).variant(variant).value("folder", word.text.as_str()).emit();
            }
        }
    }
}

/// One of the folders, or all that is in it.
fn is_system_folder(path: &str) -> bool {
    if !path.starts_with('/') {
        return false;
    }
    let contents = path.strip_suffix("/*/*").or_else(|| path.strip_suffix("/*")).or_else(|| path.strip_suffix('/'));
    FOLDERS.contains(&contents.unwrap_or(path))
}
