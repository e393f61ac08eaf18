//! Whether the parts of a project fit together (compose-go, `loader/validate.go` and `validation/`).

use rustc_hash::FxHashMap;

use super::amount::bytes_of;
use super::node::{Map, Node, Origin};
use super::problem::{Problem, Problems};
use crate::source::Location;

/// What compose would refuse in the secrets, configs, volumes and networks of a merged project.
pub(super) fn check_resources(root: &Node, problems: &mut Problems) {
    for (kind, ways) in [("secrets", &["file", "environment"][..]), ("configs", &["file", "environment", "content"][..])] {
        for (name, resource) in root.get(kind).into_iter().flat_map(Node::entries) {
            source_of(kind, name, resource, ways, problems);
        }
    }
    for kind in ["networks", "volumes", "secrets", "configs"] {
        for (name, resource) in root.get(kind).into_iter().flat_map(Node::entries) {
            external(kind, name, resource, problems);
        }
    }
}

fn refuse(problems: &mut Problems, origin: Origin, message: String) {
    problems.push(Problem::new(origin.key_location(), message));
}

fn source_of(kind: &str, name: &str, resource: &Node, ways: &[&str], problems: &mut Problems) {
    let kind = kind.trim_end_matches('s');
    let given: Vec<_> = ways.iter().filter(|way| resource.get(way).is_some()).collect();
    let listed = |words: &[&str]| match words {
        [first @ .., last] => {
            format!("{} or `{last}`", first.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", "))
        }
        [] => String::new(),
    };
    match given.as_slice() {
        [_] => {}
        [] if resource.get("driver").is_some() || resource.get("external").is_some() => {}
        [] if resource.as_map().is_none() => {}
        [] => refuse(problems, resource.origin, format!("the {kind} `{name}` has no content: give it {}", listed(ways))),
        _ => refuse(problems, resource.origin, format!("the {kind} `{name}` takes only one of {}", listed(ways))),
    }
}

fn external(kind: &str, name: &str, resource: &Node, problems: &mut Problems) {
    if resource.get("external").and_then(Node::as_bool) != Some(true) {
        return;
    }
    let kind = kind.trim_end_matches('s');
    for (key, value) in resource.entries().filter(|(key, _)| !matches!(*key, "external" | "name") && !key.starts_with("x-")) {
        let message = format!("the {kind} `{name}` is external, so it cannot have `{key}`: whoever made it decides that");
        refuse(problems, value.origin, message);
    }
}

/// What compose would refuse in the services of a complete project; `profiles` are those that are on.
pub(super) fn check(root: &Node, profiles: &[String], problems: &mut Problems) {
    let empty = Map::default();
    let services = root.get("services").and_then(Node::as_map).unwrap_or(&empty);
    for (name, service) in services {
        if service.as_map().is_some() {
            Checker { root, services, profiles, name, service, problems }.check();
        }
    }
    cycles(services, problems);
}

struct Checker<'a> {
    root: &'a Node,
    services: &'a Map,
    profiles: &'a [String],
    name: &'a str,
    service: &'a Node,
    problems: &'a mut Problems,
}

impl<'a> Checker<'a> {
    fn get(&self, key: &str) -> Option<&'a Node> {
        self.service.get(key)
    }

    /// A text that is known.
    fn text(&self, key: &str) -> Option<&'a str> {
        self.get(key).filter(|node| !node.origin.is_unknown()).and_then(Node::as_str)
    }

    fn refuse(&mut self, origin: Origin, message: String) {
        self.problems.push(Problem::new(origin.location(), message));
    }

    fn check(&mut self) {
        let name = self.name;
        let has = |key: &str| self.service.get(key).is_some_and(|value| value.origin.is_unknown() || value.as_str() != Some(""));
        // What a base that cannot be read would bring is not known.
        let known = !self.service.origin.is_unknown();
        if known && !has("image") && !has("build") && !has("provider") {
            let message = format!("service `{name}` has neither `image` nor `build`, so there is nothing to run");
            // What lies over a service of another file says neither.
            self.problems.push(Problem::new(self.service.origin.key_location(), message).undeclared("services", name));
        }
        self.build();
        self.networks();
        self.dependencies();
        self.healthcheck();
        self.mounts();
        self.grants("secrets", "secret", self.service);
        self.grants("configs", "config", self.service);
        if let Some(build) = self.get("build") {
            self.grants("secrets", "build secret", build);
        }
        self.models();
        self.gpus();
        self.scale();
        self.limits();
        self.watch();
    }

    fn build(&mut self) {
        let Some(build) = self.get("build") else { return };
        if let (Some(_), Some(inline)) =
            (build.get("dockerfile").filter(|file| file.as_str() != Some("")), build.get("dockerfile_inline"))
        {
            let origin = Origin { span: inline.origin.key.unwrap_or(inline.origin.span), ..inline.origin };
            self.refuse(
                origin,
                format!("`build` of service `{}` takes `dockerfile` or `dockerfile_inline`, not both", self.name),
            );
        }
        let platforms = build.get("platforms").map_or(&[][..], Node::items);
        if let (Some(platform), false) = (self.text("platform"), platforms.is_empty()) {
            let known = platforms.iter().all(|platform| !platform.origin.is_unknown());
            if known && !platforms.iter().any(|other| other.as_str() == Some(platform)) {
                let origin = self.get("platform").map_or(self.service.origin, |platform| platform.origin);
                self.refuse(
                    origin,
                    format!("`build.platforms` of service `{}` does not list its platform `{platform}`", self.name),
                );
            }
        }
        for (context, value) in build.get("additional_contexts").into_iter().flat_map(Node::entries) {
            let of = value.as_str().and_then(|text| text.strip_prefix("service:")).filter(|_| !value.origin.is_unknown());
            if let Some(of) = of
                && self.services.get(of).is_none_or(|service| service.get("build").is_none())
            {
                self.refuse(
                    value.origin,
                    format!("the context `{context}` comes from `{of}`, which is no service with a `build`"),
                );
            }
        }
    }

    /// Refuses a name that a section of the top level does not have.
    fn declared(&mut self, section: &'static str, kind: &str, name: &str, location: Location) {
        let none = Map::default();
        let names = match self.root.get(section) {
            // What the section is instead was said already.
            Some(section) if section.as_map().is_none() => return,
            Some(section) => section.as_map().unwrap_or(&none),
            None => &none,
        };
        if !names.contains_key(name) {
            let nearest = nearest(name, names);
            let message =
                format!("service `{}` uses the {kind} `{name}`, which is not declared under `{section}:`{nearest}", self.name);
            self.problems.push(Problem::new(location, message).undeclared(section, name));
        }
    }

    fn networks(&mut self) {
        let Some(networks) = self.get("networks").and_then(Node::as_map) else { return };
        if let Some(mode) = self.get("network_mode")
            && !networks.is_empty()
        {
            let message = format!("service `{}` has both `network_mode` and `networks`; keep one of them", self.name);
            let both = Problem::new(mode.origin.key_location(), message);
            let listed = self.get("networks").map(|networks| networks.origin.key_location());
            self.problems.push(listed.into_iter().fold(both, Problem::against));
        }
        for (network, value) in networks {
            if !value.origin.is_unknown() {
                self.declared("networks", "network", network, value.origin.key_location());
            }
        }
    }

    fn dependencies(&mut self) {
        for (other, dependency) in self.get("depends_on").into_iter().flat_map(Node::entries) {
            let required = dependency.get("required").and_then(Node::as_bool) != Some(false);
            let unknown = dependency.origin.is_unknown() || super::placeholder::has_placeholder(other);
            if required && !unknown && !self.services.contains_key(other) {
                let nearest = nearest(other, self.services);
                let message = format!("service `{}` depends on `{other}`, and there is no such service{nearest}", self.name);
                self.problems.push(Problem::new(dependency.origin.key_location(), message).undeclared("services", other));
            } else if required && !unknown && self.is_left_out(other) {
                let message = format!(
                    "service `{}` depends on `{other}`, which only a profile starts: without one compose refuses the project; give \
                     both the same `profiles`, or write `required: false`",
                    self.name
                );
                let problem = Problem::new(dependency.origin.key_location(), message);
                let profiles = self.services.get(other).and_then(|service| service.get("profiles"));
                let profiles = profiles.map(|profiles| profiles.origin.key_location());
                self.problems.push(profiles.into_iter().fold(problem, Problem::against));
            }
        }
    }

    /// Whether another service is left out where this one is not: what compose starts when nobody names a profile but `.env`.
    fn is_left_out(&self, other: &str) -> bool {
        let starts = |service: &Node| {
            let profiles = service.get("profiles").map_or(&[][..], Node::items);
            let named = |profile: &Node| {
                profile.origin.is_unknown()
                    || profile.as_str().is_none_or(|name| self.profiles.iter().any(|on| on == name || on == "*"))
            };
            profiles.is_empty() || profiles.iter().any(named)
        };
        starts(self.service) && self.services.get(other).is_some_and(|other| !starts(other))
    }

    fn healthcheck(&mut self) {
        let Some(test) = self.get("healthcheck").and_then(|healthcheck| healthcheck.get("test")) else { return };
        let Some(first) = test.items().first().filter(|first| !first.origin.is_unknown()) else { return };
        if !matches!(first.as_str(), Some("CMD" | "CMD-SHELL" | "NONE")) {
            let message =
                format!("the test of service `{}` is a list, so it begins with `CMD`, `CMD-SHELL` or `NONE`", self.name);
            self.refuse(first.origin, message);
        }
    }

    fn mounts(&mut self) {
        let mut seen: FxHashMap<&str, Location> = FxHashMap::default();
        for item in self.get("tmpfs").map_or(&[][..], Node::items) {
            if let Some(text) = item.as_str().filter(|_| !item.origin.is_unknown()) {
                self.mount(&mut seen, text.split(':').next().unwrap_or(text), item.origin);
            }
        }
        for item in self.get("volumes").map_or(&[][..], Node::items) {
            if item.origin.is_unknown() {
                continue;
            }
            match item.get("target") {
                Some(target) => {
                    if let Some(text) = target.as_str().filter(|_| !target.origin.is_unknown()) {
                        self.mount(&mut seen, text, item.origin);
                    }
                }
                None if item.as_map().is_some() => {
                    self.refuse(item.origin, format!("a volume of service `{}` has no `target`", self.name));
                }
                None => {}
            }
            self.declared_volume(item);
        }
    }

    fn mount(&mut self, seen: &mut FxHashMap<&'a str, Location>, target: &'a str, origin: Origin) {
        if let Some(first) = seen.insert(target, origin.location()) {
            let message = format!("service `{}` mounts `{target}` twice", self.name);
            self.problems.push(Problem::new(origin.location(), message).against(first));
        }
    }

    fn declared_volume(&mut self, item: &Node) {
        let Some(source) = item.get("source").filter(|source| !source.origin.is_unknown()) else { return };
        let (Some("volume"), Some(name)) = (item.get("type").and_then(Node::as_str), source.as_str()) else { return };
        let none = Map::default();
        let names = match self.root.get("volumes") {
            Some(section) if section.as_map().is_none() => return,
            section => section.and_then(Node::as_map).unwrap_or(&none),
        };
        if !name.is_empty() && !names.contains_key(name) {
            let instead = match nearest(name, names) {
                nearest if nearest.is_empty() => format!("; write `./{name}` for a folder, or declare it under `volumes:`"),
                nearest => nearest,
            };
            let message = format!("service `{}` uses the volume `{name}`, which is not declared{instead}", self.name);
            self.problems.push(Problem::new(source.origin.location(), message).undeclared("volumes", name));
        }
    }

    fn grants(&mut self, key: &'static str, kind: &str, holder: &Node) {
        for item in holder.get(key).map_or(&[][..], Node::items) {
            let Some(source) = item.get("source").filter(|source| !source.origin.is_unknown()) else { continue };
            let Some(name) = source.as_str() else { continue };
            self.declared(key, kind, name, source.origin.location());
        }
    }

    fn models(&mut self) {
        for (model, value) in self.get("models").into_iter().flat_map(Node::entries) {
            if !value.origin.is_unknown() {
                self.declared("models", "model", model, value.origin.key_location());
            }
        }
    }

    /// Devices are counted or named.
    fn gpus(&mut self) {
        let reserved = self.get("deploy").and_then(|deploy| deploy.get("resources")).and_then(|all| all.get("reservations"));
        for list in [self.get("gpus"), reserved.and_then(|reserved| reserved.get("devices"))].into_iter().flatten() {
            for item in list.items() {
                if let (Some(_), Some(ids)) = (item.get("count"), item.get("device_ids")) {
                    let message =
                        format!("a device of service `{}` has both `count` and `device_ids`; keep one of them", self.name);
                    self.problems.push(Problem::new(ids.origin.key_location(), message));
                }
            }
        }
    }

    fn scale(&mut self) {
        let scale = self.get("scale").and_then(|scale| Some((scale, scale.as_int()?)));
        let replicas = self.get("deploy").and_then(|deploy| deploy.get("replicas"));
        let replicas = replicas.and_then(|replicas| Some((replicas, replicas.as_int()?)));
        if let (Some((node, scale)), Some((other, replicas))) = (scale, replicas)
            && scale != replicas
        {
            let message = format!("service `{}` has `scale: {scale}` and `deploy.replicas: {replicas}`; keep one", self.name);
            self.problems.push(Problem::new(node.origin.location(), message).against(other.origin.location()));
        }
        if let (Some((_, count @ 2..)), Some(container)) = (scale.or(replicas), self.get("container_name")) {
            let message = format!(
                "service `{}` runs {count} times, and only one container can have the name of its `container_name`",
                self.name
            );
            self.problems.push(Problem::new(container.origin.key_location(), message));
        }
    }

    fn limits(&mut self) {
        let resources = self.get("deploy").and_then(|deploy| deploy.get("resources"));
        for (key, of, limit) in [
            ("mem_limit", "limits", "memory"),
            ("cpus", "limits", "cpus"),
            ("pids_limit", "limits", "pids"),
            ("mem_reservation", "reservations", "memory"),
        ] {
            let Some(own) = self.get(key) else { continue };
            let Some(other) = resources.and_then(|resources| resources.get(of)).and_then(|limits| limits.get(limit)) else {
                continue;
            };
            let amount = |node: &Node| {
                let text = node.scalar_text()?;
                if limit == "memory" { bytes_of(&text).map(|bytes| bytes.to_string()) } else { Some(text) }
            };
            let known = !own.origin.is_unknown() && !other.origin.is_unknown();
            if known && amount(own) != amount(other) {
                let message =
                    format!("`{key}` and `deploy.resources.{of}.{limit}` of service `{}` differ; keep one of them", self.name);
                self.problems.push(Problem::new(own.origin.location(), message).against(other.origin.location()));
            }
        }
    }

    fn watch(&mut self) {
        for item in self.get("develop").and_then(|develop| develop.get("watch")).map_or(&[][..], Node::items) {
            let Some(action) = item.get("action") else { continue };
            let needs = matches!(action.as_str(), Some("sync" | "sync+restart" | "sync+exec"));
            if needs && item.get("target").is_none_or(|target| target.as_str() == Some("") && !target.origin.is_unknown()) {
                self.refuse(
                    action.origin,
                    format!("this action copies files into service `{}`, so it needs a `target`", self.name),
                );
            }
            if let Some(path) = item.get("path").filter(|path| path.as_str() == Some("") && !path.origin.is_unknown()) {
                self.refuse(path.origin, "this path is empty".to_owned());
            }
        }
    }
}

/// The name that was meant, as the end of a message.
fn nearest(name: &str, names: &Map) -> String {
    if names.len() > 1000 {
        return String::new();
    }
    let scored = names.keys().map(|other| (strsim::jaro_winkler(name, other), other));
    match scored.max_by(|first, second| first.0.total_cmp(&second.0)) {
        Some((score, other)) if score > 0.85 => format!("; did you mean `{other}`?"),
        _ => String::new(),
    }
}

/// Services that wait for each other, each circle once.
fn cycles(services: &Map, problems: &mut Problems) {
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        New,
        Open,
        Done,
    }
    let mut states = vec![State::New; services.len()];
    let dependencies = |index: usize| -> Vec<(usize, &Node)> {
        let (_, service) = services.get_index(index).unzip();
        let entries = service.and_then(|service| service.get("depends_on")).into_iter().flat_map(Node::entries);
        entries.filter_map(|(name, node)| Some((services.get_index_of(name)?, node))).collect()
    };
    for start in 0..services.len() {
        if states[start] != State::New {
            continue;
        }
        states[start] = State::Open;
        let mut stack = vec![(start, dependencies(start), 0)];
        while let Some((at, next, place)) = stack.last_mut() {
            let Some(&(other, node)) = next.get(*place) else {
                states[*at] = State::Done;
                stack.pop();
                continue;
            };
            *place += 1;
            match states[other] {
                State::Done => {}
                State::New => {
                    states[other] = State::Open;
                    let onward = dependencies(other);
                    stack.push((other, onward, 0));
                }
                State::Open => {
                    let from = stack.iter().position(|(index, ..)| *index == other).unwrap_or_default();
                    let names = stack[from..].iter().map(|(index, ..)| *index).chain([other]);
                    let names: Vec<_> =
                        names.filter_map(|index| services.get_index(index)).map(|(name, _)| format!("`{name}`")).collect();
                    let message = format!("these services wait for each other, so none can start: {}", names.join(" → "));
                    problems.push(Problem::new(node.origin.key_location(), message));
                }
            }
        }
    }
}
