//! Whatever a file holds, reports are drawn, and a terminal survives them.

use clap::ValueEnum;
use proptest::prelude::*;

use super::sample::{Sample, finding, fix};
use crate::finding::{Applicability, Location, Related, Severity};
use crate::report::{Format, Style};
use crate::source::{FileId, Kind, Span};

fn write_all(sample: &mut Sample) -> String {
    let mut all = String::new();
    for format in Format::value_variants() {
        for (color, unicode, width) in [(false, true, 100), (true, false, 10)] {
            sample.style = Style { color, hyperlinks: color, unicode, width };
            let text = sample.write(*format);
            if !color {
                assert!(!text.contains(|char: char| char.is_control() && char != '\n'), "{format:?}: {text:?}");
            }
            all.push_str(&text);
        }
    }
    all
}

/// A sample with one finding at a span, a second place, and a fix.
fn pointing(text: &str, primary: (usize, usize), second: (usize, usize)) -> Sample {
    let mut sample = Sample::of(&[("x\u{1b}[2J/Dockerfile", Kind::Dockerfile, text)]);
    let at = |(start, end)| Location { file: FileId(0), span: Span::new(start, end) };
    let mut found = finding("dockerfile/root-user", Severity::High, at(primary), "m\u{1b}]0;owned\u{7}\n");
    found.related.push(Related { location: at(second), label: "l\u{9b}31m".into() });
    found.fix = Some(fix(Applicability::Safe, "t\r", at(primary), "x"));
    sample.add(found, Some("--- a/x\n+++ b/x\n@@ -1 +1 @@\n-\u{1b}[31m\r\n+\u{202e}\r\n"));
    sample.seal()
}

#[test]
fn edges_of_files() {
    let long = "x".repeat(65_536);
    let texts = [
        "",
        "\n",
        "\u{feff}",
        "\u{feff}FROM a\r\nRUN b\r\n",
        "a",
        "a\n",
        "\r\n\r\n",
        "漢字 🐳\tb\u{1b}[31m\n",
        &long,
        "\u{1a}\0",
    ];
    for text in texts {
        let ends = [0, 1, 3, text.len() / 2, text.len().saturating_sub(1), text.len(), text.len() + 5];
        for start in ends {
            for end in ends {
                write_all(&mut pointing(text, (start, end), (end, start + 2)));
            }
        }
    }
}

#[test]
fn a_line_of_64_kilobytes_does_not_flood() {
    let text = format!("RUN {} latest {}\n", "x".repeat(40_000), "y".repeat(25_000));
    let at = text.find("latest").unwrap();
    let mut sample = pointing(&text, (at, at + 6), (0, 3));
    sample.style.width = 80;
    let full = sample.write(Format::Full);
    assert!(full.contains("x latest y"), "{full}");
    assert!(full.lines().all(|line| line.chars().count() <= 80), "{full}");
}

#[test]
fn the_caret_is_under_the_token() {
    let text = "RUN\té 漢 latest\n";
    let at = text.find("latest").unwrap();
    // The second place holds the first: it must not push it aside.
    let full = pointing(text, (at, at + 6), (0, text.len())).write(Format::Full);
    let lines: Vec<&str> = full.lines().collect();
    assert_eq!(lines[2], " 1 │ RUN é 漢 latest");
    assert_eq!(lines[3], "   · ────┬─── ──────");
    assert!(lines[4].ends_with("╰── l\\x9b31m"));
}

#[test]
fn places_of_several_lines() {
    let text: String = (1..40).map(|line| format!("RUN line {line}\n")).collect();
    let span = |from: usize, to: usize| {
        let start = |line: usize| text.match_indices('\n').nth(line - 2).map_or(0, |(at, _)| at + 1);
        (if from == 1 { 0 } else { start(from) }, start(to + 1))
    };
    let mut drawn = String::new();
    for (primary, second) in [(span(3, 5), span(4, 4)), (span(20, 20), span(2, 30)), (span(10, 10), span(12, 14))] {
        let full = pointing(&text, primary, second).write(Format::Full);
        drawn.push_str(&full[..full.find("  fix").unwrap()]);
    }
    insta::assert_snapshot!(drawn);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn nothing_panics(
        text in "[a-z\\t \\r\\n漢é\u{1b}\u{feff}\u{202e}]{0,120}",
        spans in proptest::array::uniform4(0usize..200),
        secret in 0usize..200,
    ) {
        let mut sample = pointing(&text, (spans[0], spans[1]), (spans[2], spans[3]));
        let document = std::sync::Arc::get_mut(&mut sample.project.documents[0]).unwrap();
        document.hide(vec![Span::new(secret, secret + 7)]);
        write_all(&mut sample);
    }
}
