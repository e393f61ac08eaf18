use crate::catalog::end_of_life::EndOfLife;
use crate::live::Engine;
use crate::live::snapshot::Product;
use crate::rules::check::Reporter;

pub fn check(engine: &Engine, out: &mut Reporter<'_>) {
    let docker = (engine.product == Product::Docker).then_some(("docker", engine.version.as_str(), "/version".to_owned()));
    let parts = engine.components.iter().enumerate().filter(|(_, part)| part.name == "containerd");
    let parts = parts.map(|(index, part)| ("containerd", part.version.as_str(), format!("/components/{index}/version")));
    for (product, version, fact) in docker.into_iter().chain(parts) {
        let number = version.trim_start_matches('v').trim_end_matches("-ce");
        // Whoever builds it with a mark of its own mends it too.
        if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
            continue;
        }
        for release in EndOfLife::table().releases_of(product, number) {
            if (release.end - out.today()).get_days() < 0 {
                out.report_fact(&engine.pointer, &fact)
                    .value("product", release.product)
                    .value("version", number)
                    .value("host", engine.shown_host())
                    .value("end", release.end.to_string())
                    .emit();
            }
        }
    }
}
