//! What a file is for, guessed from its name where the configuration does not say.

use crate::finding::Environment;

/// `Dockerfile.dev`, `compose.prod.yml`, `deploy/staging/Dockerfile`, `docker-compose.override.yml`: the name and the folder are
/// read as words; the name counts before the folder. `None` when nothing says so, which counts as production.
pub fn guess(path: &str) -> Option<Environment> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let folder = folder.rsplit_once('/').map_or(folder, |(_, last)| last);
    named(name).or_else(|| named(folder))
}

fn named(text: &str) -> Option<Environment> {
    text.split(['.', '-', '_', ' ']).find_map(|word| {
        Some(match word.to_ascii_lowercase().as_str() {
            "prod" | "production" | "live" => Environment::Production,
            "staging" | "stage" | "stg" | "uat" | "preprod" => Environment::Staging,
            "dev" | "devel" | "develop" | "development" | "local" | "debug" | "override" | "devcontainer" | "test" | "tests"
            | "testing" | "ci" => Environment::Development,
            _ => return None,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_the_name_count_before_the_folder() {
        assert_eq!(guess("backend/Dockerfile.dev"), Some(Environment::Development));
        assert_eq!(guess("docker-compose.override.yml"), Some(Environment::Development));
        assert_eq!(guess("compose.prod.yaml"), Some(Environment::Production));
        assert_eq!(guess("deploy/staging/Dockerfile"), Some(Environment::Staging));
        assert_eq!(guess("staging/Dockerfile.prod"), Some(Environment::Production));
        assert_eq!(guess(".devcontainer/Dockerfile"), Some(Environment::Development));
        assert_eq!(guess("developers/Dockerfile"), None);
        assert_eq!(guess("src/Dockerfile"), None);
    }
}
