//! nginx configurations, from bytes to meaning: the lossless tree as nginx reads it (`syntax`), with what nginx would refuse.

mod lua;
pub mod problem;
pub mod syntax;
mod template;
