//! From what runs to what it was written as.

use super::Project;
use super::effective::System;
use crate::compose::Service;
use crate::live::Container;

/// The service of a compose project of this run that a container was made from: of the project that it names, else of the files that it names,
/// else of the only project that has such a service.
pub fn service_of<'p>(project: &'p Project, container: &Container) -> Option<(System<'p>, Service<'p>)> {
    let origin = container.compose.as_ref().filter(|origin| !origin.service.is_empty())?;
    let systems = project.units.iter().filter_map(|unit| System::of(project, unit));
    let with_service: Vec<_> = systems.filter_map(|system| Some((system, system.compose.service(&origin.service)?))).collect();
    let is_named = |system: &System<'_>| system.compose.name == origin.project;
    let is_at_its_place = |system: &System<'_>| {
        let location = project.document(system.compose.root).source.location.as_deref();
        location.is_some_and(|path| origin.config_files.iter().any(|file| path == std::path::Path::new(file)))
    };
    let by_place = with_service.iter().find(|(system, _)| is_at_its_place(system));
    let by_name = || with_service.iter().find(|(system, _)| is_named(system));
    let alone = || if with_service.len() == 1 { with_service.first() } else { None };
    by_place.or_else(by_name).or_else(alone).copied()
}
