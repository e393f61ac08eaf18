//! Names of services, which people spell in several ways.

/// Whether two names mean the same service, whatever their case and separators are.
pub fn same_name(one: &str, other: &str) -> bool {
    let letters = |text: &str| -> String {
        let letter = |char: char| if matches!(char, '_' | ' ' | '.') { '-' } else { char.to_ascii_lowercase() };
        text.trim().chars().map(letter).collect()
    };
    !one.trim().is_empty() && letters(one) == letters(other)
}

/// Labels that say which service something is: `com.docker.compose.service`, `org.opencontainers.image.title`.
pub fn is_naming_label(key: &str) -> bool {
    let last = key.rsplit(['.', '/']).next().unwrap_or(key);
    matches!(last, "service" | "service-name" | "title" | "name")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_mean_the_same_service() {
        assert!(same_name("identity-service", "Identity_Service") && same_name("a b", "a-b"));
        assert!(!same_name("identity", "identity-service") && !same_name("", ""));
        assert!(is_naming_label("com.docker.compose.service") && !is_naming_label("com.docker.compose.project"));
    }
}
