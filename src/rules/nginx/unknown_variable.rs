use rustc_hash::FxHashSet;

use crate::catalog::nginx_variables;
use crate::nginx::configuration::Configuration;
use crate::nginx::used_variables::{made, used};
use crate::nginx::verify::{Fault, verdict};
use crate::nginx::write;
use crate::rules::check::Reporter;

pub fn check(configuration: &Configuration, out: &mut Reporter<'_>) {
    if !configuration.is_readable() {
        return;
    }
    let made = made(configuration);
    let unknown = used(configuration).filter(|used| {
        let name = used.name.to_ascii_lowercase();
        !made.contains(&name) && !nginx_variables::is_known(&name)
    });
    let mut unknown = unknown.peekable();
    if unknown.peek().is_none() {
        return;
    }
    let is_whole = configuration.is_whole() && !has_foreign_modules(configuration);
    let mut told = FxHashSet::default();
    // A file that several include is gone through several times.
    for used in unknown.filter(|used| told.insert((used.directive.file(), used.span))) {
        let nearest = nginx_variables::nearest(&used.name.to_ascii_lowercase());
        let place = used.directive.at(used.span);
        let fix = |nearest: &str| write::edit(used.directive, used.span, nearest.to_owned());
        match (is_whole, nearest) {
            (true, None) => out.report_at(place).value("name", used.name).emit(),
            (_, Some(nearest)) => {
                let variant = if is_whole { "misspelled" } else { "fragment" };
                let draft = out.report_at(place).variant(variant).value("name", used.name).value("nearest", nearest);
                draft.edit(fix(nearest)).emit();
            }
            (false, None) => {}
        }
    }
}

/// Whether modules that we do not know may bring variables of their own.
fn has_foreign_modules(configuration: &Configuration) -> bool {
    configuration.directives().any(|directive| {
        directive.is("load_module") || directive.is_lua() || matches!(verdict(directive), Some(Fault::Unknown { .. }))
    })
}
