//! How one document overrides another (compose-go, `override/merge.go`).

use std::borrow::Cow;

use super::node::{Map, Node, Origin, Value, Ways};
use super::problem::{Problem, Problems};

/// Merges a document into the ones before it.
pub(super) fn merge(base: Node, over: Node, problems: &mut Problems) -> Node {
    Merger { path: Vec::new(), problems }.merge(base, over)
}

/// Merges a service into the one that it extends.
pub(super) fn merge_service(base: Node, over: Node, name: &str, problems: &mut Problems) -> Node {
    Merger { path: vec![Cow::Borrowed("services"), Cow::Owned(name.to_owned())], problems }.merge(base, over)
}

/// How the values of some path merge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Special {
    /// The later value stands alone.
    Replace,
    /// A mapping, or a list of `KEY=VALUE`: by key.
    Pairs,
    /// One text, or a list of them: one after the other.
    Texts,
    /// `host:ip` pairs: one after the other, without what is there already.
    Hosts,
    /// A list of names stands for a mapping.
    Names(Names),
    Build,
    Logging,
    Addresses,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Names {
    Dependencies,
    Plain,
}

fn special(path: &[Cow<'_, str>]) -> Option<Special> {
    let path: [&str; 6] = {
        let mut parts = [""; 6];
        for (part, step) in parts.iter_mut().zip(path) {
            *part = step;
        }
        if path.len() > parts.len() {
            return None;
        }
        parts
    };
    Some(match path {
        ["services", _, "command" | "entrypoint", "", ..] => Special::Replace,
        ["services", _, "healthcheck", "test", "", ..] => Special::Replace,
        ["services", _, "ulimits", limit, "", ..] if !limit.is_empty() => Special::Replace,
        ["services", _, "environment" | "labels" | "annotations" | "sysctls", "", ..] => Special::Pairs,
        ["services", _, "build", "args" | "labels" | "additional_contexts", "", ""] => Special::Pairs,
        ["services", _, "deploy", "labels", "", ""] => Special::Pairs,
        ["services", _, "dns" | "dns_opt" | "dns_search" | "tmpfs" | "env_file" | "label_file", "", ..] => Special::Texts,
        ["services", _, "extra_hosts", "", ..] | ["services", _, "build", "extra_hosts", "", ""] => Special::Hosts,
        ["services", _, "depends_on", "", ..] => Special::Names(Names::Dependencies),
        ["services", _, "networks" | "models", "", ..] => Special::Names(Names::Plain),
        ["services", _, "build", "", ..] => Special::Build,
        ["services", _, "logging", "", ..] => Special::Logging,
        ["networks" | "volumes" | "secrets" | "configs", _, "labels", "", ..] => Special::Pairs,
        ["networks", _, "ipam", "config", "", ""] => Special::Addresses,
        _ => return None,
    })
}

struct Merger<'a, 'p> {
    path: Vec<Cow<'a, str>>,
    problems: &'p mut Problems,
}

impl Merger<'_, '_> {
    fn merge(&mut self, base: Node, over: Node) -> Node {
        if let Some(special) = special(&self.path) {
            return self.special(special, base, over);
        }
        if base.is_null() {
            return overriding(over);
        }
        if over.is_null() {
            return base;
        }
        match (base.value, over.value) {
            (Value::Map(base_map), Value::Map(over_map)) => Node::map(self.mappings(*base_map, *over_map), base.origin),
            (Value::List(mut items), Value::List(more)) => {
                items.extend(more.into_iter().map(overriding));
                Node::list(items, base.origin)
            }
            (base_value @ (Value::Map(_) | Value::List(_)), over_value) => self.refuse(&over_value, over.origin, base_value),
            (_, over_value) => overriding(Node::new(over_value, over.origin)),
        }
    }

    fn refuse(&mut self, over: &Value, origin: Origin, base: Value) -> Node {
        let (over, base) = (Node::new(over.clone(), origin), Node::new(base, origin));
        let message = format!("this is {}, and cannot override `{}`, which is {}", over.kind(), self.path.join("."), base.kind());
        self.problems.push(Problem::new(origin.location(), message));
        base
    }

    fn mappings(&mut self, mut base: Map, over: Map) -> Map {
        for (key, value) in over {
            match base.get_mut(&key) {
                None => {
                    base.insert(key, overriding(value));
                }
                Some(slot) if key.starts_with("x-") && !self.holds_names() => *slot = overriding(value),
                Some(slot) => {
                    let before = std::mem::take(slot);
                    self.path.push(Cow::Owned(key.as_str().to_owned()));
                    let merged = self.merge(before, value);
                    self.path.pop();
                    base.insert(key, merged);
                }
            }
        }
        base
    }

    /// Whether the keys here are names that people choose, `x-…` among them.
    fn holds_names(&self) -> bool {
        self.path.len() == 1
    }

    fn special(&mut self, special: Special, base: Node, over: Node) -> Node {
        match special {
            Special::Replace => overriding(over),
            Special::Pairs => {
                let (base, over) = (pairs(base), pairs(over));
                self.plainly(base, over, |_, base, over| {
                    let mut merged = base;
                    for (key, value) in over {
                        merged.insert(key, overriding(value));
                    }
                    merged
                })
            }
            Special::Texts => {
                let (base, over) = (listed(base), listed(over));
                self.plainly(base, over, |_, base, _| base)
            }
            Special::Hosts => {
                let (base, mut over) = (hosts(base), hosts(over));
                if let (Some(there), Value::List(more)) = (base.as_list(), &mut over.value) {
                    more.retain(|host| host.as_str().is_none_or(|host| !there.iter().any(|other| other.as_str() == Some(host))));
                }
                self.plainly(base, over, |_, base, _| base)
            }
            Special::Names(names) => {
                let (base, over) = (named(base, names), named(over, names));
                self.plainly(base, over, Self::mappings)
            }
            Special::Build => {
                let (base, over) = (build(base), build(over));
                self.plainly(base, over, Self::mappings)
            }
            Special::Logging => {
                let driver = |node: &Node| node.get("driver").and_then(Node::as_str).map(str::to_owned);
                match (driver(&base), driver(&over)) {
                    (Some(first), Some(second)) if first != second => overriding(over),
                    _ => self.plainly(base, over, Self::mappings),
                }
            }
            Special::Addresses => self.addresses(base, over),
        }
    }

    /// Nulls give way, mappings merge as said, lists append, scalars replace.
    fn plainly(&mut self, base: Node, over: Node, merge: fn(&mut Self, Map, Map) -> Map) -> Node {
        match (base.value, over.value) {
            (Value::Null, over_value) => overriding(Node::new(over_value, over.origin)),
            (base_value, Value::Null) => Node::new(base_value, base.origin),
            (Value::Map(base_map), Value::Map(over_map)) => Node::map(merge(self, *base_map, *over_map), base.origin),
            (Value::List(mut items), Value::List(more)) => {
                items.extend(more.into_iter().map(overriding));
                Node::list(items, base.origin)
            }
            (base_value @ (Value::Map(_) | Value::List(_)), over_value) => self.refuse(&over_value, over.origin, base_value),
            (_, over_value) => overriding(Node::new(over_value, over.origin)),
        }
    }

    /// Address pools: those of the same subnet merge, others are added.
    fn addresses(&mut self, base: Node, over: Node) -> Node {
        let (Value::List(mut pools), Value::List(more)) = (base.value, over.value) else {
            return Node::new(Value::Null, over.origin);
        };
        for pool in more {
            let subnet = pool.get("subnet").and_then(Node::as_str).map(str::to_owned);
            let same = pools
                .iter_mut()
                .find(|other| subnet.is_some() && other.get("subnet").and_then(Node::as_str) == subnet.as_deref());
            match same {
                Some(same) => {
                    let before = std::mem::take(same);
                    *same = self.plainly(before, pool, Self::mappings);
                }
                None => pools.push(overriding(pool)),
            }
        }
        Node::list(pools, base.origin)
    }
}

/// Marks a value, and all in it, as one that overrides.
fn overriding(mut node: Node) -> Node {
    node.each_mut(&mut |node| node.origin.ways = node.origin.ways.with(Ways::OVERRIDE));
    node
}

/// `KEY=VALUE` texts as a mapping; null without a `=`. Anything else stays for the shapes to refuse.
pub(super) fn pairs(node: Node) -> Node {
    let Value::List(items) = node.value else { return node };
    if items.iter().any(|item| item.as_str().is_none()) {
        return Node::list(items, node.origin);
    }
    let mut map = Map::with_capacity_and_hasher(items.len(), rustc_hash::FxBuildHasher);
    for item in items {
        let Value::Text(text) = item.value else { continue };
        let origin = item.origin.derived(Ways::DERIVED);
        match text.split_once('=') {
            Some((key, value)) => map.insert(key.into(), Node::text(value, origin)),
            None => map.insert(text, Node::new(Value::Null, origin)),
        };
    }
    Node::map(map, node.origin)
}

/// One text, or one mapping, as a list of it.
pub(super) fn listed(node: Node) -> Node {
    match node.value {
        Value::Text(_) | Value::Map(_) => {
            let origin = node.origin;
            Node::list(vec![Node::new(node.value, Origin { key: None, ..origin })], origin)
        }
        _ => node,
    }
}

/// Hosts as a list of `name=address`.
pub(super) fn hosts(node: Node) -> Node {
    let origin = node.origin;
    match node.value {
        Value::Map(map) => {
            let mut items = Vec::with_capacity(map.len());
            for (name, value) in *map {
                let of = |address: &Node| match address.as_str() {
                    Some(text) => Node::text(format!("{name}={text}"), address.origin.derived(Ways::DERIVED)),
                    None => address.clone(),
                };
                match &value.value {
                    Value::List(addresses) => items.extend(addresses.iter().map(of)),
                    _ => items.push(of(&value)),
                }
            }
            Node::list(items, origin)
        }
        Value::List(mut items) => {
            for item in &mut items {
                if let Value::Text(text) = &mut item.value
                    && !text.contains('=')
                    && let Some(colon) = text.find(':')
                {
                    text.replace_range(colon..=colon, "=");
                    item.origin.ways = item.origin.ways.with(Ways::DERIVED);
                }
            }
            Node::list(items, origin)
        }
        value => Node::new(value, origin),
    }
}

/// A list of names as a mapping.
fn named(node: Node, names: Names) -> Node {
    let Value::List(items) = node.value else { return node };
    if items.iter().any(|item| item.as_str().is_none()) {
        return Node::list(items, node.origin);
    }
    let mut map = Map::default();
    for item in items {
        let origin = Origin { key: Some(item.origin.span), ..item.origin.derived(Ways::DERIVED) };
        let Value::Text(name) = item.value else { continue };
        let value = match names {
            Names::Plain => Node::new(Value::Null, origin),
            Names::Dependencies => dependency(origin),
        };
        map.insert(name, value);
    }
    Node::map(map, node.origin)
}

/// What a name in a list of dependencies stands for.
fn dependency(origin: Origin) -> Node {
    let implied = Origin { key: None, ..origin.derived(Ways::IMPLIED) };
    let entries = [
        ("condition".into(), Node::text("service_started", implied)),
        ("required".into(), Node::new(Value::Bool(true), implied)),
    ];
    Node::map(Map::from_iter(entries), origin)
}

/// Dependencies in their long form.
pub(super) fn dependencies(node: Node) -> Node {
    named(node, Names::Dependencies)
}

/// Networks or models in their long form.
pub(super) fn names(node: Node) -> Node {
    named(node, Names::Plain)
}

/// A context alone as a mapping.
pub(super) fn build(node: Node) -> Node {
    match node.value {
        Value::Text(context) => {
            let value = Node::text(context, Origin { key: None, ..node.origin });
            Node::map(Map::from_iter([("context".into(), value)]), node.origin)
        }
        _ => node,
    }
}
