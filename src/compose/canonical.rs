//! The long form of every value (compose-go, `transform/`).

use compact_str::CompactString;

use super::amount::{bytes_of, duration_of, go_duration};
use super::merge::{build, dependencies, hosts, listed, names, pairs};
use super::node::{Map, Node, Origin, Value, Ways};
use super::problem::{Problem, Problems};
use super::shape::{Absent, Shape};
use super::shapes::SERVICE;
use super::validate::boolean_of;
use super::{port, shapes, volume, words};
use crate::source::sources::join;

/// A service has no more ports, with ranges written out.
const MOST_PORTS: usize = 65_536;

/// Brings a tree that has the shape of a project into its long form. What does not have it stays as it is.
pub(super) fn canonical(root: &mut Node, problems: &mut Problems) {
    let Some(map) = root.as_map_mut() else { return };
    map.shift_remove("version");
    for service in map.get_mut("services").and_then(Node::as_map_mut).into_iter().flat_map(|services| services.values_mut()) {
        of_service(service, problems);
    }
    for kind in ["networks", "volumes", "secrets", "configs"] {
        let resources = map.get_mut(kind).and_then(Node::as_map_mut);
        resources.into_iter().flat_map(|resources| resources.values_mut()).for_each(external);
    }
    for (name, node) in map {
        if name != "services"
            && let Some(shape) = shapes::PROJECT.get(name)
        {
            cast(node, shape, problems);
        }
    }
}

/// The long form of one service.
pub(super) fn of_service(node: &mut Node, problems: &mut Problems) {
    let Some(service) = node.as_map_mut() else { return };
    let mut change = |key: &str, change: &dyn Fn(Node) -> Node| {
        if let Some(slot) = service.get_mut(key) {
            *slot = change(std::mem::take(slot));
        }
    };
    change("build", &build);
    change("depends_on", &dependencies);
    change("networks", &names);
    change("models", &names);
    change("env_file", &|node| each(listed(node), env_file));
    change("gpus", &gpus);
    change("devices", &|node| each(node, device));
    change("secrets", &|node| each(node, grant));
    change("configs", &|node| each(node, grant));
    if let Some(secrets) = service.get_mut("build").and_then(Node::as_map_mut).and_then(|build| build.get_mut("secrets")) {
        *secrets = each(std::mem::take(secrets), grant);
    }
    if let Some(dependencies) = service.get_mut("depends_on").and_then(Node::as_map_mut) {
        for dependency in dependencies.values_mut() {
            imply(dependency, "required", Value::Bool(true));
        }
    }
    if let Some(Node { value: Value::List(items), .. }) = service.get_mut("ports") {
        *items = ports(std::mem::take(items), problems);
    }
    if let Some(Node { value: Value::List(items), .. }) = service.get_mut("volumes") {
        items.iter_mut().for_each(|item| mount(item, problems));
    }
    for (name, value) in service {
        if let Some(shape) = SERVICE.get(name) {
            cast(value, shape, problems);
        }
    }
}

fn each(node: Node, change: fn(Node) -> Node) -> Node {
    match node.value {
        Value::List(items) => Node::list(items.into_iter().map(change).collect(), node.origin),
        value => Node::new(value, node.origin),
    }
}

/// Adds what compose adds, unless something is written.
pub(super) fn imply(node: &mut Node, key: &str, value: Value) {
    let origin = Origin { key: None, ..node.origin.derived(Ways::IMPLIED) };
    if let Some(map) = node.as_map_mut()
        && !map.contains_key(key)
    {
        map.insert(key.into(), Node::new(value, origin));
    }
}

/// Values of their types.
fn cast(node: &mut Node, shape: &Shape, problems: &mut Problems) {
    let origin = node.origin;
    match shape {
        Shape::Bool => {
            if let Some(value) = node.as_str().and_then(boolean_of) {
                node.value = Value::Bool(value);
            }
        }
        Shape::Int(..) => match &node.value {
            Value::Text(text) => node.value = text.parse().map_or_else(|_| Value::Text(text.clone()), Value::Int),
            Value::Float(value) if value.fract() == 0.0 => node.value = Value::Int(*value as i64),
            _ => {}
        },
        Shape::Number => {
            if let Some(text) = node.as_str() {
                let number = text.parse().map(Value::Int).ok().or_else(|| text.parse().map(Value::Float).ok());
                node.value = number.unwrap_or_else(|| Value::text(text));
            }
        }
        Shape::Word => {
            if let (Value::Int(_) | Value::Float(_), Some(text)) = (&node.value, node.scalar_text()) {
                node.value = Value::text(text);
            }
        }
        Shape::Duration => {
            if let Some(duration) = node.as_str().and_then(duration_of) {
                node.value = Value::text(go_duration(duration));
            }
        }
        Shape::Size | Shape::SizeText => match &node.value {
            Value::Text(text) => {
                node.value = bytes_of(text).map_or_else(|| Value::Text(text.clone()), |size| Value::text(size.to_string()))
            }
            Value::Int(size) => node.value = Value::text(size.to_string()),
            Value::Float(size) => node.value = Value::text((*size as i64).to_string()),
            _ => {}
        },
        Shape::Texts => *node = listed(std::mem::take(node)),
        Shape::Command => {
            if let Some(text) = node.as_str() {
                match words::split(text) {
                    Some(words) => {
                        let origin = Origin { key: None, ..origin.derived(Ways::DERIVED) };
                        node.value = Value::List(words.into_iter().map(|word| Node::text(word, origin)).collect());
                    }
                    None if origin.is_unknown() => {}
                    None => {
                        let message =
                            "compose cannot split this command into words: a quote or bracket is left open; write it as a list";
                        problems.push(Problem::new(origin.location(), message));
                    }
                }
            }
        }
        Shape::Test => {
            if let Value::Text(text) = &mut node.value {
                let own = Origin { key: None, ..origin };
                let kind = Node::text("CMD-SHELL", own.derived(Ways::IMPLIED));
                node.value = Value::List(vec![kind, Node::text(std::mem::take(text), own)]);
            }
        }
        Shape::Pairs(absent) => {
            *node = pairs(std::mem::take(node));
            for value in node.as_map_mut().into_iter().flat_map(|map| map.values_mut()) {
                if value.as_str().is_some() {
                    continue;
                }
                match value.scalar_text() {
                    Some(text) => value.value = Value::text(text),
                    None if value.is_null() && *absent == Absent::Empty => value.value = Value::text(""),
                    None => {}
                }
            }
        }
        Shape::Hosts => *node = hosts(std::mem::take(node)),
        Shape::List(item) | Shape::Set(item) => {
            if let Value::List(items) = &mut node.value {
                items.iter_mut().for_each(|node| cast(node, item, problems));
            }
        }
        Shape::Map(fields) => {
            for (key, value) in node.as_map_mut().into_iter().flatten() {
                if let Some(shape) = fields.get(key) {
                    cast(value, shape, problems);
                }
            }
        }
        Shape::Named(value_shape, _) => {
            node.as_map_mut().into_iter().flat_map(|map| map.values_mut()).for_each(|value| cast(value, value_shape, problems));
        }
        Shape::Written(written) => {
            let shape = match node.value {
                Value::Null => None,
                Value::List(_) => written.list,
                Value::Map(_) => written.map,
                _ => written.scalar,
            };
            if let Some(shape) = shape {
                cast(node, shape, problems);
            }
        }
        Shape::Any | Shape::Text | Shape::OneOf(_) | Shape::Matching(..) => {}
    }
}

/// A mapping whose parts stand in one text.
fn parts(origin: Origin, entries: impl IntoIterator<Item = (&'static str, Value, Ways)>) -> Node {
    let of_part =
        |(key, value, way): (&str, Value, Ways)| (key.into(), Node::new(value, Origin { key: None, ..origin.derived(way) }));
    Node::map(entries.into_iter().map(of_part).collect::<Map>(), origin)
}

fn text(text: impl Into<CompactString>) -> Value {
    Value::text(text)
}

fn ports(items: Vec<Node>, problems: &mut Problems) -> Vec<Node> {
    let mut ports = Vec::with_capacity(items.len());
    for mut item in items {
        let origin = item.origin;
        let short = match &item.value {
            Value::Text(text) => Some(text.clone()),
            Value::Int(_) | Value::Float(_) => item.scalar_text().map(CompactString::from),
            _ => None,
        };
        let Some(short) = short else {
            imply(&mut item, "mode", text("ingress"));
            imply(&mut item, "protocol", text("tcp"));
            check_long_port(&item, problems);
            ports.push(item);
            continue;
        };
        let parsed = match port::parse(&short) {
            Ok(parsed) => parsed,
            Err(_) if origin.is_unknown() => {
                ports.push(unknown_port(&short, origin));
                continue;
            }
            Err(message) => {
                problems.push(Problem::new(origin.location(), message));
                continue;
            }
        };
        if ports.len() + parsed.len() > MOST_PORTS {
            problems.push(Problem::new(origin.location(), "with this range the service has more ports than there are"));
            break;
        }
        for port in parsed {
            let mut entries = vec![
                ("mode", text("ingress"), Ways::IMPLIED),
                ("target", Value::Int(port.target.into()), Ways::DERIVED),
                ("protocol", text(port.protocol), Ways::DERIVED),
            ];
            entries.extend(port.published.map(|published| ("published", text(published), Ways::DERIVED)));
            entries.extend(port.host_ip.map(|address| ("host_ip", text(address), Ways::DERIVED)));
            ports.push(parts(origin, entries));
        }
    }
    ports
}

/// What can be told of a port that hangs on something unknown: mostly the port of the container.
fn unknown_port(short: &str, origin: Origin) -> Node {
    let (host, container) = short.rsplit_once(':').map_or((None, short), |(host, container)| (Some(host), container));
    let (container, protocol) = container.split_once('/').unwrap_or((container, "tcp"));
    let target = container.parse::<u16>().map_or_else(|_| text(container), |port| Value::Int(port.into()));
    let mut entries = vec![
        ("mode", text("ingress"), Ways::IMPLIED),
        ("target", target, Ways::DERIVED),
        ("protocol", text(protocol), Ways::DERIVED),
    ];
    entries.extend(host.map(|host| ("published", text(host), Ways::DERIVED)));
    parts(origin, entries)
}

fn check_long_port(item: &Node, problems: &mut Problems) {
    let known = |key: &str| item.get(key).filter(|value| !value.origin.is_unknown());
    if let Some(address) = known("host_ip")
        && let Some(text) = address.as_str().filter(|text| !text.is_empty() && !port::is_address(text))
    {
        let message = format!("`{text}` is no address of a host; a port takes a number such as 127.0.0.1, not a name");
        problems.push(Problem::new(address.origin.location(), message));
    }
    if let Some(published) = known("published")
        && let Some(text) = published.scalar_text().filter(|text| !text.is_empty() && port::range(text).is_none())
    {
        let message = format!("`{text}` is no port; write a number up to 65535, or a range such as 8000-8010");
        problems.push(Problem::new(published.origin.location(), message));
    }
}

fn mount(item: &mut Node, problems: &mut Problems) {
    let origin = item.origin;
    let Some(short) = item.as_str() else {
        let kind = item.get("type").and_then(Node::as_str).map(str::to_owned);
        if let Some(kind @ ("bind" | "volume" | "tmpfs")) = kind.as_deref() {
            imply(item, kind, Value::Map(Box::default()));
        }
        if let Some(Node { value: Value::Text(target), .. }) = item.as_map_mut().and_then(|map| map.get_mut("target")) {
            *target = cleaned(target).into();
        }
        return;
    };
    let parsed = match volume::parse(short) {
        Ok(parsed) => parsed,
        Err(_) if origin.is_unknown() => volume::Short { target: short.to_owned(), ..volume::Short::default() },
        Err(message) => {
            problems.push(Problem::new(origin.location(), message));
            return;
        }
    };
    let kind = if parsed.bind { "bind" } else { "volume" };
    let mut options = Map::default();
    let mut option = |key: &str, value: Value| {
        options.insert(key.into(), Node::new(value, Origin { key: None, ..origin.derived(Ways::DERIVED) }));
    };
    if let Some(propagation) = parsed.propagation.filter(|_| parsed.bind) {
        option("propagation", text(propagation));
    }
    if let Some(selinux) = parsed.selinux.filter(|_| parsed.bind) {
        option("selinux", text(selinux));
    }
    if parsed.no_copy {
        option("nocopy", Value::Bool(true));
    }
    let mut entries = vec![("type", text(kind), Ways::DERIVED), ("target", text(cleaned(&parsed.target)), Ways::DERIVED)];
    entries.extend(parsed.source.map(|source| ("source", text(source), Ways::DERIVED)));
    if parsed.read_only {
        entries.push(("read_only", Value::Bool(true), Ways::DERIVED));
    }
    entries.push((kind, Value::Map(Box::new(options)), Ways::DERIVED));
    *item = parts(origin, entries);
}

/// The path of a mount, as Go's `path.Clean` writes it: `/data` for `/data/`.
fn cleaned(target: &str) -> String {
    if target.is_empty() { String::new() } else { join(".", target) }
}

fn env_file(item: Node) -> Node {
    match item.value {
        Value::Text(path) => {
            let origin = item.origin;
            let path = Node::text(path, Origin { key: None, ..origin });
            Node::map(Map::from_iter([("path".into(), path)]), origin)
        }
        value => Node::new(value, item.origin),
    }
}

fn grant(item: Node) -> Node {
    match item.value {
        Value::Text(source) => {
            let origin = item.origin;
            Node::map(Map::from_iter([("source".into(), Node::text(source, Origin { key: None, ..origin }))]), origin)
        }
        value => Node::new(value, item.origin),
    }
}

fn device(item: Node) -> Node {
    let Some(short) = item.as_str() else { return item };
    let mut fields = short.split(':');
    let source = fields.next().unwrap_or_default().to_owned();
    let target = fields.next().unwrap_or(&source).to_owned();
    let permissions = fields.next().unwrap_or("rwm").to_owned();
    let entries = [
        ("source", text(source), Ways::DERIVED),
        ("target", text(target), Ways::DERIVED),
        ("permissions", text(permissions), Ways::DERIVED),
    ];
    parts(item.origin, entries)
}

fn gpus(node: Node) -> Node {
    match node.as_str() {
        Some("all") => {
            let all = parts(Origin { key: None, ..node.origin }, [("count", Value::Int(-1), Ways::DERIVED)]);
            Node::list(vec![all], node.origin)
        }
        _ => node,
    }
}

/// `external: {name: x}` is `external: true` with a name.
fn external(resource: &mut Node) {
    let Some(map) = resource.as_map_mut() else { return };
    let Some(name) = map.get("external").and_then(Node::as_map).map(|external| external.get("name").cloned()) else { return };
    if let Some(external) = map.get_mut("external") {
        external.value = Value::Bool(true);
    }
    if let Some(name) = name {
        map.entry("name".into()).or_insert(name);
    }
}
