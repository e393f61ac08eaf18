//! What can be done about findings: their fixes, all safe fixes of a file, a comment that silences one.

use std::collections::BTreeMap;

use lsp_types::{
    AnnotatedTextEdit, CodeAction, CodeActionKind, Diagnostic, DocumentChanges, OneOf, OptionalVersionedTextDocumentIdentifier,
    Range, TextDocumentEdit, TextEdit, WorkspaceEdit,
};
use serde_json::{Value, json};
use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::buffers::Buffers;
use super::client::Client;
use super::diagnostics::{self, buffer_of, lines, uri_of};
use super::positions::Lines;
use super::workspace::Workspace;
use crate::finding::{Applicability, Edit, Finding, Fix};
use crate::fix::edits::EditSet;
use crate::fix::{self, ByRules, Judge, Judgement, Request};
use crate::project::Document;
use crate::source::{FileId, Span};
use crate::triage;

/// All safe fixes of a file at once, when it is saved or on demand.
pub const FIX_ALL: CodeActionKind = CodeActionKind::new("source.fixAll.shipworthy");

/// More quick fixes than this for one place help nobody.
const MOST_ACTIONS: usize = 64;

/// What actions are made from.
pub struct Desk<'a> {
    pub workspace: &'a Workspace,
    pub buffers: &'a Buffers,
    pub client: &'a Client,
}

impl Desk<'_> {
    /// What can be done about what is found in a range of an open document. `only` are the kinds that the client asks for; without
    /// them it wants all.
    pub fn actions(&self, file: FileId, range: Range, only: Option<&[CodeActionKind]>) -> Vec<CodeAction> {
        let document = self.workspace.project.document(file);
        let lines = Lines::new(document.source.text(), self.client.encoding);
        let asked = lines.span(range);
        let mut actions = Vec::new();
        if wants(only, &CodeActionKind::QUICKFIX) {
            let touches = |span: Span| span.start() <= asked.end() && asked.start() <= span.end();
            let here: Vec<_> = self
                .workspace
                .findings(file)
                .filter(|judged| touches(judged.finding.primary.span))
                .map(|judged| {
                    let fingerprint = &judged.fingerprint;
                    (
                        &*judged.finding,
                        diagnostics::one(self.workspace, &judged.finding, fingerprint, &lines, self.buffers, self.client),
                    )
                })
                .collect();
            self.fixes(&here, &mut actions);
            self.ignores(&here, &mut actions);
            actions.truncate(MOST_ACTIONS);
        }
        if wants(only, &FIX_ALL) && self.has_safe_fix(file) {
            actions.extend(self.fix_all(document, only.is_some()));
        }
        actions
    }

    /// The fixes of findings; those that mend several in one are told once.
    fn fixes(&self, here: &[(&Finding, Diagnostic)], actions: &mut Vec<CodeAction>) {
        let mut told: Vec<(&Fix, usize)> = Vec::new();
        let applicable = |finding: &&Finding| finding.fix.as_ref().is_some_and(|fix| fix.applicability > Applicability::Manual);
        let mut ordered: Vec<_> = here.iter().filter(|(finding, _)| applicable(finding)).collect();
        ordered.sort_by_key(|(finding, _)| std::cmp::Reverse(finding.fix.as_ref().map(|fix| fix.applicability)));
        for (finding, diagnostic) in ordered {
            let Some(fix) = &finding.fix else { continue };
            if let Some((_, at)) = told.iter().find(|(known, _)| known.edits == fix.edits) {
                actions[*at].diagnostics.get_or_insert_default().push(diagnostic.clone());
                continue;
            }
            let Some(edit) = self.workspace_edit(&fix.edits) else { continue };
            let safe = fix.applicability == Applicability::Safe;
            let caution = if safe { "" } else { " (unsafe: may change behaviour)" };
            told.push((fix, actions.len()));
            actions.push(CodeAction {
                title: format!("{}{caution}", capital(&fix.title)),
                kind: Some(CodeActionKind::QUICKFIX),
                diagnostics: Some(vec![diagnostic.clone()]),
                edit: Some(edit),
                is_preferred: self.client.preferred_actions.then_some(safe),
                ..CodeAction::default()
            });
        }
    }

    /// Comments that silence findings, one for each rule.
    fn ignores(&self, here: &[(&Finding, Diagnostic)], actions: &mut Vec<CodeAction>) {
        let mut told: Vec<(&str, Span)> = Vec::new();
        for (finding, diagnostic) in here {
            if self.workspace.settings.is_mandatory(finding.rule) {
                continue;
            }
            let document = self.workspace.project.document(finding.primary.file);
            let Some(edit) = triage::ignore(document, finding) else { continue };
            if told.contains(&(finding.rule, edit.span)) {
                continue;
            }
            told.push((finding.rule, edit.span));
            let Some(changes) = self.workspace_edit(&[edit]) else { continue };
            actions.push(CodeAction {
                title: format!("Ignore {} here", finding.rule),
                kind: Some(CodeActionKind::QUICKFIX),
                diagnostics: Some(vec![diagnostic.clone()]),
                edit: Some(changes),
                ..CodeAction::default()
            });
        }
    }

    fn has_safe_fix(&self, file: FileId) -> bool {
        self.workspace.findings(file).any(|judged| is_safe_within(&judged.finding, file))
    }

    /// All safe fixes of the file. What it takes is worked out now, or when the action is chosen where the client can ask then.
    fn fix_all(&self, document: &Document, asked_for: bool) -> Option<CodeAction> {
        let uri = uri_of(document, self.buffers)?;
        let later = self.client.resolves_edits && !asked_for;
        let mut action = CodeAction {
            title: "Fix all safe problems in this file".to_owned(),
            kind: Some(FIX_ALL),
            data: later.then(|| json!({ "fix_all": uri.as_str() })),
            ..CodeAction::default()
        };
        if !later {
            action.edit = Some(self.fixed(document.file)?);
        }
        Some(action)
    }

    /// What all safe fixes make of a file, each of them proved.
    pub fn fixed(&self, file: FileId) -> Option<WorkspaceEdit> {
        let Workspace { project, registry, settings, .. } = self.workspace;
        let judge = InFile { judge: ByRules::new(project, registry, settings), file };
        let request = Request { spare_secrets: true, ..Request::default() };
        let outcome = fix::fix(judge.judge(&[]), &judge, &request);
        let fixed = outcome.files.iter().find(|fixed| fixed.file == file)?;
        let (before, after) = (std::str::from_utf8(&fixed.before).ok()?, std::str::from_utf8(&fixed.after).ok()?);
        let edits: Vec<Edit> = difference(before, after)
            .into_iter()
            .map(|(span, replacement)| Edit { file, span, replacement: replacement.to_owned() })
            .collect();
        self.workspace_edit(&edits)
    }

    /// Edits of bytes as edits of the protocol, each for the version that it was made for. `None` where they do not fit, where a file
    /// has no place to be written to, or where they carry a secret from one place to another.
    fn workspace_edit(&self, edits: &[Edit]) -> Option<WorkspaceEdit> {
        let mut by_file: BTreeMap<FileId, Vec<&Edit>> = BTreeMap::new();
        for edit in edits {
            by_file.entry(edit.file).or_default().push(edit);
        }
        if by_file.is_empty() || edits.iter().any(|edit| self.reveals(&edit.replacement)) {
            return None;
        }
        let mut changes = Vec::new();
        for (file, edits) in by_file {
            let document = self.workspace.project.document(file);
            let set = EditSet::new(&document.source, edits)?;
            let (lines, skipped) = lines(document, self.buffers, self.client);
            let one = |(span, replacement): (Span, &str)| {
                let span = Span::new(span.start().saturating_sub(skipped), span.end().saturating_sub(skipped));
                OneOf::Left(TextEdit::new(lines.range(span), replacement.to_owned()))
            };
            let version = buffer_of(document, self.buffers).map(|buffer| buffer.version);
            let uri = uri_of(document, self.buffers).or_else(|| self.unsaved())?;
            let text_document = OptionalVersionedTextDocumentIdentifier { uri, version };
            changes.push(TextDocumentEdit { text_document, edits: set.iter().map(one).collect() });
        }
        if self.client.document_changes {
            return Some(WorkspaceEdit { document_changes: Some(DocumentChanges::Edits(changes)), ..WorkspaceEdit::default() });
        }
        // `Uri` as a key: what may change in it is not what is compared.
        #[allow(clippy::mutable_key_type)]
        let plain = changes
            .into_iter()
            .map(|change| {
                let plain = |edit: OneOf<TextEdit, AnnotatedTextEdit>| match edit {
                    OneOf::Left(edit) => edit,
                    OneOf::Right(annotated) => annotated.text_edit,
                };
                (change.text_document.uri, change.edits.into_iter().map(plain).collect())
            })
            .collect();
        Some(WorkspaceEdit { changes: Some(plain), ..WorkspaceEdit::default() })
    }

    /// The one document of a workspace that has no files.
    fn unsaved(&self) -> Option<lsp_types::Uri> {
        let super::workspace::Home::Nowhere(uri) = &self.workspace.home else { return None };
        self.buffers.get(uri).map(|buffer| buffer.uri.clone())
    }

    /// Whether a text gives away a secret of the project.
    fn reveals(&self, text: &str) -> bool {
        let mut documents = self.workspace.project.documents.iter();
        documents.any(|document| {
            let mut secrets = document.secrets().iter().map(|secret| secret.slice(document.source.text()).trim());
            secrets.any(|secret| !secret.is_empty() && text.contains(secret))
        })
    }
}

/// The address in the data of an action that was put off.
pub fn put_off(action: &CodeAction) -> Option<&str> {
    action.data.as_ref().and_then(|data| data.get("fix_all")).and_then(Value::as_str)
}

/// Whether the client asks for a kind, or for one that it is a part of.
fn wants(only: Option<&[CodeActionKind]>, kind: &CodeActionKind) -> bool {
    let within = |asked: &CodeActionKind| {
        let (asked, kind) = (asked.as_str(), kind.as_str());
        asked.is_empty() || kind == asked || kind.strip_prefix(asked).is_some_and(|rest| rest.starts_with('.'))
    };
    only.is_none_or(|only| only.iter().any(within))
}

/// Whether a safe fix of the finding changes this file alone.
fn is_safe_within(finding: &Finding, file: FileId) -> bool {
    let safe = |fix: &Fix| fix.applicability == Applicability::Safe && fix.edits.iter().all(|edit| edit.file == file);
    finding.primary.file == file && finding.fix.as_ref().is_some_and(safe)
}

/// Judges as a run does, and leaves only the fixes of one file: saving it must not change others.
struct InFile<'a> {
    judge: ByRules<'a>,
    file: FileId,
}

impl Judge for InFile<'_> {
    fn judge(&self, replaced: &[(FileId, Vec<u8>)]) -> Judgement {
        let mut judgement = self.judge.judge(replaced);
        judgement.findings.retain(|finding| is_safe_within(finding, self.file));
        judgement
    }
}

/// What has to be replaced to make one text of another: whole lines, less what they have in common at both ends.
fn difference<'a>(before: &str, after: &'a str) -> Vec<(Span, &'a str)> {
    let split = |text: &'_ str| -> Vec<String> { text.split_inclusive('\n').map(str::to_owned).collect() };
    let (old_lines, new_lines) = (split(before), split(after));
    let starts = |lines: &[String]| {
        let mut starts = vec![0];
        lines.iter().for_each(|line| starts.push(starts[starts.len() - 1] + line.len()));
        starts
    };
    let (old, new) = (starts(&old_lines), starts(&new_lines));
    let mut changes = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, &old_lines, &new_lines) {
        if matches!(op, DiffOp::Equal { .. }) {
            continue;
        }
        let (from, to) = (op.old_range(), op.new_range());
        let old = Span::new(old[from.start], old[from.end]);
        let new = &after[new[to.start]..new[to.end]];
        changes.push(trimmed(before, old, new));
    }
    changes
}

/// A replacement without what it leaves as it is at its ends.
fn trimmed<'a>(before: &str, span: Span, replacement: &'a str) -> (Span, &'a str) {
    let old = span.slice(before);
    let head: usize = old.chars().zip(replacement.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum();
    let (old, rest) = (&old[head..], &replacement[head..]);
    let tail: usize = old.chars().rev().zip(rest.chars().rev()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum();
    let start = span.start() + head;
    (Span::new(start, start + old.len() - tail), &rest[..rest.len() - tail])
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().collect::<String>() + letters.as_str()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_make_one_text_of_the_other() {
        for (before, after) in [
            ("", ""),
            ("a\nb\nc\n", "a\nx\nc\n"),
            ("a\nb\nc", "b\nc\nd"),
            ("RUN sudo apt-get install é\n", "RUN apt-get install é\n"),
            ("é\n", "è\n"),
            ("aaa\n", "aa\n"),
            ("", "a\n"),
            ("a\r\nb\r\n", "a\r\nc\r\n"),
        ] {
            let mut text = before.to_owned();
            for (span, replacement) in difference(before, after).into_iter().rev() {
                text.replace_range(span.range(), replacement);
            }
            assert_eq!(text, after);
        }
        assert_eq!(difference("RUN sudo ls\nRUN a\n", "RUN ls\nRUN a\n"), [(Span::new(4, 9), "")]);
    }

    #[test]
    fn a_kind_is_wanted_with_those_above_it() {
        let kind = |name: &'static str| CodeActionKind::new(name);
        for (only, wanted) in [
            ("source", true),
            ("source.fixAll", true),
            ("source.fixAll.shipworthy", true),
            ("source.fix", false),
            ("quickfix", false),
            ("", true),
        ] {
            assert_eq!(wants(Some(&[kind(only)]), &FIX_ALL), wanted, "{only}");
        }
        assert!(wants(None, &FIX_ALL) && !wants(Some(&[]), &FIX_ALL));
    }
}
