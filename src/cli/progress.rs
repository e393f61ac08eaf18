//! Progress on standard error, when a run is long and a person is watching.

use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Nothing is shown before this.
const PATIENCE: Duration = Duration::from_secs(1);
const INTERVAL: Duration = Duration::from_millis(200);

/// A line that appears after a second and goes away when this is dropped.
pub struct Progress {
    shared: Option<(Arc<Shared>, JoinHandle<()>)>,
}

struct Shared {
    doing: Mutex<&'static str>,
    stop: AtomicBool,
    stopped: Condvar,
}

impl Progress {
    /// Watches only where standard error is a terminal and `wanted`.
    pub fn start(wanted: bool) -> Self {
        if !wanted || !std::io::stderr().is_terminal() {
            return Self { shared: None };
        }
        let shared = Arc::new(Shared { doing: Mutex::new("reading"), stop: AtomicBool::new(false), stopped: Condvar::new() });
        let watcher = Arc::clone(&shared);
        let thread = std::thread::Builder::new().name("progress".into()).spawn(move || watcher.show());
        Self { shared: thread.ok().map(|thread| (shared, thread)) }
    }

    /// Says what is being done, a participle.
    pub fn doing(&self, what: &'static str) {
        if let Some((shared, _)) = &self.shared {
            *shared.doing.lock().unwrap_or_else(PoisonError::into_inner) = what;
        }
    }
}

impl Shared {
    fn show(&self) {
        let start = Instant::now();
        let mut shown = false;
        let mut doing = self.doing.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let wait = if shown { INTERVAL } else { PATIENCE.saturating_sub(start.elapsed()) };
            if self.stop.load(Ordering::Acquire) {
                break;
            }
            (doing, _) = self.stopped.wait_timeout(doing, wait).unwrap_or_else(PoisonError::into_inner);
            if self.stop.load(Ordering::Acquire) {
                break;
            }
            if start.elapsed() >= PATIENCE {
                shown = true;
                let _ = write!(std::io::stderr(), "\r\x1b[K{doing} … {:.0} s", start.elapsed().as_secs_f32());
            }
        }
        if shown {
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((shared, thread)) = self.shared.take() {
            shared.stop.store(true, Ordering::Release);
            shared.stopped.notify_all();
            let _ = thread.join();
        }
    }
}
