//! Facts that rules need and that are no code: tables, embedded in the binary.

pub mod package_managers;
