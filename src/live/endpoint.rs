//! Where engines are: what the command line, the environment and the contexts of Docker say, and the sockets that engines
//! put where everybody looks.
//!
//! Whatever is named is asked, and nothing else: an audit of another engine than the one that was meant would be worse than none.

use std::env;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// How an engine is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    Socket(PathBuf),
    /// Without encryption.
    Tcp {
        host: String,
        port: u16,
    },
    /// A program whose standard input and output are the connection: `docker system dial-stdio`, which knows TLS, or `ssh`.
    Program(Vec<String>),
}

/// An engine to ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    pub address: Address,
    /// As it is shown: `unix:///var/run/docker.sock`, `ssh://host`.
    pub shown: String,
    /// What named it: `DOCKER_HOST`, `context prod`, `--host`.
    pub named_by: String,
}

/// What the process knows of its surroundings; a type of its own, so that tests have none.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    pub variables: Vec<(String, String)>,
}

/// Contexts beyond this number are not looked through.
const MOST_CONTEXTS: usize = 1000;

/// A longer description of a context is not one.
const MOST_BYTES: u64 = 1 << 20;

impl Surroundings {
    /// Those of this process.
    pub fn of_process() -> Self {
        let names = [
            "DOCKER_HOST",
            "DOCKER_CONTEXT",
            "DOCKER_CONFIG",
            "DOCKER_TLS_VERIFY",
            "DOCKER_CERT_PATH",
            "CONTAINER_HOST",
            "XDG_RUNTIME_DIR",
            "HOME",
            "USERPROFILE",
        ];
        let set = |name: &str| env::var(name).ok().map(|value| (name.to_owned(), value));
        Self { variables: names.into_iter().filter_map(set).collect() }
    }

    /// A variable that is set to something.
    fn variable(&self, name: &str) -> Option<&str> {
        let (_, value) = self.variables.iter().find(|(known, _)| known == name)?;
        Some(value.trim()).filter(|value| !value.is_empty())
    }

    fn home(&self) -> Option<PathBuf> {
        self.variable("HOME").or(self.variable("USERPROFILE")).map(PathBuf::from)
    }

    fn docker_folder(&self) -> Option<PathBuf> {
        self.variable("DOCKER_CONFIG").map(PathBuf::from).or_else(|| Some(self.home()?.join(".docker")))
    }

    /// The sockets that engines listen on by themselves, in the order in which they are tried.
    fn usual_sockets(&self) -> Vec<PathBuf> {
        let mut sockets = vec![PathBuf::from("/var/run/docker.sock")];
        let runtime = self.variable("XDG_RUNTIME_DIR").map(PathBuf::from);
        let below = |folder: &Option<PathBuf>, path: &str| folder.as_ref().map(|folder| folder.join(path));
        let home = self.home();
        sockets.extend(below(&runtime, "docker.sock"));
        for path in [
            ".docker/run/docker.sock",
            ".docker/desktop/docker.sock",
            ".colima/default/docker.sock",
            ".orbstack/run/docker.sock",
            ".rd/docker.sock",
        ] {
            sockets.extend(below(&home, path));
        }
        sockets.extend(below(&runtime, "podman/podman.sock"));
        sockets.push(PathBuf::from("/run/podman/podman.sock"));
        sockets
    }
}

/// The engines to ask: those of `hosts` and `contexts`; where none is named that of the environment, else that of the current
/// context. `Ok` with an empty list where nobody says anything: then the usual sockets are to be tried.
///
/// # Errors
/// A name that cannot be understood, or a context that does not exist.
pub fn named(hosts: &[String], contexts: &[String], around: &Surroundings) -> Result<Vec<Endpoint>, String> {
    let mut endpoints = Vec::new();
    for host in hosts {
        endpoints.push(of_host(host, "--host", around)?);
    }
    for context in contexts {
        endpoints.extend(of_context(context, &format!("context {context}"), around)?);
    }
    if !endpoints.is_empty() {
        return Ok(endpoints);
    }
    if let Some(host) = around.variable("DOCKER_HOST") {
        return Ok(vec![of_host(host, "DOCKER_HOST", around)?]);
    }
    if let Some(context) = around.variable("DOCKER_CONTEXT") {
        return Ok(of_context(context, &format!("DOCKER_CONTEXT={context}"), around)?.into_iter().collect());
    }
    if let Some(context) = current_context(around) {
        return Ok(of_context(&context, &format!("current context {context}"), around)?.into_iter().collect());
    }
    match around.variable("CONTAINER_HOST") {
        Some(host) => Ok(vec![of_host(host, "CONTAINER_HOST", around)?]),
        None => Ok(Vec::new()),
    }
}

/// The sockets that engines put where everybody looks, to be tried one after the other.
pub fn usual(around: &Surroundings) -> Vec<Endpoint> {
    let endpoint = |path: PathBuf| Endpoint {
        shown: format!("unix://{}", path.display()),
        address: Address::Socket(path),
        named_by: "where engines listen by themselves".to_owned(),
    };
    around.usual_sockets().into_iter().map(endpoint).collect()
}

/// Reads `unix:///path`, a path, `tcp://host:port`, `http://host:port`, `ssh://host`.
fn of_host(host: &str, named_by: &str, around: &Surroundings) -> Result<Endpoint, String> {
    let host = host.trim();
    let wrong = |why: &str| Err(format!("{named_by} {host}: {why}"));
    let endpoint = |address, shown: String| Ok(Endpoint { address, shown, named_by: named_by.to_owned() });
    if host.starts_with('/') {
        return endpoint(Address::Socket(PathBuf::from(host)), format!("unix://{host}"));
    }
    let Some((scheme, rest)) = host.split_once("://") else {
        return wrong("is no address of an engine: write unix:///path, tcp://host:port or ssh://host");
    };
    let shown = without_password(host);
    match scheme {
        "unix" if rest.starts_with('/') => endpoint(Address::Socket(PathBuf::from(rest)), shown),
        "unix" => wrong("takes an absolute path: unix:///path"),
        // The docker command reads DOCKER_TLS_VERIFY and DOCKER_CERT_PATH as we found them.
        "tcp" if around.variable("DOCKER_TLS_VERIFY").is_some() => endpoint(Address::Program(dial(&["--host", host])), shown),
        "tcp" | "http" => match host_and_port(rest) {
            Some((host, port)) => endpoint(Address::Tcp { host, port }, shown),
            None => wrong("takes a host and a port: tcp://host:2375"),
        },
        "https" => wrong("takes TLS, which the docker command does for us: use a context, or tcp:// with DOCKER_TLS_VERIFY"),
        "ssh" => match ssh(rest) {
            Some(words) => endpoint(Address::Program(words), shown),
            None => wrong("is no address that ssh takes: write ssh://user@host:port"),
        },
        "npipe" => wrong("named pipes are not supported: run this in WSL, or let the engine listen on tcp://127.0.0.1:2375"),
        _ => wrong("is of a kind that is not supported: one of unix, tcp, ssh"),
    }
}

/// `ssh`, which runs on the other side what `docker` runs there for its own `ssh://`. It asks no questions, for nobody is there to answer.
fn ssh(rest: &str) -> Option<Vec<String>> {
    let (authority, path) = rest.split_once('/').map_or((rest, ""), |(authority, path)| (authority, path));
    let (user, place) = authority.rsplit_once('@').map_or((None, authority), |(user, place)| (Some(user), place));
    let (host, port) = match place.rsplit_once(':') {
        Some((host, port)) if !host.ends_with(':') => (host, Some(port.parse::<u16>().ok()?.to_string())),
        _ => (place, None),
    };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    // What stands here reaches a shell on the other side, and must not be a flag on this one.
    let is_plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:%/+".contains(&byte));
    if host.is_empty()
        || host.starts_with('-')
        || !is_plain(host)
        || !is_plain(path)
        || user.is_some_and(|user| user.contains(':'))
    {
        return None;
    }
    let mut words: Vec<String> = ["ssh", "-T", "-o", "BatchMode=yes", "-o", "ConnectTimeout=10"].map(str::to_owned).to_vec();
    words.extend(user.into_iter().flat_map(|user| ["-l".to_owned(), user.to_owned()]));
    words.extend(port.into_iter().flat_map(|port| ["-p".to_owned(), port]));
    words.extend(["--".to_owned(), host.to_owned(), "docker".to_owned()]);
    if !path.is_empty() {
        words.extend(["--host".to_owned(), format!("unix:///{path}")]);
    }
    words.extend(["system".to_owned(), "dial-stdio".to_owned()]);
    Some(words)
}

/// The command that connects its standard input and output to an engine.
fn dial(options: &[&str]) -> Vec<String> {
    let words = ["docker"].iter().chain(options).chain(&["system", "dial-stdio"]);
    words.map(|word| (*word).to_owned()).collect()
}

fn host_and_port(rest: &str) -> Option<(String, u16)> {
    let (host, port) = rest.trim_end_matches('/').rsplit_once(':')?;
    let host = host.trim_start_matches('[').trim_end_matches(']');
    (!host.is_empty()).then_some(())?;
    Some((host.to_owned(), port.parse().ok()?))
}

fn without_password(host: &str) -> String {
    match host.split_once("://").and_then(|(scheme, rest)| Some((scheme, rest.split_once('@')?))) {
        Some((scheme, (user, rest))) => format!("{scheme}://{}@{rest}", user.split(':').next().unwrap_or_default()),
        None => host.to_owned(),
    }
}

/// The context that `docker context use` chose; `default` stands for none.
fn current_context(around: &Surroundings) -> Option<String> {
    let config = json(&around.docker_folder()?.join("config.json"))?;
    let name = config.get("currentContext")?.as_str()?;
    (!name.is_empty() && name != "default").then(|| name.to_owned())
}

/// What a context says. `default` is what the environment says, or the usual sockets.
fn of_context(name: &str, named_by: &str, around: &Surroundings) -> Result<Option<Endpoint>, String> {
    if name == "default" {
        return Ok(match around.variable("DOCKER_HOST") {
            Some(host) => Some(of_host(host, "DOCKER_HOST", around)?),
            None => Some(Endpoint {
                address: Address::Socket("/var/run/docker.sock".into()),
                shown: "unix:///var/run/docker.sock".to_owned(),
                named_by: named_by.to_owned(),
            }),
        });
    }
    let missing = || format!("{named_by}: there is no such context in {}", shown(around.docker_folder().as_deref()));
    let folder = around.docker_folder().ok_or_else(missing)?.join("contexts/meta");
    let entries = fs::read_dir(&folder).map_err(|_| missing())?;
    for entry in entries.flatten().take(MOST_CONTEXTS) {
        let Some(meta) = json(&entry.path().join("meta.json")) else { continue };
        if meta.get("Name").and_then(Value::as_str) != Some(name) {
            continue;
        }
        let host = meta.pointer("/Endpoints/docker/Host").and_then(Value::as_str).unwrap_or_default();
        // The folder of a context is the hash of its name, and its keys lie in one of the same name.
        let keys = folder.with_file_name("tls").join(entry.file_name());
        if host.starts_with("tcp://") && keys.join("docker").is_dir() || host.starts_with("https://") {
            let address = Address::Program(dial(&["--context", name]));
            return Ok(Some(Endpoint { address, shown: host.to_owned(), named_by: named_by.to_owned() }));
        }
        return of_host(host, named_by, around).map(Some);
    }
    Err(missing())
}

fn shown(folder: Option<&Path>) -> String {
    folder.map_or("any folder: neither DOCKER_CONFIG nor HOME is set".to_owned(), |folder| folder.display().to_string())
}

fn json(path: &Path) -> Option<Value> {
    let mut text = String::new();
    fs::File::open(path).ok()?.take(MOST_BYTES).read_to_string(&mut text).ok()?;
    serde_json::from_str(&text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn around(variables: &[(&str, &str)]) -> Surroundings {
        Surroundings { variables: variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect() }
    }

    fn host(text: &str) -> Result<Address, String> {
        of_host(text, "--host", &Surroundings::default()).map(|endpoint| endpoint.address)
    }

    #[test]
    fn hosts_are_read_as_docker_does_or_refused() {
        assert_eq!(host("unix:///run/x.sock"), Ok(Address::Socket("/run/x.sock".into())));
        assert_eq!(host("/run/x.sock"), Ok(Address::Socket("/run/x.sock".into())));
        assert_eq!(host("tcp://10.0.0.1:2375"), Ok(Address::Tcp { host: "10.0.0.1".into(), port: 2375 }));
        assert_eq!(host("tcp://[::1]:2375/"), Ok(Address::Tcp { host: "::1".into(), port: 2375 }));
        let program = |words: &str| Ok(Address::Program(words.split(' ').map(str::to_owned).collect()));
        let ssh = |words: &str| program(&format!("ssh -T -o BatchMode=yes -o ConnectTimeout=10 {words} system dial-stdio"));
        assert_eq!(host("ssh://host"), ssh("-- host docker"));
        assert_eq!(host("ssh://me@host:2222"), ssh("-l me -p 2222 -- host docker"));
        assert_eq!(host("ssh://me@[::1]:22"), ssh("-l me -p 22 -- ::1 docker"));
        assert_eq!(host("ssh://host/run/user/1/docker.sock"), ssh("-- host docker --host unix:///run/user/1/docker.sock"));
        for wrong in
            ["ssh://-oProxyCommand=x", "ssh://host/a;b", "ssh://ho$(st)", "ssh://", "ssh://host:many", "ssh://me:pw@host"]
        {
            assert!(host(wrong).is_err(), "{wrong}");
        }
        for wrong in ["127.0.0.1:2375", "fd://", "unix://x", "tcp://host", "npipe:////./pipe/x", "https://host:1"] {
            assert!(host(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_environment_decides_and_an_empty_variable_says_nothing() {
        let named =
            |around: &Surroundings| named(&[], &[], around).map(|list| list.into_iter().map(|one| one.shown).collect::<Vec<_>>());
        assert_eq!(named(&around(&[("DOCKER_HOST", "")])), Ok(vec![]));
        assert_eq!(named(&around(&[("DOCKER_HOST", "tcp://h:1"), ("DOCKER_CONTEXT", "x")])), Ok(vec!["tcp://h:1".to_owned()]));
        assert!(named(&around(&[("DOCKER_CONTEXT", "x"), ("HOME", "/nowhere")])).is_err());
        let tls = around(&[("DOCKER_HOST", "tcp://h:1"), ("DOCKER_TLS_VERIFY", "1")]);
        for named_by in ["DOCKER_HOST", "--host"] {
            let endpoint = of_host("tcp://h:1", named_by, &tls).unwrap();
            let Address::Program(words) = endpoint.address else { panic!("TLS is left out for {named_by}") };
            assert_eq!(words.join(" "), "docker --host tcp://h:1 system dial-stdio");
        }
    }

    #[test]
    fn contexts_are_read_from_their_folders() {
        let folder = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("contexts/meta/aa/meta.json", r#"{"Name":"prod","Endpoints":{"docker":{"Host":"tcp://prod:2376"}}}"#);
        write("contexts/tls/aa/docker/ca.pem", "");
        write("contexts/meta/bb/meta.json", r#"{"Name":"lab","Endpoints":{"docker":{"Host":"unix:///run/lab.sock"}}}"#);
        write("config.json", r#"{"currentContext":"lab"}"#);
        let around = around(&[("DOCKER_CONFIG", folder.path().to_str().unwrap())]);
        let current = named(&[], &[], &around).unwrap();
        assert_eq!((current.len(), &current[0].address), (1, &Address::Socket("/run/lab.sock".into())));
        assert_eq!(current[0].named_by, "current context lab");
        let prod = named(&[], &["prod".into()], &around).unwrap();
        assert_eq!(prod[0].shown, "tcp://prod:2376");
        assert!(
            matches!(&prod[0].address, Address::Program(words) if words.join(" ") == "docker --context prod system dial-stdio")
        );
        assert!(named(&[], &["none".into()], &around).unwrap_err().contains("no such context"));
    }
}
