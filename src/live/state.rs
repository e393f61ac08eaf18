//! What an exit code means.

use super::snapshot::State;

/// What the exit code of a container means, where it means something for every program.
pub fn exit_meaning(state: &State) -> Option<&'static str> {
    Some(match state.exit_code {
        _ if state.out_of_memory => "ended for want of memory",
        125 => "the engine could not start it",
        126 => "what it is to run may not be executed",
        127 => "what it is to run is not in the image",
        132 => "SIGILL: built for another processor",
        134 => "SIGABRT: it gave up by itself",
        137 => "SIGKILL: out of memory, or stopped by force",
        139 => "SIGSEGV: a fault in the program",
        143 => "SIGTERM: it was asked to stop",
        _ => return None,
    })
}

/// It was asked to stop and did: SIGTERM, SIGINT, or SIGKILL after the grace period.
pub fn was_stopped(state: &State) -> bool {
    !state.out_of_memory && matches!(state.exit_code, 130 | 137 | 143)
}
