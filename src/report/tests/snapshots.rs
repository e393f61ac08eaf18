//! What each format looks like.

use super::sample::{Sample, finding};
use crate::finding::Severity;
use crate::report::{Format, Style, Summary, Verbosity, Verdict};
use crate::source::Kind;
use crate::triage::{FailOn, FileError};

#[test]
fn full() {
    insta::assert_snapshot!(Sample::full().write(Format::Full));
}

#[test]
fn full_in_colour() {
    let mut sample = Sample::full();
    sample.style = Style { color: true, hyperlinks: true, ..Style::plain() };
    insta::assert_snapshot!(sample.write(Format::Full).replace('\u{1b}', "␛"));
}

#[test]
fn full_in_ascii() {
    let mut sample = Sample::full();
    sample.style.unicode = false;
    let text = sample.write(Format::Full);
    assert!(text.is_ascii());
    insta::assert_snapshot!(text);
}

#[test]
fn full_with_everything() {
    let mut sample = Sample::full();
    sample.verbosity = Verbosity::Verbose;
    sample.statistics = true;
    insta::assert_snapshot!(sample.write(Format::Full));
}

#[test]
fn concise() {
    insta::assert_snapshot!(Sample::full().write(Format::Concise));
}

#[test]
fn github() {
    insta::assert_snapshot!(Sample::full().write(Format::Github));
}

#[test]
fn json() {
    insta::assert_snapshot!(Sample::full().write(Format::Json));
}

#[test]
fn gitlab() {
    insta::assert_snapshot!(Sample::full().write(Format::Gitlab));
}

#[test]
fn junit() {
    insta::assert_snapshot!(Sample::full().write(Format::Junit));
}

#[test]
fn checkstyle() {
    insta::assert_snapshot!(Sample::full().write(Format::Checkstyle));
}

#[test]
fn rdjson() {
    insta::assert_snapshot!(Sample::full().write(Format::Rdjson));
}

#[test]
fn markdown() {
    // How many rules there are, and what they say, changes with every one of them.
    let text = Sample::full().write(Format::Markdown);
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with("- rules: ")).collect();
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn jsonl() {
    insta::assert_snapshot!(Sample::full().write(Format::Jsonl));
}

#[test]
fn sarif() {
    let mut sample = Sample::full();
    sample.verbosity = Verbosity::Verbose;
    insta::assert_snapshot!(sample.write(Format::Sarif));
}

#[test]
fn github_annotates_the_worst_ten_and_lists_the_rest() {
    let mut sample = Sample::of(&[("a,b:c%/Dockerfile", Kind::Dockerfile, "FROM a\nRUN b\n")]);
    for index in 0..13 {
        let severity = if index == 12 { Severity::Critical } else { Severity::High };
        let place = sample.at(0, if index == 12 { "FROM a\nRUN b" } else { "RUN" });
        sample.add(finding("dockerfile/root-user", severity, place, &format!("100% ##[wrong]\r\n::error::{index}")), None);
    }
    insta::assert_snapshot!(sample.write(Format::Github));
}

#[test]
fn nothing_found_is_one_line() {
    let sample = Sample::of(&[("Dockerfile", Kind::Dockerfile, "FROM a\n"), ("b/Dockerfile", Kind::Dockerfile, "")]);
    for format in [Format::Full, Format::Concise, Format::Github] {
        assert_eq!(sample.write(format), "Worthy of shipping: no findings in 2 Dockerfiles.\n");
    }
    assert_eq!(sample.write(Format::Jsonl), "");
}

#[test]
fn verdicts() {
    let verdict = |sample: &Sample| {
        let summary = Summary::of(&sample.run());
        (summary.verdict, summary.line())
    };
    let mut sample = Sample::of(&[("Dockerfile", Kind::Dockerfile, "FROM a\n")]);
    let place = sample.at(0, "a");
    sample.add(finding("dockerfile/latest-tag", Severity::Low, place, "m"), None);
    let words = "Worthy of shipping: nothing reaches the gate (--fail-on medium). findings: 1 low; checked: 1 Dockerfile";
    assert_eq!(verdict(&sample), (Verdict::Worthy, words.into()));
    sample.gate(FailOn::At(Severity::Low));
    assert_eq!(verdict(&sample).0, Verdict::NotWorthy);
    sample.gate(FailOn::Never);
    assert_eq!(verdict(&sample).0, Verdict::NoGate);
    sample.outcome.errors.push(FileError { path: "x".into(), file: None, message: "gone".into() });
    assert_eq!(verdict(&sample).0, Verdict::Incomplete);

    let unread = Sample::of(&[(".env", Kind::Env, "A=1\n")]);
    let words = "Not judged: no file could be judged. not judged: 1 env file, found but not read";
    assert_eq!(verdict(&unread), (Verdict::Incomplete, words.into()));
    assert_eq!(verdict(&Sample::of(&[])).0, Verdict::NothingChecked);
}
