//! Behaviours of compose-go's loader, as tables of our own.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::SetBy;
use super::load::{Loader, Options};
use super::model::ComposeProject;
use super::node::Ways;
use super::roots::{Role, roles};
use crate::source::sources::Memory;
use crate::source::{FileId, Kind, SourceFile, Sources};

fn memory(files: &[(&str, &str)]) -> Memory {
    let kind = |path: &str| if path.ends_with("env") { Kind::Env } else { Kind::Compose };
    Memory::new(files.iter().map(|(path, text)| Arc::new(SourceFile::new(*path, kind(path), text.as_bytes().to_vec()))))
}

/// The project of the first file.
fn load(files: &[(&str, &str)]) -> ComposeProject {
    load_with(files, Options { directory_name: Some("p".to_owned()), ..Options::default() })
}

fn load_with(files: &[(&str, &str)], options: Options) -> ComposeProject {
    let memory = memory(files);
    Loader::new(&memory, options).load(FileId(0))
}

/// What stands at a pointer of the project of one file; a project that is refused is an error.
fn value(text: &str, pointer: &str) -> Json {
    let project = load(&[("compose.yml", text)]);
    assert!(project.problems.is_empty(), "{text}\n{:?}", project.problems);
    project.facts().pointer(pointer).cloned().unwrap_or(Json::Null)
}

/// A service `web` with an image and these attributes, in flow or block style.
fn service(attributes: &str) -> String {
    format!("services:\n  web:\n    image: nginx\n    {}\n", attributes.replace('\n', "\n    "))
}

/// Texts and lines of what is refused.
fn problems(files: &[(&str, &str)]) -> Vec<String> {
    let project = load(files);
    let shown = project.problems.iter().map(|problem| {
        let (path, text) = files[problem.location.file.index()];
        let source = SourceFile::new(path, Kind::Compose, text.as_bytes().to_vec());
        format!("{}: {}", source.line(problem.location.span.start()), problem.message)
    });
    shown.collect()
}

#[test]
fn long_forms_of_services() {
    let cases: &[(&str, &str, Json)] = &[
        // commands
        ("command: sh -c 'echo a'", "command", json!(["sh", "-c", "echo a"])),
        ("command: [a, \"b c\"]", "command", json!(["a", "b c"])),
        ("command: \"\"", "command", json!([])),
        ("command:", "command", Json::Null),
        ("entrypoint: /run.sh a", "entrypoint", json!(["/run.sh", "a"])),
        ("tty: true", "command", Json::Null),
        // environment
        (
            "environment: {A: 1, B: true, C: 1.50, D: x, E: }",
            "environment",
            json!({"A": "1", "B": "true", "C": "1.5", "D": "x", "E": null}),
        ),
        ("environment: [A=1, B, C=x=y, \"D=\"]", "environment", json!({"A": "1", "B": null, "C": "x=y", "D": ""})),
        ("environment: [A=1, A=2]", "environment", json!({"A": "2"})),
        (
            "environment: {A: yes, B: on, C: 0x10, D: 010, E: 1e3}",
            "environment",
            json!({"A": "yes", "B": "on", "C": "16", "D": "8", "E": "1000"}),
        ),
        ("labels: [a=b, c]", "labels", json!({"a": "b", "c": ""})),
        ("labels: {a: 1, b: }", "labels", json!({"a": "1", "b": ""})),
        ("annotations: [a=b]", "annotations", json!({"a": "b"})),
        ("sysctls: {net.core.somaxconn: 1024}", "sysctls", json!({"net.core.somaxconn": "1024"})),
        // ports
        ("ports: [80]", "ports", json!([{"mode": "ingress", "target": 80, "protocol": "tcp"}])),
        (
            "ports: ['127.0.0.1:8080:80/udp']",
            "ports",
            json!([{"mode": "ingress", "target": 80, "protocol": "udp", "published": "8080", "host_ip": "127.0.0.1"}]),
        ),
        ("ports: [8080:80]", "ports/0/published", json!("8080")),
        ("ports: ['[::1]:80:80']", "ports/0/host_ip", json!("::1")),
        ("ports: ['80-81:90-91']", "ports/1", json!({"mode": "ingress", "target": 91, "protocol": "tcp", "published": "81"})),
        (
            "ports: [{target: '80', published: 8080}]",
            "ports",
            json!([{"target": 80, "published": "8080", "mode": "ingress", "protocol": "tcp"}]),
        ),
        ("ports: ['80:80', '80:80']", "ports/1", Json::Null),
        ("ports: ['80:80', '80:80/tcp']", "ports/1", Json::Null),
        ("ports: ['80:80', '81:80']", "ports/1/published", json!("81")),
        ("expose: [80, '81', 80]", "expose", json!(["80", "81"])),
        // volumes
        ("volumes: ['./a:/b']", "volumes", json!([{"type": "bind", "source": "a", "target": "/b", "bind": {}}])),
        (
            "volumes: ['/a:/b/:ro,z']",
            "volumes",
            json!([{"type": "bind", "source": "/a", "target": "/b", "read_only": true, "bind": {"selinux": "z"}}]),
        ),
        ("volumes: ['/data']", "volumes", json!([{"type": "volume", "target": "/data", "volume": {}}])),
        ("volumes: ['~/a:/b']", "volumes/0/source", json!("~/a")),
        ("volumes: [{type: tmpfs, target: /t, tmpfs: {size: 10m}}]", "volumes/0/tmpfs/size", json!("10485760")),
        (
            "volumes: [{type: bind, source: ../x, target: /t, read_only: 'true'}]",
            "volumes/0",
            json!({"type": "bind", "source": "../x", "target": "/t", "read_only": true, "bind": {}}),
        ),
        ("volumes: ['/a:/x', '/b:/x']", "volumes", json!([{"type": "bind", "source": "/b", "target": "/x", "bind": {}}])),
        // healthchecks
        ("healthcheck: {test: curl x}", "healthcheck/test", json!(["CMD-SHELL", "curl x"])),
        ("healthcheck: {test: [CMD, curl]}", "healthcheck/test", json!(["CMD", "curl"])),
        (
            "healthcheck: {interval: 90s, timeout: 1d, retries: '3'}",
            "healthcheck",
            json!({"interval": "1m30s", "timeout": "24h0m0s", "retries": 3}),
        ),
        ("healthcheck: {disable: 'yes'}", "healthcheck/disable", json!(true)),
        ("stop_grace_period: 1m", "stop_grace_period", json!("1m0s")),
        // sizes and numbers
        ("mem_limit: 512m", "mem_limit", json!("536870912")),
        ("mem_limit: 1024", "mem_limit", json!("1024")),
        ("memswap_limit: -1", "memswap_limit", json!("-1")),
        ("shm_size: 1.5gb", "shm_size", json!("1610612736")),
        (
            "deploy: {resources: {limits: {memory: 50M, cpus: '0.5', pids: 10}}}",
            "deploy/resources/limits",
            json!({"memory": "52428800", "cpus": 0.5, "pids": 10}),
        ),
        ("deploy:", "deploy", Json::Null),
        ("cpus: '1.5'", "cpus", json!(1.5)),
        ("pids_limit: '100'", "pids_limit", json!(100)),
        ("privileged: 'true'", "privileged", json!(true)),
        ("read_only: on", "read_only", json!(true)),
        ("init: false", "init", json!(false)),
        ("ulimits: {nproc: 10, nofile: {soft: '1', hard: 2}}", "ulimits", json!({"nproc": 10, "nofile": {"soft": 1, "hard": 2}})),
        // lists
        ("dns: 1.1.1.1", "dns", json!(["1.1.1.1"])),
        ("tmpfs: /run", "tmpfs", json!(["/run"])),
        ("dns_search: [a, b, a]", "dns_search", json!(["a", "b"])),
        ("cap_add: [A, B, A]", "cap_add", json!(["A", "B"])),
        ("extra_hosts: ['a:1.2.3.4', 'b=::1']", "extra_hosts", json!(["a=1.2.3.4", "b=::1"])),
        ("extra_hosts: {a: 1.2.3.4, b: [1.1.1.1, 2.2.2.2]}", "extra_hosts", json!(["a=1.2.3.4", "b=1.1.1.1", "b=2.2.2.2"])),
        (
            "devices: ['/dev/a:/dev/b', '/dev/c:/dev/d:r']",
            "devices",
            json!([{"source": "/dev/a", "target": "/dev/b", "permissions": "rwm"}, {"source": "/dev/c", "target": "/dev/d", "permissions": "r"}]),
        ),
        ("gpus: all", "gpus", json!([{"count": -1}])),
        (
            "logging: {driver: json-file, options: {max-file: 3, max-size: 10m}}",
            "logging/options",
            json!({"max-file": "3", "max-size": "10m"}),
        ),
        ("pull_policy: if_not_present", "pull_policy", json!("missing")),
        ("restart: no", "restart", json!("no")),
        // builds
        ("build: ./x", "build", json!({"context": "x", "dockerfile": "Dockerfile"})),
        (
            "build: {context: ., args: [A=1, B]}",
            "build",
            json!({"context": ".", "args": {"A": "1", "B": null}, "dockerfile": "Dockerfile"}),
        ),
        ("build: {dockerfile_inline: FROM x}", "build", json!({"dockerfile_inline": "FROM x", "context": "."})),
        ("build: https://github.com/a/b.git", "build/context", json!("https://github.com/a/b.git")),
        ("build: {context: a, dockerfile: ../D, target: t}", "build/dockerfile", json!("../D")),
        (
            "build: {context: a, additional_contexts: [x=./y, z=docker-image://q]}",
            "build/additional_contexts",
            json!({"x": "y", "z": "docker-image://q"}),
        ),
        // hooks, watch, provider
        (
            "post_start: [{command: a b, user: root, privileged: true}]",
            "post_start/0",
            json!({"command": ["a", "b"], "user": "root", "privileged": true}),
        ),
        (
            "develop: {watch: [{path: ./a, action: rebuild, ignore: x}]}",
            "develop/watch/0",
            json!({"path": "a", "action": "rebuild", "ignore": ["x"]}),
        ),
        ("provider: {type: aws, options: {a: 1}}", "provider", json!({"type": "aws", "options": {"a": 1}})),
        ("x-any: {a: [1]}", "x-any", json!({"a": [1]})),
        ("network_mode: host", "networks", Json::Null),
        ("tty: 'off'", "networks", json!({"default": null})),
    ];
    for (attributes, pointer, expected) in cases {
        assert_eq!(value(&service(attributes), &format!("/services/web/{pointer}")), *expected, "{attributes}");
    }
}

#[test]
fn long_forms_of_projects() {
    let image = "\n  a: {image: x}";
    let cases: &[(String, &str, Json)] = &[
        (format!("name: My App_1\nservices:{image}\n"), "/name", json!("myapp_1")),
        (format!("services:{image}\n"), "/name", json!("p")),
        (format!("services:{image}\n"), "/networks", json!({"default": {"ipam": {}, "name": "p_default"}})),
        (format!("version: '3.8'\nservices:{image}\n"), "/version", Json::Null),
        (format!("services:{image}\nvolumes:\n  v:\n"), "/volumes", json!({"v": {"name": "p_v"}})),
        (format!("services:{image}\nvolumes:\n  v: {{name: x, external: true}}\n"), "/volumes/v", json!({"name": "x", "external": true})),
        (format!("services:{image}\nvolumes:\n  v: {{external: true}}\n"), "/volumes/v/name", json!("v")),
        (format!("services:{image}\nvolumes:\n  v: {{external: {{name: y}}}}\n"), "/volumes/v", json!({"external": true, "name": "y"})),
        (format!("services:{image}\nnetworks:\n  n: {{driver: bridge, internal: 'yes'}}\n"), "/networks/n/internal", json!(true)),
        (format!("services:{image}\nsecrets:\n  s: {{file: ./s.txt}}\n"), "/secrets/s", json!({"file": "s.txt", "name": "p_s"})),
        (format!("services:{image}\nconfigs:\n  c: {{content: x}}\n"), "/configs/c/content", json!("x")),
        ("services:\n  a: {image: x, secrets: [s], configs: [{source: c, target: /etc/c}]}\nsecrets:\n  s: {environment: S}\nconfigs:\n  c: {file: c}\n".to_owned(), "/services/a/secrets", json!([{"source": "s", "target": "/run/secrets/s"}])),
        ("services:\n  a: {image: x, depends_on: [b]}\n  b: {image: x}\n".to_owned(), "/services/a/depends_on", json!({"b": {"condition": "service_started", "required": true}})),
        ("services:\n  a: {image: x, links: ['b:c']}\n  b: {image: x}\n".to_owned(), "/services/a/depends_on", json!({"b": {"condition": "service_started", "restart": true, "required": true}})),
        ("services:\n  a: {image: x, network_mode: 'service:b'}\n  b: {image: x}\n".to_owned(), "/services/a/depends_on/b/restart", json!(true)),
        ("services:\n  a: {image: x, volumes_from: ['b:ro', 'container:c']}\n  b: {image: x}\n".to_owned(), "/services/a/depends_on", json!({"b": {"condition": "service_started", "required": true}})),
        ("services:\n  a: {image: x, networks: [n]}\nnetworks:\n  n:\n".to_owned(), "/networks", json!({"n": {"ipam": {}, "name": "p_n"}})),
        ("services:\n  a: {image: x, networks: {n: {aliases: [b, b]}}}\nnetworks:\n  n:\n".to_owned(), "/services/a/networks/n/aliases", json!(["b"])),
        ("services:\n  a: {provider: {type: x}}\n".to_owned(), "/services/a/networks", Json::Null),
        ("services:\n  a: {image: x, models: [m]}\nmodels:\n  m: {model: ai/x}\n".to_owned(), "/services/a/models", json!({"m": null})),
        ("services:\n  x-a: {image: x}\n".to_owned(), "/services/x-a/image", json!("x")),
        ("a: &a {image: x}\n".replace("a: &a", "x-a: &a") + "services:\n  b:\n    <<: *a\n    tty: true\n", "/services/b/image", json!("x")),
        ("x-a: &a {image: x, tty: true}\nservices:\n  b:\n    <<: *a\n    image: y\n".to_owned(), "/services/b", json!({"image": "y", "tty": true, "command": null, "entrypoint": null, "networks": {"default": null}})),
        ("x-a: &a {image: x}\nx-b: &b {image: z, tty: true}\nservices:\n  b:\n    <<: [*a, *b]\n".to_owned(), "/services/b/image", json!("x")),
        ("services:\n  a: {image: x}\n---\nservices:\n  a: {image: y, tty: true}\n".to_owned(), "/services/a/image", json!("y")),
    ];
    for (text, pointer, expected) in cases {
        assert_eq!(value(text, pointer), *expected, "{text}");
    }
}

#[test]
fn what_compose_refuses() {
    let cases: &[(&str, &str)] = &[
        ("ports: [\"abc:80\"]", "4: `abc` is no port"),
        ("ports: [\"99999:80\"]", "4: `99999` is no port"),
        ("ports: [\"80-82:80-81\"]", "4: the ranges"),
        ("ports: [\"localhost:80:80\"]", "4: `localhost` is no address"),
        ("ports: [{target: 80, host_ip: nowhere}]", "4: `nowhere` is no address"),
        ("ports: [{published: 80}]", "4: an item of `ports` of service `web` needs `target`"),
        ("ports: [true]", "4: an item of `ports` of service `web` is the boolean `true`"),
        ("ports:", "4: `ports` of service `web` is empty; write a list"),
        ("ports: '80'", "4: `ports` of service `web` is text; write a list"),
        ("environment:", "4: `environment` of service `web` is empty"),
        ("environment: {A: [1]}", "4: `environment.A` of service `web` is a list"),
        ("environment: [{A: 1}]", "4: an item of `environment` of service `web` is a mapping"),
        ("volumes: ['/ab::b']", "4: `/ab::b` has nothing between"),
        ("volumes: ['/a:/b:ro:rw']", "4: `/a:/b:ro:rw` has too many colons"),
        ("volumes: [{type: bund, target: /x}]", "4: `volumes.type` of service `web` is `bund`; write one of `bind`, `volume`"),
        ("volumes: [{target: /x}]", "4: an item of `volumes` of service `web` needs `type`"),
        ("volumes: [{type: volume, source: x}]", "4: a volume of service `web` has no `target`"),
        ("volumes: ['data:/data']", "4: service `web` uses the volume `data`, which is not declared"),
        ("networks: [n]", "4: service `web` uses the network `n`, which is not declared"),
        ("network_mode: host\nnetworks: [default]", "4: service `web` has both"),
        ("secrets: [s]", "4: service `web` uses the secret `s`, which is not declared"),
        ("configs: [s]", "4: service `web` uses the config `s`, which is not declared"),
        ("models: [s]", "4: service `web` uses the model `s`, which is not declared"),
        ("depends_on: [db]", "4: service `web` depends on `db`, and there is no such service"),
        ("depends_on: {web2: {}}", "4: `depends_on.web2` of service `web` needs `condition`"),
        ("depends_on: {web: {condition: healthy}}", "4: `depends_on.web.condition` of service `web` is `healthy`; write one of"),
        ("depends_on: [web]", "4: these services wait for each other, so none can start: `web` → `web`"),
        ("links: [db]", "4: service `web` depends on `db`"),
        ("network_mode: service:db", "4: service `web` depends on `db`"),
        ("healthcheck: {test: [curl, x]}", "4: the test of service `web` is a list, so it begins with"),
        ("healthcheck: {interval: 30 seconds}", "4: `healthcheck.interval` of service `web` is `30 seconds`; write a duration"),
        ("healthcheck: {interval: 30}", "4: `healthcheck.interval` of service `web` is the number 30; write a duration"),
        ("mem_limit: 1 gigabyte", "4: `mem_limit` of service `web` is `1 gigabyte`; write a size"),
        ("user: 1000", "4: `user` of service `web` is the number 1000; write it in quotes"),
        ("hostname: 5", "4: `hostname` of service `web` is the number 5"),
        ("privileged: maybe", "4: `privileged` of service `web` is `maybe`; write `true` or `false`"),
        ("container_name: a", "4: `container_name` of service `web` is `a`; write two or more"),
        ("container_name: web1\ndeploy: {replicas: 2}", "4: service `web` runs 2 times"),
        ("container_name: web1\nscale: 2", "4: service `web` runs 2 times"),
        ("scale: 2\ndeploy: {replicas: 3}", "4: service `web` has `scale: 2` and `deploy.replicas: 3`"),
        ("mem_limit: 1g\ndeploy: {resources: {limits: {memory: 2g}}}", "4: `mem_limit` and `deploy.resources.limits.memory`"),
        ("build: {dockerfile: D, dockerfile_inline: FROM x}", "4: `build` of service `web` takes"),
        ("platform: linux/arm64\nbuild: {platforms: [linux/amd64]}", "4: `build.platforms` of service `web` does not list"),
        ("build: {additional_contexts: {a: 'service:x'}}", "4: the context `a` comes from `x`"),
        ("gpus: [{count: 1, device_ids: ['0']}]", "4: a device of service `web` has both `count` and `device_ids`"),
        ("blkio_config: {wait: 1}", "4: `blkio_config` of service `web` has no attribute `wait`; it takes `device_read_bps`"),
        ("tmpfs: /a\nvolumes: ['/x:/a']", "5: service `web` mounts `/a` twice"),
        ("command: echo \"a", "4: compose cannot split this command"),
        ("command: [1]", "4: an item of `command` of service `web` is the number 1"),
        ("prots: ['80']", "4: service `web` has no attribute `prots`; did you mean `ports`?"),
        ("env-file: x", "4: service `web` has no attribute `env-file`; did you mean `env_file`?"),
        ("healthcheck: {tests: x}", "4: `healthcheck` of service `web` has no attribute `tests`; did you mean `test`?"),
        ("nonsense: 1", "4: service `web` has no attribute `nonsense`; compose ignores only keys that begin with `x-`"),
        ("env_file: {path: x}", "4: `env_file` of service `web` is a mapping; write a path, or a list of paths"),
        ("env_file: none.env", "4: the env file `none.env` does not exist"),
        ("env_file: [{path: none.env, format: ini}]", "4: `ini` is no format of env files"),
        ("security_opt: [a, a]", "4: `a` stands twice in `security_opt` of service `web`"),
        ("image: a\nimage: b", "4: the key `image` stands in this mapping already, in line 3"),
        ("image: ${", "4: the key `image`"),
        ("labels: {a: '${X'}", "4: invalid interpolation format"),
        ("x-a: '${}'", "4: invalid interpolation format"),
        ("logging: {options: {a: true}}", "4: `logging.options.a` of service `web` is the boolean `true`"),
        ("develop: {watch: [{path: a, action: sync}]}", "4: this action copies files into service `web`, so it needs a `target`"),
        ("pull_policy: sometimes", "4: `pull_policy` of service `web` is `sometimes`"),
        (
            "oom_score_adj: 2000",
            "4: `oom_score_adj` of service `web` is the number 2000; write a whole number from -1000 to 1000",
        ),
        ("1: x", "4: the key `1` is not text"),
        ("extends: {file: none.yml, service: a}", "4: `none.yml` does not exist"),
        ("extends: {file: none.yml}", "4: `extends` of service `web` needs `service`"),
        ("extends: [a]", "4: `extends` of service `web` is a list"),
        ("extends: nobody", "4: `web` extends `nobody`, and there is no such service in this file"),
        ("extends: web", "4: `web` extends itself"),
    ];
    for (attributes, expected) in cases {
        let text = service(attributes);
        let found = problems(&[("compose.yml", &text)]);
        assert!(found.iter().any(|problem| problem.starts_with(expected)), "{attributes}: {found:?}");
    }
    let whole: &[(&str, &str)] = &[
        ("", "1: this compose file is empty"),
        ("# nothing\n", "1: this compose file is empty"),
        ("- a\n", "1: a compose file is a mapping; this is a list"),
        ("services:\n  a:\n    tty: true\n", "2: service `a` has neither `image` nor `build`"),
        ("services:\n  a:\n", "2: service `a` is empty; write a mapping"),
        ("services: [a]\n", "1: `services` is a list; write a mapping"),
        (
            "web:\n  image: x\ndb:\n  build: .\n",
            "1: this file is written for Compose 1, where services such as `web` stood at the top; put all of them under `services:`",
        ),
        ("web:\n  image: x\n", "1: a compose file has no attribute `web`; services stand under `services:`"),
        ("version: 3.8\nservices:\n  a: {image: x}\n", "1: `version` is the number 3.8; write it in quotes"),
        ("services:\n  a b: {image: x}\n", "2: `a b` is no name in `services`"),
        ("services:\n  a: {image: x}\nvolumes:\n", "3: `volumes` is empty; write a mapping"),
        ("services:\n  a: {image: x}\nsecrets:\n  s: {}\n", "4: the secret `s` has no content"),
        ("services:\n  a: {image: x}\nsecrets:\n  s: {file: a, environment: B}\n", "4: the secret `s` takes only one"),
        ("services:\n  a: {image: x}\nvolumes:\n  v: {external: true, driver: x}\n", "4: the volume `v` is external"),
        (
            "services:\n  a: {image: x, depends_on: [b]}\n  b: {image: x, depends_on: [c]}\n  c: {image: x, depends_on: [a]}\n",
            "4: these services wait for each other, so none can start: `a` → `b` → `c` → `a`",
        ),
        ("services:\n  a: {image: x\n", "1: "),
        ("services:\n  a:\n   image: x\n  \tb: 1\n", "4: "),
        ("x-a: &a [1]\nservices:\n  b:\n    <<: *a\n    image: x\n", "4: `<<` takes a mapping"),
        ("x-a: &a {b: *a}\nservices:\n  b: {image: x}\n", "1: "),
        ("services:\n  a: {image: x}\n  a: {image: y}\n", "3: the key `a` stands in this mapping already, in line 2"),
        ("include: [none.yml]\nservices:\n  a: {image: x}\n", "1: `none.yml` does not exist"),
        ("include: none.yml\nservices:\n  a: {image: x}\n", "1: `include` is text; write a list"),
    ];
    for (text, expected) in whole {
        let found = problems(&[("compose.yml", text)]);
        // A mapping without a closing bracket breaks where the text ends.
        let fits = found.iter().any(|problem| problem.starts_with(expected) || (expected.len() < 4 && !problem.is_empty()));
        assert!(fits, "{text}: {found:?}");
    }
}

#[test]
fn what_compose_takes_although_it_looks_wrong() {
    for attributes in [
        "restart: sometimes",
        "volumes: ['/a:/b:rx']",
        "expose: [abc]",
        "container_name: my app",
        "pull_policy: xalways",
        "pull_policy: every_12h",
        "container_name: ${P}-a",
        "depends_on: {db: {condition: service_started, required: false}}",
        "depends_on: [web2]\nx-y: 1",
        "privileged: ${P}",
        "mem_limit: ${M}",
        "healthcheck: {interval: '${I}', retries: '${R}'}",
        "ports: ['${P}:80', '80:${T}', '${A}', {target: '${T}', published: '${P}', host_ip: '${H}'}]",
        "volumes: ['${D}:/data', '${V}']",
        "user: ${IMAGE:?say which}",
        "networks: []",
        "environment: {}",
        "command: '${CMD} \"'",
        "ports: ['80:80', '80:80', '80:80']",
        "labels: {a.b: null}",
        "pid:",
        "develop:",
        "env_file: [{path: none.env, required: false}]",
        "env_file: ${E}",
        "depends_on: {'{{dep}}': {condition: service_started}}",
        "ulimits: {NOFILE: x}",
    ] {
        let text = service(attributes) + "  web2: {image: x}\n";
        // `ulimits` in capitals are no ulimits at all for the schema.
        let found = problems(&[("compose.yml", &text)]);
        assert!(found.is_empty() || attributes.starts_with("ulimits"), "{attributes}: {found:?}");
    }
}

/// What two files merge to, at a pointer below service `a`.
fn merged(base: &str, over: &str, pointer: &str) -> Json {
    let wrap = |attributes: &str| format!("services:\n  a:\n    {}\n", attributes.replace('\n', "\n    "));
    let files = [("compose.yml", format!("{}    image: x\n", wrap(base))), ("compose.override.yml", wrap(over))];
    let files: Vec<_> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let project = load(&files);
    assert!(project.problems.is_empty(), "{base} / {over}: {:?}", project.problems);
    assert_eq!(project.config_files.len(), 2);
    project.facts().pointer(&format!("/services/a/{pointer}")).cloned().unwrap_or(Json::Null)
}

#[test]
fn overrides_merge_as_compose_merges_them() {
    let cases: &[(&str, &str, &str, Json)] = &[
        ("tty: true", "tty: false", "tty", json!(false)),
        ("command: a b", "command: c", "command", json!(["c"])),
        ("command: [a, b]", "command:", "command", Json::Null),
        ("entrypoint: [a, b]", "entrypoint: [c]", "entrypoint", json!(["c"])),
        ("user: x", "user:", "user", json!("x")),
        ("environment: {A: 1, B: 2}", "environment: [B=3, C]", "environment", json!({"A": "1", "B": "3", "C": null})),
        ("environment: [A=1]", "environment: {A: 2}", "environment", json!({"A": "2"})),
        ("labels: [a=1]", "labels: {b: 2}", "labels", json!({"a": "1", "b": "2"})),
        ("ports: ['80:80']", "ports: ['81:80']", "ports/1/published", json!("81")),
        ("ports: ['80:80']", "ports: ['80:80']", "ports/1", Json::Null),
        ("ports: ['80:80']", "ports: [{target: 80, published: '80'}]", "ports/1", Json::Null),
        ("ports: ['127.0.0.1:80:80']", "ports: ['80:80']", "ports/1/published", json!("80")),
        ("volumes: ['/a:/x', '/b:/y']", "volumes: ['/c:/x']", "volumes/0/source", json!("/c")),
        ("volumes: ['/a:/x']", "volumes: [{type: tmpfs, target: /x}]", "volumes/0/type", json!("tmpfs")),
        ("expose: ['80']", "expose: ['81', '80']", "expose", json!(["80", "81"])),
        ("dns: a", "dns: [b, a]", "dns", json!(["a", "b"])),
        ("tmpfs: /a", "tmpfs: /b", "tmpfs", json!(["/a", "/b"])),
        ("cap_add: [A]", "cap_add: [B]", "cap_add", json!(["A", "B"])),
        (
            "healthcheck: {test: a, retries: 2}",
            "healthcheck: {test: [CMD, b]}",
            "healthcheck",
            json!({"test": ["CMD", "b"], "retries": 2}),
        ),
        ("logging: {driver: a, options: {x: 1}}", "logging: {driver: b}", "logging", json!({"driver": "b"})),
        (
            "logging: {driver: a, options: {x: 1}}",
            "logging: {options: {y: 2}}",
            "logging",
            json!({"driver": "a", "options": {"x": "1", "y": "2"}}),
        ),
        ("build: ./a", "build: {target: t}", "build", json!({"context": "a", "target": "t", "dockerfile": "Dockerfile"})),
        ("build: {context: a, args: {A: 1}}", "build: {args: [B=2]}", "build/args", json!({"A": "1", "B": "2"})),
        ("extra_hosts: ['a:1.1.1.1']", "extra_hosts: {a: 1.1.1.1, b: 2.2.2.2}", "extra_hosts", json!(["a=1.1.1.1", "b=2.2.2.2"])),
        ("ulimits: {nofile: 10}", "ulimits: {nofile: {soft: 1, hard: 2}}", "ulimits", json!({"nofile": {"soft": 1, "hard": 2}})),
        ("ulimits: {nofile: {soft: 1, hard: 2}}", "ulimits: {nofile: 10}", "ulimits", json!({"nofile": 10})),
        (
            "deploy: {resources: {limits: {memory: 1g}}}",
            "deploy: {resources: {limits: {cpus: 1}}}",
            "deploy/resources/limits",
            json!({"memory": "1073741824", "cpus": 1}),
        ),
        ("x-a: {b: 1}", "x-a: {c: 2}", "x-a", json!({"c": 2})),
        ("secrets: []", "devices: ['/dev/a:/dev/b']", "devices/0/source", json!("/dev/a")),
        (
            "devices: ['/dev/x:/dev/b']",
            "devices: ['/dev/a:/dev/b']",
            "devices",
            json!([{"source": "/dev/a", "target": "/dev/b", "permissions": "rwm"}]),
        ),
        // tags
        ("ports: ['80:80']", "ports: !reset []", "ports", Json::Null),
        ("ports: ['80:80']", "ports: !override ['81:80']", "ports/0/published", json!("81")),
        ("ports: ['80:80']", "ports: !override ['81:80']", "ports/1", Json::Null),
        ("environment: {A: 1, B: 2}", "environment: {A: !reset null}", "environment", json!({"B": "2"})),
        ("tty: true", "tty: !reset", "tty", Json::Null),
    ];
    for (base, over, pointer, expected) in cases {
        assert_eq!(merged(base, over, pointer), *expected, "{base} / {over}");
    }
}

#[test]
fn an_override_of_another_type_is_refused() {
    let files = [
        ("compose.yml", "services:\n  a: {image: x, ports: ['80:80']}\n"),
        ("compose.override.yml", "services:\n  a:\n    ports: {a: b}\n"),
    ];
    let found = problems(&files);
    assert!(
        found.iter().any(|problem| problem.starts_with("3: this is a mapping, and cannot override `services.a.ports`")),
        "{found:?}"
    );
}

#[test]
fn services_extend_others() {
    let files = [
        (
            "app/compose.yml",
            "services:\n  web:\n    extends: {file: ../base/common.yml, service: base}\n    environment: {B: 2}\n    ports: ['81:80']\n  own:\n    extends: web\n    image: z\n",
        ),
        (
            "base/common.yml",
            "services:\n  base:\n    extends: root\n    environment: [A=1, B=1]\n    volumes: ['./data:/data']\n    env_file: base.env\n  root:\n    image: y\n    ports: ['80:80']\n    build: .\n",
        ),
        ("base/base.env", "E=5\n"),
    ];
    let project = load(&files);
    assert!(project.problems.is_empty(), "{:?}", project.problems);
    let facts = project.facts();
    let web = &facts["services"]["web"];
    assert_eq!(web["image"], json!("y"));
    assert_eq!(web["environment"], json!({"E": "5", "A": "1", "B": "2"}));
    assert_eq!(web["volumes"][0]["source"], json!("base/data"));
    assert_eq!(web["build"]["context"], json!("base"));
    assert_eq!(web["ports"].as_array().unwrap().len(), 2);
    assert_eq!(facts["services"]["own"]["image"], json!("z"));
    assert_eq!(facts["services"]["own"]["environment"]["B"], json!("2"));
    assert!(web.get("extends").is_none());
    let image = project.origin("/services/web/image").unwrap();
    assert!(image.ways.has(Ways::EXTENDS) && !image.is_own() && image.file == FileId(1));
    assert_eq!(project.sites.via(&image).unwrap().location.file, FileId(1));
    let own = project.origin("/services/web/environment/B").unwrap();
    assert!(own.is_own() && own.file == FileId(0), "{own:?}");
    assert!(project.files.contains(&FileId(1)) && project.files.contains(&FileId(2)));
}

#[test]
fn chains_of_extends_end() {
    let files = [
        ("compose.yml", "services:\n  a:\n    extends: {file: other.yml, service: b}\n"),
        ("other.yml", "services:\n  b:\n    extends: {file: compose.yml, service: a}\n"),
    ];
    assert!(problems(&files).iter().any(|problem| problem.contains("extends itself")));
    let missing =
        [("compose.yml", "services:\n  a:\n    extends: {file: other.yml, service: c}\n"), ("other.yml", "services: {}\n")];
    assert!(
        problems(&missing)
            .iter()
            .any(|problem| problem.starts_with("3: `a` extends `c`, and there is no such service in other.yml"))
    );
    let unset = [("compose.yml", "services:\n  a:\n    image: x\n    extends: {file: '${F}', service: c}\n")];
    assert!(problems(&unset).is_empty());
}

#[test]
fn volumes_of_the_file_that_is_extended_do_not_come_along() {
    let files = [
        ("compose.yml", "services:\n  a:\n    extends: {file: o/other.yml, service: b}\n"),
        ("o/other.yml", "services:\n  b: {image: x, volumes: ['data:/data']}\nvolumes:\n  data:\n"),
    ];
    assert!(problems(&files).iter().any(|problem| problem.contains("the volume `data`, which is not declared")));
}

#[test]
fn included_projects_come_with_their_own_folder_and_variables() {
    let files = [
        (
            "compose.yml",
            "include:\n  - db/compose.yml\n  - {path: [x/a.yml, x/b.yml], project_directory: y, env_file: /dev/null}\nservices:\n  web:\n    image: n:${V}\n    depends_on: [db]\n  db: {tty: true}\n",
        ),
        (".env", "V=1\n"),
        ("db/compose.yml", "services:\n  db: {image: 'pg:${V}-${W}', volumes: ['./d:/d', 'v:/v']}\nvolumes:\n  v:\n"),
        ("db/.env", "V=2\nW=3\n"),
        ("x/a.yml", "services:\n  x: {image: a, build: ./b}\n"),
        ("x/b.yml", "services:\n  x: {image: b}\n"),
    ];
    let project = load(&files);
    assert!(project.problems.is_empty(), "{:?}", project.problems);
    let facts = project.facts();
    assert_eq!(facts["services"]["db"]["image"], json!("pg:1-3"));
    assert_eq!(facts["services"]["db"]["tty"], json!(true));
    assert_eq!(facts["services"]["db"]["volumes"][0]["source"], json!("db/d"));
    assert_eq!(facts["services"]["x"]["image"], json!("b"));
    assert_eq!(facts["services"]["x"]["build"]["context"], json!("y/b"));
    assert_eq!(facts["volumes"]["v"]["name"], json!("p_v"));
    assert_eq!(facts.get("include"), None);
    assert!(project.origin("/services/db/image").unwrap().ways.has(Ways::INCLUDE));
}

#[test]
fn includes_end_and_are_never_fetched() {
    let cycle = [("compose.yml", "include: [b.yml]\nservices:\n  a: {image: x}\n"), ("b.yml", "include: [compose.yml]\n")];
    assert!(problems(&cycle).iter().any(|problem| problem.contains("include cycle")));
    let remote = [(
        "compose.yml",
        "include: ['https://github.com/a/b.git', 'oci://x', '${R}', '/etc/x.yml']\nservices:\n  a: {image: x}\n",
    )];
    let project = load(&remote);
    assert!(project.problems.is_empty());
    assert_eq!(project.unresolved.len(), 4);
    // What they may bring is not missing.
    let lent = "    depends_on: [db]\n    networks: [back]\n    volumes: ['data:/d']\n  b: {command: c}\n";
    for (include, refused) in [("[oci://x]", false), ("['${R}']", false), ("[]", true)] {
        let text = format!("include: {include}\nservices:\n  a:\n    image: x\n{lent}");
        assert_eq!(!problems(&[("compose.yml", &text)]).is_empty(), refused, "{include}");
    }
}

#[test]
fn variables_come_from_the_project_alone() {
    let files = [
        (
            "compose.yml",
            "services:\n  a:\n    image: x:${TAG}\n    environment: {P: '${PATH}', N: '${COMPOSE_PROJECT_NAME}', TAG: }\n    user: ${U:-me}\n    labels: ['k=$$x']\n",
        ),
        (".env", "TAG=7\n"),
    ];
    let project = load(&files);
    let facts = project.facts();
    let a = &facts["services"]["a"];
    assert_eq!((&a["image"], &a["user"], &a["labels"]["k"]), (&json!("x:7"), &json!("me"), &json!("$x")));
    assert_eq!(a["environment"], json!({"P": "", "N": "p", "TAG": "7"}));
    assert_eq!(facts["unknown"], json!(["/services/a/environment/P"]));
    let uses: Vec<_> = project.sites.variables(&project.origin("/services/a/image").unwrap()).to_vec();
    assert_eq!(uses[0].location.span.slice(files[0].1), "${TAG");
    assert!(matches!(uses[0].set, SetBy::File(location) if location.span.slice(files[1].1) == "7"));
    assert_eq!(project.missing_variables().map(|used| used.name.as_str()).collect::<Vec<_>>(), ["PATH"]);
    let given = Options {
        given: BTreeMap::from([("PATH".to_owned(), "/bin".to_owned()), ("TAG".to_owned(), "8".to_owned())]),
        ..Options::default()
    };
    let project = load_with(&files, given);
    assert_eq!(project.tree.pointer("/services/a/image").unwrap().as_str(), Some("x:8"));
    assert!(project.unknown().is_empty());
}

#[test]
fn env_files_fill_the_environment() {
    let files = [
        (
            "compose.yml",
            "services:\n  a:\n    image: x\n    env_file: [a.env, {path: b.env, format: raw}, {path: c.env, required: false}]\n    environment: {A: own, N: }\n",
        ),
        (".env", "V=v\n"),
        ("a.env", "A=1\nB=2\nC=${V}-${NONE}\nD=\"q\"\n"),
        ("b.env", "B=\"3\"\n"),
    ];
    let project = load(&files);
    assert!(project.problems.is_empty(), "{:?}", project.problems);
    let facts = project.facts();
    assert_eq!(facts["services"]["a"]["environment"], json!({"A": "own", "B": "\"3\"", "C": "v-", "D": "q", "N": null}));
    assert_eq!(facts["unknown"], json!(["/services/a/environment/C", "/services/a/environment/N"]));
    let d = project.origin("/services/a/environment/D").unwrap();
    assert!(d.ways.has(Ways::ENV_FILE) && d.location().span.slice(files[2].1) == "\"q\"");
    let folder = [("compose.yml", "services:\n  a: {image: x, env_file: sub}\n"), ("sub/a.env", "")];
    assert!(problems(&folder).iter().any(|problem| problem.contains("is a folder")));
    let broken = [("compose.yml", "services:\n  a: {image: x, env_file: a.env}\n"), ("a.env", "A=1\nB=\"x\n")];
    assert!(problems(&broken).iter().any(|problem| problem.starts_with("2: this value opens with")));
}

#[test]
fn origins_name_the_bytes_of_a_value() {
    let text = "x-a: &env {A: 1}\nservices:\n  web:\n    image: \"nginx\"\n    environment:\n      <<: *env\n      B: 2\n    labels: *env\n    ports: ['80:80']\n";
    let project = load(&[("compose.yml", text)]);
    let at = |pointer: &str| project.origin(pointer).unwrap_or_else(|| panic!("{pointer}"));
    let image = at("/services/web/image");
    assert_eq!((image.span.slice(text), image.key.unwrap().slice(text), image.is_own()), ("\"nginx\"", "image", true));
    let merged = at("/services/web/environment/A");
    assert!(merged.ways.has(Ways::MERGE_KEY) && !merged.is_own());
    assert_eq!(merged.span.slice(text), "1");
    assert_eq!(project.sites.via(&merged).unwrap().location.span.slice(text), "<<");
    assert!(at("/services/web/environment/B").is_own());
    let label = at("/services/web/labels/A");
    assert!(label.ways.has(Ways::ALIAS));
    assert_eq!(project.sites.via(&label).unwrap().location.span.slice(text), "*env");
    let target = at("/services/web/ports/0/target");
    assert!(target.ways.has(Ways::DERIVED) && target.span.slice(text) == "'80:80'");
    assert!(at("/services/web/ports/0").is_own());
    let (nearest, exact) = project.nearest_origin("/services/web/healthcheck/test");
    assert!(!exact && nearest.key.unwrap().slice(text) == "web");
}

#[test]
fn placeholders_of_templates_are_unknown() {
    let text = "services:\n  app-{{ID}}:\n    image: {{REGISTRY}}/app\n    container_name: @NAME@\n    ports: [\"{{PORT}}:80\", {{OTHER}}]\n    environment:\n      - ID=__ID__\n      - URL=http://<HOST>/x\n      - FORMAT={{.Names}}\n";
    let project = load(&[("compose.yml", text)]);
    assert!(project.problems.is_empty(), "{:?}", project.problems);
    let facts = project.facts();
    let app = &facts["services"]["app-{{ID}}"];
    assert_eq!(app["image"], json!("{{REGISTRY}}/app"));
    assert_eq!(app["container_name"], json!("@NAME@"));
    assert_eq!(app["ports"][0]["target"], json!(80));
    assert_eq!(app["environment"]["FORMAT"], json!("{{.Names}}"));
    let unknown = facts["unknown"].as_array().unwrap();
    for pointer in ["image", "container_name", "ports/0", "ports/1", "environment/ID", "environment/URL"] {
        assert!(unknown.contains(&json!(format!("/services/app-{{{{ID}}}}/{pointer}"))), "{pointer}: {unknown:?}");
    }
    assert!(!unknown.iter().any(|pointer| pointer.as_str().unwrap().ends_with("FORMAT")));
}

#[test]
fn files_have_their_roles() {
    let whole = "services:\n  a: {image: x}\n";
    let part = "services:\n  a: {tty: true}\n";
    let files = [
        ("one/compose.yml", whole),
        ("one/compose.override.yml", part),
        ("one/docker-compose.prod.yml", part),
        ("one/compose.dev.yml", whole),
        ("one/docker-compose.yml", whole),
        ("two/docker-compose.yml", "include: [db.yml]\nservices:\n  a:\n    extends: {file: common.yml, service: b}\n"),
        ("two/db.yml", whole),
        ("two/common.yml", "services:\n  b: {image: y}\n"),
        ("three/part.yml", "volumes:\n  v:\n"),
        ("four/compose.yml", "include: [../five/compose.yml]\n"),
        ("five/compose.yml", whole),
        ("six/base.yml", whole),
        ("six/more.yml", part),
        ("six/.env", "COMPOSE_FILE=base.yml:more.yml\n"),
        ("seven/override.yml", part),
    ];
    let memory = memory(&files);
    let loader = Loader::new(&memory, Options::default());
    let ids: Vec<FileId> =
        (0..files.len()).map(|index| FileId(index as u32)).filter(|id| memory.source(*id).kind == Kind::Compose).collect();
    let found = roles(&loader, &ids);
    use Role::{Fragment, Overlay, Override, Root};
    assert_eq!(
        found,
        [Root, Override, Overlay, Root, Root, Root, Fragment, Fragment, Fragment, Root, Fragment, Root, Override, Fragment]
    );
    assert_eq!(loader.load(FileId(0)).config_files, [FileId(0), FileId(1)]);
    assert_eq!(loader.load(FileId(2)).config_files, [FileId(0), FileId(2)]);
    assert_eq!(loader.load(FileId(3)).config_files, [FileId(3)]);
    assert_eq!(loader.load(FileId(11)).config_files, [FileId(11), FileId(12)]);
}

#[test]
fn a_variant_that_needs_the_base_is_laid_over_it() {
    let variant = "services:\n  a: {image: y, depends_on: [b]}\n";
    let base = "services:\n  b: {image: x}\n";
    let project = load(&[("docker-compose.prod.yml", variant), ("docker-compose.yml", base)]);
    assert!(project.problems.is_empty() && project.config_files == [FileId(1), FileId(0)]);
    let alone = load(&[("other.yml", variant), ("docker-compose.yml", base)]);
    assert_eq!((alone.problems.len(), alone.config_files), (1, vec![FileId(0)]));
}

#[test]
fn hostile_files_are_refused_in_one_place() {
    let deep = "a: ".to_owned() + &"[".repeat(10_000) + &"]".repeat(10_000);
    let nested = format!("services:\n  a: {{image: x}}\nx-a: {}\n", &deep[3..]);
    let block: String = (0..10_000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    let mut bomb = "x-0: &x0 [a, a, a, a, a, a, a, a, a, a]\n".to_owned();
    for level in 1..10 {
        let previous = level - 1;
        bomb += &format!("x-{level}: &x{level} [{}]\n", vec![format!("*x{previous}"); 10].join(", "));
    }
    bomb += "services:\n  a: {image: x}\n";
    for text in [nested.as_str(), &block, &bomb] {
        let found = load(&[("compose.yml", text)]).problems;
        assert!(!found.is_empty() && found.len() < 5, "{found:?}");
    }
}

#[test]
fn facts_follow_their_schema() {
    let text = service(
        "ports: ['80:80', '${P}:81']\nenvironment: {A: 1, B: }\nbuild: .\nvolumes: ['./a:/b:ro']\nhealthcheck: {test: x, interval: 5s}\ncommand: a b",
    );
    let project = load(&[("compose.yml", &text)]);
    let document = project.facts();
    let schema: Json = serde_json::from_str(include_str!("../../schemas/facts/compose.schema.json")).unwrap();
    let errors: Vec<_> =
        jsonschema::validator_for(&schema).unwrap().iter_errors(&document).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
}

#[test]
fn typed_values_behind_texts() {
    let project = load(&[("compose.yml", &service("healthcheck: {interval: 1m30s}\nmem_limit: 1k\nports: ['8000-8001:80']"))]);
    let document = project.facts();
    assert_eq!(document["derived"]["/services/web/healthcheck/interval"], json!({"nanoseconds": 90_000_000_000_i64}));
    assert_eq!(document["derived"]["/services/web/mem_limit"], json!({"bytes": 1024}));
    assert_eq!(document["derived"]["/services/web/ports/0/published"], json!({"first": 8000, "last": 8001}));
}

/// What a problem stands against, by the text there.
#[test]
fn problems_know_the_other_place() {
    for (text, expected) in [
        ("services:\n  web:\n    image: a\n    image: b\n", "image"),
        ("services:\n  web:\n    image: a\n    network_mode: host\n    networks: [x]\nnetworks:\n  x:\n", "networks"),
        ("services:\n  web:\n    image: a\n    volumes: [\"./a:/x\", \"./b:/x/\"]\n    tmpfs: /x\n", "/x"),
        ("services:\n  web:\n    image: a\n    mem_limit: 1g\n    deploy: {resources: {limits: {memory: 2g}}}\n", "2g"),
        ("services:\n  web:\n    image: a\n    scale: 2\n    deploy: {replicas: 3}\n", "3"),
        ("services:\n  web:\n    image: a\n    depends_on: [db]\n  db:\n    image: a\n    profiles: [x]\n", "profiles"),
    ] {
        let project = load(&[("compose.yml", text)]);
        let others: Vec<_> = project.problems.iter().filter_map(|problem| problem.other).collect();
        assert_eq!(others.len(), 1, "{text}: {:?}", project.problems);
        assert_eq!(others[0].span.slice(text), expected, "{text}");
    }
}

#[test]
fn a_profile_leaves_out_what_another_service_needs() {
    let text =
        |web: &str, db: &str| format!("services:\n  web:\n    image: a\n    depends_on: [db]\n{web}  db:\n    image: a\n{db}");
    let profile = "    profiles: [x]\n";
    for (web, db, env, refused) in [
        ("", profile, "", true),
        (profile, profile, "", false),
        ("", "", "", false),
        (profile, "", "", false),
        ("", profile, "COMPOSE_PROFILES=y,x\n", false),
        ("", profile, "COMPOSE_PROFILES=*\n", false),
        ("", profile, "COMPOSE_PROFILES=y\n", true),
    ] {
        let found = problems(&[("compose.yml", &text(web, db)), (".env", env)]);
        assert_eq!(!found.is_empty(), refused, "{web:?} {db:?} {env:?}: {found:?}");
    }
}

fn has_problem(project: &ComposeProject, part: &str) -> bool {
    project.problems.iter().any(|problem| problem.message.contains(part))
}

#[test]
fn what_doubles_with_each_line_is_bounded() {
    // Values that hold the one before twice.
    let doubled: String = (1..60).map(|at| format!("A{at}=$A{}$A{}\n", at - 1, at - 1)).collect();
    let env = format!("A0=xxxxxxxxxx\n{doubled}");
    let text = "services: {web: {image: \"$A10\", env_file: a.env}}\n";
    let project = load(&[("compose.yml", text), (".env", &env), ("a.env", &env)]);
    assert!(has_problem(&project, "too large"), "{:?}", project.problems);
    // One long value in many places.
    let env = format!("A={}\n", "x".repeat(1 << 16));
    let text = format!("services: {{web: {{image: x}}}}\nx-a: [{}]\n", "$A, ".repeat(4000));
    assert!(has_problem(&load(&[("compose.yml", &text), (".env", &env)]), "too large"));
    // Files that include the next one twice.
    let names: Vec<String> = (0..40).map(|at| format!("f{at}.yml")).collect();
    let texts: Vec<String> = (1..40).map(|at| format!("include: [f{at}.yml, f{at}.yml]\n")).collect();
    let mut files = vec![("compose.yml", "include: [f0.yml]\nservices: {web: {image: x}}\n")];
    files.extend(names.iter().map(String::as_str).zip(texts.iter().map(String::as_str)));
    assert!(has_problem(&load(&files), "includes more than"));
    // Documents that each write out as much as one may.
    let nines = |name: &str| format!("[{}]", [name; 9].join(", "));
    let bomb = format!("x-a: &a {}\nx-b: &b {}\nx-c: &c {}\nx-d: &d {}\n", nines("1"), nines("*a"), nines("*b"), nines("*c"));
    let text = format!("services: {{web: {{image: x}}}}\n{}", format!("---\n{bomb}").repeat(60));
    assert!(has_problem(&load(&[("compose.yml", &text)]), "aliases written out"));
}
