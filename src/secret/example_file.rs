//! Files that show how another one is written.

use crate::source::Kind;

/// Whether a path, as it is shown, names an example: `.env.example`, `compose.sample.yml`, `example.env`, `docs/examples/compose.yaml`. The words
/// of the name count, by the kind of file, and the folder that it lies in.
pub fn is_example(path: &str, kind: Kind) -> bool {
    const WORDS: &[&str] = &["dist", "example", "examples", "sample", "samples", "skel", "template", "templates", "tmpl", "tpl"];
    const FOLDERS: &[&str] = &["example", "examples", "fixtures", "sample", "samples", "testdata"];
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let folder = folder.rsplit('/').next().unwrap_or_default();
    let is_word = |word: &str| WORDS.iter().any(|known| word.eq_ignore_ascii_case(known));
    // Templates of nginx are what runs; `defaults.env` is copied to `.env`.
    let is_named = |word: &str| match kind {
        Kind::Nginx => is_word(word) && !word.to_ascii_lowercase().starts_with('t'),
        Kind::Env => is_word(word) || matches!(word, "default" | "defaults"),
        _ => is_word(word),
    };
    name.split(['.', '-', '_']).any(is_named) || FOLDERS.iter().any(|known| folder.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_are_named_so() {
        for path in
            [".env.example", "a/.env.dist", "compose.sample.yml", "example.env", "env.template", "docs/examples/compose.yaml"]
        {
            assert!(is_example(path, Kind::Env), "{path}");
        }
        for path in [".env", "examples/app/compose.yaml", "compose.prod.yml", "distribution/.env"] {
            assert!(!is_example(path, Kind::Env), "{path}");
        }
        assert!(!is_example("templates/default.conf.template", Kind::Nginx) && is_example("nginx.conf.sample", Kind::Nginx));
        assert!(is_example("defaults.env", Kind::Env) && !is_example("compose.default.yml", Kind::Compose));
    }
}
