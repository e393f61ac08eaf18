use crate::nginx::configuration::Configuration;
use crate::nginx::include::Outcome;
use crate::rules::check::Reporter;

pub fn check(configuration: &Configuration, out: &mut Reporter<'_>) {
    for include in &configuration.includes {
        let directive = configuration.directive(include.directive);
        let draft = out.report_at(directive.at(directive.arguments_span())).value("path", directive.text(0));
        match include.outcome {
            Outcome::Missing => draft.emit(),
            Outcome::TooMany => draft.variant("too-many").emit(),
            Outcome::Directory => draft.variant("folder").emit(),
            _ => {}
        }
    }
}
