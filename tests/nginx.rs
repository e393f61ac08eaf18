//! What `nginx -t` says of snippets, and what we say: they have to agree. The verdicts in the table were given by nginx 1.22.1; where
//! nginx is installed it is asked again.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use rayon::prelude::*;
use regex::{Captures, Regex};
use shipworthy::rules::Registry;

use shipworthy::nginx::expand::expand;
use shipworthy::nginx::syntax::parse;
use shipworthy::nginx::verify::{Fault, repetitions, verdict};
use shipworthy::source::sources::Memory;
use shipworthy::source::{FileId, Kind, SourceFile};

#[path = "common/nginx_tree.rs"]
mod nginx_tree;

/// The block that a snippet stands in, the snippet, and whether nginx takes it.
#[rustfmt::skip]
const SNIPPETS: &[(&str, &str, bool)] = &[
    ("main", "", true),
    ("main", "user root;", true),
    ("main", "worker_processes auto;", true),
    ("main", "worker_processes 2", false),
    ("main", "worker_processes;", false),
    ("main", "worker_processes a b;", false),
    ("main", "worker_processes 1; worker_processes 1;", false),
    ("main", "pid /tmp/sn.pid;", true),
    ("main", "daemon off;", true),
    ("main", "daemon maybe;", false),
    ("main", "master_process on off;", false),
    ("main", "error_log /tmp/sn.log warn;", true),
    ("main", "error_log;", false),
    ("main", "worker_rlimit_nofile 1024;", true),
    ("main", "worker_rlimit_nofile many;", false),
    ("main", "env A=b; env C;", true),
    ("main", "timer_resolution 100ms;", true),
    ("main", "timer_resolution soon;", false),
    ("main", "worker_priority -5;", true),
    ("main", "pcre_jit on;", true),
    ("main", "pcre_jit yes;", false),
    ("main", "listen 80;", false),
    ("main", "gzip on;", false),
    ("main", "server { }", false),
    ("main", "location / { }", false),
    ("main", "worker_shutdown_timeout 10s;", true),
    ("main", "thread_pool a threads=4;", true),
    ("main", "debug_points stop;", true),
    ("main", "debug_points never;", false),
    ("main", "}", false),
    ("main", "{", false),
    ("main", "{ }", false),
    ("main", ";;", false),
    ("main", "# comment", true),
    ("main", "#", true),
    ("main", "\"user\" root;", true),
    ("main", "'worker_processes' '1';", true),
    ("main", "use epoll;", false),
    ("main", "unknown_thing on;", false),
    ("main", "Worker_processes 1;", false),
    ("main", "worker_processes 1\n;", true),
    ("main", "worker_processes # a\n 1;", true),
    ("main", "worker_processes 1;#b", true),
    ("events", "worker_connections 10;", true),
    ("events", "worker_connections ten;", false),
    ("events", "worker_connections 10; worker_connections 10;", false),
    ("events", "multi_accept on;", true),
    ("events", "multi_accept;", false),
    ("events", "use epoll;", true),
    ("events", "accept_mutex off;", true),
    ("events", "accept_mutex_delay 1s;", true),
    ("events", "gzip on;", false),
    ("events", "accept_mutex_delay 1x;", false),
    ("http", "gzip on;", true),
    ("http", "gzip ON;", true),
    ("http", "gzip yes;", false),
    ("http", "gzip;", false),
    ("http", "gzip on off;", false),
    ("http", "gzip on; gzip on;", false),
    ("http", "gzip_types text/css application/json;", true),
    ("http", "gzip_min_length 1k;", true),
    ("http", "gzip_min_length 1g;", false),
    ("http", "gzip_comp_level 5;", true),
    ("http", "gzip_comp_level five;", false),
    ("http", "client_max_body_size 10m;", true),
    ("http", "client_max_body_size 1g;", true),
    ("http", "client_max_body_size 10mb;", false),
    ("http", "client_body_timeout 10s;", true),
    ("http", "client_body_timeout 1m30s;", true),
    ("http", "client_body_timeout 30s1m;", false),
    ("http", "client_body_timeout 1.5s;", false),
    ("http", "keepalive_timeout 65;", true),
    ("http", "keepalive_timeout 65 60;", true),
    ("http", "keepalive_timeout 1 2 3;", false),
    ("http", "send_timeout 10;", true),
    ("http", "sendfile on;", true),
    ("http", "tcp_nopush maybe;", false),
    ("http", "server_tokens off;", true),
    ("http", "server_tokens build;", true),
    ("http", "add_header A b;", true),
    ("http", "add_header A;", false),
    ("http", "add_header A b always;", true),
    ("http", "add_header A b c d;", false),
    ("http", "add_header A b; add_header A b;", true),
    ("http", "map $host $x { default 1; a 2; }", true),
    ("http", "map $host { }", false),
    ("http", "map $host $x;", false),
    ("http", "map $host $x { a { } }", false),
    ("http", "geo $x { default 0; 10.0.0.0/8 1; }", true),
    ("http", "types { text/html html; }", true),
    ("http", "types x { }", false),
    ("http", "default_type text/plain;", true),
    ("http", "default_type a b;", false),
    ("http", "log_format a '$remote_addr';", true),
    ("http", "log_format a;", false),
    ("http", "log_format a b; log_format c d;", true),
    ("location", "proxy_pass http://127.0.0.1:1; proxy_redirect http://a/ /; proxy_redirect http://b/ /;", true),
    ("location", "proxy_cookie_path / /a; proxy_cookie_path /b /c; proxy_cookie_domain a b; proxy_cookie_domain c d;", true),
    ("location", "proxy_cookie_flags one httponly; proxy_cookie_flags two secure;", true),
    ("http", "access_log off;", true),
    ("http", "access_log;", false),
    ("http", "upstream u { server 127.0.0.1; }", true),
    ("http", "upstream { server 127.0.0.1; }", false),
    ("http", "upstream u { server 127.0.0.1; } upstream u { server 127.0.0.1; }", false),
    ("http", "upstream u { gzip on; server 127.0.0.1; }", false),
    ("http", "upstream u { server 127.0.0.1 { } }", false),
    ("http", "upstream u { server 127.0.0.1; keepalive 4; }", true),
    ("http", "upstream u { server 127.0.0.1; keepalive 4; keepalive 4; }", false),
    ("http", "upstream u { ip_hash; server 127.0.0.1; }", true),
    ("http", "server { listen 8081; }", true),
    ("http", "server;", false),
    ("http", "server x { }", false),
    ("http", "server { } server { }", true),
    ("http", "proxy_pass http://127.0.0.1;", false),
    ("http", "root /srv;", true),
    ("http", "root /srv; root /srv;", false),
    ("http", "root;", false),
    ("http", "index a b c;", true),
    ("http", "index;", false),
    ("http", "proxy_read_timeout 60s;", true),
    ("http", "proxy_read_timeout 60s; proxy_read_timeout 60s;", false),
    ("http", "proxy_buffering off;", true),
    ("http", "proxy_buffering none;", false),
    ("http", "proxy_buffers 4 8k;", true),
    ("http", "proxy_buffers 4;", false),
    ("http", "proxy_http_version 1.1;", true),
    ("http", "proxy_http_version 3;", false),
    ("http", "proxy_set_header A b;", true),
    ("http", "proxy_set_header A;", false),
    ("http", "satisfy all;", true),
    ("http", "satisfy some;", false),
    ("http", "resolver 127.0.0.1;", true),
    ("http", "resolver 127.0.0.1; resolver 127.0.0.1;", false),
    ("http", "resolver_timeout 5s;", true),
    ("http", "limit_req_zone $remote_addr zone=a:1m rate=1r/s;", true),
    ("http", "limit_req_zone $remote_addr;", false),
    ("http", "limit_conn_zone $remote_addr zone=b:1m;", true),
    ("http", "error_page 404 /a;", true),
    ("http", "error_page 404;", false),
    ("http", "charset utf-8;", true),
    ("http", "split_clients $host $v { 50% a; * b; }", true),
    ("http", "autoindex on;", true),
    ("http", "autoindex maybe;", false),
    ("http", "autoindex_format json;", true),
    ("http", "autoindex_format yaml;", false),
    ("http", "etag off;", true),
    ("http", "if_modified_since exact;", true),
    ("http", "if_modified_since after;", false),
    ("http", "http { }", false),
    ("http", "events { }", false),
    ("http", "if ($host) { }", false),
    ("http", "location / { }", false),
    ("http", "allow all; deny all;", true),
    ("http", "allow;", false),
    ("http", "ssl_protocols TLSv1.2;", true),
    ("http", "ssl_protocols;", false),
    ("http", "ssl_session_timeout 1d;", true),
    ("http", "ssl_session_timeout 1day;", false),
    ("http", "ssl_prefer_server_ciphers on;", true),
    ("http", "large_client_header_buffers 4 8k;", true),
    ("http", "large_client_header_buffers 4;", false),
    ("http", "underscores_in_headers on;", true),
    ("http", "server_names_hash_bucket_size 64;", true),
    ("http", "server_names_hash_bucket_size big;", false),
    ("http", "variables_hash_max_size 1024;", true),
    ("http", "types_hash_max_size 2048;", true),
    ("http", "open_file_cache off;", true),
    ("http", "reset_timedout_connection on;", true),
    ("http", "proxy_pass_request_headers on;", true),
    ("http", "gzip_vary off;", true),
    ("http", "gzip_disable msie6;", true),
    ("http", "expires max;", true),
    ("http", "stub_status;", false),
    ("http", "merge_slashes off;", true),
    ("http", "msie_padding on;", true),
    ("http", "port_in_redirect off;", true),
    ("http", "absolute_redirect off;", true),
    ("server", "listen 8081;", true),
    ("server", "listen 8081; listen 8081;", false),
    ("server", "listen 8081; listen *:8081;", false),
    ("server", "listen 8081; listen [::]:8081;", true),
    ("server", "listen 8081 default_server;", true),
    ("server", "listen 127.0.0.1:8081;", true),
    ("server", "listen 8082;", true),
    ("http", "server { listen 8081 default_server; } server { listen 8081 default_server; }", false),
    ("http", "server { listen 8081 default_server; } server { listen [::]:8081 default_server; }", true),
    ("server", "listen;", false),
    ("server", "server_name a b;", true),
    ("server", "server_name;", false),
    ("server", "server_name a\n b;", true),
    ("server", "listen 8081\n server_name a;", false),
    ("server", "location / { }", true),
    ("server", "location / { } location / { }", false),
    ("server", "location = / { } location / { }", true),
    ("server", "location ~ a { } location ~ a { }", true),
    ("server", "location @a { } location @a { }", true),
    ("server", "location ^~ / { } location / { }", false),
    ("server", "location;", false),
    ("server", "location { }", false),
    ("server", "location / a b { }", false),
    ("server", "location /a/ { return 200; }", true),
    ("server", "location /;", false),
    ("server", "return 204;", true),
    ("server", "return;", false),
    ("server", "return 200 a b;", false),
    ("server", "rewrite ^ /a;", true),
    ("server", "rewrite ^;", false),
    ("server", "rewrite ^ /a last;", true),
    ("server", "rewrite ^ /a last x;", false),
    ("server", "set $a b;", true),
    ("server", "set $a;", false),
    ("server", "if ($host = a) { return 200; }", true),
    ("server", "if ($host = a) { add_header A b; }", false),
    ("server", "if ($host = a) { root /x; }", false),
    ("server", "if { }", false),
    ("server", "if ($host = a) { set $b c; rewrite ^ /x; break; }", true),
    ("server", "root /srv;", true),
    ("server", "alias /srv/;", false),
    ("server", "proxy_pass http://127.0.0.1;", false),
    ("server", "try_files $uri =404;", true),
    ("server", "try_files $uri;", false),
    ("server", "error_page 500 502 /x;", true),
    ("server", "client_max_body_size 0;", true),
    ("server", "server { }", false),
    ("server", "upstream u { }", false),
    ("server", "keepalive_requests 100;", true),
    ("server", "internal;", false),
    ("server", "auth_basic off;", true),
    ("server", "auth_basic \"a\" b;", false),
    ("server", "limit_except GET { }", false),
    ("server", "worker_connections 1;", false),
    ("server", "break;", true),
    ("server", "break x;", false),
    ("server", "ssl_certificate a b;", false),
    ("server", "include mime.types x;", false),
    ("server", "log_not_found off;", true),
    ("location", "root /srv;", true),
    ("location", "alias /srv/;", true),
    ("location", "alias /srv/; alias /srv/;", false),
    ("location", "proxy_pass http://127.0.0.1:1;", true),
    ("location", "proxy_pass;", false),
    ("location", "proxy_pass http://127.0.0.1:1; proxy_pass http://127.0.0.1:1;", false),
    ("location", "return 200 \"a;b{c}\";", true),
    ("location", "return 200 'it\"s';", true),
    ("location", "return 200 \"a\"b;", false),
    ("location", "return 200 \"open;", false),
    ("location", "return 200 a\"b;", true),
    ("location", "limit_except GET { deny all; }", true),
    ("location", "limit_except GET { root /x; }", false),
    ("location", "limit_except { }", false),
    ("location", "if ($request_method = POST) { return 405; }", true),
    ("location", "if ($request_method = POST) { proxy_pass http://127.0.0.1; }", true),
    ("location", "if ($a", false),
    ("location", "if (-f $request_filename) { break; }", true),
    ("location", "internal;", true),
    ("location", "internal on;", false),
    ("location", "location /x/ { }", false),
    ("location", "location /x/y/ { } location /x/z { }", false),
    ("location", "fastcgi_pass 127.0.0.1:9000;", true),
    ("location", "fastcgi_param A b;", true),
    ("location", "fastcgi_param A;", false),
    ("location", "fastcgi_pass 127.0.0.1:9000; fastcgi_pass 127.0.0.1:9000;", false),
    ("location", "expires 1h;", true),
    ("location", "stub_status;", true),
    ("location", "stub_status on;", true),
    ("location", "empty_gif;", true),
    ("location", "empty_gif on;", false),
    ("location", "listen 80;", false),
    ("location", "server_name a;", false),
    ("location", "add_header A \"b\nc\";", true),
    ("location", "set $x \"${host}y\";", true),
    ("location", "set $x ${host}y;", true),
    ("location", "set $x $host{;", false),
    ("location", "rewrite ^/(a{2})$ /b;", false),
    ("location", "rewrite \"^/(a{2})$\" /b;", true),
    ("location", "types { }", true),
    ("location", "mirror /m;", true),
    ("location", "auth_request /a;", true),
    ("location", "satisfy any;", true),
    ("location", "sub_filter a b;", true),
    ("location", "sub_filter a;", false),
    ("location", "slice 1m;", true),
    ("location", "slice 1q;", false),
    ("location", "default_type text/html;", true),
    ("location", "error_log off;", true),
    ("location", "proxy_intercept_errors on;", true),
    ("location", "proxy_redirect off;", true),
    ("location", "send_timeout 1h 30m;", false),
    ("location", "mp4;", true),
    ("location", "dav_methods PUT DELETE;", true),
    ("location", "proxy_method POST;", true),
    ("location", "gzip_static always;", true),
    ("location", "gzip_static sometimes;", false),
    ("location", "lingering_close always;", true),
    ("location", "lingering_close never;", false),
    ("location", "proxy_next_upstream error timeout;", true),
    ("location", "random_index on;", true),
    ("location", "\u{a0}root /srv;", false),
    ("location", "root\u{a0}/srv;", false),
    ("location", "root /srv\u{a0}x;", true),
    ("location", "root /srv} ;", true),
    ("location", "try_files a b", false),
    ("location", "break", false),
];

/// A whole configuration around a snippet.
fn configuration(block: &str, snippet: &str) -> String {
    match block {
        "main" => format!("{snippet}\nevents {{ }}\n"),
        "events" => format!("events {{ {snippet} }}\n"),
        "http" => format!("events {{ }}\nhttp {{ {snippet}\n}}\n"),
        "server" => format!("events {{ }}\nhttp {{ server {{ {snippet}\n}} }}\n"),
        _ => format!("events {{ }}\nhttp {{ server {{ location /loc/ {{ {snippet}\n}} }} }}\n"),
    }
}

/// Whether we take a configuration for one that nginx reads.
fn accepted(text: &str) -> bool {
    let memory = Memory::new([Arc::new(SourceFile::new("nginx.conf", Kind::Nginx, text.as_bytes().to_vec()))]);
    let configuration = expand(FileId(0), &memory, &|_, source| Arc::new(parse(source.text())));
    let is_fault = |fault: &Fault<'_>| !matches!(fault, Fault::Unknown { module: Some(_), .. });
    configuration.files.iter().all(|file| file.tree.is_sound())
        && !configuration.directives().filter_map(verdict).any(|fault| is_fault(&fault))
        && repetitions(&configuration).is_empty()
}

/// The tree of every snippet, and of every beginning of it, holds all of its text.
#[test]
fn every_text_can_be_put_together_again() {
    for (block, snippet, _) in SNIPPETS {
        let text = configuration(block, snippet);
        let ends = (0..=text.len()).filter(|end| text.is_char_boundary(*end));
        ends.for_each(|end| nginx_tree::check_tree(&text[..end]));
    }
}

#[test]
fn our_verdict_is_that_of_nginx() {
    let wrong: Vec<_> = SNIPPETS.iter().filter(|(block, snippet, ok)| accepted(&configuration(block, snippet)) != *ok).collect();
    assert!(wrong.is_empty(), "nginx takes these, or does not, and we see it otherwise: {wrong:#?}");
    assert!(SNIPPETS.len() >= 150);
}

/// Whether nginx can be asked; where it cannot, that is said.
fn is_nginx_here() -> bool {
    if Command::new("nginx").arg("-v").output().is_ok() {
        return true;
    }
    assert!(std::env::var_os("CI").is_none(), "CI needs nginx");
    // To standard error itself: the test harness keeps what is printed by a test that passes.
    let _ = fs::write("/dev/stderr", "\nleft out: nginx is not installed\n");
    false
}

/// What nginx says of a main file; nothing where it takes it.
fn refusal(main: &Path) -> Option<String> {
    let folder = main.parent().expect("a file has a folder");
    let out =
        Command::new("nginx").arg("-p").arg(folder).args(["-e", "stderr", "-t", "-c"]).arg(main).output().expect("nginx runs");
    (!out.status.success()).then(|| String::from_utf8_lossy(&out.stderr).into_owned())
}

#[test]
fn the_table_is_right() {
    if !is_nginx_here() {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("nginx.conf");
    let mut wrong = Vec::new();
    for (block, snippet, ok) in SNIPPETS {
        fs::write(&path, configuration(block, snippet)).expect("files can be written");
        let refusal = refusal(&path);
        if refusal.is_none() != *ok {
            wrong.push(format!("{block}: {snippet:?}: {}", refusal.unwrap_or_default()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Every configuration that there is: our snippets, the examples of all rules about nginx, the systems of `fixtures/`. Each lies in a folder of its own;
/// what is given back are the nginx files.
fn every_configuration(root: &Path) -> Vec<PathBuf> {
    let mut mains = Vec::new();
    let mut put = |name: String, files: &[(&str, &str)], main: &str| {
        let folder = root.join(name);
        for (path, text) in files {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().expect("a file has a folder")).expect("folders can be made");
            fs::write(path, text).expect("files can be written");
        }
        mains.push(folder.join(main));
    };
    for (index, (block, snippet, _)) in SNIPPETS.iter().enumerate().filter(|(_, (_, _, ok))| *ok) {
        put(format!("snippet-{index}"), &[("nginx.conf", &configuration(block, snippet))], "nginx.conf");
    }
    for rule in Registry::embedded().iter().filter(|rule| rule.family() == "nginx") {
        for (index, example) in rule.examples.iter().enumerate() {
            let main = example.path.unwrap_or("nginx.conf");
            for (kind, text) in [("bad", example.bad), ("good", example.good), ("fixed", example.fixed)] {
                let Some(text) = text else { continue };
                let files = [example.files, &[(main, text)]].concat();
                put(format!("{}-{index}-{kind}", rule.id.replace('/', "-")), &files, main);
            }
        }
    }
    for file in
        ["eas/nginx/nginx.conf", "eas/frontend/nginx.conf", "teamflow/frontend/nginx.conf", "uk-bot/gateway/services.conf"]
    {
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(file)).expect("it is there");
        put(format!("fixture-{}", file.replace('/', "-")), &[("nginx.conf", &text)], "nginx.conf");
    }
    mains
}

/// A configuration that nginx can be asked about on this machine: hosts are addresses, accounts and certificates are there, and what stands alone
/// gets the blocks around it, `blocks` of them.
fn standing(text: &str, blocks: usize, certificate: &Path) -> String {
    let replace = |text: &str, pattern: &str, by: &dyn Fn(&Captures<'_>) -> String| {
        Regex::new(pattern).expect("it is an expression").replace_all(text, |found: &Captures<'_>| by(found)).into_owned()
    };
    let is_upstream =
        |name: &str| Regex::new(&format!(r"upstream\s+{}\s*\{{", regex::escape(name))).is_ok_and(|it| it.is_match(text));
    let address = |found: &Captures<'_>| match is_upstream(&found[2]) {
        true => found[0].to_owned(),
        false => format!("{}127.0.0.1", &found[1]),
    };
    let text = replace(text, r"((?:http|https|grpc|uwsgi)://)([A-Za-z][\w.-]*)", &address);
    let text = replace(&text, r"((?:fastcgi_pass|uwsgi_pass|scgi_pass|grpc_pass|server)\s+)([A-Za-z][\w.-]*)(?::)", &|found| {
        format!("{}:", address(found))
    });
    let text =
        replace(&text, r"(ssl_certificate(?:_key)?\s+)[^;$]+;", &|found| format!("{}{};", &found[1], certificate.display()));
    let text = replace(&text, r"(?m)^(\s*)user\s+[\w-]+(\s+[\w-]+)?;", &|found| format!("{}user www-data;", &found[1]));
    match blocks {
        0 => text,
        1 => format!("events {{ }}\nhttp {{\n{text}\n}}\n"),
        2 => format!("events {{ }}\nhttp {{ server {{\n{text}\n}} }}\n"),
        _ => format!("events {{ }}\nhttp {{ server {{ location /loc/ {{\n{text}\n}} }} }}\n"),
    }
}

/// A key and a certificate in one file, which no file of the repository holds.
fn certificate(folder: &Path) -> PathBuf {
    let (key, path) = (folder.join("key.pem"), folder.join("both.pem"));
    let words = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-days", "2", "-keyout"];
    let made = Command::new("openssl").args(words).arg(&key).arg("-out").arg(&path).output();
    if made.is_ok_and(|made| made.status.success()) {
        let both = [fs::read(&path), fs::read(&key)].into_iter().flatten().flatten().collect::<Vec<u8>>();
        fs::write(&path, both).expect("files can be written");
    }
    path
}

/// What nginx took before, it takes after every fix, the safe ones and all of them.
#[test]
fn fixed_files_still_start() {
    if !is_nginx_here() {
        return;
    }
    let keys = tempfile::tempdir().expect("a temporary folder");
    let certificate = certificate(keys.path());
    let [safe, all] = [&[][..], &["--unsafe-fixes"]].map(|flags| {
        let root = tempfile::tempdir().expect("a temporary folder");
        let mains = every_configuration(root.path());
        let before: Vec<String> = mains.iter().map(|main| read(main)).collect();
        let releases: Vec<String> = mains.iter().map(|main| beside(main)).collect();
        let fixed = Command::new(env!("CARGO_BIN_EXE_shipworthy"))
            .args(["fix", "--isolated", "--profile", "pedantic", "--today", "2026-11-20", "--exit-zero", "--quiet"])
            .args(flags)
            .arg(".")
            .current_dir(root.path())
            .output()
            .expect("the binary runs");
        assert_eq!(fixed.status.code(), Some(0), "{}", String::from_utf8_lossy(&fixed.stderr));
        for name in ["mime.types", "fastcgi_params", "uwsgi_params", "scgi_params", "proxy_params"] {
            for folder in mains.iter().filter_map(|main| main.parent()) {
                let _ = fs::copy(Path::new("/etc/nginx").join(name), folder.join(name));
            }
        }
        (root, mains, before, releases)
    });
    let refused = |main: &Path, text: &str, blocks| {
        // Beside it, so that relative includes are found.
        let trial = main.with_file_name("trial.conf");
        fs::write(&trial, standing(text, blocks, &certificate)).expect("files can be written");
        refusal(&trial)
    };
    let blocks: Vec<Option<usize>> = (safe.1.par_iter().zip(&safe.2))
        .map(|(main, before)| (0..4).find(|blocks| refused(main, before, *blocks).is_none()))
        .collect();
    let asked = blocks.iter().flatten().count();
    for (name, (_root, mains, before, releases)) in [("safe", safe), ("all", all)] {
        let tried: Vec<Option<String>> = (0..mains.len())
            .into_par_iter()
            .filter_map(|index| {
                let (main, after) = (&mains[index], read(&mains[index]));
                // Where the image was changed too, another nginx has to take it.
                let is_to_try = after != before[index] && beside(main) == releases[index];
                let words = refused(main, &after, blocks[index].filter(|_| is_to_try)?);
                Some(words.map(|words| format!("{words}\n{}\nbecame\n{after}", before[index])))
            })
            .collect();
        let wrong: Vec<&String> = tried.iter().flatten().collect();
        assert!(
            wrong.is_empty(),
            "{name} fixes break {} files:\n{}",
            wrong.len(),
            wrong.iter().map(|one| one.as_str()).collect::<String>()
        );
        assert!(asked > 300 && tried.len() > 60, "nginx took {asked}, of which {name} fixes changed {}", tried.len());
    }
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).expect("it is there")
}

/// The files that say which nginx runs a configuration.
fn beside(main: &Path) -> String {
    ["compose.yaml", "Dockerfile"].iter().filter_map(|name| fs::read_to_string(main.with_file_name(name)).ok()).collect()
}
