//! As much of GitHub's expressions as the action uses: names, texts in quotes, `==`, `!=`, `&&`, `||`, `always()`.

use std::collections::BTreeMap;

/// What names stand for; those of a known context that have no value are empty, as on GitHub.
pub struct Context {
    pub values: BTreeMap<String, String>,
}

/// A value of an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    Boolean(bool),
    Text(String),
}

impl Value {
    pub fn is_true(&self) -> bool {
        match self {
            Self::Boolean(value) => *value,
            Self::Text(text) => !text.is_empty(),
        }
    }

    fn text(self) -> String {
        match self {
            Self::Boolean(value) => value.to_string(),
            Self::Text(text) => text,
        }
    }
}

/// The value of an expression without `${{ }}`. None of the texts of the action holds an operator.
pub fn evaluate(expression: &str, context: &Context) -> Value {
    if let Some((left, right)) = expression.split_once("||") {
        let left = evaluate(left, context);
        return if left.is_true() { left } else { evaluate(right, context) };
    }
    if let Some((left, right)) = expression.split_once("&&") {
        let left = evaluate(left, context);
        return if left.is_true() { evaluate(right, context) } else { left };
    }
    for (operator, equal) in [("==", true), ("!=", false)] {
        if let Some((left, right)) = expression.split_once(operator) {
            return Value::Boolean((evaluate(left, context) == evaluate(right, context)) == equal);
        }
    }
    let word = expression.trim();
    if word == "always()" {
        return Value::Boolean(true);
    }
    if let Some(text) = word.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
        return Value::Text(text.to_owned());
    }
    let known = ["inputs.", "steps.", "github."].iter().any(|start| word.starts_with(start));
    assert!(known && !word.contains(char::is_whitespace), "this test does not know `{word}`");
    Value::Text(context.values.get(word).cloned().unwrap_or_default())
}

/// Fills in `${{ … }}`.
pub fn substitute(template: &str, context: &Context) -> String {
    let mut text = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("${{") {
        let (expression, after) = after.split_once("}}").unwrap();
        text.push_str(before);
        text.push_str(&evaluate(expression, context).text());
        rest = after;
    }
    text + rest
}
