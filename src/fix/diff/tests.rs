use std::path::Path;
use std::process::Command;

use proptest::prelude::*;

use super::*;
use crate::source::FileId;

fn spans(bytes: &[u8], values: &[&str]) -> Vec<Span> {
    let find =
        |value: &&str| memmem::find_iter(bytes, value.as_bytes()).map(|at| Span::new(at, at + value.len())).collect::<Vec<_>>();
    values.iter().flat_map(find).collect()
}

fn fixed(file: u32, path: &str, before: &[u8], after: &[u8]) -> FixedFile {
    let (secrets_before, secrets_after) = (spans(before, &["hunter2"]), spans(after, &["hunter2"]));
    let (file, path) = (FileId(file), path.to_owned());
    FixedFile { file, path, before: before.to_vec(), after: after.to_vec(), secrets_before, secrets_after, together: file }
}

fn text(before: &str, after: &str) -> Option<String> {
    let patch = patch(&[fixed(0, "f", before.as_bytes(), after.as_bytes())], false);
    patch.withheld.is_empty().then(|| String::from_utf8(patch.text).unwrap())
}

/// Applies the patch with git to the files as they were, and returns what git says of it.
fn git_apply(files: &[FixedFile], patch: &[u8]) -> Result<(), String> {
    let folder = tempfile::tempdir().unwrap();
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command.current_dir(&folder).env("GIT_CONFIG_NOSYSTEM", "1").env("HOME", folder.path()).args(arguments);
        let output = command.output().unwrap();
        if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
    };
    git(&["init", "-q"])?;
    for file in files {
        let path = folder.path().join(&file.path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, &file.before).unwrap();
    }
    std::fs::write(folder.path().join(".git/patch"), patch).unwrap();
    git(&["apply", "--check", ".git/patch"])?;
    git(&["apply", ".git/patch"])?;
    for file in files {
        let path: &Path = &folder.path().join(&file.path);
        if std::fs::read(path).unwrap() != file.after {
            return Err(format!("{} is not as fixed", file.path));
        }
    }
    Ok(())
}

#[test]
fn git_takes_the_patch() {
    let files = [
        fixed(0, "Dockerfile", b"FROM a\nRUN b\nRUN c\n", b"FROM a:1\nRUN b\nRUN c\n"),
        fixed(1, "no newline", b"1\n2", b"1\n2\n3"),
        fixed(2, "dir with space/\"quoted\"\\", b"1\n2", b"1\n2\n"),
        fixed(3, "\u{fc}nic\u{f6}de/\ttab", b"1\n2\n", b"1\n2"),
        fixed(4, "crlf", b"a\r\nb\r\nc\r\n", b"a\r\nb\r\nx\r\nc\r\n"),
        fixed(5, "bytes", b"\xff\xfe\n1\n\xe9\n", b"\xff\xfe\n2\n\xe9\n"),
        fixed(6, "mark", b"\xef\xbb\xbfa\nb\n", b"\xef\xbb\xbfA\nb\n"),
        fixed(7, "emptied", b"a\n", b""),
        fixed(8, "filled", b"", b"a\n"),
        fixed(9, "b/b/a b/c", b"1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n", b"0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n"),
    ];
    let patch = patch(&files, false);
    assert!(patch.withheld.is_empty());
    assert_eq!(git_apply(&files, &patch.text), Ok(()));
}

#[test]
fn it_reads_as_git_writes_it() {
    let patch = text("1\n2\n3\n4\n5\n6\n", "1\n2\n3\n4\n5\nsix\n").unwrap();
    assert_eq!(patch, "diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -3,4 +3,4 @@\n 3\n 4\n 5\n-6\n+six\n");
}

#[test]
fn context_is_cut_at_a_secret() {
    let (before, after) = ("1\nA=hunter2\n3\n4\n5\nB=hunter2\n7\n", "1\nA=hunter2\n3\nfour\n5\nB=hunter2\n7\n");
    let patch = text(before, after).unwrap();
    assert_eq!(patch, "diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -3,3 +3,3 @@\n 3\n-4\n+four\n 5\n");
    assert_eq!(git_apply(&[fixed(0, "f", before.as_bytes(), after.as_bytes())], patch.as_bytes()), Ok(()));
}

#[test]
fn a_hunk_is_parted_at_a_secret() {
    let (before, after) = ("1\n2\n3\nA=hunter2\n5\n6\n", "one\n2\n3\nA=hunter2\n5\nsix\n");
    let patch = text(before, after).unwrap();
    assert_eq!(patch.matches("@@ -").count(), 2);
    assert!(!patch.contains("hunter2"));
    assert_eq!(git_apply(&[fixed(0, "f", before.as_bytes(), after.as_bytes())], patch.as_bytes()), Ok(()));
}

#[test]
fn a_file_whose_changes_need_a_secret_is_left_out_with_those_that_share_its_fixes() {
    let mut files = [
        fixed(0, "compose.yml", b"PASSWORD: hunter2\n", b"PASSWORD: ${PASSWORD}\n"),
        fixed(1, ".env", b"", b"PASSWORD=1\n"),
        fixed(2, "Dockerfile", b"a\n", b"b\n"),
    ];
    files[1].together = FileId(0);
    let hidden = patch(&files, false);
    assert_eq!(hidden.withheld, ["compose.yml", ".env"]);
    let text = String::from_utf8(hidden.text).unwrap();
    assert!(text.starts_with("diff --git a/Dockerfile") && !text.contains("hunter2"));
    let shown = patch(&files, true);
    assert!(shown.withheld.is_empty());
    assert_eq!(git_apply(&files, &shown.text), Ok(()));
}

#[test]
fn a_secret_right_after_a_change_or_in_new_text_withholds_too() {
    assert_eq!(text("1\nA=hunter2\n", "2\nA=hunter2\n"), None);
    let mut file = fixed(0, "f", b"A=hunter2\n1\n2\n3\n4\n", b"A=hunter2\n1\n2\n3\n4 hunter2\n");
    file.secrets_after.truncate(1);
    assert_eq!(patch(&[file], false).withheld, ["f"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn the_patch_applied_is_the_fixed_file(
        before in "([ab]{0,2}(\r\n|\n)){0,15}[ab]{0,2}",
        after in "([ab]{0,2}(\r\n|\n)){0,15}[ab]{0,2}",
    ) {
        prop_assume!(before != after);
        let patch = patch(&[fixed(0, "f", before.as_bytes(), after.as_bytes())], false);
        let text = patch.text.strip_prefix(b"diff --git a/f b/f\n").unwrap();
        let parsed = diffy::Patch::from_bytes(text).unwrap();
        prop_assert_eq!(diffy::apply_bytes(before.as_bytes(), &parsed).unwrap(), after.as_bytes());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever is shown among secrets, git takes it, and no secret is in it.
    #[test]
    fn a_patch_among_secrets_shows_none_and_applies(lines in prop::collection::vec((0..9_u8, 0..9_u8), 1..24)) {
        let line = |at: usize, secret: bool| if secret { format!("{at}=hunter2\n") } else { format!("{at}\n") };
        let before: String = lines.iter().enumerate().map(|(at, (kind, _))| line(at, *kind == 0)).collect();
        let change = |(at, (kind, change)): (usize, &(u8, u8))| match change {
            0 if *kind > 0 => String::new(),
            1 if *kind > 0 => format!("changed {at}\n"),
            2 => format!("new\n{}", line(at, *kind == 0)),
            _ => line(at, *kind == 0),
        };
        let after: String = lines.iter().enumerate().map(change).collect();
        prop_assume!(before != after);
        let file = fixed(0, "f", before.as_bytes(), after.as_bytes());
        let patch = patch(std::slice::from_ref(&file), false);
        prop_assert!(memmem::find(&patch.text, b"hunter2").is_none());
        if patch.withheld.is_empty() {
            prop_assert_eq!(git_apply(&[file], &patch.text), Ok(()));
        }
    }
}
