use rustc_hash::FxHashSet;

use crate::nginx::configuration::Configuration;
use crate::nginx::include::Outcome;
use crate::rules::check::Reporter;

pub fn check(configuration: &Configuration, out: &mut Reporter<'_>) {
    let mut told = FxHashSet::default();
    for include in configuration.includes.iter().filter(|include| include.outcome == Outcome::Cycle) {
        let directive = configuration.directive(include.directive);
        let place = directive.at(directive.arguments_span());
        if told.insert(place) {
            out.report_at(place).value("path", directive.text(0)).emit();
        }
    }
}
