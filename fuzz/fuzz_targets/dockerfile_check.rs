//! Every rule judges any bytes, and every format can show what they say.
#![no_main]

use libfuzzer_sys::fuzz_target;
use shipworthy::fix;
use shipworthy::rules::Registry;
use shipworthy::triage::{Settings, triage};
use shipworthy_fuzz::{check_finding, judge, project, render};

fuzz_target!(|bytes: &[u8]| {
    let Some(project) = project(bytes) else { return };
    let registry = Registry::embedded();
    let findings = judge(&project, &registry);
    findings.iter().for_each(|finding| check_finding(&project, finding));
    let mut outcome = triage(&project, &registry, findings, &Settings::everything());
    for judged in &mut outcome.findings {
        judged.diff = judged.finding.fix.as_ref().map(|fix| fix::excerpt(&project, fix)).filter(|diff| !diff.is_empty());
    }
    render(&project, &registry, &outcome);
    if let Some(facts) = project.documents[0].facts() {
        assert!(facts.document.is_object());
    }
});
