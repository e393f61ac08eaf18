//! What a file is. Its name tells which kinds are worth a look, so that most files are never opened; its first bytes decide.

mod compose;
mod dockerfile;
mod env;
mod foreign;
mod nginx;

use super::Kind;

/// How much of a file is read before it is known to be of some kind.
pub(super) const HEAD_BYTES: usize = 16 * 1024;

/// What a name promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Candidate {
    pub kind: Kind,
    pub trust: Trust,
    /// The name is that of a template: content with template marks is of no kind.
    template: bool,
}

/// How much a name proves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Trust {
    /// The content must prove the kind.
    Doubtful,
    /// The content must show a trace of the kind, or nothing at all: `Dockerfile.dev`.
    Likely,
    /// The name alone is the proof, unless the file is a template for one.
    Certain,
}

/// What the first bytes of a file say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Is(Kind),
    Not,
    /// Nothing in them decides, and more bytes may.
    Undecided,
}

/// The kind that a path may have, by its name and the folder that it lies in; `path` uses `/`.
pub(super) fn candidate(path: &str) -> Option<Candidate> {
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    let name = name.to_ascii_lowercase();
    if name.ends_with('~') || LEFTOVERS.contains(&extension(&name)) {
        return None;
    }
    let template = TEMPLATES.contains(&extension(&name));
    let bare = if template { name.rsplit_once('.').map_or("", |(bare, _)| bare) } else { &name };
    let doubtful = |kind| Some(Candidate { kind, trust: Trust::Doubtful, template });
    let by_name = |kind, trust| Some(Candidate { kind, trust: if template { Trust::Doubtful } else { trust }, template });
    if let Some(trust) = dockerfile_name(bare) {
        return by_name(Kind::Dockerfile, trust);
    }
    if let Some(stem) = bare.strip_suffix(".yml").or_else(|| bare.strip_suffix(".yaml")) {
        return if stem.ends_with("-lock") {
            None
        } else {
            by_name(Kind::Compose, if compose_name(stem) { Trust::Likely } else { Trust::Doubtful })
        };
    }
    if bare.ends_with(".tf") || bare.ends_with(".tf.json") {
        return doubtful(Kind::Terraform);
    }
    if bare == ".env" {
        return by_name(Kind::Env, Trust::Certain);
    }
    let foreign = FOREIGN.contains(&extension(bare));
    if !foreign && (bare.ends_with(".env") || [".env.", ".env-", ".env_"].iter().any(|start| bare.starts_with(start))) {
        return doubtful(Kind::Env);
    }
    if bare == "nginx.conf" {
        return by_name(Kind::Nginx, Trust::Certain);
    }
    let named = ["conf", "nginx", "nginxconf", "vhost", "inc"].contains(&extension(bare)) || NGINX_NAMES.contains(&bare);
    if named || (!foreign && (bare.contains("nginx") || in_nginx_folder(folders))) {
        return doubtful(Kind::Nginx);
    }
    None
}

/// The verdict of the first bytes on a candidate; `whole` when there are no others.
pub(super) fn judge(candidate: Candidate, path: &str, head: &[u8], whole: bool) -> Verdict {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    if candidate.template && has_template_marks(head) {
        return Verdict::Not;
    }
    let verdict = match candidate.kind {
        Kind::Dockerfile => dockerfile::judge(head, candidate.trust),
        Kind::Compose => match compose::judge(head, candidate.trust) {
            Verdict::Is(kind) => Verdict::Is(kind),
            _ if foreign::is_kubernetes(head) => Verdict::Is(Kind::Kubernetes),
            verdict => verdict,
        },
        Kind::Nginx => {
            nginx::judge(head, candidate.trust, in_nginx_folder(path.rsplit_once('/').map_or("", |(folders, _)| folders)))
        }
        Kind::Env => env::judge(head, candidate.trust),
        // No name is that of a snapshot: the command line says which file is one. Neighbours are read beside others.
        Kind::Snapshot | Kind::Neighbour | Kind::Kubernetes => Verdict::Not,
        Kind::Terraform if foreign::is_terraform(head) => Verdict::Is(Kind::Terraform),
        Kind::Terraform => Verdict::Not,
    };
    match verdict {
        Verdict::Undecided if whole => Verdict::Not,
        verdict => verdict,
    }
}

/// The kind of content that has no telling name, such as standard input or a file that somebody named on the command line.
pub(super) fn judge_unnamed(content: &[u8]) -> Option<Kind> {
    let content = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content);
    let verdicts = [dockerfile::judge, compose::judge, |head: &[u8], trust| nginx::judge(head, trust, false)];
    verdicts.iter().find_map(|judge| match judge(content, Trust::Doubtful) {
        Verdict::Is(kind) => Some(kind),
        Verdict::Not | Verdict::Undecided => None,
    })
}

/// Leftovers of editors and merges, signatures, and pages about a file.
const LEFTOVERS: &[&str] =
    &["bak", "orig", "rej", "swp", "swo", "dockerignore", "md", "rst", "asc", "sig", "sha256", "patch", "diff"];

/// Ends of names whose file is a pattern for another one, or a sample of it.
const TEMPLATES: &[&str] = &[
    "template", "templ", "tmpl", "tpl", "ctmpl", "gotmpl", "j2", "jinja", "jinja2", "erb", "ejs", "hbs", "mustache", "in",
    "example", "sample", "dist",
];

/// Extensions of languages, data and media, which no configuration of ours has.
const FOREIGN: &[&str] = &[
    "js", "mjs", "cjs", "ts", "tsx", "jsx", "vue", "css", "scss", "html", "htm", "xml", "svg", "json", "toml", "ini", "txt",
    "csv", "log", "py", "rb", "go", "rs", "java", "kt", "php", "phtml", "pl", "lua", "c", "h", "cc", "cpp", "cs", "swift", "sql",
    "sh", "bash", "zsh", "fish", "vim", "el", "ps1", "bat", "cmd", "tf", "hcl", "proto", "service", "timer", "lock", "map",
    "vault", "enc", "gpg", "age", "png", "jpg", "jpeg", "gif", "ico", "webp", "pdf", "woff", "woff2", "ttf", "eot", "mp4", "zip",
    "gz", "tgz", "bz2", "xz", "zst", "tar", "jar", "war", "deb", "rpm", "apk", "exe", "dll", "so", "dylib", "wasm", "pem", "crt",
    "key", "csr", "pub",
];

/// Files that nginx ships under these names, and Debian beside them.
const NGINX_NAMES: &[&str] = &["mime.types", "fastcgi_params", "scgi_params", "uwsgi_params", "proxy_params"];

const NGINX_FOLDERS: &[&str] = &["nginx", "sites-available", "sites-enabled", "conf.d", "vhost.d", "vhosts.d"];

fn extension(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(_, extension)| extension)
}

fn in_nginx_folder(folders: &str) -> bool {
    let last = folders.rsplit_once('/').map_or(folders, |(_, last)| last);
    NGINX_FOLDERS.iter().any(|folder| last.eq_ignore_ascii_case(folder)) || folders.to_ascii_lowercase().contains("nginx")
}

/// Whether a name is that of a Dockerfile, and how surely: `Dockerfile.py` may be a program about Dockerfiles.
fn dockerfile_name(name: &str) -> Option<Trust> {
    for base in ["dockerfile", "containerfile"] {
        if let Some(rest) = name.strip_prefix(base) {
            let foreign = FOREIGN.contains(&extension(name)) || ["yml", "yaml"].contains(&extension(name));
            return Some(match rest.as_bytes().first() {
                None => Trust::Certain,
                Some(b'.' | b'-' | b'_') if !foreign => Trust::Likely,
                Some(_) => Trust::Doubtful,
            });
        }
        if let Some(rest) = name.strip_suffix(base) {
            match rest.as_bytes().last() {
                Some(b'.') => return Some(Trust::Likely),
                Some(b'-' | b'_') => return Some(Trust::Doubtful),
                _ => {}
            }
        }
    }
    None
}

/// Whether a name without its `.yml` is one that people give to compose files: `compose`, `docker-compose.prod`, `dev.compose`.
fn compose_name(stem: &str) -> bool {
    let stem = stem.strip_prefix("docker-").or_else(|| stem.strip_prefix("podman-")).unwrap_or(stem);
    let is_separator = |byte: Option<&u8>| matches!(byte, None | Some(b'.' | b'-' | b'_'));
    stem.strip_prefix("compose").is_some_and(|rest| is_separator(rest.as_bytes().first()))
        || stem.strip_suffix("compose").is_some_and(|rest| is_separator(rest.as_bytes().last()))
}

/// Marks of Jinja, Go templates, mustache, jq, ERB, and the `%%NAME%%` of docker-library.
fn has_template_marks(content: &[u8]) -> bool {
    ["{{", "{%", "<%", "%%"].iter().any(|mark| memchr::memmem::find(content, mark.as_bytes()).is_some())
}

/// The lines of a text without their newline and carriage return.
fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a whole file of this path and content is, as discovery sees it.
    fn kind(path: &str, content: &str) -> Option<Kind> {
        match judge(candidate(path)?, path, content.as_bytes(), true) {
            Verdict::Is(kind) => Some(kind),
            Verdict::Not | Verdict::Undecided => None,
        }
    }

    #[test]
    fn names_of_dockerfiles() {
        for name in ["Dockerfile", "a/b/Dockerfile", "dockerfile", "DOCKERFILE", "Containerfile"] {
            assert_eq!(kind(name, "nonsense"), Some(Kind::Dockerfile), "{name}");
            assert_eq!(kind(name, ""), Some(Kind::Dockerfile), "{name} empty");
        }
        for name in [
            "Dockerfile.dev",
            "Dockerfile-alpine",
            "Dockerfile_arm",
            "app.Dockerfile",
            "app.dockerfile",
            "Containerfile.prod",
            "build.containerfile",
        ] {
            assert_eq!(kind(name, "FORM a\n\ncopy . .\n"), Some(Kind::Dockerfile), "{name}");
            assert_eq!(kind(name, "# nothing\n"), Some(Kind::Dockerfile), "{name} empty");
            assert_eq!(kind(name, "\" Vim syntax file\nif exists(\"b:x\")\n"), None, "{name}");
        }
        for name in ["Dockerfile.py", "Dockerfile.txt", "Dockerfile2", "Dockerfile.yml", "prod-dockerfile"] {
            assert_eq!(kind(name, "FROM a"), Some(Kind::Dockerfile), "{name}");
            assert_eq!(kind(name, "import os"), None, "{name}");
        }
        for name in
            ["Dockerfile.dockerignore", "Dockerfile.md", "Dockerfile~", "Dockerfile.orig", "mydockerfile", ".dockerignore"]
        {
            assert_eq!(kind(name, "FROM a"), None, "{name}");
        }
    }

    #[test]
    fn templates_of_dockerfiles_are_none() {
        assert_eq!(kind("Dockerfile.j2", "FROM {{ base }}\n"), None);
        assert_eq!(kind("Dockerfile.template", "FROM php:%%VERSION%%\n"), None);
        assert_eq!(kind("Dockerfile.template", "FROM php:8\n"), Some(Kind::Dockerfile));
        assert_eq!(kind("Dockerfile", "# made by hand\nFROM python:{{ cookiecutter.version }}\n"), None);
        assert_eq!(kind("Dockerfile", "{{ include \"base\" }}\nFROM a\n"), None);
        assert_eq!(kind("Dockerfile", "FROM a\nRUN docker ps --format '{{.ID}}'\n"), Some(Kind::Dockerfile));
    }

    #[test]
    fn compose_by_content_whatever_the_name() {
        let services = "x-a: &a\n  restart: always\n\nservices:\n  web:\n    image: nginx\n";
        for name in ["compose.yml", "docker-compose.prod.yaml", "stack.yml", "deploy/prod.yaml", "docker-compose.yml.example"] {
            assert_eq!(kind(name, services), Some(Kind::Compose), "{name}");
        }
        assert_eq!(kind("a.yml", "---\r\n\"services\":\r\n  web: {image: nginx}\r\n"), Some(Kind::Compose));
        assert_eq!(kind("a.yml", "services: {web: {image: nginx}}"), Some(Kind::Compose));
        assert_eq!(kind("a.yml", "services:\n  web:\n    <<: *a\n"), Some(Kind::Compose));
        assert_eq!(kind("a.yml", "services: # all\n\n  # one\n  web: !override\n    # its\n    build: .\n"), Some(Kind::Compose));
    }

    #[test]
    fn compose_by_name_when_there_are_no_services() {
        assert_eq!(kind("docker-compose.yml", "web:\n  image: nginx\n"), Some(Kind::Compose));
        assert_eq!(kind("compose.yaml", "include: [a.yml]\n"), Some(Kind::Compose));
        assert_eq!(kind("prod.compose.yml", "volumes:\n  a:\n"), Some(Kind::Compose));
        assert_eq!(kind("compose.yaml", ""), Some(Kind::Compose));
        assert_eq!(kind("composer.yaml", "volumes:\n  a:\n"), None);
    }

    #[test]
    fn services_of_others_are_no_compose() {
        for (name, content) in [
            (".gitlab-ci.yml", "image: a\nservices:\n  - docker:dind\n"),
            (".travis.yml", "language: go\nservices:\n- docker\n"),
            ("config/services.yaml", "parameters:\nservices:\n    _defaults:\n        autowire: true\n"),
            ("a.services.yml", "services:\n  a.b:\n    class: X\n    arguments: ['@c']\n"),
            (".woodpecker.yml", "steps:\n  - name: a\nservices:\n  db:\n    image: mysql\n"),
            (".github/workflows/docker-compose.yml", "name: a\non: push\njobs:\n  a:\n    runs-on: b\n"),
            ("roles/a/tasks/docker-compose.yml", "- name: a\n  command: b\n"),
            ("traefik.yml", "http:\n  services:\n    a:\n      loadBalancer: {}\n"),
            ("chart/templates/compose.yaml", "{{- if .Values.a }}\nservices:\n  a: {}\n{{- end }}\n"),
            ("pnpm-lock.yaml", "services:\n  a:\n    image: b\n"),
        ] {
            assert_eq!(kind(name, content), None, "{name}");
        }
    }

    #[test]
    fn what_no_rule_reads_is_known_by_its_kind() {
        let object = "apiVersion: v1\nkind: ConfigMap\ndata:\n  a: b\n";
        for name in ["k8s/docker-compose.yaml", "chart/templates/deployment.yml"] {
            assert_eq!(kind(name, object), Some(Kind::Kubernetes), "{name}");
        }
        assert_eq!(kind("infra/main.tf", "# all\nmodule \"vpc\" {\n"), Some(Kind::Terraform));
        assert_eq!(kind("notes.tf", "nothing\n"), None);
        assert_eq!(kind("main.tf.bak", "module \"vpc\" {\n"), None);
    }

    #[test]
    fn nginx_by_content_whatever_the_folder() {
        for content in [
            "server {\n  listen 80;\n}\n",
            "# note\nhttp { server { } }",
            "upstream app { server app:8000; }",
            "add_header X-Frame-Options DENY;",
            "client_max_body_size 10G;\nproxy_request_buffering off;\n",
            "map $http_upgrade $connection_upgrade {\n  default upgrade;\n  '' close;\n}\n",
            "types {\n  text/html html;\n}\n",
            "user nginx;\nworker_processes auto;\nevents { worker_connections 1024; }\n",
            "server { location / { proxy_pass http://${BACKEND}; } }",
        ] {
            assert_eq!(kind("a/b.conf", content), Some(Kind::Nginx), "{content}");
            assert_eq!(kind("templates/default.conf.template", content), Some(Kind::Nginx), "{content}");
        }
        assert_eq!(kind("nginx.conf", "not a configuration"), Some(Kind::Nginx));
        assert_eq!(kind("nginx/snippets/deny.conf", "deny all;\n"), Some(Kind::Nginx));
        assert_eq!(kind("sites-enabled/example.org", "server { listen 80; }"), Some(Kind::Nginx));
        assert_eq!(kind("nginx/default", "server { listen 80; }"), Some(Kind::Nginx));
    }

    #[test]
    fn conf_files_of_others_are_no_nginx() {
        for content in [
            "[supervisord]\nnodaemon=true\n",
            "<VirtualHost *:80>\n  ServerName a\n</VirtualHost>\n",
            "port 6379\nbind 0.0.0.0\n",
            "# all comments\n",
            "",
            "[mysqld]\nuser = mysql\n",
            "options {\n  directory \"/var/cache/bind\";\n  listen-on { any; };\n};\n",
            "subnet 10.0.0.0 netmask 255.0.0.0 {\n  range 10.0.0.2 10.0.0.9;\n  option routers 10.0.0.1;\n}\n",
            "source s { system(); internal(); };\n",
            "akka {\n  loglevel = INFO\n  http { server { a = b } }\n}\n",
            "server default {\n  listen {\n    type = auth\n  }\n}\n",
            "deny all;\n",
        ] {
            assert_eq!(kind("etc/a.conf", content), None, "{content}");
        }
        assert_eq!(kind("nginx.conf", "{{range services}}\nserver { listen 80; }\n{{end}}\n"), None);
        assert_eq!(kind("nginx.conf.j2", "server { listen {{ port }}; }"), None);
        assert_eq!(kind("nginx/entrypoint.sh", "server { listen 80; }"), None);
    }

    #[test]
    fn env_files() {
        for name in [".env", ".env.production", "db.env", ".env.example", "a/settings.env"] {
            assert_eq!(kind(name, "# a\n\nexport A_1=b\n"), Some(Kind::Env), "{name}");
        }
        assert_eq!(kind(".env", "# empty\n"), Some(Kind::Env));
        assert_eq!(kind("a.env", "# empty\n"), Some(Kind::Env));
        assert_eq!(kind("a.env", "if [ -f x ]; then\n"), None);
        assert_eq!(kind(".env.ts", "A=b\n"), None);
        assert_eq!(kind(".envrc", "A=b\n"), None);
        assert_eq!(kind(".env.local", "ANSIBLE_VAULT;1.1;AES256\n"), None);
        assert_eq!(kind(".env", "A\0B"), None);
    }

    #[test]
    fn content_without_a_name() {
        assert_eq!(judge_unnamed(b"# syntax=docker/dockerfile:1\nFROM a\n"), Some(Kind::Dockerfile));
        assert_eq!(judge_unnamed(b"services:\n  a:\n    image: b\n"), Some(Kind::Compose));
        assert_eq!(judge_unnamed(b"server { listen 80; }"), Some(Kind::Nginx));
        assert_eq!(judge_unnamed(b"A=b\n"), None);
        assert_eq!(judge_unnamed(b""), None);
    }

    proptest::proptest! {
        #[test]
        fn no_content_makes_it_panic(content in "[ -#${}'\"\\\\;:=\n\tA-Za-z<\u{80}-\u{ff}]{0,60}", more in proptest::collection::vec(proptest::num::u8::ANY, 0..20)) {
            let content = [content.as_bytes(), &more].concat();
            for name in ["Dockerfile", "Dockerfile.j2", "a.Dockerfile", "compose.yml", "a.yml", "nginx.conf", "nginx/a", "a.conf", ".env", "a.env"] {
                judge(candidate(name).unwrap(), name, &content, true);
            }
            judge_unnamed(&content);
        }
    }
}
