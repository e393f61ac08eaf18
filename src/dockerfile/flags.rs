//! Which flags an instruction takes, as `instructions/parse.go` declares them and `bflag.go` checks them.

use crate::source::Span;

use super::instruction::{Flag, Keyword};
use super::problem::nearest;
use super::syntax::Problem;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Bare, `=true` or `=false`.
    Bool,
    /// Needs a value, once.
    Value,
    /// Needs a value, as often as wanted.
    Values,
}

type Set = &'static [(&'static str, Kind)];

/// `None`: BuildKit does not look at the flags of this instruction at all.
const fn set(keyword: Keyword) -> Option<Set> {
    use Kind::{Bool, Value, Values};
    Some(match keyword {
        Keyword::From => &[("platform", Value)],
        Keyword::Run => &[("mount", Values), ("network", Value), ("security", Value), ("device", Values)],
        Keyword::Copy => {
            &[("from", Value), ("chown", Value), ("chmod", Value), ("link", Bool), ("parents", Bool), ("exclude", Values)]
        }
        Keyword::Add => &[
            ("chown", Value),
            ("chmod", Value),
            ("link", Bool),
            ("keep-git-dir", Bool),
            ("checksum", Value),
            ("unpack", Bool),
            ("exclude", Values),
        ],
        Keyword::Healthcheck => {
            &[("interval", Value), ("timeout", Value), ("start-period", Value), ("start-interval", Value), ("retries", Value)]
        }
        Keyword::Arg | Keyword::Stopsignal | Keyword::Unknown => return None,
        _ => &[],
    })
}

/// Reports what is wrong with the flags. `lenient`: a frontend of someone else may know flags of its own.
pub(super) fn check(keyword: Keyword, flags: &[Flag], lenient: bool, problems: &mut Vec<Problem>) {
    let Some(set) = set(keyword) else {
        return;
    };
    for (index, flag) in flags.iter().enumerate() {
        let problem = |reason, span: Span| Problem::build(reason, span).with("flag", &flag.name).with("keyword", keyword.name());
        let Some((_, kind)) = set.iter().find(|(name, _)| *name == flag.name) else {
            if lenient {
                continue;
            }
            let names = set.iter().map(|(name, _)| *name);
            let span = Span { start: flag.span.start, end: flag.name_span.end };
            problems.push(match nearest(&flag.name, names) {
                Some(near) => problem("misspelled-flag", span).with("suggestion", near),
                None if set.is_empty() => problem("flag-without-flags", span),
                None => problem("unknown-flag", span),
            });
            continue;
        };
        if *kind != Kind::Values && flags[..index].iter().any(|earlier| earlier.name == flag.name) {
            problems.push(problem("duplicate-flag", flag.span));
            continue;
        }
        match (kind, flag.value.as_deref()) {
            (Kind::Bool, None) | (Kind::Value | Kind::Values, Some(_)) => {}
            (Kind::Value | Kind::Values, None) | (Kind::Bool, Some("")) => {
                problems.push(problem("flag-without-value", flag.span));
            }
            (Kind::Bool, Some(value)) => {
                if !value.eq_ignore_ascii_case("true") && !value.eq_ignore_ascii_case("false") {
                    problems.push(problem("flag-not-boolean", flag.value_span).with("value", value));
                }
            }
        }
    }
}
