use crate::live::{Container, Engine};
use crate::rules::check::Reporter;

/// Capabilities that Docker does not give, and what they let a program do.
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

pub fn check(_: &Engine, container: &Container, out: &mut Reporter<'_>) {
    // A privileged container has them all, and another rule says so.
    if container.privileged {
        return;
    }
    for (index, added) in container.capabilities_added.iter().enumerate() {
        let bare = added.strip_prefix("CAP_").unwrap_or(added);
        if let Some((capability, power)) = DANGEROUS.iter().find(|(name, _)| bare.eq_ignore_ascii_case(name)) {
            let capability = if *capability == "ALL" { "all capabilities" } else { capability };
            out.report_fact(&container.pointer, &format!("/capabilities_added/{index}"))
                .value("name", container.shown_name())
                .value("capability", capability)
                .value("power", *power)
                .emit();
        }
    }
}
