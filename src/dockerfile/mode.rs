//! File modes of `--chmod`: octal, or symbolic as chmod(1) takes them.

pub(super) fn is_mode(text: &str) -> bool {
    match text.bytes().next() {
        None => false,
        Some(b'0'..=b'9') => u32::from_str_radix(text, 8).is_ok_and(|mode| mode <= 0o7777),
        Some(_) => text.split(',').all(is_clause),
    }
}

/// `[augo]*` and then, once or more, an operator with its permissions.
fn is_clause(clause: &str) -> bool {
    let operations = clause.trim_start_matches(['a', 'u', 'g', 'o']);
    operations.starts_with(['+', '-', '=']) && operations.bytes().all(|byte| b"+-=rwxXstugo".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::is_mode;

    #[test]
    fn modes() {
        for fine in ["644", "0755", "7777", "u=rwX,go=rX", "+x", "a+r", "go=u-w", "u="] {
            assert!(is_mode(fine), "{fine}");
        }
        for wrong in ["", "999", "17777", "0x1", "u", "rwx", "u+z", "u+x,", "-644"] {
            assert!(!is_mode(wrong), "{wrong}");
        }
    }
}
