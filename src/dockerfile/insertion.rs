//! Where a fix puts what it adds to the command of a RUN, in the form and layout that the RUN has; and what it may take away.

use super::instruction::CommandForm;
use super::model::{Dockerfile, InstructionScript};
use crate::shell::{Command, List, Script, Word};
use crate::source::Span;

/// Text to insert into the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Insertion {
    pub at: usize,
    pub text: String,
}

/// Whether the words of a command are strings of a JSON array.
pub fn is_json(dockerfile: &Dockerfile, script: &InstructionScript, command: &Command) -> bool {
    let run = dockerfile.run_of(script.instruction);
    command.embedded.is_none() && run.is_some_and(|(line, _)| matches!(line.form, CommandForm::Exec(_)))
}

/// A further argument behind a word of a command: ` -y`, or `, "-y"` in a JSON array.
pub fn argument(
    dockerfile: &Dockerfile,
    script: &InstructionScript,
    command: &Command,
    behind: &Word,
    argument: &str,
) -> Insertion {
    let text = if is_json(dockerfile, script, command) { format!(", \"{argument}\"") } else { format!(" {argument}") };
    Insertion { at: behind.span.end(), text }
}

/// A command that runs after all others of a RUN when they succeed, so that the RUN still fails whenever it failed before. None
/// where that cannot be written down with certainty: a JSON array, a chain with `||` or `&`, open here-documents.
pub fn last_command(dockerfile: &Dockerfile, text: &str, script: &InstructionScript, command: &str) -> Option<Insertion> {
    let (line, _) = dockerfile.run_of(script.instruction)?;
    let root = script.script.root()?;
    let is_text = matches!(line.form, CommandForm::Shell(_)) && script.shell.is_posix() && script.script.clean;
    if !is_text || !script.heredoc && !line.heredocs.is_empty() || ends_before(script, root) {
        return None;
    }
    let joint = match (root.and_only, script.script.sets_errexit()) {
        (true, _) => Joint::And,
        // What fails ends the text there, so that the order alone is enough.
        (false, Some(_)) if script.heredoc => Joint::Line,
        (false, Some(_)) => Joint::Sequence,
        (false, None) => return None,
    };
    let at = root.span.end();
    let escape = if script.heredoc { '\\' } else { dockerfile.tree.escape };
    let behind = text.get(at..script.script.span.end().max(at))?;
    let behind = behind.trim_matches(|char: char| char.is_whitespace() || char == escape);
    if !(behind.is_empty() || behind == ";" || behind.starts_with('#')) {
        return None;
    }
    let start = if script.heredoc { script.script.span.start() } else { dockerfile.instruction(script.instruction).span.start() };
    Some(Insertion { at, text: joined(text.get(start..at)?, joint, escape, command) })
}

/// What to delete so that a command leaves its list; `None` where that changes what the others do, or would take a comment along.
pub fn removal(script: &Script, command: usize, text: &str) -> Option<Span> {
    let gone = script.removal(command)?;
    let own = script.commands.get(command)?.span;
    let around = [Span::new(gone.start(), own.start()), Span::new(own.end(), gone.end())];
    around.iter().all(|span| !span.slice(text).contains('#')).then_some(gone)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Joint {
    And,
    Sequence,
    /// A line of its own.
    Line,
}

/// Whether the text may end before its last command, or a here-document is open there.
fn ends_before(script: &InstructionScript, root: &List) -> bool {
    let leaves = |command: &Command| {
        matches!(command.name(), "exit" | "exec" | "return") || command.wrappers.iter().any(|words| words[0].text == "exec")
    };
    let is_open = |command: &Command| {
        let mut bodies = command.redirections.iter().filter_map(|redirection| redirection.body);
        bodies.any(|body| body.end() >= root.span.end())
    };
    root.commands.iter().any(|index| leaves(&script.script.commands[*index])) || script.script.commands.iter().any(is_open)
}

/// The command with what joins it to the text before, which decides the layout: on one line, or on a line of its own with the
/// indentation of the others and `&&` where they have it.
fn joined(before: &str, joint: Joint, escape: char, command: &str) -> String {
    let lines: Vec<&str> = before.lines().collect();
    let own = lines.iter().skip(1).filter(|line| !line.trim_start().starts_with('#') && !line.trim().is_empty());
    let first = own.clone().next().copied().map_or("", indentation);
    let ends_with = |line: &str, operator: &str| {
        line.trim_end_matches(|char: char| char.is_whitespace() || char == escape).ends_with(operator)
    };
    // The last line that starts a command, for those who end the one before with the operator.
    let behind = |operator: &str| {
        let pairs = lines.windows(2).rev();
        pairs.filter(|pair| ends_with(pair[0], operator)).map(|pair| indentation(pair[1])).next()
    };
    match joint {
        Joint::Line => {
            let start = lines.iter().rposition(|line| !line.trim().is_empty()).unwrap_or(0);
            let start = (1..=start).rev().find(|at| !ends_with_escape(lines[at - 1], escape)).unwrap_or(0);
            format!("\n{}{command}", lines.get(start).copied().map_or("", indentation))
        }
        Joint::And if lines.len() < 2 => format!(" && {command}"),
        Joint::Sequence if lines.len() < 2 => format!("; {command}"),
        Joint::And => {
            let leading = own.clone().rev().find(|line| line.trim_start().starts_with("&&"));
            match (leading, behind("&&")) {
                (Some(line), _) => format!(" {escape}\n{}&& {command}", indentation(line)),
                (None, Some(indentation)) => format!(" && {escape}\n{indentation}{command}"),
                (None, None) => format!(" {escape}\n{first}&& {command}"),
            }
        }
        Joint::Sequence => format!("; {escape}\n{}{command}", behind(";").unwrap_or(first)),
    }
}

fn ends_with_escape(line: &str, escape: char) -> bool {
    line.trim_end().ends_with(escape)
}

fn indentation(line: &str) -> &str {
    &line[..line.len() - line.trim_start().len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The file with `x y` appended to its first script; `None` where it has no place.
    fn appended(text: &str) -> Option<String> {
        let dockerfile = Dockerfile::parse(text);
        let insertion = last_command(&dockerfile, text, &dockerfile.scripts[0], "x y")?;
        let mut text = text.to_owned();
        text.insert_str(insertion.at, &insertion.text);
        Some(text)
    }

    #[test]
    fn a_command_is_appended_in_the_layout_of_the_others() {
        let cases = [
            ("RUN a && b\n", "RUN a && b && x y\n"),
            ("RUN a && b # why\n", "RUN a && b && x y # why\n"),
            ("ONBUILD RUN a\n", "ONBUILD RUN a && x y\n"),
            ("RUN a \\\n && b \\\n && c\n", "RUN a \\\n && b \\\n && c \\\n && x y\n"),
            ("RUN a && \\\n    b && \\\n    c d \\\n      e\n", "RUN a && \\\n    b && \\\n    c d \\\n      e && \\\n    x y\n"),
            ("RUN a && b \\\n    c \\\n    d\n", "RUN a && b \\\n    c \\\n    d \\\n    && x y\n"),
            ("RUN a \\\n\t&& b c \\\n\t\td \\\n\t# last\n", "RUN a \\\n\t&& b c \\\n\t\td \\\n\t&& x y \\\n\t# last\n"),
            ("RUN set -eux; a; b\n", "RUN set -eux; a; b; x y\n"),
            ("RUN set -e; \\\n\ta; \\\n\tb c \\\n\t\td;\n", "RUN set -e; \\\n\ta; \\\n\tb c \\\n\t\td; \\\n\tx y;\n"),
            ("RUN if a; then b; fi && c\n", "RUN if a; then b; fi && c && x y\n"),
            ("RUN a && (b || c)\n", "RUN a && (b || c) && x y\n"),
            ("RUN bash -c 'a && b'\n", "RUN bash -c 'a && b' && x y\n"),
            ("RUN <<EOF\nset -e\na\n  b \\\n  c\nEOF\n", "RUN <<EOF\nset -e\na\n  b \\\n  c\n  x y\nEOF\n"),
            ("RUN <<EOF\na && b\nEOF\n", "RUN <<EOF\na && b && x y\nEOF\n"),
            (
                "# escape=`\nFROM x\nSHELL [\"sh\", \"-c\"]\nRUN a `\n  && b\n",
                "# escape=`\nFROM x\nSHELL [\"sh\", \"-c\"]\nRUN a `\n  && b `\n  && x y\n",
            ),
        ];
        for (text, want) in cases {
            assert_eq!(appended(text).as_deref(), Some(want), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_appended_to_stays() {
        for text in [
            "RUN [\"a\", \"b\"]\n",
            "RUN a || true\n",
            "RUN a; b\n",
            "RUN a && b &\n",
            "RUN set -e; a; b &\n",
            "RUN a && exit 0\n",
            "RUN a && exec b\n",
            "RUN <<EOF\na\nb\nEOF\n",
            "RUN cat <<EOF > f && b\nx\nEOF\n",
            "CMD a\n",
            "RUN\n",
        ] {
            let dockerfile = Dockerfile::parse(text);
            for script in &dockerfile.scripts {
                assert_eq!(last_command(&dockerfile, text, script, "x"), None, "{text}");
            }
        }
    }

    #[test]
    fn a_command_leaves_without_the_comments_beside_it() {
        for (text, want) in [
            ("RUN a \\\n && b \\\n && c\n", Some(" \\\n && b")),
            ("RUN a \\\n # why\n && b \\\n && c\n", None),
            ("RUN a && b || c\n", None),
        ] {
            let dockerfile = Dockerfile::parse(text);
            let gone = removal(&dockerfile.scripts[0].script, 1, text);
            assert_eq!(gone.map(|span| span.slice(text)), want, "{text}");
        }
    }

    #[test]
    fn arguments_take_the_form_of_their_command() {
        for (text, want) in [
            ("RUN a b\n", Insertion { at: 5, text: " -y".to_owned() }),
            ("RUN [\"a\", \"b\"]\n", Insertion { at: 8, text: ", \"-y\"".to_owned() }),
        ] {
            let dockerfile = Dockerfile::parse(text);
            let script = &dockerfile.scripts[0];
            let command = &script.script.commands[0];
            assert_eq!(argument(&dockerfile, script, command, &command.words[0], "-y"), want, "{text}");
        }
    }
}
