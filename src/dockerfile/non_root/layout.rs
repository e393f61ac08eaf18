//! Where the new instructions stand, in the layout of the file.

use super::super::instruction::{Body, Instruction, Keyword};
use super::Scene;
use crate::source::Span;

/// A RUN in front of an instruction and of the comments above it.
pub(super) fn before(scene: &Scene<'_>, index: usize, commands: &[String]) -> (Span, String) {
    let instruction = scene.dockerfile.instruction(index);
    let head = instruction.head(scene.text);
    (Span::empty(head), paragraph(scene.text, head, &run(scene, instruction, commands)))
}

/// USER, and a RUN in front of it where there is something left to do: before CMD or ENTRYPOINT, where these end the stage, else at
/// its end.
pub(super) fn before_start(scene: &Scene<'_>, commands: &[String], user: &str) -> (Span, String) {
    let own: Vec<(usize, &Instruction)> = scene.dockerfile.instructions_of(scene.stage).collect();
    let changes_files = |body: &Body| {
        matches!(body, Body::Run { .. } | Body::Copy(_) | Body::Add(_) | Body::Workdir(_) | Body::Volume { .. } | Body::Shell(_))
    };
    let last = own.iter().rposition(|(_, instruction)| changes_files(&instruction.body)).map_or(0, |at| at + 1);
    let start = own[last..].iter().find(|(_, instruction)| matches!(instruction.body, Body::Cmd(_) | Body::Entrypoint(_)));
    let from = scene.dockerfile.instruction(scene.stage.from);
    let like = start.or(own.last()).map_or(from, |(_, instruction)| *instruction);
    let mut lines = if commands.is_empty() { String::new() } else { run(scene, like, commands) };
    lines.push_str(&format!("{} {user}\n", like.in_its_casing(Keyword::User)));
    if start.is_some() {
        let head = like.head(scene.text);
        return (Span::empty(head), paragraph(scene.text, head, &lines));
    }
    let end = like.lines(scene.text).end();
    let is_apart = has_blank_line(scene.text, like.head(scene.text));
    let blank = if is_apart { "\n" } else { "" };
    if scene.text[..end].ends_with('\n') {
        return (Span::empty(end), format!("{blank}{lines}"));
    }
    (Span::empty(end), format!("\n{blank}{}", lines.trim_end_matches('\n')))
}

/// Instructions with a blank line behind them, where those of the file have one.
fn paragraph(text: &str, at: usize, lines: &str) -> String {
    if has_blank_line(text, at) { format!("{lines}\n") } else { lines.to_owned() }
}

fn has_blank_line(text: &str, at: usize) -> bool {
    let before = &text[..at];
    before.ends_with("\n\n") || before.ends_with("\n\r\n")
}

/// Commands of one RUN, each on its line, with `&&` where the file has it.
fn run(scene: &Scene<'_>, like: &Instruction, commands: &[String]) -> String {
    let escape = scene.dockerfile.tree.escape;
    let leads = scene.text.lines().filter(|line| line.trim_start().starts_with("&&")).count();
    let trails = scene.text.lines().filter(|line| line.trim_end().trim_end_matches(escape).trim_end().ends_with("&&")).count();
    let joint = if leads > trails { format!(" {escape}\n    && ") } else { format!(" && {escape}\n    ") };
    format!("{} {}\n", like.in_its_casing(Keyword::Run), commands.join(&joint))
}
