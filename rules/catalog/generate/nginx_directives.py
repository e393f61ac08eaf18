#!/usr/bin/env python3
"""Makes rules/catalog/nginx-directives.tsv: what nginx knows of its directives.

usage: nginx_directives.py --source NGINX_SOURCE_FOLDER --docs NGINX_ORG_FOLDER [--output FILE]
       nginx_directives.py --facts FACTS.jsonl [--output FILE]

The first form reads a release of https://github.com/nginx/nginx (the `ngx_command_t` tables) and a checkout of
https://github.com/nginx/nginx.org (xml/en/docs). The second reads both as extracted before: one JSON object for each name with
`source` [{mask, mod}] and `docs` [{file, syntax, default, context, since}]. Python 3.8+, standard library only.

Only facts are taken: names, modules, contexts, numbers of arguments, kinds of values, defaults, versions. No descriptions.
"""
import argparse, json, re, sys
import xml.etree.ElementTree as ET
from pathlib import Path

CONTEXTS = {  # mask -> context, by the protocol of the module
    "NGX_MAIN_CONF": "main", "NGX_EVENT_CONF": "events", "NGX_HTTP_MAIN_CONF": "http", "NGX_HTTP_SRV_CONF": "server",
    "NGX_HTTP_LOC_CONF": "location", "NGX_HTTP_SIF_CONF": "if-in-server", "NGX_HTTP_LIF_CONF": "if-in-location",
    "NGX_HTTP_LMT_CONF": "limit_except", "NGX_HTTP_UPS_CONF": "upstream", "NGX_STREAM_MAIN_CONF": "stream",
    "NGX_STREAM_SRV_CONF": "stream-server", "NGX_STREAM_UPS_CONF": "stream-upstream", "NGX_MAIL_MAIN_CONF": "mail",
    "NGX_MAIL_SRV_CONF": "mail-server", "NGX_ANY_CONF": "any",
}
ARGUMENTS = {"NOARGS": {0}, "TAKE1": {1}, "TAKE2": {2}, "TAKE3": {3}, "TAKE4": {4}, "TAKE12": {1, 2}, "TAKE13": {1, 3}, "TAKE23": {2, 3},
             "TAKE123": {1, 2, 3}, "TAKE1234": {1, 2, 3, 4}}
# Words of the documentation's syntax that stand for something else.
PLACEHOLDERS = set("""address CIDR cidr string uri url URL file path name zone size time number code value method flag factor mask browser
version unlisted text level charset endpoint interval key timeout domain cookie variable connections field regex redirect replacement epoch
device directory letter digit parameter address[:port] port rate percent quality length""".split())
# Sizes above 2 GB are fine with these (ngx_conf_set_off_slot).
OFFSETS = {"client_max_body_size", "directio", "fastcgi_cache_max_range_offset", "proxy_cache_max_range_offset",
           "scgi_cache_max_range_offset", "uwsgi_cache_max_range_offset"}
# May stand twice in a block although each time has one value; found with `nginx -t`, as was what may not.
REPEATABLE = set("""access_log add_header add_trailer addition_types allow ancient_browser ancient_browser_value auth_http_header auth_request_set
break charset_types dav_methods deny empty_gif env error_log error_page fastcgi_cache_bypass fastcgi_cache_use_stale
fastcgi_cache_valid fastcgi_catch_stderr fastcgi_hide_header fastcgi_next_upstream fastcgi_no_cache fastcgi_param
fastcgi_pass_header flv geoip_proxy grpc_hide_header grpc_next_upstream grpc_pass_header grpc_set_header grpc_ssl_conf_command
gzip_disable gzip_proxied gzip_types hash http2_idle_timeout http2_max_field_size http2_max_header_size http2_max_requests
http2_push http2_recv_timeout image_filter image_filter_jpeg_quality image_filter_sharpen image_filter_webp_quality
imap_capabilities index ip_hash least_conn memcached_next_upstream mirror modern_browser_value mp4 perl_modules perl_set
pop3_capabilities proxy_cache_bypass proxy_cache_use_stale proxy_cache_valid proxy_hide_header proxy_next_upstream proxy_no_cache
proxy_pass_header proxy_set_header proxy_ssl_conf_command return rewrite scgi_cache_bypass scgi_cache_use_stale scgi_cache_valid
scgi_hide_header scgi_next_upstream scgi_no_cache scgi_param scgi_pass_header server_name set smtp_capabilities ssi_types
ssl_certificate ssl_certificate_key ssl_conf_command ssl_session_cache ssl_session_ticket_key stub_status sub_filter
sub_filter_types userid_flags uwsgi_cache_bypass uwsgi_cache_use_stale uwsgi_cache_valid uwsgi_hide_header uwsgi_next_upstream
uwsgi_no_cache uwsgi_param uwsgi_pass_header uwsgi_ssl_conf_command xslt_param xslt_string_param xslt_types""".split())
# The rest that says "is duplicate" at the second time, whatever its arguments are.
SINGLE = set("""http events stream mail fastcgi_pass grpc_pass memcached_pass scgi_pass uwsgi_pass resolver user use fastcgi_split_path_info
absolute_redirect accept_mutex accept_mutex_delay add_after_body add_before_body aio aio_write alias auth_basic
auth_basic_user_file auth_delay auth_http_pass_client_cert auth_http_timeout auth_request autoindex autoindex_exact_size
autoindex_localtime charset chunked_transfer_encoding client_body_buffer_size client_body_in_file_only
client_body_in_single_buffer client_body_temp_path client_body_timeout client_header_buffer_size client_header_timeout
client_max_body_size connection_pool_size create_full_put_path daemon default_type directio directio_alignment disable_symlinks
epoll_events etag expires fastcgi_bind fastcgi_buffer_size fastcgi_buffering fastcgi_buffers fastcgi_busy_buffers_size
fastcgi_cache fastcgi_cache_background_update fastcgi_cache_key fastcgi_cache_lock fastcgi_cache_lock_age
fastcgi_cache_lock_timeout fastcgi_cache_max_range_offset fastcgi_cache_min_uses fastcgi_cache_revalidate fastcgi_connect_timeout
fastcgi_force_ranges fastcgi_ignore_client_abort fastcgi_index fastcgi_intercept_errors fastcgi_keep_conn fastcgi_limit_rate
fastcgi_max_temp_file_size fastcgi_next_upstream_timeout fastcgi_next_upstream_tries fastcgi_pass_request_body
fastcgi_pass_request_headers fastcgi_read_timeout fastcgi_request_buffering fastcgi_send_lowat fastcgi_send_timeout
fastcgi_socket_keepalive fastcgi_store fastcgi_temp_file_write_size fastcgi_temp_path geoip_proxy_recursive grpc_bind
grpc_buffer_size grpc_connect_timeout grpc_intercept_errors grpc_next_upstream_timeout grpc_next_upstream_tries grpc_read_timeout
grpc_send_timeout grpc_socket_keepalive grpc_ssl_certificate grpc_ssl_certificate_key grpc_ssl_ciphers grpc_ssl_crl grpc_ssl_name
grpc_ssl_password_file grpc_ssl_server_name grpc_ssl_session_reuse grpc_ssl_trusted_certificate grpc_ssl_verify
grpc_ssl_verify_depth gunzip gunzip_buffers gzip gzip_buffers gzip_comp_level gzip_hash gzip_min_length gzip_no_buffer gzip_static
gzip_vary gzip_window http2_body_preread_size http2_chunk_size http2_max_concurrent_pushes http2_max_concurrent_streams
http2_pool_size http2_push_preload http2_recv_buffer_size http2_streams_index_size if_modified_since ignore_invalid_headers
image_filter_buffer image_filter_interlace image_filter_transparency imap_client_buffer internal keepalive keepalive_requests
keepalive_time keepalive_timeout large_client_header_buffers limit_conn_dry_run limit_rate limit_rate_after limit_req_dry_run
lingering_close lingering_time lingering_timeout lock_file log_not_found log_subrequest map_hash_bucket_size
map_hash_max_size master_process max_errors max_headers max_ranges memcached_bind memcached_buffer_size memcached_connect_timeout
memcached_gzip_flag memcached_next_upstream_timeout memcached_next_upstream_tries memcached_read_timeout memcached_send_timeout
memcached_socket_keepalive merge_slashes min_delete_depth mirror_request_body mp4_buffer_size mp4_max_buffer_size
mp4_start_key_frame msie_padding msie_refresh multi_accept open_file_cache open_file_cache_errors open_file_cache_events
open_file_cache_min_uses open_file_cache_valid open_log_file_cache output_buffers override_charset pcre_jit perl pid
port_in_redirect post_action postpone_gzipping postpone_output preread_buffer_size preread_timeout proxy proxy_bind proxy_buffer
proxy_buffer_size proxy_buffering proxy_buffers proxy_busy_buffers_size proxy_cache proxy_cache_background_update
proxy_cache_convert_head proxy_cache_key proxy_cache_lock proxy_cache_lock_age proxy_cache_lock_timeout
proxy_cache_max_range_offset proxy_cache_min_uses proxy_cache_revalidate proxy_connect_timeout 
proxy_download_rate proxy_downstream_buffer proxy_force_ranges proxy_half_close
proxy_headers_hash_bucket_size proxy_headers_hash_max_size proxy_ignore_client_abort proxy_intercept_errors proxy_limit_rate
proxy_max_temp_file_size proxy_method proxy_next_upstream_timeout proxy_next_upstream_tries proxy_pass
proxy_pass_error_message proxy_pass_request_body proxy_pass_request_headers proxy_protocol proxy_protocol_timeout
proxy_read_timeout proxy_request_buffering proxy_requests proxy_responses proxy_send_lowat proxy_send_timeout
proxy_set_body proxy_smtp_auth proxy_socket_keepalive proxy_ssl proxy_ssl_certificate proxy_ssl_certificate_key proxy_ssl_ciphers
proxy_ssl_crl proxy_ssl_name proxy_ssl_password_file proxy_ssl_server_name proxy_ssl_session_reuse proxy_ssl_trusted_certificate
proxy_ssl_verify proxy_ssl_verify_depth proxy_store proxy_temp_file_write_size proxy_temp_path proxy_timeout proxy_upload_rate
proxy_upstream_buffer random_index read_ahead real_ip_header real_ip_recursive recursive_error_pages referer_hash_bucket_size
referer_hash_max_size request_pool_size reset_timedout_connection resolver_timeout rewrite_log root satisfy scgi_bind
scgi_buffer_size scgi_buffering scgi_buffers scgi_busy_buffers_size scgi_cache scgi_cache_background_update scgi_cache_key
scgi_cache_lock scgi_cache_lock_age scgi_cache_lock_timeout scgi_cache_max_range_offset scgi_cache_min_uses scgi_cache_revalidate
scgi_connect_timeout scgi_force_ranges scgi_ignore_client_abort scgi_intercept_errors scgi_limit_rate scgi_max_temp_file_size
scgi_next_upstream_timeout scgi_next_upstream_tries scgi_pass_request_body scgi_pass_request_headers scgi_read_timeout
scgi_request_buffering scgi_send_timeout scgi_socket_keepalive scgi_store scgi_temp_file_write_size scgi_temp_path secure_link
secure_link_md5 secure_link_secret send_lowat send_timeout sendfile sendfile_max_chunk server_name_in_redirect
server_names_hash_bucket_size server_names_hash_max_size server_tokens slice smtp_client_buffer smtp_greeting_delay source_charset
ssi ssi_ignore_recycled_buffers ssi_last_modified ssi_min_file_chunk ssi_silent_errors ssi_value_length ssl_alpn ssl_buffer_size
ssl_ciphers ssl_client_certificate ssl_crl ssl_dhparam ssl_early_data ssl_ecdh_curve ssl_handshake_timeout ssl_ocsp ssl_ocsp_cache
ssl_ocsp_responder ssl_password_file ssl_prefer_server_ciphers ssl_preread ssl_reject_handshake ssl_session_tickets
ssl_session_timeout ssl_stapling ssl_stapling_file ssl_stapling_responder ssl_stapling_verify ssl_trusted_certificate
ssl_verify_client ssl_verify_depth starttls sub_filter_last_modified sub_filter_once subrequest_output_buffer_size tcp_nodelay
tcp_nopush timeout timer_resolution try_files types_hash_bucket_size types_hash_max_size underscores_in_headers
uninitialized_variable_warn userid userid_domain userid_expires userid_mark userid_name userid_p3p userid_path userid_service
uwsgi_bind uwsgi_buffer_size uwsgi_buffering uwsgi_buffers uwsgi_busy_buffers_size uwsgi_cache uwsgi_cache_background_update
uwsgi_cache_key uwsgi_cache_lock uwsgi_cache_lock_age uwsgi_cache_lock_timeout uwsgi_cache_max_range_offset uwsgi_cache_min_uses
uwsgi_cache_revalidate uwsgi_connect_timeout uwsgi_force_ranges uwsgi_ignore_client_abort uwsgi_intercept_errors uwsgi_limit_rate
uwsgi_max_temp_file_size uwsgi_modifier1 uwsgi_modifier2 uwsgi_next_upstream_timeout uwsgi_next_upstream_tries
uwsgi_pass_request_body uwsgi_pass_request_headers uwsgi_read_timeout uwsgi_request_buffering uwsgi_send_timeout
uwsgi_socket_keepalive uwsgi_ssl_certificate uwsgi_ssl_certificate_key uwsgi_ssl_ciphers uwsgi_ssl_crl uwsgi_ssl_name
uwsgi_ssl_password_file uwsgi_ssl_server_name uwsgi_ssl_session_reuse uwsgi_ssl_trusted_certificate uwsgi_ssl_verify
uwsgi_ssl_verify_depth uwsgi_store uwsgi_string uwsgi_temp_file_write_size uwsgi_temp_path variables_hash_bucket_size
variables_hash_max_size worker_aio_requests worker_connections worker_cpu_affinity worker_priority worker_processes
worker_rlimit_core worker_rlimit_nofile worker_shutdown_timeout working_directory xclient xml_entities xslt_last_modified""".split())
# Gone from nginx, with the version that has them no more; from nginx.org's CHANGES.
REMOVED = {"ssl": "1.25.1", "limit_zone": "1.7.6", "upstream_conf": "1.13.10", "proxy_downstream_buffer": "1.9.13",
           "proxy_upstream_buffer": "1.9.13"}
# Still read, ignored with a warning since.
IGNORED = {"http2_push": "1.25.1", "http2_push_preload": "1.25.1", "http2_max_concurrent_pushes": "1.25.1",
           "http2_idle_timeout": "1.19.7", "http2_max_field_size": "1.19.7", "http2_max_header_size": "1.19.7",
           "http2_max_requests": "1.19.7", "http2_recv_timeout": "1.19.7", "http2_pool_size": None}


def protocol(module):
    for name in ("http", "stream", "mail", "mgmt"):
        if module.startswith(f"ngx_{name}") or f"_{name}_" in module:
            return name
    return "core"


def source_facts(folder):
    facts = {}
    for file in sorted(Path(folder, "src").rglob("*.c")):
        text = file.read_text(errors="replace")
        for name, mask in re.findall(r'\{\s*ngx_string\("([a-z_0-9]+)"\),\s*((?:NGX_[A-Z0-9_]+\s*\|?\s*)+),', text):
            masks = sorted(set(re.findall(r"NGX_[A-Z0-9_]+", mask)))
            if any(m.startswith("NGX_CONF_") for m in masks):
                facts.setdefault(name, []).append({"mask": masks, "mod": str(file.relative_to(Path(folder, "src")))})
    return facts


def docs_facts(folder):
    facts = {}
    for file in sorted(Path(folder).rglob("xml/en/docs/**/*.xml")):
        for directive in ET.parse(file).iter("directive"):
            def texts(tag):
                return [re.sub(r"\s+", " ", "".join(e.itertext())).strip() for e in directive.findall(tag)]
            facts.setdefault(directive.get("name"), []).append({
                "file": file.name, "syntax": texts("syntax"), "default": texts("default"), "context": texts("context"),
                "block": any(e.get("block") == "yes" for e in directive.findall("syntax")), "since": texts("appeared-in")})
    return facts


def arguments(masks):
    names = [m[len("NGX_CONF_"):] for m in masks if m.startswith("NGX_CONF_")]
    if "FLAG" in names:
        return "flag"
    for name, text in (("ANY", "any"), ("1MORE", "1+"), ("2MORE", "2+")):
        if name in names:
            return text
    counts = sorted(set().union(*(ARGUMENTS.get(n, set()) for n in names)) if names else [])
    return ",".join(map(str, counts)) or "any"


def value(name, docs):
    """flag, size, offset, time, number or the words that are allowed; empty when it may be anything."""
    syntaxes = [s for d in docs for s in d["syntax"]]
    if len(set(syntaxes)) != 1:
        return ""
    syntax = syntaxes[0].replace("|", " | ")
    # The one that may be negative.
    if name == "worker_priority":
        return ""
    syntax = {"interval": "time", "level": "number", "length": "size"}.get(syntax, syntax)
    if syntax in ("size", "time", "number"):
        return "offset" if name in OFFSETS and syntax == "size" else syntax
    words = [w.strip() for w in syntax.split(" | ")]
    plain = all(re.fullmatch(r"[A-Za-z0-9_.]+", w) and w not in PLACEHOLDERS for w in words)
    return "|".join(words) if plain and len(words) > 1 and words != ["on", "off"] else ""


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--facts", type=Path)
    ap.add_argument("--source", type=Path)
    ap.add_argument("--docs", type=Path)
    ap.add_argument("--output", type=Path, default=Path(__file__).parent.parent / "nginx-directives.tsv")
    args = ap.parse_args()
    if args.facts:
        rows = [json.loads(line) for line in args.facts.open()]
        facts = {r["name"]: (r["source"], r["docs"]) for r in rows}
    elif args.source and args.docs:
        source, docs = source_facts(args.source), docs_facts(args.docs)
        facts = {n: (source.get(n, []), docs.get(n, [])) for n in set(source) | set(docs)}
    else:
        ap.error("give --facts, or --source and --docs")
    out = []
    for name, (source, docs) in facts.items():
        seen = set()
        for entry in source:
            module = re.sub(r"\.c$", "", entry["mod"].rsplit("/", 1)[-1])
            kind = protocol(module)
            seen.add(kind)
            mine = [d for d in docs if protocol(d["file"]) == kind]
            contexts = [CONTEXTS[m] for m in entry["mask"] if m in CONTEXTS]
            # Events modules other than the core: the mask of the same name stands in several tables.
            row(out, name, module, contexts, arguments(entry["mask"]), "NGX_CONF_BLOCK" in entry["mask"], mine)
        for doc in docs:
            kind = protocol(doc["file"])
            if kind in seen:
                continue
            module = re.sub(r"\.xml$", "", doc["file"])
            prefix = {"stream": "stream-", "mail": "mail-"}.get(kind, "")
            contexts = []
            for c in doc["context"]:
                c = c.strip().replace(" ", "-")
                if c in ("server", "upstream") and prefix:
                    c = prefix + c
                if c == "if":
                    contexts += ["if-in-server", "if-in-location"]
                elif c:
                    contexts.append(c)
            same = [d for d in docs if d["file"] == doc["file"]]
            on_off = all(s.replace(" ", "") == "on|off" for d in same for s in d["syntax"])
            row(out, name, module, contexts or ["any"], "flag" if on_off else "any", doc["block"], same)
    # The documentation of the API module names the contexts of http alone.
    row(out, "status_zone", "ngx_http_api_module", ["stream-server"], "any", False, [])
    # One line for each way a module takes a directive; lines of several modules with the same meaning are one.
    lines = sorted(set("\t".join(r) for r in out))
    head = "# Made by rules/catalog/generate/nginx_directives.py; do not edit.\n" \
           "# name\tmodule\tcontexts\targuments\tblock\tvalue\trepeat\tsince\tremoved\tdefault\n"
    args.output.write_text(head + "\n".join(lines) + "\n")
    print(f"{len(lines)} lines, {len({l.split(chr(9))[0] for l in lines})} names", file=sys.stderr)


def row(out, name, module, contexts, counts, block, docs):
    kind = "" if block else value(name, docs)
    typed = counts == "flag" or kind
    once = (typed and name not in REPEATABLE) or name in SINGLE
    # The documentation of other projects (njs, otel, acme) counts its own versions.
    own = not any(part in module for part in ("_js_", "otel", "acme"))
    since = [s for d in docs for s in d["since"] if re.fullmatch(r"[0-9.]+", s)] if own else []
    default = [d["default"][0] for d in docs if d["default"] and d["default"][0]]
    default = re.sub(r"\s+", " ", default[0]) if default else ""
    removed = REMOVED.get(name, "")
    if IGNORED.get(name):
        removed = "ignored " + IGNORED[name]
    out.append((name, module, ",".join(sorted(set(contexts))), counts, "block" if block else "", kind, "once" if once else "",
                since[0] if since else "", removed, default))


if __name__ == "__main__":
    main()
