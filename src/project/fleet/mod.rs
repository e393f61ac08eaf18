//! Many projects that were generated from one template, each for one tenant: `customers/*/docker-compose.yml`.
//!
//! [`fleets`] tells them from projects that only lie side by side; [`Fleet`] is what rules ask about what tenants share.

mod find;
mod form;
mod host;

pub use find::fleets;
pub use form::{Deviation, DeviationKind};
pub use host::HostPort;

use std::hash::Hash;

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use self::form::Form;
use super::{Document, Project};
use crate::compose::{ComposeProject, Node, SetBy};
use crate::env::{EnvFile, Value};
use crate::source::{FileId, Location};

/// Tenants of one template.
#[derive(Debug)]
pub struct Fleet<'p> {
    project: &'p Project,
    /// The folder that the folders of the tenants lie in.
    pub folder: String,
    /// By path, three or more.
    pub tenants: Vec<Tenant<'p>>,
    /// The compose file that they were made from, when it is in the tree.
    template: Option<Form>,
    /// Whether they run on one engine, as far as their ports and names tell: each has its own.
    pub one_host: bool,
}

/// One project of a fleet.
#[derive(Debug)]
pub struct Tenant<'p> {
    /// The name of its folder.
    pub name: &'p str,
    pub root: FileId,
    pub compose: &'p ComposeProject,
    form: Form,
}

/// A value that several tenants have.
#[derive(Debug)]
pub struct Shared<K> {
    pub value: K,
    /// Two or more, each tenant once, in their order.
    pub holders: Vec<Holder>,
}

/// A tenant and where it has a value.
#[derive(Debug, Clone, Copy)]
pub struct Holder {
    /// The place in [`Fleet::tenants`].
    pub tenant: usize,
    /// What to change, so that the tenant has another one.
    pub place: Location,
}

impl<'p> Fleet<'p> {
    /// The document of a file.
    pub fn document(&self, file: FileId) -> &'p Document {
        self.project.document(file)
    }

    /// The `.env` of a tenant.
    pub fn env_file(&self, tenant: &Tenant<'p>) -> Option<(&'p Document, &'p EnvFile)> {
        env_file(self.project, tenant.compose)
    }

    /// Where a value of a tenant is to be changed: in the env file when a variable brings it.
    pub fn place(&self, tenant: &Tenant<'p>, node: &Node) -> Location {
        let written = |location: Location| self.project.document(location.file).source.text().get(location.span.range());
        let set = tenant.compose.sites.variables(&node.origin).iter().filter_map(|used| match used.set {
            SetBy::File(location) => Some(location),
            _ => None,
        });
        let places: Vec<Location> = set.collect();
        let value = node.scalar_text().unwrap_or_default();
        let whole = places.iter().find(|place| written(**place).is_some_and(|text| text.trim_matches(['"', '\'']) == value));
        match (whole, places.as_slice()) {
            (Some(place), _) => *place,
            (None, [place]) => *place,
            _ => node.origin.location(),
        }
    }

    /// The values that more than one tenant has, in the order of their first places. A tenant that has a value twice counts once.
    pub fn shared<K: Hash + Eq>(&self, entries: impl IntoIterator<Item = (K, Holder)>) -> Vec<Shared<K>> {
        let mut held: IndexMap<K, Vec<Holder>, FxBuildHasher> = IndexMap::default();
        for (value, holder) in entries {
            let holders = held.entry(value).or_default();
            // Entries come tenant by tenant.
            if holders.last().is_none_or(|last| last.tenant != holder.tenant) {
                holders.push(holder);
            }
        }
        held.into_iter().filter(|(_, holders)| holders.len() > 1).map(|(value, holders)| Shared { value, holders }).collect()
    }

    /// Whether so many tenants have a value that it was given to them on purpose.
    pub fn is_common(&self, holders: usize) -> bool {
        holders * 10 >= self.tenants.len() * 9
    }

    /// What single tenants have otherwise than the rest.
    pub fn deviations(&self) -> Vec<Deviation> {
        form::deviations(&self.tenants, self.template.as_ref())
    }
}

/// The `.env` of a compose project.
fn env_file<'p>(project: &'p Project, compose: &ComposeProject) -> Option<(&'p Document, &'p EnvFile)> {
    let document = project.document(compose.env_file?);
    Some((document, document.env()?))
}

/// The value of an entry, when it stands there as it is.
pub fn plain_value(value: &Value) -> Option<&str> {
    match value {
        Value::Written { template, quote, .. } => {
            Some(template.as_str()).filter(|text| !(quote.has_variables() && text.contains('$')))
        }
        Value::Inherited => None,
    }
}

#[cfg(test)]
mod tests;
