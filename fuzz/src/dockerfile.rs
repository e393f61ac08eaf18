//! Dockerfiles: the tree, the rules with every format, the fixes.

use shipworthy::dockerfile::syntax::{ItemKind, ProblemStage};
use shipworthy::dockerfile::{facts, model, secrets, syntax};
use shipworthy::fix;
use shipworthy::source::Kind;
use shipworthy::triage::{Settings, triage};

use super::dockerfile_tree::check_tree;
use super::fixes::Subject;
use super::judged::{REGISTRY, check_finding, judge, project_of, render};

/// Any text is read: the items tile it, and every span lies on its characters.
pub fn parse(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    check_tree(text);
    let dockerfile = model::understand(text, syntax::parse(text));
    for span in secrets::secret_spans(text, &dockerfile) {
        assert!(text.get(span.start()..span.end()).is_some(), "{span:?}");
    }
    for script in &dockerfile.scripts {
        for command in &script.script.commands {
            assert!(text.get(command.span.start()..command.span.end()).is_some(), "{command:?}");
            for word in &command.words {
                assert!(text.get(word.span.start()..word.span.end()).is_some(), "{word:?}");
            }
        }
    }
}

/// Every rule judges any bytes, and every format can show what they say.
pub fn check(bytes: &[u8]) {
    let Some(project) = project_of(Kind::Dockerfile, "Dockerfile", bytes) else { return };
    let findings = judge(&project);
    findings.iter().for_each(|finding| check_finding(&project, finding));
    let mut outcome = triage(&project, &REGISTRY, findings, &Settings::everything());
    for judged in &mut outcome.findings {
        judged.diff = judged.finding.fix.as_ref().map(|fix| fix::excerpt(&project, fix)).filter(|diff| !diff.is_empty());
    }
    render(&project, &outcome);
    let source = &project.documents[0].source;
    facts::facts(source.text(), &model::understand(source.text(), syntax::parse(source.text())));
}

/// All fixes together.
pub fn fix(bytes: &[u8]) {
    let refused = |text: &str| {
        let problems = syntax::parse(text).problems;
        problems.iter().filter(|problem| problem.stage == ProblemStage::Parse).count()
    };
    Subject { kind: Kind::Dockerfile, path: "Dockerfile", refused, comments }.check(bytes);
}

/// Comments between instructions.
fn comments(text: &str) -> Vec<String> {
    let tree = syntax::parse(text);
    let comments = tree.items.iter().filter(|item| matches!(item.kind, ItemKind::Comment));
    comments.map(|item| item.span.slice(text).trim().to_owned()).collect()
}
