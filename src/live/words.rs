//! Engines and containers in words.

use super::snapshot::{Container, Engine, Product};

impl Product {
    /// As it calls itself.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Docker => "Docker",
            Self::Podman => "Podman",
            Self::Unknown => "engine",
        }
    }
}

impl Engine {
    /// The name of its host, or where it was asked.
    pub fn shown_host(&self) -> &str {
        if self.name.is_empty() { &self.endpoint } else { &self.name }
    }

    /// `Docker 28.2.2 on host, unix:///var/run/docker.sock, 11 containers`
    pub fn headline(&self) -> String {
        let mut words = self.product.name().to_owned();
        if !self.version.is_empty() {
            words = format!("{words} {}", self.version);
        }
        if self.rootless {
            words = format!("rootless {words}");
        }
        if !self.name.is_empty() {
            words = format!("{words} on {}", self.name);
        }
        let containers = self.containers.len();
        let plural = if containers == 1 { "" } else { "s" };
        let endpoint = if self.endpoint.is_empty() { String::new() } else { format!(", {}", self.endpoint) };
        format!("{words}{endpoint}, {containers} container{plural}")
    }
}

impl Container {
    /// `container web (identity-service-1)`: the compose service first, for that is what people write.
    pub fn shown_name(&self) -> String {
        match &self.compose {
            Some(compose) if !compose.service.is_empty() => format!("{} ({})", compose.service, self.name),
            _ => self.name.clone(),
        }
    }
}

/// A command in a sentence: its beginning.
pub fn command(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// A number of bytes: `1.2 GB`, in powers of 1000 as `docker images` prints them.
pub fn bytes(bytes: u64) -> String {
    let mut value = bytes as f64;
    for unit in ["B", "kB", "MB", "GB"] {
        if value < 1000.0 {
            return if unit == "B" || value >= 100.0 { format!("{value:.0} {unit}") } else { format!("{value:.1} {unit}") };
        }
        value /= 1000.0;
    }
    format!("{value:.1} TB")
}

/// A time span by its largest unit: `3 d`, `40 min`.
pub fn span(seconds: i64) -> String {
    let seconds = seconds.max(0);
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min", seconds / 60),
        3600..172_800 => format!("{} h", seconds / 3600),
        _ => format!("{} d", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_times_are_short() {
        assert_eq!((bytes(512), bytes(1_500_000), bytes(123_400_000)), ("512 B".into(), "1.5 MB".into(), "123 MB".into()));
        assert_eq!(
            (span(5), span(3000), span(90_000), span(864_000)),
            ("5 s".into(), "50 min".into(), "25 h".into(), "10 d".into())
        );
    }
}
