//! A secret is in no report.

use clap::ValueEnum;

use super::sample::{SECRET, Sample, finding, fix};
use crate::finding::{Applicability, Related, Severity};
use crate::report::{Format, Style, Verbosity};

#[test]
fn no_format_shows_a_secret() {
    let mut sample = Sample::full();
    sample.verbosity = Verbosity::Verbose;
    // Edits that touch it, and that carry it elsewhere; places that cut it in half.
    let value = sample.at(0, SECRET);
    let elsewhere = sample.at(1, "listen");
    for (primary, fix) in [
        (value, fix(Applicability::Safe, "drop it", value, "")),
        (elsewhere, fix(Applicability::Unsafe, "move it", elsewhere, &format!("# {SECRET}"))),
    ] {
        let mut finding = finding("secret/in-env", Severity::High, primary, "m");
        finding.fix = Some(fix);
        let mut half = value;
        half.span.start += 3;
        finding.related.push(Related { location: half, label: "half".into() });
        sample.add(finding, None);
    }
    for format in Format::value_variants() {
        for color in [false, true] {
            sample.style = Style { color, hyperlinks: color, unicode: !color, width: 40 };
            let text = sample.write(*format);
            for part in [SECRET, "hunter", "s3cret"] {
                assert!(!text.contains(part), "{format:?}: {text}");
            }
        }
    }
}

#[test]
fn sarif_leaves_out_only_the_fixes_that_tell() {
    let log: serde_json::Value = serde_json::from_str(&Sample::full().write(Format::Sarif)).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    let fixed: Vec<_> = results.iter().map(|result| (result["ruleId"].as_str().unwrap(), !result["fixes"].is_null())).collect();
    let expected = [
        ("dockerfile/latest-tag", true),
        ("secret/in-env", false),
        ("dockerfile/root-user", true),
        ("project/port-mismatch", false),
    ];
    assert_eq!(fixed, expected);
}
