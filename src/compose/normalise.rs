//! What compose adds and gathers once a project is merged (compose-go, `loader/normalize.go`): env files, values of the
//! environment, defaults, dependencies that follow from others, names.

use super::environment::Environment;
use super::interpolate::Lookup;
use super::load::{Loading, implied};
use super::node::{Map, Node, Origin, Value, Ways};
use crate::env;
use crate::source::{Location, Opened, Span};

/// Completes a merged project in its long form.
pub(super) fn normalise(loading: &mut Loading<'_>, root: &mut Node, name: &str, environment: &Environment) {
    let root_origin = root.origin;
    let Some(map) = root.as_map_mut() else { return };
    let mut uses_default = false;
    if let Some(services) = map.get_mut("services").and_then(Node::as_map_mut) {
        for service in services.values_mut() {
            merge_env_files(loading, service, environment);
            of_service(service, environment);
            uses_default |= service.get("networks").is_some_and(|networks| networks.get("default").is_some());
        }
    }
    let networks = map.entry("networks".into()).or_insert_with(|| Node::map(Map::default(), implied(root_origin)));
    if let Some(networks) = networks.as_map_mut() {
        if uses_default && !networks.contains_key("default") {
            networks.insert("default".into(), Node::map(Map::default(), implied(root_origin)));
        }
        for network in networks.values_mut() {
            if network.is_null() {
                network.value = Value::Map(Box::default());
            }
            if network.get("external").and_then(Node::as_bool) != Some(true) {
                super::canonical::imply(network, "ipam", Value::Map(Box::default()));
            }
        }
    }
    if map.get("networks").is_some_and(|networks| networks.as_map().is_some_and(|networks| networks.is_empty())) {
        map.shift_remove("networks");
    }
    for kind in ["networks", "volumes", "secrets", "configs"] {
        for (key, resource) in map.get_mut(kind).and_then(Node::as_map_mut).into_iter().flatten() {
            if resource.is_null() {
                resource.value = Value::Map(Box::default());
            }
            let external = resource.get("external").and_then(Node::as_bool) == Some(true);
            let full = if external { key.as_str().to_owned() } else { format!("{name}_{key}") };
            super::canonical::imply(resource, "name", Value::text(full));
        }
    }
    let written = map.shift_remove("name");
    let origin = written.map_or_else(|| implied(root_origin), |written| written.origin);
    map.insert("name".into(), Node::text(name, origin));
}

fn of_service(service: &mut Node, environment: &Environment) {
    let origin = service.origin;
    let Some(map) = service.as_map_mut() else { return };
    for key in ["command", "entrypoint"] {
        map.entry(key.into()).or_insert_with(|| Node::new(Value::Null, implied(origin)));
    }
    let networks = map.get("networks").and_then(Node::as_map).is_none_or(|networks| networks.is_empty());
    if networks && !map.contains_key("network_mode") && !map.contains_key("provider") {
        let default = Map::from_iter([("default".into(), Node::new(Value::Null, implied(origin)))]);
        map.insert("networks".into(), Node::map(default, implied(origin)));
    }
    if let Some(policy) = map.get_mut("pull_policy")
        && policy.as_str() == Some("if_not_present")
    {
        policy.value = Value::text("missing");
    }
    if let Some(build) = map.get_mut("build") {
        let inline = build.get("dockerfile_inline").is_some();
        super::canonical::imply(build, "context", Value::text("."));
        if !inline {
            super::canonical::imply(build, "dockerfile", Value::text("Dockerfile"));
        }
        if let Some(args) = build.as_map_mut().and_then(|build| build.get_mut("args")) {
            from_environment(args, environment);
        }
    }
    if let Some(variables) = map.get_mut("environment") {
        from_environment(variables, environment);
    }
    for (key, folder) in [("secrets", "/run/secrets/"), ("configs", "/")] {
        mounted(map.get_mut(key), folder);
    }
    imply_dependencies(map);
}

/// The target of a secret or config that names none, and the whole path of one that is a name.
fn mounted(list: Option<&mut Node>, folder: &str) {
    let Some(Value::List(items)) = list.map(|list| &mut list.value) else { return };
    for item in items {
        let Some(source) = item.get("source").and_then(Node::as_str).map(str::to_owned) else { continue };
        super::canonical::imply(item, "target", Value::text(format!("{folder}{source}")));
    }
}

/// Takes the values of names alone from the environment of the project.
fn from_environment(variables: &mut Node, environment: &Environment) {
    for (name, value) in variables.as_map_mut().into_iter().flatten() {
        if !value.is_null() {
            continue;
        }
        match environment.get(name) {
            Some(setting) => {
                value.value = Value::text(setting.value.as_str());
                value.origin.ways = value.origin.ways.with(Ways::INTERPOLATED);
                if setting.unknown {
                    value.origin.ways = value.origin.ways.with(Ways::UNKNOWN);
                }
            }
            None => value.origin.ways = value.origin.ways.with(Ways::UNKNOWN),
        }
    }
}

/// Puts the variables of env files under those of `environment`.
fn merge_env_files(loading: &mut Loading<'_>, service: &mut Node, environment: &Environment) {
    let Some(map) = service.as_map_mut() else { return };
    let Some(files) = map.get("env_file").map(|files| files.items().to_vec()).filter(|files| !files.is_empty()) else { return };
    let mut merged = Map::default();
    for file in &files {
        add_env_file(loading, file, environment, &mut merged);
    }
    if merged.is_empty() {
        return;
    }
    let origin = map.get("env_file").map_or_else(Origin::default, |files| implied(files.origin));
    let own = map.shift_remove("environment");
    let (own_origin, own) = match own {
        Some(Node { value: Value::Map(own), origin }) => (origin, *own),
        Some(other) => {
            map.insert("environment".into(), other);
            return;
        }
        None => (origin, Map::default()),
    };
    for (key, value) in own {
        merged.insert(key, value);
    }
    map.insert("environment".into(), Node::map(merged, own_origin));
}

fn add_env_file(loading: &mut Loading<'_>, file: &Node, environment: &Environment, merged: &mut Map) {
    let Some(path) = file.get("path") else { return };
    let origin = path.origin;
    let (Some(name), false) = (path.as_str(), origin.is_unknown()) else { return };
    let required = file.get("required").and_then(Node::as_bool) != Some(false);
    let format = file.get("format").and_then(Node::as_str).unwrap_or_default();
    if !matches!(format, "" | "raw") {
        let at = file.get("format").map_or(origin, |format| format.origin);
        if !at.is_unknown() {
            loading
                .refuse(at, format!("`{format}` is no format of env files; compose knows `raw`, and its own without `format`"));
        }
        return;
    }
    let refused = match loading.sources.open(name) {
        Opened::File(id) => {
            if !loading.files.contains(&id) {
                loading.files.push(id);
            }
            let parsed = loading.loader.env_file(id, format == "raw");
            return add_variables(loading, id, &parsed, environment, merged);
        }
        // What a template makes lies elsewhere, and has its env file there.
        Opened::Missing if required && is_template(loading, origin.file) => return loading.unresolved(origin, name),
        Opened::Missing if required => missing_env_file(loading.sources, name),
        Opened::Directory => format!("the env file `{name}` is a folder"),
        Opened::Unreadable(why) => format!("the env file `{name}` {why}"),
        Opened::Missing | Opened::Unknown => return,
    };
    loading.refuse(origin, refused);
}

/// What is said of an env file that is not there: which example it is made from, where one lies beside it.
pub(super) fn missing_env_file(sources: &dyn crate::source::Sources, name: &str) -> String {
    const WORDS: [&str; 5] = ["example", "sample", "dist", "template", "defaults"];
    let (folder, file) = name.rsplit_once('/').map_or(("", name), |(folder, file)| (&name[..=folder.len()], file));
    let names = sources.list(if folder.is_empty() { "." } else { folder }).unwrap_or_default();
    let candidates = WORDS.iter().flat_map(|word| {
        let stem = file.trim_start_matches('.');
        let parts = [(file, *word), (*word, stem), (stem, *word)];
        parts.map(|(before, behind)| names.iter().find(|name| is_of(name, before, behind)))
    });
    let paths = candidates.flatten().map(|name| format!("{folder}{name}"));
    let example = paths.into_iter().find(|path| sources.entry(path) == crate::source::Entry::File);
    match example {
        Some(example) => format!("the env file `{name}` does not exist; copy `{example}` to it and fill it in"),
        None => format!("the env file `{name}` does not exist"),
    }
}

/// Whether a name has two parts with a dot between them.
fn is_of(name: &str, before: &str, behind: &str) -> bool {
    name.strip_prefix(before).and_then(|rest| rest.strip_prefix('.')) == Some(behind)
}

/// Whether a file is one that others are made from: its name says so, and it has placeholders.
fn is_template(loading: &Loading<'_>, file: crate::source::FileId) -> bool {
    let path = loading.path_of(file);
    let name = path.rsplit('/').next().unwrap_or(&path);
    name.split(['.', '-', '_']).any(|word| matches!(word, "template" | "templates" | "tmpl" | "tpl"))
        && loading.loader.compose_file(file).placeholders.within(Span::new(0, loading.sources.source(file).text().len()))
}

fn add_variables(
    loading: &mut Loading<'_>,
    id: crate::source::FileId,
    file: &env::EnvFile,
    environment: &Environment,
    merged: &mut Map,
) {
    for problem in &file.problems {
        let location = Location { file: id, span: problem.span };
        loading.problems.push(super::Problem::new(location, problem.message.clone()));
    }
    let before: &Map = merged;
    let outside = |name: &str| match (environment.get(name), before.get(name).and_then(|value| Some((value, value.as_str()?)))) {
        (Some(setting), _) => setting.lookup(),
        (None, Some((value, text))) => Lookup::Set { value: text.to_owned(), unknown: value.origin.is_unknown() },
        (None, None) => Lookup::Unset,
    };
    let mut added = Vec::new();
    for variable in env::resolve(file, &outside) {
        let span = variable.entry.value_span();
        if let Some(error) = &variable.error {
            loading.problems.push(super::Problem::new(Location { file: id, span }, error.to_string()));
        }
        let Some(value) = variable.value else { continue };
        let mut ways = Ways::ENV_FILE;
        if variable.unknown {
            ways = ways.with(Ways::UNKNOWN);
        }
        if !variable.uses.is_empty() {
            ways = ways.with(Ways::INTERPOLATED);
        }
        let origin = Origin { file: id, span, key: Some(variable.entry.key_span), ways, via: None, interpolation: None };
        added.push((variable.entry.key.as_str().into(), Node::text(value, origin)));
    }
    merged.extend(added);
}

/// Dependencies that follow from links, shared namespaces and volumes of other services.
fn imply_dependencies(service: &mut Map) {
    let mut implied_by: Vec<(String, Origin, bool)> = Vec::new();
    for link in service.get("links").map_or(&[][..], Node::items) {
        implied_by.extend(link.as_str().map(|text| (text.split(':').next().unwrap_or(text).to_owned(), link.origin, true)));
    }
    for key in ["network_mode", "ipc", "pid", "uts", "cgroup"] {
        if let Some(node) = service.get(key)
            && let Some(name) = node.as_str().and_then(|text| text.strip_prefix("service:"))
        {
            implied_by.push((name.to_owned(), node.origin, true));
        }
    }
    for item in service.get("volumes_from").map_or(&[][..], Node::items) {
        if let Some(text) = item.as_str().filter(|text| !text.starts_with("container:")) {
            implied_by.push((text.split(':').next().unwrap_or(text).to_owned(), item.origin, false));
        }
    }
    if implied_by.is_empty() {
        return;
    }
    let first = implied(implied_by[0].1);
    let dependencies = service.entry("depends_on".into()).or_insert_with(|| Node::map(Map::default(), first));
    let Some(dependencies) = dependencies.as_map_mut() else { return };
    for (name, origin, restart) in implied_by.into_iter().filter(|(name, ..)| !name.is_empty()) {
        if dependencies.contains_key(name.as_str()) {
            continue;
        }
        let origin = implied(origin);
        let mut dependency = Map::from_iter([("condition".into(), Node::text("service_started", origin))]);
        if restart {
            dependency.insert("restart".into(), Node::new(Value::Bool(true), origin));
        }
        dependency.insert("required".into(), Node::new(Value::Bool(true), origin));
        dependencies.insert(name.into(), Node::map(dependency, origin));
    }
}
