//! One service of a loaded project, for those who ask for its parts by name.

use super::amount::duration_of;
use super::node::{Node, Origin};

/// A service in its long form.
#[derive(Debug, Clone, Copy)]
pub struct Service<'p> {
    pub name: &'p str,
    pub node: &'p Node,
}

/// A text of a service.
#[derive(Debug, Clone, Copy)]
pub struct Text<'p> {
    pub text: &'p str,
    pub origin: Origin,
}

impl Text<'_> {
    /// Whether it hangs on a variable that is set nowhere.
    pub const fn is_unknown(&self) -> bool {
        self.origin.is_unknown()
    }
}

/// A port that a service publishes.
#[derive(Debug, Clone, Copy)]
pub struct Port<'p> {
    /// Its place in `ports`.
    pub index: usize,
    pub node: &'p Node,
    /// `None` where it hangs on something unknown.
    pub target: Option<u16>,
    /// `None` for any port of the host.
    pub published: Option<&'p str>,
    /// `None` for every interface.
    pub host_ip: Option<&'p str>,
    pub protocol: &'p str,
}

impl<'p> Port<'p> {
    /// Whether it is published on every address of the host.
    pub fn is_on_all_addresses(&self) -> bool {
        matches!(self.host_ip, None | Some("0.0.0.0" | "::"))
    }

    /// What says the port of the host: in the short form the whole text.
    pub fn published_node(&self) -> &'p Node {
        if self.is_short() { self.node } else { self.node.get("published").unwrap_or(self.node) }
    }

    /// The ports of the host, both ends included; `None` for any, or where it is not known.
    pub fn published_range(&self) -> Option<(u16, u16)> {
        super::port::range(self.published?)
    }

    /// Whether some part hangs on a variable that is set nowhere.
    pub fn is_unknown(&self) -> bool {
        self.node.origin.is_unknown() || self.node.entries().any(|(_, part)| part.origin.is_unknown())
    }

    /// Whether it is written as `host:container`, so that the span of its origin is the whole text.
    pub fn is_short(&self) -> bool {
        self.node.get("target").is_some_and(|target| target.origin.span == self.node.origin.span)
    }
}

/// A mount of a service.
#[derive(Debug, Clone, Copy)]
pub struct Mount<'p> {
    /// Its place in `volumes`.
    pub index: usize,
    pub node: &'p Node,
    /// `bind`, `volume`, `tmpfs`, `cluster`, `npipe` or `image`.
    pub kind: &'p str,
    /// A path of the host (relative ones from the current directory), or the name of a volume; `None` for an anonymous volume.
    pub source: Option<&'p str>,
    pub target: &'p str,
    pub read_only: bool,
}

impl Mount<'_> {
    /// Whether some part hangs on a variable that is set nowhere.
    pub fn is_unknown(&self) -> bool {
        self.node.origin.is_unknown()
            || ["source", "target"].iter().any(|key| self.node.get(key).is_some_and(|part| part.origin.is_unknown()))
    }

    /// Whether it is written as `source:target`.
    pub fn is_short(&self) -> bool {
        self.node.get("target").is_some_and(|target| target.origin.span == self.node.origin.span)
    }
}

/// A variable that the container gets.
#[derive(Debug, Clone, Copy)]
pub struct Variable<'p> {
    pub name: &'p str,
    /// `None` for a name alone that nothing sets.
    pub value: Option<&'p str>,
    pub origin: Origin,
}

/// The healthcheck of a service.
#[derive(Debug, Clone, Copy)]
pub struct Healthcheck<'p> {
    pub node: &'p Node,
}

impl<'p> Healthcheck<'p> {
    /// Whether it takes away that of the image.
    pub fn is_disabled(&self) -> bool {
        self.node.get("disable").and_then(Node::as_bool) == Some(true)
            || self.test().first().is_some_and(|word| word.as_str() == Some("NONE"))
    }

    /// `CMD` or `CMD-SHELL`, then the words; empty when that of the image stays.
    pub fn test(&self) -> &'p [Node] {
        self.node.get("test").map_or(&[], Node::items)
    }

    /// Nanoseconds of `interval`, `timeout`, `start_period` or `start_interval`.
    pub fn duration(&self, key: &str) -> Option<i64> {
        self.node.get(key).filter(|node| !node.origin.is_unknown()).and_then(Node::as_str).and_then(duration_of)
    }
}

impl<'p> Service<'p> {
    /// An attribute.
    pub fn get(&self, key: &str) -> Option<&'p Node> {
        self.node.get(key)
    }

    /// An attribute that is text.
    pub fn text(&self, key: &str) -> Option<Text<'p>> {
        let node = self.get(key)?;
        Some(Text { text: node.as_str()?, origin: node.origin })
    }

    /// Where the service is written: its name, or its attributes.
    pub const fn origin(&self) -> Origin {
        self.node.origin
    }

    pub fn image(&self) -> Option<Text<'p>> {
        self.text("image")
    }

    /// The build, in its long form.
    pub fn build(&self) -> Option<&'p Node> {
        self.get("build")
    }

    pub fn user(&self) -> Option<Text<'p>> {
        self.text("user")
    }

    pub fn container_name(&self) -> Option<Text<'p>> {
        self.text("container_name")
    }

    /// An attribute that is set to true.
    pub fn is_set(&self, key: &str) -> bool {
        self.get(key).and_then(Node::as_bool) == Some(true)
    }

    /// The words of `command` or `entrypoint`; `None` where the image decides.
    pub fn words(&self, key: &str) -> Option<&'p [Node]> {
        self.get(key)?.as_list()
    }

    pub fn ports(&self) -> impl Iterator<Item = Port<'p>> + use<'p> {
        let items = self.get("ports").map_or(&[][..], Node::items);
        items.iter().enumerate().filter(|(_, node)| node.as_map().is_some()).map(|(index, node)| Port {
            index,
            node,
            target: node.get("target").and_then(Node::as_int).and_then(|port| u16::try_from(port).ok()),
            published: node.get("published").and_then(Node::as_str).filter(|port| !port.is_empty()),
            host_ip: node.get("host_ip").and_then(Node::as_str).filter(|address| !address.is_empty()),
            protocol: node.get("protocol").and_then(Node::as_str).unwrap_or("tcp"),
        })
    }

    pub fn volumes(&self) -> impl Iterator<Item = Mount<'p>> + use<'p> {
        let items = self.get("volumes").map_or(&[][..], Node::items);
        items.iter().enumerate().filter(|(_, node)| node.as_map().is_some()).map(|(index, node)| Mount {
            index,
            node,
            kind: node.get("type").and_then(Node::as_str).unwrap_or("volume"),
            source: node.get("source").and_then(Node::as_str).filter(|source| !source.is_empty()),
            target: node.get("target").and_then(Node::as_str).unwrap_or_default(),
            read_only: node.get("read_only").and_then(Node::as_bool) == Some(true),
        })
    }

    /// The variables of the container, those of env files among them.
    pub fn environment(&self) -> impl Iterator<Item = Variable<'p>> + use<'p> {
        let entries = self.get("environment").into_iter().flat_map(Node::entries);
        entries.map(|(name, node)| Variable { name, value: node.as_str(), origin: node.origin })
    }

    /// One variable of the container.
    pub fn variable(&self, name: &str) -> Option<Variable<'p>> {
        let (_, name, node) = self.get("environment")?.as_map()?.get_full(name)?;
        Some(Variable { name, value: node.as_str(), origin: node.origin })
    }

    pub fn healthcheck(&self) -> Option<Healthcheck<'p>> {
        self.get("healthcheck").filter(|node| node.as_map().is_some()).map(|node| Healthcheck { node })
    }

    /// Whether its compose file says how to ask for its health.
    pub fn says_probe(&self) -> bool {
        self.healthcheck().is_some_and(|check| !check.is_disabled() && !check.test().is_empty())
    }

    /// The services that it waits for, with the long form of each.
    pub fn depends_on(&self) -> impl Iterator<Item = (&'p str, &'p Node)> + use<'p> {
        self.get("depends_on").into_iter().flat_map(Node::entries)
    }

    /// The networks that it joins, with what it asks of each.
    pub fn networks(&self) -> impl Iterator<Item = (&'p str, &'p Node)> + use<'p> {
        self.get("networks").into_iter().flat_map(Node::entries)
    }

    /// Its labels.
    pub fn labels(&self) -> impl Iterator<Item = (&'p str, &'p Node)> + use<'p> {
        self.get("labels").into_iter().flat_map(Node::entries)
    }

    /// Whether it may listen on a port that its image does not: its configuration or its command is its own, or something names the port.
    pub fn configures_port(&self, port: u16) -> bool {
        let named = port.to_string();
        let in_variables = self.environment().any(|variable| variable.value.is_none_or(|value| value.contains(&named)));
        let own = self.words("command").is_some() || self.words("entrypoint").is_some();
        let mounts = self.volumes().any(|mount| mount.target.contains("conf") || mount.target.starts_with("/etc/"));
        in_variables || own || mounts || !self.list("configs").is_empty() || self.get("env_file").is_some()
    }

    /// The items of an attribute that is a list.
    pub fn list(&self, key: &str) -> &'p [Node] {
        self.get(key).map_or(&[], Node::items)
    }
}
