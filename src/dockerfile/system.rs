//! Which family of systems a stage runs on: what its programs, such as the shell and `wget`, can do.

use super::image::ImageReference;
use super::packages::Manager;

/// A family of Linux distributions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum System {
    /// Also Ubuntu.
    Debian,
    /// Also Fedora, CentOS, Amazon Linux, UBI.
    RedHat,
    Suse,
    /// Also Wolfi: its small tools are those of BusyBox.
    Alpine,
    BusyBox,
}

/// Beginnings of the parts of an image name that say the system, whoever publishes it.
const NAMES: &[(&str, System)] = &[
    ("almalinux", System::RedHat),
    ("alpine", System::Alpine),
    ("amazonlinux", System::RedHat),
    ("bci-", System::Suse),
    ("busybox", System::BusyBox),
    ("centos", System::RedHat),
    ("debian", System::Debian),
    ("fedora", System::RedHat),
    ("opensuse", System::Suse),
    ("oraclelinux", System::RedHat),
    ("rockylinux", System::RedHat),
    ("sles", System::Suse),
    ("sle15", System::Suse),
    ("ubi7", System::RedHat),
    ("ubi8", System::RedHat),
    ("ubi9", System::RedHat),
    ("ubi10", System::RedHat),
    ("ubuntu", System::Debian),
    ("wolfi", System::Alpine),
];

/// Beginnings of the parts of a tag that say the system.
const TAGS: &[(&str, System)] = &[
    ("alpine", System::Alpine),
    ("bionic", System::Debian),
    ("bookworm", System::Debian),
    ("bullseye", System::Debian),
    ("buster", System::Debian),
    ("busybox", System::BusyBox),
    ("centos", System::RedHat),
    ("debian", System::Debian),
    ("fedora", System::RedHat),
    ("focal", System::Debian),
    ("jammy", System::Debian),
    ("noble", System::Debian),
    ("oracle", System::RedHat),
    ("stretch", System::Debian),
    ("trixie", System::Debian),
    ("ubi", System::RedHat),
    ("ubuntu", System::Debian),
    ("uclibc", System::BusyBox),
    ("wolfi", System::Alpine),
    ("xenial", System::Debian),
];

/// Official images that are of Debian or Ubuntu unless their tag says otherwise.
const OFFICIAL_DEBIAN: &[&str] = &[
    "buildpack-deps",
    "cassandra",
    "clojure",
    "couchdb",
    "dart",
    "drupal",
    "eclipse-temurin",
    "elixir",
    "erlang",
    "gcc",
    "ghost",
    "golang",
    "gradle",
    "groovy",
    "haproxy",
    "haskell",
    "httpd",
    "jetty",
    "joomla",
    "jruby",
    "julia",
    "mariadb",
    "maven",
    "memcached",
    "mono",
    "mongo",
    "neo4j",
    "nextcloud",
    "nginx",
    "node",
    "odoo",
    "perl",
    "php",
    "postgres",
    "pypy",
    "python",
    "r-base",
    "rabbitmq",
    "redis",
    "redmine",
    "ros",
    "ruby",
    "rust",
    "solr",
    "swift",
    "tomcat",
    "valkey",
    "varnish",
    "wordpress",
];

/// Official images that are of Alpine unless their tag says otherwise.
const OFFICIAL_ALPINE: &[&str] =
    &["adminer", "caddy", "composer", "consul", "docker", "eclipse-mosquitto", "registry", "traefik", "vault", "znc"];

/// The system of an image, if its name or tag says it.
pub(super) fn of_image(image: &ImageReference) -> Option<System> {
    let begins = |text: &str, table: &[(&str, System)]| {
        table.iter().find(|(beginning, _)| text.starts_with(beginning)).map(|(_, system)| *system)
    };
    let by_tag = || image.tag.iter().flat_map(|tag| tag.split(['-', '.', '_'])).find_map(|part| begins(part, TAGS));
    let by_list = || {
        let name = image.short_name();
        let is_in = |list: &[&str]| image.is_official() && list.contains(&name);
        match (is_in(OFFICIAL_DEBIAN), is_in(OFFICIAL_ALPINE)) {
            (true, _) => Some(System::Debian),
            (_, true) => Some(System::Alpine),
            _ => None,
        }
    };
    image.repository.split('/').find_map(|part| begins(part, NAMES)).or_else(by_tag).or_else(by_list)
}

/// The system that a package manager belongs to; none for those of languages.
pub(super) const fn of_manager(manager: Manager) -> Option<System> {
    match manager {
        Manager::AptGet | Manager::Apt | Manager::Aptitude => Some(System::Debian),
        Manager::Apk => Some(System::Alpine),
        Manager::Yum | Manager::Dnf | Manager::Microdnf => Some(System::RedHat),
        Manager::Zypper => Some(System::Suse),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::model::Dockerfile;
    use super::*;

    fn system(text: &str) -> Option<System> {
        Dockerfile::parse(text).final_stage().and_then(|stage| stage.system)
    }

    #[test]
    fn images_say_their_system() {
        for (image, want) in [
            ("alpine:3.20", Some(System::Alpine)),
            ("python:3.12", Some(System::Debian)),
            ("python:3.12-alpine3.20", Some(System::Alpine)),
            ("library/golang:1.22-bookworm", Some(System::Debian)),
            ("registry.access.redhat.com/ubi9/ubi-minimal", Some(System::RedHat)),
            ("registry.access.redhat.com/ubi9-minimal:9.4", Some(System::RedHat)),
            ("docker:27-cli", Some(System::Alpine)),
            ("busybox", Some(System::BusyBox)),
            ("nginxinc/nginx-unprivileged:1.27-alpine", Some(System::Alpine)),
            ("example/python:3.12", None),
            ("cgr.dev/chainguard/python", None),
            ("scratch", None),
        ] {
            assert_eq!(system(&format!("FROM {image}")), want, "{image}");
        }
        assert_eq!(system("FROM $X"), None);
    }

    #[test]
    fn a_package_manager_says_it_better() {
        assert_eq!(system("FROM $X\nRUN apt-get update"), Some(System::Debian));
        assert_eq!(system("FROM example/base AS a\nRUN apk add x\nFROM a\nRUN pip install y"), Some(System::Alpine));
        assert_eq!(system("FROM example/base\nRUN which apk && apk add x\nRUN apt-get update"), Some(System::Alpine));
        assert_eq!(system("FROM python:3 AS a\nFROM a"), Some(System::Debian));
        assert_eq!(system("FROM example/base\nONBUILD RUN apk add x"), None);
    }
}
