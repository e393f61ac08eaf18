//! Facts that rules need and that are no code: tables, embedded in the binary. Those that age are documents in
//! `rules/catalog/`, dated and with their sources.

pub mod accounts;
pub mod base_images;
pub mod capabilities;
pub mod default_credentials;
pub mod end_of_life;
pub mod image_environment;
pub mod matrix;
pub mod nginx_advisories;
pub mod nginx_directives;
pub mod nginx_variables;
pub mod package_commands;
pub mod package_managers;
pub mod secret_names;
pub mod tls_guideline;
mod unread;

use jiff::civil::Date;

/// The oldest of the dated tables, by the day on which it was last compared with its sources.
pub fn oldest() -> Option<(&'static str, Date)> {
    let tables = [
        ("base images", documents::BASE_IMAGES),
        ("default credentials", documents::DEFAULT_CREDENTIALS),
        ("ends of life", documents::END_OF_LIFE),
        ("commands of packages", documents::PACKAGE_COMMANDS),
        ("faults of nginx", documents::NGINX_ADVISORIES),
        ("modules of nginx", documents::NGINX_THIRD_PARTY),
        ("variables of nginx", documents::NGINX_VARIABLES),
    ];
    let dated = tables.into_iter().filter_map(|(name, text)| {
        // Reading the whole table for its date would cost every run more than many rules do.
        let (_, rest) = text.split_once("\"as-of\":\"")?;
        Some((name, rest.get(..10)?.parse().ok()?))
    });
    dated.min_by_key(|(_, date)| *date)
}

mod documents {
    include!(concat!(env!("OUT_DIR"), "/catalogs.rs"));
}

#[cfg(test)]
mod tests {
    #[test]
    fn tables_have_a_date() {
        assert!(super::oldest().is_some_and(|(_, date)| date.year() >= 2026));
    }
}
