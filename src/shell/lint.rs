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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    let mut found: Vec<Lint> = run(&source, dialect)
        .into_iter()
        .filter(|(_, start, end)| *start >= preamble && start <= end)
        .map(|(code, start, end)| Lint { code, span: text.span(start - preamble, end - preamble) })
        .collect();
    found.sort_by_key(|lint| (lint.span.start, lint.code, lint.span.end));
    found.dedup();
    found
}

/// Codes with the places in the text.
#[cfg(not(feature = "shellcheck"))]
fn run(_: &str, _: Dialect) -> Vec<(u16, usize, usize)> {
    Vec::new()
}

#[cfg(feature = "shellcheck")]
use linter::run;

#[cfg(feature = "shellcheck")]
mod linter {
    use std::sync::LazyLock;

    use shuck_linter::{AnalysisRequest, LinterSettings, Rule, ShellCheckCodeMap, ShellDialect};

    use super::Dialect;
    use crate::shell::repair;

    /// The checks that agree with ShellCheck wherever both were compared, and that a rule of ours answers for.
    const TRUSTED: &[u16] = &[
        1075, 1083, 2026, 2028, 2034, 2048, 2059, 2068, 2086, 2112, 2115, 2128, 2129, 2143, 2154, 2162, 2166, 2181, 2206, 2207,
        2211, 3001, 3010, 3014, 3015, 3020, 3024, 3030, 3037, 3040, 3043, 3044, 3045, 3046, 3053, 3054, 3057, 3060,
    ];

    static MAP: LazyLock<Vec<(Rule, u16)>> = LazyLock::new(|| {
        let map = ShellCheckCodeMap::default();
        let rules = TRUSTED.iter().flat_map(|code| map.resolve_all(&format!("SC{code}")).into_iter().map(|rule| (rule, *code)));
        rules.collect()
    });

    static SETTINGS: LazyLock<[LinterSettings; 3]> = LazyLock::new(|| {
        [ShellDialect::Sh, ShellDialect::Dash, ShellDialect::Bash].map(|dialect| {
            let rules = MAP.iter().map(|(rule, _)| *rule);
            LinterSettings::for_rules(rules).with_shell(dialect).with_resolve_source_closure(false)
        })
    });

    pub(super) fn run(source: &str, dialect: Dialect) -> Vec<(u16, usize, usize)> {
        repair::for_linter(source, |tree, source| {
            let settings = &SETTINGS[dialect as usize];
            let found = AnalysisRequest::from_parse_result(tree, source, settings).lint();
            let code = |rule| MAP.iter().find(|(known, _)| *known == rule).map(|(_, code)| *code);
            let place = |found: &shuck_linter::Diagnostic| (found.span.start.offset(), found.span.end.offset());
            found.iter().filter_map(|found| Some((code(found.rule)?, place(found).0, place(found).1))).collect()
        })
        .unwrap_or_default()
    }
}
