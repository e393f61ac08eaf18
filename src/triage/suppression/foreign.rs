//! The suppression comments of peers. They silence what carries an identifier of theirs; identifiers that no rule answers
//! to are none of our business.

use std::borrow::Cow;

use jiff::civil::Date;

use super::own::strict_date;
use crate::dockerfile::check_options::{self, Names};
use crate::finding::Finding;

/// A suppression of a peer, as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignPragma {
    peer: Peer,
    which: Which,
    pub scope: Scope,
    pub reason: Option<String>,
    /// The first day on which it does not count.
    pub expires: Option<Date>,
}

/// What a comment speaks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    Statement,
    /// The block whose head it stands above, else the rest of the one that it stands in.
    Block,
    File,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Peer {
    Hadolint,
    Buildkit,
    Trivy,
    Dclint,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Which {
    These(Vec<String>),
    All { except: Vec<String> },
}

impl ForeignPragma {
    /// Whether it names a finding.
    pub fn names(&self, finding: &Finding) -> bool {
        finding.aliases.iter().any(|alias| self.peer.families().contains(&alias.family) && self.holds(alias.id))
    }

    fn holds(&self, id: &str) -> bool {
        let same = |named: &String| self.peer.normal(named) == self.peer.normal(id);
        match &self.which {
            Which::These(ids) => ids.iter().any(same),
            Which::All { except } => !except.iter().any(same),
        }
    }
}

impl Peer {
    /// hadolint speaks for the checks of ShellCheck too, which it runs.
    fn families(self) -> &'static [&'static str] {
        match self {
            Self::Hadolint => &["hadolint", "shellcheck"],
            Self::Buildkit => &["buildkit"],
            Self::Trivy => &["trivy"],
            Self::Dclint => &["dclint"],
        }
    }

    /// One spelling for an identifier: trivy's DS-0002 is also AVD-DS-0002 and DS002.
    fn normal(self, id: &str) -> Cow<'_, str> {
        if self != Self::Trivy {
            return Cow::Owned(id.to_owned());
        }
        let id = id.to_ascii_lowercase();
        let id = id.strip_prefix("avd-").unwrap_or(&id);
        let letters: String = id.chars().filter(|c| *c != '-').take_while(char::is_ascii_alphabetic).collect();
        let digits = id.trim_start_matches(|c: char| !c.is_ascii_digit());
        Cow::Owned(format!("{letters}{}", digits.trim_start_matches('0')))
    }
}

/// Reads what peers make of a comment that is not inside an instruction, from its `#`.
pub fn parse(comment: &str) -> Vec<ForeignPragma> {
    let body = comment.trim_start_matches('#');
    hadolint(body).into_iter().chain(trivy(comment)).chain(dclint(body)).collect()
}

/// `hadolint ignore=DL3008,SC2086 # reason`, perhaps with `global` or `stage`. As for hadolint, a list with anything else in
/// it is no pragma.
fn hadolint(body: &str) -> Option<ForeignPragma> {
    let blank = [' ', '\t'];
    let rest = body.trim_start_matches(blank).strip_prefix("hadolint")?;
    let mut rest = rest.strip_prefix(blank)?.trim_start_matches(blank);
    let mut scope = Scope::Statement;
    for (word, wider) in [("global", Scope::File), ("stage", Scope::Block)] {
        if let Some(after) = rest.strip_prefix(word).and_then(|after| after.strip_prefix(blank)) {
            (rest, scope) = (after.trim_start_matches(blank), wider);
            break;
        }
    }
    let list = rest.strip_prefix("ignore")?.trim_start_matches(blank).strip_prefix('=')?;
    let (list, reason) = list.split_once('#').map_or((list, None), |(list, reason)| (list, Some(reason)));
    let codes: Vec<String> = list.split(',').map(|code| code.trim_matches(blank).to_owned()).collect();
    let code = |code: &String| !code.is_empty() && code.bytes().all(|b| b.is_ascii_digit() || b"DLSC".contains(&b));
    let reason = reason.map(str::trim).filter(|reason| !reason.is_empty()).map(str::to_owned);
    codes.iter().all(code).then_some(ForeignPragma {
        peer: Peer::Hadolint,
        which: Which::These(codes),
        scope,
        reason,
        expires: None,
    })
}

/// `dclint disable-file`, `dclint disable` and `dclint disable-line`, the last two perhaps with ids. dclint takes the first two only in
/// the first line; here they count wherever they stand.
fn dclint(body: &str) -> Option<ForeignPragma> {
    let mut words = body.split_whitespace();
    let scope = match (words.next()?, words.next()?) {
        ("dclint", "disable-file" | "disable") => Scope::File,
        ("dclint", "disable-line") => Scope::Statement,
        _ => return None,
    };
    let ids: Vec<String> = words.map(str::to_owned).collect();
    let which = if ids.is_empty() { Which::All { except: Vec::new() } } else { Which::These(ids) };
    Some(ForeignPragma { peer: Peer::Dclint, which, scope, reason: None, expires: None })
}

/// Every `trivy:ignore:ID[:exp:YYYY-MM-DD]` in a comment; `tfsec:` is its former name.
fn trivy(comment: &str) -> Vec<ForeignPragma> {
    let words = comment.split_whitespace().map(|word| word.trim_start_matches(['#', '/', '*']));
    let pragmas = words.filter_map(|word| word.strip_prefix("trivy:").or_else(|| word.strip_prefix("tfsec:")));
    let one = |sections: &str| {
        let parts: Vec<&str> = sections.split(':').collect();
        let section = |name: &str| parts.chunks_exact(2).find(|pair| pair[0] == name).map(|pair| pair[1]);
        let id = section("ignore")?.split('[').next().filter(|id| !id.is_empty())?;
        let which = if id == "*" { Which::All { except: Vec::new() } } else { Which::These(vec![id.to_owned()]) };
        // As for trivy, a day that cannot be read has passed.
        let expires = section("exp").map(|date| strict_date(date).unwrap_or(Date::MIN));
        Some(ForeignPragma { peer: Peer::Trivy, which, scope: Scope::Statement, reason: None, expires })
    };
    pragmas.filter_map(one).collect()
}

/// The value of BuildKit's `check=`: `skip=A,B;error=true;experimental=C`. What BuildKit cannot read says nothing.
pub fn check(value: &str, scope: Scope) -> Option<ForeignPragma> {
    let options = check_options::parse(value).ok().filter(|_| !value.trim().is_empty())?;
    // An experimental check that is asked for runs even where all are skipped.
    let wanted = match options.experimental {
        Names::All => vec![EXPERIMENTAL],
        Names::These(names) => names,
    };
    let owned = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect();
    let which = match options.skip {
        Names::All => Which::All { except: owned(wanted) },
        Names::These(names) => Which::These(owned(names.into_iter().filter(|name| !wanted.contains(name)).collect())),
    };
    Some(ForeignPragma { peer: Peer::Buildkit, which, scope, reason: None, expires: None })
}

/// BuildKit's one experimental check.
const EXPERIMENTAL: &str = "InvalidDefinitionDescription";

/// The value of a `# check=` comment above an instruction.
pub fn check_comment(comment: &str) -> Option<&str> {
    let (name, value) = comment.strip_prefix('#')?.trim_start_matches('#').split_once('=')?;
    name.trim().eq_ignore_ascii_case("check").then(|| value.trim_start())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::triage::testing::{finding, with_alias};

    fn names(pragma: &ForeignPragma, family: &'static str, id: &'static str) -> bool {
        pragma.names(&with_alias(finding("dockerfile/x"), family, id))
    }

    #[track_caller]
    fn one(comment: &str) -> ForeignPragma {
        let mut found = parse(comment);
        assert_eq!(found.len(), 1, "{comment}");
        found.remove(0)
    }

    #[test]
    fn hadolint_names_its_codes_and_those_of_shellcheck() {
        let pragma = one("#hadolint   ignore = DL3008 ,SC2086 # the mirror has one version");
        assert!(names(&pragma, "hadolint", "DL3008") && names(&pragma, "shellcheck", "SC2086"));
        assert!(!names(&pragma, "hadolint", "DL3009") && !names(&pragma, "buildkit", "DL3008"));
        assert_eq!((pragma.scope, pragma.reason.as_deref()), (Scope::Statement, Some("the mirror has one version")));
        assert_eq!(one("# hadolint global ignore=DL3008").scope, Scope::File);
        assert_eq!(one("# hadolint stage ignore=DL3008").scope, Scope::Block);
    }

    #[test]
    fn what_hadolint_does_not_read_is_no_pragma() {
        for comment in [
            "# hadolint ignore=DL3008 because",
            "# hadolint ignore=",
            "# hadolint ignore=DL3008,",
            "# hadolint ignore=dl3008",
            "# hadolintignore=DL3008",
            "# hadolint globalignore=DL3008",
            "# hadolint shell=bash",
            "# hadolint",
        ] {
            assert_eq!(parse(comment), [], "{comment}");
        }
    }

    #[test]
    fn trivy_has_three_spellings_of_an_identifier() {
        for comment in ["#trivy:ignore:DS002", "# trivy:ignore:AVD-DS-0002", "# trivy:ignore:ds-0002", "# tfsec:ignore:DS-0002"] {
            let pragma = one(comment);
            assert!(names(&pragma, "trivy", "DS-0002"), "{comment}");
            assert!(!names(&pragma, "trivy", "DS-0020") && !names(&pragma, "hadolint", "DS-0002"), "{comment}");
        }
        assert!(names(&one("# trivy:ignore:*"), "trivy", "DS-0026"));
        assert_eq!(parse("# trivy:ignore:DS-0001 #trivy:ignore:DS-0002").len(), 2);
        assert_eq!(parse("# trivy:ignore"), []);
        assert_eq!(one("#trivy:ignore:DS002:exp:2026-01-31").expires, Some(date(2026, 1, 31)));
        assert_eq!(one("#trivy:ignore:DS002:exp:soon").expires, Some(Date::MIN));
    }

    #[test]
    fn check_options_are_read_as_buildkit_reads_them() {
        let pragma = check("skip=StageNameCasing,FromAsCasing;error=true because", Scope::File).unwrap();
        assert!(names(&pragma, "buildkit", "StageNameCasing") && names(&pragma, "buildkit", "FromAsCasing"));
        assert!(!names(&pragma, "buildkit", "JSONArgsRecommended"));
        let pragma = check("skip=all", Scope::File).unwrap();
        assert!(names(&pragma, "buildkit", "Anything") && !names(&pragma, "hadolint", "DL3008"));
        let pragma = check("skip=all;experimental=all", Scope::File).unwrap();
        assert!(names(&pragma, "buildkit", "StageNameCasing") && !names(&pragma, "buildkit", EXPERIMENTAL));
        for value in ["skip", "skp=all", "skip=all;error=maybe", "", "skip=A;all"] {
            assert_eq!(check(value, Scope::File), None, "{value}");
        }
    }

    #[test]
    fn check_comments() {
        assert_eq!(check_comment("# check= skip=StageNameCasing // why"), Some("skip=StageNameCasing // why"));
        assert_eq!(check_comment("#Check = skip=all"), Some("skip=all"));
        assert_eq!(check_comment("# checks=skip=all"), None);
        assert_eq!(check_comment("# check this"), None);
    }
}
