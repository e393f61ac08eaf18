use crate::dockerfile::model::Dockerfile;
use crate::dockerfile::swallowed;
use crate::rules::check::Reporter;
use crate::source::Span;

/// One finding for each instruction, on its last line, where BuildKit has its own; heredoc bodies come after that line.
pub fn check(dockerfile: &Dockerfile, out: &mut Reporter<'_>) {
    for (index, instruction) in dockerfile.tree.instructions.iter().enumerate() {
        let Some(last_blank) = instruction.blank_lines.last() else { continue };
        // There the continuation is the mistake: `swallowed-instruction` says so.
        if swallowed::find(out.text(), dockerfile, index).is_some_and(|swallowed| swallowed.apart) {
            continue;
        }
        let last_piece = instruction.rest.pieces().last().unwrap_or(instruction.keyword_span);
        let content = last_piece.slice(out.text());
        let indent = content.len() - content.trim_start().len();
        let last = if last_blank.start() > last_piece.start() {
            Span::empty(last_blank.start())
        } else {
            Span::new(last_piece.start() + indent, last_piece.start() + content.trim_end().len())
        };
        let mut draft = out.report(last).value("keyword", instruction.keyword.name());
        for line in &instruction.blank_lines {
            draft = draft.related(Span::empty(line.start()), "empty").delete(*line);
        }
        draft.emit();
    }
}
