//! Rules: their documents, the registry, the judges, and the checks in one file each.

mod awaiting;
pub mod check;
pub mod declared_fix;
pub mod document;
mod example_line;
mod fitted_probe;
mod judge;
pub mod load;
pub mod page;
mod propagation;
mod registry;
pub mod rule;
pub mod schema;
pub mod shared;

pub use judge::{Afterwards, Failure, Judgement, judge, judge_files, judge_once};
pub use registry::{Registry, Selector, UnknownSelector};
pub use rule::Rule;

mod embedded {
    #![allow(unused_imports)] // which of these occur hangs on the documents

    use super::check::Check;
    use super::rule::{Example, FixWords, Rule, SeverityLevels, Variant};
    use crate::finding::{Applicability, Confidence, Profile, Severity};

    include!(concat!(env!("OUT_DIR"), "/embedded.rs"));
}

pub use embedded::*;
