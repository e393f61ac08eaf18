//! Values of directives as nginx reads them: flags, numbers, times, sizes.

use super::configuration::{Configuration, Directive, Kind};

impl<'c> Directive<'c> {
    /// Whether it is the directive of this name, and no entry of a `map` or of a block that is not known.
    pub fn means(self, name: &str) -> bool {
        self.is(name) && !self.contexts().is_empty()
    }

    /// Whether its text is known: no mark of a template stands in it.
    pub fn is_plain(self) -> bool {
        self.arguments().all(|argument| !argument.is_opaque && !argument.text.contains("${"))
    }

    /// The first argument as a number.
    pub fn number(self) -> Option<u64> {
        self.text(0).parse().ok()
    }

    /// Whether it is a block of `http`, or may be one.
    pub fn is_server(self) -> bool {
        use crate::catalog::nginx_directives::Context;
        self.is("server") && self.is_block() && self.may_be_in(Context::Http)
    }
}

impl Configuration {
    /// Every directive of a name that is no entry of a `map` and the like.
    pub fn all<'c>(&'c self, name: &'c str) -> impl Iterator<Item = Directive<'c>> {
        self.directives().filter(move |directive| directive.means(name))
    }

    /// The `http` block of a main file that is here as a whole: what it and its blocks lack is nowhere.
    pub fn whole_http(&self) -> Option<Directive<'_>> {
        if self.kind != Kind::Main || !self.is_complete() {
            return None;
        }
        self.top().find(|directive| directive.is("http") && directive.is_block())
    }
}

/// Seconds of a time: `60`, `1m`, `1h30m`, `500ms`. `None` for what nginx refuses or reads at run time.
pub fn seconds(text: &str) -> Option<f64> {
    let mut total = 0.0;
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let number: f64 = rest[..digits].parse().ok()?;
        rest = &rest[digits..];
        let unit = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
        let factor = match &rest[..unit] {
            "" | "s" => 1.0,
            "ms" => 0.001,
            "m" => 60.0,
            "h" => 3600.0,
            "d" => 86400.0,
            "w" => 604_800.0,
            "M" => 2_592_000.0,
            "y" => 31_536_000.0,
            _ => return None,
        };
        total += number * factor;
        rest = rest[unit..].trim_start_matches(' ');
    }
    (!text.is_empty()).then_some(total)
}

/// Bytes of a size: `1024`, `8k`, `10m`, `1g`.
pub fn bytes(text: &str) -> Option<u64> {
    let (digits, factor) = match text.as_bytes().last()? {
        b'k' | b'K' => (&text[..text.len() - 1], 1 << 10),
        b'm' | b'M' => (&text[..text.len() - 1], 1 << 20),
        b'g' | b'G' => (&text[..text.len() - 1], 1 << 30),
        _ => (text, 1),
    };
    digits.parse::<u64>().ok()?.checked_mul(factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_sizes_have_units() {
        assert_eq!(
            ["60", "1m", "1h30m", "500ms", "1h 30m", "x", "", "m"].map(seconds),
            [Some(60.0), Some(60.0), Some(5400.0), Some(0.5), Some(5400.0), None, None, None]
        );
        assert_eq!(
            ["0", "8k", "10M", "1g", "x", "é"].map(bytes),
            [Some(0), Some(8192), Some(10 << 20), Some(1 << 30), None, None]
        );
    }
}
