//! What the rules about shell text say, beside what ShellCheck 0.11 says of the same texts: code, line and column. The verdicts are
//! stored in `tests/shellcheck/verdicts.txt`; `tests/shellcheck/verdicts.py` makes them anew.
#![cfg(feature = "shellcheck")]

use std::collections::BTreeSet;

use shipworthy::finding::Environment;
use shipworthy::project::Project;
use shipworthy::rules::{Registry, Rule};
use shipworthy::source::discover;

const STORED: &str = include_str!("shellcheck/verdicts.txt");

/// Code, line, column.
type Place = (u32, usize, usize);

#[derive(Default)]
struct Text {
    shell: &'static str,
    names: Vec<&'static str>,
    /// Codes that we may leave out here, and those that we may say more often.
    silent: Vec<u32>,
    louder: Vec<u32>,
    refused: bool,
    places: BTreeSet<Place>,
    lines: Vec<&'static str>,
}

fn stored() -> Vec<Text> {
    let mut texts: Vec<Text> = Vec::new();
    for line in STORED.lines() {
        if let Some(head) = line.strip_prefix("%% ") {
            let mut words = head.split(' ');
            texts.push(Text { shell: words.next().unwrap_or_default(), names: words.collect(), ..Text::default() });
            continue;
        }
        let text = texts.last_mut().expect("a text begins with its head");
        let code = |note: &str| note.split(' ').next().and_then(|code| code.parse().ok()).expect("a note names a code");
        if line == "%= refused" {
            text.refused = true;
        } else if let Some(place) = line.strip_prefix("%= ") {
            let numbers: Vec<usize> = place.split(' ').map(|number| number.parse().expect("a number")).collect();
            text.places.insert((numbers[0] as u32, numbers[1], numbers[2]));
        } else if let Some(note) = line.strip_prefix("%- ") {
            text.silent.push(code(note));
        } else if let Some(note) = line.strip_prefix("%+ ") {
            text.louder.push(code(note));
        } else {
            text.lines.push(line);
        }
    }
    texts
}

/// A text as a RUN, and where its first line begins in the file: how many lines and, on the first, how many columns are before it.
fn dockerfile(text: &Text) -> (String, usize, usize) {
    let mut out = String::from("FROM scratch\n");
    text.names.iter().for_each(|name| out.push_str(&format!("ENV {name}=1\n")));
    match text.shell {
        "bash" => out.push_str("SHELL [\"/bin/bash\", \"-c\"]\n"),
        "dash" => out.push_str("SHELL [\"/bin/ash\", \"-c\"]\n"),
        _ => {}
    }
    let before = out.matches('\n').count();
    if let [line] = text.lines.as_slice() {
        out.push_str(&format!("RUN {line}\n"));
        // ShellCheck sees a text that does not end in an open quote or backslash as Docker does.
        return (out, before, 4);
    }
    out.push_str("RUN <<'SHIPWORTHY'\n");
    text.lines.iter().for_each(|line| out.push_str(&format!("{line}\n")));
    out.push_str("SHIPWORTHY\n");
    (out, before + 1, 0)
}

fn said(rules: &[&'static Rule], text: &Text) -> BTreeSet<Place> {
    let (content, lines, columns) = dockerfile(text);
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("Dockerfile"), content).expect("files can be written");
    let request = discover::Request {
        paths: vec![folder.path().to_owned()],
        current_directory: folder.path().to_owned(),
        ..discover::Request::default()
    };
    let project = Project::load(discover::discover(&request).files, &|_| Environment::Production);
    let judgement = shipworthy::rules::judge(&project, rules);
    assert!(judgement.failures.is_empty(), "a rule panics on {:?}", text.lines);
    let mut places = BTreeSet::new();
    for finding in judgement.findings {
        let source = &project.document(finding.primary.file).source;
        let place = source.position(finding.primary.span.start());
        let (line, column) = (place.line, place.column);
        let column = if line == lines + 1 { column - columns } else { column };
        for alias in finding.aliases.iter().filter(|alias| alias.family == "shellcheck") {
            let code = alias.id.trim_start_matches("SC").parse().expect("a code is a number");
            places.insert((code, line - lines, column));
        }
    }
    places
}

#[test]
fn shell_rules_agree_with_shellcheck() {
    let registry = Registry::embedded();
    let rules: Vec<_> = registry.iter().filter(|rule| rule.family() == "shell").collect();
    let answered: BTreeSet<u32> = rules
        .iter()
        .flat_map(|rule| rule.all_aliases())
        .filter_map(|(family, id)| (family == "shellcheck").then(|| id.trim_start_matches("SC").parse().ok())?)
        .collect();
    let mut faults = Vec::new();
    let mut compared = 0;
    for text in stored() {
        let ours = said(&rules, &text);
        let theirs: BTreeSet<_> = text.places.iter().filter(|(code, _, _)| answered.contains(code)).copied().collect();
        // Where ShellCheck gives up there is nothing to compare with.
        if text.refused {
            continue;
        }
        compared += theirs.len();
        // A loop that only counts needs a name that nothing uses.
        let counts = |(code, line, column): &Place| *code == 2034 && text.lines[line - 1][column - 1..].starts_with("for ");
        let missed = theirs.difference(&ours).filter(|place| !text.silent.contains(&place.0) && !counts(place));
        let missed: Vec<_> = missed.collect();
        let extra: Vec<_> = ours.difference(&theirs).filter(|(code, _, _)| !text.louder.contains(code)).collect();
        if !missed.is_empty() || !extra.is_empty() {
            faults.push(format!("missed {missed:?}, extra {extra:?}: {} {}", text.shell, text.lines.join("\n")));
        }
    }
    assert!(compared > 500, "{compared} findings are too few to say anything");
    assert!(faults.is_empty(), "{} of the texts differ:\n{}", faults.len(), faults.join("\n"));
}
