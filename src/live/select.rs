//! Which containers of a snapshot are judged.

use super::{Container, Snapshot};

/// Containers that fit all that is said here; what is not said fits every one.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Names, or beginnings of ids, any of them.
    pub names: Vec<String>,
    /// `KEY` or `KEY=VALUE`, all of them.
    pub labels: Vec<String>,
    /// Any of them.
    pub compose_projects: Vec<String>,
}

/// A shorter beginning of an id is taken for a name alone.
const SHORTEST_ID: usize = 6;

impl Selection {
    /// Whether anything is said.
    pub fn is_some(&self) -> bool {
        !(self.names.is_empty() && self.labels.is_empty() && self.compose_projects.is_empty())
    }

    /// Whether a container is judged.
    pub fn includes(&self, container: &Container) -> bool {
        let project = container.compose.as_ref().map(|compose| &compose.project);
        let named = self.names.is_empty() || self.names.iter().any(|name| container.is_called(name));
        let labelled = self.labels.iter().all(|label| match label.split_once('=') {
            Some((key, value)) => container.labels.get(key).is_some_and(|found| found == value),
            None => container.labels.contains_key(label),
        });
        named
            && labelled
            && (self.compose_projects.is_empty() || project.is_some_and(|name| self.compose_projects.contains(name)))
    }

    /// Leaves the others out, and images that only they were made from.
    pub fn apply(&self, snapshot: &mut Snapshot) {
        for engine in &mut snapshot.engines {
            engine.containers.retain(|container| self.includes(container));
            let used: Vec<&String> = engine.containers.iter().map(|container| &container.image_id).collect();
            engine.images.retain(|image| used.contains(&&image.id));
        }
    }

    /// The names that fit no container that is left.
    pub fn missing<'a>(&self, snapshots: impl Iterator<Item = &'a Snapshot> + Clone) -> Vec<String> {
        let is_there = |name: &String| {
            let mut containers = snapshots.clone().flat_map(|snapshot| &snapshot.engines).flat_map(|engine| &engine.containers);
            containers.any(|container| container.is_called(name))
        };
        self.names.iter().filter(|name| !is_there(name)).map(|name| format!("`{name}`")).collect()
    }
}

impl Container {
    /// By its name, its compose service, or the beginning of its id.
    pub fn is_called(&self, name: &str) -> bool {
        let service = self.compose.as_ref().is_some_and(|compose| compose.service == name);
        self.name == name || service || name.len() >= SHORTEST_ID && self.id.starts_with(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live::Engine;
    use crate::live::snapshot::ComposeOrigin;

    #[test]
    fn containers_are_chosen_by_name_label_and_project() {
        let compose = ComposeOrigin { project: "shop".into(), service: "web".into(), ..ComposeOrigin::default() };
        let web = Container { name: "shop-web-1".into(), compose: Some(compose), ..Container::default() };
        let labels = [("team".to_owned(), "pay".to_owned())].into();
        let pay = Container { name: "pay".into(), id: "abcdef0123".into(), labels, ..Container::default() };
        let engine = Engine { containers: vec![web, pay], ..Engine::default() };
        let chosen = |selection: Selection| {
            let mut snapshot = Snapshot { engines: vec![engine.clone()], ..Snapshot::default() };
            selection.apply(&mut snapshot);
            snapshot.engines[0].containers.iter().map(|container| container.name.clone()).collect::<Vec<_>>().join(" ")
        };
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        assert_eq!(chosen(Selection { names: words(&["web"]), ..Selection::default() }), "shop-web-1");
        assert_eq!(chosen(Selection { names: words(&["abcdef"]), ..Selection::default() }), "pay");
        assert_eq!(chosen(Selection { labels: words(&["team=pay"]), ..Selection::default() }), "pay");
        assert_eq!(chosen(Selection { compose_projects: words(&["shop"]), ..Selection::default() }), "shop-web-1");
        let selection = Selection { names: words(&["web", "none"]), ..Selection::default() };
        let snapshot = Snapshot { engines: vec![engine.clone()], ..Snapshot::default() };
        assert_eq!(selection.missing([&snapshot].into_iter()), ["`none`"]);
    }
}
