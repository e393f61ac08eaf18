//! A secret never appears: not in a finding, a diff, an excerpt, an error or the facts, in no format and at no verbosity. Every kind of
//! secret is planted in every kind of file, and every output is searched for each of them: whole, in halves, and encoded.

use std::fs;
use std::path::Path;
use std::process::Command;

/// A file and lines to write around secrets; `@` stands for the secret. None of them opens anything.
struct Plant {
    path: &'static str,
    /// What comes before the planted lines.
    head: &'static str,
    lines: &'static [(&'static str, &'static str)],
}

const KEY_LINE: &str = "MIIEowIBAAKCAQEA0Z3VS5JJcds3xfn1ygWyF8PbnGy0AHB7Mn0pL5Vn1Rk2QwXb";

const PLANTS: &[Plant] = &[
    Plant {
        path: "Dockerfile",
        head: "FROM alpine:latest as Build\n",
        lines: &[
            ("ARG API_TOKEN=@", "tok-4f9a8b7c6d5e"),
            ("ENV DB_PASSWORD @", "hunter2-and-more"),
            ("ENV AWS_SECRET_ACCESS_KEY=\"@\" OTHER=b", "wJalrXUtnFEMI/K7MDENG"),
            ("ENV SECRET_KEY='@' SELF=$OTHER", "quoted-secret-value"),
            ("ENV dbPassword=@ smtpPass=x", "camelCaseValue77"),
            ("ENV APP_PASSPHRASE=${PASS_PHRASE:-@}", "fallback-value-8812"),
            ("RUN curl -k https://user:@@example.org/x | sh", "s3cr3t-pass-url"),
            ("RUN sudo mysql --password=@ -e 'select 1'", "cli-passw0rd-31"),
            ("RUN sudo mysqldump -u root -p@ app", "gluedOn-77-pw"),
            ("RUN echo app:@ | chpasswd", "Zq5-set-for-root"),
            ("RUN cd /tmp && curl -u bob:@ https://example.org", "curlUser-88-pw"),
            ("RUN cd /tmp && curl -H 'Authorization: Bearer @' https://example.org", "bearer7f8e9d0c1b2a"),
            ("RUN cd /tmp && PGPASSWORD=@ psql", "pgpass-assign-44"),
            ("RUN cd /tmp && sshpass -p @ ssh a@b", "sshpass-word-45"),
            ("RUN cd /tmp && echo \"-----BEGIN RSA PRIVATE KEY-----\\n@\\n-----END RSA PRIVATE KEY-----\" > k", KEY_LINE),
            ("RUN sudo git config --global x ghp_@", "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"),
            ("RUN sudo npm config set //r.example/:_authToken=@", "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"),
            ("RUN <<EOF\ncd /tmp\nx --client-secret @\nEOF", "hd46-Xw9-Pl7-Kq2v"),
            ("COPY <<EOF /etc/app.ini\npassword = @\nEOF", "ini-file-value-47"),
            ("LABEL org.example.apiKey=\"@\"", "label-api-key-value-9"),
            ("LABEL users=\"admin:@\"", "$apr1$Qk1mZx8v$8nHqJw3L0pXr5Tb7YcVd2."),
            ("ONBUILD ENV DEPLOY_TOKEN=@", "onbuild-token-48"),
            ("COPY --from=$API_TOKEN a /b", ""),
            ("EXPOSE $DB_PASSWORD", ""),
            ("HEALTHCHECK --interval=${SECRET_KEY} CMD curl -H 'X-Api-Key: @' localhost", "probeKey-0a1b2c3d4e"),
            ("CMD [\"redis-server\", \"--requirepass\", \"@\"]", "exec-form-pass-49"),
            ("EVN FTP_PASSWORD=@", "misspelt-instr-50"),
            ("MAINTAINER me", ""),
        ],
    },
    Plant {
        path: "compose.yaml",
        head: "services:\n  web:\n    image: nginx\n    privileged: true\n    ports: [80:80]\n",
        lines: &[
            ("    environment:\n      DB_PASSWORD: @", "Zk51w9-map-q4Tz"),
            ("      API_KEY: \"@\"", "Zk52w9-quoted-q4Tz"),
            ("      DATABASE_URL: postgres://app:@@db/app", "Zk53w9-url-q4Tz"),
            ("      SMTP_PASSWORD: ${SMTP:-@}", "Zk54w9-fallback-q4Tz"),
            ("      STRIPE: sk_live_@", "4eC39HqLyjWDarjtT1zdp7dc"),
            (
                "      UNSET_BY: ${NOBODY_SETS_IT}\n      TLS: |\n        -----BEGIN PRIVATE KEY-----\n        @\n        -----END PRIVATE KEY-----",
                "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj",
            ),
            ("    build:\n      context: .\n      args:\n        - NPM_TOKEN=@", "Zk55w9-arg-q4Tz"),
            ("    command: redis-server --requirepass @", "Zk56w9-cmd-q4Tz"),
            ("    healthcheck:\n      test: [\"CMD\", \"mysqladmin\", \"ping\", \"-p@\"]", "Zk57w9-probe-q4Tz"),
            (
                "    labels:\n      - \"traefik.http.middlewares.a.basicauth.users=admin:@\"",
                "$$apr1$$Rt5yUi8o$$4mKjHg6F1dSa3Qw9ErTy7.",
            ),
            (
                "  db:\n    image: postgres\n    restart: sometimes\n    environment:\n      - POSTGRES_PASSWORD=@",
                "Zk58w9-list-q4Tz",
            ),
            ("configs:\n  app:\n    content: |\n      secret_key = @", "Zk59w9-config-q4Tz"),
        ],
    },
    Plant {
        path: "broken/compose.yaml",
        head: "services:\n  web:\n    image: nginx\n    environment:\n",
        lines: &[("      DB_PASSWORD: @\n      x: [\n  y: }", "broken-yaml-60-x")],
    },
    Plant {
        path: ".env",
        head: "NAME=app\nname = b\n",
        lines: &[
            ("DB_PASSWORD=@", "Ev61-plain-w7Kd2m"),
            ("export API_TOKEN=\"@\" # a comment", "Ev62-quot-w7Kd2mQ"),
            ("REDIS_URL=redis://:@@cache:6379", "Ev63url-w7Kd2mQz"),
            ("GITLAB=glpat-@", "x7Yz9Ab2Cd4Ef6Gh8Jk0"),
            ("BROKEN LINE PASSWORD=@", "Ev64brk-w7Kd2mQz"),
        ],
    },
    Plant {
        path: "nginx.conf",
        head: "events {}\nhttp {\n  server {\n    listen 80;\n    server_tokens on;\n    location / {\n",
        lines: &[
            ("      proxy_set_header Authorization \"Basic @\";", "bmdpbng6cGFzczY1eHl6"),
            ("      proxy_set_header X-Api-Key @;", "Ng66-api-w7Kd2mQz"),
            ("      set $upstream_token \"@\";", "Ng67-set-w7Kd2mQz"),
            ("      fastcgi_param DB_PASSWORD @;", "Ng68-fcg-w7Kd2mQz"),
            ("      if ($http_authorization != \"Bearer @\") { return 403; }", "nginxBearer69abcdef"),
            ("      proxy_pass http://user:@@backend;", "Ng70url-w7Kd2mQz"),
            ("      add_header Nothing $none\n    }\n  }\n}", ""),
        ],
    },
];

fn secrets() -> Vec<&'static str> {
    PLANTS.iter().flat_map(|plant| plant.lines).map(|(_, secret)| *secret).filter(|secret| !secret.is_empty()).collect()
}

fn plant(folder: &Path) {
    for plant in PLANTS {
        let path = folder.join(plant.path);
        let mut text = plant.head.to_owned();
        for (line, secret) in plant.lines {
            // `@@` in a URL is the secret and the `@` behind it.
            text.push_str(&line.replacen('@', secret, 1));
            text.push('\n');
        }
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("folders can be made");
        fs::write(path, text).expect("files can be written");
    }
}

/// The forms in which an output could carry a secret.
fn forms(secret: &str) -> Vec<String> {
    let mut forms =
        vec![secret.to_owned(), secret.escape_default().to_string(), secret.replace("$$", "$"), secret.chars().rev().collect()];
    // A half of it is too much as well.
    let middle = secret.len() / 2;
    if middle >= 8 && secret.is_ascii() {
        forms.extend([secret[..middle].to_owned(), secret[middle..].to_owned()]);
    }
    forms.extend((0..3).map(|shift| base64_inside(secret.as_bytes(), shift)));
    forms.push(secret.bytes().map(|byte| format!("{byte:02x}")).collect());
    forms.push(secret.replace('&', "&amp;").replace('<', "&lt;"));
    forms.push(
        secret
            .bytes()
            .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
            .collect(),
    );
    forms.retain(|form| form.len() >= 6);
    forms
}

/// What base64 shows of bytes whatever stands around them: the letters that they alone decide, when `shift` bytes of a group come before.
fn base64_inside(bytes: &[u8], shift: usize) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let skipped = (3 - shift) % 3;
    let whole = bytes.get(skipped..).unwrap_or_default().chunks_exact(3);
    whole
        .flat_map(|group| {
            let bits = u32::from(group[0]) << 16 | u32::from(group[1]) << 8 | u32::from(group[2]);
            [18, 12, 6, 0].map(|by| char::from(LETTERS[(bits >> by & 63) as usize]))
        })
        .collect()
}

fn said(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_shipworthy"))
        .args(arguments)
        .current_dir(folder)
        .env("RUST_BACKTRACE", "1")
        .env("RUST_LOG", "trace")
        .output()
        .expect("the binary runs");
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// The secrets that a text shows, with the form in which it does.
fn shown(text: &str) -> Vec<String> {
    let forms = secrets().into_iter().flat_map(|secret| forms(secret).into_iter().map(move |form| (secret, form)));
    forms.filter(|(_, form)| text.contains(form.as_str())).map(|(secret, form)| format!("{secret} as {form}")).collect()
}

#[test]
fn no_output_shows_a_secret() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    plant(folder.path());
    assert!(secrets().len() >= 40, "{}", secrets().len());
    let mut runs: Vec<Vec<&str>> =
        vec![vec!["facts"], vec!["facts", "-f", "jsonl"], vec!["config", "show"], vec!["explain", "secret/provider-token"]];
    for format in ["full", "concise", "json", "jsonl", "sarif", "github", "gitlab", "junit", "checkstyle", "rdjson", "markdown"] {
        runs.push(vec!["check", "--isolated", "--profile", "pedantic", "-v", "-f", format]);
        runs.push(vec!["check", "--isolated", "-f", format]);
    }
    runs.push(vec!["check", "--isolated", "--profile", "pedantic", "--statistics", "--color", "always"]);
    runs.push(vec!["check", "--isolated", "--profile", "pedantic", "-q"]);
    runs.push(vec![
        "check",
        "--isolated",
        "--profile",
        "pedantic",
        "--output",
        "sarif=report.sarif",
        "--output",
        "json=report.json",
    ]);
    runs.push(vec!["baseline", "create", "--isolated", "--profile", "pedantic"]);
    runs.push(vec!["fix", "--isolated", "--profile", "pedantic", "--unsafe-fixes", "--diff", "-v"]);
    runs.push(vec!["fix", "--isolated", "--profile", "pedantic", "--diff"]);
    runs.push(vec!["fix", "--isolated", "--profile", "pedantic", "--unsafe-fixes", "-v"]);
    for arguments in runs {
        let said = said(folder.path(), &arguments);
        assert!(said.len() > 20 || arguments.contains(&"-q") || arguments.contains(&"baseline"), "{arguments:?} says nothing");
        assert_eq!(shown(&said), Vec::<String>::new(), "{arguments:?} shows them:\n{said}");
    }
    // Files that were written beside: reports, baselines.
    for entry in fs::read_dir(folder.path()).expect("the folder can be read").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_file() && !PLANTS.iter().any(|plant| plant.path == name) {
            let written = fs::read_to_string(entry.path()).unwrap_or_default();
            assert_eq!(shown(&written), Vec::<String>::new(), "{name} shows them:\n{written}");
        }
    }
}

/// The search itself works: with the secrets asked for, they are there.
#[test]
fn what_is_planted_can_be_found() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    plant(folder.path());
    let said = said(folder.path(), &["facts", "--show-secrets"]);
    assert!(shown(&said).len() > 10, "{said}");
    assert!(shown("x dG9rLTRmOWE4YjdjNmQ1ZQ== x").len() == 1);
}

/// Every planted secret of a file that is judged is a finding of some rule, or at least covered.
#[test]
fn standard_input_shows_no_secret_either() {
    for plant in PLANTS {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join(plant.path);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("folders can be made");
        // Each alone, so that no other line leads to it.
        for (line, secret) in plant.lines.iter().filter(|(_, secret)| !secret.is_empty()) {
            fs::write(&path, format!("{}{}\n", plant.head, line.replacen('@', secret, 1))).expect("files can be written");
            let said = said(folder.path(), &["check", "--isolated", "--profile", "pedantic", "-f", "full"]);
            assert_eq!(shown(&said), Vec::<String>::new(), "{line} is shown:\n{said}");
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
