use crate::compose::{Node, Origin, Service, Value, bytes_of};
use crate::dockerfile::image::ImageReference;
use crate::finding::Location;
use crate::live::words::bytes;
use crate::live::{Container, Engine};
use crate::project::running::service_of;
use crate::rules::check::Reporter;

/// Variables that engines set by themselves.
const BY_ENGINES: &[&str] = &["PATH", "HOSTNAME", "HOME", "TERM", "container"];

pub fn check(_: &Engine, container: &Container, out: &mut Reporter<'_>) {
    let project = out.project();
    let Some((_, service)) = service_of(project, container) else { return };
    let mut drift = Drift { container, service, out };
    drift.image();
    drift.environment();
    drift.ports();
    drift.mounts();
    drift.settings();
}

struct Drift<'c, 'p, 'o, 'a> {
    container: &'c Container,
    service: Service<'p>,
    out: &'o mut Reporter<'a>,
}

/// Where the compose file says it; without a place it says nothing.
type Side = Option<Origin>;

impl Drift<'_, '_, '_, '_> {
    /// One difference, with both sides.
    fn say(&mut self, variant: &str, fact: &str, side: Side, there: &str, here: &str) {
        let origin = side.unwrap_or(self.service.origin());
        let span = if side.is_some() { origin.span } else { origin.key.unwrap_or(origin.span) };
        let place = Location { file: origin.file, span };
        self.out
            .report_fact(&self.container.pointer, fact)
            .variant(variant)
            .value("name", self.container.shown_name())
            .value("there", there)
            .value("here", here)
            .related_at(place, if side.is_some() { "file" } else { "service" })
            .emit();
    }

    fn image(&mut self) {
        let Some(image) = self.service.image().filter(|image| !image.is_unknown()) else { return };
        let runs = self.container.image.clone();
        if !runs.starts_with("sha256:") && !is_same_image(&runs, image.text) {
            self.say("image", "/image", Some(image.origin), &runs, image.text);
        }
    }

    fn environment(&mut self) {
        let container = self.container;
        let find = |name: &str| container.environment.iter().position(|variable| variable.name == name);
        for wanted in self.service.environment().collect::<Vec<_>>() {
            // A name alone takes its value from the shell, if that has one.
            let Some(value) = wanted.value else { continue };
            match find(wanted.name) {
                None => self.say("variable-missing", "/environment", Some(wanted.origin), wanted.name, ""),
                Some(at) => {
                    let seen = container.environment[at].value.as_deref();
                    let known = !wanted.origin.is_unknown();
                    if let Some(seen) = seen.filter(|seen| known && *seen != value) {
                        let (there, here) = (format!("{}={seen}", wanted.name), format!("{}={value}", wanted.name));
                        self.say("variable-changed", &format!("/environment/{at}/value"), Some(wanted.origin), &there, &here);
                    }
                }
            }
        }
        for (at, variable) in container.environment.iter().enumerate() {
            let name = variable.name.as_str();
            let is_known = variable.from_image || BY_ENGINES.contains(&name) || self.service.variable(name).is_some();
            if !is_known && !self.service.origin().is_unknown() {
                self.say("variable-extra", &format!("/environment/{at}/name"), None, name, "");
            }
        }
    }

    fn ports(&mut self) {
        let container = self.container;
        let wanted: Vec<_> = self.service.ports().collect();
        // What hangs on a variable may be anything.
        if wanted.iter().any(|port| port.is_unknown()) {
            return;
        }
        for port in &wanted {
            let (Some(target), Some((first, last))) = (port.target, port.published_range()) else { continue };
            let is_there = container
                .ports
                .iter()
                .any(|seen| seen.target == target && (first..=last).contains(&seen.published) && seen.protocol == port.protocol);
            if !is_there && container.state_tells_ports() {
                let here = format!("{}:{target}", port.published.unwrap_or_default());
                self.say("port-missing", "/ports", Some(port.node.origin), "", &here);
            }
        }
        for (at, seen) in container.ports.iter().enumerate() {
            let is_wanted = wanted.iter().any(|port| {
                let in_range = port.published_range().is_none_or(|(first, last)| (first..=last).contains(&seen.published));
                port.target == Some(seen.target) && in_range && seen.protocol == port.protocol
            });
            if !is_wanted && seen.published != 0 {
                let there = format!("{}:{}", seen.published, seen.target);
                self.say("port-extra", &format!("/ports/{at}"), None, &there, "");
            }
        }
    }

    fn mounts(&mut self) {
        let container = self.container;
        let wanted: Vec<_> = self.service.volumes().collect();
        if wanted.iter().any(|mount| mount.is_unknown()) {
            return;
        }
        let same = |a: &str, b: &str| a.trim_end_matches('/') == b.trim_end_matches('/');
        for mount in wanted.iter().filter(|mount| matches!(mount.kind, "bind" | "volume")) {
            match container.mounts.iter().position(|seen| same(&seen.target, mount.target)) {
                None => self.say("mount-missing", "/mounts", Some(mount.node.origin), "", mount.target),
                Some(at) if mount.read_only && container.mounts[at].writable => {
                    self.say("mount-mode", &format!("/mounts/{at}/writable"), Some(mount.node.origin), mount.target, "");
                }
                Some(_) => {}
            }
        }
        let others: Vec<&str> = ["secrets", "configs"]
            .iter()
            .flat_map(|key| self.service.list(key))
            .filter_map(|one| one.get("target")?.as_str())
            .collect();
        for (at, seen) in container.mounts.iter().enumerate() {
            // A volume that the image declares has a name that nobody chose.
            let anonymous = seen.kind == "volume" && seen.source.len() == 64;
            let is_wanted = wanted.iter().any(|mount| same(mount.target, &seen.target));
            let is_secret = seen.target.starts_with("/run/secrets/") || others.contains(&seen.target.as_str());
            if matches!(seen.kind.as_str(), "bind" | "volume") && !anonymous && !is_wanted && !is_secret {
                self.say("mount-extra", &format!("/mounts/{at}/target"), None, &seen.target, "");
            }
        }
    }

    fn settings(&mut self) {
        let container = self.container;
        if let Some(user) = self.service.user().filter(|user| !user.is_unknown() && user.text != container.user) {
            self.say("user", "/user", Some(user.origin), &container.user, user.text);
        }
        if let Some((limit, node)) = self.memory().filter(|(limit, _)| *limit != container.limits.memory) {
            let there = if container.limits.memory == 0 { "all".to_owned() } else { bytes(container.limits.memory) };
            self.say("memory", "/limits/memory", Some(node.origin), &there, &bytes(limit));
        }
        self.processor();
        self.processes();
        let deployed = self.service.get("deploy").is_some_and(|deploy| deploy.get("restart_policy").is_some());
        if let Some(restart) = self.service.text("restart").filter(|restart| !restart.is_unknown() && !deployed) {
            let wanted = restart.text.split(':').next().unwrap_or_default();
            if wanted != container.restart.policy {
                self.say("restart", "/restart/policy", Some(restart.origin), &container.restart.policy, restart.text);
            }
        }
        let says_privileged =
            self.service.get("privileged").is_some_and(|node| node.origin.is_unknown()) || self.service.is_set("privileged");
        if container.privileged && !says_privileged {
            self.say("privileged", "/privileged", None, "", "");
        }
        let Some(check) = self.service.healthcheck() else { return };
        let words: Option<Vec<&str>> = check
            .test()
            .iter()
            .map(|word| word.as_str().filter(|text| !text.contains('$') && !word.origin.is_unknown()))
            .collect();
        let covered = container.healthcheck.iter().any(|word| word.contains(crate::live::redact::COVER));
        if let Some(words) = words.filter(|words| !words.is_empty() && !covered && !check.is_disabled())
            && words != container.healthcheck
        {
            self.say("healthcheck", "/healthcheck", Some(check.node.origin), "", "");
        }
    }

    fn processor(&mut self) {
        let Some(node) = self.limit("cpus", "cpus") else { return };
        let Some(wanted) = thousandths(node) else { return };
        let (seen, origin) = (self.container.limits.processor_thousandths, node.origin);
        if wanted != seen && wanted > 0 {
            let there = if seen == 0 { "all processors".to_owned() } else { processors(seen) };
            self.say("processor", "/limits/processor_thousandths", Some(origin), &there, &processors(wanted));
        }
    }

    fn processes(&mut self) {
        let Some(node) = self.limit("pids", "pids_limit") else { return };
        let Some(wanted) = node.as_int().or_else(|| node.as_str()?.parse().ok()) else { return };
        // -1 is no limit, and so is 0.
        let (wanted, seen, origin) = (u64::try_from(wanted).unwrap_or_default(), self.container.limits.processes, node.origin);
        if wanted != seen {
            let shown = |limit: u64| if limit == 0 { "any number of".to_owned() } else { limit.to_string() };
            self.say("processes", "/limits/processes", Some(origin), &shown(seen), &shown(wanted));
        }
    }

    /// A limit as `deploy.resources.limits` has it, else as the older attribute has it.
    fn limit(&self, deployed: &str, attribute: &str) -> Option<&Node> {
        let limits = self.service.get("deploy").and_then(|deploy| deploy.get("resources")?.get("limits"));
        let node = limits.and_then(|limits| limits.get(deployed)).or_else(|| self.service.get(attribute))?;
        (!node.origin.is_unknown()).then_some(node)
    }

    /// The limit of the compose file, in bytes.
    fn memory(&self) -> Option<(u64, &Node)> {
        let node = self.limit("memory", "mem_limit")?;
        let limit = node.as_str().and_then(bytes_of).or_else(|| node.as_int())?;
        Some((u64::try_from(limit).ok()?, node))
    }
}

/// `0.5` is 500.
fn thousandths(node: &Node) -> Option<u64> {
    let number = match &node.value {
        Value::Int(number) => *number as f64,
        Value::Float(number) => *number,
        Value::Text(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    (number.is_finite() && (0.0..1e6).contains(&number)).then_some((number * 1000.0).round() as u64)
}

/// `1 processor`, `0.5 processors`
fn processors(thousandths: u64) -> String {
    match thousandths {
        1000 => "1 processor".to_owned(),
        _ => format!("{} processors", thousandths as f64 / 1000.0),
    }
}

/// Whether two references, however much of them is written, name one image.
fn is_same_image(one: &str, other: &str) -> bool {
    let parts = |reference: &str| {
        let read = ImageReference::parse(reference).ok()?;
        let tag = read.tag.or_else(|| read.digest.is_none().then(|| "latest".into()));
        Some((read.registry, read.repository, tag, read.digest))
    };
    match (parts(one), parts(other)) {
        (Some(one), Some(other)) => one == other,
        _ => one == other,
    }
}
