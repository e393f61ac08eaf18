use std::fmt::Write as _;
use std::sync::Arc;

use proptest::prelude::*;

use super::super::edits::Taken;
use super::*;
use crate::finding::{Applicability, Edit};
use crate::project::Content;
use crate::source::{FileId, Kind};

fn project(files: &[(&str, &[u8], &[&str])]) -> Project {
    let mut project = Project::default();
    for (at, (path, bytes, secrets)) in files.iter().enumerate() {
        let source = SourceFile::new(*path, Kind::Compose, bytes.to_vec());
        let spans = secrets.iter().map(|value| {
            let start = source.text().find(value).unwrap();
            Span::new(start, start + value.len())
        });
        let secrets = spans.collect();
        let document = Document::of_parts(FileId(at as u32), source, Content::Unread, secrets);
        project.documents.push(Arc::new(document));
    }
    project
}

fn edit(file: u32, start: usize, end: usize, replacement: &str) -> Edit {
    Edit { file: FileId(file), span: Span::new(start, end), replacement: replacement.to_owned() }
}

fn fix(edits: Vec<Edit>) -> Fix {
    Fix { applicability: Applicability::Safe, title: "".into(), edits }
}

fn shown(text: &str, secrets: &[&str], edits: Vec<Edit>) -> String {
    excerpt(&project(&[("f", text.as_bytes(), secrets)]), &fix(edits))
}

#[test]
fn a_change_stands_among_two_lines() {
    let diff = shown("1\n2\n3\n4\n5\n6\n7\n", &[], vec![edit(0, 6, 7, "four")]);
    assert_eq!(diff, "--- a/f\n+++ b/f\n@@ -2,5 +2,5 @@\n 2\n 3\n-4\n+four\n 5\n 6\n");
}

#[test]
fn lines_are_inserted_and_deleted_without_their_neighbours() {
    assert_eq!(shown("1\n2\n", &[], vec![edit(0, 2, 2, "x\n")]), "--- a/f\n+++ b/f\n@@ -1,2 +1,3 @@\n 1\n+x\n 2\n");
    assert_eq!(shown("1\n2\n", &[], vec![edit(0, 4, 4, "x\n")]), "--- a/f\n+++ b/f\n@@ -1,2 +1,3 @@\n 1\n 2\n+x\n");
    assert_eq!(shown("1\n2\n", &[], vec![edit(0, 0, 2, "")]), "--- a/f\n+++ b/f\n@@ -1,2 +1 @@\n-1\n 2\n");
    assert_eq!(shown("1\n", &[], vec![edit(0, 0, 2, "")]), "--- a/f\n+++ b/f\n@@ -1 +0,0 @@\n-1\n");
    assert_eq!(shown("", &[], vec![edit(0, 0, 0, "1\n")]), "--- a/f\n+++ b/f\n@@ -0,0 +1 @@\n+1\n");
}

#[test]
fn a_missing_newline_is_said() {
    let diff = shown("1\n2", &[], vec![edit(0, 3, 3, "\n3")]);
    assert_eq!(
        diff,
        "--- a/f\n+++ b/f\n@@ -1,2 +1,3 @@\n 1\n-2\n\\ No newline at end of file\n+2\n+3\n\\ No newline at end of file\n"
    );
}

#[test]
fn a_long_replacement_is_shown_by_the_lines_that_differ() {
    let diff = shown("a\nb\nc\nd\ne\nf\ng\nh\ni\n", &[], vec![edit(0, 0, 18, "a\nB\nc\nd\ne\nf\ng\nH\ni\n")]);
    assert_eq!(diff, "--- a/f\n+++ b/f\n@@ -1,4 +1,4 @@\n a\n-b\n+B\n c\n d\n@@ -6,4 +6,4 @@\n f\n g\n-h\n+H\n i\n");
}

#[test]
fn files_follow_each_other() {
    let project = project(&[("a", b"1\n", &[]), ("b c", b"2\n", &[])]);
    let diff = excerpt(&project, &fix(vec![edit(0, 0, 1, "x"), edit(1, 0, 1, "y")]));
    assert_eq!(diff, "--- a/a\n+++ b/a\n@@ -1 +1 @@\n-1\n+x\n--- a/b c\t\n+++ b/b c\t\n@@ -1 +1 @@\n-2\n+y\n");
}

#[test]
fn an_edit_without_effect_shows_nothing() {
    assert_eq!(shown("1\n", &[], vec![edit(0, 0, 1, "1")]), "");
}

#[test]
fn secrets_are_covered_in_every_line() {
    let text = "A=hunter2\nB=1\nC=hunter3\n";
    let diff = shown(text, &["hunter2", "hunter3"], vec![edit(0, 12, 13, "'1'"), edit(0, 14, 23, "C='hunter3' # hunter2")]);
    assert_eq!(diff, "--- a/f\n+++ b/f\n@@ -1,3 +1,3 @@\n A=*******\n-B=1\n-C=*******\n+B='1'\n+C='*******' # *******\n");
}

#[test]
fn a_secret_that_moves_to_another_file_is_covered_there() {
    let project = project(&[("compose.yml", b"PASSWORD: hunter2\nX: 1\n", &["hunter2"]), (".env", b"", &[])]);
    let moved = fix(vec![edit(0, 10, 17, "${PASSWORD}"), edit(1, 0, 0, "PASSWORD=hunter2\n")]);
    let diff = excerpt(&project, &moved);
    assert!(!diff.contains("hunter2") && diff.contains("+PASSWORD=*******\n") && diff.contains("-PASSWORD: *******\n"), "{diff}");
}

#[test]
fn an_excerpt_needs_a_secret_for_its_lines_and_the_line_after() {
    let text = "1\nA=hunter2\n3\n4\n5\n";
    let project = project(&[("f", text.as_bytes(), &["hunter2"])]);
    let needs = |edit: Edit| {
        let document = project.document(FileId(0));
        Excerpt::new(vec![(document, EditSet::new(&document.source, &[edit]).unwrap())]).needs_secret()
    };
    assert!(needs(edit(0, 0, 1, "x")));
    assert!(needs(edit(0, 2, 3, "B")));
    assert!(needs(edit(0, 2, 2, "x\n")));
    assert!(!needs(edit(0, 12, 12, "x\n")));
    assert!(!needs(edit(0, 12, 13, "x")));
    assert!(needs(edit(0, 16, 16, "hunter2\n")));
}

#[test]
fn many_excerpts_of_a_large_file_cost_what_they_show() {
    let mut text = String::new();
    for line in 0..20_000 {
        writeln!(text, "  key{line}: value").unwrap();
    }
    let project = project(&[("f", text.as_bytes(), &["key17: value"])]);
    let started = std::time::Instant::now();
    let total: usize = (0..5_000).map(|at| excerpt(&project, &fix(vec![edit(0, at * 50, at * 50 + 1, "x")])).len()).sum();
    assert!(total > 5_000 * 60);
    // Diffing or copying the file each time would take minutes in this profile.
    assert!(started.elapsed().as_secs_f64() < 5.0, "{:?}", started.elapsed());
}

proptest! {
    #[test]
    fn the_excerpt_applied_is_the_fixed_file(
        text in "(\u{feff})?([ab\u{e9}]{0,2}(\r\n|\n)){0,12}[ab]{0,2}",
        spans in prop::collection::vec((0_usize..60, 0_usize..9, "([ab]{0,2}\n?){0,3}"), 1..6),
    ) {
        let project = project(&[("f", text.as_bytes(), &[])]);
        let source = &project.documents[0].source;
        let at = |offset: usize| (0..=offset.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap();
        let edits: Vec<_> = spans.iter().map(|(start, len, new)| edit(0, at(*start), at(start + len), new)).collect();
        let mut taken = Taken::default();
        let mut edits: Vec<_> = edits.iter().filter(|edit| taken.take([*edit]) == Some(1)).cloned().collect();
        edits.sort();
        let fixed = EditSet::new(source, &edits).unwrap().apply(source.bytes());
        let diff = excerpt(&project, &fix(edits));
        if diff.is_empty() {
            prop_assert_eq!(&fixed, source.bytes());
        } else {
            let patch = diffy::Patch::from_bytes(diff.as_bytes()).unwrap();
            prop_assert_eq!(diffy::apply_bytes(source.bytes(), &patch).unwrap(), fixed, "{}", diff);
        }
    }
}
