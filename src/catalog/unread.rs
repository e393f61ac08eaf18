//! A part of a table that is read when it is first asked for: most runs ask for a few images and releases of many.

use std::fmt;
use std::sync::OnceLock;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// A value of an embedded document, as text until somebody wants it.
pub struct Unread<'t, T> {
    text: &'t RawValue,
    value: OnceLock<T>,
}

impl<T: DeserializeOwned> Unread<'_, T> {
    /// The value. A document that does not fit is a fault of ours, which the tests of each table find by reading all of it.
    pub fn get(&self) -> &T {
        self.value.get_or_init(|| serde_json::from_str(self.text.get()).expect("the tests read this table"))
    }
}

impl<'de: 't, 't, T> Deserialize<'de> for Unread<'t, T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self { text: <&RawValue>::deserialize(deserializer)?, value: OnceLock::new() })
    }
}

impl<T> fmt::Debug for Unread<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text.get())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn a_value_is_read_once_and_when_it_is_asked_for() {
        let table: BTreeMap<String, Unread<Vec<u8>>> = serde_json::from_str(r#"{"good": [1, 2], "bad": ["one"]}"#).unwrap();
        assert!(std::ptr::eq(table["good"].get(), table["good"].get()));
        assert_eq!(table["good"].get(), &[1, 2]);
        assert_eq!(format!("{:?}", table["bad"]), r#"["one"]"#);
    }
}
