//! Runs rules over the documents of a project.

use std::borrow::Borrow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::check::{Check, Reporter};
use super::rule::Rule;
use super::schema::{ComposeFacts, FileFacts, Placed, SchemaRule, SnapshotFacts, Subjects};
use crate::dockerfile::facts::facts;
use crate::dockerfile::instruction::{Body, Instruction};
use crate::dockerfile::model::Dockerfile;
use crate::finding::{BoxedFinding, Finding};
use crate::live::Snapshot;
use crate::nginx::configuration::Configuration;
use crate::nginx::location::Location;
use crate::nginx::server::{self, Server};
use crate::project::effective::System;
use crate::project::fleet::{self, Fleet};
use crate::project::policy_scope::{self, PolicyScope};
use crate::project::{Content, Document, Project, Unit, UnitContent};
use crate::source::{FileId, Kind, Location as Place};
use crate::threads::{self, Job, PARALLEL_FROM};

/// What the rules found, and the files in which one of them failed.
#[derive(Debug)]
pub struct Judgement<F = Finding> {
    /// In no particular order within a file; files in the order of the project.
    pub findings: Vec<F>,
    pub failures: Vec<Failure>,
    /// Files of which a rule looked at others: what is said of them hangs on these.
    pub linked: Vec<FileId>,
}

impl<F> Default for Judgement<F> {
    fn default() -> Self {
        Self { findings: Vec::new(), failures: Vec::new(), linked: Vec::new() }
    }
}

/// A rule that panicked on a file: a bug of ours, and an error of that file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub file: FileId,
    pub rule: &'static str,
}

/// Judges every document and every unit by the rules.
pub fn judge(project: &Project, rules: &[&'static Rule]) -> Judgement {
    judge_where(project, rules, &|_| true)
}

/// Judges some of the documents, and the units that they are in. Where one file of a unit is asked for, all have to be.
pub fn judge_files(project: &Project, rules: &[&'static Rule], files: &[FileId]) -> Judgement {
    let mut asked = vec![false; project.documents.len()];
    files.iter().for_each(|file| asked[file.index()] = true);
    judge_where(project, rules, &|file| asked[file.index()])
}

/// What rules are run on.
enum Target<'a> {
    Document(&'a Document),
    Unit(Arc<Unit>),
    Fleet(&'a Fleet<'a>),
    Policy(&'a PolicyScope<'a>),
}

fn judge_where(project: &Project, rules: &[&'static Rule], asked: &dyn Fn(FileId) -> bool) -> Judgement {
    let plan = Plan::new(rules);
    let units = project.units.iter().filter(|unit| asked(unit.root)).map(|unit| Target::Unit(Arc::clone(unit)));
    let documents = project.documents.iter().filter(|document| asked(document.file)).map(|document| Target::Document(document));
    let mut whole = Whole::new(false);
    whole.judge(project, &plan, units.chain(documents).map(|target| target.job(project)).collect());
    whole.judge_together(project, &plan, asked);
    whole.judgement
}

/// What is asked of a project after it was judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Afterwards {
    /// Anything. Files that were given back are read again.
    Anything,
    /// Only texts, places and secrets: compose projects are given back too, and are no units of it any more.
    Texts,
}

/// As [`judge`], and gives back what files and units mean as soon as nobody will ask any more, so that a run holds little more than their
/// texts.
pub fn judge_once(project: &mut Project, rules: &[&'static Rule], afterwards: Afterwards) -> Judgement<BoxedFinding> {
    let plan = Plan::new(rules);
    let mut whole = Whole::new(true);
    whole.judge_together(project, &plan, &|_| true);
    let units = project.units.clone();
    if afterwards == Afterwards::Texts {
        // Others ask for the nginx that a service runs, never for another project.
        project.units.retain(|unit| unit.kind() == Kind::Nginx);
    }
    let project = &*project;
    // The files of a unit come right behind it: what it had read of them is still there.
    let mut listed = vec![false; project.documents.len()];
    let mut is_new = |file: &FileId| !std::mem::replace(&mut listed[file.index()], true);
    let mut targets: Vec<Job<Target<'_>>> = Vec::with_capacity(project.units.len() + project.documents.len());
    for unit in units {
        let job = Target::Unit(Arc::clone(&unit)).job(project);
        let (thread, size) = (job.thread, job.size);
        targets.push(job);
        // As large as their unit, so that they stay behind it.
        let files = unit.files.iter().filter(|file| is_new(file));
        targets.extend(files.map(|file| Job { thread, size, item: Target::Document(project.document(*file)) }));
    }
    let alone = project.documents.iter().filter(|document| is_new(&document.file));
    targets.extend(alone.map(|document| Target::Document(document).job(project)));
    targets.iter().for_each(|job| job.item.documents(project).for_each(Document::awaited));
    whole.judge(project, &plan, targets);
    whole.judgement
}

impl Target<'_> {
    /// The documents that its judgement asks about.
    fn documents<'t>(&'t self, project: &'t Project) -> impl Iterator<Item = &'t Document> {
        let (one, files) = match self {
            Self::Document(document) => (Some(*document), &[][..]),
            Self::Unit(unit) => (None, unit.files.as_slice()),
            Self::Fleet(_) | Self::Policy(_) => (None, &[][..]),
        };
        one.into_iter().chain(files.iter().map(|file| project.document(*file)))
    }

    /// To judge it, where it was read.
    fn job(self, project: &Project) -> Job<Self> {
        let thread = self.documents(project).next().map_or(0, |document| threads::home(&document.source.path));
        let size = self.documents(project).map(|document| document.source.text().len()).sum();
        Job { thread, size, item: self }
    }

    /// Says that it was judged, and will not be again.
    fn done(&self, project: &Project) {
        if let Self::Unit(unit) = self {
            unit.give_back();
        }
        self.documents(project).for_each(Document::done);
    }
}

/// The judgement of a run as it comes together.
struct Whole<F> {
    judgement: Judgement<F>,
    /// Nothing of it is judged again.
    once: bool,
    /// What several configurations include, or several projects run, is judged in each of them, and told once.
    told: FxHashSet<(&'static str, Place, String)>,
}

impl<F: From<Finding> + Borrow<Finding> + Send> Whole<F> {
    fn new(once: bool) -> Self {
        Self { judgement: Judgement::default(), once, told: FxHashSet::default() }
    }

    fn judge(&mut self, project: &Project, plan: &Plan, targets: Vec<Job<Target<'_>>>) {
        let one = |target: Target<'_>| {
            let judgement = match &target {
                Target::Document(document) => judge_document(project, plan, document),
                Target::Unit(unit) => judge_unit(project, plan, unit),
                Target::Fleet(fleet) => judge_fleet(project, plan, fleet),
                Target::Policy(scope) => judge_scope(project, plan, scope),
            };
            if self.once {
                target.done(project);
            }
            (matches!(target, Target::Unit(_)), judgement.held())
        };
        let parts: Vec<(bool, Judgement<F>)> = threads::each(targets, |_, target| one(target));
        self.judgement.findings.reserve_exact(parts.iter().map(|(_, part)| part.findings.len()).sum());
        for (of_unit, mut part) in parts {
            if of_unit {
                let is_nginx = |finding: &Finding| project.document(finding.primary.file).kind() == Kind::Nginx;
                let told = &mut self.told;
                part.findings.retain(|finding| {
                    let finding: &Finding = finding.borrow();
                    !is_nginx(finding) || told.insert((finding.rule, finding.primary, finding.message.clone()))
                });
            }
            self.judgement.findings.extend(part.findings);
            self.judgement.failures.extend(part.failures);
            self.judgement.linked.extend(part.linked);
        }
    }

    /// Runs the rules that compare projects with each other, or with a policy.
    fn judge_together(&mut self, project: &Project, plan: &Plan, asked: &dyn Fn(FileId) -> bool) {
        let fleets = if plan.fleet.is_empty() { Vec::new() } else { fleet::fleets(project) };
        let scopes = if plan.policy.is_empty() { Vec::new() } else { policy_scope::scopes(project) };
        let fleets = fleets.iter().filter(|fleet| fleet.tenants.iter().any(|tenant| asked(tenant.root))).map(Target::Fleet);
        let scopes = scopes.iter().filter(|scope| scope.files().any(|document| asked(document.file))).map(Target::Policy);
        self.judge(project, plan, fleets.chain(scopes).map(|target| target.job(project)).collect());
    }
}

/// Rules with the checks that judge for them.
type Checks = Vec<(&'static Rule, Check)>;

/// The rules of a run by what they judge, so that no file is shown to the rules of other kinds.
#[derive(Default)]
struct Plan {
    dockerfile: Checks,
    secret: Checks,
    snapshot: Checks,
    nginx: Checks,
    compose: Checks,
    env: Checks,
    system: Checks,
    fleet: Checks,
    policy: Checks,
    schemas: Vec<SchemaRule>,
}

impl Plan {
    fn new(rules: &[&'static Rule]) -> Self {
        let mut plan = Self { schemas: rules.iter().filter_map(|rule| SchemaRule::of(rule)).collect(), ..Self::default() };
        for (rule, check) in rules.iter().filter_map(|rule| Some((*rule, rule.check?))) {
            let checks = match check {
                Check::Dockerfile(_)
                | Check::DockerfileStage(_)
                | Check::DockerfileInstruction(_)
                | Check::DockerfileScript(_)
                | Check::DockerfileCommand(_) => &mut plan.dockerfile,
                Check::Secret(_) => &mut plan.secret,
                Check::Engine(_) | Check::Container(_) | Check::Image(_) => &mut plan.snapshot,
                Check::Nginx(_) | Check::NginxDirective(_) | Check::NginxServer(_) | Check::NginxLocation(_) => &mut plan.nginx,
                Check::Compose(_) | Check::ComposeService(_) => &mut plan.compose,
                Check::Env(_) => &mut plan.env,
                Check::Project(_) | Check::ProjectService(_) => &mut plan.system,
                Check::Fleet(_) => &mut plan.fleet,
                Check::Policy(_) => &mut plan.policy,
            };
            checks.push((rule, check));
        }
        plan
    }
}

fn judge_unit(project: &Project, plan: &Plan, unit: &Unit) -> Judgement {
    let mut judgement = Judgement::default();
    let document = project.document(unit.root);
    let compose = match &unit.content {
        UnitContent::Compose(compose) => compose,
        UnitContent::Nginx(configuration) => {
            let parts = NginxParts::of(configuration);
            for (rule, check) in &plan.nginx {
                judgement.run(rule, project, document, |out| run_on_nginx(&parts, *check, out));
            }
            return judgement;
        }
    };
    judge_system(project, plan, unit, &mut judgement);
    // The services as Dockerfiles are the most of what a project takes.
    unit.links.give_back();
    for (rule, check) in &plan.compose {
        match check {
            Check::Compose(check) => judgement.run(rule, project, document, |out| check(compose, out)),
            Check::ComposeService(check) => {
                judgement.run(rule, project, document, |out| compose.services().for_each(|service| check(compose, service, out)));
            }
            _ => {}
        }
    }
    let mut schemas = plan.schemas.iter().filter(|schema| schema.subject.kind == unit.kind()).peekable();
    if schemas.peek().is_some() {
        let facts = ComposeFacts { project: compose, facts: compose.facts() };
        judge_schemas(project, document, schemas, &facts, &mut judgement);
    }
    judgement
}

/// Runs schema rules on the facts of a document.
fn judge_schemas<'s>(
    project: &Project,
    document: &Document,
    schemas: impl Iterator<Item = &'s SchemaRule>,
    facts: &dyn Placed,
    judgement: &mut Judgement,
) {
    let mut subjects = Subjects::of(facts);
    for schema in schemas {
        let subjects = subjects.named(schema.subject);
        judgement.run(schema.rule, project, document, |out| schema.judge(facts, subjects, out));
    }
}

/// Runs the rules that compare tenants, once for all of them.
fn judge_fleet(project: &Project, plan: &Plan, fleet: &Fleet<'_>) -> Judgement {
    let mut judgement = Judgement::default();
    let Some(first) = fleet.tenants.first() else { return judgement };
    let document = project.document(first.root);
    for (rule, check) in &plan.fleet {
        if let Check::Fleet(check) = check {
            judgement.run(rule, project, document, |out| check(fleet, out));
        }
    }
    judgement
}

/// Runs the rules that hold services to a policy. What they say of any file hangs on all of them.
fn judge_scope(project: &Project, plan: &Plan, scope: &PolicyScope<'_>) -> Judgement {
    let mut judgement = Judgement::default();
    let document = project.document(scope.config);
    for (rule, check) in &plan.policy {
        if let Check::Policy(check) = check {
            judgement.run(rule, project, document, |out| check(scope, out));
        }
    }
    judgement.linked = scope.files().map(|document| document.file).collect();
    // Services that share a Dockerfile share what is said of it.
    let mut told: FxHashSet<(&str, Place)> = FxHashSet::default();
    judgement.findings.retain(|finding| told.insert((finding.rule, finding.primary)));
    judgement
}

/// Runs the rules that look at compose, Dockerfiles, images and nginx together.
fn judge_system(project: &Project, plan: &Plan, unit: &Unit, judgement: &mut Judgement) {
    let Some(system) = System::of(project, unit).filter(|_| !plan.system.is_empty()) else { return };
    // Each is made once, whoever asks for it; the Dockerfiles of a large project are much to read.
    let services: Vec<_> = system.compose.services().collect();
    let services: Vec<_> = if services.len() < PARALLEL_FROM {
        system.services().collect()
    } else {
        services.into_par_iter().map(|service| system.effective(service)).collect()
    };
    let document = project.document(unit.root);
    for (rule, check) in &plan.system {
        match check {
            Check::Project(check) => judgement.run(rule, project, document, |out| check(&system, &services, out)),
            Check::ProjectService(check) => {
                judgement.run(rule, project, document, |out| services.iter().for_each(|service| check(&system, service, out)));
            }
            _ => {}
        }
    }
}

/// What the rules on a configuration are run on.
struct NginxParts<'c> {
    configuration: &'c Configuration,
    servers: Vec<Server<'c>>,
    locations: Vec<Location<'c>>,
}

impl<'c> NginxParts<'c> {
    fn of(configuration: &'c Configuration) -> Self {
        let locations = configuration.directives().filter_map(Location::read).collect();
        Self { configuration, servers: server::servers(configuration), locations }
    }
}

fn run_on_nginx(parts: &NginxParts<'_>, check: Check, out: &mut Reporter<'_>) {
    match check {
        Check::Nginx(check) => check(parts.configuration, out),
        Check::NginxDirective(check) => parts.configuration.directives().for_each(|directive| check(directive, out)),
        Check::NginxServer(check) => parts.servers.iter().for_each(|server| check(server, out)),
        Check::NginxLocation(check) => parts.locations.iter().for_each(|location| check(location, out)),
        _ => {}
    }
}

fn judge_document(project: &Project, plan: &Plan, document: &Document) -> Judgement {
    let mut judgement = Judgement::default();
    match document.content() {
        Content::Dockerfile => {
            let Some(dockerfile) = document.dockerfile() else { return judgement };
            for (rule, check) in &plan.dockerfile {
                judgement.run(rule, project, document, |out| run_on_dockerfile(&dockerfile, *check, out));
            }
            let mut schemas = plan.schemas.iter().filter(|schema| schema.subject.kind == Kind::Dockerfile).peekable();
            // Facts cost more than most rules: they are made only for a file that a schema judges.
            if schemas.peek().is_some() {
                let facts = facts(document.source.text(), &dockerfile);
                let facts = FileFacts { file: document.file, facts: &facts };
                judge_schemas(project, document, schemas, &facts, &mut judgement);
            }
        }
        Content::Env(env) => {
            for (rule, check) in &plan.env {
                if let Check::Env(check) = check {
                    judgement.run(rule, project, document, |out| check(env, out));
                }
            }
        }
        Content::Snapshot(snapshot) => {
            for (rule, check) in &plan.snapshot {
                judgement.run(rule, project, document, |out| run_on_snapshot(&snapshot.snapshot, *check, out));
            }
            let schemas = plan.schemas.iter().filter(|schema| schema.subject.kind == Kind::Snapshot);
            let facts = SnapshotFacts { file: document.file, snapshot };
            judge_schemas(project, document, schemas, &facts, &mut judgement);
        }
        Content::Compose(_) | Content::Nginx(_) | Content::Neighbour | Content::Unread | Content::Panicked => {}
    }
    let spoken_of = document.detections().iter().filter(|detection| !detection.deferred);
    if spoken_of.clone().next().is_some() {
        for (rule, check) in &plan.secret {
            if let Check::Secret(check) = check {
                judgement.run(rule, project, document, |out| spoken_of.clone().for_each(|detection| check(detection, out)));
            }
        }
    }
    judgement
}

impl Judgement {
    /// With findings as they are held until the end of the run.
    fn held<F: From<Finding>>(self) -> Judgement<F> {
        // Into memory of its own: `collect` would keep that of the larger findings.
        let mut findings = Vec::with_capacity(self.findings.len());
        findings.extend(self.findings.into_iter().map(F::from));
        Judgement { findings, failures: self.failures, linked: self.linked }
    }

    /// Runs one rule on one file; what a rule that panics had found is dropped.
    fn run(&mut self, rule: &'static Rule, project: &Project, document: &Document, judge: impl FnOnce(&mut Reporter<'_>)) {
        let before = self.findings.len();
        let mut reporter = Reporter::new(rule, project, document, &mut self.findings);
        let panicked = catch_unwind(AssertUnwindSafe(|| judge(&mut reporter))).is_err();
        if reporter.looked_beyond() && self.linked.is_empty() {
            self.linked.push(document.file);
        }
        if panicked {
            self.findings.truncate(before);
            self.failures.push(Failure { file: document.file, rule: rule.id });
        }
    }
}

fn run_on_dockerfile(dockerfile: &Dockerfile, check: Check, out: &mut Reporter<'_>) {
    match check {
        Check::Dockerfile(check) => check(dockerfile, out),
        Check::DockerfileStage(check) => dockerfile.stages.iter().for_each(|stage| check(dockerfile, stage, out)),
        Check::DockerfileInstruction(check) => {
            for (index, instruction) in dockerfile.tree.instructions.iter().enumerate() {
                check(dockerfile, index, instruction, out);
                if let Some(trigger) = trigger(instruction) {
                    check(dockerfile, index, trigger, out);
                }
            }
        }
        Check::DockerfileScript(check) => dockerfile.scripts.iter().for_each(|script| check(dockerfile, script, out)),
        Check::DockerfileCommand(check) => {
            for script in &dockerfile.scripts {
                script.script.commands.iter().for_each(|command| check(dockerfile, script, command, out));
            }
        }
        _ => {}
    }
}

fn run_on_snapshot(snapshot: &Snapshot, check: Check, out: &mut Reporter<'_>) {
    for engine in &snapshot.engines {
        match check {
            Check::Engine(check) => check(engine, out),
            Check::Container(check) => engine.containers.iter().for_each(|container| check(engine, container, out)),
            Check::Image(check) => engine.images.iter().for_each(|image| check(engine, image, out)),
            _ => {}
        }
    }
}

fn trigger(instruction: &Instruction) -> Option<&Instruction> {
    match &instruction.body {
        Body::Onbuild(trigger) => Some(trigger),
        _ => None,
    }
}
