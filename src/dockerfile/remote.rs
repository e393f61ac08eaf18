//! Sources of ADD that are not files: URLs and git repositories (`convert_copy.go`, `dfgitutil`).

/// `http://` or `https://`; a URL whose path ends in `.git` is a repository.
pub fn is_url(source: &str) -> bool {
    (source.starts_with("http://") || source.starts_with("https://")) && !is_repository(source)
}

/// A remote that git clones.
pub fn is_repository(source: &str) -> bool {
    if source.starts_with("git://") || source.starts_with("ssh://") {
        return true;
    }
    if let Some(behind) = source.strip_prefix("http://").or_else(|| source.strip_prefix("https://")) {
        let path = behind.split(['#', '?']).next().unwrap_or_default();
        return path.ends_with(".git");
    }
    // `user@host:path`, as scp writes it.
    let Some((user, behind)) = source.split_once('@') else {
        return false;
    };
    let Some((host, _)) = behind.split_once(':') else {
        return false;
    };
    let fits = |text: &str, extra: &[u8]| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || extra.contains(&byte))
    };
    fits(user, b"_") && fits(host, b".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_and_repositories() {
        for url in ["http://x/y", "https://example.com/a.tar.gz?x=.git"] {
            assert!(is_url(url) && !is_repository(url), "{url}");
        }
        for repository in ["https://github.com/a/b.git#main:dir", "git@github.com:a/b", "git://x/y", "ssh://git@x/y"] {
            assert!(is_repository(repository) && !is_url(repository), "{repository}");
        }
        for path in ["github.com/a/b", "./a@b:c", "a", "a@b", "file.git"] {
            assert!(!is_repository(path) && !is_url(path), "{path}");
        }
    }
}
