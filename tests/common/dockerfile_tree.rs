//! What holds for the tree of any text; the fuzz targets use it too.

use shipworthy::dockerfile::instruction::{Body, CommandForm, CommandLine, Heredoc, Instruction, Pair, Transfer, Word};
use shipworthy::dockerfile::syntax::{ItemKind, Tree, parse};
use shipworthy::source::{Mapped, Span};

/// What must hold for any text.
/// Panics where it does not.
pub fn check_tree(text: &str) {
    let tree = parse(text);
    let mut at = 0;
    let mut instructions = 0;
    for item in &tree.items {
        assert_eq!(item.span.start(), at, "items leave nothing out");
        assert!(!item.span.is_empty());
        at = item.span.end();
        if let ItemKind::Instruction(index) = item.kind {
            assert_eq!(index, instructions);
            let instruction = &tree.instructions[index];
            assert!(item.span.contains(instruction.span), "{:?}", instruction);
            let line = text[..item.span.start()].matches('\n').count() + 1;
            assert_eq!(instruction.line, line);
            assert!(instruction.end_line >= line);
            assert!(text[..item.span.end()].trim_end_matches('\n').matches('\n').count() + 1 >= line);
            instructions += 1;
        }
    }
    assert_eq!(at, text.len());
    assert_eq!(instructions, tree.instructions.len());
    for span in spans(&tree) {
        assert!(span.end() <= text.len() && span.start() <= span.end(), "{:?}", span);
        assert!(text.is_char_boundary(span.start()) && text.is_char_boundary(span.end()), "{:?}", span);
    }
    let starts: Vec<usize> = tree.problems.iter().map(|problem| problem.span.start()).collect();
    assert!(starts.is_sorted());
}

/// Every span of a tree.
fn spans(tree: &Tree) -> Vec<Span> {
    let mut spans: Vec<Span> = tree.items.iter().map(|item| item.span).collect();
    spans.extend(tree.directives.iter().flat_map(|directive| [directive.span, directive.value_span]));
    spans.extend(tree.problems.iter().map(|problem| problem.span));
    for instruction in &tree.instructions {
        of_instruction(instruction, &mut spans);
    }
    spans
}

fn of_instruction(instruction: &Instruction, spans: &mut Vec<Span>) {
    spans.extend([instruction.span, instruction.keyword_span]);
    spans.extend(&instruction.comments);
    spans.extend(&instruction.blank_lines);
    spans.extend(&instruction.comments_above);
    spans.extend(instruction.flags.iter().flat_map(|flag| [flag.span, flag.name_span, flag.value_span]));
    of_mapped(&instruction.rest, spans);
    match &instruction.body {
        Body::From { image, as_keyword, name } => {
            spans.push(image.span);
            spans.extend(as_keyword.iter().chain(name).map(|word| word.span));
        }
        Body::Run { command, mounts } => {
            of_command(command, spans);
            spans.extend(mounts.iter().map(|mount| mount.span));
            spans.extend(mounts.iter().filter_map(|mount| mount.from.as_ref()).map(|from| from.span));
        }
        Body::Cmd(command) | Body::Entrypoint(command) => of_command(command, spans),
        Body::Shell(words) | Body::Expose(words) | Body::Volume { paths: words, .. } => of_words(words, spans),
        Body::Copy(transfer) | Body::Add(transfer) => of_transfer(transfer, spans),
        Body::Env(pairs) | Body::Label(pairs) | Body::Arg(pairs) => of_pairs(pairs, spans),
        Body::User(word) | Body::Workdir(word) | Body::Stopsignal(word) | Body::Maintainer(word) => spans.push(word.span),
        Body::Healthcheck(healthcheck) => healthcheck.command.iter().for_each(|command| of_command(command, spans)),
        Body::Onbuild(trigger) => of_instruction(trigger, spans),
        Body::Invalid => {}
    }
}

fn of_words(words: &[Word], spans: &mut Vec<Span>) {
    spans.extend(words.iter().map(|word| word.span));
}

fn of_pairs(pairs: &[Pair], spans: &mut Vec<Span>) {
    for pair in pairs {
        spans.extend([pair.span, pair.key.span]);
        spans.extend(pair.value.as_ref().map(|value| value.span));
    }
}

fn of_mapped(text: &Mapped, spans: &mut Vec<Span>) {
    spans.push(text.whole());
    for (at, character) in text.text().char_indices() {
        spans.push(text.span(at, at + character.len_utf8()));
    }
}

fn of_command(command: &CommandLine, spans: &mut Vec<Span>) {
    match &command.form {
        CommandForm::Exec(words) => of_words(words, spans),
        CommandForm::Shell(text) => of_mapped(text, spans),
    }
    of_heredocs(&command.heredocs, spans);
}

fn of_transfer(transfer: &Transfer, spans: &mut Vec<Span>) {
    of_words(&transfer.sources, spans);
    spans.push(transfer.destination.span);
    of_heredocs(&transfer.heredocs, spans);
}

fn of_heredocs(heredocs: &[Heredoc], spans: &mut Vec<Span>) {
    spans.extend(heredocs.iter().flat_map(|heredoc| [heredoc.word_span, heredoc.body]));
}
