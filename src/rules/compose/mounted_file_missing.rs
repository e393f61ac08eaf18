use crate::compose::ComposeProject;
use crate::rules::check::Reporter;

/// Only what is called as a file: a missing folder is one that the engine is to make.
pub fn check(project: &ComposeProject, out: &mut Reporter<'_>) {
    let mut told = Vec::new();
    for absent in project.absent.iter().filter(|absent| is_called_as_a_file(&absent.path)) {
        if !told.contains(&&absent.path) {
            told.push(&absent.path);
            out.report_at(absent.location).value("path", &absent.path).emit();
        }
    }
}

/// Endings that only files have.
fn is_called_as_a_file(path: &str) -> bool {
    const ENDINGS: [&str; 30] = [
        "cfg",
        "cnf",
        "conf",
        "config",
        "crt",
        "csv",
        "env",
        "html",
        "ini",
        "js",
        "json",
        "key",
        "lua",
        "pem",
        "php",
        "properties",
        "py",
        "rb",
        "rules",
        "sh",
        "sql",
        "template",
        "tmpl",
        "toml",
        "ts",
        "txt",
        "vcl",
        "xml",
        "yaml",
        "yml",
    ];
    let name = path.rsplit('/').next().unwrap_or_default();
    name.rsplit_once('.').is_some_and(|(stem, ending)| !stem.is_empty() && ENDINGS.contains(&ending))
}
