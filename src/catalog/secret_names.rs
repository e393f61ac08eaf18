//! Names of variables that peers take for secrets, apart from the words that `dockerfile::secrets` knows.

/// What hadolint looks for in a name (DL3064).
const HADOLINT_PARTS: &[&str] = &["api_key", "client_key", "password", "private", "secret", "token", "username"];

/// The whole names that hadolint knows beside those (DL3064).
const HADOLINT_NAMES: &[&str] = &[
    "APPLICATION_KEY",
    "AWS_ACCESS_KEY_ID",
    "CI_DEPLOY_USER",
    "DOCKER_EMAIL",
    "FACEBOOK_APP_ID",
    "HEROKU_API_USER",
    "OKTA_AUTHN_GROUPID",
    "OKTA_CLIENT_ORGURL",
    "OKTA_OAUTH2_CLIENTID",
    "STRIPE_DEVICE_NAME",
    "TRAVIS_OS_NAME",
    "TRAVIS_SUDO",
];

/// The names that trivy knows (DS-0031).
const TRIVY_NAMES: &[&str] = &[
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AZURE_CLIENT_ID",
    "AZURE_CLIENT_SECRET",
    "GITHUB_TOKEN",
    "HF_TOKEN",
    "OPENAI_API_KEY",
];

/// Prefixes under which trivy knows them too.
const TRIVY_PREFIXES: &[&str] = &["VITE_", "REACT_APP_"];

/// Whether hadolint (DL3064) takes the name for a secret.
pub fn is_known_to_hadolint(name: &str) -> bool {
    let lower = name.to_lowercase();
    HADOLINT_PARTS.iter().any(|part| lower.contains(part)) || HADOLINT_NAMES.iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// Whether trivy (DS-0031) takes the name for a secret.
pub fn is_known_to_trivy(name: &str) -> bool {
    let bare = TRIVY_PREFIXES.iter().find_map(|prefix| name.strip_prefix(prefix)).unwrap_or(name);
    TRIVY_NAMES.contains(&bare)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_peers_know() {
        assert!(
            is_known_to_hadolint("openai_api_key") && is_known_to_hadolint("my_password") && is_known_to_hadolint("Docker_Email")
        );
        assert!(!is_known_to_hadolint("GPG_KEY") && !is_known_to_hadolint("foobar"));
        assert!(is_known_to_trivy("VITE_HF_TOKEN") && !is_known_to_trivy("hf_token"));
    }
}
