//! The value of `# check=`: `skip=A,B;error=true;experimental=all` (`linter.go`, ParseLintOptions).

use super::mount::is_boolean;

/// What the value asks for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CheckOptions<'a> {
    /// The checks that do not run.
    pub skip: Names<'a>,
    /// The experimental checks that run.
    pub experimental: Names<'a>,
}

/// Names of checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Names<'a> {
    All,
    These(Vec<&'a str>),
}

impl Default for Names<'_> {
    fn default() -> Self {
        Self::These(Vec::new())
    }
}

impl<'a> From<&'a str> for Names<'a> {
    fn from(value: &'a str) -> Self {
        match value.trim() {
            "all" => Self::All,
            names => Self::These(names.split(',').map(str::trim).collect()),
        }
    }
}

/// Reads the options; the error is the one that BuildKit refuses.
pub fn parse(value: &str) -> Result<CheckOptions<'_>, &str> {
    let mut found = CheckOptions::default();
    // What stands behind a space is a reason for people.
    let options = value.split(' ').next().unwrap_or_default();
    if options.is_empty() {
        return Ok(found);
    }
    for option in options.splitn(3, ';') {
        let (name, value) = option.split_once('=').ok_or(option)?;
        match name.trim() {
            "skip" => found.skip = value.into(),
            "experimental" => found.experimental = value.into(),
            "error" if is_boolean(value.trim()) => {}
            _ => return Err(option),
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options() {
        for fine in ["skip=all", "skip=A,B;error=true", "experimental=X;skip=all;error=0", "skip=A because of that", ""] {
            assert!(parse(fine).is_ok(), "{fine}");
        }
        assert_eq!(parse("skp=all"), Err("skp=all"));
        assert_eq!(parse("error=yes"), Err("error=yes"));
        assert_eq!(parse("skip=all;"), Err(""));
        assert_eq!(parse("all"), Err("all"));
    }

    #[test]
    fn names() {
        let options = parse("experimental=all;skip=A,B reason").unwrap();
        assert_eq!((options.skip, options.experimental), (Names::These(vec!["A", "B"]), Names::All));
    }
}
