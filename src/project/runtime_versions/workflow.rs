//! Releases that workflows of GitHub set up: `setup-python` and its kin, through a matrix, and the container of a job.

use super::{Rewrite, Role, Said, StatedVersion, leading_version};
use crate::config::Runtime;
use crate::source::sources::join;
use crate::source::{FileId, Location, Span};
use crate::yaml::{self, NodeId, Tree};

/// The actions with their input.
const ACTIONS: &[(&str, &str, Runtime, &str)] = &[
    ("actions/setup-python", "python-version", Runtime::Python, "setup-python"),
    ("actions/setup-node", "node-version", Runtime::Node, "setup-node"),
    ("actions/setup-go", "go-version", Runtime::Go, "setup-go"),
    ("ruby/setup-ruby", "ruby-version", Runtime::Ruby, "setup-ruby"),
    ("shivammathur/setup-php", "php-version", Runtime::Php, "setup-php"),
    ("actions/setup-java", "java-version", Runtime::Java, "setup-java"),
    ("astral-sh/setup-uv", "python-version", Runtime::Python, "setup-uv"),
];

/// More jobs, or steps of one job, are not looked at.
const MOST: usize = 500;

/// What the jobs of a workflow set up. `path` is that of the workflow.
pub fn in_workflow(file: FileId, text: &str, path: &str) -> Vec<StatedVersion> {
    let stream = yaml::parse(text);
    let Some(tree) = stream.documents.first() else { return Vec::new() };
    let Some(root) = tree.root else { return Vec::new() };
    let here = path.split(".github/workflows/").next().unwrap_or_default();
    let workflow = Workflow { file, text, tree, root: if here.is_empty() { "." } else { here } };
    let Some((_, jobs)) = tree.entry(root, "jobs") else { return Vec::new() };
    let mut found = Vec::new();
    let folder = workflow.default_folder(root);
    for (_, job) in tree.entries(jobs).take(MOST) {
        let folder = workflow.folder_of(job).or_else(|| folder.clone());
        let mut stated = workflow.in_job(job);
        for stated in &mut stated {
            stated.folder.clone_from(&folder);
        }
        found.extend(stated);
    }
    // One entry of a matrix may be used by several steps.
    let mut seen: Vec<Location> = Vec::new();
    found.retain(|stated: &StatedVersion| {
        !seen.contains(&stated.place) && {
            seen.push(stated.place);
            true
        }
    });
    found
}

struct Workflow<'t> {
    file: FileId,
    text: &'t str,
    tree: &'t Tree,
    /// The folder of the repository, from the current directory.
    root: &'t str,
}

impl Workflow<'_> {
    fn get(&self, node: NodeId, path: &[&str]) -> Option<NodeId> {
        path.iter().try_fold(node, |node, key| self.tree.entry(node, key).map(|(_, value)| value))
    }

    fn default_folder(&self, node: NodeId) -> Option<String> {
        let folder = self.get(node, &["defaults", "run", "working-directory"])?;
        Some(join(self.root, self.tree.str(folder)?))
    }

    /// The folder that a job works in: by its defaults, else the one that all steps with a folder name.
    fn folder_of(&self, job: NodeId) -> Option<String> {
        if let Some(folder) = self.default_folder(job) {
            return Some(folder);
        }
        let steps = self.get(job, &["steps"])?;
        let named = self.tree.items(steps).iter().take(MOST);
        let mut named = named.filter_map(|step| self.tree.str(self.get(*step, &["working-directory"])?));
        let first = named.next()?;
        named.all(|other| other == first).then(|| join(self.root, first))
    }

    fn in_job(&self, job: NodeId) -> Vec<StatedVersion> {
        let mut found = Vec::new();
        let steps = self.get(job, &["steps"]).map_or(&[][..], |steps| self.tree.items(steps));
        for step in steps.iter().take(MOST) {
            let Some(uses) = self.get(*step, &["uses"]).and_then(|uses| self.tree.str(uses)) else { continue };
            let name = uses.split('@').next().unwrap_or(uses);
            let Some((_, input, runtime, by)) = ACTIONS.iter().find(|(action, ..)| *action == name) else { continue };
            let Some(value) = self.get(*step, &["with", input]) else { continue };
            found.extend(self.value(job, value, *runtime, by));
        }
        found
    }

    /// One release, several in the lines of one text, or an entry of the matrix.
    fn value(&self, job: NodeId, value: NodeId, runtime: Runtime, by: &'static str) -> Option<StatedVersion> {
        let written = self.tree.str(value)?.trim();
        if let Some(expression) = written.strip_prefix("${{").and_then(|rest| rest.strip_suffix("}}")) {
            let name = expression.trim().strip_prefix("matrix.")?;
            let list = self.get(job, &["strategy", "matrix", name])?;
            let versions: Vec<String> = self.tree.items(list).iter().filter_map(|item| self.version(*item)).collect();
            return self.each(versions, list, runtime, by);
        }
        if written.contains('\n') {
            let versions = written.lines().filter_map(|line| leading_version(line.trim()).map(str::to_owned)).collect();
            return self.each(versions, value, runtime, by);
        }
        let version = leading_version(written)?;
        let place = self.place(value);
        let raw = place.span.slice(self.text);
        let rewrite = Rewrite::around(place, raw, version).filter(|_| raw == written && is_safe_scalar(self.text, place.span));
        let said = Said::Exactly(version.to_owned());
        Some(StatedVersion { rewrite, ..StatedVersion::new(runtime, said, written, place, by, Role::Tests) })
    }

    fn each(&self, versions: Vec<String>, list: NodeId, runtime: Runtime, by: &'static str) -> Option<StatedVersion> {
        let place = Location { file: self.file, span: self.tree.node(list).span };
        let text = versions.join(", ");
        (!versions.is_empty()).then(|| StatedVersion::new(runtime, Said::Each(versions), text, place, by, Role::Tests))
    }

    fn version(&self, item: NodeId) -> Option<String> {
        leading_version(self.tree.str(item)?.trim()).map(str::to_owned)
    }

    /// A scalar within its quotes.
    fn place(&self, scalar: NodeId) -> Location {
        let span = self.tree.node(scalar).span;
        let raw = span.slice(self.text);
        let quoted = raw.len() >= 2 && ['"', '\''].iter().any(|quote| raw.starts_with(*quote) && raw.ends_with(*quote));
        let span = if quoted { Span::new(span.start() + 1, span.end() - 1) } else { span };
        Location { file: self.file, span }
    }
}

/// Whether any release may be written there: without quotes `3.10` would be the number 3.1.
fn is_safe_scalar(text: &str, span: Span) -> bool {
    let before = text[..span.start()].chars().next_back();
    matches!(before, Some('"' | '\'')) || !span.slice(text).contains('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stated(text: &str) -> Vec<StatedVersion> {
        in_workflow(FileId(0), text, ".github/workflows/test.yml")
    }

    #[test]
    fn steps_matrices_and_folders() {
        let text = "jobs:\n  api:\n    defaults: { run: { working-directory: services/api } }\n    steps:\n      - uses: actions/checkout@v4\n      - uses: actions/setup-python@v5\n        with:\n          python-version: \"3.12\"\n  web:\n    strategy:\n      matrix:\n        node: [20, 22]\n    steps:\n      - uses: actions/setup-node@v4\n        with: { node-version: \"${{ matrix.node }}\" }\n";
        let found = stated(text);
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].exactly(), found[0].folder.as_deref()), (Some("3.12"), Some("services/api")));
        assert_eq!(found[0].place.span.slice(text), "3.12");
        assert_eq!(found[0].rewrite.as_ref().unwrap().to("3.13").replacement, "3.13");
        assert_eq!((&found[1].said, found[1].folder.as_deref()), (&Said::Each(vec!["20".into(), "22".into()]), None));
    }

    #[test]
    fn what_is_not_known_says_nothing() {
        for text in [
            "",
            "jobs: 3\n",
            "jobs:\n  a:\n    steps:\n      - uses: actions/setup-python@v5\n",
            "jobs:\n  a:\n    steps:\n      - uses: actions/setup-python@v5\n        with: { python-version: \"${{ inputs.v }}\" }\n",
            "jobs:\n  a:\n    steps:\n      - uses: actions/setup-node@v4\n        with: { node-version: lts/* }\n",
            "jobs:\n  a: [\n",
        ] {
            assert_eq!(stated(text), [], "{text}");
        }
    }
}
