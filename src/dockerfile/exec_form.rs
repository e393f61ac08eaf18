//! The JSON form of a command that is written for the shell and needs none.

use super::model::{InstructionScript, ShellKind};
use crate::shell::{Command, Connector, Word};
use crate::source::{Mapped, Span};

/// Commands that only the shell itself knows, or that do something else as programs.
const BUILTINS: &[&str] = &[
    ".", ":", "alias", "bg", "break", "cd", "command", "continue", "declare", "dirs", "disown", "eval", "exec", "exit", "export",
    "fc", "fg", "function", "getopts", "hash", "jobs", "let", "local", "popd", "pushd", "read", "readonly", "return", "set",
    "shift", "shopt", "source", "times", "trap", "type", "typeset", "ulimit", "umask", "unalias", "unset", "wait",
];

/// Wrappers that are programs too, so that they can stay.
const PROGRAMS: &[&str] =
    &["chroot", "env", "gosu", "ionice", "nice", "nohup", "setpriv", "setsid", "stdbuf", "su-exec", "sudo", "timeout"];

/// The one command of a script, when that has nothing else: no second command, no redirection, no variable set in front.
pub fn only_command(script: &InstructionScript) -> Option<&Command> {
    if !script.shell.is_posix() || !script.script.clean || script.heredoc {
        return None;
    }
    let mut commands = script.script.commands.iter().filter(|command| command.embedded.is_none());
    let command = commands.next().filter(|_| commands.next().is_none())?;
    let is_plain = command.assignments.is_empty()
        && command.redirections.is_empty()
        && command.depth == 0
        && !(command.background || command.negated || command.substitution || command.function);
    let name = command.words.first()?;
    (is_plain && name.literal && !name.text.is_empty() && !BUILTINS.contains(&name.text.as_str())).then_some(command)
}

/// The words of the array: those of the command as the shell would hand them over, without an `exec` in front. `None` when the
/// shell has something to do, such as putting in the value of a variable.
pub fn words(command: &Command) -> Option<Vec<&Word>> {
    let mut words = Vec::new();
    for wrapper in &command.wrappers {
        match wrapper.as_slice() {
            [only] if only.text == "exec" => {}
            [first, ..] if PROGRAMS.contains(&first.text.as_str()) => words.extend(wrapper),
            _ => return None,
        }
    }
    words.extend(&command.words);
    words.iter().all(|word| word.literal).then_some(words)
}

/// A text of one line for `sh -c`, with `exec` in front of its last command: that takes the place of the shell and gets the signals
/// of the container. `None` where the shell is still wanted then (`a | b`, `trap`).
pub fn with_exec(script: &InstructionScript, text: &Mapped) -> Option<String> {
    let whole = text.whole();
    if script.shell != ShellKind::Sh || !script.script.clean || script.heredoc || whole.len() != text.text().len() {
        return None;
    }
    let own = || script.script.commands.iter().filter(|command| command.embedded.is_none() && !command.substitution);
    let last = own().next_back()?;
    let name = last.words.first()?;
    let is_program = name.literal && !name.text.is_empty() && !BUILTINS.contains(&name.text.as_str());
    let has_exec = last.wrappers.first().is_some_and(|wrapper| wrapper.len() == 1 && wrapper[0].text == "exec");
    let is_wrapped_plainly = last.wrappers.iter().all(|wrapper| PROGRAMS.contains(&wrapper[0].text.as_str()));
    let is_last = last.span.end() == whole.end() && last.depth == 0 && last.pipeline.is_none() && last.assignments.is_empty();
    let follows = matches!(last.connector, Connector::First | Connector::And | Connector::Sequence);
    let keeps_shell = last.background || last.negated || own().any(|command| command.name() == "trap" || command.background);
    if !(is_program && is_last && follows && (has_exec || is_wrapped_plainly)) || keeps_shell {
        return None;
    }
    let (before, program) = text.text().split_at_checked(last.span.start() - whole.start())?;
    Some(if has_exec { text.text().to_owned() } else { format!("{before}exec {program}") })
}

/// What to put in the place of which bytes so that the words become an array; continuations and comments between them stay.
/// `start` is where the text of the command begins.
pub fn edits(words: &[&Word], start: usize) -> Vec<(Span, String)> {
    let mut edits = Vec::with_capacity(words.len() + 1);
    for (index, word) in words.iter().enumerate() {
        let string = serde_json::to_string(word.text.as_str()).unwrap_or_default();
        let open = if index == 0 { "[" } else { "" };
        let close = if index + 1 == words.len() { "]" } else { "," };
        edits.push((word.span, format!("{open}{string}{close}")));
    }
    // `exec` in front.
    if let Some(first) = words.first().filter(|first| first.span.start() > start) {
        edits.insert(0, (Span::new(start, first.span.start()), String::new()));
    }
    edits
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dockerfile::instruction::{Body, CommandForm};
    use crate::dockerfile::model::understand;
    use crate::dockerfile::syntax::parse;

    fn array(command: &str) -> Option<String> {
        let mut text = format!("FROM a\nCMD {command}\n");
        let dockerfile = understand(&text, parse(&text));
        let command = only_command(dockerfile.scripts.first()?)?;
        let edits = edits(&words(command)?, "FROM a\nCMD ".len());
        for (span, replacement) in edits.iter().rev() {
            text.replace_range(span.range(), replacement);
        }
        Some(text["FROM a\nCMD ".len()..].trim_end().to_owned())
    }

    #[test]
    fn plain_commands_become_arrays() {
        for (command, expected) in [
            ("nginx -g 'daemon off;'", r#"["nginx", "-g", "daemon off;"]"#),
            ("exec java -jar /app.jar", r#"["java", "-jar", "/app.jar"]"#),
            ("bash -c 'echo $HOME && x'", r#"["bash", "-c", "echo $HOME && x"]"#),
            ("a \"b \\\"c\\\"\" \\\\d", r#"["a", "b \"c\"", "\\d"]"#),
            ("nice -n 5 a", r#"["nice", "-n", "5", "a"]"#),
            ("a \\\n  # why\n  b", "[\"a\", \\\n  # why\n  \"b\"]"),
        ] {
            assert_eq!(array(command).as_deref(), Some(expected), "{command}");
        }
    }

    #[test]
    fn the_shell_has_work_in_the_others() {
        for command in [
            "java $OPTS -jar a",
            "a && b",
            "a | b",
            "a; b",
            "a > b",
            "A=1 b",
            "cd /a",
            "a *.txt",
            "a ~/b",
            "a &",
            "! a",
            "(a)",
            "$A b",
            "",
            "if a; then b; fi",
            ". ./a",
            "a `b`",
            "time a",
        ] {
            assert_eq!(array(command), None, "{command}");
        }
    }

    #[test]
    fn the_last_command_can_take_the_place_of_the_shell() {
        let exec = |command: &str| {
            let text = format!("FROM a\nCMD {command}\n");
            let dockerfile = understand(&text, parse(&text));
            let Body::Cmd(line) = &dockerfile.instruction(1).body else { panic!("{text}") };
            let CommandForm::Shell(text) = &line.form else { panic!("{text}") };
            with_exec(dockerfile.scripts.first()?, text)
        };
        for (command, expected) in [
            ("java $OPTS -jar a", "exec java $OPTS -jar a"),
            ("cd /a && b \"$C\" > d", "cd /a && exec b \"$C\" > d"),
            ("a; exec b $C", "a; exec b $C"),
            ("a | b; nice c", "a | b; exec nice c"),
            ("if a; then b; fi; c", "if a; then b; fi; exec c"),
        ] {
            assert_eq!(exec(command).as_deref(), Some(expected), "{command}");
        }
        for command in [
            "a | b",
            "a || b",
            "a &",
            "a & b",
            "A=1 b",
            "cd /a",
            "$A b",
            "trap x TERM; a",
            "a $(b)x; (c)",
            "! a",
            "a \\\n b",
            "time a",
            "a # b",
        ] {
            assert_eq!(exec(command), None, "{command}");
        }
    }
}
