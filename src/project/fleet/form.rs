//! The form of a compose project: what is left of it when the name of its tenant is taken out. Projects of one template have the same.

use std::hash::{DefaultHasher, Hash, Hasher};

use rustc_hash::FxHashMap;

use super::{Tenant, env_file};
use crate::compose::placeholder::without_placeholders;
use crate::compose::{ComposeProject, Node, Value, Ways};
use crate::project::Project;
use crate::source::{Location, Span};

/// Stands for the name of the tenant.
const TENANT: &str = "*";

/// What the services of a project are.
const SECTIONS: [&str; 5] = ["services", "networks", "volumes", "secrets", "configs"];

/// A shorter name is found in too many values by chance.
const SHORTEST_NAME: usize = 2;

/// The attributes of a project, and what it is made of.
#[derive(Debug)]
pub struct Form {
    pub slots: Vec<Slot>,
    /// Each service with its image or build; `None` where one is built from the project's own folder, as no tenant is.
    pub signature: Option<Vec<(String, String)>>,
}

/// One attribute, or the presence of a mapping.
#[derive(Debug, Clone)]
pub struct Slot {
    /// `services/app/restart`, with `*` for the name of the tenant.
    pub path: String,
    /// Equal where the values are; `None` where a template leaves it open.
    pub token: Option<u64>,
    /// Where the value stands.
    pub place: Location,
    /// The name of the tenant is written in it.
    pub named: bool,
}

/// A tenant has an attribute otherwise than nearly all others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deviation {
    pub tenant: usize,
    pub path: String,
    pub kind: DeviationKind,
    /// In a file of the tenant.
    pub place: Location,
    /// Where another tenant has it.
    pub other: Option<Location>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeviationKind {
    Missing,
    Different,
    Additional,
}

/// The name of a tenant as it may be spelled in values.
pub struct Name {
    spellings: Vec<String>,
}

impl Name {
    pub fn new(folder: &str) -> Self {
        let lower = folder.to_ascii_lowercase();
        let mut spellings = Vec::new();
        for spelling in [lower.replace('-', "_"), lower.replace(['-', '_', '.'], ""), lower.replace(['_', '.'], "-"), lower] {
            if spelling.len() >= SHORTEST_NAME && !spellings.contains(&spelling) {
                spellings.push(spelling);
            }
        }
        Self { spellings }
    }

    /// The text in lower case, with a mark for the name wherever it stands as a word; and whether it does.
    fn taken_out(&self, text: &str) -> (String, bool) {
        let mut lower = text.to_ascii_lowercase();
        let mut found = false;
        for spelling in &self.spellings {
            if !lower.contains(spelling.as_str()) {
                continue;
            }
            let mut result = String::with_capacity(lower.len());
            let mut done = 0;
            for (at, _) in lower.match_indices(spelling.as_str()) {
                let end = at + spelling.len();
                let is_word = |byte: Option<&u8>| byte.is_none_or(|byte| !byte.is_ascii_alphanumeric());
                if at >= done && is_word(lower.as_bytes()[..at].last()) && is_word(lower.as_bytes().get(end)) {
                    result.push_str(&lower[done..at]);
                    result.push_str(TENANT);
                    done = end;
                    found = true;
                }
            }
            result.push_str(&lower[done..]);
            lower = result;
        }
        (lower, found)
    }
}

impl Form {
    /// Reads the form of a project; `directory` is the folder that is the tenant's own.
    pub fn of(project: &Project, compose: &ComposeProject, name: &Name, directory: Option<&str>) -> Self {
        let mut reading = Reading { project, name, slots: Vec::new() };
        for section in SECTIONS {
            for (key, node) in compose.resources(section) {
                if !node.origin.ways.has(Ways::IMPLIED) {
                    reading.slot(section, key, node);
                }
            }
        }
        if let Some((document, parsed)) = env_file(project, compose) {
            let whole = Location { file: document.file, span: Span::empty(document.source.text().trim_end().len()) };
            reading.slots.push(Slot { path: ".env".to_owned(), token: Some(0), place: whole, named: false });
            for entry in &parsed.entries {
                let text = entry.content_span().slice(document.source.text());
                let (value, named) = name.taken_out(text);
                let place = Location { file: document.file, span: entry.key_span };
                reading.slots.push(Slot { path: format!(".env/{}", entry.key), token: Some(hash(&value)), place, named });
            }
        }
        Self { slots: reading.slots, signature: signature(compose, name, directory) }
    }
}

struct Reading<'a, 'p> {
    project: &'p Project,
    name: &'a Name,
    slots: Vec<Slot>,
}

impl Reading<'_, '_> {
    fn slot(&mut self, parent: &str, key: &str, node: &Node) {
        // What an env file brings is the tenant's own.
        if node.origin.ways.has(Ways::ENV_FILE) {
            return;
        }
        let (key, key_named) = self.general(key);
        let path = format!("{parent}/{key}");
        let place = if node.as_map().is_some() { node.origin.key_location() } else { node.origin.location() };
        let written = self.project.document(node.origin.file).source.text().get(node.origin.span.range()).unwrap_or_default();
        let (token, named) = match &node.value {
            Value::Map(_) => (Some(0), key_named),
            _ => (self.digest(node), key_named || self.name.taken_out(written).1),
        };
        self.slots.push(Slot { path: path.clone(), token, place, named });
        for (key, inner) in node.entries() {
            if !inner.origin.ways.has(Ways::IMPLIED) {
                self.slot(&path, key, inner);
            }
        }
    }

    fn general(&self, text: &str) -> (String, bool) {
        match without_placeholders(text, TENANT) {
            Some(general) => (general.to_ascii_lowercase(), true),
            None => self.name.taken_out(text),
        }
    }

    /// What a value says, whoever the tenant is; `None` where a placeholder says it.
    fn digest(&self, node: &Node) -> Option<u64> {
        let mut hasher = DefaultHasher::new();
        self.feed(node, &mut hasher)?;
        Some(hasher.finish())
    }

    /// Depth is bounded by [`crate::compose::DEPTH`].
    fn feed(&self, node: &Node, hasher: &mut DefaultHasher) -> Option<()> {
        match &node.value {
            Value::List(items) => {
                items.len().hash(hasher);
                items.iter().try_for_each(|item| self.feed(item, hasher))
            }
            Value::Map(map) => map.iter().try_for_each(|(key, value)| {
                // The port of the host is what makes tenants differ.
                if key == "published" {
                    return Some(());
                }
                self.general(key).0.hash(hasher);
                self.feed(value, hasher)
            }),
            _ => {
                let interpolated = node.origin.ways.has(Ways::INTERPOLATED);
                let source = self.project.document(node.origin.file).source.text();
                let written = source.get(node.origin.span.range()).unwrap_or_default();
                if without_placeholders(written, TENANT).is_some() {
                    return None;
                }
                // A variable is the same for all, its value is not.
                let text = if interpolated { written.to_owned() } else { node.scalar_text().unwrap_or_default() };
                self.name.taken_out(&text).0.hash(hasher);
                Some(())
            }
        }
    }
}

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// Each service with the repository of its image, or the folder that it is built from.
fn signature(compose: &ComposeProject, name: &Name, own: Option<&str>) -> Option<Vec<(String, String)>> {
    let general =
        |text: &str| without_placeholders(text, TENANT).map_or_else(|| name.taken_out(text).0, |text| text.to_ascii_lowercase());
    let mut services = Vec::new();
    for service in compose.services() {
        let made_of = match (service.image(), service.build()) {
            (Some(image), _) if image.is_unknown() => "?".to_owned(),
            (Some(image), _) => general(repository(image.text)),
            (None, Some(build)) => {
                let context = build.get("context").and_then(Node::as_str).unwrap_or(".");
                if own.is_some_and(|own| context == own || context.strip_prefix(own).is_some_and(|rest| rest.starts_with('/'))) {
                    return None;
                }
                format!("build {context}")
            }
            (None, None) => String::new(),
        };
        services.push((general(service.name), made_of));
    }
    services.sort();
    Some(services)
}

/// An image without tag and digest.
fn repository(image: &str) -> &str {
    let image = image.split('@').next().unwrap_or(image);
    match image.rsplit_once(':') {
        Some((repository, tag)) if !tag.contains('/') => repository,
        _ => image,
    }
}

/// What is known of one path over all tenants.
#[derive(Default)]
struct Tally {
    /// How many have each value.
    tokens: FxHashMap<u64, usize>,
    present: usize,
    /// The template has it, and leaves open what it is.
    open: bool,
    in_template: bool,
    first: Option<Location>,
}

/// The attributes in which single tenants differ from nearly all others. The template, where there is one, counts as one more tenant that is
/// right. Values in `.env` are what makes tenants, so only their presence is compared.
pub(super) fn deviations(tenants: &[Tenant<'_>], template: Option<&Form>) -> Vec<Deviation> {
    let mut tallies: FxHashMap<&str, Tally> = FxHashMap::default();
    let mut by_tenant: Vec<FxHashMap<&str, &Slot>> = Vec::with_capacity(tenants.len());
    for tenant in tenants {
        let mut own: FxHashMap<&str, &Slot> = FxHashMap::default();
        for slot in &tenant.form.slots {
            if own.insert(&slot.path, slot).is_some() {
                continue;
            }
            let tally = tallies.entry(&slot.path).or_default();
            tally.present += 1;
            tally.first.get_or_insert(slot.place);
            *tally.tokens.entry(compared(slot).unwrap_or(0)).or_default() += 1;
        }
        by_tenant.push(own);
    }
    for slot in template.map_or(&[][..], |form| &form.slots) {
        let tally = tallies.entry(&slot.path).or_default();
        tally.in_template = true;
        match compared(slot) {
            Some(token) => *tally.tokens.entry(token).or_default() += 1,
            None => tally.open = true,
        }
    }
    let votes = tenants.len() + usize::from(template.is_some());
    let few = (votes / 10).max(1);
    let mut found = Vec::new();
    // What nearly all have, by the path above it.
    let mut expected: FxHashMap<&str, Vec<&str>> = FxHashMap::default();
    for (path, tally) in &tallies {
        let with = tally.present + usize::from(tally.in_template);
        if with >= 3 && votes - with <= few && with < votes {
            expected.entry(above(path)).or_default().push(path);
        }
    }
    let is_usual = |path: &str| !path.contains('/') || tallies.get(path).is_some_and(|tally| tally.present * 2 > tenants.len());
    for (tenant, own) in by_tenant.iter().enumerate() {
        for slot in &tenants[tenant].form.slots {
            let Some(tally) = tallies.get(slot.path.as_str()) else { continue };
            let with = tally.present + usize::from(tally.in_template);
            let deviation = |kind, other| Deviation { tenant, path: slot.path.clone(), kind, place: slot.place, other };
            if votes - with >= 3 && with <= few && is_usual(above(&slot.path)) {
                // The variables of a tenant's own are no drift.
                if !slot.path.starts_with(".env") && !slot.path.contains("/environment/") && !slot.path.contains("/labels/") {
                    found.push(deviation(DeviationKind::Additional, None));
                }
                continue;
            }
            let Some((token, most)) = tally.tokens.iter().max_by_key(|(token, count)| (**count, **token)) else { continue };
            let others = with - usize::from(tally.open) - most;
            if *most >= 3 && others <= few && compared(slot).is_some_and(|own| own != *token) {
                let usual = |slot: &&Slot| compared(slot) == Some(*token);
                let other = by_tenant.iter().find_map(|slots| slots.get(slot.path.as_str()).copied().filter(usual));
                found.push(deviation(DeviationKind::Different, other.map(|slot| slot.place)));
            }
        }
        let lacked = expected.iter().filter(|(parent, _)| !parent.contains('/') || own.contains_key(**parent));
        let mut lacked: Vec<&str> =
            lacked.flat_map(|(_, paths)| paths).filter(|path| !own.contains_key(**path)).copied().collect();
        lacked.sort_unstable();
        for path in lacked {
            // Without the file each of its variables is missing, which is said once.
            if above(path) == ".env" && !own.contains_key(".env") {
                continue;
            }
            let parent = own.get(above(path)).map(|slot| slot.place);
            let place = parent.unwrap_or(Location { file: tenants[tenant].root, span: Span::empty(0) });
            let kind = DeviationKind::Missing;
            found.push(Deviation { tenant, path: path.to_owned(), kind, place, other: tallies[path].first });
        }
    }
    found
}

/// What of a slot is compared.
fn compared(slot: &Slot) -> Option<u64> {
    if slot.path.starts_with(".env") { Some(0) } else { slot.token }
}

fn above(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(above, _)| above)
}
