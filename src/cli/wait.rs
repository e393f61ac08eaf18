//! `audit --wait`: until every container that is asked for is healthy, or somebody gives up.

use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

use crate::live::probe::{last_failure, last_words};
use crate::live::{Container, Engine};

/// Between two looks.
const INTERVAL: Duration = Duration::from_secs(1);

/// How far a container is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Readiness {
    /// Healthy; running, where it has no check; ended with 0, where it is a job.
    Ready,
    /// Not yet.
    Waiting(String),
}

impl Readiness {
    pub fn of(container: &Container) -> Self {
        let state = &container.state;
        match (state.status.as_str(), &container.health) {
            ("running", None) => Self::Ready,
            ("running", Some(health)) if health.status == "healthy" => Self::Ready,
            ("running", Some(health)) => Self::Waiting(health.status.clone()),
            ("exited", _) if state.exit_code == 0 => Self::Ready,
            ("exited", _) => Self::Waiting(format!("exited with {}", state.exit_code)),
            (status, _) => Self::Waiting(status.to_owned()),
        }
    }
}

/// Looks again and again. What `look` sees in the end is given back, with a line for each container that is not ready.
pub fn wait<E>(
    limit: Duration,
    names: &[String],
    quiet: bool,
    mut look: impl FnMut() -> Result<Vec<Engine>, E>,
) -> Result<Vec<String>, E> {
    let end = Instant::now() + limit;
    let terminal = std::io::stderr().is_terminal();
    let mut shown: BTreeMap<String, Readiness> = BTreeMap::new();
    loop {
        let engines = look()?;
        let containers: Vec<&Container> = engines.iter().flat_map(|engine| &engine.containers).collect();
        let mut late = Vec::new();
        for name in names.iter().filter(|name| !containers.iter().any(|container| container.is_called(name))) {
            late.push(format!("{name}: there is no such container"));
        }
        if containers.is_empty() {
            late.push("there is no container".to_owned());
        }
        for container in &containers {
            let readiness = Readiness::of(container);
            if let Readiness::Waiting(words) = &readiness {
                late.push(line(container, words));
            }
            let name = container.shown_name();
            if !quiet && !terminal && shown.get(&name) != Some(&readiness) {
                let words = match &readiness {
                    Readiness::Ready => "ready",
                    Readiness::Waiting(words) => words,
                };
                let _ = writeln!(std::io::stderr(), "shipworthy: {name}: {words}");
            }
            shown.insert(name, readiness);
        }
        let now = Instant::now();
        if terminal && !quiet {
            let ready = containers.len().saturating_sub(late.len());
            let left = end.saturating_duration_since(now).as_secs();
            let _ = write!(std::io::stderr(), "\r\x1b[K{ready} of {} containers are ready, {left} s left", containers.len());
        }
        if late.is_empty() || now >= end {
            if terminal && !quiet {
                let _ = write!(std::io::stderr(), "\r\x1b[K");
            }
            return Ok(late);
        }
        std::thread::sleep(INTERVAL.min(end - now));
    }
}

/// Who is late, how it is, and what its probe said last.
fn line(container: &Container, words: &str) -> String {
    let name = container.shown_name();
    match last_failure(container) {
        Some((_, probe, _)) if !probe.output.is_empty() => {
            format!("{name}: {words}; its last probe ended with {}: {}", probe.exit_code, last_words(probe))
        }
        Some((_, probe, _)) => format!("{name}: {words}; its last probe ended with {}", probe.exit_code),
        None => format!("{name}: {words}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live::snapshot::{Health, Probe, State};

    fn container(status: &str, health: Option<&str>) -> Container {
        let log = vec![Probe { exit_code: 7, output: "connection refused".into(), ..Probe::default() }];
        let health = health.map(|status| Health { status: status.into(), failing_streak: 1, log });
        Container {
            name: "api".into(),
            state: State { status: status.into(), ..State::default() },
            health,
            ..Container::default()
        }
    }

    #[test]
    fn ready_is_what_works() {
        assert_eq!(Readiness::of(&container("running", None)), Readiness::Ready);
        assert_eq!(Readiness::of(&container("running", Some("healthy"))), Readiness::Ready);
        assert_eq!(Readiness::of(&container("exited", None)), Readiness::Ready);
        assert_eq!(Readiness::of(&container("restarting", None)), Readiness::Waiting("restarting".into()));
        assert_eq!(Readiness::of(&container("running", Some("starting"))), Readiness::Waiting("starting".into()));
    }

    #[test]
    fn waiting_ends_when_all_are_ready_and_says_who_is_not() {
        let mut looks = 0;
        let look = || {
            looks += 1;
            let health = if looks < 2 { "starting" } else { "healthy" };
            Ok::<_, ()>(vec![Engine { containers: vec![container("running", Some(health))], ..Engine::default() }])
        };
        assert_eq!(wait(Duration::from_secs(20), &[], true, look), Ok(vec![]));
        let ill = || Ok::<_, ()>(vec![Engine { containers: vec![container("running", Some("unhealthy"))], ..Engine::default() }]);
        let late = wait(Duration::ZERO, &["web".into()], true, ill).unwrap();
        assert_eq!(late, ["web: there is no such container", "api: unhealthy; its last probe ended with 7: connection refused"]);
    }
}
