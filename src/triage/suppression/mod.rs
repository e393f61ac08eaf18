//! Comments that silence findings: what they say, what they silence, and what is wrong with them.

mod comments;
mod foreign;
mod insert;
mod own;
mod report;

use jiff::civil::Date;
use rayon::prelude::*;

use self::comments::{CommentLine, Lines};
use self::foreign::{ForeignPragma, Scope};
pub use self::insert::ignore;
use self::own::{Malformed, Pragma};
use super::selection::names_finding;
use super::settings::{FileSettings, Settings};
use crate::finding::Finding;
use crate::project::{Document, Project};
use crate::rules::{Registry, Rule, Selector, UnknownSelector};
use crate::source::{Kind, SourceFile, Span};
use crate::threads::PARALLEL_FROM;

/// So few files are looked through in less time than it takes to hand them to another thread.
const FILES_AT_ONCE: usize = 32;

/// Every suppression comment of a project.
#[derive(Debug)]
pub(super) struct Suppressions {
    /// By file.
    files: Vec<InFile>,
}

/// The suppression comments of one file.
#[derive(Debug, Default)]
struct InFile {
    own: Vec<Own>,
    foreign: Vec<Foreign>,
    malformed: Vec<Malformed>,
}

/// A comment of ours at its place.
#[derive(Debug)]
struct Own {
    pragma: Pragma,
    lines: Lines,
    names: Vec<Name>,
    expired: bool,
}

/// A name in a comment of ours.
#[derive(Debug)]
struct Name {
    meaning: Result<Selector, UnknownSelector>,
    /// It named a finding, whether or not that was silenced.
    used: bool,
}

/// A comment of a peer at its place.
#[derive(Debug)]
struct Foreign {
    pragma: ForeignPragma,
    lines: Lines,
    expired: bool,
    used: bool,
    /// Where it stands.
    comment: Span,
}

impl Suppressions {
    pub fn collect(project: &Project, registry: &Registry, settings: &Settings) -> Self {
        let in_file = |document: &Document| {
            let here = settings.of(document.file);
            let mut found = InFile::default();
            if !here.no_ignores {
                if worth_reading(&document.source) {
                    found.read_comments(document, registry, here, settings.today);
                }
                if here.foreign_suppressions {
                    found.read_checks(document, settings.today);
                }
            }
            found
        };
        let documents = &project.documents;
        let files = if documents.len() < PARALLEL_FROM {
            documents.iter().map(|document| in_file(document)).collect()
        } else {
            documents.par_iter().with_min_len(FILES_AT_ONCE).map(|document| in_file(document)).collect()
        };
        Self { files }
    }

    /// Whether a comment silences a finding, and the reason that it gives. Every comment that names the finding counts as
    /// used, one that has expired too.
    pub fn silence(&mut self, project: &Project, finding: &Finding) -> Option<Option<String>> {
        let file = finding.primary.file;
        let here = self.files.get_mut(file.index())?;
        if here.own.is_empty() && here.foreign.is_empty() {
            return None;
        }
        let line = project.document(file).source.line(finding.primary.span.start());
        let mut silenced: Option<Option<String>> = None;
        for own in here.own.iter_mut().filter(|own| own.lines.contains(line)) {
            for name in &mut own.names {
                if name.meaning.as_ref().is_ok_and(|selector| is_one_rule(selector) && names_finding(selector, finding)) {
                    name.used = true;
                    if !own.expired && silenced.as_ref().is_none_or(Option::is_none) {
                        silenced = Some(own.pragma.reason.clone());
                    }
                }
            }
        }
        for foreign in here.foreign.iter_mut().filter(|foreign| foreign.lines.contains(line)) {
            if foreign.pragma.names(finding) {
                foreign.used = true;
                if !foreign.expired && silenced.as_ref().is_none_or(Option::is_none) {
                    silenced = Some(foreign.pragma.reason.clone());
                }
            }
        }
        silenced
    }
}

impl InFile {
    fn read_comments(&mut self, document: &Document, registry: &Registry, settings: &FileSettings, today: Date) {
        for comment in comments::comments(document) {
            let words = comment.span.slice(document.source.text());
            match own::parse(words, comment.span.start()) {
                Some(Ok(pragma)) => self.own.push(Own::new(pragma, &comment, registry, today)),
                Some(Err(malformed)) => self.malformed.push(malformed),
                None => {}
            }
            if !settings.foreign_suppressions || comment.inside {
                continue;
            }
            for pragma in foreign::parse(words) {
                let lines = match pragma.scope {
                    Scope::Statement => comment.statement,
                    Scope::Block => Some(comment.head_of.unwrap_or(comment.rest_of_block)),
                    Scope::File => Some(Lines::ALL),
                };
                self.add(pragma, lines, comment.span, today);
            }
        }
    }

    /// BuildKit's `# check=…`, as a directive and above instructions.
    fn read_checks(&mut self, document: &Document, today: Date) {
        let text = document.source.text();
        let is_check = |line: &str| foreign::check_comment(line.trim_start_matches('\u{feff}').trim_start()).is_some();
        if document.kind() != Kind::Dockerfile || !text.lines().any(is_check) {
            return;
        }
        let Some(dockerfile) = document.dockerfile() else { return };
        for directive in dockerfile.tree.directives.iter().filter(|directive| directive.name == "check") {
            if let Some(pragma) = foreign::check(&directive.value, Scope::File) {
                self.add(pragma, Some(Lines::ALL), directive.span, today);
            }
        }
        for instruction in &dockerfile.tree.instructions {
            // An empty comment cuts off what stands above it; of several `check=` the first counts.
            let empty = |span: &Span| span.slice(text).trim().trim_start_matches('#').trim().is_empty();
            let mut above = instruction.comments_above.rsplit(empty).next().unwrap_or_default().iter();
            let check = above.find_map(|span| Some((*span, foreign::check_comment(span.slice(text).trim_start())?)));
            let pragma = check.and_then(|(span, value)| Some((span, foreign::check(value, Scope::Statement)?)));
            if let Some((span, pragma)) = pragma {
                self.add(pragma, Some(Lines { first: instruction.line, last: instruction.end_line }), span, today);
            }
        }
    }

    fn add(&mut self, pragma: ForeignPragma, lines: Option<Lines>, comment: Span, today: Date) {
        if let Some(lines) = lines {
            let expired = pragma.expires.is_some_and(|day| today >= day);
            self.foreign.push(Foreign { pragma, lines, expired, used: false, comment });
        }
    }
}

impl Own {
    fn new(pragma: Pragma, comment: &CommentLine, registry: &Registry, today: Date) -> Self {
        // The comment itself belongs to what it covers, so that it can silence what is said of it.
        let reach = comment.head_of.or(comment.statement).unwrap_or(Lines { first: comment.line, last: comment.line });
        let lines = Lines { first: reach.first.min(comment.line), last: reach.last.max(comment.line) };
        let name = |name: &own::Name| Name { meaning: registry.selector(&name.text), used: false };
        let names = pragma.names.iter().map(name).collect();
        let expired = pragma.until.is_some_and(|day| today > day);
        Self { lines: if pragma.whole_file { Lines::ALL } else { lines }, names, expired, pragma }
    }
}

/// Families and `all` silence nothing: a comment says what it knows of.
fn is_one_rule(selector: &Selector) -> bool {
    matches!(selector, Selector::Rule(_) | Selector::Alias { .. })
}

/// The rules that a name in a comment stands for, at least in part.
fn rules_of<'r>(selector: &'r Selector, registry: &'r Registry) -> impl Iterator<Item = &'static Rule> + 'r {
    registry.iter().filter(|rule| match selector {
        Selector::Rule(id) => rule.id == *id,
        Selector::Alias { family, id } => rule.all_aliases().contains(&(*family, *id)),
        Selector::Family(_) | Selector::All => false,
    })
}

/// A quick look for the words that suppressions begin with.
fn worth_reading(source: &SourceFile) -> bool {
    let text = source.text().as_bytes();
    ["shipworthy", "hadolint", "trivy:", "tfsec:", "dclint"]
        .iter()
        .any(|word| memchr::memmem::find(text, word.as_bytes()).is_some())
}
