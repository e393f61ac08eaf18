//! What was seen of engines, containers and images, at one moment: the only thing that rules about them judge.
//!
//! It is made of what an engine answers ([`super::collect`]), or read from a file that `audit --save` wrote. Values that may
//! be secret are not in it: they are left out where it is made ([`super::redact`]).

use std::collections::BTreeMap;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::{Deserialize, Serialize};

/// Raised when a field changes its meaning or goes away; new fields do not raise it.
pub const SCHEMA_VERSION: u32 = 1;

/// Engines with their containers and images, as `shipworthy audit --save` writes them. What is empty is left out; what was asked
/// for and not seen is listed in `not_seen` of its engine. Secret values are not in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Snapshot {
    pub schema_version: u32,
    /// Who took it: name and version.
    pub tool: String,
    /// When it was taken, RFC 3339.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub taken: String,
    pub engines: Vec<Engine>,
}

impl Default for Snapshot {
    fn default() -> Self {
        let tool = concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION")).to_owned();
        Self { schema_version: SCHEMA_VERSION, tool, taken: String::new(), engines: Vec::new() }
    }
}

/// One Docker or Podman engine.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Engine {
    /// Where it was asked: `unix:///var/run/docker.sock`.
    pub endpoint: String,
    /// The engine's own identifier.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub id: String,
    /// The name of its host.
    pub name: String,
    pub product: Product,
    pub version: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub api_version: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub operating_system: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub kernel: String,
    /// Its parts with their versions: containerd, runc, conmon.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub components: Vec<Component>,
    /// It runs without root: uid 0 in a container is an ordinary account on the host.
    pub rootless: bool,
    /// `userns-remap`: uid 0 in a container is this uid on the host; null without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_remapped_user: Option<u32>,
    /// What its host offers to confine containers; null where the engine did not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub security: Option<Security>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub storage_driver: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub logging_driver: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub root_directory: String,
    /// Containers go on when the engine stops.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub live_restore: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub experimental: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub debug: Option<bool>,
    /// Registries that are talked to without a checked certificate, those of this machine left out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub insecure_registries: Vec<String>,
    /// What the engine warns of itself.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// Containers on the default bridge reach each other.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_bridge_is_open: Option<bool>,
    /// It is a node of a swarm.
    pub swarm: bool,
    /// How far its clock is ahead of ours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock_ahead_seconds: Option<i64>,
    pub containers: Vec<Container>,
    pub images: Vec<Image>,
    /// What was asked for and not seen: nothing can be said of it, and the audit is not complete.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_seen: Vec<NotSeen>,
    /// Where it stands in its snapshot, a JSON Pointer.
    #[serde(skip)]
    pub pointer: String,
}

/// Who made an engine.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Product {
    Docker,
    Podman,
    #[default]
    #[serde(other)]
    Unknown,
}

/// A part of an engine.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Component {
    pub name: String,
    pub version: String,
}

/// What the host of an engine offers to confine containers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Security {
    pub apparmor: bool,
    pub selinux: bool,
    /// The profile that containers get: `builtin`, `unconfined`, a path; null without seccomp.
    pub seccomp: Option<String>,
    /// Every container has `no-new-privileges`.
    pub no_new_privileges: bool,
}

/// Something that was asked for and not seen.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct NotSeen {
    /// `processes of web`
    pub what: String,
    /// `403 Forbidden`
    pub why: String,
    /// It went away meanwhile, or can never be seen: nobody is to blame, and the audit is complete without it.
    pub harmless: bool,
}

/// A container, running or not.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Container {
    pub id: String,
    /// Without the `/` that the engine puts before it.
    pub name: String,
    /// As it was given when the container was created.
    pub image: String,
    /// The image that it was made from.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub image_id: String,
    /// The image that `image` names now, where that is another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_id_now: Option<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub created: String,
    /// Entrypoint and command.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub command: Vec<String>,
    /// The user that it was told to start as; empty for root.
    pub user: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// The compose project that made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compose: Option<ComposeOrigin>,
    /// The swarm service that made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub swarm_service: Option<String>,
    pub state: State,
    /// What its health check found; null without a check.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub health: Option<Health>,
    /// The check that is run, with the keyword first; `["NONE"]` for one that was switched off, empty for none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub healthcheck: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub environment: Vec<Variable>,
    /// Its main process first, then those that it started; null where they could not be seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub processes: Option<Vec<Process>>,
    pub privileged: bool,
    /// In upper case without `CAP_`; `ALL` for all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub capabilities_added: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub capabilities_dropped: Vec<String>,
    pub network_mode: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub pid_mode: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub ipc_mode: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub uts_mode: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub user_namespace_mode: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub cgroup_parent: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub devices: Vec<Device>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub security_options: Vec<String>,
    /// `unconfined`, a profile, or empty where the host has no AppArmor.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub apparmor_profile: String,
    pub no_new_privileges: bool,
    pub read_only_root: bool,
    /// An init process reaps what others leave behind.
    pub init: bool,
    /// It is removed when it ends.
    pub auto_remove: bool,
    pub limits: Limits,
    pub restart: Restart,
    pub log: Log,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mounts: Vec<Mount>,
    /// What is published, each port once for IPv4 and IPv6 together.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ports: Vec<Port>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub networks: Vec<String>,
    /// Languages that the image has, with their versions.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub interpreters: Vec<Interpreter>,
    /// What its health address answered; null where it was not asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<Answer>,
    /// Where it stands in its snapshot, a JSON Pointer.
    #[serde(skip)]
    pub pointer: String,
}

/// Where compose says that a container comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ComposeOrigin {
    pub project: String,
    pub service: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub working_directory: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub config_files: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub environment_files: Vec<String>,
    /// Made by `compose run`.
    pub one_off: bool,
}

/// How a container is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct State {
    /// `running`, `exited`, `restarting`, `paused`, `created`, `dead`, `removing`; Podman also `stopped`, `configured`, …
    pub status: String,
    /// 0 while it runs.
    pub exit_code: i64,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub error: String,
    /// The kernel ended it, or a process in it, for want of memory. Cleared when it starts again.
    pub out_of_memory: bool,
    /// How often the engine has started it again since somebody started it by hand.
    pub restarts: u64,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub started: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub finished: String,
    /// How long it has been running, by the clock of the engine; null when it does not run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub running_seconds: Option<i64>,
}

impl State {
    /// It runs, or is about to run again.
    pub fn is_up(&self) -> bool {
        matches!(self.status.as_str(), "running" | "restarting" | "paused")
    }

    /// Its process is there.
    pub fn is_running(&self) -> bool {
        self.status == "running"
    }
}

/// What a health check found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Health {
    /// `starting`, `healthy`, `unhealthy`
    pub status: String,
    /// Probes that failed in a row.
    pub failing_streak: u64,
    /// The last probes, the oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub log: Vec<Probe>,
}

/// One run of a health check.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Probe {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub started: String,
    pub exit_code: i64,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub output: String,
}

/// A variable of the environment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Variable {
    pub name: String,
    /// Only where it can be no secret; null otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// The image sets it to the same value.
    pub from_image: bool,
    /// Its value is a secret, by the name or by how it looks.
    pub secret: bool,
    /// The secret is one that everybody knows: empty, `changeme`, the name of the user.
    pub guessable: bool,
}

/// A process in a container.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Process {
    /// The identifier on the host.
    pub pid: u32,
    pub parent: u32,
    /// The user on the host; null where the engine tells only a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<u32>,
    /// The name of the user, where the engine tells no number.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub user: String,
    pub command: String,
}

/// A device of the host.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Device {
    pub host: String,
    pub container: String,
    pub permissions: String,
}

/// What a container may use; 0 for no limit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Limits {
    /// Bytes.
    pub memory: u64,
    /// Thousandths of a processor: the quota, however it was given.
    pub processor_thousandths: u64,
    /// Relative weight against other containers.
    pub processor_shares: u64,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub processor_set: String,
    pub processes: u64,
}

/// What happens when a container ends.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Restart {
    /// `no`, `always`, `unless-stopped`, `on-failure`
    pub policy: String,
    /// 0 for no limit.
    pub maximum: u64,
}

/// Where the output of a container goes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Log {
    pub driver: String,
    /// How it is rotated; options that may hold secrets are not kept.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub options: BTreeMap<String, String>,
}

/// Something that a container sees at a path.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Mount {
    /// `bind`, `volume`, `tmpfs`, `npipe`
    #[serde(rename = "type")]
    pub kind: String,
    /// The path on the host, or the name of the volume.
    pub source: String,
    pub target: String,
    pub writable: bool,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub propagation: String,
}

/// A published port.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Port {
    /// The address of the host; empty for all of them.
    pub address: String,
    /// On the host; 0 where the engine chooses one.
    pub published: u16,
    /// In the container.
    pub target: u16,
    pub protocol: String,
}

/// A language and its version.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Interpreter {
    /// As `rules/catalog/end-of-life.yaml` names it: `python`, `node`.
    pub name: String,
    pub version: String,
    /// What told: `PYTHON_VERSION`, `/usr/local/bin/python3`, `python3 -V`.
    pub told_by: String,
}

/// The answer of a health address that was asked from outside.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Answer {
    pub address: String,
    /// 0 where there was no answer.
    pub status: u16,
    pub milliseconds: u64,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub error: String,
}

/// An image on an engine.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Image {
    pub id: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub digests: Vec<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub created: String,
    /// How long ago it was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub age_days: Option<i64>,
    /// Bytes.
    pub size: u64,
    pub user: String,
    /// As for a container.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub healthcheck: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub environment: Vec<Variable>,
    /// `8080/tcp`
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub exposed_ports: Vec<String>,
    /// What made each layer, the base first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub history: Vec<Layer>,
    /// The names of the containers that were made from it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub containers: Vec<String>,
    /// Where it stands in its snapshot, a JSON Pointer.
    #[serde(skip)]
    pub pointer: String,
}

/// A step of the build of an image.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Layer {
    pub created_by: String,
    /// Bytes.
    pub size: u64,
    /// A value in what made it was left out, for it is a secret.
    pub secret: bool,
}

impl Engine {
    /// The user within a container of a process that has this one on the host.
    pub fn user_in_container(&self, host: u32) -> u32 {
        match self.first_remapped_user {
            Some(first) if host >= first => host - first,
            _ => host,
        }
    }

    /// Uid 0 in a container is nobody special on its host.
    pub fn maps_users(&self) -> bool {
        self.rootless || self.first_remapped_user.is_some()
    }

    /// The image that a container was made from.
    pub fn image_of(&self, container: &Container) -> Option<&Image> {
        self.images.iter().find(|image| !image.id.is_empty() && image.id == container.image_id)
    }
}

impl Container {
    /// Whether its list of ports says what is open: nothing is while it does not run, and what it asks for may not be told.
    pub fn state_tells_ports(&self) -> bool {
        self.state.status.is_empty() || self.state.is_running()
    }

    /// The option of `security_options` with this name, which the engine writes `name=value` or `name:value`.
    pub fn security_option(&self, name: &str) -> Option<&str> {
        self.security_options.iter().find_map(|option| option.strip_prefix(name)?.strip_prefix(['=', ':']))
    }
}

impl Image {
    /// How people call it: its first tag, else its digest, else the beginning of its id.
    pub fn shown_name(&self) -> &str {
        let bare = self.id.strip_prefix("sha256:").unwrap_or(&self.id);
        let short = bare.get(..12).unwrap_or(bare);
        self.tags.first().or(self.digests.first()).map_or(short, String::as_str)
    }
}

/// The JSON Schema of a snapshot.
pub fn schema() -> serde_json::Value {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    let mut schema = generator.root_schema_for::<Snapshot>();
    schema.insert("$id".to_owned(), format!("{}/raw/main/schemas/snapshot.schema.json", env!("CARGO_PKG_REPOSITORY")).into());
    schema.insert("title".to_owned(), "Snapshot of shipworthy".into());
    schema.to_value()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `UPDATE_SCHEMAS=1 cargo test` writes the file.
    #[test]
    fn the_schema_file_is_fresh() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/snapshot.schema.json");
        let schema = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
        if std::env::var_os("UPDATE_SCHEMAS").is_some() {
            std::fs::write(path, &schema).unwrap();
        }
        let written = std::fs::read_to_string(path).unwrap_or_default();
        assert!(written == schema, "schemas/snapshot.schema.json is stale: UPDATE_SCHEMAS=1 cargo test writes it");
    }
}
