use crate::nginx::configuration::Directive;
use crate::rules::check::Reporter;

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    let Some(target) = directive.argument(0) else { return };
    let (speaks, sends) = if directive.means("proxy_pass") { ("FastCGI", "HTTP") } else { ("HTTP", "FastCGI") };
    let address = match directive.name() {
        "proxy_pass" => target.text.strip_prefix("http://"),
        "fastcgi_pass" => Some(target.text),
        _ => None,
    };
    let authority = address.filter(|_| !directive.contexts().is_empty()).and_then(|address| address.split('/').next());
    let Some((host, port)) = authority.and_then(|authority| authority.rsplit_once(':')) else { return };
    let is_fpm = port == "9000" && (host.contains("php") || host.contains("fpm"));
    let is_web = matches!(port, "80" | "443" | "8080");
    if (sends == "HTTP" && is_fpm) || (sends == "FastCGI" && is_web && !host.starts_with("unix")) {
        out.report_at(directive.at(target.span))
            .value("host", host)
            .value("port", port)
            .value("speaks", speaks)
            .value("sends", sends)
            .value("directive", directive.name())
            .emit();
    }
}
