//! The shape of a compose file, from the facts of the specification (compose-spec, `spec.md` and its schema).

use super::shape::Absent::{Empty, Null};
use super::shape::Names::{Checked, Free};
use super::shape::Shape::{
    Any, Bool, Command, Duration, Hosts, Int, List, Map, Matching, Named, Number, OneOf, Pairs, Set, Size, SizeText, Test, Text,
    Texts, Word,
};
use super::shape::{Fields, Shape, Written};

const WHOLE: Shape = Int(i64::MIN, i64::MAX);
const POSITIVE: Shape = Int(0, i64::MAX);
const TEXT_LIST: Shape = List(&Text);
const TEXT_SET: Shape = Set(&Text);

const fn written(
    scalar: Option<&'static Shape>,
    list: Option<&'static Shape>,
    map: Option<&'static Shape>,
    expected: &'static str,
) -> Shape {
    Shape::Written(Written { scalar, list, map, null: false, expected })
}

const fn or_null(map: &'static Shape) -> Shape {
    Shape::Written(Written { scalar: None, list: None, map: Some(map), null: true, expected: "a mapping, or nothing" })
}

const fn open(fields: &'static [(&'static str, Shape)]) -> Fields {
    Fields { fields, required: &[], extensions: true }
}

const fn closed(fields: &'static [(&'static str, Shape)]) -> Fields {
    Fields { fields, required: &[], extensions: false }
}

/// The top level.
pub(super) static PROJECT: Fields = open(&[
    ("version", Text),
    ("name", Text),
    ("include", List(&INCLUDE)),
    ("services", Named(&Map(&SERVICE), Checked)),
    ("networks", Named(&or_null(&Map(&NETWORK)), Free)),
    ("volumes", Named(&or_null(&Map(&VOLUME)), Checked)),
    ("secrets", Named(&Map(&SECRET), Checked)),
    ("configs", Named(&Map(&CONFIG), Checked)),
    ("models", Named(&Map(&MODEL), Free)),
]);

static INCLUDE: Shape = written(Some(&Text), None, Some(&Map(&INCLUDE_LONG)), "a path, or a mapping with `path`");

static INCLUDE_LONG: Fields = closed(&[("path", Texts), ("env_file", Texts), ("project_directory", Text)]);

pub(super) static SERVICE: Fields = open(&[
    ("annotations", Pairs(Empty)),
    ("attach", Bool),
    ("blkio_config", Map(&BLKIO)),
    ("build", written(Some(&Text), None, Some(&Map(&BUILD)), "the path of the context, or a mapping with `context`")),
    ("cap_add", TEXT_SET),
    ("cap_drop", TEXT_SET),
    ("cgroup", OneOf(&["host", "private"])),
    ("cgroup_parent", Text),
    ("command", Command),
    ("configs", List(&GRANT)),
    ("container_name", Matching(is_container_name, "two or more letters, digits, `_`, `.` or `-`")),
    ("cpu_count", POSITIVE),
    ("cpu_percent", Number),
    ("cpu_period", WHOLE),
    ("cpu_quota", WHOLE),
    ("cpu_rt_period", written(Some(&Word), None, None, "microseconds, or a duration")),
    ("cpu_rt_runtime", written(Some(&Word), None, None, "microseconds, or a duration")),
    ("cpu_shares", WHOLE),
    ("cpus", Number),
    ("cpuset", Text),
    ("credential_spec", Map(&CREDENTIAL_SPEC)),
    ("depends_on", written(None, Some(&TEXT_SET), Some(&Named(&Map(&DEPENDENCY), Checked)), "a list of services, or a mapping")),
    ("deploy", or_null(&Map(&DEPLOY))),
    ("develop", or_null(&Map(&DEVELOP))),
    ("device_cgroup_rules", TEXT_SET),
    ("devices", List(&DEVICE)),
    ("dns", Texts),
    ("dns_opt", TEXT_SET),
    ("dns_search", Texts),
    ("domainname", Text),
    ("entrypoint", Command),
    ("env_file", written(Some(&Text), Some(&List(&ENV_FILE)), None, "a path, or a list of paths")),
    ("environment", Pairs(Null)),
    ("expose", Set(&Word)),
    ("extends", written(Some(&Text), None, Some(&Map(&EXTENDS)), "the name of a service, or a mapping with `service`")),
    ("external_links", TEXT_SET),
    ("extra_hosts", Hosts),
    ("gpus", written(Some(&OneOf(&["all"])), Some(&List(&Map(&GPU))), None, "`all`, or a list of devices")),
    ("group_add", Set(&Word)),
    ("healthcheck", Map(&HEALTHCHECK)),
    ("hostname", Text),
    ("image", Text),
    ("init", Bool),
    ("ipc", Text),
    ("isolation", Text),
    ("label_file", Texts),
    ("labels", Pairs(Empty)),
    ("links", TEXT_SET),
    ("logging", Map(&LOGGING)),
    ("mac_address", Text),
    ("mem_limit", Size),
    ("mem_reservation", Size),
    ("mem_swappiness", Size),
    ("memswap_limit", Size),
    (
        "models",
        written(None, Some(&TEXT_SET), Some(&Named(&or_null(&Map(&SERVICE_MODEL)), Checked)), "a list of models, or a mapping"),
    ),
    ("network_mode", Text),
    (
        "networks",
        written(
            None,
            Some(&TEXT_SET),
            Some(&Named(&or_null(&Map(&SERVICE_NETWORK)), Checked)),
            "a list of networks, or a mapping",
        ),
    ),
    ("oom_kill_disable", Bool),
    ("oom_score_adj", Int(-1000, 1000)),
    ("pid", Shape::Written(Written { scalar: Some(&Text), list: None, map: None, null: true, expected: "text" })),
    ("pids_limit", WHOLE),
    ("platform", Text),
    ("ports", List(&PORT)),
    ("post_start", List(&Map(&HOOK))),
    ("pre_start", List(&Map(&START_HOOK))),
    ("pre_stop", List(&Map(&HOOK))),
    ("privileged", Bool),
    ("profiles", TEXT_SET),
    ("provider", Map(&PROVIDER)),
    ("pull_policy", Matching(is_pull_policy, "`always`, `never`, `missing`, `build`, `daily`, `weekly` or `every_<duration>`")),
    ("pull_refresh_after", Text),
    ("read_only", Bool),
    ("restart", Text),
    ("runtime", Text),
    ("scale", POSITIVE),
    ("secrets", List(&GRANT)),
    ("security_opt", TEXT_SET),
    ("shm_size", Size),
    ("stdin_open", Bool),
    ("stop_grace_period", Duration),
    ("stop_signal", Text),
    ("storage_opt", Named(&Any, Free)),
    ("sysctls", Pairs(Empty)),
    ("tmpfs", Texts),
    ("tty", Bool),
    ("ulimits", Named(&ULIMIT, Free)),
    ("use_api_socket", Bool),
    ("user", Text),
    ("userns_mode", Text),
    ("uts", Text),
    ("volumes", List(&MOUNT)),
    ("volumes_from", TEXT_SET),
    ("working_dir", Text),
]);

static BUILD: Fields = open(&[
    ("additional_contexts", Pairs(Empty)),
    ("args", Pairs(Null)),
    ("cache_from", TEXT_LIST),
    ("cache_to", TEXT_LIST),
    ("context", Text),
    ("dockerfile", Text),
    ("dockerfile_inline", Text),
    ("entitlements", TEXT_LIST),
    ("extra_hosts", Hosts),
    ("isolation", Text),
    ("labels", Pairs(Empty)),
    ("network", Text),
    ("no_cache", Bool),
    ("no_cache_filter", Texts),
    ("platforms", TEXT_LIST),
    ("privileged", Bool),
    ("provenance", Any),
    ("pull", Bool),
    ("sbom", Any),
    ("secrets", List(&GRANT)),
    ("shm_size", Size),
    ("ssh", written(Some(&Text), Some(&List(&Text)), Some(&Named(&Any, Free)), "`default`, a list, or a mapping")),
    ("tags", TEXT_LIST),
    ("target", Text),
    ("ulimits", Named(&ULIMIT, Free)),
]);

static BLKIO: Fields = closed(&[
    ("device_read_bps", List(&Map(&BLKIO_LIMIT))),
    ("device_read_iops", List(&Map(&BLKIO_LIMIT))),
    ("device_write_bps", List(&Map(&BLKIO_LIMIT))),
    ("device_write_iops", List(&Map(&BLKIO_LIMIT))),
    ("weight", WHOLE),
    ("weight_device", List(&Map(&BLKIO_WEIGHT))),
]);
static BLKIO_LIMIT: Fields = closed(&[("path", Text), ("rate", Size)]);
static BLKIO_WEIGHT: Fields = closed(&[("path", Text), ("weight", WHOLE)]);
static CREDENTIAL_SPEC: Fields = open(&[("config", Text), ("file", Text), ("registry", Text)]);

static DEPENDENCY: Fields = Fields {
    fields: &[
        ("condition", OneOf(&["service_started", "service_healthy", "service_completed_successfully"])),
        ("required", Bool),
        ("restart", Bool),
    ],
    required: &["condition"],
    extensions: true,
};

static DEVICE: Shape = written(Some(&Text), None, Some(&Map(&DEVICE_LONG)), "`host:container`, or a mapping with `source`");
static DEVICE_LONG: Fields =
    Fields { fields: &[("source", Text), ("target", Text), ("permissions", Text)], required: &["source"], extensions: true };

static ENV_FILE: Shape = written(Some(&Text), None, Some(&Map(&ENV_FILE_LONG)), "a path, or a mapping with `path`");
static ENV_FILE_LONG: Fields =
    Fields { fields: &[("path", Text), ("format", Text), ("required", Bool)], required: &["path"], extensions: false };

static EXTENDS: Fields = Fields { fields: &[("service", Text), ("file", Text)], required: &["service"], extensions: false };

static GPU: Fields =
    open(&[("capabilities", TEXT_SET), ("count", COUNT), ("device_ids", TEXT_SET), ("driver", Text), ("options", Pairs(Empty))]);

const COUNT: Shape = written(Some(&Any), None, None, "a number, or `all`");

static GRANT: Shape = written(Some(&Text), None, Some(&Map(&GRANT_LONG)), "a name, or a mapping with `source`");
static GRANT_LONG: Fields = open(&[("source", Text), ("target", Text), ("uid", Text), ("gid", Text), ("mode", Word)]);

static HEALTHCHECK: Fields = open(&[
    ("disable", Bool),
    ("interval", Duration),
    ("retries", POSITIVE),
    ("start_interval", Duration),
    ("start_period", Duration),
    ("test", Test),
    ("timeout", Duration),
]);

static HOOK: Fields = Fields {
    fields: &[("command", Command), ("environment", Pairs(Null)), ("privileged", Bool), ("user", Text), ("working_dir", Text)],
    required: &["command"],
    extensions: true,
};

static START_HOOK: Fields = open(&[
    ("command", Command),
    ("environment", Pairs(Null)),
    ("image", Text),
    ("per_replica", Bool),
    ("privileged", Bool),
    ("user", Text),
    ("volumes", List(&Any)),
    ("working_dir", Text),
]);

static OPTION_VALUE: Shape =
    Shape::Written(Written { scalar: Some(&Word), list: None, map: None, null: true, expected: "text or a number" });
static LOGGING: Fields = open(&[("driver", Text), ("options", Named(&OPTION_VALUE, Free))]);

static SERVICE_MODEL: Fields = open(&[("endpoint_var", Text), ("model_var", Text)]);

static SERVICE_NETWORK: Fields = open(&[
    ("aliases", TEXT_SET),
    ("driver_opts", Named(&Word, Free)),
    ("gw_priority", Number),
    ("interface_name", Text),
    ("ipv4_address", Text),
    ("ipv6_address", Text),
    ("link_local_ips", TEXT_SET),
    ("mac_address", Text),
    ("priority", Number),
]);

static PORT: Shape = written(Some(&Word), None, Some(&Map(&PORT_LONG)), "`host:container`, or a mapping with `target`");
static PORT_LONG: Fields = Fields {
    fields: &[
        ("app_protocol", Text),
        ("host_ip", Text),
        ("mode", Text),
        ("name", Text),
        ("protocol", Text),
        ("published", Word),
        ("target", Int(0, 65_535)),
    ],
    required: &["target"],
    extensions: true,
};

static PROVIDER: Fields =
    Fields { fields: &[("type", Text), ("options", Named(&Any, Free))], required: &["type"], extensions: true };

static ULIMIT: Shape = written(Some(&WHOLE), None, Some(&Map(&ULIMIT_LONG)), "a number, or a mapping with `soft` and `hard`");
static ULIMIT_LONG: Fields =
    Fields { fields: &[("hard", WHOLE), ("soft", WHOLE)], required: &["soft", "hard"], extensions: true };

static MOUNT: Shape =
    written(Some(&Text), None, Some(&Map(&MOUNT_LONG)), "`source:target`, or a mapping with `type` and `target`");
static MOUNT_LONG: Fields = Fields {
    fields: &[
        ("bind", Map(&MOUNT_BIND)),
        ("consistency", Text),
        ("image", Map(&MOUNT_IMAGE)),
        ("read_only", Bool),
        ("source", Text),
        ("target", Text),
        ("tmpfs", Map(&MOUNT_TMPFS)),
        ("type", OneOf(&["bind", "volume", "tmpfs", "cluster", "npipe", "image"])),
        ("volume", Map(&MOUNT_VOLUME)),
    ],
    required: &["type"],
    extensions: true,
};
static MOUNT_BIND: Fields = open(&[
    ("create_host_path", Bool),
    ("propagation", Text),
    ("recursive", OneOf(&["enabled", "disabled", "writable", "readonly"])),
    ("selinux", OneOf(&["z", "Z"])),
]);
static MOUNT_IMAGE: Fields = open(&[("subpath", Text)]);
static MOUNT_TMPFS: Fields = open(&[("mode", Word), ("size", Size)]);
static MOUNT_VOLUME: Fields = open(&[("labels", Pairs(Empty)), ("nocopy", Bool), ("subpath", Text)]);

static DEVELOP: Fields = open(&[("watch", List(&Map(&WATCH)))]);
static WATCH: Fields = Fields {
    fields: &[
        ("action", OneOf(&["rebuild", "sync", "restart", "sync+restart", "sync+exec"])),
        ("exec", Map(&HOOK)),
        ("ignore", Texts),
        ("include", Texts),
        ("initial_sync", Bool),
        ("path", written(Some(&Text), Some(&TEXT_LIST), None, "a path, or a list of paths")),
        ("target", Text),
    ],
    required: &["path", "action"],
    extensions: true,
};

static DEPLOY: Fields = open(&[
    ("endpoint_mode", Text),
    ("labels", Pairs(Empty)),
    ("mode", Text),
    ("placement", Map(&PLACEMENT)),
    ("replicas", POSITIVE),
    ("resources", Map(&RESOURCES)),
    ("restart_policy", Map(&RESTART_POLICY)),
    ("rollback_config", Map(&UPDATE)),
    ("update_config", Map(&UPDATE)),
]);
static PLACEMENT: Fields =
    open(&[("constraints", TEXT_LIST), ("max_replicas_per_node", WHOLE), ("preferences", List(&Map(&PREFERENCE)))]);
static PREFERENCE: Fields = open(&[("spread", Text)]);
static RESOURCES: Fields = open(&[("limits", Map(&LIMITS)), ("reservations", Map(&RESERVATIONS))]);
static LIMITS: Fields = open(&[("cpus", Number), ("memory", SizeText), ("pids", WHOLE)]);
static RESERVATIONS: Fields = open(&[
    ("cpus", Number),
    ("devices", List(&Map(&GPU))),
    ("generic_resources", List(&Map(&GENERIC_RESOURCE))),
    ("memory", SizeText),
]);
static GENERIC_RESOURCE: Fields = open(&[("discrete_resource_spec", Map(&DISCRETE_RESOURCE))]);
static DISCRETE_RESOURCE: Fields = open(&[("kind", Text), ("value", Number)]);
static RESTART_POLICY: Fields = open(&[("condition", Text), ("delay", Duration), ("max_attempts", WHOLE), ("window", Duration)]);
static UPDATE: Fields = open(&[
    ("delay", Duration),
    ("failure_action", Text),
    ("max_failure_ratio", Number),
    ("monitor", Duration),
    ("order", OneOf(&["start-first", "stop-first"])),
    ("parallelism", WHOLE),
]);

static EXTERNAL_LONG: Fields = open(&[("name", Text)]);
static EXTERNAL_MAP: Shape = Map(&EXTERNAL_LONG);
const EXTERNAL: Shape = written(Some(&Bool), None, Some(&EXTERNAL_MAP), "`true` or `false`");

static NETWORK: Fields = open(&[
    ("attachable", Bool),
    ("driver", Text),
    ("driver_opts", Named(&Word, Free)),
    ("enable_ipv4", Bool),
    ("enable_ipv6", Bool),
    ("external", EXTERNAL),
    ("internal", Bool),
    ("ipam", Map(&IPAM)),
    ("labels", Pairs(Empty)),
    ("name", Text),
]);
static IPAM: Fields = open(&[("config", List(&Map(&IPAM_POOL))), ("driver", Text), ("options", Named(&Text, Free))]);
static IPAM_POOL: Fields =
    open(&[("aux_addresses", Named(&Text, Free)), ("gateway", Text), ("ip_range", Text), ("subnet", Text)]);

static VOLUME: Fields = open(&[
    ("driver", Text),
    ("driver_opts", Named(&Word, Free)),
    ("external", EXTERNAL),
    ("labels", Pairs(Empty)),
    ("name", Text),
]);

static SECRET: Fields = open(&[
    ("driver", Text),
    ("driver_opts", Named(&Word, Free)),
    ("environment", Text),
    ("external", EXTERNAL),
    ("file", Text),
    ("labels", Pairs(Empty)),
    ("name", Text),
    ("template_driver", Text),
]);

static CONFIG: Fields = open(&[
    ("content", Text),
    ("environment", Text),
    ("external", EXTERNAL),
    ("file", Text),
    ("labels", Pairs(Empty)),
    ("name", Text),
    ("template_driver", Text),
]);

static MODEL: Fields = Fields {
    fields: &[("context_size", WHOLE), ("model", Text), ("name", Text), ("runtime_flags", TEXT_LIST)],
    required: &["model"],
    extensions: true,
};

/// The pattern of the specification is not anchored: two such characters somewhere are enough.
fn is_container_name(name: &str) -> bool {
    let bytes = name.as_bytes();
    bytes.windows(2).any(|pair| pair[0].is_ascii_alphanumeric() && (pair[1].is_ascii_alphanumeric() || b"_.-".contains(&pair[1])))
}

/// Not anchored either.
fn is_pull_policy(policy: &str) -> bool {
    let every = || {
        let rest = policy.split("every_").nth(1)?;
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        (digits > 0 && rest.as_bytes().get(digits).is_some_and(|unit| b"wdhms".contains(unit))).then_some(())
    };
    ["always", "never", "build", "if_not_present", "missing", "refresh", "daily", "weekly"]
        .iter()
        .any(|word| policy.contains(word))
        || every().is_some()
}
