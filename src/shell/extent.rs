//! Where statements really begin and end: shuck's spans of commands reach up to the next token, those of groups leave out the
//! brackets.

use shuck_ast::{
    Assignment, BuiltinCommand, Command, CompoundCommand, DeclOperand, ForSyntax, IfSyntax, Redirect, RedirectTarget, Stmt, Word,
};

pub(super) fn operand_end(operand: &DeclOperand) -> usize {
    match operand {
        DeclOperand::Flag(word) | DeclOperand::Dynamic(word) => word.span.end.offset(),
        DeclOperand::Name(name) => name.span.end.offset(),
        DeclOperand::Assignment(assignment) => assignment.span.end.offset(),
    }
}

/// The parts of `exit`, `return`, `break` and `continue`: name, first argument, the others, assignments.
pub(super) fn builtin_parts(builtin: &BuiltinCommand) -> (&'static str, Option<&Word>, &[Word], &[Assignment]) {
    match builtin {
        BuiltinCommand::Break(command) => ("break", command.depth.as_ref(), &command.extra_args, &command.assignments),
        BuiltinCommand::Continue(command) => ("continue", command.depth.as_ref(), &command.extra_args, &command.assignments),
        BuiltinCommand::Return(command) => ("return", command.code.as_ref(), &command.extra_args, &command.assignments),
        BuiltinCommand::Exit(command) => ("exit", command.code.as_ref(), &command.extra_args, &command.assignments),
    }
}

/// Where the name of such a builtin stands: shuck keeps no span of it.
pub(super) fn builtin_name(source: &str, builtin: &BuiltinCommand, redirects: &[Redirect]) -> (usize, usize) {
    let (name, first, _, assignments) = builtin_parts(builtin);
    let span = match builtin {
        BuiltinCommand::Break(command) => command.span,
        BuiltinCommand::Continue(command) => command.span,
        BuiltinCommand::Return(command) => command.span,
        BuiltinCommand::Exit(command) => command.span,
    };
    let limit = first.map_or(span.end.offset(), |word| word.span.start.offset());
    let mut start = assignments.last().map_or(span.start.offset(), |last| last.span.end.offset());
    for redirect in redirects.iter().filter(|redirect| redirect.span.end.offset() <= limit) {
        let end = redirect.span.end.offset();
        if source.get(end..limit).is_some_and(|rest| rest.contains(name)) {
            start = start.max(end);
        }
    }
    let at = source.get(start..limit).and_then(|text| text.find(name)).map_or(start, |found| start + found);
    (at, (at + name.len()).min(source.len()))
}

/// The start of a statement, brackets and leading redirections included.
pub(super) fn statement_start(source: &str, mut statement: &Stmt) -> usize {
    let mut least = usize::MAX;
    loop {
        if let Some(first) = statement.redirects.first() {
            least = least.min(redirect_start(source, first));
        }
        let start = match &statement.command {
            Command::Binary(binary) => {
                statement = &binary.left;
                continue;
            }
            Command::Compound(CompoundCommand::Subshell(body)) => opening(source, body.span.start.offset(), '('),
            Command::Compound(CompoundCommand::BraceGroup(body)) => opening(source, body.span.start.offset(), '{'),
            _ => statement.span.start.offset(),
        };
        return start.min(least).min(source.len());
    }
}

fn opening(source: &str, inside: usize, bracket: char) -> usize {
    source.get(..inside).and_then(|before| before.rfind(bracket)).unwrap_or(inside)
}

/// The end of a statement, closing brackets and redirections included, the operator after it not.
pub(super) fn statement_end(source: &str, mut statement: &Stmt) -> usize {
    // What is still to be closed, outermost first: the end of the inside as shuck saw it, and the redirections behind.
    let mut open: Vec<(Option<usize>, usize)> = Vec::new();
    let mut end = loop {
        let redirected = statement.redirects.iter().map(|redirect| redirect.span.end.offset()).max().unwrap_or(0);
        match &statement.command {
            Command::Simple(command) => {
                let words = [&command.name].into_iter().chain(command.args.last()).map(|word| word.span.end.offset());
                let assigned = command.assignments.last().map(|last| last.span.end.offset());
                break words.chain(assigned).max().unwrap_or(0).max(redirected);
            }
            Command::Builtin(builtin) => {
                let (_, first, others, _) = builtin_parts(builtin);
                let name = builtin_name(source, builtin, &statement.redirects).1;
                break others.last().or(first).map_or(name, |word| word.span.end.offset()).max(redirected);
            }
            Command::Decl(command) => {
                let operand = command.operands.last().map_or(0, operand_end);
                break operand.max(command.variant_span.end.offset()).max(redirected);
            }
            Command::Binary(binary) => statement = &binary.right,
            Command::Function(function) => statement = &function.body,
            Command::AnonymousFunction(function) => statement = &function.body,
            Command::Compound(compound) => match compound {
                CompoundCommand::Time(command) => match &command.command {
                    Some(inner) => statement = inner,
                    None => break (command.span.start.offset() + "time".len()).max(redirected),
                },
                CompoundCommand::Coproc(command) => {
                    open.push((None, redirected));
                    statement = &command.body;
                }
                CompoundCommand::BraceGroup(body) => break (body.span.end.offset() + 1).max(redirected),
                CompoundCommand::Subshell(body) => {
                    open.push((Some(body.span.end.offset()), redirected));
                    match body.last() {
                        Some(last) => statement = last,
                        None => break body.span.start.offset(),
                    }
                }
                _ => break compound_end(compound).max(redirected),
            },
        }
    };
    while let Some((closing, redirected)) = open.pop() {
        if let Some(limit) = closing {
            end = closing_bracket(source, end, limit);
        }
        end = end.max(redirected);
    }
    end.min(source.len())
}

/// The end of the `)` that closes a subshell: after its last command, at most one byte past where shuck saw its end.
fn closing_bracket(source: &str, from: usize, limit: usize) -> usize {
    let bytes = source.as_bytes();
    let limit = (limit + 1).min(bytes.len());
    let mut at = from;
    while at < limit {
        match bytes[at] {
            b')' => return at + 1,
            b'#' => at = memchr::memchr(b'\n', &bytes[at..limit]).map_or(limit, |newline| at + newline),
            _ => at += 1,
        }
    }
    limit.max(from)
}

fn compound_end(compound: &CompoundCommand) -> usize {
    let span = match compound {
        CompoundCommand::If(command) => match command.syntax {
            IfSyntax::ThenFi { fi_span, .. } => fi_span,
            IfSyntax::Brace { right_brace_span, .. } => right_brace_span,
        },
        CompoundCommand::For(command) => match command.syntax {
            ForSyntax::InDoDone { done_span, .. } | ForSyntax::ParenDoDone { done_span, .. } => done_span,
            ForSyntax::InBrace { right_brace_span, .. } | ForSyntax::ParenBrace { right_brace_span, .. } => right_brace_span,
            ForSyntax::InDirect { .. } | ForSyntax::ParenDirect { .. } => command.body.span,
        },
        CompoundCommand::ArithmeticFor(command) => command.done_span.unwrap_or(command.span),
        CompoundCommand::While(command) => command.done_span.unwrap_or(command.span),
        CompoundCommand::Until(command) => command.done_span.unwrap_or(command.span),
        CompoundCommand::Case(command) => command.esac_span,
        CompoundCommand::Select(command) => command.done_span,
        CompoundCommand::Arithmetic(command) => command.right_paren_span,
        CompoundCommand::Conditional(command) => command.right_bracket_span,
        CompoundCommand::Repeat(command) => command.span,
        CompoundCommand::Foreach(command) => command.span,
        CompoundCommand::Always(command) => command.span,
        CompoundCommand::Time(command) => command.span,
        CompoundCommand::Coproc(command) => command.span,
        CompoundCommand::Subshell(body) | CompoundCommand::BraceGroup(body) => body.span,
    };
    span.end.offset()
}

/// The start of a redirection, the braces of `{name}>` included.
pub(super) fn redirect_start(source: &str, redirect: &Redirect) -> usize {
    let start = redirect.span.start.offset();
    let Some(name) = redirect.fd_var_span else { return start };
    let name = name.start.offset();
    let brace = usize::from(source.get(..name).is_some_and(|before| before.ends_with('{')));
    start.min(name - brace)
}

/// The word behind the operator, where the source has one.
pub(super) fn redirect_target(redirect: &Redirect) -> Option<&Word> {
    match &redirect.target {
        RedirectTarget::Word(word) => Some(word),
        RedirectTarget::Heredoc(heredoc) => Some(&heredoc.delimiter.raw),
    }
    .filter(|word| word.span.start.offset() >= redirect.span.start.offset() && word.span.end.offset() > 0)
}
