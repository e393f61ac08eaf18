//! Durations and sizes as compose reads them.

use crate::duration;

/// Nanoseconds of a duration; `None` for what compose refuses.
pub fn duration_of(text: &str) -> Option<i64> {
    duration::parse_with_days(text)
}

/// A duration as Go prints it: `1m30s`, `1.5s`, `300ms`, `0s`.
pub(super) fn go_duration(nanoseconds: i64) -> String {
    let sign = if nanoseconds < 0 { "-" } else { "" };
    let total = nanoseconds.unsigned_abs();
    if total == 0 {
        return "0s".to_owned();
    }
    let fraction = |value: u64, unit: u64, name: &str| {
        let digits = format!("{:0width$}", value % unit, width = unit.ilog10() as usize);
        let digits = digits.trim_end_matches('0');
        let whole = value / unit;
        if digits.is_empty() { format!("{whole}{name}") } else { format!("{whole}.{digits}{name}") }
    };
    if total < 1_000_000_000 {
        let small = match total {
            0..=999 => format!("{total}ns"),
            1_000..=999_999 => fraction(total, 1_000, "µs"),
            _ => fraction(total, 1_000_000, "ms"),
        };
        return format!("{sign}{small}");
    }
    let minutes = total / 60_000_000_000;
    let seconds = fraction(total % 60_000_000_000, 1_000_000_000, "s");
    match (minutes / 60, minutes % 60) {
        (0, 0) => format!("{sign}{seconds}"),
        (0, minutes) => format!("{sign}{minutes}m{seconds}"),
        (hours, minutes) => format!("{sign}{hours}h{minutes}m{seconds}"),
    }
}

/// Bytes of a size (go-units, `RAMInBytes`): `512m`, `1.5 GiB`, `1024`. `None` for what compose refuses.
pub fn bytes_of(text: &str) -> Option<i64> {
    if text == "-1" {
        return Some(-1);
    }
    let number = text.rfind(|next: char| next.is_ascii_digit() || next == '.' || next == ' ')? + 1;
    let (number, unit) = text.split_at(number);
    let number = number.strip_suffix(' ').unwrap_or(number);
    if !number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return None;
    }
    let value: f64 = number.parse().ok()?;
    let unit = unit.to_ascii_lowercase();
    let power = match unit.as_bytes() {
        [] | [b'b'] => 0,
        [first] | [first, b'b'] | [first, b'i', b'b'] => 1 + b"kmgtp".iter().position(|unit| unit == first)?,
        _ => return None,
    };
    let bytes = value * 1024f64.powi(power as i32);
    (bytes < i64::MAX as f64).then_some(bytes as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_as_go_reads_and_prints_them() {
        for (text, printed) in [
            ("30s", Some("30s")),
            ("1m30s", Some("1m30s")),
            ("90s", Some("1m30s")),
            ("1h", Some("1h0m0s")),
            ("1d", Some("24h0m0s")),
            ("1w", Some("168h0m0s")),
            ("1.5s", Some("1.5s")),
            ("500ms", Some("500ms")),
            ("0", Some("0s")),
            ("0s", Some("0s")),
            ("10us", Some("10µs")),
            ("1500us", Some("1.5ms")),
            ("7ns", Some("7ns")),
            (".5s", Some("500ms")),
            ("-1s", Some("-1s")),
            ("120s", Some("2m0s")),
            ("30", None),
            ("", None),
            ("30 seconds", None),
            ("1 m", None),
            ("s", None),
            ("1m30", None),
            ("10S", None),
        ] {
            assert_eq!(duration_of(text).map(go_duration).as_deref(), printed, "{text}");
        }
    }

    #[test]
    fn sizes_in_powers_of_1024() {
        for (text, bytes) in [
            ("1024", Some(1024)),
            ("1k", Some(1024)),
            ("1K", Some(1024)),
            ("1kb", Some(1024)),
            ("1KiB", Some(1024)),
            ("1.5G", Some(1_610_612_736)),
            ("256 m", Some(268_435_456)),
            ("2gb", Some(2_147_483_648)),
            ("10b", Some(10)),
            ("0", Some(0)),
            ("-1", Some(-1)),
            ("1 gigabyte", None),
            ("m", None),
            ("", None),
            ("1kk", None),
            ("-5m", None),
            ("1x", None),
        ] {
            assert_eq!(bytes_of(text), bytes, "{text}");
        }
    }
}
