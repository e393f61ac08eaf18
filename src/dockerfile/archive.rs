//! Names of archives. What ADD unpacks it knows by the content of a file; a linter has only the name.

/// Tar archives, perhaps compressed, and compressed files that may hold one; as hadolint has them, and zstd.
const EXTENSIONS: &[&str] = &[
    ".tar", ".Z", ".bz2", ".gz", ".lz", ".lzma", ".tZ", ".tb2", ".tbz", ".tbz2", ".tgz", ".tlz", ".tpz", ".txz", ".tzst", ".xz",
    ".zst",
];

/// Compressed files of which the name does not say that a tar archive is inside.
const COMPRESSIONS: &[&str] = &[".Z", ".bz2", ".gz", ".lz", ".lzma", ".xz", ".zst"];

/// Whether ADD might unpack a file of this name.
pub fn is_archive(path: &str) -> bool {
    EXTENSIONS.iter().any(|extension| path.ends_with(extension))
}

/// Whether the name says that it is a tar archive.
pub fn is_tar(path: &str) -> bool {
    is_archive(path)
        && match COMPRESSIONS.iter().find_map(|extension| path.strip_suffix(extension)) {
            Some(inside) => inside.ends_with(".tar"),
            None => true,
        }
}

/// The last part of a path of Unix or Windows.
pub fn base_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_archives() {
        for tar in ["a.tar", "a.tar.gz", "a.tgz", "b/a.tar.zst", "*.tar.xz", "a.tbz2"] {
            assert!(is_archive(tar) && is_tar(tar), "{tar}");
        }
        for compressed in ["dump.sql.gz", "a.xz", "a.zst"] {
            assert!(is_archive(compressed) && !is_tar(compressed), "{compressed}");
        }
        for other in ["a.zip", "a.TAR", "tar", "a", "a.jar", ".", "gz"] {
            assert!(!is_archive(other) && !is_tar(other), "{other}");
        }
    }

    #[test]
    fn last_parts() {
        assert_eq!(base_name("a/b.tar"), "b.tar");
        assert_eq!(base_name(r"C:\a\b.tar"), "b.tar");
        assert_eq!(base_name("b.tar"), "b.tar");
    }
}
