//! What the columns of a table hold, by the words of their heads.

use crate::config::Runtime;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    Name,
    Port,
    /// A release; of which language, where the head or the headings above say so.
    Release(Option<Runtime>),
    Reason,
    Health,
    Other,
}

/// The words by which people head the names of services.
const NAMES: &[&str] = &[
    "service",
    "services",
    "service name",
    "microservice",
    "microservices",
    "component",
    "components",
    "application",
    "app",
    "module",
    "container",
    "project",
    "system",
    "name",
    "dienst",
    "komponente",
];

const REASONS: &[&str] = &[
    "reason",
    "reasons",
    "why",
    "rationale",
    "justification",
    "because",
    "constraint",
    "constraints",
    "notes",
    "note",
    "comment",
    "comments",
    "remark",
    "remarks",
    "grund",
    "begründung",
];

/// The columns of a table of services: one with names, and one with something to compare. Empty for any other table. `headings` stand
/// above the table, the outermost first.
pub fn columns<'t>(heads: impl Iterator<Item = &'t str>, headings: &[&str]) -> Vec<Column> {
    let mut columns: Vec<Column> = heads.map(|head| column(head, headings)).collect();
    // The first of several counts as the name; a table of services has one.
    let Some(first) = columns.iter().position(|column| *column == Column::Name) else { return Vec::new() };
    for (index, column) in columns.iter_mut().enumerate() {
        if *column == Column::Name && index != first {
            *column = Column::Other;
        }
    }
    let says_something = |column: &Column| matches!(column, Column::Port | Column::Release(_) | Column::Health);
    if columns.iter().any(says_something) { columns } else { Vec::new() }
}

fn column(head: &str, headings: &[&str]) -> Column {
    let head = head.trim().trim_end_matches(':').to_lowercase();
    let words: Vec<&str> =
        head.split(|char: char| !char.is_alphanumeric() && char != '.').filter(|word| !word.is_empty()).collect();
    let has = |word: &str| words.contains(&word);
    if NAMES.contains(&head.as_str()) {
        return Column::Name;
    }
    if has("port") || has("ports") {
        return Column::Port;
    }
    if let Some(runtime) = words.iter().find_map(|word| runtime(word)) {
        return Column::Release(Some(runtime));
    }
    if words.iter().any(|word| word.starts_with("health") || matches!(*word, "probe" | "liveness" | "readiness")) {
        return Column::Health;
    }
    if ["version", "versions", "runtime", "runtimes", "language", "interpreter", "release", "base", "image", "stack"]
        .iter()
        .any(|word| has(word))
    {
        let above = headings.iter().rev().find_map(|heading| of_words(heading));
        return Column::Release(above);
    }
    if REASONS.contains(&head.as_str()) || has("reason") || has("why") {
        return Column::Reason;
    }
    Column::Other
}

/// The language that a text names.
fn of_words(text: &str) -> Option<Runtime> {
    let lower = text.to_lowercase();
    lower.split(|char: char| !char.is_alphanumeric() && char != '.').find_map(runtime)
}

/// The language that a word names.
pub fn runtime(word: &str) -> Option<Runtime> {
    Some(match word.trim_matches('.') {
        "python" | "python3" | "cpython" | "py" => Runtime::Python,
        "node" | "node.js" | "nodejs" => Runtime::Node,
        "go" | "golang" => Runtime::Go,
        "ruby" => Runtime::Ruby,
        "php" => Runtime::Php,
        "java" | "jdk" | "jre" | "openjdk" | "temurin" => Runtime::Java,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_in_many_words() {
        for (head, want) in [
            ("Service", Column::Name),
            ("Microservice:", Column::Name),
            ("Port(s)", Column::Port),
            ("Listens on port", Column::Port),
            ("Python Version", Column::Release(Some(Runtime::Python))),
            ("Node.js", Column::Release(Some(Runtime::Node))),
            ("Runtime", Column::Release(None)),
            ("Base image", Column::Release(None)),
            ("Why not 3.13?", Column::Reason),
            ("Rationale", Column::Reason),
            ("Healthcheck", Column::Health),
            ("Health endpoint", Column::Health),
            ("Status", Column::Other),
            ("Technology", Column::Other),
        ] {
            assert_eq!(column(head, &[]), want, "{head}");
        }
        assert_eq!(column("Version", &["Python", "Details"]), Column::Release(Some(Runtime::Python)));
    }
}
