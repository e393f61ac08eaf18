//! `$NAME` in texts: the result is compared with the rules as compose-go has them, read anew: one expression for a variable,
//! replaced from left to right, whose last brace is then sought by counting.

use std::sync::LazyLock;

use regex::Regex;
use shipworthy::compose::interpolate::{InterpolationError, Lookup, interpolate};

/// The other reading goes over the rest of a line once for each variable in it.
const LONGEST: usize = 1 << 10;

/// `$$`, `$NAME`, `${NAME}` or `${NAME:-argument}`, and last a `${` that opens nothing.
static VARIABLE: LazyLock<Regex> = LazyLock::new(|| {
    let name = "[_A-Za-z][_A-Za-z0-9]*";
    Regex::new(&format!(r"\$(?:(\$)|({name})|\{{(?:({name})(?:(:?[-+?])(.*))?\}}|()))")).expect("a pattern")
});

/// Any text is interpolated or refused, as compose would; escaping keeps it as it is.
pub fn check(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let lookup = |name: &str| value(name).map_or(Lookup::Unset, |value| Lookup::Set { value: value.to_owned(), unknown: false });
    let result = interpolate(text, &lookup);
    match &result {
        Ok(result) => {
            assert!(text.contains('$') || result.text == text);
            assert!(result.uses.iter().all(|used| text[used.at..].starts_with('$')), "{result:?}");
            assert!(result.uses.is_sorted_by_key(|used| used.at), "{result:?}");
        }
        Err(error) => assert!(text[error.at()..].starts_with('$'), "{error:?}"),
    }
    if text.len() <= LONGEST && !matches!(result, Err(InterpolationError::Depth { .. })) {
        assert_eq!(result.ok().map(|result| result.text), as_compose(text), "{text:?}");
    }
    let escaped = interpolate(&text.replace('$', "$$"), &lookup);
    assert_eq!(escaped.map(|result| result.text).as_deref(), Ok(text));
}

fn value(name: &str) -> Option<&'static str> {
    [None, Some(""), Some("$x}"), Some("y")][name.len() % 4]
}

/// `None` where compose refuses the text.
fn as_compose(text: &str) -> Option<String> {
    let mut result = String::new();
    let mut end = 0;
    for found in VARIABLE.captures_iter(text) {
        let whole = found.get(0)?;
        result += &text[end..whole.start()];
        end = whole.end();
        if found.get(1).is_some() {
            result.push('$');
        } else if let Some(name) = found.get(2) {
            result += value(name.as_str()).unwrap_or_default();
        } else if found.get(3).is_some() {
            let whole = whole.as_str();
            let (variable, rest) = whole.split_at(closing_brace(whole).unwrap_or(whole.len()));
            result += &braced(variable)?;
            result += &as_compose(rest)?;
        } else {
            return None;
        }
    }
    Some(result + &text[end..])
}

fn braced(variable: &str) -> Option<String> {
    let found = VARIABLE.captures(variable)?;
    let value = value(found.get(3)?.as_str());
    let Some(operator) = found.get(4) else { return Some(value.unwrap_or_default().to_owned()) };
    let argument = as_compose(found.get(5)?.as_str())?;
    let filled = value.is_some_and(|value| !value.is_empty());
    let takes_argument = match operator.as_str() {
        ":-" => !filled,
        "-" => value.is_none(),
        ":+" => filled,
        "+" => value.is_some(),
        _ => false,
    };
    Some(if takes_argument { argument } else { value.unwrap_or_default().to_owned() })
}

/// Behind the brace that closes the first one. Whatever follows an opening brace is not looked at.
fn closing_brace(text: &str) -> Option<usize> {
    let mut open = 0;
    let mut bytes = text.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'{' => {
                open += 1;
                bytes.next();
            }
            b'}' if open == 1 => return Some(at + 1),
            b'}' => open -= 1,
            _ => {}
        }
    }
    None
}
