//! Durations as the engines read them: Docker with Go's `time.ParseDuration`, compose with go-str2duration, which knows days too.

/// Nanoseconds; `None` for what Go refuses.
pub fn parse(text: &str) -> Option<i64> {
    parse_units(text, nanoseconds)
}

/// Nanoseconds, with `d` and `w` as well.
pub fn parse_with_days(text: &str) -> Option<i64> {
    parse_units(text, |unit| match unit {
        "d" => nanoseconds("h").map(|hour| 24 * hour),
        "w" => nanoseconds("h").map(|hour| 7 * 24 * hour),
        unit => nanoseconds(unit),
    })
}

fn parse_units(text: &str, nanoseconds: impl Fn(&str) -> Option<i128>) -> Option<i64> {
    let (negative, mut rest) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    if rest == "0" {
        return Some(0);
    }
    if rest.is_empty() {
        return None;
    }
    let mut total: i128 = 0;
    while !rest.is_empty() {
        let whole_length = digits(rest);
        let (whole, behind) = rest.split_at(whole_length);
        let (fraction, behind) = match behind.strip_prefix('.') {
            Some(behind) => behind.split_at(digits(behind)),
            None => ("", behind),
        };
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let unit_length = behind.bytes().position(|byte| byte == b'.' || byte.is_ascii_digit()).unwrap_or(behind.len());
        let (unit, behind) = behind.split_at(unit_length);
        let unit = nanoseconds(unit)?;
        let whole: i128 = if whole.is_empty() { 0 } else { whole.parse::<i64>().ok()?.into() };
        total += whole * unit;
        // More digits than these are less than a nanosecond of any unit.
        let fraction = &fraction[..fraction.len().min(18)];
        if !fraction.is_empty() {
            total += fraction.parse::<i128>().ok()? * unit / 10_i128.pow(fraction.len() as u32);
        }
        if total > i64::MAX.into() {
            return None;
        }
        rest = behind;
    }
    i64::try_from(if negative { -total } else { total }).ok()
}

fn digits(text: &str) -> usize {
    text.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len())
}

fn nanoseconds(unit: &str) -> Option<i128> {
    Some(match unit {
        "ns" => 1,
        "us" | "µs" | "μs" => 1_000,
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        "m" => 60 * 1_000_000_000,
        "h" => 3_600 * 1_000_000_000,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn durations_of_go() {
        assert_eq!(parse("1m30s"), Some(90_000_000_000));
        assert_eq!(parse("0.5s"), Some(500_000_000));
        assert_eq!(parse(".5s"), Some(500_000_000));
        assert_eq!(parse("1.s"), Some(1_000_000_000));
        assert_eq!(parse("0"), Some(0));
        assert_eq!(parse("-1s"), Some(-1_000_000_000));
        assert_eq!(parse("+3us"), Some(3_000));
        assert_eq!(parse("1h1µs"), Some(3_600_000_001_000));
        for wrong in ["", "-", "5", "s", ".s", "1x", "1 s", "${I}", "9999999999h", "1d", "30S", "1.2.3s"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
