//! JSON Pointers (RFC 6901): their tokens, and what they lead to.

use std::borrow::Cow;
use std::fmt;

use serde_json::Value;

/// One step of a way into a document, written as a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Token<'a> {
    Key(&'a str),
    Index(usize),
}

impl Token<'_> {
    /// The key itself, or the digits of the index.
    pub fn text(&self) -> String {
        match self {
            Self::Key(key) => (*key).to_owned(),
            Self::Index(index) => index.to_string(),
        }
    }
}

impl fmt::Display for Token<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(key) => f.write_str(&escaped(key)),
            Self::Index(index) => write!(f, "{index}"),
        }
    }
}

/// A key as a token: `~` is `~0` and `/` is `~1` (section 4).
pub fn escaped(key: &str) -> Cow<'_, str> {
    if key.contains(['~', '/']) { key.replace('~', "~0").replace('/', "~1").into() } else { key.into() }
}

/// The key that a token stands for.
pub fn unescaped(token: &str) -> Cow<'_, str> {
    if token.contains('~') { token.replace("~1", "/").replace("~0", "~").into() } else { token.into() }
}

/// An array index: digits without a leading zero (section 4).
pub fn index(token: &str) -> Option<usize> {
    let digits = token.bytes().all(|byte| byte.is_ascii_digit());
    if digits && (token == "0" || !token.starts_with('0')) { token.parse().ok() } else { None }
}

/// What a pointer leads to; as [`Value::pointer`], without memory for each token.
pub fn find<'v>(value: &'v Value, pointer: &str) -> Option<&'v Value> {
    if pointer.is_empty() {
        return Some(value);
    }
    pointer.strip_prefix('/')?.split('/').try_fold(value, |value, token| match value {
        Value::Object(fields) => fields.get(&*unescaped(token)),
        Value::Array(items) => items.get(index(token)?),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn keys_become_tokens_and_keys_again() {
        for (key, token) in [("a", "a"), ("a/b~c", "a~1b~0c"), ("~1", "~01"), ("", "")] {
            assert_eq!((escaped(key).as_ref(), unescaped(token).as_ref()), (token, key));
        }
        assert_eq!((Token::Key("a/b").to_string(), Token::Key("a/b").text()), ("a~1b".to_owned(), "a/b".to_owned()));
        assert_eq!(Token::Index(7).to_string(), "7");
    }

    #[test]
    fn pointers_lead_where_those_of_serde_json_lead() {
        let value = json!({"a/b": [1, {"~": null}], "": {"": 2}, "0": "zero"});
        let pointers = [
            "",
            "/",
            "//",
            "a",
            "/a",
            "/a~1b",
            "/a~1b/0",
            "/a~1b/00",
            "/a~1b/+0",
            "/a~1b/1/~0",
            "/a~1b/2",
            "/a~1b/-",
            "/0",
            "/0/0",
        ];
        for pointer in pointers {
            assert_eq!(find(&value, pointer), value.pointer(pointer), "{pointer}");
        }
        assert_eq!(find(&value, "/a~1b/1/~0"), Some(&Value::Null));
    }
}
