//! Signals of STOPSIGNAL, as `moby/sys/signal` knows them on Linux.

const NAMES: [&str; 34] = [
    "ABRT", "ALRM", "BUS", "CHLD", "CLD", "CONT", "FPE", "HUP", "ILL", "INT", "IO", "IOT", "KILL", "PIPE", "POLL", "PROF", "PWR",
    "QUIT", "SEGV", "STKFLT", "STOP", "SYS", "TERM", "TRAP", "TSTP", "TTIN", "TTOU", "URG", "USR1", "USR2", "VTALRM", "WINCH",
    "XCPU", "XFSZ",
];

/// A number other than 0, or a name with or without `SIG`, whatever its casing.
pub(super) fn is_signal(text: &str) -> bool {
    if let Ok(number) = text.parse::<i64>() {
        return number != 0;
    }
    let name = text.to_ascii_uppercase();
    let name = name.strip_prefix("SIG").unwrap_or(&name);
    let distance = |rest: Option<&str>, most: u8| {
        rest.is_some_and(|rest| !rest.starts_with(['0', '+']) && rest.parse::<u8>().is_ok_and(|distance| distance <= most))
    };
    NAMES.contains(&name)
        || matches!(name, "RTMIN" | "RTMAX")
        || distance(name.strip_prefix("RTMIN+"), 15)
        || distance(name.strip_prefix("RTMAX-"), 14)
}

#[cfg(test)]
mod tests {
    use super::is_signal;

    #[test]
    fn signals() {
        for fine in ["SIGTERM", "term", "9", "SIGRTMIN+3", "RTMAX-14", "rtmin"] {
            assert!(is_signal(fine), "{fine}");
        }
        for wrong in ["", "0", "SIGFOO", "SIGTERM # c", "RTMIN+16", "RTMAX-0", "RTMIN+", "\"SIGTERM\""] {
            assert!(!is_signal(wrong), "{wrong}");
        }
    }
}
