//! The value of `# check=`: `skip=A,B;error=true;experimental=all` (`linter.go`, ParseLintOptions).

use super::mount::is_boolean;

/// The option that BuildKit refuses.
pub(super) fn refused(value: &str) -> Option<&str> {
    // What stands behind a space is a reason for people.
    let options = value.split(' ').next().unwrap_or_default();
    if options.is_empty() {
        return None;
    }
    options.splitn(3, ';').find(|option| match option.split_once('=') {
        Some((name, value)) => match name.trim() {
            "skip" | "experimental" => false,
            "error" => !is_boolean(value.trim()),
            _ => true,
        },
        None => true,
    })
}

#[cfg(test)]
mod tests {
    use super::refused;

    #[test]
    fn options() {
        for fine in ["skip=all", "skip=A,B;error=true", "experimental=X;skip=all;error=0", "skip=A because of that", ""] {
            assert_eq!(refused(fine), None, "{fine}");
        }
        assert_eq!(refused("skp=all"), Some("skp=all"));
        assert_eq!(refused("error=yes"), Some("error=yes"));
        assert_eq!(refused("skip=all;"), Some(""));
        assert_eq!(refused("all"), Some("all"));
    }
}
