//! What each part of a run costs on one file. `cargo bench` runs all, `cargo bench parser` those of that name.

use std::fmt;
use std::fs;
use std::path::Path;

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use shipworthy::dockerfile::facts::facts as facts_of;
use shipworthy::dockerfile::{model, secrets, syntax};
use shipworthy::finding::{Applicability, Environment, Finding};
use shipworthy::fix::{self, ByRules, Judge, Request};
use shipworthy::project::Project;
use shipworthy::report::{self, Format, Run, Style, Verbosity};
use shipworthy::rules::{self, Registry, Rule};
use shipworthy::shell;
use shipworthy::source::{Kind, Mapped, SourceFile};
use shipworthy::triage::{self, FailOn, Settings};

fn main() {
    divan::main();
}

/// The files that everything is measured on.
#[derive(Clone, Copy)]
enum Input {
    /// A file of the fixtures, as people write them.
    Small,
    /// The largest of the fixtures.
    Large,
    /// Two hundred instructions of all kinds, with faults.
    Generated,
}

const INPUTS: [Input; 3] = [Input::Small, Input::Large, Input::Generated];

impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Small => "small",
            Self::Large => "large",
            Self::Generated => "generated",
        })
    }
}

impl Input {
    fn text(self) -> String {
        let fixture = |name: &str| {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name);
            fs::read_to_string(path).expect("the fixtures are there")
        };
        match self {
            Self::Small => fixture("teamflow/backend/Dockerfile"),
            Self::Large => fixture("sixty/Dockerfile.multitenant"),
            Self::Generated => generated(),
        }
    }

    fn project(self) -> Project {
        let file = SourceFile::new("Dockerfile", Kind::Dockerfile, self.text().into_bytes());
        Project::load(vec![file], &|_| Environment::Production)
    }
}

/// Twenty stages that each hold one of most instructions.
fn generated() -> String {
    let stage = |index: usize| {
        format!(
            "FROM debian:latest AS stage{index}\n\
             ARG VERSION=1.{index}\n\
             ENV PATH=\"/opt/bin:$PATH\" API_TOKEN=abc{index}\n\
             # The tools of stage {index}.\n\
             RUN apt-get update && \\\n    apt-get install -y curl git=1:2.30 && \\\n    rm -rf /var/lib/apt/lists/*\n\
             RUN cd /tmp && sudo curl -sSL https://example.org/$VERSION.sh | bash -s -- --yes; pip install requests\n\
             RUN <<EOF\nset -e\nfor name in a b c; do\n  echo \"$name\" >> /etc/names\ndone\nEOF\n\
             COPY --from=stage0 /opt /opt\n\
             WORKDIR app\n\
             EXPOSE 80{index}\n\
             HEALTHCHECK --interval=5s CMD curl -f http://localhost/ || exit 1\n\
             CMD node server.js\n\n"
        )
    };
    (0..20).map(stage).collect()
}

fn rules_of(registry: &Registry) -> Vec<&'static Rule> {
    registry.iter().collect()
}

fn findings(project: &Project, registry: &Registry) -> Vec<Finding> {
    rules::judge(project, &rules_of(registry)).findings
}

#[divan::bench(args = INPUTS)]
fn parser(bencher: Bencher<'_, '_>, input: Input) {
    let text = input.text();
    bencher.counter(BytesCount::of_str(&text)).bench(|| syntax::parse(black_box(&text)));
}

/// Stages, variables, images and scripts, from a tree that is there; the shell is part of it.
#[divan::bench(args = INPUTS)]
fn model(bencher: Bencher<'_, '_>, input: Input) {
    let text = input.text();
    let tree = || syntax::parse(&text);
    bencher.counter(BytesCount::of_str(&text)).with_inputs(tree).bench_values(|tree| model::understand(&text, tree));
}

#[divan::bench(args = INPUTS)]
fn secrets(bencher: Bencher<'_, '_>, input: Input) {
    let text = input.text();
    let dockerfile = model::understand(&text, syntax::parse(&text));
    bencher.bench(|| secrets::secret_spans(black_box(&text), &dockerfile));
}

/// Every shell text of a file.
#[divan::bench(args = INPUTS)]
fn shell(bencher: Bencher<'_, '_>, input: Input) {
    let text = input.text();
    let dockerfile = model::understand(&text, syntax::parse(&text));
    let spans = dockerfile.scripts.iter().filter(|script| script.shell.is_posix()).map(|script| script.script.span);
    let texts: Vec<Mapped> = spans
        .map(|span| {
            let mut mapped = Mapped::empty(span.start());
            mapped.push(&text, span);
            mapped
        })
        .collect();
    bencher.bench(|| texts.iter().map(|text| shell::parse(text).commands.len()).sum::<usize>());
}

#[divan::bench(args = INPUTS)]
fn all_rules(bencher: Bencher<'_, '_>, input: Input) {
    let (project, registry) = (input.project(), Registry::embedded());
    let rules = rules_of(&registry);
    bencher.bench(|| rules::judge(black_box(&project), &rules));
}

/// Facts are what schema rules see.
#[divan::bench(args = INPUTS)]
fn facts(bencher: Bencher<'_, '_>, input: Input) {
    let project = input.project();
    let document = &project.documents[0];
    let dockerfile = document.dockerfile().expect("it is one");
    bencher.bench(|| facts_of(document.source.text(), &dockerfile));
}

#[divan::bench(args = INPUTS)]
fn triage(bencher: Bencher<'_, '_>, input: Input) {
    let (project, registry, settings) = (input.project(), Registry::embedded(), Settings::everything());
    let findings = findings(&project, &registry);
    bencher.with_inputs(|| findings.clone()).bench_values(|findings| triage::triage(&project, &registry, findings, &settings));
}

/// With a diff for each finding that has a fix.
#[divan::bench(args = INPUTS)]
fn full_report(bencher: Bencher<'_, '_>, input: Input) {
    let (project, registry, settings) = (input.project(), Registry::embedded(), Settings::everything());
    assert!(project.documents[0].dockerfile().is_some());
    let findings = findings(&project, &registry);
    bencher.bench(|| {
        let mut outcome = triage::triage(&project, &registry, findings.clone(), &settings);
        for judged in &mut outcome.findings {
            judged.diff = judged.finding.fix.as_ref().map(|fix| fix::excerpt(&project, fix));
        }
        let run = Run {
            project: &project,
            registry: &registry,
            outcome: &outcome,
            fail_on: FailOn::Never,
            statistics: false,
            verbosity: Verbosity::Normal,
            style: Style::plain(),
            record: None,
            checklist: None,
            comparison: None,
        };
        let mut out = Vec::new();
        report::write(Format::Full, &run, &mut out).expect("memory takes all");
        out
    });
}

/// Every fix, the unsafe ones too, each proved.
#[divan::bench(args = INPUTS)]
fn fix_of_a_file(bencher: Bencher<'_, '_>, input: Input) {
    let (project, registry, settings) = (input.project(), Registry::embedded(), Settings::everything());
    let request = Request { least: Applicability::Unsafe, ..Request::default() };
    bencher.bench(|| {
        let judge = ByRules::new(&project, &registry, &settings);
        fix::fix(judge.judge(&[]), &judge, &request)
    });
}
