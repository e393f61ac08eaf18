//! The packages that the RUNs of a stage install, and the system that they are of.

use rustc_hash::FxHashMap;

use super::instruction::Body;
use super::model::{Base, Dockerfile, InstalledPackage};
use super::packages::{Action, Invocation, Origin, invocation};
use super::system::{self, System};

/// Notes in each stage what its RUNs install and do not remove again, and on which system.
pub(super) fn note(dockerfile: &mut Dockerfile) {
    let mut found: Vec<Found> = (0..dockerfile.stages.len()).map(|_| Found::default()).collect();
    for script in dockerfile.scripts.iter().filter(|script| !script.onbuild) {
        let Some(stage) = script.stage else { continue };
        if !matches!(dockerfile.instruction(script.instruction).body, Body::Run { .. }) {
            continue;
        }
        for call in script.script.commands.iter().filter_map(invocation) {
            found[stage].system = found[stage].system.or(system::of_manager(call.manager));
            match call.action {
                Action::Install => found[stage].install(&call, script.instruction, dockerfile),
                Action::Remove => found[stage].remove(&call),
                _ => {}
            }
        }
    }
    for (index, found) in found.into_iter().enumerate() {
        let stage = &dockerfile.stages[index];
        let inherited = match stage.base {
            Base::Stage(parent) => dockerfile.stages[parent].system,
            _ => stage.image.as_deref().and_then(system::of_image),
        };
        let stage = &mut dockerfile.stages[index];
        stage.system = found.system.or(inherited);
        stage.packages = found.packages.into_iter().flatten().collect();
    }
}

#[derive(Default)]
struct Found {
    /// `None` once removed.
    packages: Vec<Option<InstalledPackage>>,
    /// The places of a package by its name, and by the name of the group that it came with (`apk add --virtual`).
    places: FxHashMap<String, Vec<usize>>,
    system: Option<System>,
}

impl Found {
    fn install(&mut self, call: &Invocation<'_>, instruction: usize, dockerfile: &Dockerfile) {
        let group = call.values(&["--virtual", "-t"]).next().filter(|_| call.manager == super::packages::Manager::Apk);
        for (word, spec) in call.specs() {
            let is_named = matches!(spec.origin, Origin::Index | Origin::Group) && !spec.name.contains(['$', '`']);
            if !is_named || spec.name.is_empty() {
                continue;
            }
            let place = self.packages.len();
            for name in group.into_iter().chain([spec.name]) {
                self.places.entry(name.to_owned()).or_default().push(place);
            }
            self.packages.push(Some(InstalledPackage {
                manager: call.manager,
                name: spec.name.to_owned(),
                operator: spec.operator.to_owned(),
                version: spec.version.map(|version| known(version, instruction, dockerfile)),
                span: word.span,
                instruction,
            }));
        }
    }

    fn remove(&mut self, call: &Invocation<'_>) {
        for (_, spec) in call.specs() {
            for place in self.places.remove(spec.name).unwrap_or_default() {
                self.packages[place] = None;
            }
        }
    }
}

/// A version with the variables that the file gives a value.
fn known(version: &str, instruction: usize, dockerfile: &Dockerfile) -> String {
    let expanded = version.contains('$').then(|| dockerfile.expand(instruction, version).ok()).flatten();
    expanded.and_then(|expanded| expanded.text).unwrap_or_else(|| version.to_owned())
}
