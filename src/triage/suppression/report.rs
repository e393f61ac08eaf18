//! What is wrong with suppression comments: the findings of `rules/suppression/`.

use super::{InFile, Own, Suppressions, is_one_rule, rules_of};
use crate::dockerfile::syntax::ItemKind;
use crate::finding::{Applicability, Finding};
use crate::project::{Document, Project};
use crate::rules::check::{Draft, Reporter};
use crate::rules::{Registry, Selector, UnknownSelector};
use crate::source::Span;
use crate::triage::settings::{FileSettings, Settings};

/// What the reports of one file go by.
struct Here<'a> {
    project: &'a Project,
    document: &'a Document,
    registry: &'a Registry,
    settings: &'a FileSettings,
    /// The file could not be read whole, so that rules may have seen only a part of it.
    broken: bool,
    findings: &'a mut Vec<Finding>,
}

impl Suppressions {
    /// To be asked when every finding has been silenced or not. `broken` says of a file whether it could not be read whole.
    pub fn report(
        &self,
        project: &Project,
        registry: &Registry,
        settings: &Settings,
        broken: impl Fn(&Document) -> bool,
    ) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (in_file, document) in self.files.iter().zip(&project.documents) {
            if in_file.own.is_empty() && in_file.malformed.is_empty() && in_file.foreign.is_empty() {
                continue;
            }
            let settings = settings.of(document.file);
            let broken = broken(document);
            Here { project, document, registry, settings, broken, findings: &mut findings }.report(in_file);
        }
        findings
    }
}

impl Here<'_> {
    fn report(&mut self, in_file: &InFile) {
        for malformed in &in_file.malformed {
            self.draft("suppression/malformed", malformed.span, |draft| {
                draft.variant(malformed.reason).value("word", &malformed.value)
            });
        }
        for own in &in_file.own {
            self.names(own);
            let all_unused = self.unused(own);
            if let Some(until) = own.pragma.until.filter(|_| own.expired && !all_unused) {
                self.draft("suppression/expired", own.pragma.span, |draft| draft.value("date", until.to_string()));
            }
            if self.settings.require_reason && own.pragma.reason.is_none() {
                self.draft("suppression/missing-reason", own.pragma.span, |draft| draft);
            }
        }
        for foreign in in_file.foreign.iter().filter(|foreign| foreign.expired && foreign.used) {
            if let Some(date) = foreign.pragma.expires {
                self.draft("suppression/expired", foreign.comment, |draft| draft.value("date", date.to_string()));
            }
        }
    }

    /// Names that stand for nothing, or for too much.
    fn names(&mut self, own: &Own) {
        for (name, written) in own.names.iter().zip(&own.pragma.names) {
            match &name.meaning {
                Ok(selector) if is_one_rule(selector) => {}
                Ok(_) => self
                    .draft("suppression/malformed", written.span, |draft| draft.variant("family").value("word", &written.text)),
                Err(UnknownSelector::Unknown { suggestion: Some(near), .. }) => {
                    self.draft("suppression/unknown-rule", written.span, |draft| {
                        let draft = draft.variant("near").value("name", &written.text).value("near", near);
                        draft.replace(written.span, near)
                    });
                }
                Err(UnknownSelector::Unknown { .. }) => {
                    self.draft("suppression/unknown-rule", written.span, |draft| draft.value("name", &written.text));
                }
                Err(UnknownSelector::Ambiguous { choices, .. }) => {
                    self.draft("suppression/unknown-rule", written.span, |draft| {
                        draft.variant("ambiguous").value("name", &written.text).value("choices", choices.join(" or "))
                    });
                }
            }
        }
    }

    /// Names that silence nothing. Whether that is all of them.
    fn unused(&mut self, own: &Own) -> bool {
        let mut all = 0;
        for (variant, wanted) in [(None, false), (Some("mandatory"), true)] {
            let indexes: Vec<usize> = (0..own.names.len()).filter(|index| self.is_idle(own, *index) == Some(wanted)).collect();
            all += indexes.len();
            if indexes.is_empty() {
                continue;
            }
            let texts: Vec<_> = indexes.iter().map(|index| format!("`{}`", own.pragma.names[*index].text)).collect();
            let whole = indexes.len() == own.names.len();
            let span = if whole { own.pragma.span } else { own.pragma.names[indexes[0]].span };
            let (edit, replacement, applicability) = self.without(own, &indexes);
            self.draft("suppression/unused", span, |draft| {
                let draft = match variant {
                    Some(variant) => draft.variant(variant),
                    None => draft,
                };
                let draft = match applicability {
                    Some(applicability) => draft.applicability(applicability),
                    None => draft,
                };
                draft.value("rules", texts.join(", ")).replace(edit, replacement)
            });
        }
        all == own.names.len()
    }

    /// `Some` for a name that can silence nothing: `true` where no comment could. What cannot be told counts as used: rules
    /// that did not run, rules that look beyond this file, and files that were not read whole.
    fn is_idle(&self, own: &Own, index: usize) -> Option<bool> {
        let name = &own.names[index];
        let selector = name.meaning.as_ref().ok().filter(|selector| is_one_rule(selector))?;
        if let Selector::Rule(_) = selector
            && rules_of(selector, self.registry).all(|rule| rule.mandatory)
        {
            return Some(true);
        }
        let kind = self.document.kind().name();
        let told = !self.broken
            && rules_of(selector, self.registry).all(|rule| {
                let subject = rule.subject.split('.').next();
                subject == Some(kind) && self.settings.selection.runs(rule)
            });
        (told && !name.used).then_some(false)
    }

    /// The edit that takes names out of a comment, or the whole comment when no other is left.
    fn without(&self, own: &Own, indexes: &[usize]) -> (Span, String, Option<Applicability>) {
        let kept = own.pragma.names.iter().enumerate().filter(|(index, _)| !indexes.contains(index));
        let kept: Vec<_> = kept.map(|(_, name)| name.text.as_str()).collect();
        if !kept.is_empty() {
            return (own.pragma.list, kept.join(", "), None);
        }
        let source = &self.document.source;
        let line = source.line_span(source.line(own.pragma.span.start()));
        let before = Span::new(line.start(), own.pragma.span.start()).slice(source.text());
        if !before.trim_start_matches('\u{feff}').trim().is_empty() {
            let start = line.start() + before.trim_end().len();
            return (Span::new(start, line.end()), String::new(), None);
        }
        let start = line.start() + before.len() - before.trim_start_matches('\u{feff}').len();
        let rest = &source.text()[line.end()..];
        let end = line.end() + rest.find('\n').map_or(rest.len(), |newline| newline + 1);
        let guarded = self.guards_a_directive(start, end).then_some(Applicability::Manual);
        (Span::new(start, end), String::new(), guarded)
    }

    /// Whether the line of a comment, once gone, would let the next one be a parser directive.
    fn guards_a_directive(&self, start: usize, end: usize) -> bool {
        let Some(dockerfile) = self.document.dockerfile() else { return false };
        let mut before = dockerfile.tree.items.iter().take_while(|item| item.span.start() < start);
        let at_head = before.all(|item| matches!(item.kind, ItemKind::ByteOrderMark | ItemKind::Directive(_)));
        let next = self.document.source.text()[end..].lines().next().unwrap_or_default().trim_start();
        let name = next.strip_prefix('#').and_then(|next| next.split_once('=')).map(|(name, _)| name.trim().to_ascii_lowercase());
        at_head && name.is_some_and(|name| ["syntax", "escape", "check"].contains(&name.as_str()))
    }

    /// A finding of a rule, where the rule is known and wanted.
    fn draft(&mut self, id: &str, span: Span, fill: impl for<'d> FnOnce(Draft<'d>) -> Draft<'d>) {
        if let Some(rule) = self.registry.get(id).filter(|rule| self.settings.selection.runs(rule)) {
            let mut reporter = Reporter::new(rule, self.project, self.document, self.findings);
            fill(reporter.report(span)).emit();
        }
    }
}
