//! Facts that rules need and that are no code: tables, embedded in the binary. Those that age are documents in
//! `rules/catalog/`, dated and with their sources.

pub mod accounts;
pub mod base_images;
pub mod default_credentials;
pub mod end_of_life;
pub mod image_environment;
pub mod nginx_directives;
pub mod package_commands;
pub mod package_managers;
pub mod secret_names;

mod documents {
    include!(concat!(env!("OUT_DIR"), "/catalogs.rs"));
}
