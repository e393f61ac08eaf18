//! Whether content is an nginx configuration, told from its first statements.

use super::dockerfile::opens_template;
use super::{HEAD_BYTES, Trust, Verdict, lines};
use crate::source::Kind;

/// Enough of them to tell nginx from other formats with braces and semicolons.
const STATEMENTS: usize = 48;

/// Beginnings of directives that no other program has. Sorted, and none is the beginning of another: one search tells.
#[rustfmt::skip]
const PREFIXES: &[&str] = &[
    "absolute_redirect", "accept_mutex", "access_by_", "acme_", "add_after_body", "add_before_body", "add_header",
    "add_trailer", "addition_types", "aio", "ancient_browser", "auth_basic", "auth_delay", "auth_http", "auth_jwt",
    "auth_oidc", "auth_request", "auth_require", "autoindex", "balancer_by_", "body_filter_by_", "brotli", "charset",
    "chunked_", "client_", "content_by_", "create_full_put_path", "dav_", "default_type", "directio", "disable_symlinks",
    "early_hints", "echo_", "epoll_events", "error_page", "etag", "expires", "f4f", "fastcgi_", "flv", "geoip", "grpc_",
    "gunzip", "gzip", "header_filter_by_", "headers_more", "health_check", "hls", "http2", "http3", "if_modified_since",
    "ignore_invalid_headers", "image_filter", "imap_", "init_by_", "init_worker_by_", "internal", "ip_hash", "js_",
    "keepalive", "keyval", "large_client_", "least_", "limit_conn", "limit_rate", "limit_req", "lingering_", "load_module",
    "log_by_", "log_format", "log_not_found", "lua_", "map_hash_", "max_ranges", "memcached_", "merge_slashes", "mirror",
    "modern_browser", "modsecurity", "more_clear_", "more_set_", "mp4", "mqtt", "msie_", "multi_accept", "ngx_",
    "oidc_provider", "open_file_cache", "open_log_file_cache", "otel_", "pagespeed", "perl_", "pop3_", "port_in_redirect",
    "post_action", "postpone_gzipping", "preread_", "proxy_", "quic_", "random_index", "real_ip", "referer_hash",
    "reset_timedout", "resolver", "rewrite", "satisfy", "scgi_", "secure_link", "send_timeout", "sendfile", "server_name",
    "server_token", "session_log", "set_by_lua", "set_real_ip", "slice", "smtp_", "source_charset", "ssi", "ssl",
    "status_zone", "stream_", "stub_status", "sub_filter", "subrequest_", "tcp_no", "try_files", "tunnel_", "types_hash_",
    "underscores_in_", "uninitialized_", "userid", "uwsgi_", "valid_referers", "variables_hash_", "vhost_traffic_status",
    "worker_", "xclient", "xml_entities", "xml_external", "xslt_", "zone_sync", "zstd",
];

/// Words that nginx shares with other programs: they speak neither for nor against it. Sorted.
#[rustfmt::skip]
const SHARED: &[&str] = &[
    "access_log", "alias", "allow", "api", "break", "connection_pool_size", "daemon", "debug_connection", "debug_points",
    "default", "deny", "empty_gif", "env", "error_log", "hash", "include", "index", "listen", "location", "lock_file",
    "master_process", "match", "max_headers", "method", "min_delete_depth", "ntlm", "output_buffers", "override_charset",
    "pass", "pcre_jit", "perl", "pid", "postpone_output", "protocol", "proxy", "queue", "random", "read_ahead",
    "recursive_error_pages", "request_pool_size", "return", "root", "scope", "server", "set", "state", "status",
    "status_format", "sticky", "thread_pool", "timeout", "timer_resolution", "uri", "use", "user", "working_directory",
    "zone",
];

/// A certain name is overruled by a template alone. Otherwise known directives must outnumber unknown ones; in a folder of
/// nginx (`at_home`) the words that it shares with others suffice when there is nothing else.
pub(super) fn judge(head: &[u8], trust: Trust, at_home: bool) -> Verdict {
    if is_template(head) {
        return Verdict::Not;
    }
    if trust == Trust::Certain {
        return Verdict::Is(Kind::Nginx);
    }
    let tally = tally(head);
    let is_nginx = if tally.known > 0 { tally.known >= tally.unknown } else { at_home && tally.shared > 0 && tally.unknown == 0 };
    // A long comment may hide the first statement.
    let is_silent = tally.known + tally.shared + tally.unknown == 0;
    match is_nginx {
        true => Verdict::Is(Kind::Nginx),
        false if is_silent && head.len() <= 4 * HEAD_BYTES => Verdict::Undecided,
        false => Verdict::Not,
    }
}

/// Tags of Jinja and Go templates. Lua has tables within tables.
fn is_template(head: &[u8]) -> bool {
    let holds = |mark: &str| memchr::memmem::find(head, mark.as_bytes()).is_some();
    lines(head).any(|line| opens_template(line.trim_ascii_start())) || ((holds("{{ ") || holds("{% ")) && !holds("_by_lua"))
}

#[derive(Debug, Default)]
struct Tally {
    known: usize,
    shared: usize,
    unknown: usize,
}

/// Counts the statements of the head by what they say about it.
fn tally(head: &[u8]) -> Tally {
    let mut tally = Tally::default();
    let mut rest = head;
    while tally.known + tally.shared + tally.unknown < STATEMENTS {
        rest = skip_blank(rest);
        match rest.first() {
            None => break,
            Some(b'}') => {
                rest = &rest[1..];
                continue;
            }
            Some(_) => {}
        }
        let Some((statement, end, tail)) = statement(rest) else { break };
        rest = tail;
        let mut words = statement.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
        let word = words.next().unwrap_or_default();
        let arguments: Vec<&[u8]> = words.take(4).collect();
        match end {
            b'{' => match judge_block(word, &arguments) {
                Block::Known { opaque } => {
                    tally.known += 1;
                    if opaque {
                        rest = skip_block(rest);
                    }
                }
                Block::Unknown => tally.unknown += 1,
            },
            _ if arguments.contains(&b"=".as_slice()) || word.ends_with(b":") => tally.unknown += 1,
            _ if SHARED.binary_search_by(|shared| shared.as_bytes().cmp(word)).is_ok() => tally.shared += 1,
            _ if is_directive(word) => tally.known += 1,
            _ => tally.unknown += 1,
        }
    }
    tally
}

enum Block {
    /// `opaque`: what is inside are no directives.
    Known {
        opaque: bool,
    },
    Unknown,
}

fn judge_block(word: &[u8], arguments: &[&[u8]]) -> Block {
    let variable =
        |at: usize| arguments.get(at).is_some_and(|argument| argument.starts_with(b"$") || argument.starts_with(b"\"$"));
    match (word, arguments.len()) {
        (b"http" | b"events" | b"stream" | b"mail" | b"server", 0) => Block::Known { opaque: false },
        (b"location", 1 | 2) | (b"upstream", 1) => Block::Known { opaque: false },
        (b"limit_except", 1..) => Block::Known { opaque: false },
        (b"if", 1..) if arguments[0].starts_with(b"(") => Block::Known { opaque: false },
        (b"types", 0) | (b"charset_map", 2) | (b"split_clients", 2) => Block::Known { opaque: true },
        (b"map" | b"geo", 1 | 2) if variable(arguments.len() - 1) => Block::Known { opaque: true },
        _ if word.ends_with(b"_by_lua_block") => Block::Known { opaque: true },
        _ => Block::Unknown,
    }
}

fn is_directive(word: &[u8]) -> bool {
    let after = PREFIXES.partition_point(|prefix| prefix.as_bytes() <= word);
    after > 0 && word.starts_with(PREFIXES[after - 1].as_bytes())
}

fn skip_blank(mut rest: &[u8]) -> &[u8] {
    loop {
        rest = rest.trim_ascii_start();
        if rest.first() != Some(&b'#') {
            return rest;
        }
        rest = memchr::memchr(b'\n', rest).map_or(&[], |end| &rest[end..]);
    }
}

/// The text up to `;` or `{`, which of the two, and what follows; `None` for a statement that the head cuts or that never ends.
fn statement(rest: &[u8]) -> Option<(&[u8], u8, &[u8])> {
    let mut at = 0;
    while let Some(byte) = rest.get(at) {
        let at_token = at == 0 || rest[at - 1].is_ascii_whitespace();
        match byte {
            b';' => return Some((&rest[..at], b';', &rest[at + 1..])),
            b'{' if at > 0 && rest[at - 1] == b'$' => at += memchr::memchr(b'}', &rest[at..])?,
            b'{' => return Some((&rest[..at], b'{', &rest[at + 1..])),
            b'}' => return Some((&rest[..at], b'}', &rest[at + 1..])),
            b'#' if at_token => at += memchr::memchr(b'\n', &rest[at..])?,
            b'\\' => at += 1,
            quote @ (b'"' | b'\'') if at_token => at += closing_quote(*quote, &rest[at + 1..])? + 1,
            _ => {}
        }
        at += 1;
    }
    None
}

fn closing_quote(quote: u8, text: &[u8]) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = from + memchr::memchr2(quote, b'\\', &text[from..])?;
        if text[at] == quote {
            return Some(at);
        }
        from = (at + 2).min(text.len());
    }
}

/// What follows the brace that closes a block, quotes and inner braces left aside.
fn skip_block(rest: &[u8]) -> &[u8] {
    let mut depth = 1;
    for at in memchr::memchr2_iter(b'{', b'}', rest) {
        depth = if rest[at] == b'{' { depth + 1 } else { depth - 1 };
        if depth == 0 {
            return &rest[at + 1..];
        }
    }
    &[]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_can_be_searched() {
        assert!(PREFIXES.windows(2).all(|pair| pair[0] < pair[1] && !pair[1].starts_with(pair[0])));
        assert!(SHARED.is_sorted());
        assert!(is_directive(b"proxy_pass") && is_directive(b"ssl") && !is_directive(b"proxy") && !is_directive(b""));
    }
}
