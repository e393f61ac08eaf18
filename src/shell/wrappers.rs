//! Commands that only run another command: `sudo`, `env X=1`, `exec`, `timeout 5` …

use super::Word;

/// How a wrapper reads its words up to the command that it runs.
struct Wrapper {
    name: &'static str,
    /// Letters of the short flags that take a value.
    short: &'static str,
    /// Long flags that take the next word when they have no `=`.
    long: &'static [&'static str],
    /// Flags with which it runs nothing.
    idle: &'static [&'static str],
    /// Words of its own before the command: a duration, a user.
    operands: usize,
    /// Takes `NAME=value` before the command.
    assignments: bool,
}

const PLAIN: Wrapper = Wrapper { name: "", short: "", long: &[], idle: &[], operands: 0, assignments: false };

/// `chroot` is none of them: what it runs sees other files than the commands around it. Nor is `busybox`: its `wget` is another
/// program than `wget`.
const WRAPPERS: &[Wrapper] = &[
    Wrapper { name: "builtin", ..PLAIN },
    Wrapper { name: "catatonit", ..PLAIN },
    Wrapper { name: "chpst", short: "ubeopmdfncr/", ..PLAIN },
    Wrapper { name: "command", idle: &["-v", "-V"], ..PLAIN },
    Wrapper { name: "doas", short: "uC", ..PLAIN },
    Wrapper { name: "dumb-init", short: "r", long: &["--rewrite"], ..PLAIN },
    Wrapper { name: "eatmydata", ..PLAIN },
    Wrapper {
        name: "env",
        short: "uC",
        long: &["--unset", "--chdir"],
        idle: &["-S", "--split-string"],
        assignments: true,
        ..PLAIN
    },
    Wrapper { name: "exec", short: "a", ..PLAIN },
    Wrapper { name: "fakeroot", short: "lsib", ..PLAIN },
    Wrapper { name: "gosu", operands: 1, ..PLAIN },
    Wrapper { name: "ionice", short: "cn", long: &["--class", "--classdata"], idle: &["-p", "--pid"], ..PLAIN },
    Wrapper { name: "nice", short: "n", long: &["--adjustment"], ..PLAIN },
    Wrapper { name: "nohup", ..PLAIN },
    Wrapper { name: "s6-setuidgid", operands: 1, ..PLAIN },
    Wrapper {
        name: "setpriv",
        long: &[
            "--reuid",
            "--regid",
            "--ruid",
            "--rgid",
            "--euid",
            "--egid",
            "--groups",
            "--inh-caps",
            "--ambient-caps",
            "--bounding-set",
            "--securebits",
            "--pdeathsig",
            "--selinux-label",
            "--apparmor-profile",
        ],
        idle: &["-d", "--dump"],
        ..PLAIN
    },
    Wrapper { name: "setsid", ..PLAIN },
    Wrapper { name: "stdbuf", short: "ioe", long: &["--input", "--output", "--error"], ..PLAIN },
    Wrapper { name: "su-exec", operands: 1, ..PLAIN },
    Wrapper {
        name: "sudo",
        short: "ugpCchrtTURD",
        long: &[
            "--user",
            "--group",
            "--prompt",
            "--close-from",
            "--host",
            "--role",
            "--type",
            "--command-timeout",
            "--other-user",
            "--chroot",
            "--chdir",
        ],
        idle: &["-l", "--list", "-v", "--validate", "-e", "--edit"],
        assignments: true,
        ..PLAIN
    },
    Wrapper { name: "time", short: "fo", long: &["--format", "--output"], ..PLAIN },
    Wrapper { name: "timeout", short: "sk", long: &["--signal", "--kill-after"], operands: 1, ..PLAIN },
    Wrapper { name: "tini", short: "ep", ..PLAIN },
    Wrapper { name: "tini-static", short: "ep", ..PLAIN },
    Wrapper { name: "with-contenv", ..PLAIN },
    Wrapper {
        name: "xargs",
        short: "InPLdEsa",
        long: &["--max-args", "--max-procs", "--max-chars", "--delimiter", "--arg-file", "--process-slot-var"],
        ..PLAIN
    },
    Wrapper { name: "xvfb-run", short: "efnpsw", long: &["--server-args", "--server-num", "--auth-file"], ..PLAIN },
];

/// Takes the wrappers off the front of the words, outermost first. One that runs nothing (`env`, `exec >log`, `command -v x`)
/// stays a command.
pub(super) fn take_off(words: &mut Vec<Word>) -> Vec<Vec<Word>> {
    let mut taken = Vec::new();
    let mut start = 0;
    let mut bounds = Vec::new();
    while let Some(length) = words.get(start).and_then(|name| wrapper(name)).and_then(|found| reach(found, &words[start..])) {
        start += length;
        bounds.push(length);
    }
    if start > 0 {
        let mut front = words.drain(..start);
        taken.extend(bounds.into_iter().map(|length| front.by_ref().take(length).collect::<Vec<_>>()));
    }
    taken
}

fn wrapper(name: &Word) -> Option<&'static Wrapper> {
    if !name.literal {
        return None;
    }
    let base = name.text.rsplit('/').next().unwrap_or_default();
    WRAPPERS.binary_search_by(|wrapper| wrapper.name.cmp(base)).ok().map(|at| &WRAPPERS[at])
}

/// How many words belong to the wrapper; `None` when no command is left behind them.
fn reach(wrapper: &Wrapper, words: &[Word]) -> Option<usize> {
    let mut at = 1;
    while let Some(word) = words.get(at) {
        let text = word.text.as_str();
        if text == "--" {
            at += 1;
            break;
        }
        if !word.is_flag() {
            if text == "-" && wrapper.assignments {
                at += 1;
                continue;
            }
            break;
        }
        let name = text.split_once('=').map_or(text, |(name, _)| name);
        if wrapper.idle.contains(&name) {
            return None;
        }
        at += 1 + usize::from(takes_next(wrapper, text));
    }
    if wrapper.assignments {
        while words.get(at).is_some_and(|word| is_assignment(&word.text)) {
            at += 1;
        }
    }
    at += wrapper.operands;
    (at < words.len()).then_some(at)
}

/// Whether the value of a flag, if it has one, is the next word.
fn takes_next(wrapper: &Wrapper, flag: &str) -> bool {
    if flag.starts_with("--") {
        return wrapper.long.contains(&flag);
    }
    let mut letters = flag.chars().skip(1);
    letters.any(|letter| wrapper.short.contains(letter)) && letters.next().is_none()
}

fn is_assignment(text: &str) -> bool {
    text.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty()
            && !name.starts_with(|first: char| first.is_ascii_digit())
            && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted() {
        assert!(WRAPPERS.is_sorted_by_key(|wrapper| wrapper.name));
    }
}
