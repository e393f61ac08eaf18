//! Dockerfiles: first the lossless tree ([`syntax`], [`instruction`]), then its meaning ([`model`]).

pub mod expand;
pub mod image;
pub mod instruction;
pub mod model;
pub mod packages;
pub mod syntax;
