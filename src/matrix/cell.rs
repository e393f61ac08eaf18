//! How a cell is decided: findings say no, facts say yes.

use crate::catalog::matrix::{Column, names};
use crate::project::Project;

use super::attribution::Own;
use super::evidence::Evidence;
use super::facts::{Answer, Fact, fact};
use super::subjects::RowSubject;
use super::{Cell, CellState};

/// The answer of a column for a row with its findings.
pub(super) fn decide(project: &Project, column: &'static Column, row: &RowSubject<'_>, own: &[Own<'_>]) -> Cell {
    let of = |list: &[String], waived: bool| -> Vec<&Own<'_>> {
        let named = own.iter().filter(|own| list.iter().any(|name| names(name, own.finding.rule)));
        let mut found: Vec<&Own<'_>> = named.filter(|own| own.waived.is_some() == waived).collect();
        found.sort_by_key(|own| std::cmp::Reverse(own.finding.severity));
        found
    };
    let show =
        |own: &&Own<'_>| Evidence { waived: own.waived.clone(), ..Evidence::finding(project, own.finding, own.fingerprint) };
    let Fact { answer, text, place } = fact(project, column.fact, row);
    let seen = Evidence::fact(project, &*text, place);
    let (open, open_same) = (of(&column.fails, false), of(&column.says, false));
    let (waived, waived_same) = (of(&column.fails, true), of(&column.says, true));
    let cell = |state: CellState, reason: String, evidence: Vec<Evidence>| Cell { column: &column.id, state, reason, evidence };
    if let Some(first) = open.first() {
        let mut evidence: Vec<Evidence> = open.iter().map(show).collect();
        if answer == Answer::No {
            evidence.extend(open_same.iter().map(show));
            evidence.push(seen);
        }
        return cell(CellState::Fail, first.finding.message.clone(), evidence);
    }
    match answer {
        Answer::No if open_same.is_empty() && !waived_same.is_empty() => {
            let evidence: Vec<Evidence> = waived_same.iter().map(show).chain([seen]).collect();
            cell(CellState::Waived, format!("{text}; waived {}", waived_same[0].waived.as_deref().unwrap_or_default()), evidence)
        }
        Answer::No => {
            let evidence = std::iter::once(seen).chain(open_same.iter().map(show)).collect();
            cell(CellState::Fail, text, evidence)
        }
        _ if !waived.is_empty() => {
            let reason = format!("{}; waived {}", waived[0].finding.message, waived[0].waived.as_deref().unwrap_or_default());
            cell(CellState::Waived, reason, waived.iter().map(show).collect())
        }
        Answer::Yes => cell(CellState::Pass, text, vec![seen]),
        Answer::NotApplicable => cell(CellState::NotApplicable, text, Vec::new()),
        Answer::NotSeen => cell(CellState::NotSeen, text, Vec::new()),
    }
}
