//! Which nginx runs each configuration: what the images of the services say that mount or copy it.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::effective::{System, copied_nginx};
use super::web_server::release;
use super::{Content, Project, Unit, UnitContent};
use crate::nginx::release::Release;
use crate::source::FileId;
use crate::source::sources::folder;

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
        let may_run = unit.links.services.iter().any(|links| !links.nginx.is_empty() || links.build.is_some());
        let Some(system) = System::of(project, unit).filter(|_| may_run) else { continue };
        for service in system.services().filter(|service| !service.nginx.is_empty()) {
            let known = service.image().map_or(Release::UNKNOWN, release);
            for configuration in &service.nginx {
                add(configuration.main, known);
                served.insert(configuration.main);
            }
        }
    }
    // A Dockerfile by itself, which is mostly built from its own folder.
    for document in &project.documents {
        let Content::Dockerfile(dockerfile) = &document.content else { continue };
        let Some(stage) = dockerfile.final_stage() else { continue };
        let Some(image) = stage.image.as_deref() else { continue };
        for file in copied_nginx(project, dockerfile, stage, folder(&document.source.path)) {
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
