//! The loop over a judge of simple rules about text.

use std::cell::Cell;
use std::sync::Arc;

use super::*;
use crate::finding::{Confidence, Location, Related, Severity};
use crate::project::{Content, Document};
use crate::source::{Kind, SourceFile};

/// A rule finds its needle; its fix replaces it.
#[derive(Debug)]
struct Rule {
    id: &'static str,
    needle: &'static str,
    replacement: Option<&'static str>,
    applicability: Applicability,
    /// Runs in the default profile.
    default: bool,
    /// Only where another file contains this: the finding then names that file.
    beside: Option<&'static str>,
    once: bool,
}

const fn rule(id: &'static str, needle: &'static str, replacement: Option<&'static str>) -> Rule {
    Rule { id, needle, replacement, applicability: Applicability::Safe, default: true, beside: None, once: false }
}

type Custom = fn(&str, FileId, usize) -> Vec<Edit>;

struct Fake {
    files: Vec<(&'static str, String)>,
    rules: Vec<Rule>,
    /// Builds the fixes of a finding from the file's text, in place of `replacement`.
    custom: Option<Custom>,
    /// Contents that make the file fail.
    fatal: &'static str,
    /// Whether it is the parser that fails, or a rule.
    panics: bool,
    calls: Cell<usize>,
}

impl Fake {
    fn new(files: &[&str], rules: Vec<Rule>) -> Self {
        const NAMES: [&str; 6] = ["a", "b", "c", "d", "e", "f"];
        let files = NAMES.into_iter().zip(files).map(|(name, text)| (name, (*text).to_owned())).collect();
        Self { files, rules, custom: None, fatal: "\0", panics: false, calls: Cell::new(0) }
    }

    fn run(&self, request: &Request) -> Outcome {
        let start = self.judge(&[]);
        self.calls.set(0);
        let outcome = fix(start, self, request);
        let replaced: Vec<_> = outcome.files.iter().map(|file| (file.file, file.after.clone())).collect();
        assert_eq!(self.judge(&replaced).findings, outcome.last.findings, "the last judgement is that of the files");
        outcome
    }

    fn safe(&self) -> Outcome {
        self.run(&Request::default())
    }
}

impl Judge for Fake {
    fn judge(&self, replaced: &[(FileId, Vec<u8>)]) -> Judgement {
        self.calls.set(self.calls.get() + 1);
        let mut texts: Vec<String> = self.files.iter().map(|(_, text)| text.clone()).collect();
        for (file, bytes) in replaced {
            texts[file.index()] = String::from_utf8(bytes.clone()).unwrap();
        }
        let mut judgement = Judgement::default();
        for (at, text) in texts.iter().enumerate() {
            let file = FileId(at as u32);
            let mut content = Content::Unread;
            if !text.contains(self.fatal) {
                self.find(file, &texts, &mut judgement);
            } else if self.panics {
                content = Content::Panicked;
            } else {
                judgement.failed.push(file);
            }
            let source = SourceFile::new(self.files[at].0, Kind::Dockerfile, text.clone().into_bytes());
            let secrets = text.match_indices("hunter2").map(|(at, value)| Span::new(at, at + value.len())).collect();
            let document = Document::of_parts(file, source, content, secrets);
            judgement.project.documents.push(Arc::new(document));
        }
        judgement
    }
}

impl Fake {
    fn find(&self, file: FileId, texts: &[String], judgement: &mut Judgement) {
        let text = &texts[file.index()];
        for rule in &self.rules {
            let mut related = Vec::new();
            if let Some(beside) = rule.beside {
                let Some(other) = texts.iter().position(|text| text.contains(beside)) else { continue };
                let location = Location { file: FileId(other as u32), span: Span::empty(0) };
                related.push(Related { location, label: "here".into() });
            }
            let limit = if rule.once { 1 } else { usize::MAX };
            for (start, needle) in text.match_indices(rule.needle).take(limit) {
                let span = Span::new(start, start + needle.len());
                let edits = match self.custom {
                    Some(custom) => custom(text, file, start),
                    None => rule.replacement.map(|new| Edit { file, span, replacement: new.to_owned() }).into_iter().collect(),
                };
                let title = String::new();
                let finding = Finding {
                    among: None,
                    rule: rule.id,
                    severity: Severity::Medium,
                    confidence: Confidence::High,
                    message: needle.to_owned(),
                    primary: Location { file, span },
                    related: related.clone(),
                    aliases: Vec::new(),
                    fix: rule.replacement.map(|_| Fix { applicability: rule.applicability, title: title.into(), edits }),
                };
                if rule.default {
                    judgement.default_findings.push(finding.clone());
                }
                judgement.findings.push(finding);
            }
        }
    }
}

fn after(outcome: &Outcome, path: &str) -> Option<String> {
    let file = outcome.files.iter().find(|file| file.path == path)?;
    Some(String::from_utf8(file.after.clone()).unwrap())
}

fn refused(outcome: &Outcome) -> Vec<(&'static str, usize, &Reason)> {
    outcome.withdrawn.iter().map(|withdrawn| (withdrawn.rule, withdrawn.line, &withdrawn.reason)).collect()
}

#[test]
fn nothing_to_fix_asks_no_judge() {
    let fake = Fake::new(&["good"], vec![rule("x/bad", "bad", Some("good"))]);
    let outcome = fake.safe();
    assert!(outcome.converged && outcome.files.is_empty() && outcome.rounds == 0);
}

#[test]
fn fixes_of_many_files_are_one_trial() {
    let fake = Fake::new(&["bad bad", "good", "bad"], vec![rule("x/bad", "bad", Some("good"))]);
    let start = fake.judge(&[]);
    fake.calls.set(0);
    let outcome = fix(start, &fake, &Request::default());
    assert_eq!(fake.calls.get(), 1);
    assert_eq!(after(&outcome, "a").unwrap(), "good good");
    assert_eq!(after(&outcome, "b"), None);
    assert_eq!(after(&outcome, "c").unwrap(), "good");
    assert_eq!(outcome.applied_by_rule(), BTreeMap::from([("x/bad", 3)]));
    assert!(outcome.converged && outcome.last.findings.is_empty() && outcome.rounds == 1);
}

#[test]
fn only_what_is_asked_for_is_applied() {
    let rules = || {
        let unsafe_rule = Rule { applicability: Applicability::Unsafe, ..rule("x/two", "two", Some("2")) };
        let manual = Rule { applicability: Applicability::Manual, ..rule("x/three", "three", Some("3")) };
        vec![rule("x/one", "one", Some("1")), unsafe_rule, manual]
    };
    let fake = Fake::new(&["one two three"], rules());
    assert_eq!(after(&fake.safe(), "a").unwrap(), "1 two three");
    for least in [Applicability::Unsafe, Applicability::Manual] {
        let outcome = fake.run(&Request { least, ..Request::default() });
        assert_eq!(after(&outcome, "a").unwrap(), "1 2 three");
        assert!(outcome.converged);
    }
}

#[test]
fn the_second_of_two_overlapping_fixes_waits_for_the_next_round() {
    let fake = Fake::new(&["-abc-"], vec![rule("x/ab", "ab", Some("xb")), rule("x/bc", "bc", Some("yy"))]);
    let outcome = fake.safe();
    assert_eq!(after(&outcome, "a").unwrap(), "-xyy-");
    assert_eq!((outcome.rounds, outcome.converged), (2, true));
}

#[test]
fn a_skipped_fix_of_the_same_rule_is_no_failure() {
    let mut fake = Fake::new(&["-aa-"], vec![rule("x/a", "a", Some("b"))]);
    // Both offer the same edit, which mends one of them.
    fake.custom = Some(|text, file, _| {
        let replacement = text.replacen('a', "b", 1);
        vec![Edit { file, span: Span::new(0, text.len()), replacement }]
    });
    let outcome = fake.safe();
    assert_eq!(after(&outcome, "a").unwrap(), "-bb-");
    assert!(outcome.converged, "{outcome:?}");
}

#[test]
fn a_fix_that_breaks_parsing_is_withdrawn_and_others_stay() {
    let rules =
        vec![rule("x/bad", "bad", Some("good")), rule("x/worse", "worse", Some("{")), rule("dockerfile/parse-error", "{", None)];
    let fake = Fake::new(&["bad\nworse\nbad", "bad"], rules);
    let outcome = fake.safe();
    assert_eq!(after(&outcome, "a").unwrap(), "good\nworse\ngood");
    assert_eq!(after(&outcome, "b").unwrap(), "good");
    let reason = Reason::Brings { rule: "dockerfile/parse-error", path: "a".to_owned() };
    assert_eq!(refused(&outcome), [("x/worse", 2, &reason)]);
    assert!(outcome.converged);
}

#[test]
fn another_parse_error_in_the_place_of_one_is_new() {
    let errors = ["{", "}"].map(|needle| rule("nginx/parse-error", needle, None));
    let rules = errors.into_iter().chain([rule("x/close", "{}", Some("}}"))]).collect();
    let outcome = Fake::new(&["{}"], rules).safe();
    assert!(outcome.files.is_empty());
    assert_eq!(outcome.withdrawn.len(), 1);
}

#[test]
fn a_fix_after_which_the_file_fails_is_withdrawn() {
    let mut fake = Fake::new(&["bad", "bad"], vec![rule("x/bad", "bad", Some("good"))]);
    fake.files[1].1.push('!');
    fake.fatal = "good!";
    for panics in [false, true] {
        fake.panics = panics;
        let outcome = fake.safe();
        assert_eq!((after(&outcome, "a").as_deref(), after(&outcome, "b")), (Some("good"), None));
        assert_eq!(refused(&outcome), [("x/bad", 1, &Reason::Breaks)]);
    }
}

#[test]
fn a_fix_that_creates_the_finding_of_another_rule_is_withdrawn() {
    let rules = vec![rule("x/a", "a", Some("b")), rule("x/b", "b", None), rule("x/c", "c", Some("d"))];
    let outcome = Fake::new(&["c a c"], rules).safe();
    assert_eq!(after(&outcome, "a").unwrap(), "d a d");
    assert_eq!(refused(&outcome), [("x/a", 1, &Reason::Brings { rule: "x/b", path: "a".to_owned() })]);
}

#[test]
fn a_finding_outside_the_default_profile_may_appear() {
    let pedantic = Rule { default: false, ..rule("x/b", "b", None) };
    let outcome = Fake::new(&["a"], vec![rule("x/a", "a", Some("b")), pedantic]).safe();
    assert_eq!(after(&outcome, "a").unwrap(), "b");
    assert!(outcome.converged && outcome.withdrawn.is_empty());
}

#[test]
fn a_fix_may_enable_another() {
    let second = Rule { default: false, ..rule("x/second", "two", Some("three")) };
    let outcome = Fake::new(&["one"], vec![rule("x/first", "one", Some("two")), second]).safe();
    assert_eq!(after(&outcome, "a").unwrap(), "three");
    assert_eq!((outcome.rounds, outcome.converged), (2, true));
}

#[test]
fn a_fix_that_does_not_mend_is_withdrawn_once() {
    let fake = Fake::new(&["x\nbad\nworse"], vec![rule("x/bad", "bad", Some("  bad")), rule("x/worse", "worse", Some("good"))]);
    let outcome = fake.safe();
    assert_eq!(after(&outcome, "a").unwrap(), "x\nbad\ngood");
    assert_eq!(refused(&outcome), [("x/bad", 2, &Reason::Remains)]);
    assert!(outcome.converged);
    assert!(fake.calls.get() < 8, "{}", fake.calls.get());
}

#[test]
fn a_withdrawn_fix_is_known_after_its_file_moved() {
    let rules = vec![
        rule("x/long", "first", Some("1\n2\n3\n4")),
        rule("x/bad", "bad", Some("bad!")),
        Rule { default: false, ..rule("x/late", "4", Some("44")) },
    ];
    let outcome = Fake::new(&["first\nbad"], rules).safe();
    assert_eq!(
        refused(&outcome).iter().filter(|(rule, ..)| *rule == "x/bad").collect::<Vec<_>>(),
        [&("x/bad", 2, &Reason::Remains)]
    );
}

#[test]
fn a_rule_that_speaks_once_a_file_names_the_next_place() {
    let once = Rule { once: true, ..rule("x/bad", "bad", Some("good")) };
    let outcome = Fake::new(&["bad, bad and bad"], vec![once]).safe();
    assert_eq!(after(&outcome, "a").unwrap(), "good, good and good");
    assert!(outcome.converged && outcome.withdrawn.is_empty());
}

#[test]
fn fixes_that_undo_each_other_leave_the_file_as_it_was() {
    let there = Rule { default: false, ..rule("x/there", "ping", Some("pong")) };
    let back = Rule { default: false, ..rule("x/back", "pong", Some("ping")) };
    let fake = Fake::new(&["ping", "bad"], vec![there, back, rule("x/bad", "bad", Some("good"))]);
    let outcome = fake.safe();
    assert!(!outcome.converged);
    assert_eq!(after(&outcome, "a"), None);
    assert_eq!(after(&outcome, "b").unwrap(), "good");
    assert_eq!(outcome.applied_by_rule(), BTreeMap::from([("x/bad", 1)]));
    assert!(fake.calls.get() < 20);
}

#[test]
fn a_file_that_only_grows_is_left_as_it_was() {
    let outcome =
        Fake::new(&["bad"], vec![Rule { default: false, once: true, ..rule("x/bad", "bad", Some("good\n\nbad")) }]).safe();
    assert!(outcome.files.is_empty());
}

#[test]
fn more_overlapping_fixes_than_rounds_are_progress() {
    let mut fake = Fake::new(&["aaaaaaaaaaaaaaaaaaaaaaaaa"], vec![rule("x/a", "a", Some("b"))]);
    // All in each other's way, each with an edit of its own.
    fake.custom = Some(|text, file, at| {
        let replacement = format!("{}b{}", &text[..at], &text[at + 1..]);
        vec![Edit { file, span: Span::new(0, text.len()), replacement }]
    });
    let outcome = fake.safe();
    assert_eq!(after(&outcome, "a").unwrap(), "b".repeat(25));
    assert_eq!((outcome.rounds, outcome.converged), (25, true));
}

#[test]
fn more_findings_than_rounds_may_come_to_light() {
    let bring = Rule { default: false, ..rule("x/bring", "x", Some("")) };
    let mend = Rule { default: false, ..rule("x/mend", "y", Some("")) };
    let mut fake = Fake::new(&["x"], vec![bring, mend]);
    // All in each other's way.
    fake.custom = Some(|text, file, at| {
        let new = if text == "x" { "y".repeat(15) } else { "z".to_owned() };
        let replacement = format!("{}{new}{}", &text[..at], &text[at + 1..]);
        vec![Edit { file, span: Span::new(0, text.len()), replacement }]
    });
    let outcome = fake.safe();
    assert_eq!(after(&outcome, "a").unwrap(), "z".repeat(15));
    assert_eq!((outcome.rounds, outcome.converged), (16, true));
}

#[test]
fn several_culprits_in_several_files_are_found_side_by_side() {
    let text = "bad good0 bad worse bad bad bad bad worse bad bad bad bad bad bad bad";
    let rules = || vec![rule("x/bad", "bad", Some("fine")), rule("x/worse", "worse", Some("evil")), rule("x/evil", "evil", None)];
    let one = Fake::new(&[text], rules());
    let six = Fake::new(&[text; 6], rules());
    let outcome = six.safe();
    for path in ["a", "b", "c", "d", "e", "f"] {
        assert_eq!(after(&outcome, path).unwrap(), text.replace("bad", "fine"));
    }
    assert_eq!(outcome.withdrawn.len(), 12);
    one.safe();
    assert_eq!(one.calls.get(), six.calls.get());
    assert!(one.calls.get() < 24, "{}", one.calls.get());
}

#[test]
fn a_culprit_in_another_file_is_found_by_what_the_finding_names() {
    let beside = Rule { beside: Some("evil"), ..rule("x/beside", "target", None) };
    let rules = vec![rule("x/bad", "bad", Some("good")), rule("x/worse", "worse", Some("evil")), beside];
    let fake = Fake::new(&["bad target", "bad", "worse bad"], rules);
    let outcome = fake.safe();
    assert_eq!(after(&outcome, "a").unwrap(), "good target");
    assert_eq!(after(&outcome, "b").unwrap(), "good");
    assert_eq!(after(&outcome, "c").unwrap(), "worse good");
    assert_eq!(refused(&outcome), [("x/worse", 1, &Reason::Brings { rule: "x/beside", path: "a".to_owned() })]);
}

/// A judge whose finding in one file hangs on another that it does not name.
struct Silent(Fake);

impl Judge for Silent {
    fn judge(&self, replaced: &[(FileId, Vec<u8>)]) -> Judgement {
        let mut judgement = self.0.judge(replaced);
        judgement.findings.iter_mut().chain(&mut judgement.default_findings).for_each(|finding| finding.related.clear());
        judgement
    }
}

#[test]
fn a_culprit_that_the_finding_does_not_name_is_found_too() {
    for target in ["target", "bad target", "bad bad target"] {
        let beside = Rule { beside: Some("evil"), ..rule("x/beside", "target", None) };
        let rules = vec![rule("x/bad", "bad", Some("good")), rule("x/worse", "worse", Some("evil")), beside];
        let judge = Silent(Fake::new(&["bad", target, "bad", "worse bad", "bad"], rules));
        let outcome = fix(judge.judge(&[]), &judge, &Request::default());
        assert_eq!(after(&outcome, "b").unwrap_or(target.to_owned()), target.replace("bad", "good"));
        assert_eq!(after(&outcome, "d").unwrap(), "worse good");
        assert_eq!(outcome.files.len(), if target == "target" { 4 } else { 5 });
        assert_eq!(outcome.withdrawn.len(), 1);
    }
}

#[test]
fn two_fixes_that_are_only_bad_together_lose_one() {
    // Together they complete the word; in two files, which nothing ties.
    struct Together(Fake);
    impl Judge for Together {
        fn judge(&self, replaced: &[(FileId, Vec<u8>)]) -> Judgement {
            let mut judgement = self.0.judge(replaced);
            let fixed = judgement.project.documents.iter().filter(|document| document.source.text() == "good").count();
            if fixed > 1 {
                let location = Location { file: FileId(2), span: Span::empty(0) };
                let sample = Finding {
                    among: None,
                    rule: "x/together",
                    severity: Severity::Low,
                    confidence: Confidence::Low,
                    message: String::new(),
                    primary: location,
                    related: Vec::new(),
                    aliases: Vec::new(),
                    fix: None,
                };
                judgement.default_findings.push(sample.clone());
                judgement.findings.push(sample);
            }
            judgement
        }
    }
    let judge = Together(Fake::new(&["bad", "bad", "-"], vec![rule("x/bad", "bad", Some("good"))]));
    let outcome = fix(judge.judge(&[]), &judge, &Request::default());
    assert_eq!(outcome.files.len(), 1);
    assert_eq!(outcome.withdrawn.len(), 1);
    assert!(outcome.converged);
}

#[test]
fn a_fix_over_two_files_is_made_whole_or_not_at_all() {
    let mut fake = Fake::new(&["bad", "note", "note!"], vec![rule("x/bad", "bad", Some(""))]);
    fake.custom = Some(|_, file, at| {
        vec![
            Edit { file, span: Span::new(at, at + 3), replacement: "good".to_owned() },
            Edit { file: FileId(file.0 + 1), span: Span::empty(4), replacement: "+".to_owned() },
        ]
    });
    let outcome = fake.safe();
    assert_eq!(after(&outcome, "b").unwrap(), "note+");
    let together: Vec<_> = outcome.files.iter().map(|file| file.together).collect();
    assert_eq!(together, [FileId(0), FileId(0)]);

    fake.fatal = "note+";
    let outcome = fake.safe();
    assert!(outcome.files.is_empty());
    assert_eq!(refused(&outcome), [("x/bad", 1, &Reason::Breaks)]);
}

#[test]
fn a_fix_that_a_patch_cannot_show_is_spared() {
    let fake = Fake::new(&["bad=hunter2\n1\nbad\n2\nbad\nhunter2\n"], vec![rule("x/bad", "bad", Some("good"))]);
    let outcome = fake.run(&Request { spare_secrets: true, ..Request::default() });
    assert_eq!(after(&outcome, "a").unwrap(), "bad=hunter2\n1\ngood\n2\nbad\nhunter2\n");
    assert_eq!(refused(&outcome), [("x/bad", 1, &Reason::Secret), ("x/bad", 5, &Reason::Secret)]);
    assert_eq!(after(&fake.safe(), "a").unwrap(), "good=hunter2\n1\ngood\n2\ngood\nhunter2\n");
}

#[test]
fn files_are_known_by_their_paths() {
    // Each judgement lists the files in another order.
    struct Turning(Fake);
    impl Judge for Turning {
        fn judge(&self, replaced: &[(FileId, Vec<u8>)]) -> Judgement {
            let mut judgement = self.0.judge(replaced);
            if !replaced.is_empty() {
                let count = judgement.project.documents.len() as u32;
                judgement.project.documents.reverse();
                for finding in judgement.findings.iter_mut().chain(&mut judgement.default_findings) {
                    finding.primary.file.0 = count - 1 - finding.primary.file.0;
                    for edit in finding.fix.iter_mut().flat_map(|fix| &mut fix.edits) {
                        edit.file.0 = count - 1 - edit.file.0;
                    }
                }
            }
            judgement
        }
    }
    let second = Rule { default: false, ..rule("x/second", "two", Some("three")) };
    let judge = Turning(Fake::new(&["one", "-", "one one"], vec![rule("x/first", "one", Some("two")), second]));
    let outcome = fix(judge.judge(&[]), &judge, &Request::default());
    assert_eq!(after(&outcome, "a").unwrap(), "three");
    assert_eq!(after(&outcome, "c").unwrap(), "three three");
    assert!(outcome.converged && outcome.withdrawn.is_empty());
}

#[test]
fn a_fix_that_failed_too_early_is_tried_again_at_the_end() {
    // While the first word is a digit, the second one's fix brings a finding.
    let blocked = Rule { beside: Some("1"), ..rule("x/blocked", "two!", None) };
    let rules = vec![
        rule("x/second", "second", Some("two!")),
        rule("x/first", "first", Some("1")),
        blocked,
        Rule { default: false, ..rule("x/late", "1", Some("I")) },
    ];
    let outcome = Fake::new(&["first second"], rules).safe();
    assert_eq!(after(&outcome, "a").unwrap(), "I two!");
    assert!(outcome.withdrawn.is_empty() && outcome.converged);
}

mod properties {
    use proptest::prelude::*;

    use super::*;

    const IDS: [&str; 5] = ["x/0", "x/1", "x/2", "x/3", "dockerfile/parse-error"];

    prop_compose! {
        fn any_rule()(
            needle in prop::sample::select(vec!["a", "b", "ab", "ba", "aa", "c", "bc"]),
            replacement in prop::option::weighted(0.8, prop::sample::select(vec!["", "a", "b", "c", "bb", "cab", "abc"])),
            default in any::<bool>(),
            once in any::<bool>(),
            beside in prop::option::weighted(0.2, prop::sample::select(vec!["c", "bb"])),
        ) -> Rule {
            Rule { default, once, beside, ..rule("", needle, replacement) }
        }
    }

    fn fake(texts: &[String], rules: &[Rule]) -> Fake {
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let rules = rules.iter().zip(IDS).map(|(rule, id)| Rule { id, default: rule.default || id == IDS[4], ..*rule }).collect();
        Fake::new(&texts, rules)
    }

    fn default_counts(judgement: &Judgement) -> BTreeMap<(FileId, &'static str), usize> {
        let mut counts = BTreeMap::new();
        for finding in &judgement.default_findings {
            *counts.entry((finding.primary.file, finding.rule)).or_default() += 1;
        }
        counts
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        /// Whatever the rules: it ends, brings nothing of the default profile, and a second run changes nothing.
        #[test]
        fn the_outcome_is_sound(
            texts in prop::collection::vec("[abc ]{0,9}", 1..4),
            rules in prop::collection::vec(any_rule(), 1..5),
            named in any::<bool>(),
        ) {
            let run = |texts: &[String]| {
                let judge = fake(texts, &rules);
                if named {
                    judge.safe()
                } else {
                    let judge = Silent(judge);
                    fix(judge.judge(&[]), &judge, &Request::default())
                }
            };
            let outcome = run(&texts);
            let before = default_counts(&fake(&texts, &rules).judge(&[]));
            for (key, count) in default_counts(&outcome.last) {
                prop_assert!(count <= before.get(&key).copied().unwrap_or_default(), "{key:?} rose");
            }
            if outcome.converged {
                let left = outcome.last.findings.iter().filter(|finding| finding.fix.is_some()).count();
                prop_assert_eq!(outcome.withdrawn.len(), left);
                let mut fixed = texts;
                for file in &outcome.files {
                    fixed[file.file.index()] = String::from_utf8(file.after.clone()).unwrap();
                }
                let again = run(&fixed);
                prop_assert!(again.files.is_empty(), "{again:?}");
                prop_assert_eq!(again.withdrawn.len(), outcome.withdrawn.len());
            }
        }
    }
}
