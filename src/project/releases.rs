//! Which nginx runs each configuration: what the images of the services say that mount or copy it.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::effective::{System, copied_nginx};
use super::links::ServiceLinks;
use super::web_server::release;
use super::{Document, Project, Unit, UnitContent};
use crate::nginx::release::Release;
use crate::source::sources::folder;
use crate::source::{FileId, Kind};

/// Writes into every configuration which releases of nginx it may be run by. Those that no service runs stay unknown.
pub(super) fn set(project: &mut Project) {
    if !project.units.iter().any(|unit| matches!(unit.content, UnitContent::Nginx(_))) {
        return;
    }
    let mut releases: FxHashMap<FileId, Release> = FxHashMap::default();
    let mut served: FxHashSet<FileId> = FxHashSet::default();
    let mut add = |main: FileId, release: Release| {
        releases.entry(main).and_modify(|known| *known = known.or(release)).or_insert(release);
    };
    for unit in &project.units {
        let may_run = |links: &ServiceLinks| {
            !links.nginx.is_empty() || links.dockerfile().is_some_and(|file| speaks_of_nginx(project.document(file)))
        };
        let Some(system) = System::of(project, unit) else { continue };
        // Only these are looked at as they run: that is much to read.
        let candidates =
            unit.links.services.iter().filter(|links| may_run(links)).filter_map(|links| system.service(&links.service));
        for service in candidates.filter(|service| !service.nginx.is_empty()) {
            let known = service.image().map_or(Release::UNKNOWN, release);
            for configuration in &service.nginx {
                add(configuration.main, known);
                served.insert(configuration.main);
            }
        }
    }
    // A Dockerfile by itself, which is mostly built from its own folder.
    for document in project.documents.iter().filter(|document| speaks_of_nginx(document)) {
        let Some(dockerfile) = document.dockerfile() else { continue };
        let Some(stage) = dockerfile.final_stage() else { continue };
        let Some(image) = stage.image.as_deref() else { continue };
        for file in copied_nginx(project, &dockerfile, stage, folder(&document.source.path)) {
            add(file, release(image));
        }
    }
    for unit in &mut project.units {
        // One that is shared was understood before, with the same images.
        let Some(Unit { content: UnitContent::Nginx(configuration), .. }) = Arc::get_mut(unit) else { continue };
        configuration.has_service = served.contains(&configuration.main);
        let parts = configuration.files.iter().filter_map(|read| releases.get(&read.file));
        if let Some(release) = parts.copied().reduce(Release::or) {
            configuration.release = release;
        }
    }
}

/// Whether it is a Dockerfile that may copy a configuration: only such a one is worth reading for it.
fn speaks_of_nginx(document: &Document) -> bool {
    document.kind() == Kind::Dockerfile && memchr::memmem::find(document.source.text().as_bytes(), b"/etc/nginx").is_some()
}
