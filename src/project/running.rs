//! From what runs to what it was written as.

use super::{Project, UnitContent};
use crate::compose::{ComposeProject, Service};
use crate::live::Container;

/// The service of a compose project of this run that a container was made from: of the project that it names, else of the files that it names,
/// else of the only project that has such a service.
pub fn service_of<'p>(project: &'p Project, container: &Container) -> Option<(&'p ComposeProject, Service<'p>)> {
    let origin = container.compose.as_ref().filter(|origin| !origin.service.is_empty())?;
    let projects = project.units.iter().filter_map(|unit| match &unit.content {
        UnitContent::Compose(compose) => Some(&**compose),
        UnitContent::Nginx(_) => None,
    });
    let with_service: Vec<_> = projects.filter_map(|compose| Some((compose, compose.service(&origin.service)?))).collect();
    let is_named = |compose: &ComposeProject| compose.name == origin.project;
    let is_at_its_place = |compose: &ComposeProject| {
        let location = project.document(compose.root).source.location.as_deref();
        location.is_some_and(|path| origin.config_files.iter().any(|file| path == std::path::Path::new(file)))
    };
    let by_place = with_service.iter().find(|(compose, _)| is_at_its_place(compose));
    let by_name = || with_service.iter().find(|(compose, _)| is_named(compose));
    let alone = || if with_service.len() == 1 { with_service.first() } else { None };
    by_place.or_else(by_name).or_else(alone).copied()
}
