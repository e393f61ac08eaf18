//! Snapshots from files: what `audit --save` wrote, on this machine or another.

use std::fs;
use std::io::Read;
use std::path::Path;

use jiff::Timestamp;
use serde_json::Value;

use super::{Engine, Snapshot, SnapshotDocument, SnapshotError, convert};

/// Larger files are refused unread: a snapshot of a thousand containers has a tenth of it.
pub const MAX_BYTES: u64 = 100 << 20;

/// Why a file could not be used.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    #[error("cannot be read: {0}")]
    Read(#[from] std::io::Error),
    #[error("is larger than 100 MB")]
    TooLarge,
    #[error("is not UTF-8")]
    Encoding,
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
}

/// What `docker inspect` printed of containers and images, as far as that goes: it knows neither processes nor the engine. `None` for
/// anything else.
fn inspected(text: &str) -> Option<Snapshot> {
    let items: Vec<Value> = text.trim_start().starts_with('[').then(|| serde_json::from_str(text).ok()).flatten()?;
    let is_container = |item: &&Value| item.get("HostConfig").is_some() && item.get("State").is_some();
    let is_image = |item: &&Value| item.get("RootFS").is_some() && item.get("HostConfig").is_none();
    if items.is_empty() || !items.iter().all(|item| is_container(&item) || is_image(&item)) {
        return None;
    }
    let now = Timestamp::now();
    let images: Vec<&Value> = items.iter().filter(is_image).collect();
    let image_of = |container: &Value| images.iter().find(|image| image.get("Id") == container.get("Image")).copied();
    let containers = items.iter().filter(is_container).map(|item| {
        let mut container = convert::container(item, image_of(item), now);
        // When it was asked is not known, and so not for how long it has been running.
        container.state.running_seconds = None;
        container
    });
    let mut engine = Engine { containers: containers.collect(), ..Engine::default() };
    engine.images = images.iter().map(|image| convert::image(image, &Value::Null, now)).collect();
    engine.redact();
    Some(Snapshot { engines: vec![engine], ..Snapshot::default() })
}

/// The snapshot in a file, and the text that findings show: that of the file where nothing in it had to be left out.
pub fn read(path: &Path) -> Result<(Snapshot, String), InputError> {
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(InputError::TooLarge);
    }
    let text = String::from_utf8(bytes).map_err(|_| InputError::Encoding)?;
    if let Some(snapshot) = inspected(&text) {
        let text = snapshot.text();
        return Ok((snapshot, text));
    }
    let read = SnapshotDocument::read(&text)?.snapshot;
    let mut snapshot = read.clone();
    snapshot.redact();
    let text = if snapshot == read { text } else { snapshot.text() };
    Ok((snapshot, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_output_of_docker_inspect_is_a_snapshot() {
        let text = r#"[{"Id":"aa","Name":"/web","State":{"Status":"running"},"HostConfig":{"Privileged":true},"Config":{"Env":["A_PASSWORD=zq8Lw0PvXk41"]}}]"#;
        let snapshot = inspected(text).unwrap();
        let web = &snapshot.engines[0].containers[0];
        assert!(web.privileged && web.environment[0].secret && web.environment[0].value.is_none());
        assert!(inspected("[]").is_none() && inspected("[{\"a\": 1}]").is_none() && inspected("{\"engines\": []}").is_none());
    }
}
