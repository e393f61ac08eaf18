use super::*;
use crate::nginx::syntax::parse;
use crate::source::Kind as FileKind;
use crate::source::sources::Memory;

fn read(files: &[(&str, &str)]) -> Configuration {
    let source = |(path, text): &(&str, &str)| Arc::new(SourceFile::new(*path, FileKind::Nginx, text.as_bytes().to_vec()));
    let memory = Memory::new(files.iter().map(source));
    expand(FileId(0), &memory, &|_, source| Arc::new(parse(source.text())))
}

/// Each directive with the lines of its blocks and the number of its file.
fn flat(configuration: &Configuration) -> Vec<String> {
    let line = |directive: crate::nginx::configuration::Directive<'_>| {
        let above: Vec<_> = directive.ancestors().map(|block| block.name()).collect();
        format!("{}{:?} in {} of {}", "", directive, above.join("<"), directive.file().index())
    };
    configuration.directives().map(line).collect()
}

#[test]
fn included_directives_stand_where_they_are_included() {
    let configuration = read(&[
        ("nginx.conf", "events {}\nhttp {\n  include mime.types;\n  include sites/*;\n  gzip on;\n}\n"),
        ("sites/b", "server { listen 2; }"),
        ("sites/a", "server { include common/x.conf; }"),
        ("common/x.conf", "listen 1;"),
    ]);
    assert_eq!(
        flat(&configuration),
        [
            "events in  of 0",
            "http in  of 0",
            "include mime.types in http of 0",
            "include sites/* in http of 0",
            "server in http of 2",
            "include common/x.conf in server<http of 2",
            "listen 1 in server<http of 3",
            "server in http of 1",
            "listen 2 in server<http of 1",
            "gzip on in http of 0",
        ]
    );
    assert!(configuration.is_whole());
    let http = configuration.top().nth(1).unwrap();
    let inside: Vec<_> = http.children().map(|child| child.name()).collect();
    assert_eq!(inside, ["include", "include", "server", "server", "gzip"]);
    assert!(http.children().nth(2).unwrap().is_in(Context::Http));
    assert!(configuration.named("listen").all(|listen| listen.is_in(Context::Server)));
}

#[test]
fn what_cannot_be_seen_leaves_the_rest_unknown() {
    for text in
        ["http { include /etc/letsencrypt/x.conf; }", "http { include none.conf; }", "http { include ${X}.conf; }", "http {"]
    {
        let configuration = read(&[("nginx.conf", text)]);
        assert_eq!((configuration.kind, configuration.is_whole()), (Kind::Main, false), "{text}");
    }
    assert!(!read(&[("a.conf", "server { }")]).is_whole());
    assert!(read(&[("a.conf", "server { }")]).is_complete());
}

#[test]
fn cycles_and_bombs_end() {
    let configuration =
        read(&[("nginx.conf", "http { include a.conf; }"), ("a.conf", "gzip on; include nginx.conf; include a.conf;")]);
    assert_eq!(configuration.includes.iter().filter(|include| include.outcome == Outcome::Cycle).count(), 2);
    assert_eq!(configuration.named("gzip").count(), 1);
    let bomb: Vec<(String, String)> =
        (0..40).map(|level| (format!("{level}.conf"), format!("include {0}.conf; include {0}.conf;", level + 1))).collect();
    let files: Vec<(&str, &str)> = bomb.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let configuration = read(&files);
    assert!(configuration.is_truncated && configuration.directives().count() <= 2 * MOST_ENTERED);
    let many: Vec<(String, String)> = (0..10_000).map(|index| (format!("d/{index}.conf"), "gzip on;".to_owned())).collect();
    let mut files = vec![("nginx.conf", "http { include d/*.conf; include /; include .; }")];
    files.extend(many.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let outcomes: Vec<_> = read(&files).includes.iter().map(|include| include.outcome.clone()).collect();
    assert_eq!(outcomes, [Outcome::TooMany, Outcome::Unknown, Outcome::Directory]);
}

#[test]
fn deep_blocks_are_cut() {
    let configuration = read(&[("nginx.conf", &format!("http{{{}", "location / {".repeat(2000)))]);
    assert!(configuration.is_truncated && configuration.directives().count() <= DEEPEST_BLOCK + 1);
}

#[test]
fn a_dump_includes_its_own_parts() {
    let configuration = read(&[(
        "-",
        "# configuration file /etc/nginx/nginx.conf:\nhttp {\n include /etc/nginx/conf.d/*.conf;\n include x/y;\n}\n# configuration file /etc/nginx/conf.d/b.conf:\nserver { listen 2; }\n# configuration file /etc/nginx/conf.d/a.conf:\nserver { listen 1; }\n# configuration file /etc/nginx/x/y:\ngzip on;\n",
    )]);
    let listens: Vec<_> = configuration.named("listen").map(|listen| listen.text(0)).collect();
    assert_eq!(listens, ["1", "2"]);
    assert_eq!(configuration.named("gzip").next().unwrap().parent().unwrap().name(), "http");
    assert!(configuration.is_whole());
}

#[test]
fn a_fragment_looks_for_its_includes_where_they_may_be() {
    let configuration = read(&[
        ("etc/nginx/conf.d/a.conf", "server { include snippets/x.conf; }"),
        ("etc/nginx/nginx.conf", ""),
        ("etc/nginx/snippets/x.conf", "gzip on;"),
    ]);
    assert_eq!(configuration.kind, Kind::Fragment(Contexts::of(Context::Http)));
    assert_eq!(configuration.named("gzip").count(), 1);
    assert_eq!(configuration.includes[0].outcome, Outcome::Mapped(vec![FileId(2)]));
}
