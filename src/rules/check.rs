//! What the Rust checks look like, one shape for each subject, and how they report.

use std::borrow::Cow;
use std::cell::Cell;

use jiff::civil::Date;

use crate::compose::{ComposeProject, Service};
use crate::config::Policy;
use crate::dockerfile::instruction::Instruction;
use crate::dockerfile::model::{Dockerfile, InstructionScript, Stage};
use crate::env::EnvFile;
use crate::finding::{Alias, Applicability, Confidence, Edit, Environment, Finding, Fix, Related, Severity};
use crate::live::{Container, Engine, Image};
use crate::nginx::configuration::{Configuration, Directive};
use crate::nginx::location;
use crate::nginx::server::Server;
use crate::project::effective::{EffectiveService, System};
use crate::project::fleet::Fleet;
use crate::project::policy_scope::PolicyScope;
use crate::project::{Document, Project};
use crate::secret::Detection;
use crate::shell::Command;
use crate::source::{FileId, Kind, Location, Span};
use crate::yaml::edit::{Editor, Refusal};
use crate::yaml::{NodeId, Stream, Tree};

use super::declared_fix::Blocked;
use super::rule::{Rule, Variant};
use super::schema;

/// A check written in Rust. `build.rs` picks the shape by the `subject` of the document, and finds the function as
/// `check` in `src/rules/<family>/<name>.rs`.
#[derive(Debug, Clone, Copy)]
pub enum Check {
    /// `dockerfile`: the whole file.
    Dockerfile(fn(&Dockerfile, &mut Reporter<'_>)),
    /// `dockerfile.stage`
    DockerfileStage(fn(&Dockerfile, &Stage, &mut Reporter<'_>)),
    /// `dockerfile.instruction`: each one with its index; for an ONBUILD its trigger too, with the index of the ONBUILD.
    DockerfileInstruction(fn(&Dockerfile, usize, &Instruction, &mut Reporter<'_>)),
    /// `dockerfile.script`: each shell text.
    DockerfileScript(fn(&Dockerfile, &InstructionScript, &mut Reporter<'_>)),
    /// `dockerfile.command`: each command of each shell text.
    DockerfileCommand(fn(&Dockerfile, &InstructionScript, &Command, &mut Reporter<'_>)),
    /// `secret`: each secret that was detected in a file of any kind, unless another rule speaks of the place.
    Secret(fn(&Detection, &mut Reporter<'_>)),
    /// `engine`: each engine of a snapshot.
    Engine(fn(&Engine, &mut Reporter<'_>)),
    /// `container`: each container, with the engine that it runs on.
    Container(fn(&Engine, &Container, &mut Reporter<'_>)),
    /// `image`: each image, with the engine that has it.
    Image(fn(&Engine, &Image, &mut Reporter<'_>)),
    /// `compose`: the project of a root with its overrides, includes and env files.
    Compose(fn(&ComposeProject, &mut Reporter<'_>)),
    /// `compose.service`: each service of a project.
    ComposeService(for<'p> fn(&'p ComposeProject, Service<'p>, &mut Reporter<'_>)),
    /// `project`: a compose project with its Dockerfiles, images and nginx configurations.
    Project(for<'s> fn(&System<'s>, &[EffectiveService<'s>], &mut Reporter<'_>)),
    /// `project.service`: each service as it runs.
    ProjectService(for<'s> fn(&System<'s>, &EffectiveService<'s>, &mut Reporter<'_>)),
    /// `fleet`: projects that were made from one template, each for one tenant.
    Fleet(for<'p> fn(&Fleet<'p>, &mut Reporter<'_>)),
    /// `policy`: what one configuration promises of the services of a run.
    Policy(for<'p> fn(&PolicyScope<'p>, &mut Reporter<'_>)),
    /// `env`: an env file.
    Env(fn(&EnvFile, &mut Reporter<'_>)),
    /// `nginx`: a main file with all that it includes, or a fragment with its own.
    Nginx(fn(&Configuration, &mut Reporter<'_>)),
    /// `nginx.directive`: each directive, entries of a `map` and the like too.
    NginxDirective(fn(Directive<'_>, &mut Reporter<'_>)),
    /// `nginx.server`: each server of `http`.
    NginxServer(fn(&Server<'_>, &mut Reporter<'_>)),
    /// `nginx.location`
    NginxLocation(fn(&location::Location<'_>, &mut Reporter<'_>)),
}

/// Where a check reports to. It knows the rule and the file, so that a check only names spans and values.
pub struct Reporter<'a> {
    pub(super) rule: &'static Rule,
    pub(super) project: &'a Project,
    pub(super) document: &'a Document,
    pub(super) findings: &'a mut Vec<Finding>,
    looked_beyond: Cell<bool>,
}

impl<'a> Reporter<'a> {
    /// For one rule on one document.
    pub fn new(rule: &'static Rule, project: &'a Project, document: &'a Document, findings: &'a mut Vec<Finding>) -> Self {
        Self { rule, project, document, findings, looked_beyond: Cell::new(false) }
    }

    /// The text of the file, for slices by span.
    pub fn text(&self) -> &'a str {
        self.document.source.text()
    }

    /// The file that is judged.
    pub fn file(&self) -> FileId {
        self.document.file
    }

    /// The document that is judged.
    pub fn document(&self) -> &'a Document {
        self.document
    }

    /// The other files of the run. What a check finds then hangs on them, which `fix` has to know.
    pub fn project(&self) -> &'a Project {
        self.looked_beyond.set(true);
        self.project
    }

    /// Whether the check asked for the other files.
    pub(super) fn looked_beyond(&self) -> bool {
        self.looked_beyond.get()
    }

    /// What kind of file another one of the unit is.
    pub fn kind_of(&self, file: FileId) -> Kind {
        self.project.document(file).kind()
    }

    /// The text of another file of the unit.
    pub fn text_of(&self, file: FileId) -> &'a str {
        self.project.document(file).source.text()
    }

    /// The secret that a place of a file of the unit lies in.
    pub fn secret_around(&self, place: Location) -> Option<Span> {
        self.project.document(place.file).secrets().iter().copied().find(|secret| secret.contains(place.span))
    }

    /// The YAML of a compose file of the unit.
    pub fn yaml_of(&self, file: FileId) -> Option<&'a Stream> {
        Some(&self.project.document(file).compose()?.stream)
    }

    /// The YAML node that stands at a place, with the tree that it is in.
    pub fn yaml_at(&self, place: Location) -> Option<(&'a Tree, NodeId)> {
        let mut documents = self.yaml_of(place.file)?.documents.iter();
        documents.find_map(|tree| Some((tree, tree.node_at(place.span)?)))
    }

    /// The edits that do something to the YAML of a file of the unit; `None` where that would touch other values too. Collections
    /// that become empty go with their key.
    pub fn edit_yaml(
        &self,
        file: FileId,
        tree: &'a Tree,
        work: impl FnOnce(&mut Editor<'a>) -> Result<(), Refusal>,
    ) -> Option<Vec<Edit>> {
        let editor = Editor::new(self.text_of(file), self.yaml_of(file)?, tree).ok()?;
        let mut editor = editor.keep(&|path: &[&str]| matches!(path, [] | [_, _]));
        work(&mut editor).ok()?;
        let changes = editor.finish().ok()?;
        Some(changes.into_iter().map(|change| Edit { file, span: change.span, replacement: change.text }).collect())
    }

    /// The edits that the fix of the document, or that of a variant, asks for at a place of a compose project, as for a schema rule.
    /// `values` fill `{name}` in its pointers and texts.
    pub fn declared(
        &self,
        compose: &ComposeProject,
        variant: Option<&str>,
        subject: &str,
        values: &[(&'static str, &str)],
    ) -> Option<Result<Vec<Edit>, Blocked>> {
        let fix = match variant {
            Some(name) => self.rule.variant(name)?.fix.as_ref(),
            None => self.rule.fix.as_ref(),
        }?;
        let values: Vec<_> = values.iter().map(|(name, value)| (Cow::Borrowed(*name), (*value).to_owned())).collect();
        Some(schema::compose_edits(compose, self.project, fix, subject, &values))
    }

    /// The day of the run.
    pub fn today(&self) -> Date {
        self.project.today
    }

    /// What the file is for.
    pub fn environment(&self) -> Environment {
        self.document.environment
    }

    /// What the team that owns the file promises itself.
    pub fn policy(&self) -> &'a Policy {
        &self.document.policy
    }

    /// A finding at a span of the file; nothing is reported before [`Draft::emit`].
    pub fn report(&mut self, span: Span) -> Draft<'_> {
        self.report_at(Location { file: self.document.file, span })
    }

    /// A finding about a fact of a snapshot: the place is that of `fact`, a JSON Pointer below `subject`, or of its nearest
    /// ancestor.
    pub fn report_fact(&mut self, subject: &str, fact: &str) -> Draft<'_> {
        let span = self.fact(subject, fact);
        self.report(span)
    }

    /// Where a fact of the snapshot stands.
    pub fn fact(&self, subject: &str, fact: &str) -> Span {
        self.document.snapshot().map_or(Span::default(), |snapshot| snapshot.span(&format!("{subject}{fact}")))
    }

    /// A finding in any file of the unit that is judged. Spans that the draft is given are of that file.
    pub fn report_at(&mut self, place: Location) -> Draft<'_> {
        let Location { file, span } = place;
        Draft {
            rule: self.rule,
            project: self.project,
            environment: self.document.environment,
            root: self.document.file,
            file,
            findings: self.findings,
            primary: span,
            variant: None,
            values: Vec::new(),
            related: Vec::new(),
            edits: Vec::new(),
            applicability: None,
            by_hand: false,
            severity: None,
            confidence: None,
            without: Vec::new(),
        }
    }
}

/// Values that name a service, a container or a file, which stand elsewhere for all to see.
const NAMES: [&str; 6] = ["name", "dependency", "other", "first", "second", "path"];

/// A shorter secret cannot be told from other text.
const SHORTEST_SECRET: usize = 4;

/// A finding in the making.
#[must_use = "a draft is no finding before `emit`"]
pub struct Draft<'r> {
    rule: &'static Rule,
    project: &'r Project,
    environment: Environment,
    /// The file that is judged; the finding may lie in another one.
    root: FileId,
    file: FileId,
    findings: &'r mut Vec<Finding>,
    primary: Span,
    variant: Option<&'static Variant>,
    values: Vec<(Cow<'static, str>, String)>,
    related: Vec<(Location, &'static str)>,
    edits: Vec<Edit>,
    applicability: Option<Applicability>,
    by_hand: bool,
    severity: Option<Severity>,
    confidence: Option<Confidence>,
    without: Vec<&'static str>,
}

impl Draft<'_> {
    /// Takes message, aliases and fix from a variant of the document. An unknown name is a fault of the check, which
    /// the tests of the documents catch; it falls back to the words of the rule.
    pub fn variant(mut self, name: &str) -> Self {
        self.variant = self.rule.variant(name);
        debug_assert!(self.variant.is_some(), "{} has no variant `{name}`", self.rule.id);
        self
    }

    /// Gives `{name}` of the message, of labels and of the fix title its value.
    pub fn value(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        self.values.push((name.into(), value.into()));
        self
    }

    /// A second place in the same file, with a label of the document.
    pub fn related(self, span: Span, label: &'static str) -> Self {
        let location = Location { file: self.file, span };
        self.related_at(location, label)
    }

    /// A second place, perhaps in another file.
    pub fn related_at(mut self, location: Location, label: &'static str) -> Self {
        self.related.push((location, label));
        self
    }

    /// The fix writes this in the place of a span; several edits make one fix.
    pub fn replace(self, span: Span, replacement: impl Into<String>) -> Self {
        let file = self.file;
        self.edit(Edit { file, span, replacement: replacement.into() })
    }

    /// One fix of several replacements.
    pub fn replace_all<T: Into<String>>(self, edits: impl IntoIterator<Item = (Span, T)>) -> Self {
        edits.into_iter().fold(self, |draft, (span, text)| draft.replace(span, text))
    }

    /// The fix puts text in at a place.
    pub fn insert(self, at: usize, text: impl Into<String>) -> Self {
        self.replace(Span::empty(at), text)
    }

    /// The fix takes a span out.
    pub fn delete(self, span: Span) -> Self {
        self.replace(span, String::new())
    }

    /// An edit, perhaps of another file.
    pub fn edit(mut self, edit: Edit) -> Self {
        self.edits.push(edit);
        self
    }

    /// Overrides the `safety` of the document for this finding.
    pub fn applicability(mut self, applicability: Applicability) -> Self {
        self.applicability = Some(applicability);
        self
    }

    /// More edits, perhaps of other files.
    pub fn edits(self, edits: impl IntoIterator<Item = Edit>) -> Self {
        edits.into_iter().fold(self, Self::edit)
    }

    /// The edits of a declared fix; where there can be none, the fix is by hand, and what is in the way is shown.
    pub fn declared(self, edits: Option<Result<Vec<Edit>, Blocked>>) -> Self {
        match edits {
            Some(Ok(edits)) => edits.into_iter().fold(self, Self::edit),
            Some(Err(blocked)) => blocked.at.into_iter().fold(self.by_hand(), |draft, at| draft.related_at(at, blocked.reason)),
            None => self,
        }
    }

    /// The fix is for its author to make: it is shown without edits.
    pub fn by_hand(mut self) -> Self {
        self.by_hand = true;
        self
    }

    /// Overrides the severity of the document for this finding.
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }

    /// Overrides the confidence of the document for this finding.
    pub fn confidence(mut self, confidence: Confidence) -> Self {
        self.confidence = Some(confidence);
        self
    }

    /// The aliases of a family do not hold for this finding: that peer is silent here.
    pub fn without(mut self, family: &'static str) -> Self {
        self.without.push(family);
        self
    }

    /// The aliases of a family do not hold for this finding when that peer is silent here.
    pub fn without_if(self, family: &'static str, silent: bool) -> Self {
        if silent { self.without(family) } else { self }
    }

    /// A value quotes what stands in a file: what is secret there is no part of a message.
    fn cover_secrets(&mut self) {
        if self.values.is_empty() {
            return;
        }
        let (own, root) = (self.file, self.root);
        let others = self.related.iter().map(|(location, _)| location.file).filter(|file| *file != own && *file != root);
        for file in std::iter::once(own).chain((root != own).then_some(root)).chain(others) {
            let document = self.project.document(file);
            let text = document.source.text();
            for secret in document.secrets().iter().map(|span| span.slice(text)).filter(|secret| secret.len() >= SHORTEST_SECRET)
            {
                // A plain word says too little: a password of `shop` makes no secret of the service `shop`.
                let is_word = secret.bytes().all(|byte| byte.is_ascii_lowercase());
                let may_name = |key: &str| is_word && NAMES.contains(&key);
                for (_, value) in self.values.iter_mut().filter(|(key, value)| value.contains(secret) && !may_name(key)) {
                    *value = value.replace(secret, "***");
                }
            }
        }
    }

    /// Reports the finding; without edits it has no fix.
    pub fn emit(mut self) {
        self.cover_secrets();
        let rule = self.rule;
        let words = self.variant.and_then(|variant| variant.fix).or(rule.fix);
        let fix = words.filter(|_| self.by_hand || !self.edits.is_empty()).map(|words| {
            let mut edits = self.edits;
            edits.sort();
            edits.dedup();
            let by_hand = self.by_hand.then_some(Applicability::Manual);
            let applicability = by_hand.or(self.applicability).unwrap_or(words.safety);
            // Most name nothing.
            let names = words.title.contains('{');
            let title = if names { fill(words.title, &self.values).into() } else { Cow::Borrowed(words.title) };
            Fix { applicability, title, edits }
        });
        let tables = [rule.aliases, self.variant.map_or(&[][..], |variant| variant.aliases)];
        let held = tables.into_iter().flatten().filter(|(family, _)| !self.without.contains(family));
        // Of exactly the size that is needed: thousands of findings are held at a time.
        let mut aliases = Vec::with_capacity(held.clone().map(|(_, ids)| ids.len()).sum());
        aliases.extend(held.flat_map(|(family, ids)| ids.iter().map(move |id| Alias { family, id })));
        let label = |key: &'static str| match rule.label(key).unwrap_or(key) {
            label if label.contains('{') => Cow::Owned(fill(label, &self.values)),
            label => Cow::Borrowed(label),
        };
        let related = self.related.iter().map(|(location, key)| Related { location: *location, label: label(key) }).collect();
        let message = self.variant.and_then(|variant| variant.message).unwrap_or(rule.message);
        let severity = self.severity.or(self.variant.and_then(|variant| variant.severity));
        let confidence = self.confidence.or(self.variant.and_then(|variant| variant.confidence));
        let name = self.values.iter().find(|(name, _)| name == "name").filter(|_| rule.together.is_some());
        let among = name.map(|(_, name)| Box::new((name.clone(), self.root)));
        self.findings.push(Finding {
            among,
            rule: rule.id,
            severity: severity.unwrap_or_else(|| rule.severity.of(self.environment)),
            confidence: confidence.unwrap_or(rule.confidence),
            message: fill(message, &self.values),
            primary: Location { file: self.file, span: self.primary },
            related,
            aliases,
            fix,
        });
    }
}

/// Puts values in the place of `{name}`; a name without a value stays as it is.
pub(crate) fn fill(template: &str, values: &[(Cow<'static, str>, String)]) -> String {
    let mut text = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        text.push_str(&rest[..open]);
        rest = &rest[open..];
        let close = rest.find('}');
        let value = close.and_then(|close| values.iter().find(|(name, _)| **name == rest[1..close]));
        match (value, close) {
            (Some((_, value)), Some(close)) => {
                text.push_str(value);
                rest = &rest[close + 1..];
            }
            _ => {
                text.push('{');
                rest = &rest[1..];
            }
        }
    }
    text.push_str(rest);
    text.shrink_to_fit();
    text
}

#[cfg(test)]
mod tests {
    use super::fill;

    #[test]
    fn values_fill_their_places_and_nothing_else() {
        let values = [("name".into(), "a{name}b".to_owned())];
        assert_eq!(fill("`{name}` and ${HOME} and {other}", &values), "`a{name}b` and ${HOME} and {other}");
    }
}
