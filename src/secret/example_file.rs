//! Files that show how another one is written.

/// Whether a path, as it is shown, names an example: `.env.example`, `compose.sample.yml`, `example.env`, `docs/examples/compose.yaml`. The words
/// of the name count, and the folder that it lies in.
pub fn is_example(path: &str) -> bool {
    const WORDS: &[&str] = &["dist", "example", "examples", "sample", "samples", "skel", "template", "templates", "tmpl", "tpl"];
    const FOLDERS: &[&str] = &["example", "examples", "fixtures", "sample", "samples", "testdata"];
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let folder = folder.rsplit('/').next().unwrap_or_default();
    let is_word = |word: &str| WORDS.iter().any(|known| word.eq_ignore_ascii_case(known));
    name.split(['.', '-', '_']).any(is_word) || FOLDERS.iter().any(|known| folder.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::is_example;

    #[test]
    fn examples_are_named_so() {
        for path in
            [".env.example", "a/.env.dist", "compose.sample.yml", "example.env", "env.template", "docs/examples/compose.yaml"]
        {
            assert!(is_example(path), "{path}");
        }
        for path in [".env", "examples/app/compose.yaml", "compose.prod.yml", "distribution/.env"] {
            assert!(!is_example(path), "{path}");
        }
    }
}
