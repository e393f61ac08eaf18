//! Capabilities of Linux: which a container has anyway, and which lead to its host (capabilities(7); moby, `oci/caps`).

/// What a container has when nobody says anything.
const DEFAULT: &[&str] = &[
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "NET_RAW",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
];

/// Those that Docker does not give, and what they let a program do to the host.
const DANGEROUS: &[(&str, &str)] = &[
    ("ALL", "that is all of root, and the way to the host"),
    ("SYS_ADMIN", "it may mount the file systems of the host"),
    ("SYS_MODULE", "it may load code into the kernel"),
    ("SYS_PTRACE", "it may read and change the memory of other processes"),
    ("SYS_RAWIO", "it may read and write the memory and disks of the host"),
    ("DAC_READ_SEARCH", "it may read every file of the host"),
    ("BPF", "it may run code in the kernel"),
    ("SYS_BOOT", "it may restart the host"),
];

/// The name without `CAP_`, in capitals: engines take either.
pub fn plain(name: &str) -> String {
    let upper = name.trim().to_ascii_uppercase();
    upper.strip_prefix("CAP_").map_or(upper.clone(), str::to_owned)
}

/// What a capability lets a program do to the host, for those that lead there. The name is [`plain`].
pub fn power(name: &str) -> Option<&'static str> {
    DANGEROUS.iter().find(|(known, _)| *known == name).map(|(_, power)| *power)
}

/// Whether a container has it when nobody says anything. The name is [`plain`].
pub fn is_default(name: &str) -> bool {
    DEFAULT.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::{is_default, plain, power};

    #[test]
    fn names_are_read_in_any_spelling() {
        for name in ["SYS_ADMIN", "CAP_SYS_ADMIN", "cap_sys_admin", " sys_admin "] {
            assert!(power(&plain(name)).is_some(), "{name}");
        }
        assert!(is_default(&plain("cap_chown")));
        assert!(power("NET_ADMIN").is_none() && !is_default("NET_ADMIN"));
    }
}
