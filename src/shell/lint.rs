//! The checks of shuck-linter, for what no check of ours says itself. Behind the cargo feature `shellcheck`.

use crate::source::{Mapped, Span};

/// Whether this build has the linter.
pub const AVAILABLE: bool = cfg!(feature = "shellcheck");

/// Longer texts are not looked at: the time that the linter takes grows faster than the text.
pub const MAX_LENGTH: usize = 64 << 10;

/// What the linter says of one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lint {
    /// The number of the check in ShellCheck: 2086 for SC2086.
    pub code: u16,
    /// In the file.
    pub span: Span,
}

/// Which shell a text is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialect {
    Sh,
    /// Also the shell of BusyBox.
    Dash,
    Bash,
}

/// What the linter says of a text, in the order of the file. `known` are the variables that are set outside of it. Nothing for a
/// text that is too long or does not parse, and nothing in a build without the linter.
pub fn lint(text: &Mapped, known: &[&str], dialect: Dialect) -> Vec<Lint> {
    if text.text().len() > MAX_LENGTH {
        return Vec::new();
    }
    let mut source = String::with_capacity(text.text().len() + known.len() * 24);
    for name in known {
        // The value that hadolint gives them too: one that nothing has to be quoted for.
        source.push_str("export ");
        source.push_str(name);
        source.push_str("=1\n");
    }
    let preamble = source.len();
    source.push_str(text.text());
    let mut found: Vec<Lint> = run(source, dialect)
        .iter()
        .filter(|(_, start, end)| *start >= preamble && start <= end)
        .map(|(code, start, end)| Lint { code: *code, span: text.span(start - preamble, end - preamble) })
        .collect();
    found.sort_by_key(|lint| (lint.span.start, lint.code, lint.span.end));
    found.dedup();
    found
}

/// Codes with the places in the text.
#[cfg(not(feature = "shellcheck"))]
fn run(_: String, _: Dialect) -> Vec<(u16, usize, usize)> {
    Vec::new()
}

#[cfg(feature = "shellcheck")]
use linter::run;

#[cfg(feature = "shellcheck")]
mod linter {
    use std::sync::{Arc, LazyLock, Mutex, PoisonError};

    use rustc_hash::FxHashMap;
    use shuck_linter::{AnalysisRequest, LinterSettings, Rule, ShellCheckCodeMap, ShellDialect};

    use super::Dialect;
    use crate::shell::repair;

    /// The checks that agree with ShellCheck wherever both were compared, and that a rule of ours answers for, with their numbers
    /// there. Written out, for the linter takes milliseconds to make its own table.
    const TRUSTED: &[(Rule, u16)] = &[
        (Rule::ElseIf, 1075),
        (Rule::LiteralBraces, 1083),
        (Rule::UnquotedWordBetweenQuotes, 2026),
        (Rule::EchoBackslashEscapes, 2028),
        (Rule::UnusedAssignment, 2034),
        (Rule::UnquotedDollarStar, 2048),
        (Rule::PrintfFormatVariable, 2059),
        (Rule::UnquotedArrayExpansion, 2068),
        (Rule::UnquotedExpansion, 2086),
        (Rule::FunctionKeywordInSh, 2112),
        (Rule::RmGlobOnVariablePath, 2115),
        (Rule::QuotedBashSource, 2128),
        (Rule::CombineAppends, 2129),
        (Rule::GrepOutputInTest, 2143),
        (Rule::UndefinedVariable, 2154),
        (Rule::ReadWithoutRaw, 2162),
        (Rule::CompoundTestOperator, 2166),
        (Rule::DollarQuestionAfterCommand, 2181),
        (Rule::UnquotedArraySplit, 2206),
        (Rule::CommandOutputArraySplit, 2207),
        (Rule::BareGlobCommandPath, 2211),
        (Rule::ProcessSubstitution, 3001),
        (Rule::DoubleBracketInSh, 3010),
        (Rule::TestEqualityOperator, 3014),
        (Rule::RegexMatchInSh, 3015),
        (Rule::AmpersandRedirection, 3020),
        (Rule::PlusEqualsAppend, 3024),
        (Rule::ArrayAssignment, 3030),
        (Rule::EchoFlags, 3037),
        (Rule::PipefailOption, 3040),
        (Rule::LocalVariableInSh, 3043),
        (Rule::DeclareCommand, 3044),
        (Rule::WaitOption, 3045),
        (Rule::SourceBuiltinInSh, 3046),
        (Rule::IndirectExpansion, 3053),
        (Rule::ArrayReference, 3054),
        (Rule::SubstringExpansion, 3057),
        (Rule::ReplacementExpansion, 3060),
    ];

    static SETTINGS: LazyLock<[LinterSettings; 3]> = LazyLock::new(|| {
        [ShellDialect::Sh, ShellDialect::Dash, ShellDialect::Bash].map(|dialect| {
            let rules = TRUSTED.iter().map(|(rule, _)| *rule);
            LinterSettings::for_rules(rules).with_shell(dialect).with_resolve_source_closure(false)
        })
    });

    static DIRECTIVES: LazyLock<ShellCheckCodeMap> = LazyLock::new(ShellCheckCodeMap::default);

    /// Codes with their places.
    type Said = Arc<[(u16, usize, usize)]>;

    /// What was said of a text before: the services of a repository are built by the same lines again and again.
    static KNOWN: LazyLock<Mutex<FxHashMap<(String, Dialect), Said>>> = LazyLock::new(Mutex::default);

    /// So many texts are remembered; a language server runs for days.
    const MOST_KNOWN: usize = 4096;

    pub(super) fn run(source: String, dialect: Dialect) -> Said {
        let key = (source, dialect);
        if let Some(said) = KNOWN.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Arc::clone(said);
        }
        let said: Said = say(&key.0, dialect).into();
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST_KNOWN {
            known.clear();
        }
        known.insert(key, Arc::clone(&said));
        said
    }

    fn say(source: &str, dialect: Dialect) -> Vec<(u16, usize, usize)> {
        repair::for_linter(source, |tree, source| {
            let settings = &SETTINGS[dialect as usize];
            let request = AnalysisRequest::from_parse_result(tree, source, settings);
            let request = match memchr::memmem::find(source.as_bytes(), b"disable=") {
                Some(_) => request.with_shellcheck_map(&DIRECTIVES),
                None => request.without_suppressions(),
            };
            let found = request.lint();
            let code = |rule| TRUSTED.iter().find(|(known, _)| *known == rule).map(|(_, code)| *code);
            let place = |found: &shuck_linter::Diagnostic| (found.span.start.offset(), found.span.end.offset());
            found.iter().filter_map(|found| Some((code(found.rule)?, place(found).0, place(found).1))).collect()
        })
        .unwrap_or_default()
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn the_numbers_are_those_of_the_linter() {
            let map = ShellCheckCodeMap::default();
            for (rule, code) in TRUSTED {
                assert_eq!(map.resolve_all(&format!("SC{code}")), [*rule]);
            }
        }

        #[test]
        fn what_was_said_is_said_again() {
            let text = "cd \"$1\"; cp $A b";
            let first = run(text.to_owned(), Dialect::Sh);
            assert!(first.iter().any(|(code, start, end)| (*code, &text[*start..*end]) == (2086, "$A")), "{first:?}");
            assert_eq!(run(text.to_owned(), Dialect::Sh), first);
            assert!(run(format!("# shellcheck disable=SC2086\n{text}"), Dialect::Sh).iter().all(|(code, ..)| *code != 2086));
        }
    }
}
