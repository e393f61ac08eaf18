//! Instructions that a continuation above made part of another one: `RUN make \`, and `CMD ["x"]` on a line behind it.

use super::instruction::{Instruction, Keyword};
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

/// The first such line of an instruction: it starts with a keyword in capitals, at its very begin and outside of quotes.
pub fn find(file: &str, dockerfile: &Dockerfile, index: usize) -> Option<Swallowed> {
    let instruction = dockerfile.instruction(index);
    let rest = &instruction.rest;
    let mut pieces = rest.pieces();
    let mut before = pieces.next()?;
    for piece in pieces {
        let found = keyword_at(file, piece).filter(|(_, span)| is_word(dockerfile, index, instruction, *span));
        if let Some((keyword, span)) = found {
            let apart = instruction
                .blank_lines
                .iter()
                .chain(&instruction.comments)
                .any(|line| before.end <= line.start && line.end <= piece.start);
            return Some(Swallowed { keyword, span, before, apart });
        }
        before = piece;
    }
    None
}

fn keyword_at(file: &str, line: Span) -> Option<(Keyword, Span)> {
    let text = line.slice(file);
    let length = text.find([' ', '\t'])?;
    let starts_line = line.start() == 0 || file.as_bytes().get(line.start() - 1) == Some(&b'\n');
    let keyword = Keyword::of(&text[..length]);
    let is_one = starts_line && keyword != Keyword::Unknown && keyword.name() == &text[..length];
    let has_arguments = !text[length..].trim().is_empty();
    (is_one && has_arguments).then(|| (keyword, Span::new(line.start(), line.start() + length)))
}

/// Whether the keyword is a word of its own there, and not where the instruction itself wants one (`HEALTHCHECK \`, `CMD x`).
fn is_word(dockerfile: &Dockerfile, index: usize, instruction: &Instruction, keyword: Span) -> bool {
    let rest = &instruction.rest;
    let Some(start) = rest.position(keyword.start()).filter(|start| !rest.text()[..*start].trim().is_empty()) else {
        return false;
    };
    if !words::quoted(rest.text(), dockerfile.tree.escape as u8).contains(&(start..start + keyword.len())) {
        return false;
    }
    // The shell knows more about quotes and comments.
    dockerfile.scripts_of(index).iter().filter(|script| script.shell.is_posix() && script.script.clean && !script.heredoc).all(
        |script| {
            let mut words = script.script.commands.iter().flat_map(|command| {
                command.wrappers.iter().flatten().chain(&command.words).chain(command.redirections.iter().map(|to| &to.target))
            });
            !script.script.span.contains(keyword) || words.any(|word| word.span == keyword && !word.quoted)
        },
    )
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
        assert_eq!(found("FROM a\nCOPY b \\\n  c \\\n\nENTRYPOINT d\n"), Some((5, "ENTRYPOINT", true)));
    }

    #[test]
    fn what_only_looks_like_one() {
        for text in [
            "FROM a\nRUN b \\\n\n  c\n",
            "FROM a\nRUN b \\\n\nrun c\n",
            "FROM a\nRUN b \\\n\n  CMD c\n",
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
