//! From what engines answer to the types of a snapshot. Whatever is missing, null or of another shape counts as not said: engines
//! of ten years and of two makers differ in nearly everything.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::snapshot::{
    Component, ComposeOrigin, Container, Device, Engine, Health, Image, Interpreter, Layer, Limits, Log, Mount, Port, Probe,
    Process, Product, Restart, Security, State, Variable,
};

/// Options of log drivers that say how much is kept; the others may hold addresses and tokens.
const KEPT_LOG_OPTIONS: &[&str] = &["max-size", "max-file", "compress", "mode", "max-buffer-size"];

/// Variables that images set to the version of what they are for, and how the table of ends of life calls that.
const VERSION_VARIABLES: &[(&str, &str)] = &[
    ("PYTHON_VERSION", "python"),
    ("NODE_VERSION", "node"),
    ("PG_VERSION", "postgres"),
    ("PHP_VERSION", "php"),
    ("RUBY_VERSION", "ruby"),
    ("GOLANG_VERSION", "golang"),
    ("NGINX_VERSION", "nginx"),
    ("REDIS_VERSION", "redis"),
    ("JAVA_VERSION", "java"),
];

/// The period of a CPU quota where none is given (moby, HostConfig.CpuPeriod), in microseconds.
const DEFAULT_PERIOD: u64 = 100_000;

/// The text at a JSON Pointer; empty where there is none.
pub fn text(value: &Value, pointer: &str) -> String {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn flag(value: &Value, pointer: &str) -> bool {
    value.pointer(pointer).and_then(Value::as_bool).unwrap_or_default()
}

/// A count: negative numbers, which stand for «no limit», are 0.
fn count(value: &Value, pointer: &str) -> u64 {
    value.pointer(pointer).and_then(Value::as_u64).unwrap_or_default()
}

fn list<'a>(value: &'a Value, pointer: &str) -> &'a [Value] {
    value.pointer(pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn map<'a>(value: &'a Value, pointer: &str) -> Option<&'a Map<String, Value>> {
    value.pointer(pointer).and_then(Value::as_object)
}

/// A list of texts, or one text in the place of a list (Podman's `Entrypoint`).
fn texts(value: &Value, pointer: &str) -> Vec<String> {
    match value.pointer(pointer) {
        Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        Some(Value::String(one)) if !one.is_empty() => one.split_whitespace().map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

fn labels(value: &Value, pointer: &str) -> BTreeMap<String, String> {
    let entries = map(value, pointer).into_iter().flatten();
    entries.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect()
}

/// A time; the year 1 stands for «never».
pub fn time(value: &Value, pointer: &str) -> String {
    let text = text(value, pointer);
    if text.starts_with("0001-") { String::new() } else { text }
}

/// Reads a time as engines write it.
pub fn timestamp(text: &str) -> Option<Timestamp> {
    text.parse().ok()
}

fn seconds_between(from: &str, to: Timestamp) -> Option<i64> {
    Some(to.as_second() - timestamp(from)?.as_second())
}

/// An engine, from `/version` and `/info`; either may be null.
pub fn engine(version: &Value, info: &Value, now: Timestamp) -> Engine {
    let components: Vec<Component> = list(version, "/Components")
        .iter()
        .map(|component| Component { name: text(component, "/Name"), version: text(component, "/Version") })
        .collect();
    let is_podman = components.iter().any(|component| component.name.contains("Podman"));
    let is_docker = components.iter().any(|component| component.name == "Engine") || !text(info, "/ServerVersion").is_empty();
    let options = texts(info, "/SecurityOptions");
    let option = |name: &str| {
        let wanted = format!("name={name}");
        options.iter().find(|option| **option == wanted || option.starts_with(&format!("{wanted},")))
    };
    let named = |pointer: &str| Some(text(info, pointer)).filter(|text| !text.is_empty());
    let root_directory = text(info, "/DockerRootDir");
    let remapped = option("userns").map(|_| first_remapped(&root_directory));
    Engine {
        id: text(info, "/ID"),
        name: text(info, "/Name"),
        product: match (is_podman, is_docker) {
            (true, _) => Product::Podman,
            (false, true) => Product::Docker,
            (false, false) => Product::Unknown,
        },
        version: named("/ServerVersion").unwrap_or_else(|| text(version, "/Version")),
        api_version: text(version, "/ApiVersion"),
        operating_system: text(info, "/OperatingSystem"),
        kernel: text(info, "/KernelVersion"),
        components,
        rootless: option("rootless").is_some() || flag(info, "/Rootless"),
        first_remapped_user: remapped,
        security: info.get("SecurityOptions").filter(|options| options.is_array()).map(|_| Security {
            apparmor: option("apparmor").is_some(),
            selinux: option("selinux").is_some(),
            seccomp: option("seccomp").map(|option| option.split("profile=").nth(1).unwrap_or("default").to_owned()),
            no_new_privileges: option("no-new-privileges").is_some(),
        }),
        storage_driver: text(info, "/Driver"),
        logging_driver: text(info, "/LoggingDriver"),
        root_directory,
        live_restore: info.get("LiveRestoreEnabled").and_then(Value::as_bool),
        experimental: info.get("ExperimentalBuild").and_then(Value::as_bool).filter(|_| !is_podman),
        debug: info.get("Debug").and_then(Value::as_bool),
        insecure_registries: insecure_registries(info),
        warnings: texts(info, "/Warnings"),
        swarm: text(info, "/Swarm/LocalNodeState") == "active",
        clock_ahead_seconds: timestamp(&text(info, "/SystemTime")).map(|theirs| theirs.as_second() - now.as_second()),
        ..Engine::default()
    }
}

/// The engine keeps what it stores below a folder named after the first user and group of the mapping: `/var/lib/docker/100000.100000`.
fn first_remapped(root_directory: &str) -> u32 {
    let folder = root_directory.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    folder.split('.').next().and_then(|number| number.parse().ok()).unwrap_or(100_000)
}

fn insecure_registries(info: &Value) -> Vec<String> {
    let networks = texts(info, "/RegistryConfig/InsecureRegistryCIDRs");
    let local = |network: &String| network.starts_with("127.") || network.starts_with("::1");
    let hosts = map(info, "/RegistryConfig/IndexConfigs").into_iter().flatten();
    let insecure = hosts.filter(|(_, host)| host.get("Secure").and_then(Value::as_bool) == Some(false));
    let named = insecure.map(|(name, _)| name.clone()).filter(|name| !name.starts_with("localhost") && !name.starts_with("127."));
    networks.into_iter().filter(|network| !local(network)).chain(named).collect()
}

/// A container, from `/containers/{id}/json`. What takes other questions (processes, the image that its name means now) is not in it.
pub fn container(inspect: &Value, image: Option<&Value>, now: Timestamp) -> Container {
    let labels = labels(inspect, "/Config/Labels");
    let mut command = texts(inspect, "/Config/Entrypoint");
    command.extend(texts(inspect, "/Config/Cmd"));
    let environment = environment(inspect, image);
    let security_options = texts(inspect, "/HostConfig/SecurityOpt");
    let capabilities = |pointer: &str| {
        let bare = |name: String| name.to_ascii_uppercase().trim_start_matches("CAP_").to_owned();
        texts(inspect, pointer).into_iter().map(bare).collect()
    };
    let state = state(inspect, now);
    Container {
        id: text(inspect, "/Id"),
        name: text(inspect, "/Name").trim_start_matches('/').to_owned(),
        image: Some(text(inspect, "/Config/Image"))
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| text(inspect, "/ImageName")),
        image_id: image_id(&text(inspect, "/Image")),
        created: time(inspect, "/Created"),
        command,
        user: text(inspect, "/Config/User"),
        compose: compose(&labels),
        swarm_service: labels.get("com.docker.swarm.service.name").cloned(),
        health: health(inspect),
        healthcheck: healthcheck(inspect),
        interpreters: interpreters(&environment),
        environment,
        privileged: flag(inspect, "/HostConfig/Privileged"),
        capabilities_added: capabilities("/HostConfig/CapAdd"),
        capabilities_dropped: capabilities("/HostConfig/CapDrop"),
        network_mode: text(inspect, "/HostConfig/NetworkMode"),
        pid_mode: text(inspect, "/HostConfig/PidMode"),
        ipc_mode: text(inspect, "/HostConfig/IpcMode"),
        uts_mode: text(inspect, "/HostConfig/UTSMode"),
        user_namespace_mode: text(inspect, "/HostConfig/UsernsMode"),
        cgroup_parent: text(inspect, "/HostConfig/CgroupParent"),
        devices: list(inspect, "/HostConfig/Devices").iter().map(device).collect(),
        apparmor_profile: text(inspect, "/AppArmorProfile"),
        no_new_privileges: security_options
            .iter()
            .any(|option| option.starts_with("no-new-privileges") && !option.ends_with("false")),
        security_options,
        read_only_root: flag(inspect, "/HostConfig/ReadonlyRootfs"),
        init: flag(inspect, "/HostConfig/Init"),
        auto_remove: flag(inspect, "/HostConfig/AutoRemove"),
        limits: limits(inspect),
        restart: Restart {
            policy: Some(text(inspect, "/HostConfig/RestartPolicy/Name"))
                .filter(|name| !name.is_empty())
                .unwrap_or("no".to_owned()),
            maximum: count(inspect, "/HostConfig/RestartPolicy/MaximumRetryCount"),
        },
        log: Log {
            driver: text(inspect, "/HostConfig/LogConfig/Type"),
            options: self::labels(inspect, "/HostConfig/LogConfig/Config")
                .into_iter()
                .filter(|(name, _)| KEPT_LOG_OPTIONS.contains(&name.as_str()))
                .collect(),
        },
        mounts: list(inspect, "/Mounts").iter().map(mount).collect(),
        ports: ports(inspect),
        networks: map(inspect, "/NetworkSettings/Networks").into_iter().flatten().map(|(name, _)| name.clone()).collect(),
        state,
        labels,
        ..Container::default()
    }
}

/// With its algorithm, which Podman leaves out in some places.
fn image_id(id: &str) -> String {
    let bare = id.len() == 64 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    if bare { format!("sha256:{id}") } else { id.to_owned() }
}

fn environment(inspect: &Value, image: Option<&Value>) -> Vec<Variable> {
    let of_image = image.map(|image| texts(image, "/Config/Env")).unwrap_or_default();
    let own = texts(inspect, "/Config/Env");
    own.iter().map(|pair| variable(pair, of_image.contains(pair))).collect()
}

fn variable(pair: &str, from_image: bool) -> Variable {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    Variable { name: name.to_owned(), value: Some(value.to_owned()), from_image, ..Variable::default() }
}

/// `3.11.4` of `PYTHON_VERSION=3.11.4`, `17.0` of `PG_VERSION=17.0-1.pgdg120+1`.
fn interpreters(environment: &[Variable]) -> Vec<Interpreter> {
    let told = |&(name, product): &(&str, &str)| {
        let variable = environment.iter().find(|variable| variable.name == name)?;
        let version = number(variable.value.as_deref()?)?;
        Some(Interpreter { name: product.to_owned(), version, told_by: name.to_owned() })
    };
    VERSION_VARIABLES.iter().filter_map(told).collect()
}

/// The number at the beginning of a version.
fn number(text: &str) -> Option<String> {
    let text = text.trim_start_matches('v');
    let end = text.find(|char: char| !char.is_ascii_digit() && char != '.').unwrap_or(text.len());
    let number = text[..end].trim_end_matches('.');
    (!number.is_empty()).then(|| number.to_owned())
}

/// The version in what an interpreter prints: `Python 3.11.4`, `v22.1.0`.
pub fn version_of(printed: &str) -> Option<String> {
    let word =
        printed.split_whitespace().find(|word| word.trim_start_matches('v').starts_with(|char: char| char.is_ascii_digit()))?;
    number(word).filter(|version| version.contains('.'))
}

/// `python3.13` of where `/usr/local/bin/python3` leads.
pub fn interpreter_of_link(target: &str) -> Option<Interpreter> {
    let version = target.rsplit('/').next()?.strip_prefix("python")?;
    let version = number(version).filter(|version| version.contains('.'))?;
    Some(Interpreter { name: "python".to_owned(), version, told_by: String::new() })
}

fn state(inspect: &Value, now: Timestamp) -> State {
    let status = text(inspect, "/State/Status");
    let status = match status.as_str() {
        // Podman's words for the same.
        "stopped" | "stopping" => "exited",
        "configured" | "initialized" => "created",
        "" if flag(inspect, "/State/Running") => "running",
        "" => "exited",
        other => other,
    };
    let started = time(inspect, "/State/StartedAt");
    State {
        running_seconds: (status == "running").then(|| seconds_between(&started, now)).flatten().map(|seconds| seconds.max(0)),
        status: status.to_owned(),
        exit_code: inspect.pointer("/State/ExitCode").and_then(Value::as_i64).unwrap_or_default(),
        error: text(inspect, "/State/Error"),
        out_of_memory: flag(inspect, "/State/OOMKilled"),
        restarts: count(inspect, "/RestartCount"),
        started,
        finished: time(inspect, "/State/FinishedAt"),
    }
}

/// Podman before version 4 wrote `Healthcheck`, and writes an empty status where there is no check.
fn health(inspect: &Value) -> Option<Health> {
    let health =
        inspect.pointer("/State/Health").or(inspect.pointer("/State/Healthcheck")).filter(|health| health.is_object())?;
    let status = text(health, "/Status");
    if status.is_empty() || status == "none" {
        return None;
    }
    let probe = |probe: &Value| Probe {
        started: time(probe, "/Start"),
        exit_code: probe.get("ExitCode").and_then(Value::as_i64).unwrap_or_default(),
        output: text(probe, "/Output").trim_end().to_owned(),
    };
    let log = list(health, "/Log").iter().map(probe).collect();
    Some(Health { status, failing_streak: count(health, "/FailingStreak"), log })
}

fn healthcheck(config: &Value) -> Vec<String> {
    let test = texts(config, "/Config/Healthcheck/Test");
    if test.is_empty() { texts(config, "/Config/HealthCheck/Test") } else { test }
}

fn compose(labels: &BTreeMap<String, String>) -> Option<ComposeOrigin> {
    let label = |name: &str| {
        labels.get(&format!("com.docker.compose.{name}")).or_else(|| labels.get(&format!("io.podman.compose.{name}")))
    };
    let project = label("project")?.clone();
    let list = |name: &str| {
        let text = label(name).map(String::as_str).unwrap_or_default();
        text.split(',').filter(|part| !part.is_empty()).map(str::to_owned).collect()
    };
    Some(ComposeOrigin {
        project,
        service: label("service").cloned().unwrap_or_default(),
        working_directory: label("project.working_dir").cloned().unwrap_or_default(),
        config_files: list("project.config_files"),
        environment_files: list("project.environment_file"),
        one_off: label("oneoff").is_some_and(|value| value.eq_ignore_ascii_case("true")),
    })
}

fn device(device: &Value) -> Device {
    Device {
        host: text(device, "/PathOnHost"),
        container: text(device, "/PathInContainer"),
        permissions: text(device, "/CgroupPermissions"),
    }
}

fn limits(inspect: &Value) -> Limits {
    let quota = count(inspect, "/HostConfig/CpuQuota");
    let period = match count(inspect, "/HostConfig/CpuPeriod") {
        0 => DEFAULT_PERIOD,
        period => period,
    };
    let of_quota = quota.saturating_mul(1000) / period;
    Limits {
        memory: count(inspect, "/HostConfig/Memory"),
        processor_thousandths: match count(inspect, "/HostConfig/NanoCpus") / 1_000_000 {
            0 => of_quota,
            thousandths => thousandths,
        },
        processor_shares: count(inspect, "/HostConfig/CpuShares"),
        processor_set: text(inspect, "/HostConfig/CpusetCpus"),
        processes: count(inspect, "/HostConfig/PidsLimit"),
    }
}

fn mount(mount: &Value) -> Mount {
    let kind = text(mount, "/Type");
    let name = text(mount, "/Name");
    Mount {
        source: if kind == "volume" && !name.is_empty() { name } else { text(mount, "/Source") },
        kind,
        target: text(mount, "/Destination"),
        writable: flag(mount, "/RW"),
        propagation: text(mount, "/Propagation"),
    }
}

/// What is really open; for a container that does not run, what it asks for.
fn ports(inspect: &Value) -> Vec<Port> {
    let actual = map(inspect, "/NetworkSettings/Ports").filter(|ports| ports.values().any(Value::is_array));
    let asked = map(inspect, "/HostConfig/PortBindings").filter(|_| !flag(inspect, "/State/Running"));
    let mut ports: Vec<Port> = Vec::new();
    for (target, bindings) in actual.or(asked).into_iter().flatten() {
        let (number, protocol) = target.split_once('/').unwrap_or((target, "tcp"));
        let Ok(number) = number.parse() else { continue };
        for binding in bindings.as_array().into_iter().flatten() {
            let address = text(binding, "/HostIp");
            let port = Port {
                address: if matches!(address.as_str(), "0.0.0.0" | "::") { String::new() } else { address },
                published: text(binding, "/HostPort").parse().unwrap_or_default(),
                target: number,
                protocol: protocol.to_owned(),
            };
            if !ports.contains(&port) {
                ports.push(port);
            }
        }
    }
    ports.sort_by(|a, b| (a.target, &a.protocol, a.published, &a.address).cmp(&(b.target, &b.protocol, b.published, &b.address)));
    ports
}

/// The processes of a container, from `/containers/{id}/top`: the main one, and those that it started. `main` is its identifier on the
/// host. Checks and sessions of `exec` are started by the engine and are not in it.
pub fn processes(top: &Value, main: u32) -> Option<Vec<Process>> {
    let titles: Vec<String> = texts(top, "/Titles").iter().map(|title| title.to_ascii_uppercase()).collect();
    let column = |names: &[&str]| titles.iter().position(|title| names.contains(&title.as_str()));
    let pid = column(&["PID", "HPID"])?;
    let parent = column(&["PPID"]);
    let user = column(&["UID", "USER", "EUID"]);
    let command = column(&["COMMAND", "CMD", "ARGS"])?;
    let mut all: Vec<Process> = Vec::new();
    for row in list(top, "/Processes") {
        let cells: Vec<&str> = row.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let cell = |column: Option<usize>| column.and_then(|column| cells.get(column)).copied().unwrap_or_default();
        let Ok(number) = cell(Some(pid)).parse() else { continue };
        let user = cell(user);
        let user_id = user.parse().ok();
        all.push(Process {
            pid: number,
            parent: cell(parent).parse().unwrap_or_default(),
            user_id,
            user: if user_id.is_some() { String::new() } else { user.to_owned() },
            command: cell(Some(command)).to_owned(),
        });
    }
    // Podman counts as the container does.
    let main = all.iter().find(|process| process.pid == main).or_else(|| all.iter().find(|process| process.pid == 1))?.pid;
    let mut kept = vec![main];
    // Parents may stand after their children: go on until nothing is added.
    loop {
        let before = kept.len();
        for process in &all {
            if kept.contains(&process.parent) && !kept.contains(&process.pid) {
                kept.push(process.pid);
            }
        }
        if kept.len() == before || parent.is_none() {
            break;
        }
    }
    let mut tree: Vec<Process> = all.into_iter().filter(|process| kept.contains(&process.pid)).collect();
    tree.sort_by_key(|process| (process.pid != main, process.pid));
    tree.dedup_by_key(|process| process.pid);
    Some(tree)
}

/// An image, from `/images/{id}/json` and `/images/{id}/history`; the latter may be null.
pub fn image(inspect: &Value, history: &Value, now: Timestamp) -> Image {
    let created = time(inspect, "/Created");
    let real = |names: Vec<String>| names.into_iter().filter(|name| !name.starts_with("<none>")).collect();
    let layer = |layer: &Value| Layer { created_by: text(layer, "/CreatedBy"), size: count(layer, "/Size"), secret: false };
    let user = text(inspect, "/Config/User");
    Image {
        id: image_id(&text(inspect, "/Id")),
        tags: real(texts(inspect, "/RepoTags")),
        digests: real(texts(inspect, "/RepoDigests")),
        age_days: seconds_between(&created, now).map(|seconds| (seconds / 86_400).max(0)),
        created,
        size: count(inspect, "/Size"),
        user: if user.is_empty() { text(inspect, "/User") } else { user },
        healthcheck: healthcheck(inspect),
        environment: texts(inspect, "/Config/Env").iter().map(|pair| variable(pair, true)).collect(),
        exposed_ports: map(inspect, "/Config/ExposedPorts").into_iter().flatten().map(|(port, _)| port.clone()).collect(),
        history: history.as_array().into_iter().flatten().rev().map(layer).collect(),
        ..Image::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn now() -> Timestamp {
        "2026-11-20T13:00:00Z".parse().unwrap()
    }

    #[test]
    fn nothing_that_is_missing_or_odd_stops_a_container() {
        for odd in [
            json!({}),
            json!(null),
            json!({"State": 3, "Config": [], "HostConfig": {"CapAdd": {}, "PidsLimit": -1}, "Mounts": [7]}),
        ] {
            assert_eq!(container(&odd, None, now()).limits.processes, 0);
        }
        let podman =
            json!({"State": {"Status": "stopped", "Health": {"Status": "", "Log": null}}, "Config": {"Entrypoint": "a b"}});
        let container = container(&podman, None, now());
        assert_eq!((container.state.status.as_str(), container.command.len(), container.health), ("exited", 2, None));
    }

    #[test]
    fn ports_are_those_that_are_open() {
        let inspect = json!({
            "State": {"Running": true},
            "HostConfig": {"PortBindings": {"80/tcp": [{"HostIp": "", "HostPort": "1"}]}},
            "NetworkSettings": {"Ports": {
                "443/tcp": [{"HostIp": "0.0.0.0", "HostPort": "8443"}, {"HostIp": "::", "HostPort": "8443"}],
                "9000/tcp": null, "53/udp": [{"HostIp": "127.0.0.1", "HostPort": "53"}]
            }}
        });
        let shown: Vec<String> =
            ports(&inspect).iter().map(|port| format!("{} {}>{}", port.address, port.published, port.target)).collect();
        assert_eq!(shown, ["127.0.0.1 53>53", " 8443>443"]);
        let stopped = json!({"HostConfig": {"PortBindings": {"80/tcp": [{"HostIp": "", "HostPort": "1"}]}}, "NetworkSettings": {"Ports": {}}});
        assert_eq!(ports(&stopped).len(), 1);
    }

    #[test]
    fn processes_are_those_below_the_main_one() {
        let top = json!({"Titles": ["PID", "PPID", "UID", "COMMAND"], "Processes": [
            ["12", "11", "101", "nginx: worker"], ["11", "1", "0", "nginx: master"], ["40", "1", "0", "curl localhost"]
        ]});
        let seen = processes(&top, 11).unwrap();
        assert_eq!(seen.iter().map(|process| process.pid).collect::<Vec<_>>(), [11, 12]);
        assert_eq!(seen[1].user_id, Some(101));
        let busybox = json!({"Titles": ["PID", "USER", "TIME", "COMMAND"], "Processes": [["11", "root", "0:00", "sh"]]});
        assert_eq!(processes(&busybox, 11).unwrap()[0].user, "root");
        let podman = json!({"Titles": ["PID", "PPID", "USER", "COMMAND"], "Processes": [["1", "0", "app", "sleep"], ["9", "0", "root", "sh"]]});
        assert_eq!(processes(&podman, 22290).unwrap().len(), 1);
        assert_eq!(processes(&json!({"message": "x"}), 1), None);
    }

    #[test]
    fn engines_say_who_they_are() {
        let version = json!({"Components": [{"Name": "Podman Engine", "Version": "4.3.1"}], "Version": "4.3.1"});
        let info =
            json!({"SecurityOptions": ["name=seccomp,profile=default", "name=rootless"], "SystemTime": "2026-11-20T13:05:00Z"});
        let podman = engine(&version, &info, now());
        assert_eq!((podman.product, podman.rootless, podman.clock_ahead_seconds), (Product::Podman, true, Some(300)));
        assert_eq!(podman.security.unwrap().seccomp.as_deref(), Some("default"));
        let info = json!({
            "ServerVersion": "28.0", "SecurityOptions": ["name=userns"], "DockerRootDir": "/var/lib/docker/165536.165536",
            "RegistryConfig": {"InsecureRegistryCIDRs": ["127.0.0.0/8", "10.0.0.0/8"], "IndexConfigs": {"r.local": {"Secure": false}, "docker.io": {"Secure": true}}}
        });
        let docker = engine(&Value::Null, &info, now());
        assert_eq!((docker.product, docker.first_remapped_user), (Product::Docker, Some(165_536)));
        assert_eq!(docker.insecure_registries, ["10.0.0.0/8", "r.local"]);
    }

    #[test]
    fn versions_are_read_where_they_stand() {
        let inspect = json!({"Config": {"Env": ["PYTHON_VERSION=3.9.18", "PG_VERSION=17.0-1.pgdg120+1", "NODE_VERSION="]}});
        let seen: Vec<String> = container(&inspect, None, now()).interpreters.into_iter().map(|one| one.version).collect();
        assert_eq!(seen, ["3.9.18", "17.0"]);
        assert_eq!(interpreter_of_link("/usr/local/bin/python3.13").unwrap().version, "3.13");
        assert_eq!(interpreter_of_link("python3"), None);
        assert_eq!(
            (version_of("Python 3.11.4\n").as_deref(), version_of("v22.1.0").as_deref()),
            (Some("3.11.4"), Some("22.1.0"))
        );
        assert_eq!(version_of("exec: python3: not found"), None);
    }

    #[test]
    fn limits_know_both_ways_to_say_how_much_of_a_processor() {
        let quota = json!({"HostConfig": {"CpuQuota": 50000, "CpuPeriod": 100000, "PidsLimit": 200}});
        assert_eq!(limits(&quota).processor_thousandths, 500);
        assert_eq!(limits(&json!({"HostConfig": {"NanoCpus": 1500000000u64}})).processor_thousandths, 1500);
    }
}
