//! Commands that decide a control: run only when the user allows it, without a shell, for a bounded time, with bounded output.

use std::io::Read;
use std::path::Path;
use std::process::{Child, Command as Process, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use super::document::Command;

/// Of what a program prints, the last part of this many bytes is kept.
const MOST_KEPT: usize = 2048;

/// A program that prints more than this is not read on; most end then.
const MOST_READ: u64 = 1 << 20;

/// What became of a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ran {
    Ended {
        /// `None` where a signal ended it.
        code: Option<i32>,
        /// The last lines of what it printed on standard error, else on standard output.
        tail: String,
    },
    TooLong,
    NotStarted(String),
}

/// Runs a command in a folder, without standard input.
pub fn run(command: &Command, folder: &Path) -> Ran {
    let Some((program, arguments)) = command.run.split_first() else { return Ran::NotStarted("it names no program".into()) };
    let mut process = Process::new(program);
    process.args(arguments).current_dir(folder).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut process, 0);
    let mut child = match process.spawn() {
        Ok(child) => child,
        Err(error) => return Ran::NotStarted(error.to_string()),
    };
    // Threads of their own: a program that fills one pipe would wait for ever, and one that leaves children behind keeps them open.
    let output = child.stdout.take().map(read);
    let errors = child.stderr.take().map(read);
    let end = Instant::now() + Duration::from_secs(command.seconds);
    let Some(status) = wait(&mut child, end) else {
        end_all(&mut child);
        return Ran::TooLong;
    };
    let last = |pipe: Option<mpsc::Receiver<Vec<u8>>>| {
        let bytes = pipe.and_then(|pipe| pipe.recv_timeout(Duration::from_millis(500)).ok()).unwrap_or_default();
        tail(&bytes)
    };
    let (errors, output) = (last(errors), last(output));
    Ran::Ended { code: status.code(), tail: if errors.is_empty() { output } else { errors } }
}

/// Ends a program and what it has started.
fn end_all(child: &mut Child) {
    #[cfg(unix)]
    if let Some(group) = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw) {
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    let _ = child.kill();
    let _ = child.wait();
}

fn wait(child: &mut Child, end: Instant) -> Option<std::process::ExitStatus> {
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status),
            Ok(None) if Instant::now() < end => std::thread::sleep(Duration::from_millis(10)),
            _ => return None,
        }
    }
}

fn read(pipe: impl Read + Send + 'static) -> mpsc::Receiver<Vec<u8>> {
    let (send, receive) = mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = pipe.take(MOST_READ).read_to_end(&mut bytes);
        let _ = send.send(bytes);
    });
    receive
}

/// The last lines as one.
fn tail(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(&bytes[bytes.len().saturating_sub(MOST_KEPT)..]).into_owned();
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines[lines.len().saturating_sub(3)..].join(" / ")
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn ran(words: &[&str], seconds: u64) -> Ran {
        let run = words.iter().map(|word| (*word).to_owned()).collect();
        super::run(&Command { run, expect: 0, seconds }, Path::new("/"))
    }

    #[test]
    fn a_program_ends_fails_hangs_or_is_not_there() {
        assert_eq!(ran(&["true"], 5), Ran::Ended { code: Some(0), tail: String::new() });
        assert_eq!(ran(&["sh", "-c", "echo a; echo b >&2; exit 3"], 5), Ran::Ended { code: Some(3), tail: "b".into() });
        assert!(matches!(ran(&["no-such-program"], 5), Ran::NotStarted(_)));
        let start = Instant::now();
        assert_eq!(ran(&["sleep", "60"], 1), Ran::TooLong);
        assert!(start.elapsed() < Duration::from_secs(5));
        assert!(matches!(ran(&[], 1), Ran::NotStarted(_)));
    }

    #[test]
    fn much_output_is_cut_and_a_child_that_stays_is_not_waited_for() {
        let Ran::Ended { tail, .. } = ran(&["sh", "-c", "yes | head -c 3000000; true"], 20) else { panic!("it ends") };
        assert!(tail.len() <= MOST_KEPT);
        let start = Instant::now();
        assert!(matches!(ran(&["sh", "-c", "sleep 30 & exit 0"], 20), Ran::Ended { code: Some(0), .. }));
        assert!(start.elapsed() < Duration::from_secs(10));
    }
}
