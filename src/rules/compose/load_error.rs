use crate::compose::written::content;
use crate::compose::{ComposeProject, Problem};
use crate::project::Content;
use crate::rules::check::Reporter;
use crate::source::sources::{folder, join};
use crate::source::{FileId, Kind, Location, Span};

/// What compose refuses, in its compose files; what it refuses in an env file is `env/parse-error`.
pub fn check(project: &ComposeProject, out: &mut Reporter<'_>) {
    for problem in &project.problems {
        if out.kind_of(problem.location.file) == Kind::Env {
            continue;
        }
        let declared = declared_elsewhere(project, problem, out);
        let draft = out.report_at(narrowed(problem, out)).value("problem", problem.message.clone());
        let draft = problem.other.into_iter().fold(draft, |draft, other| draft.related_at(other, "other"));
        match declared {
            Some((place, path)) if project.files.contains(&place.file) => {
                draft.variant("extended").value("path", path).related_at(place, "declared").emit();
            }
            Some((place, path)) => draft.variant("beside").value("path", path).related_at(place, "declared").emit(),
            None => draft.emit(),
        }
    }
}

/// Of a volume in its short form the name alone: `data` of `data:/var/lib/data`.
fn narrowed(problem: &Problem, out: &Reporter<'_>) -> Location {
    let Location { file, span } = problem.location;
    let text = out.text_of(file);
    let name = problem.undeclared.as_ref().map_or("", |(_, name)| name.as_str());
    let place = content(text, span).filter(|place| !name.is_empty() && place.slice(text).starts_with(&format!("{name}:")));
    let narrow = place.map(|place| Span::new(place.start(), place.start() + name.len()));
    Location { file, span: narrow.unwrap_or(span) }
}

/// Where a compose file that the project reads for `extends` alone, or that lies beside it, declares what the project lacks.
fn declared_elsewhere(project: &ComposeProject, problem: &Problem, out: &Reporter<'_>) -> Option<(Location, String)> {
    let (section, name) = problem.undeclared.as_ref()?;
    let all = out.project();
    let path_of = |file: FileId| join(".", &all.document(file).source.path);
    let here = path_of(project.root);
    let beside = |file: &FileId| folder(&path_of(*file)) == folder(&here);
    let others = all.documents.iter().map(|document| document.file);
    let mut others: Vec<FileId> = others.filter(|file| !project.config_files.contains(file)).collect();
    others.retain(|file| project.files.contains(file) || beside(file));
    // Files that the project reads come first.
    others.sort_by_key(|file| !project.files.contains(file));
    others.into_iter().find_map(|file| {
        let parsed = all.document(file).compose()?;
        let declared = parsed.stream.documents.iter().find_map(|tree| {
            let declared = tree.get(tree.root?, section)?;
            let (key, _) = tree.entries(declared).find(|(key, _)| tree.str(*key) == Some(name))?;
            Some(tree.node(key).span)
        })?;
        let path = &all.document(file).source.path;
        let name = path.rsplit('/').next().unwrap_or(path).to_owned();
        Some((Location { file, span: declared }, name))
    })
}
