//! Dockerfiles: first the lossless tree ([`syntax`], [`instruction`]), then its meaning ([`model`]).

pub mod dockerignore;
pub mod expand;
pub mod facts;
pub mod image;
mod installed;
pub mod instruction;
pub mod model;
pub mod packages;
mod scripts;
pub mod secrets;
pub mod syntax;
mod understand;
pub mod variables;
mod windows;
