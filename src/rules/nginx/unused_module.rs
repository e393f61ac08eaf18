use crate::nginx::configuration::Configuration;
use crate::nginx::write;
use crate::rules::check::Reporter;

/// Modules, and the beginnings of the names of their directives.
const MODULES: &[(&str, &[&str])] = &[
    ("ngx_http_image_filter_module", &["image_filter"]),
    ("ngx_http_xslt_filter_module", &["xml_entities", "xslt_"]),
    ("ngx_http_perl_module", &["perl"]),
    ("ngx_http_geoip_module", &["geoip_"]),
    ("ngx_http_geoip2_module", &["geoip2"]),
    ("ngx_http_js_module", &["js_"]),
    ("ngx_http_headers_more_filter_module", &["more_"]),
    ("ngx_http_brotli_filter_module", &["brotli"]),
    ("ngx_http_brotli_static_module", &["brotli_static"]),
    ("ngx_http_dav_ext_module", &["dav_ext"]),
    ("ngx_http_fancyindex_module", &["fancyindex"]),
    ("ngx_http_subs_filter_module", &["subs_filter"]),
    ("ngx_mail_module", &["mail"]),
    ("ngx_stream_module", &["stream"]),
    ("ngx_rtmp_module", &["rtmp"]),
];

pub fn check(configuration: &Configuration, out: &mut Reporter<'_>) {
    if !configuration.is_whole() {
        return;
    }
    for load in configuration.all("load_module") {
        let Some(path) = load.argument(0) else { continue };
        let name = path.text.rsplit('/').next().unwrap_or_default().trim_end_matches(".so");
        let Some((_, starts)) = MODULES.iter().find(|(module, _)| *module == name) else { continue };
        let uses = |directive: crate::nginx::configuration::Directive<'_>| {
            starts.iter().any(|start| directive.name().starts_with(start))
        };
        if !configuration.directives().any(uses) {
            out.report_at(load.at(path.span)).value("module", name).edit(write::remove(load)).emit();
        }
    }
}
