//! Which control an item of a Markdown list speaks of, by the keywords of the controls. Only what is certain is proposed.

use std::ops::Range;

use super::{replaced, tasks};
use crate::checklist::Lists;

/// Between two words of a keyword at most so many others stand.
const MOST_BETWEEN: usize = 2;

/// A text with marks that were proposed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proposal {
    pub text: String,
    /// Items and the controls that they were tied to.
    pub tied: Vec<(String, String)>,
    /// Items that speak of nothing that is known for certain.
    pub untied: Vec<String>,
    /// Items that had a mark already.
    pub marked: usize,
}

/// Ties the items of a text that have no mark yet.
pub fn propose(text: &str, lists: &Lists) -> Proposal {
    let mut proposal = Proposal::default();
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    for task in tasks(text) {
        let item = task.text.split_whitespace().collect::<Vec<_>>().join(" ");
        match control_of(&item, lists) {
            _ if task.mark.is_some() => proposal.marked += 1,
            Some(control) => {
                edits.push((task.end..task.end, format!(" <!-- shipworthy: {control} -->")));
                proposal.tied.push((item, control));
            }
            None => proposal.untied.push(item),
        }
    }
    proposal.text = replaced(text, &edits);
    proposal
}

/// The control whose longest keyword is in an item, where that is one alone.
fn control_of(item: &str, lists: &Lists) -> Option<String> {
    let words = words(item);
    let mut best: (usize, Vec<String>) = (0, Vec::new());
    for (list, control) in lists.controls() {
        let longest = control.keywords.iter().map(|keyword| matched(&words, keyword)).max().unwrap_or_default();
        if longest == 0 || longest < best.0 {
            continue;
        }
        if longest > best.0 {
            best = (longest, Vec::new());
        }
        best.1.push(format!("{list}/{}", control.id));
    }
    match best.1.as_slice() {
        [control] => Some(control.clone()),
        _ => None,
    }
}

/// The number of letters of a keyword, where its words are in the item, in their order and near each other; else 0.
fn matched(item: &[String], keyword: &str) -> usize {
    let wanted = words(keyword);
    let starts = (0..item.len()).filter(|start| Some(&item[*start]) == wanted.first());
    let found = starts.into_iter().any(|start| {
        let mut at = start + 1;
        wanted[1..].iter().all(|word| {
            let near = item[at.min(item.len())..].iter().take(MOST_BETWEEN + 1).position(|other| other == word);
            near.map(|offset| at += offset + 1).is_some()
        })
    });
    if found { wanted.iter().map(String::len).sum::<usize>() + wanted.len() } else { 0 }
}

/// Words in lower case, those in the plural as in the singular.
fn words(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let parts = lower.split(|char: char| !char.is_alphanumeric()).filter(|word| !word.is_empty());
    parts.map(singular).collect()
}

fn singular(word: &str) -> String {
    match word {
        word if word.len() > 4 && word.ends_with("ies") => format!("{}y", &word[..word.len() - 3]),
        word if word.len() > 3 && word.ends_with('s') && !word.ends_with("ss") && !word.ends_with("us") => {
            word[..word.len() - 1].to_owned()
        }
        word => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checklist::lists;
    use crate::config::Config;
    use crate::rules::Registry;

    fn of(item: &str) -> Option<String> {
        let lists = lists(&Config::default(), &[], &Registry::embedded()).unwrap();
        control_of(item, &lists).map(|control| control.trim_start_matches("pre-production/").to_owned())
    }

    #[test]
    fn items_as_people_write_them_find_their_control() {
        for (item, control) in [
            ("Remove the root user of the accounts service", "non-root"),
            ("Check that every health check of the services is green", "health-checks"),
            ("Verify environment variables of production", "variables-set"),
            ("Run the integration tests", "integration-tested"),
            ("Scan all Docker images for vulnerabilities", "images-scanned"),
            ("Change the default passwords", "no-default-credentials"),
            ("Configure TLS / SSL", "tls-configured"),
            ("Set up firewall rules", "firewall"),
            ("Enable audit logging", "audit-log"),
            ("Backup strategy agreed", "backup-restored"),
            ("Rollback plan", "rollback-tried"),
            ("Resource limits for every service", "memory-limited"),
        ] {
            assert_eq!(of(item).as_deref(), Some(control), "{item}");
        }
    }

    #[test]
    fn what_is_not_certain_is_left() {
        for item in [
            "Tell marketing",
            "Read the documentation",
            "Order cake",
            "Root cause of the last incident found",
            "User interviews",
            "Install nginx",
            "Health endpoints answer through the gateway",
            "",
        ] {
            assert_eq!(of(item), None, "{item}");
        }
    }

    #[test]
    fn marks_go_to_the_end_of_items_and_nothing_else_changes() {
        let lists = lists(&Config::default(), &[], &Registry::embedded()).unwrap();
        let text = "- [ ] Enable **audit logging**.  \r\n  - [x] Rollback plan\r\n- [ ] Cake\r\n- [ ] TLS <!-- shipworthy: tls-configured -->\r\n";
        let proposal = propose(text, &lists);
        let expected = text
            .replace("logging**.", "logging**. <!-- shipworthy: pre-production/audit-log -->")
            .replace("Rollback plan", "Rollback plan <!-- shipworthy: pre-production/rollback-tried -->");
        assert_eq!(proposal.text, expected);
        assert_eq!((proposal.tied.len(), proposal.untied.len(), proposal.marked), (2, 1, 1));
        assert!(propose(&proposal.text, &lists).tied.is_empty(), "again proposes nothing");
    }
}
