//! `# shipworthy: ignore[rule, …] reason`

use jiff::civil::Date;

use crate::source::Span;

/// A suppression as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pragma {
    /// From the `#` to the end of the comment.
    pub span: Span,
    pub whole_file: bool,
    pub names: Vec<Name>,
    /// What stands between the brackets.
    pub list: Span,
    pub until: Option<Date>,
    pub reason: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    pub text: String,
    pub span: Span,
}

/// A comment that was meant to be one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Malformed {
    pub span: Span,
    /// The variant of `suppression/malformed`.
    pub reason: &'static str,
    /// What the message names.
    pub value: String,
}

/// Reads a comment that starts at `at`; `None` when it does not speak to shipworthy.
pub fn parse(comment: &str, at: usize) -> Option<Result<Pragma, Malformed>> {
    let (hash, directive) = comment.match_indices('#').find_map(|(hash, _)| {
        let alone = comment[..hash].chars().next_back().is_none_or(|c| c.is_whitespace() || c == '#');
        let after = comment[hash + 1..].trim_start().strip_prefix("shipworthy").filter(|_| alone)?;
        let directive = after.trim_start();
        // Without the colon it is a pragma only where it cannot be prose.
        let meant = directive.starts_with(':') || (after.len() > directive.len() && directive.starts_with("ignore["));
        meant.then(|| (hash, comment.len() - directive.len()))
    })?;
    let span = Span::new(at + hash, at + comment.trim_end().len());
    Some(read(comment, directive, at, span))
}

fn read(comment: &str, directive: usize, at: usize, span: Span) -> Result<Pragma, Malformed> {
    let malformed = |reason, value: &str| Malformed { span, reason, value: value.to_owned() };
    let Some(rest) = comment[directive..].strip_prefix(':') else { return Err(malformed("colon", "")) };
    let rest = rest.trim_start();
    let word_end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_').unwrap_or(rest.len());
    let (word, rest) = rest.split_at(word_end);
    let whole_file = match word {
        "ignore" => false,
        "ignore-file" => true,
        "" => return Err(malformed("empty", word)),
        _ => return Err(malformed("directive", word)),
    };
    let Some(list_on) = rest.trim_start().strip_prefix('[') else { return Err(malformed("blanket", word)) };
    let Some((list, tail)) = list_on.split_once(']') else { return Err(malformed("unclosed", word)) };
    let list_start = at + comment.len() - list_on.len();
    let names = names(list, list_start);
    if names.is_empty() {
        return Err(malformed("blanket", word));
    }
    let (until, reason) = until(tail).map_err(|date| malformed("date", date))?;
    Ok(Pragma { span, whole_file, names, list: Span::new(list_start, list_start + list.len()), until, reason })
}

fn names(list: &str, at: usize) -> Vec<Name> {
    let mut start = at;
    let mut found = Vec::new();
    for part in list.split(',') {
        let text = part.trim();
        let lead = part.len() - part.trim_start().len();
        if !text.is_empty() {
            found.push(Name { text: text.to_owned(), span: Span::new(start + lead, start + lead + text.len()) });
        }
        start += part.len() + 1;
    }
    found
}

/// The day of `until=`, and the rest as the reason; the text of a day that is none.
fn until(tail: &str) -> Result<(Option<Date>, Option<String>), &str> {
    let mut until = None;
    let mut words = Vec::new();
    for word in tail.split_whitespace() {
        match word.trim_start_matches(['(', ',']).strip_prefix("until=") {
            Some(date) => {
                let date = date.trim_end_matches([')', ',', ';', '.']);
                until = Some(strict_date(date).ok_or(date)?);
            }
            None => words.push(word),
        }
    }
    let reason = words.join(" ");
    let reason = reason.trim_start_matches([':', '-', '–', '—', '#', '/', ' ']).trim_end();
    Ok((until, (!reason.is_empty()).then(|| reason.to_owned())))
}

/// `YYYY-MM-DD` and no other way to write a day.
pub(super) fn strict_date(text: &str) -> Option<Date> {
    let shape = text.len() == 10
        && text.bytes().enumerate().all(|(at, b)| if at == 4 || at == 7 { b == b'-' } else { b.is_ascii_digit() });
    text.parse().ok().filter(|_| shape)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn pragma(comment: &str) -> Pragma {
        parse(comment, 0).unwrap_or_else(|| panic!("not seen: {comment}")).unwrap_or_else(|wrong| panic!("{wrong:?}"))
    }

    fn names(comment: &str) -> Vec<String> {
        pragma(comment).names.into_iter().map(|name| name.text).collect()
    }

    #[test]
    fn names_have_their_places() {
        let comment = "  # shipworthy: ignore[ DL3008 ,  dockerfile/sudo ]  the image is thrown away";
        let found = pragma(comment);
        let places: Vec<_> = found.names.iter().map(|name| name.span.slice(comment)).collect();
        assert_eq!(places, ["DL3008", "dockerfile/sudo"]);
        assert_eq!(found.list.slice(comment), " DL3008 ,  dockerfile/sudo ");
        assert_eq!(found.reason.as_deref(), Some("the image is thrown away"));
        assert!(!found.whole_file && found.until.is_none());
        assert_eq!(parse(&comment[2..], 2).unwrap().unwrap(), found);
    }

    #[test]
    fn blanks_do_not_matter() {
        for comment in [
            "#shipworthy:ignore[a/b]",
            "#  shipworthy :  ignore [a/b]",
            "## shipworthy: ignore[a/b]",
            "# shipworthy: ignore[a/b,]",
        ] {
            assert_eq!(names(comment), ["a/b"], "{comment}");
        }
        assert!(pragma("# shipworthy: ignore-file[a/b]").whole_file);
        assert_eq!(names("# shipworthy: ignore[Healthcheck Not Set, DL3008]"), ["Healthcheck Not Set", "DL3008"]);
    }

    #[test]
    fn a_pragma_may_follow_other_words() {
        let comment = "# the base # shipworthy: ignore[a/b]";
        assert_eq!(pragma(comment).span.slice(comment), "# shipworthy: ignore[a/b]");
    }

    #[test]
    fn the_day_may_stand_anywhere_after_the_rules() {
        for (comment, reason) in [
            ("# shipworthy: ignore[a/b] until=2026-12-31", None),
            ("# shipworthy: ignore[a/b] until=2026-12-31 see #12", Some("see #12")),
            ("# shipworthy: ignore[a/b] -- see #12 (until=2026-12-31)", Some("see #12")),
            ("# shipworthy: ignore[a/b]: old kernel, until=2026-12-31.", Some("old kernel,")),
        ] {
            let found = pragma(comment);
            assert_eq!((found.until, found.reason.as_deref()), (Some(date(2026, 12, 31)), reason), "{comment}");
        }
    }

    #[test]
    fn what_was_meant_but_cannot_be_read_is_said() {
        for (comment, reason, value) in [
            ("# shipworthy: ignore", "blanket", "ignore"),
            ("# shipworthy: ignore DL3008", "blanket", "ignore"),
            ("# shipworthy: ignore[]", "blanket", "ignore"),
            ("# shipworthy: ignore-file[ , ]", "blanket", "ignore-file"),
            ("# shipworthy: ignore[DL3008", "unclosed", "ignore"),
            ("# shipworthy: disable[DL3008]", "directive", "disable"),
            ("# shipworthy: file-ignore[DL3008]", "directive", "file-ignore"),
            ("# shipworthy:", "empty", ""),
            ("# shipworthy ignore[DL3008]", "colon", ""),
            ("# shipworthy: ignore[DL3008] until=2026-13-01", "date", "2026-13-01"),
            ("# shipworthy: ignore[DL3008] until=soon", "date", "soon"),
            ("# shipworthy: ignore[DL3008] until=20261231", "date", "20261231"),
        ] {
            let wrong = parse(comment, 0).unwrap_or_else(|| panic!("not seen: {comment}")).unwrap_err();
            assert_eq!((wrong.reason, wrong.value.as_str()), (reason, value), "{comment}");
            assert_eq!(wrong.span.slice(comment), comment);
        }
    }

    #[test]
    fn prose_is_no_pragma() {
        for comment in [
            "# shipworthy is great",
            "# see shipworthy.toml",
            "# a#shipworthy: ignore[x]",
            "# not shipworthy: ignore[x]",
            "#",
            "",
        ] {
            assert_eq!(parse(comment, 0), None, "{comment}");
        }
    }
}
