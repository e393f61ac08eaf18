//! Which projects of a run are tenants of one template.
//!
//! Examples and alternatives lie side by side too. Tenants are told from them by all of this: three or more folders beside each other have a
//! compose file of one name; in more than half of them the services are the same and run the same images (nothing is built from a tenant's
//! own folder); seven tenths of all their attributes are common; and each is made for somebody: at one place in all of them the name of the
//! folder is written, or two variables or names have another value in each.

use indexmap::IndexMap;
use rayon::prelude::*;
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

use super::form::{Form, Name};
use super::{Fleet, Tenant, host};
use crate::compose::ComposeProject;
use crate::project::{Project, UnitContent, environment};
use crate::secret::is_example;
use crate::source::sources::join;
use crate::source::{FileId, Kind};

/// Fewer are no fleet.
const FEWEST: usize = 3;

/// How much of what two projects of one template have in all they have in common, in hundredths.
const ALIKE: usize = 70;

/// The name of a folder, and the project in it.
type Found<'p> = (&'p str, FileId, &'p ComposeProject);

/// A project that may be one of a tenant.
struct Candidate<'p> {
    name: &'p str,
    root: FileId,
    compose: &'p ComposeProject,
    form: Form,
}

/// The fleets of a run, by folder. Linear in the size of the projects.
pub fn fleets(project: &Project) -> Vec<Fleet<'_>> {
    let mut siblings: IndexMap<(&str, &str), Vec<Found<'_>>, FxBuildHasher> = IndexMap::default();
    for unit in &project.units {
        let UnitContent::Compose(compose) = &unit.content else { continue };
        let path = &project.document(unit.root).source.path;
        if let Some((parent, tenant, file)) = parts(path) {
            siblings.entry((parent, file)).or_default().push((tenant, unit.root, compose));
        }
    }
    let mut found: Vec<Fleet<'_>> = Vec::new();
    for ((parent, _), projects) in siblings {
        if projects.len() < FEWEST || is_example(&format!("{parent}/compose.yaml"), Kind::Compose) {
            continue;
        }
        let Some(fleet) = fleet(project, parent, projects) else { continue };
        // `docker-compose.prod.yml` beside it is the same tenant once more.
        match found.iter_mut().find(|other| other.folder == fleet.folder) {
            Some(other) if other.tenants.len() < fleet.tenants.len() => *other = fleet,
            Some(_) => {}
            None => found.push(fleet),
        }
    }
    found
}

/// The folder of the tenants, the tenant, and the name of the file.
fn parts(path: &str) -> Option<(&str, &str, &str)> {
    let (directory, file) = path.rsplit_once('/')?;
    let (parent, tenant) = directory.rsplit_once('/').unwrap_or((".", directory));
    // `dev`, `staging` and `prod` are one system three times.
    let is_environment = !tenant.contains(['-', '_', '.']) && environment::guess(&format!("{tenant}/x")).is_some();
    (!is_environment && tenant != "." && tenant != "..").then_some((parent, tenant, file))
}

fn fleet<'p>(project: &'p Project, parent: &str, projects: Vec<Found<'p>>) -> Option<Fleet<'p>> {
    let mut candidates: Vec<Candidate<'p>> = projects
        .into_par_iter()
        .map(|(name, root, compose)| {
            let form = Form::of(project, compose, &Name::new(name), Some(&compose.directory));
            Candidate { name, root, compose, form }
        })
        .collect();
    let mut counts: FxHashMap<&[(String, String)], usize> = FxHashMap::default();
    for signature in candidates.iter().filter_map(|candidate| candidate.form.signature.as_deref()) {
        *counts.entry(signature).or_default() += 1;
    }
    let (core, count) = counts
        .into_iter()
        .filter(|(signature, _)| !signature.is_empty())
        .max_by(|one, other| (one.1, one.0).cmp(&(other.1, other.0)))?;
    if count < FEWEST || count * 2 <= candidates.len() {
        return None;
    }
    let core = core.to_vec();
    let usual = usual_paths(&candidates, &core);
    let usual: FxHashSet<&str> = usual.iter().map(String::as_str).collect();
    let keep: Vec<bool> = candidates.iter().map(|candidate| is_alike(&candidate.form, &core, &usual)).collect();
    drop(usual);
    let mut keep = keep.into_iter();
    candidates.retain(|_| keep.next().unwrap_or_default());
    if candidates.len() < FEWEST || !is_made_for_each(&candidates) {
        return None;
    }
    candidates.sort_by(|one, other| one.name.cmp(other.name));
    let template = template(project, &core, &candidates);
    let tenants: Vec<Tenant<'p>> =
        candidates.into_iter().map(|Candidate { name, root, compose, form }| Tenant { name, root, compose, form }).collect();
    let one_host = host::is_one(&tenants);
    Some(Fleet { project, folder: join(".", parent), tenants, template, one_host })
}

/// The paths that more than half of the projects with the usual services have.
fn usual_paths(candidates: &[Candidate<'_>], core: &[(String, String)]) -> Vec<String> {
    let mut counts: FxHashMap<&str, usize> = FxHashMap::default();
    let mut members = 0;
    for candidate in candidates.iter().filter(|candidate| candidate.form.signature.as_deref() == Some(core)) {
        members += 1;
        let paths: FxHashSet<&str> = candidate.form.slots.iter().map(|slot| slot.path.as_str()).collect();
        paths.into_iter().for_each(|path| *counts.entry(path).or_default() += 1);
    }
    counts.into_iter().filter(|(_, count)| count * 2 > members).map(|(path, _)| path.to_owned()).collect()
}

/// Whether a project has the form of the others; one with another service more or less may have drifted from it.
fn is_alike(form: &Form, core: &[(String, String)], usual: &FxHashSet<&str>) -> bool {
    let Some(signature) = &form.signature else { return false };
    let common_services = signature.iter().filter(|service| core.binary_search(service).is_ok()).count();
    if common_services * 2 <= core.len() {
        return false;
    }
    let paths: FxHashSet<&str> = form.slots.iter().map(|slot| slot.path.as_str()).collect();
    let common = paths.iter().filter(|path| usual.contains(**path)).count();
    let all = paths.len() + usual.len() - common;
    // Of four services one may be missing with all that it has.
    let least = if signature == core { ALIKE } else { ALIKE - 20 };
    common * 100 >= all * least
}

/// Whether the projects say whose each is: the name of the folder at one place of all of them, or two names or variables that differ
/// everywhere.
fn is_made_for_each(candidates: &[Candidate<'_>]) -> bool {
    let mut named: FxHashMap<&str, usize> = FxHashMap::default();
    let mut distinct: FxHashMap<&str, FxHashSet<u64>> = FxHashMap::default();
    for candidate in candidates {
        let mut seen: FxHashSet<&str> = FxHashSet::default();
        for slot in candidate.form.slots.iter().filter(|slot| seen.insert(&slot.path)) {
            if slot.named {
                *named.entry(&slot.path).or_default() += 1;
            }
            if slot.path.starts_with(".env/") || slot.path.ends_with("/container_name") {
                distinct.entry(&slot.path).or_default().extend(slot.token);
            }
        }
    }
    let all = candidates.len();
    named.values().any(|count| count * 3 >= all * 2) || distinct.values().filter(|values| values.len() == all).count() >= 2
}

/// The compose file with placeholders that has the services of the fleet.
fn template(project: &Project, core: &[(String, String)], tenants: &[Candidate<'_>]) -> Option<Form> {
    let members: FxHashSet<FileId> = tenants.iter().map(|tenant| tenant.root).collect();
    project.units.iter().filter(|unit| !members.contains(&unit.root)).find_map(|unit| {
        let UnitContent::Compose(compose) = &unit.content else { return None };
        let path = &project.document(unit.root).source.path;
        let named = path.split(['/', '.', '-', '_']).any(|word| matches!(word, "template" | "templates" | "tmpl" | "tpl"));
        let holds = || project.document(unit.root).compose().is_some_and(|file| !file.placeholders.is_empty());
        if !named && !holds() {
            return None;
        }
        let form = Form::of(project, compose, &Name::new(""), None);
        (form.signature.as_deref().is_some_and(|signature| is_same(signature, core))).then_some(form)
    })
}

/// Whether a template has the services of its tenants; an image that hangs on a placeholder is any.
fn is_same(template: &[(String, String)], core: &[(String, String)]) -> bool {
    template.len() == core.len()
        && template
            .iter()
            .zip(core)
            .all(|((name, image), (other, other_image))| name == other && (image == other_image || image == "?"))
}
