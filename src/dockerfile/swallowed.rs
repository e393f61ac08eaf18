//! Instructions that a continuation above made part of another one: `RUN make \`, and `CMD ["x"]` on a line behind it.

use rustc_hash::FxHashSet;

use super::instruction::Keyword;
use super::model::Dockerfile;
use super::words;
use crate::source::Span;

/// A line in the arguments of an instruction that reads like an instruction of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Swallowed {
    pub keyword: Keyword,
    /// The keyword where it stands.
    pub span: Span,
    /// The content of the line that goes on into it, without its continuation.
    pub before: Span,
    /// An empty line or a comment lies between the two.
    pub apart: bool,
}

/// The first such line of an instruction: it starts with a keyword in capitals and outside of quotes; at its very begin, or
/// indented behind an empty line.
pub fn find(file: &str, dockerfile: &Dockerfile, index: usize) -> Option<Swallowed> {
    let instruction = dockerfile.instruction(index);
    let rest = &instruction.rest;
    let first = rest.whole().start();
    let mut pieces = rest.pieces();
    let mut before = pieces.next()?;
    let mut words = None;
    for piece in pieces {
        if let Some((keyword, span)) = keyword_at(file, piece) {
            let gap = Span::new(before.end(), piece.start());
            let is_indented = span.start > piece.start;
            let is_behind_blank = has_line(&instruction.blank_lines, gap);
            // `HEALTHCHECK \`, `CMD x`: there the instruction itself wants one.
            let is_inside = first < span.start() && (!is_indented || is_behind_blank);
            if is_inside && words.get_or_insert_with(|| Words::of(dockerfile, index)).contain(span) {
                let apart = is_behind_blank || has_line(&instruction.comments, gap);
                return Some(Swallowed { keyword, span, before, apart });
            }
        }
        before = piece;
    }
    None
}

/// Whether one of these lines, which are in order, lies in a gap.
fn has_line(lines: &[Span], gap: Span) -> bool {
    let next = lines.partition_point(|line| line.start < gap.start);
    lines.get(next).is_some_and(|line| gap.contains(*line))
}

fn keyword_at(file: &str, line: Span) -> Option<(Keyword, Span)> {
    let text = line.slice(file).trim_start_matches([' ', '\t']);
    let start = line.end() - text.len();
    let length = text.find([' ', '\t'])?;
    let starts_line = line.start() == 0 || file.as_bytes().get(line.start() - 1) == Some(&b'\n');
    let keyword = Keyword::of(&text[..length]);
    let is_one = starts_line && keyword != Keyword::Unknown && keyword.name() == &text[..length];
    let has_arguments = !text[length..].trim().is_empty();
    (is_one && has_arguments).then(|| (keyword, Span::new(start, start + length)))
}

/// The words of an instruction, as Docker tells them apart and, where it reads the text, as the shell does, which knows more about
/// quotes and comments.
struct Words {
    of_docker: FxHashSet<Span>,
    of_shell: Option<(Span, FxHashSet<Span>)>,
}

impl Words {
    fn of(dockerfile: &Dockerfile, index: usize) -> Self {
        let rest = &dockerfile.instruction(index).rest;
        let quoted = words::quoted(rest.text(), dockerfile.tree.escape as u8);
        let of_docker = quoted.into_iter().map(|range| rest.span(range.start, range.end)).collect();
        let mut scripts = dockerfile.scripts_of(index).iter();
        let script = scripts.find(|script| script.shell.is_posix() && script.script.clean && !script.heredoc);
        let of_shell = script.map(|script| {
            let words = script.script.commands.iter().flat_map(|command| {
                let targets = command.redirections.iter().map(|redirection| &redirection.target);
                command.wrappers.iter().flatten().chain(&command.words).chain(targets)
            });
            (script.script.span, words.filter(|word| !word.quoted).map(|word| word.span).collect())
        });
        Self { of_docker, of_shell }
    }

    fn contain(&self, word: Span) -> bool {
        self.of_docker.contains(&word)
            && self.of_shell.as_ref().is_none_or(|(text, words)| !text.contains(word) || words.contains(&word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dockerfile::model::understand;
    use crate::dockerfile::syntax::parse;

    /// Line and keyword of the first one in any instruction, and whether something lies between.
    fn found(text: &str) -> Option<(usize, &str, bool)> {
        let dockerfile = understand(text, parse(text));
        let swallowed = (0..dockerfile.tree.instructions.len()).find_map(|index| find(text, &dockerfile, index))?;
        let line = text[..swallowed.span.start()].matches('\n').count() + 1;
        Some((line, swallowed.span.slice(text), swallowed.apart))
    }

    #[test]
    fn keywords_at_the_start_of_a_line() {
        assert_eq!(found("FROM a\nRUN b \\\n\nCMD [\"c\"]\n"), Some((4, "CMD", true)));
        assert_eq!(found("FROM a\r\nRUN b && \\\r\n  # c\r\n\r\nCOPY c d\r\n"), Some((5, "COPY", true)));
        assert_eq!(found("FROM a\nRUN b \\\nRUN c\n"), Some((3, "RUN", false)));
        assert_eq!(found("FROM a\nRUN b \\\n\n  CMD c\n"), Some((4, "CMD", true)));
        assert_eq!(found("FROM a\nCOPY b \\\n  c \\\n\nENTRYPOINT d\n"), Some((5, "ENTRYPOINT", true)));
    }

    #[test]
    fn what_only_looks_like_one() {
        for text in [
            "FROM a\nRUN b \\\n\n  c\n",
            "FROM a\nRUN b \\\n\nrun c\n",
            "FROM a\nRUN b \\\n  CMD c\n",
            "FROM a\nRUN psql -c \"SELECT 1 \\\nFROM b\"\n",
            "FROM a\nRUN psql -c 'SELECT 1 \\\n\nFROM b'\n",
            "FROM a\nHEALTHCHECK --interval=5s \\\nCMD b\n",
            "FROM a\nHEALTHCHECK \\\n\nCMD b\n",
            "FROM a\nONBUILD \\\nRUN b\n",
            "FROM a\nRUN cat <<EOF > Dockerfile\nFROM b\nCMD c\nEOF\n",
            "FROM a\nRUN b \\\nCMD\n",
            "FROM a\nRUN b\nCMD c\n",
            "FROM a\nRUN b \\\nCMDX c\n",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }
}
