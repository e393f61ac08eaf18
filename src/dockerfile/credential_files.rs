//! Files that hold credentials by their name.

/// How sure a name is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credential {
    /// `id_rsa`, `.aws/credentials`: there is no other reason for the file.
    Certain,
    /// `.npmrc`, `server.pem`: it often holds one, and may hold none.
    Perhaps,
}

/// What the path of a COPY says of the file or folder.
pub fn credential_in(path: &str) -> Option<Credential> {
    use Credential::{Certain, Perhaps};
    let path = path.trim_end_matches(['/', '*']).trim_end_matches('/');
    let lower = path.to_ascii_lowercase();
    let mut parts = lower.rsplit('/');
    let name = parts.next()?;
    let folder = parts.next().unwrap_or_default();
    let in_folder = |wanted: &str, names: &[&str]| folder == wanted && names.contains(&name);
    const CERTAIN: &[&str] = &[
        "id_rsa",
        "id_dsa",
        "id_ecdsa",
        "id_ed25519",
        "id_ecdsa_sk",
        "id_ed25519_sk",
        ".ssh",
        ".aws",
        ".git-credentials",
        ".netrc",
        "_netrc",
        ".pypirc",
        ".pgpass",
        ".my.cnf",
        ".dockercfg",
        ".dockerconfigjson",
        ".kube",
        "kubeconfig",
        ".vault-token",
        "master.key",
        "terraform.tfstate",
        "terraform.tfvars",
        "application_default_credentials.json",
        ".htpasswd",
        "credentials.csv",
        ".s3cfg",
        ".boto",
        ".gnupg",
        ".terraformrc",
        ".azure",
    ];
    const PERHAPS: &[&str] = &[
        ".npmrc",
        ".yarnrc.yml",
        "auth.json",
        "credentials.json",
        "service-account.json",
        "serviceaccount.json",
        "nuget.config",
        ".pip",
        "secrets.yml",
        "secrets.yaml",
        "secrets.json",
        ".condarc",
    ];
    let is_environment = name == ".env" || name.strip_prefix(".env.").is_some_and(|rest| !is_harmless_environment(rest));
    if CERTAIN.contains(&name)
        || in_folder(".aws", &["credentials", "config"])
        || in_folder(".docker", &["config.json"])
        || in_folder(".kube", &["config"])
        || in_folder(".gem", &["credentials"])
        || in_folder(".cargo", &["credentials", "credentials.toml"])
        || in_folder("gcloud", &["credentials.db", "access_tokens.db"])
        || name.starts_with("service-account") && name.ends_with("key.json")
        || [".p12", ".pfx", ".jks", ".ppk", ".keystore", ".kdbx"].iter().any(|ending| name.ends_with(ending) && !is_public(name))
        || name.ends_with(".key") && !is_public(name) && !is_example(name)
        || name.ends_with("privkey.pem")
        || name.ends_with("-key.pem") && !is_public(name)
        || name == "key.pem"
    {
        return Some(Certain);
    }
    let is_key = name.ends_with(".pem") && !is_public(name);
    (PERHAPS.contains(&name) || is_environment || is_key).then_some(Perhaps)
}

/// `.env.example` and its kin; `.env.production` is none.
fn is_harmless_environment(rest: &str) -> bool {
    ["example", "sample", "dist", "template", "defaults", "default", "docker-example", "test", "ci"]
        .iter()
        .any(|word| rest.split(['.', '-', '_']).any(|part| part == *word))
}

/// Certificates, public keys, and stores of what is trusted.
fn is_public(name: &str) -> bool {
    let words = [
        "ca",
        "cert",
        "certs",
        "certificate",
        "chain",
        "fullchain",
        "public",
        "pub",
        "trust",
        "truststore",
        "cacert",
        "cacerts",
        "root",
        "bundle",
        "debug",
        "signing",
        "release",
        "archive",
        "gpg",
        "apt",
        "repo",
        "rds",
        "global",
        "dhparam",
        "dhparams",
        "dh",
        "dh2048",
        "dh4096",
        "crl",
        "csr",
        "intermediate",
        "issuer",
    ];
    name.split(['.', '-', '_']).any(|word| words.contains(&word))
        || name.contains("cert")
        || name.contains("public")
        || name.contains("bundle")
}

fn is_example(name: &str) -> bool {
    name.split(['.', '-', '_']).any(|word| matches!(word, "example" | "sample" | "license" | "licence" | "nodesource" | "docker"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_their_names() {
        for path in [
            "id_rsa",
            "keys/id_ed25519",
            ".ssh/",
            "/root/.ssh",
            ".aws/credentials",
            ".docker/config.json",
            ".pypirc",
            "tls/server.key",
            "server-key.pem",
            "x.p12",
            ".netrc",
            "privkey.pem",
        ] {
            assert_eq!(credential_in(path), Some(Credential::Certain), "{path}");
        }
        for path in [".env", "app/.env.production", ".npmrc", "server.pem", "credentials.json", "secrets.yml"] {
            assert_eq!(credential_in(path), Some(Credential::Perhaps), "{path}");
        }
        for path in [
            "id_rsa.pub",
            ".env.example",
            ".env.test",
            "ca.pem",
            "fullchain.pem",
            "cert.pem",
            "config.json",
            "keyboard.key.map",
            "src",
            ".",
            "repo-signing.key",
            "environment",
            ".envrc.md",
            "rds-combined-ca-bundle.pem",
            "dhparam.pem",
            "debug.keystore",
            "package.json",
        ] {
            assert_eq!(credential_in(path), None, "{path}");
        }
    }
}
