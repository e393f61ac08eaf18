//! What each target does with its bytes. The targets themselves only hand them over: `tests/fuzz.rs` runs the same on stable
//! Rust, over the seeds, so that none of it rots.

pub mod compose;
pub mod dockerfile;
pub mod env;
pub mod fixes;
pub mod interpolate;
pub mod judged;
pub mod nginx;
pub mod seeds;
pub mod yaml;
pub mod yaml_edit;

#[path = "../../tests/common/dockerfile_tree.rs"]
pub mod dockerfile_tree;
#[path = "../../tests/common/nginx_tree.rs"]
pub mod nginx_tree;

/// The name of a target and what it does. It panics where something that must hold does not.
pub type Target = (&'static str, fn(&[u8]));

/// Every target; `fuzz_targets/` holds a file of each name.
pub const TARGETS: [Target; 11] = [
    ("compose_fix", compose::fix),
    ("compose_interpolate", interpolate::check),
    ("compose_load", compose::load),
    ("dockerfile_check", dockerfile::check),
    ("dockerfile_fix", dockerfile::fix),
    ("dockerfile_parse", dockerfile::parse),
    ("env_parse", env::parse),
    ("nginx_fix", nginx::fix),
    ("nginx_parse", nginx::parse),
    ("yaml_edit", yaml_edit::check),
    ("yaml_parse", yaml::parse),
];

/// The pieces of an input that stands for several texts: a NUL parts them.
pub fn pieces(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split(|byte| *byte == 0)
}
