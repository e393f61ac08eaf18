//! What a change brought: the findings that were not there before it, found by judging the files as git has them.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rustc_hash::FxHashMap;

use super::Failure;
use super::arguments::InputArguments;
use super::session::Session;
use crate::source::{FileId, MAX_BYTES};
use crate::triage::{self, Baseline, Outcome};

/// The change that is judged.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Range {
    /// What is staged, against the last commit.
    Staged,
    /// Everything since the commit where this branch left another, with what is not committed.
    Since(String),
}

/// A file that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Change {
    /// From the root of the repository.
    path: String,
    /// Where it was before; `None` where it was not.
    before: Option<String>,
}

/// A change in a repository.
#[derive(Debug)]
pub struct Changes {
    range: Range,
    root: PathBuf,
    files: Vec<Change>,
}

impl Changes {
    /// The change that the command line asks for.
    pub fn of(input: &InputArguments) -> Result<Option<Self>, Failure> {
        let range = match (&input.since, input.staged) {
            (Some(reference), _) => Range::Since(reference.clone()),
            (None, true) => Range::Staged,
            (None, false) => return Ok(None),
        };
        let root = git(Path::new("."), &["rev-parse", "--show-toplevel"]).map_err(|failure| match failure {
            GitFailure::Said(said) if said.contains("not a git repository") => {
                let flag = if input.staged { "--staged" } else { "--since" };
                Failure::new(format!("{flag} asks git what changed, and this folder is in no git repository"))
            }
            other => other.into(),
        })?;
        let root = PathBuf::from(text(&root).trim_end());
        let (range, listed) = match range {
            Range::Staged => {
                let listed = git(&root, &["diff", "--cached", "--name-status", "-z", "-M", "--no-ext-diff"])?;
                (Range::Staged, listed)
            }
            Range::Since(reference) => {
                if reference.starts_with('-') {
                    return Err(Failure::new(format!("`{reference}` is no revision")));
                }
                let fork = git(&root, &["merge-base", &reference, "HEAD"]).map(|commit| text(&commit).trim_end().to_owned());
                let from = match fork {
                    Ok(commit) => commit,
                    Err(_) => commit_of(&root, &reference)?,
                };
                let listed = git(&root, &["diff", "--name-status", "-z", "-M", "--no-ext-diff", &from, "--"])?;
                (Range::Since(from), listed)
            }
        };
        let mut files = parse(&text(&listed));
        if matches!(range, Range::Since(_)) {
            let untracked = git(&root, &["ls-files", "--others", "--exclude-standard", "-z"])?;
            let paths = text(&untracked);
            files.extend(
                paths.split('\0').filter(|path| !path.is_empty()).map(|path| Change { path: path.to_owned(), before: None }),
            );
        }
        Ok(Some(Self { range, root, files }))
    }

    /// Puts what is staged in the place of what lies in the working tree.
    pub fn stage(&self, session: &mut Session) -> Result<(), Failure> {
        if self.range != Range::Staged {
            return Ok(());
        }
        let documents = self.documents(session);
        let named = self.files.iter().filter_map(|change| Some((*documents.get(&self.root.join(&change.path))?, change)));
        let named: Vec<_> = named.collect();
        let objects = named.iter().map(|(_, change)| format!(":{}", change.path)).collect::<Vec<_>>();
        let staged = contents(&self.root, &objects)?;
        let differs = |file: FileId, bytes: &[u8]| session.project.document(file).source.bytes() != bytes;
        let changed = named.iter().zip(staged).filter_map(|((file, _), bytes)| Some((*file, bytes?)));
        let changed: Vec<_> = changed.filter(|(file, bytes)| differs(*file, bytes)).collect();
        session.project = session.project.replaced(&changed, Vec::new());
        Ok(())
    }

    /// Leaves only the findings that were not there before the change. What `listed` knows is out of `outcome` already; it is no part of
    /// what was there before either, or it would hide a second one.
    pub fn keep_new(&self, session: &mut Session, listed: Option<&Baseline>, outcome: &mut Outcome) -> Result<(), Failure> {
        let documents = self.documents(session);
        let named = self.files.iter().filter_map(|change| Some((*documents.get(&self.root.join(&change.path))?, change)));
        let named: Vec<_> = named.collect();
        let commit = match &self.range {
            Range::Staged => "HEAD",
            Range::Since(commit) => commit,
        };
        let objects = named.iter().filter_map(|(_, change)| Some(format!("{commit}:{}", change.before.as_ref()?)));
        let mut before = contents(&self.root, &objects.collect::<Vec<_>>())?.into_iter();
        let earlier: Vec<(FileId, Vec<u8>)> = named
            .iter()
            .map(|(file, change)| {
                let bytes = change.before.as_ref().and_then(|_| before.next().flatten());
                (*file, bytes.unwrap_or_default())
            })
            .collect();
        let rules = session.settings.rules(&session.registry);
        let now = std::mem::take(&mut session.project);
        session.project = now.replaced(&earlier, Vec::new());
        let findings = session.judge(&rules);
        let mut known = triage::triage(&session.project, &session.registry, findings, &session.settings);
        if let Some(listed) = listed {
            listed.apply(&session.project, &session.settings, &mut known);
        }
        let mut baseline = Baseline::whole(&self.root.join("-"));
        baseline.update(&session.project, &session.settings, &known, true);
        session.project = now;
        // They are not silenced, they are not the subject.
        let silenced = outcome.suppressed.len();
        baseline.apply(&session.project, &session.settings, outcome);
        outcome.suppressed.truncate(silenced);
        Ok(())
    }

    fn documents(&self, session: &Session) -> FxHashMap<PathBuf, FileId> {
        let located = session.project.documents.iter().filter_map(|document| {
            let location = document.source.location.as_ref()?;
            Some((location.canonicalize().ok()?, document.file))
        });
        located.collect()
    }
}

/// Reads `git diff --name-status -z`.
fn parse(listed: &str) -> Vec<Change> {
    let mut words = listed.split('\0');
    let mut files = Vec::new();
    while let (Some(status), Some(path)) = (words.next().filter(|status| !status.is_empty()), words.next()) {
        match status.as_bytes()[0] {
            b'A' => files.push(Change { path: path.to_owned(), before: None }),
            b'D' => {}
            b'R' | b'C' => {
                let Some(now) = words.next() else { break };
                files.push(Change { path: now.to_owned(), before: Some(path.to_owned()) });
            }
            _ => files.push(Change { path: path.to_owned(), before: Some(path.to_owned()) }),
        }
    }
    files
}

/// What objects hold, in their order; `None` for one that is not there.
fn contents(root: &Path, objects: &[String]) -> Result<Vec<Option<Vec<u8>>>, Failure> {
    let names = objects.iter().filter(|name| !name.contains('\n'));
    if objects.is_empty() {
        return Ok(Vec::new());
    }
    let mut child = Command::new("git")
        .arg("-C")
        .arg(root)
        .args(["cat-file", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| Failure::new(format!("git cannot be run: {error}")))?;
    let input: String = names.map(|name| format!("{name}\n")).collect();
    let mut stdin = child.stdin.take().ok_or_else(|| Failure::new("git takes no input"))?;
    // In a thread of its own: git answers before it has read everything.
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let mut output = Vec::new();
    let stdout = child.stdout.take().ok_or_else(|| Failure::new("git gives no output"))?;
    let read = stdout.take(4 * MAX_BYTES).read_to_end(&mut output);
    let _ = writer.join();
    let _ = child.wait();
    read.map_err(|error| Failure::new(format!("git: {error}")))?;
    let mut found = Vec::with_capacity(objects.len());
    let mut rest = output.as_slice();
    for name in objects {
        found.push(if name.contains('\n') { None } else { next_object(&mut rest) });
    }
    Ok(found)
}

/// One answer of `git cat-file --batch`: `<id> blob <size>`, the bytes, a newline; or `<name> missing`.
fn next_object(rest: &mut &[u8]) -> Option<Vec<u8>> {
    let end = memchr::memchr(b'\n', rest)?;
    let head = String::from_utf8_lossy(&rest[..end]).into_owned();
    *rest = &rest[end + 1..];
    let mut words = head.rsplitn(3, ' ');
    let size: usize = words.next()?.parse().ok()?;
    let kind = words.next()?;
    let bytes = rest.get(..size)?.to_vec();
    *rest = rest.get(size + 1..).unwrap_or_default();
    (kind == "blob").then_some(bytes)
}

/// The commit that a reference names.
fn commit_of(root: &Path, reference: &str) -> Result<String, Failure> {
    match git(root, &["rev-parse", "--verify", "--quiet", &format!("{reference}^{{commit}}")]) {
        Ok(commit) => Ok(text(&commit).trim_end().to_owned()),
        Err(GitFailure::Said(_)) => Err(Failure::new(format!(
            "`--since {reference}`: this repository has no such commit, branch or tag\n\
             help: where only a part of the history was fetched, fetch that first: `git fetch origin {reference}`"
        ))),
        Err(failure) => Err(failure.into()),
    }
}

/// Why there is no answer of git.
#[derive(Debug)]
enum GitFailure {
    NotRun(std::io::Error),
    Said(String),
}

impl From<GitFailure> for Failure {
    fn from(failure: GitFailure) -> Self {
        match failure {
            GitFailure::NotRun(error) => Self::new(format!("git cannot be run: {error}")),
            GitFailure::Said(said) => Self::new(said),
        }
    }
}

fn git(folder: &Path, arguments: &[&str]) -> Result<Vec<u8>, GitFailure> {
    let output = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(arguments)
        .stdin(Stdio::null())
        // What is known by its words is known by those of no other language.
        .env("LC_ALL", "C")
        .output()
        .map_err(GitFailure::NotRun)?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    Err(GitFailure::Said(format!("git {}: {}", arguments[0], String::from_utf8_lossy(&output.stderr).trim())))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_read_as_git_lists_them() {
        let change = |path: &str, before: Option<&str>| Change { path: path.to_owned(), before: before.map(str::to_owned) };
        assert_eq!(
            parse("M\0a b\0A\0new\0D\0gone\0R087\0old\0now\0"),
            [change("a b", Some("a b")), change("new", None), change("now", Some("old"))]
        );
        assert_eq!(parse(""), []);
    }

    #[test]
    fn objects_are_read_by_their_size() {
        let mut rest: &[u8] = b"12ab blob 3\na\nb\nHEAD:x y missing\n12ab tree 2\nxx\n12ab blob 0\n\n";
        assert_eq!(next_object(&mut rest), Some(b"a\nb".to_vec()));
        assert_eq!(next_object(&mut rest), None);
        assert_eq!(next_object(&mut rest), None);
        assert_eq!(next_object(&mut rest), Some(Vec::new()));
    }
}
