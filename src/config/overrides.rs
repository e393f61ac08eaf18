//! What the command line says about settings.

use std::path::PathBuf;

use super::FailOn;
use crate::finding::{Confidence, Profile, Severity};

/// Each field beats what the configuration says; an empty list or `None` says nothing.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    pub profile: Option<Profile>,
    pub select: Vec<String>,
    pub extend_select: Vec<String>,
    pub ignore: Vec<String>,
    pub min_severity: Option<Severity>,
    pub min_confidence: Option<Confidence>,
    pub fail_on: Option<FailOn>,
    pub baseline: Option<PathBuf>,
    /// Hold together with those of the configuration.
    pub trusted_registries: Vec<String>,
    /// Suppression comments do not count.
    pub no_ignores: bool,
}
