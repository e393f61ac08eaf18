//! What of the host a container sees.

use super::snapshot::Mount;

/// Sockets of engines: who writes to one is root on the host.
const ENGINE_SOCKETS: &[&str] = &[
    "docker.sock",
    "podman.sock",
    "containerd.sock",
    "crio.sock",
    "buildkitd.sock",
    "docker.raw.sock",
    "balena.sock",
    "balena-engine.sock",
];

/// Folders in which those sockets lie.
const SOCKET_FOLDERS: &[&str] = &["/run", "/var/run", "/run/docker", "/run/podman", "/run/containerd"];

/// Paths of the host that hold what runs it; a mount of one, or of something in it, is a mount of the host.
const HOST_FOLDERS: &[&str] =
    &["/boot", "/dev", "/etc", "/lib", "/lib64", "/proc", "/root", "/sbin", "/sys", "/usr", "/var/lib/docker", "/var/log"];

/// Of those, what containers are given as a matter of course.
const HARMLESS: &[&str] = &[
    "/dev/bus/usb",
    "/dev/dri",
    "/dev/fuse",
    "/dev/log",
    "/dev/net/tun",
    "/dev/null",
    "/dev/shm",
    "/dev/snd",
    "/dev/urandom",
    "/etc/ca-certificates",
    "/etc/hostname",
    "/etc/hosts",
    "/etc/letsencrypt",
    "/etc/localtime",
    "/etc/machine-id",
    "/etc/nginx",
    "/etc/pki",
    "/etc/resolv.conf",
    "/etc/ssl",
    "/etc/timezone",
    "/lib/modules",
    "/sys/fs/cgroup",
    "/usr/local",
    "/usr/share",
];

/// Of those, what a look at is enough to take over the host or its accounts.
const SECRET: &[&str] = &["/etc", "/etc/shadow", "/etc/ssh", "/etc/sudoers", "/etc/kubernetes", "/root", "/root/.ssh"];

/// How much of its host a mount hands out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exposure {
    /// It may be looked at.
    Readable,
    /// What is there is secret.
    Secrets,
    /// It may be changed.
    Writable,
}

/// The socket of an engine that a mount brings into a container, or the folder that it lies in.
pub fn is_engine_socket(mount: &Mount) -> bool {
    mount.kind == "bind" && is_engine_socket_path(&mount.source)
}

/// Whether a path of the host is the socket of an engine, or the folder that it lies in.
pub fn is_engine_socket_path(source: &str) -> bool {
    engine_socket(source) || SOCKET_FOLDERS.contains(&path(source))
}

/// Whether a path of the host is the socket of an engine itself.
pub fn engine_socket(source: &str) -> bool {
    let source = path(source);
    // A name without a folder is that of a volume.
    source.rsplit_once('/').is_some_and(|(_, name)| ENGINE_SOCKETS.contains(&name))
}

/// What of the host a mount hands out; `None` for volumes, and for folders of applications.
pub fn exposure(mount: &Mount) -> Option<Exposure> {
    if mount.kind != "bind" { None } else { exposure_of(&mount.source, mount.writable) }
}

/// What a bind mount of a path of the host hands out.
pub fn exposure_of(source: &str, writable: bool) -> Option<Exposure> {
    if is_engine_socket_path(source) {
        return None;
    }
    let source = path(source);
    let below = |folder: &str| source == folder || source.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
    let is_home = source == "/home" || source.ends_with("/.ssh") || source.ends_with("/.aws") || source.ends_with("/.kube");
    if source != "/" && !is_home && !HOST_FOLDERS.iter().any(|folder| below(folder)) {
        return None;
    }
    let harmless = HARMLESS.iter().any(|folder| below(folder)) && source != "/etc";
    match (writable, harmless) {
        (_, true) => None,
        (true, false) => Some(Exposure::Writable),
        (false, false) if source == "/" || is_home || SECRET.contains(&source) => Some(Exposure::Secrets),
        (false, false) => Some(Exposure::Readable),
    }
}

/// A disk, a partition, or the memory of the host.
pub fn is_raw_device(path: &str) -> bool {
    let name = path.strip_prefix("/dev/").unwrap_or(path);
    let disk = ["sd", "hd", "vd", "xvd", "nvme", "mmcblk", "dm-", "md", "loop", "mapper/"]
        .iter()
        .find(|start| name.starts_with(**start));
    matches!(name, "mem" | "kmem" | "port" | "kcore") || disk.is_some_and(|start| name.len() > start.len())
}

/// The path on the host: an automatic mount of Docker Desktop has a folder of its virtual machine before it.
fn path(source: &str) -> &str {
    let source = source.strip_prefix("/host_mnt").filter(|rest| rest.starts_with('/')).unwrap_or(source);
    let trimmed = source.trim_end_matches('/');
    if trimmed.is_empty() && !source.is_empty() { "/" } else { trimmed }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bind(source: &str, writable: bool) -> Mount {
        Mount { kind: "bind".into(), source: source.into(), writable, ..Mount::default() }
    }

    #[test]
    fn sockets_are_seen_by_name_and_by_folder() {
        for source in
            ["/var/run/docker.sock", "/run/user/1000/podman/podman.sock", "/run", "/var/run/", "/run/containerd/containerd.sock"]
        {
            assert!(is_engine_socket(&bind(source, false)), "{source}");
        }
        assert!(!is_engine_socket(&bind("/srv/docker.sock.d", true)) && !is_engine_socket(&bind("/run/app.sock", true)));
    }

    #[test]
    fn folders_below_the_host_count_read_only_too() {
        assert_eq!(exposure(&bind("/etc/shadow", false)), Some(Exposure::Secrets));
        assert_eq!(exposure(&bind("/", true)), Some(Exposure::Writable));
        assert_eq!(exposure(&bind("/root", false)), Some(Exposure::Secrets));
        assert_eq!(exposure(&bind("/proc", false)), Some(Exposure::Readable));
        assert_eq!(exposure(&bind("/home", false)), Some(Exposure::Secrets));
        assert_eq!(exposure(&bind("/usr/lib/systemd", true)), Some(Exposure::Writable));
        for source in ["/srv/app", "/etc/localtime", "/home/me/project", "/etc/letsencrypt/live", "/etcetera"] {
            assert_eq!(exposure(&bind(source, true)), None, "{source}");
        }
        let volume = Mount { kind: "volume".into(), source: "/etc".into(), ..Mount::default() };
        assert_eq!(exposure(&volume), None);
    }
}
