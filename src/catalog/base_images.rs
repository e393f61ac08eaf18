//! What the most used images bring, when nobody changes it: `rules/catalog/base-images.yaml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::civil::Date;
use serde::Deserialize;

use super::documents;
use super::unread::Unread;

/// The table.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct BaseImages {
    /// The day on which it was last compared with its sources.
    pub as_of: Date,
    pub source: String,
    layers: BTreeMap<String, Layer>,
    #[serde(borrow)]
    images: BTreeMap<&'static str, Unread<'static, Entry>>,
}

/// What images are built on.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Layer {
    system: Option<String>,
    manager: Option<String>,
    libc: Option<String>,
    #[serde(default)]
    present: Vec<String>,
    #[serde(default)]
    absent: Vec<String>,
}

/// An image, or what is different in a variant of it.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Entry {
    /// Of a variant: the start of a word of the tag, or of several words.
    tag: Option<String>,
    on: Option<String>,
    system: Option<String>,
    manager: Option<String>,
    libc: Option<String>,
    user: Option<String>,
    steps_down_to: Option<String>,
    stays_root: Option<bool>,
    account: Option<Account>,
    variables: Option<Vec<String>>,
    ports: Option<Vec<u16>>,
    data: Option<Vec<String>>,
    probe: Option<String>,
    #[serde(default)]
    tools: Tools,
    /// Of a variant: nothing of the image is known to hold for it.
    #[serde(default)]
    unknown: bool,
    #[serde(default)]
    variants: Vec<Self>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Tools {
    #[serde(default)]
    present: Vec<String>,
    #[serde(default)]
    absent: Vec<String>,
    /// Whatever the image or its layer says.
    #[serde(default)]
    unknown: Vec<String>,
}

/// An account of an image that an application can run as.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    pub name: String,
    pub uid: u32,
    pub group: String,
    pub gid: u32,
}

/// What is known of one image with one tag.
#[derive(Debug, Clone, Copy)]
pub struct BaseImage<'a> {
    image: &'a Entry,
    variant: Option<&'a Entry>,
    layer: Option<&'a Layer>,
}

static TABLE: LazyLock<BaseImages> =
    LazyLock::new(|| serde_json::from_str(documents::BASE_IMAGES).expect("the tests read this table"));

impl BaseImages {
    /// The table, read when it is first asked for.
    pub fn table() -> &'static Self {
        &TABLE
    }

    /// An image by the name that people write (`python`, `grafana/grafana`, `gcr.io/distroless/static-debian12`) and its tag, which
    /// may be empty; `None` when nothing is known of it.
    pub fn image(&self, name: &str, tag: &str) -> Option<BaseImage<'_>> {
        let image = self.images.get(name).or_else(|| self.images.get(distroless(name)?))?.get();
        let variant = image.variants.iter().find(|variant| variant.tag.as_deref().is_some_and(|words| has_words(tag, words)));
        if variant.is_some_and(|variant| variant.unknown) {
            return None;
        }
        let layer = variant.and_then(|variant| variant.on.as_deref()).or(image.on.as_deref());
        Some(BaseImage { image, variant, layer: layer.and_then(|name| self.layers.get(name)) })
    }

    /// Whether a container of this official image runs as root and stays it, unless somebody says otherwise.
    pub fn runs_as_root(&self, official: &str) -> bool {
        self.image(official, "").is_some_and(|image| image.stays_root())
    }

    /// Whether an image is known not to have a program; `false` says nothing.
    pub fn lacks(&self, name: &str, tag: &str, tool: &str) -> bool {
        self.image(name, tag).and_then(|image| image.has(tool)) == Some(false)
    }
}

impl<'a> BaseImage<'a> {
    /// Whether it has a program; `None` when that is not known.
    pub fn has(&self, tool: &str) -> Option<bool> {
        let is_in = |list: &[String]| list.iter().any(|name| name == tool);
        let own = |entry: &Entry| {
            let tools = &entry.tools;
            match () {
                () if is_in(&tools.unknown) => Some(None),
                () if is_in(&tools.present) => Some(Some(true)),
                () if is_in(&tools.absent) => Some(Some(false)),
                () => None,
            }
        };
        let of_layer = || match self.layer {
            Some(layer) if is_in(&layer.present) => Some(true),
            Some(layer) if is_in(&layer.absent) => Some(false),
            _ => None,
        };
        self.variant.and_then(own).or_else(|| own(self.image)).unwrap_or_else(of_layer)
    }

    /// The account that the image sets; root when it says nothing.
    pub fn user(&self) -> &'a str {
        self.first(|entry| entry.user.as_deref()).unwrap_or("root")
    }

    /// The account that its entrypoint or its server changes to by itself.
    pub fn steps_down_to(&self) -> Option<&'a str> {
        self.first(|entry| entry.steps_down_to.as_deref())
    }

    /// Whether a container runs as root and stays it.
    pub fn stays_root(&self) -> bool {
        self.first(|entry| entry.stays_root).unwrap_or(false)
    }

    /// An ordinary account that is there for an application.
    pub fn account(&self) -> Option<&'a Account> {
        self.first(|entry| entry.account.as_ref())
    }

    /// The ports that it listens on.
    pub fn ports(&self) -> &'a [u16] {
        self.first(|entry| entry.ports.as_deref()).unwrap_or_default()
    }

    /// Where it keeps data.
    pub fn data(&self) -> &'a [String] {
        self.first(|entry| entry.data.as_deref()).unwrap_or_default()
    }

    /// A command that asks its server whether it works, in the words of a shell.
    pub fn probe(&self) -> Option<&'a str> {
        self.first(|entry| entry.probe.as_deref())
    }

    /// Variables by which a running container of it can be told.
    pub fn variables(&self) -> &'a [String] {
        self.first(|entry| entry.variables.as_deref()).unwrap_or_default()
    }

    /// `debian`, `alpine`, `red-hat` or `busybox`.
    pub fn system(&self) -> Option<&'a str> {
        self.first(|entry| entry.system.as_deref()).or_else(|| self.layer?.system.as_deref())
    }

    /// The package manager, or `none`.
    pub fn manager(&self) -> Option<&'a str> {
        self.first(|entry| entry.manager.as_deref()).or_else(|| self.layer?.manager.as_deref())
    }

    /// `glibc` or `musl`.
    pub fn libc(&self) -> Option<&'a str> {
        self.first(|entry| entry.libc.as_deref()).or_else(|| self.layer?.libc.as_deref())
    }

    fn first<T: 'a>(&self, field: impl Fn(&'a Entry) -> Option<T>) -> Option<T> {
        self.variant.and_then(&field).or_else(|| field(self.image))
    }
}

/// Whether each of the words (`fpm-alpine`) begins a word of the tag.
fn has_words(tag: &str, words: &str) -> bool {
    words.split('-').all(|word| tag.split('-').any(|part| part.starts_with(word)))
}

/// `gcr.io/distroless/java` of `gcr.io/distroless/java21-debian12`.
fn distroless(name: &str) -> Option<&str> {
    name.strip_prefix("gcr.io/distroless/")?;
    let end = name.rfind("-debian").unwrap_or(name.len());
    let without_version = name[..end].trim_end_matches(|char: char| char.is_ascii_digit());
    Some(if without_version.ends_with("/python") { &name[..end] } else { without_version })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(name: &str, tag: &str, tool: &str) -> Option<bool> {
        BaseImages::table().image(name, tag).and_then(|image| image.has(tool))
    }

    #[test]
    fn runtimes_stay_root_and_databases_step_down() {
        let table = BaseImages::table();
        assert!(table.runs_as_root("python") && table.runs_as_root("node"));
        assert!(!table.runs_as_root("postgres") && !table.runs_as_root("nginx"));
        let image = |name, tag| table.image(name, tag).unwrap();
        assert_eq!(image("postgres", "17").steps_down_to(), Some("postgres"));
        assert_eq!(image("grafana/grafana", "12").user(), "472");
        assert_eq!(image("gcr.io/distroless/static-debian12", "nonroot").user(), "65532");
        assert_eq!(image("node", "24-alpine").account().map(|account| account.uid), Some(1000));
        assert_eq!(image("php", "8.4-fpm-alpine").account().map(|account| account.uid), Some(82));
        assert_eq!(image("php", "8.4-fpm").account().map(|account| account.uid), Some(33));
    }

    #[test]
    fn only_a_definite_no_counts() {
        let table = BaseImages::table();
        assert!(table.lacks("python", "3.13-slim-bookworm", "curl"));
        assert!(table.lacks("node", "24-alpine3.22", "curl"));
        assert!(!table.lacks("node", "24-alpine", "wget"), "BusyBox has it");
        assert!(!table.lacks("python", "3.13", "curl"));
        assert!(!table.lacks("nginx", "1.28-alpine", "curl"), "it depends on the version");
        assert_eq!(has("nginx", "1.28", "curl"), Some(true));
        assert_eq!(has("nginx", "1.28-alpine", "curl"), None);
        assert_eq!(has("nginx", "1.28-alpine-slim", "curl"), Some(false));
        assert_eq!(has("node", "24-slim", "npm"), Some(true));
        assert_eq!(has("ruby", "3.4-slim", "ps"), Some(true));
        assert_eq!(has("gcr.io/distroless/nodejs22-debian12", "", "sh"), Some(false));
        assert_eq!(has("gcr.io/distroless/python3-debian12", "", "python3"), Some(true));
        assert_eq!(has("gcr.io/distroless/static-debian12", "debug", "sh"), None);
        assert_eq!(has("example/own", "1", "curl"), None);
    }

    #[test]
    fn the_table_holds_together() {
        let table = BaseImages::table();
        assert!(table.images.len() > 60, "{}", table.images.len());
        for (name, entry) in &table.images {
            let entry = entry.get();
            for entry in entry.variants.iter().chain([entry]) {
                let known = |layer: &String| table.layers.contains_key(layer);
                assert!(entry.on.as_ref().is_none_or(known), "{name} is on a layer that is not there");
                let both = entry.tools.present.iter().find(|tool| entry.tools.absent.contains(tool));
                assert_eq!(both, None, "{name} has it and has it not");
            }
        }
    }

    #[test]
    fn the_system_of_a_variant_is_that_of_its_layer() {
        let image = BaseImages::table().image("python", "3.13-alpine").unwrap();
        assert_eq!((image.system(), image.manager(), image.libc()), (Some("alpine"), Some("apk"), Some("musl")));
        assert_eq!(image.variables().first().map(String::as_str), Some("PYTHON_VERSION"));
        let server = BaseImages::table().image("redis", "8").unwrap();
        assert_eq!((server.ports(), server.data()), (&[6379][..], &["/data".to_owned()][..]));
    }
}
