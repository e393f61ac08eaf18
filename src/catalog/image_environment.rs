//! Which variables images set by ENV: what `$NAME` in a COPY or ENV of a stage that starts from them may stand for.

/// Official images of which all variables are known, `PATH` aside, which every image has. A `*` at the end stands for any ending; the lists
/// hold what any version of the image sets.
const KNOWN: &[(&str, &[&str])] = &[
    ("almalinux", &["container"]),
    ("alpine", &[]),
    ("amazoncorretto", &["JAVA_*", "LANG", "LC_ALL"]),
    ("amazonlinux", &[]),
    ("archlinux", &["LANG"]),
    ("bash", &["_BASH_*"]),
    ("buildpack-deps", &[]),
    ("busybox", &[]),
    ("caddy", &["CADDY_*", "XDG_*"]),
    ("centos", &["container"]),
    ("debian", &[]),
    ("docker", &["DIND_COMMIT", "DOCKER_*"]),
    ("eclipse-temurin", &["JAVA_*", "LANG", "LANGUAGE", "LC_ALL"]),
    ("elixir", &["ELIXIR_*", "LANG", "OTP_VERSION", "REBAR*"]),
    ("erlang", &["LANG", "OTP_VERSION", "REBAR*"]),
    ("fedora", &["DISTTAG", "FBR", "FGC", "container"]),
    ("gcc", &["GCC_*", "GPG_KEYS"]),
    ("golang", &["GOLANG_*", "GOPATH", "GOTOOLCHAIN"]),
    ("gradle", &["GRADLE_*", "JAVA_*", "LANG", "LANGUAGE", "LC_ALL"]),
    ("haproxy", &["HAPROXY_*"]),
    ("httpd", &["HTTPD_*"]),
    ("mariadb", &["GOSU_VERSION", "GPG_KEYS", "LANG", "MARIADB_*"]),
    ("maven", &["JAVA_*", "LANG", "LANGUAGE", "LC_ALL", "MAVEN_*", "USER_HOME_DIR"]),
    ("memcached", &["MEMCACHED_*"]),
    ("mongo", &["GLIBC_TUNABLES", "GOSU_VERSION", "GPG_KEYS", "HOME", "JSYAML_*", "MONGO_*"]),
    ("mysql", &["GOSU_VERSION", "MYSQL_*"]),
    ("nginx", &["ACME_VERSION", "DYNPKG_RELEASE", "NGINX_VERSION", "NJS_*", "PKG_RELEASE"]),
    ("node", &["NODE_VERSION", "NPM_CONFIG_LOGLEVEL", "YARN_VERSION"]),
    ("openjdk", &["JAVA_*", "LANG", "LC_ALL"]),
    ("oraclelinux", &[]),
    ("perl", &["DEVEL_COVER_OPTIONS", "PERL_*"]),
    ("photon", &[]),
    ("php", &["APACHE_*", "GPG_KEYS", "PHPIZE_DEPS", "PHP_*"]),
    ("postgres", &["DOCKER_PG_LLVM_DEPS", "GOSU_VERSION", "LANG", "PG*"]),
    ("pypy", &["LANG", "PYPY_*", "PYTHON_*"]),
    ("python", &["GPG_KEY", "LANG", "LC_ALL", "PYTHON*"]),
    ("redis", &["GOSU_VERSION", "REDIS_*"]),
    ("rockylinux", &["container"]),
    ("ruby", &["BUNDLE_*", "BUNDLER_VERSION", "GEM_HOME", "LANG", "RUBY*"]),
    ("rust", &["CARGO_HOME", "RUSTUP_*", "RUST_VERSION"]),
    ("swift", &["SWIFT_*"]),
    ("tomcat", &["CATALINA_*", "GPG_KEYS", "JAVA_*", "LANG", "LANGUAGE", "LC_ALL", "LD_LIBRARY_PATH", "TOMCAT_*"]),
    ("ubuntu", &[]),
];

/// Whether an official image sets a variable; `None` for an image whose variables are not known.
pub fn sets(repository: &str, name: &str) -> Option<bool> {
    let at = KNOWN.binary_search_by(|(known, _)| (*known).cmp(repository)).ok()?;
    Some(name == "PATH" || KNOWN[at].1.iter().any(|pattern| fits(pattern, name)))
}

fn fits(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == pattern,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_sorted() {
        assert!(KNOWN.is_sorted_by(|a, b| a.0 < b.0));
    }

    #[test]
    fn what_images_set() {
        assert_eq!(sets("golang", "GOPATH"), Some(true));
        assert_eq!(sets("python", "PYTHON_VERSION"), Some(true));
        assert_eq!(sets("alpine", "PATH"), Some(true));
        assert_eq!(sets("alpine", "GOPATH"), Some(false));
        assert_eq!(sets("node", "APP_DIR"), Some(false));
        assert_eq!(sets("elasticsearch", "JAVA_HOME"), None);
    }
}
