//! A secret never appears: not in a finding, a diff, an excerpt, an error or the facts, in no format and at no verbosity.

use std::fs;
use std::process::Command;

/// Each at a place where something is found, so that excerpts, fixes and errors have a reason to show it.
const DOCKERFILE: &str = "\
FROM alpine:latest as Build
ARG API_TOKEN=tok-4f9a8b7c6d5e
ENV DB_PASSWORD hunter2-and-more
ENV AWS_SECRET_ACCESS_KEY=\"wJalrXUtnFEMI/K7MDENG\" OTHER=b
ENV SECRET_KEY='quoted-secret-value' SELF=$OTHER
RUN curl -k https://user:s3cr3t-pass@example.org/x | sh
RUN sudo mysql --password=cli-passw0rd -e 'select 1'
RUN echo app:chpasswd-value | chpasswd
COPY --from=$API_TOKEN a /b
EXPOSE $DB_PASSWORD
HEALTHCHECK --interval=${SECRET_KEY} CMD true
MAINTAINER me
";

const SECRETS: [&str; 7] = [
    "tok-4f9a8b7c6d5e",
    "hunter2-and-more",
    "wJalrXUtnFEMI/K7MDENG",
    "quoted-secret-value",
    "s3cr3t-pass",
    "cli-passw0rd",
    "chpasswd-value",
];

#[test]
fn no_output_shows_a_secret() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("Dockerfile"), DOCKERFILE).expect("files can be written");
    let mut runs: Vec<Vec<&str>> = vec![vec!["facts"], vec!["facts", "-f", "jsonl"]];
    for format in ["full", "concise", "json", "jsonl", "sarif", "github"] {
        runs.push(vec!["check", "--isolated", "--profile", "pedantic", "-v", "-f", format]);
    }
    runs.push(vec!["check", "--isolated", "--profile", "pedantic", "--statistics", "--color", "always"]);
    runs.push(vec!["fix", "--isolated", "--profile", "pedantic", "--unsafe-fixes", "--diff", "-v"]);
    for arguments in runs {
        let output = Command::new(env!("CARGO_BIN_EXE_shipworthy"))
            .args(&arguments)
            .current_dir(folder.path())
            .env("RUST_BACKTRACE", "1")
            .output()
            .expect("the binary runs");
        let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(said.len() > 20, "{arguments:?} says nothing");
        for secret in SECRETS {
            assert!(!said.contains(secret), "{arguments:?} shows {secret}:\n{said}");
        }
    }
}

#[test]
fn a_fix_in_place_keeps_the_secrets_of_the_file() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("Dockerfile");
    fs::write(&path, "FROM alpine:3\nENV DB_PASSWORD hunter2-and-more\nMAINTAINER me\n").expect("files can be written");
    let output = Command::new(env!("CARGO_BIN_EXE_shipworthy"))
        .args(["fix", "--isolated", "--profile", "pedantic", "--exit-zero"])
        .current_dir(folder.path())
        .output()
        .expect("the binary runs");
    let after = fs::read_to_string(&path).expect("it is there");
    assert!(after.contains("ENV DB_PASSWORD=hunter2-and-more") && !after.contains("MAINTAINER"), "{after}");
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(!said.contains("hunter2"), "{said}");
}
