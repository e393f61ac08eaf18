//! Why probes fail: the probe itself cannot run, it gets no answer in time, or the program says that it is ill.
//!
//! Docker writes -1 as exit code for a probe that was not run to its end, 126 and 127 come from the shell or the runtime
//! (moby, daemon/health.go).

use super::Container;
use super::snapshot::Probe;

/// What failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProbeFailure {
    /// The program of the probe is not in the image, or may not be executed; its name where it is told.
    CannotRun { program: Option<String> },
    /// It did not end in time.
    TimedOut,
    /// It ran and said no.
    Failed,
}

/// What the last probe of a container that failed tells; `None` where none failed.
pub fn last_failure(container: &Container) -> Option<(usize, &Probe, ProbeFailure)> {
    let log = &container.health.as_ref()?.log;
    let (index, probe) = log.iter().enumerate().next_back()?;
    if probe.exit_code == 0 {
        return None;
    }
    Some((index, probe, failure(probe)))
}

/// What a probe that failed tells.
pub fn failure(probe: &Probe) -> ProbeFailure {
    let output = probe.output.to_ascii_lowercase();
    let missing = ["executable file not found", "command not found", ": not found", "no such file or directory"];
    let is_exec = output.contains("exec") || output.contains("oci runtime");
    let cannot_run = || ProbeFailure::CannotRun { program: program(&probe.output) };
    match probe.exit_code {
        126 | 127 => cannot_run(),
        _ if is_exec && missing.iter().any(|words| output.contains(words)) => cannot_run(),
        -1 if output.contains("exceeded timeout") || output.contains("timed out") => ProbeFailure::TimedOut,
        -1 if is_exec => cannot_run(),
        _ => ProbeFailure::Failed,
    }
}

/// `curl` of `exec: "curl": executable file not found`, of `/bin/sh: 1: curl: not found`, of `sh: curl: not found`.
fn program(output: &str) -> Option<String> {
    if let Some(quoted) = output.split("exec: \"").nth(1) {
        return quoted.split('"').next().map(str::to_owned);
    }
    let line = output.lines().find(|line| line.contains("not found") || line.contains("ermission denied"))?;
    let before = line.split(": not found").next()?.split(": command not found").next()?.split(": Permission denied").next()?;
    let name = before.rsplit(": ").next()?.trim();
    (!name.is_empty() && !name.contains(' ') && name.len() < 80).then(|| name.to_owned())
}

/// What a probe printed, on one line.
pub fn last_words(probe: &Probe) -> String {
    let words: Vec<&str> = probe.output.split_whitespace().collect();
    let text = words.join(" ");
    match text.char_indices().nth(200) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(exit_code: i64, output: &str) -> ProbeFailure {
        failure(&Probe { exit_code, output: output.into(), ..Probe::default() })
    }

    #[test]
    fn a_probe_that_cannot_run_is_told_from_a_program_that_is_ill() {
        let curl = ProbeFailure::CannotRun { program: Some("curl".into()) };
        assert_eq!(
            of(
                -1,
                "OCI runtime exec failed: exec failed: unable to start container process: exec: \"curl\": executable file not found in $PATH: unknown"
            ),
            curl
        );
        assert_eq!(of(127, "/bin/sh: 1: curl: not found"), curl);
        assert_eq!(of(127, "bash: line 1: curl: command not found"), curl);
        assert_eq!(of(127, ""), ProbeFailure::CannotRun { program: None });
        assert_eq!(of(-1, "Health check exceeded timeout (3s)"), ProbeFailure::TimedOut);
        assert_eq!(of(1, "HTTP/1.1 404: page not found"), ProbeFailure::Failed);
        assert_eq!(of(22, "curl: (22) The requested URL returned error: 503"), ProbeFailure::Failed);
    }
}
