mod bodies;
mod hostile;
mod queries;
mod spans;

use super::*;

/// Parses a text that is a whole file.
fn read(text: &str) -> Script {
    Script::clone(&parse(&Mapped::of(text, Span::new(0, text.len()))))
}

fn symbol(connector: Connector) -> &'static str {
    match connector {
        Connector::First => "",
        Connector::And => "&& ",
        Connector::Or => "|| ",
        Connector::Sequence => "; ",
        Connector::Background => "& ",
        Connector::Pipe => "| ",
    }
}

/// A word: blanks in it as `·`, `~` behind one that is not literal.
fn show_word(word: &Word) -> String {
    let text = word.text.replace(' ', "·").replace('\n', "↵");
    format!("{}{}", if text.is_empty() { "''" } else { &text }, if word.literal { "" } else { "~" })
}

fn show_words(words: &[Word]) -> String {
    words.iter().map(show_word).collect::<Vec<_>>().join(" ")
}

/// A command in one line: two blanks for each level of depth, the connector, `(marks)`, `<wrappers>`, assignments, words,
/// `[redirections]`. Marks: negated, tested, background, substitution, function, embedded.
fn show(command: &Command) -> String {
    let marks = [
        (command.negated, '!'),
        (command.tested, '?'),
        (command.background, '&'),
        (command.substitution, '$'),
        (command.function, 'f'),
        (command.embedded.is_some(), 'c'),
    ];
    let marks: String = marks.iter().filter(|(set, _)| *set).map(|(_, mark)| mark).collect();
    let mut parts = Vec::new();
    if !marks.is_empty() {
        parts.push(format!("({marks})"));
    }
    parts.extend(command.wrappers.iter().map(|words| format!("<{}>", show_words(words))));
    parts.extend(command.assignments.iter().map(|one| format!("{}={}", one.name, show_word(&one.value))));
    parts.extend(command.words.iter().map(show_word));
    parts.extend(command.redirections.iter().map(|one| format!("[{} {}]", one.operator, show_word(&one.target))));
    format!("{}{}{}", "  ".repeat(command.depth.into()), symbol(command.connector), parts.join(" "))
}

fn show_all(script: &Script) -> Vec<String> {
    script.commands.iter().map(show).collect()
}
