//! The columns of the service matrix: `rules/catalog/matrix.yaml`.

use std::sync::LazyLock;

use serde::Deserialize;

use super::documents;

/// A question that the matrix asks of each service.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Column {
    pub id: String,
    /// In a table: one word.
    pub heading: String,
    pub question: String,
    pub fact: FactName,
    /// Rules of which a finding answers with no: ids, or beginnings of ids with `*` behind them.
    pub fails: Vec<String>,
    /// Rules that say what the fact says.
    pub says: Vec<String>,
}

/// What is looked at, so that nothing found is a pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FactName {
    User,
    Healthcheck,
    Policy,
    Secrets,
    Image,
    Ports,
    Memory,
    Health,
}

#[derive(Debug, Deserialize)]
struct Table {
    columns: Vec<Column>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| serde_json::from_str(documents::MATRIX).expect("the tests read this table"));

/// The columns, in their order.
pub fn columns() -> &'static [Column] {
    &TABLE.columns
}

/// Whether a name of a table stands for a rule: its id, or the beginning of it with `*` behind.
pub fn names(name: &str, rule: &str) -> bool {
    match name.strip_suffix('*') {
        Some(start) => rule.starts_with(start),
        None => name == rule,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Registry;

    #[test]
    fn every_rule_that_a_column_names_exists() {
        let registry = Registry::embedded();
        for column in columns() {
            for name in column.fails.iter().chain(&column.says) {
                assert!(registry.iter().any(|rule| names(name, rule.id)), "{}: there is no rule `{name}`", column.id);
            }
        }
    }

    #[test]
    fn columns_are_told_apart() {
        let mut ids: Vec<_> = columns().iter().map(|column| &column.id).collect();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), columns().len());
        assert!(columns().iter().all(|column| !column.heading.contains(' ') && column.question.ends_with('?')));
    }
}
