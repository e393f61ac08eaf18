use crate::nginx::configuration::Configuration;
use crate::nginx::syntax::Reason;
use crate::rules::check::Reporter;
use crate::source::Location;

/// The word is quoted as it is: nginx decodes `\"` and `\\` in and out of quotes alike.
pub fn check(configuration: &Configuration, out: &mut Reporter<'_>) {
    for read in &configuration.files {
        for problem in read.tree.problems.iter().filter(|problem| problem.reason == Reason::UnquotedRegexBrace) {
            let word = problem.span.slice(read.source.text());
            let draft = out.report_at(Location { file: read.file, span: problem.span }).value("word", word);
            match word.contains('"') {
                false => draft.replace(problem.span, format!("\"{word}\"")).emit(),
                true => draft.emit(),
            }
        }
    }
}
