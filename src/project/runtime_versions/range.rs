//! Ranges of releases as manifests write them: those of PEP 440 (`>=3.11,<3.14`) and those of npm and Poetry (`^20 || ~18.1`, `20.x`).

/// Lower end, included; a part that is not written is 0.
type Number = [u64; 3];

/// Alternatives, each a lower end that is included and an upper end that is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Range {
    alternatives: Vec<(Number, Number)>,
}

const LEAST: Number = [0; 3];
const MOST: Number = [u64::MAX; 3];

impl Range {
    /// Reads a range; `None` for what is none, such as `lts/*` or a URL.
    pub fn read(text: &str) -> Option<Self> {
        let mut alternatives = Vec::new();
        for part in text.split("||").take(32) {
            alternatives.push(alternative(part.trim())?);
        }
        Some(Self { alternatives })
    }

    /// Whether some release that a version stands for is in it: `3.11` stands for every `3.11.x`.
    pub fn admits(&self, version: &str) -> bool {
        let Some((parts, written)) = number(version) else { return true };
        let (least, end) = (parts, after(parts, written));
        self.alternatives.iter().any(|(from, to)| *from < end && least < *to)
    }
}

fn alternative(text: &str) -> Option<(Number, Number)> {
    if text.is_empty() || text == "*" || text == "x" {
        return Some((LEAST, MOST));
    }
    if let Some((from, to)) = text.split_once(" - ") {
        let ((from, _), (to, written)) = (number(from.trim())?, number(to.trim())?);
        return Some((from, after(to, written)));
    }
    let mut range = (LEAST, MOST);
    // `>= 3.11` may stand apart from its number.
    let joined =
        text.replace(", ", ",").replace("= ", "=").replace("> ", ">").replace("< ", "<").replace("^ ", "^").replace("~ ", "~");
    for comparator in joined.split([',', ' ']).filter(|part| !part.is_empty()) {
        let (from, to) = comparison(comparator)?;
        range = (range.0.max(from), range.1.min(to));
    }
    Some(range)
}

fn comparison(text: &str) -> Option<(Number, Number)> {
    let at = text.find(|char: char| char.is_ascii_digit() || char == 'v' || char == '*').unwrap_or(text.len());
    let (operator, version) = text.split_at(at);
    let (parts, written) = number(version)?;
    let end = after(parts, written);
    Some(match operator {
        _ if written == 0 && !operator.contains(char::is_alphanumeric) => (LEAST, MOST),
        "" | "=" | "==" | "===" => (parts, end),
        ">=" => (parts, MOST),
        // Nobody who writes `>3.11` means `3.11.1`.
        ">" => (end, MOST),
        "<=" => (LEAST, end),
        "<" => (LEAST, parts),
        "^" => (parts, after(parts, caret(parts, written))),
        "~=" => (parts, after(parts, written.saturating_sub(1).max(1))),
        "~" | "~>" => (parts, after(parts, written.min(2))),
        "!=" => (LEAST, MOST),
        _ => return None,
    })
}

/// How many parts a caret keeps: up to the first that is not 0.
fn caret(parts: Number, written: usize) -> usize {
    (0..written).find(|part| parts[*part] != 0).map_or(written, |part| part + 1)
}

/// The numbers of a version, and how many of them are written: `20.x` has one.
fn number(text: &str) -> Option<(Number, usize)> {
    let text = text.trim().trim_start_matches('v');
    let mut parts = [0; 3];
    let mut written = 0;
    for part in text.split('.').take(3) {
        if matches!(part, "x" | "X" | "*") {
            break;
        }
        let digits = part.find(|char: char| !char.is_ascii_digit()).unwrap_or(part.len());
        parts[written] = part[..digits].parse().ok()?;
        written += 1;
        // `3.14.0rc1`
        if digits < part.len() {
            break;
        }
    }
    Some((parts, written))
}

/// The first release behind those that a version of so many parts stands for.
fn after(mut parts: Number, written: usize) -> Number {
    let Some(last) = written.min(3).checked_sub(1) else { return MOST };
    parts[last] = parts[last].saturating_add(1);
    parts[last + 1..].fill(0);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_in_ranges() {
        for (range, inside, outside) in [
            (">=3.11", "3.11", "3.10"),
            (">=3.11,<3.14", "3.13", "3.14"),
            (">= 3.11, < 3.14", "3.13.2", "3.9"),
            ("~=3.11", "3.13", "4.0"),
            ("~=3.11.2", "3.11", "3.12"),
            ("==3.11.*", "3.11.4", "3.12"),
            ("^3.11", "3.13", "4"),
            ("^0.4.1", "0.4.9", "0.5"),
            ("~3.11", "3.11", "3.12"),
            (">=18 <21", "20", "22"),
            ("^20 || ^22", "22.1", "21"),
            ("20.x", "20", "22"),
            ("20", "20.11.1", "22"),
            ("18 - 20", "20.9", "21"),
            (">18", "19", "18.2"),
            ("<=20", "20.1", "21"),
            (">=3.9,!=3.9.7", "3.9", "3.8"),
        ] {
            let read = Range::read(range).unwrap();
            assert!(read.admits(inside), "{range} {inside}");
            assert!(!read.admits(outside), "{range} {outside}");
        }
        assert!(Range::read("*").unwrap().admits("3.1"));
        for text in ["lts/*", "latest", "file:../x", ">=", "a.b"] {
            assert_eq!(Range::read(text), None, "{text}");
        }
    }
}
