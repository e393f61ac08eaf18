//! From shuck's tree to flat lists of commands. The walk keeps its own stack: the depth of a text costs memory, never call depth.

use std::collections::VecDeque;

use shuck_ast::{
    Assignment as AstAssignment, AssignmentValue, BinaryOp, BuiltinCommand, Command as AstCommand, CommandSubstitutionSyntax,
    CompoundCommand, ConditionalCommand, DeclClause, DeclOperand, Redirect, SimpleCommand, Stmt, StmtSeq, StmtTerminator,
    TimeCommand,
};

use super::descend::has_inside;
use super::embedded;
use super::extent::{builtin_name, builtin_parts, redirect_start, redirect_target, statement_end, statement_start};
use super::words::{convert, is_glob, locate, slice};
use super::{Assignment, Command, Connector, List, Pipeline, Redirection, Script, Word, repair, wrappers};
use crate::source::{Mapped, Span};

/// How deep `sh -c 'sh -c …'` is followed.
const MAX_EMBEDDED: u16 = 8;

/// What surrounds a place in the text.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Context {
    pub(super) depth: u16,
    pub(super) list: Option<usize>,
    pub(super) tested: bool,
    pub(super) function: bool,
    /// How many substitutions are open.
    pub(super) substitutions: u16,
    /// Inside backticks, where backslashes work twice.
    pub(super) backticks: bool,
    pub(super) embedded: Option<usize>,
    /// How many `sh -c` are open.
    pub(super) embeddings: u16,
    /// In the body of a loop or branch or in braces, where not even the last status is that of the whole.
    pub(super) repeated: bool,
}

impl Context {
    fn inside(self) -> Self {
        Self { depth: self.depth.saturating_add(1), ..self }
    }

    pub(super) fn in_substitution(self, syntax: CommandSubstitutionSyntax) -> Self {
        let backticks = self.backticks || syntax == CommandSubstitutionSyntax::Backtick;
        Self { substitutions: self.substitutions.saturating_add(1), backticks, repeated: false, ..self.inside() }
    }
}

/// The place of a statement in its list.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    list: usize,
    connector: Connector,
    /// Offsets of the operator in the text.
    operator: Option<(usize, usize)>,
    /// Where the statement before it ends.
    after: Option<usize>,
    next: Option<Connector>,
    /// Where its `!` stands.
    bang: Option<usize>,
    pipeline: Option<usize>,
    negated: bool,
    background: bool,
    /// `time` in front of it.
    time: Option<&'a TimeCommand>,
}

/// What is still to be walked; the next one is on top.
pub(super) enum Work<'a> {
    Sequence(&'a StmtSeq, Context),
    /// A statement that is a list of its own.
    Alone(&'a Stmt, Context),
    Statement(&'a Stmt, Place<'a>, Context),
    /// The end of a compound command in a pipe: which pipe, and how many commands and substitutions there were before it.
    Member(usize, usize, u16),
    Word(&'a shuck_ast::Word, Context),
    Part(&'a shuck_ast::WordPartNode, Context),
    Parameter(&'a shuck_ast::ParameterExpansion, Context),
    Reference(&'a shuck_ast::VarRef, Context),
    Pattern(&'a shuck_ast::Pattern, Context),
    Arithmetic(&'a shuck_ast::ArithmeticExprNode, Context),
    Condition(&'a shuck_ast::ConditionalExpr, Context),
    Heredoc(&'a shuck_ast::HeredocBody, Context),
}

/// Reads a text and the texts inside it; says whether the outermost one is clean.
pub(super) fn read(script: &mut Script, text: &Mapped) -> bool {
    let mut pending = VecDeque::new();
    let clean = read_one(script, text, Context::default(), &mut pending, true);
    read_embedded(script, pending);
    clean
}

/// Adds a command that no shell has split into words, and the text that it hands to a shell.
pub(super) fn add_exec(script: &mut Script, command: Command, text: Option<Mapped>) {
    let span = command.span;
    script.lists.push(List { commands: vec![0], span, depth: 0, and_only: true, parent: None });
    script.commands.push(command);
    let context = Context { depth: 1, list: Some(0), embedded: Some(0), embeddings: 1, ..Context::default() };
    read_embedded(script, text.into_iter().map(|text| (text, context)).collect());
}

fn read_embedded(script: &mut Script, mut pending: VecDeque<(Mapped, Context)>) {
    while let Some((text, context)) = pending.pop_front() {
        read_one(script, &text, context, &mut pending, false);
    }
}

fn read_one(
    script: &mut Script,
    text: &Mapped,
    context: Context,
    pending: &mut VecDeque<(Mapped, Context)>,
    outermost: bool,
) -> bool {
    let Some((result, clean)) = repair::parse(text.text()) else { return false };
    if clean || outermost {
        let base = script.commands.len();
        let substitutions = Vec::new();
        let mut walker = Walker { script, text, source: text.text(), work: Vec::new(), pending, base, substitutions };
        walker.work.push(Work::Sequence(&result.file.body, context));
        walker.run();
    }
    clean
}

/// The connector that ends a statement of a sequence.
fn connector_after(statement: &Stmt) -> Connector {
    match statement.terminator {
        Some(StmtTerminator::Background(_)) => Connector::Background,
        _ => Connector::Sequence,
    }
}

pub(super) struct Walker<'a, 'o> {
    pub(super) script: &'o mut Script,
    pub(super) text: &'a Mapped,
    pub(super) source: &'a str,
    pub(super) work: Vec<Work<'a>>,
    pending: &'o mut VecDeque<(Mapped, Context)>,
    /// How many commands the script had before this text.
    base: usize,
    /// For each command of this text, how many substitutions are open around it.
    substitutions: Vec<u16>,
}

impl<'a> Walker<'a, '_> {
    fn run(&mut self) {
        while let Some(work) = self.work.pop() {
            // Work is pushed in the order of the text and taken from the top: each step turns its own round.
            let base = self.work.len();
            match work {
                Work::Sequence(body, context) => self.sequence(body, context),
                Work::Alone(statement, context) => {
                    let (place, context) = self.open(context);
                    self.work.push(Work::Statement(statement, place, context));
                }
                Work::Statement(statement, place, context) => self.statement(statement, place, context),
                Work::Member(pipeline, from, level) => self.member(pipeline, from, level),
                inside => self.descend(inside),
            }
            self.work[base..].reverse();
        }
    }

    /// Opens a list.
    fn open(&mut self, context: Context) -> (Place<'a>, Context) {
        let list = self.script.lists.len();
        self.script.lists.push(List {
            commands: Vec::new(),
            span: Span::default(),
            depth: context.depth,
            and_only: true,
            parent: context.list,
        });
        let place = Place {
            list,
            connector: Connector::First,
            operator: None,
            after: None,
            next: None,
            bang: None,
            pipeline: None,
            negated: false,
            background: false,
            time: None,
        };
        (place, Context { list: Some(list), ..context })
    }

    fn sequence(&mut self, body: &'a StmtSeq, context: Context) {
        if body.is_empty() {
            return;
        }
        let (first, context) = self.open(context);
        let mut before: Option<&Stmt> = None;
        for (index, statement) in body.iter().enumerate() {
            let mut place = first;
            let ending = connector_after(statement);
            if statement.negated && context.embedded.is_none() && (context.repeated || index + 1 < body.len()) {
                let start = statement.span.start.offset();
                let end = statement_end(self.source, statement);
                self.script.negations.push(locate(self.text, start, end));
            }
            place.background = ending == Connector::Background;
            place.next = (index + 1 < body.len()).then_some(ending);
            if let Some(before) = before {
                place.connector = connector_after(before);
                let end = statement_end(self.source, before);
                place.after = Some(end);
                place.operator = match before.terminator_span {
                    Some(span) => Some((span.start.offset(), span.end.offset())),
                    None => self.newline_between(end, statement),
                };
            }
            self.work.push(Work::Statement(statement, place, context));
            before = Some(statement);
        }
    }

    fn newline_between(&self, end: usize, after: &Stmt) -> Option<(usize, usize)> {
        let between = self.source.as_bytes().get(end..statement_start(self.source, after))?;
        memchr::memchr(b'\n', between).map(|at| (end + at, end + at + 1))
    }

    fn statement(&mut self, statement: &'a Stmt, mut place: Place<'a>, context: Context) {
        if statement.negated {
            place.negated = true;
            place.bang = Some(statement.span.start.offset());
        }
        match &statement.command {
            AstCommand::Binary(binary) => {
                let connector = match binary.op {
                    BinaryOp::And => Connector::And,
                    BinaryOp::Or => Connector::Or,
                    BinaryOp::Pipe | BinaryOp::PipeAll => Connector::Pipe,
                };
                if connector == Connector::Pipe && place.pipeline.is_none() {
                    place.pipeline = Some(self.open_pipeline(statement));
                }
                let operator = Some((binary.op_span.start.offset(), binary.op_span.end.offset()));
                let left = Place { next: Some(connector), ..place };
                let tried = Context { tested: context.tested || connector == Connector::Or, ..context };
                self.work.push(Work::Statement(&binary.left, left, tried));
                let after = Some(statement_end(self.source, &binary.left));
                let right = Place { connector, operator, after, bang: None, time: None, ..place };
                self.work.push(Work::Statement(&binary.right, right, context));
            }
            AstCommand::Simple(simple) => self.simple(simple, &statement.redirects, place, context),
            AstCommand::Builtin(builtin) => self.builtin(builtin, &statement.redirects, place, context),
            AstCommand::Decl(declaration) => self.declaration(declaration, &statement.redirects, place, context),
            AstCommand::Compound(CompoundCommand::Time(time)) if time.command.is_some() => {
                place.time = place.time.or(Some(time));
                if let Some(inner) = &time.command {
                    self.work.push(Work::Statement(inner, place, context));
                }
            }
            AstCommand::Compound(CompoundCommand::Coproc(coproc)) => {
                place.background = true;
                self.work.push(Work::Statement(&coproc.body, place, context));
            }
            AstCommand::Compound(CompoundCommand::Conditional(conditional)) => {
                self.conditional(conditional, &statement.redirects, place, context);
            }
            AstCommand::Compound(CompoundCommand::Arithmetic(arithmetic)) => {
                let mut words = vec![self.raw_word(arithmetic.left_paren_span)];
                words.extend(arithmetic.expr_span.map(|span| self.raw_word(span)));
                words.push(self.raw_word(arithmetic.right_paren_span));
                let start = arithmetic.left_paren_span.start.offset();
                let end = arithmetic.right_paren_span.end.offset();
                self.emit(words, &[], &statement.redirects, (start, end), place, context);
                self.work.extend(arithmetic.expr_ast.as_ref().map(|node| Work::Arithmetic(node, context)));
                self.descend_redirections(&statement.redirects, context);
            }
            AstCommand::Compound(compound) => {
                let member = self.element(statement, place, context);
                self.compound(compound, context);
                self.note_redirections(&statement.redirects, self.script.commands.len(), context);
                self.descend_redirections(&statement.redirects, context);
                self.work.extend(member);
            }
            AstCommand::Function(function) => {
                let member = self.element(statement, place, context);
                self.body(&function.body, Context { function: true, repeated: false, ..context.inside() });
                self.work.extend(member);
            }
            AstCommand::AnonymousFunction(function) => {
                let member = self.element(statement, place, context);
                self.body(&function.body, context.inside());
                self.work.extend(member);
            }
        }
    }

    /// The body of a function: its braces are no list of their own.
    fn body(&mut self, body: &'a Stmt, context: Context) {
        match &body.command {
            AstCommand::Compound(CompoundCommand::BraceGroup(inside) | CompoundCommand::Subshell(inside)) => {
                self.work.push(Work::Sequence(inside, context));
                self.descend_redirections(&body.redirects, context);
            }
            _ => self.work.push(Work::Alone(body, context)),
        }
    }

    fn open_pipeline(&mut self, statement: &Stmt) -> usize {
        let mut operator = None;
        let mut leftmost = statement;
        while let AstCommand::Binary(binary) = &leftmost.command {
            operator = Some(binary.op_span);
            leftmost = &binary.left;
        }
        let operator = operator.map_or(Span::default(), |span| locate(self.text, span.start.offset(), span.end.offset()));
        let span = locate(self.text, statement_start(self.source, leftmost), statement_end(self.source, statement));
        self.script.pipelines.push(Pipeline { commands: Vec::new(), span, operator });
        self.script.pipelines.len() - 1
    }

    /// Closes a compound member of a pipe: its last command that is not in a substitution of its own stands for it.
    fn member(&mut self, pipeline: usize, from: usize, substitutions: u16) {
        let mut inner = self.substitutions.iter().skip(from);
        if let Some(last) = inner.rposition(|open| *open <= substitutions) {
            self.script.pipelines[pipeline].commands.push(self.base + from + last);
        }
    }

    /// Enters a compound command into its list; the work that enters it into its pipe comes after its inside.
    fn element(&mut self, statement: &'a Stmt, place: Place<'a>, context: Context) -> Option<Work<'a>> {
        let start = place.time.map_or_else(|| statement_start(self.source, statement), |time| time.span.start.offset());
        let end = statement_end(self.source, statement);
        self.enter(place, locate(self.text, start, end));
        place.pipeline.map(|pipeline| Work::Member(pipeline, self.substitutions.len(), context.substitutions))
    }

    fn enter(&mut self, place: Place<'a>, span: Span) {
        let list = &mut self.script.lists[place.list];
        list.span = if list.span.is_empty() { span } else { list.span.cover(span) };
        let joined = matches!(place.connector, Connector::First | Connector::And | Connector::Pipe);
        list.and_only &= joined && !place.background;
    }

    fn compound(&mut self, compound: &'a CompoundCommand, outer: Context) {
        let context = Context { repeated: !matches!(compound, CompoundCommand::Subshell(_)), ..outer.inside() };
        let condition = Context { tested: true, repeated: false, ..context };
        match compound {
            CompoundCommand::If(command) => {
                self.work.push(Work::Sequence(&command.condition, condition));
                self.work.push(Work::Sequence(&command.then_branch, context));
                for (test, branch) in &command.elif_branches {
                    self.work.push(Work::Sequence(test, condition));
                    self.work.push(Work::Sequence(branch, context));
                }
                self.work.extend(command.else_branch.as_ref().map(|branch| Work::Sequence(branch, context)));
            }
            CompoundCommand::For(command) => {
                self.note_loop(command.words.iter().flatten(), outer);
                self.work.extend(command.words.iter().flatten().map(|word| Work::Word(word, outer)));
                self.work.push(Work::Sequence(&command.body, context));
            }
            CompoundCommand::Repeat(command) => {
                self.work.push(Work::Word(&command.count, outer));
                self.work.push(Work::Sequence(&command.body, context));
            }
            CompoundCommand::Foreach(command) => {
                self.work.extend(command.words.iter().map(|word| Work::Word(word, outer)));
                self.work.push(Work::Sequence(&command.body, context));
            }
            CompoundCommand::ArithmeticFor(command) => {
                let parts = [&command.init_ast, &command.condition_ast, &command.step_ast];
                self.work.extend(parts.into_iter().flatten().map(|node| Work::Arithmetic(node, outer)));
                self.work.push(Work::Sequence(&command.body, context));
            }
            CompoundCommand::While(command) => {
                self.work.push(Work::Sequence(&command.condition, condition));
                self.work.push(Work::Sequence(&command.body, context));
            }
            CompoundCommand::Until(command) => {
                self.work.push(Work::Sequence(&command.condition, condition));
                self.work.push(Work::Sequence(&command.body, context));
            }
            CompoundCommand::Case(command) => {
                self.work.push(Work::Word(&command.word, outer));
                for item in &command.cases {
                    self.work.extend(item.patterns.iter().map(|pattern| Work::Pattern(pattern, outer)));
                    self.work.push(Work::Sequence(&item.body, context));
                }
            }
            CompoundCommand::Select(command) => {
                self.work.extend(command.words.iter().map(|word| Work::Word(word, outer)));
                self.work.push(Work::Sequence(&command.body, context));
            }
            CompoundCommand::Subshell(body) | CompoundCommand::BraceGroup(body) => {
                self.work.push(Work::Sequence(body, context));
            }
            CompoundCommand::Always(command) => {
                self.work.push(Work::Sequence(&command.body, context));
                self.work.push(Work::Sequence(&command.always_body, context));
            }
            CompoundCommand::Time(_)
            | CompoundCommand::Coproc(_)
            | CompoundCommand::Arithmetic(_)
            | CompoundCommand::Conditional(_) => {}
        }
    }
}

/// Simple commands.
impl<'a> Walker<'a, '_> {
    fn word(&self, word: &shuck_ast::Word) -> Word {
        convert(self.text, self.source, word)
    }

    /// A word as it is written.
    fn raw_word(&self, span: shuck_ast::Span) -> Word {
        self.static_word(slice(self.source, span), span.start.offset(), span.end.offset())
    }

    fn static_word(&self, text: &str, start: usize, end: usize) -> Word {
        Word {
            text: text.into(),
            literal: !text.contains(['$', '`']) && !is_glob(text),
            quoted: false,
            expansion: text.find(['$', '`']).map(|at| at as u32),
            span: locate(self.text, start, end),
        }
    }

    fn simple(&mut self, simple: &'a SimpleCommand, redirects: &'a [Redirect], place: Place<'a>, context: Context) {
        let name = Some(&simple.name).filter(|name| !slice(self.source, name.span).is_empty());
        let mut words = Vec::with_capacity(simple.args.len() + 1);
        words.extend(name.map(|name| self.word(name)));
        words.extend(simple.args.iter().map(|word| self.word(word)));
        let all = || name.into_iter().chain(&simple.args);
        let start = all().next().map_or(usize::MAX, |word| word.span.start.offset());
        let end = all().next_back().map_or(0, |word| word.span.end.offset());
        let index = self.emit(words, &simple.assignments, redirects, (start, end), place, context);
        self.read_inside(index, all(), context);
        self.note_assignments(&simple.assignments, false, index, context);
        self.note_words(all(), name.is_some(), index, context);
        self.note_redirections(redirects, index, context);
        self.descend_assignments(&simple.assignments, context);
        self.descend_words(all(), context);
        self.descend_redirections(redirects, context);
    }

    /// Notes the text that the command hands to another shell.
    fn read_inside(&mut self, index: usize, words: impl Iterator<Item = &'a shuck_ast::Word>, context: Context) {
        if context.embeddings >= MAX_EMBEDDED {
            return;
        }
        let command = &self.script.commands[index];
        let Some(found) = embedded::find(&command.words) else { return };
        // Wrappers are at the front: the words that are left are the last ones.
        let words: Vec<_> = words.collect();
        let own = &words[words.len().saturating_sub(command.words.len())..];
        let Some(inner) = embedded::text(self.text, self.source, own, &found) else { return };
        let context =
            Context { list: Some(command.list), embedded: Some(index), embeddings: context.embeddings + 1, ..context.inside() };
        self.pending.push_back((inner, context));
    }

    fn builtin(&mut self, builtin: &'a BuiltinCommand, redirects: &'a [Redirect], place: Place<'a>, context: Context) {
        let (name, first, others, assignments) = builtin_parts(builtin);
        let (start, name_end) = builtin_name(self.source, builtin, redirects);
        let mut words = vec![self.static_word(name, start, name_end)];
        words.extend(first.into_iter().chain(others).map(|word| self.word(word)));
        let end = others.last().or(first).map_or(name_end, |word| word.span.end.offset());
        let index = self.emit(words, assignments, redirects, (start, end), place, context);
        self.note_words(first.into_iter().chain(others), false, index, context);
        self.note_redirections(redirects, index, context);
        self.descend_assignments(assignments, context);
        self.descend_words(first.into_iter().chain(others), context);
        self.descend_redirections(redirects, context);
    }

    fn declaration(&mut self, declaration: &'a DeclClause, redirects: &'a [Redirect], place: Place<'a>, context: Context) {
        let mut words = vec![self.raw_word(declaration.variant_span)];
        for operand in &declaration.operands {
            words.push(match operand {
                DeclOperand::Flag(word) | DeclOperand::Dynamic(word) => self.word(word),
                DeclOperand::Name(name) => self.raw_word(name.span),
                DeclOperand::Assignment(assignment) => self.assignment_word(assignment),
            });
        }
        let start = declaration.variant_span.start.offset();
        let end = declaration.operands.last().map_or(0, super::extent::operand_end);
        let end = end.max(declaration.variant_span.end.offset());
        let index = self.emit(words, &declaration.assignments, redirects, (start, end), place, context);
        self.note_assignments(&declaration.assignments, false, index, context);
        self.note_redirections(redirects, index, context);
        self.descend_assignments(&declaration.assignments, context);
        for operand in &declaration.operands {
            match operand {
                DeclOperand::Flag(word) | DeclOperand::Dynamic(word) => {
                    self.note_words([word].into_iter(), false, index, context)
                }
                DeclOperand::Assignment(assignment) => self.note_assignments([assignment], true, index, context),
                DeclOperand::Name(_) => {}
            }
            match operand {
                DeclOperand::Flag(word) | DeclOperand::Dynamic(word) => self.descend_words([word], context),
                DeclOperand::Name(name) => self.work.push(Work::Reference(name, context)),
                DeclOperand::Assignment(assignment) => self.descend_assignments([assignment], context),
            }
        }
        self.descend_redirections(redirects, context);
    }

    /// `NAME=value` as one word.
    fn assignment_word(&self, assignment: &AstAssignment) -> Word {
        let span = assignment.span;
        let AssignmentValue::Scalar(value) = &assignment.value else { return self.raw_word(span) };
        let (start, end) = (span.start.offset(), value.span.start.offset());
        let Some(head) = self.source.get(start..end) else { return self.raw_word(span) };
        let mut word = self.word(value);
        word.text.insert_str(0, head);
        word.expansion = word.expansion.map(|at| at + head.len() as u32);
        word.span = locate(self.text, start, span.end.offset());
        word
    }

    fn conditional(&mut self, command: &'a ConditionalCommand, redirects: &'a [Redirect], place: Place<'a>, context: Context) {
        let mut words = vec![self.raw_word(command.left_bracket_span)];
        let mut spans = Vec::new();
        let mut whole = Vec::new();
        let mut pending = vec![&command.expression];
        while let Some(expression) = pending.pop() {
            use shuck_ast::ConditionalExpr as Expr;
            match expression {
                Expr::Binary(binary) => {
                    spans.push(binary.op_span);
                    pending.push(&binary.right);
                    pending.push(&binary.left);
                }
                Expr::Unary(unary) => {
                    spans.push(unary.op_span);
                    pending.push(&unary.expr);
                }
                Expr::Parenthesized(group) => pending.push(&group.expr),
                Expr::Word(word) | Expr::Regex(word) => {
                    words.push(self.word(word));
                    whole.push(word);
                }
                Expr::Pattern(pattern) => spans.push(pattern.span),
                Expr::VarRef(reference) => spans.push(reference.span),
            }
        }
        words.extend(spans.into_iter().map(|span| self.raw_word(span)));
        words.push(self.raw_word(command.right_bracket_span));
        words.sort_by_key(|word| word.span.start);
        let (start, end) = (command.left_bracket_span.start.offset(), command.right_bracket_span.end.offset());
        let index = self.emit(words, &[], redirects, (start, end), place, context);
        self.note_whole(whole, index, context);
        self.work.push(Work::Condition(&command.expression, context));
        self.descend_redirections(redirects, context);
    }

    /// Adds a command to the script; `extent` is that of its words.
    fn emit(
        &mut self,
        mut words: Vec<Word>,
        assignments: &[AstAssignment],
        redirects: &[Redirect],
        extent: (usize, usize),
        place: Place<'a>,
        context: Context,
    ) -> usize {
        if context.backticks && self.source.get(extent.0..extent.1).is_some_and(|text| text.contains('\\')) {
            words.iter_mut().for_each(|word| word.literal = false);
        }
        let mut taken = wrappers::take_off(&mut words);
        let (mut start, mut end) = extent;
        if let Some(time) = place.time {
            let at = time.span.start.offset();
            let mut own = vec![self.static_word("time", at, at + 4)];
            let flag = self.source.get(at..start).filter(|_| time.posix_format).and_then(|between| between.find("-p"));
            own.extend(flag.map(|found| self.static_word("-p", at + found, at + found + 2)));
            taken.insert(0, own);
            start = start.min(at);
        }
        for assignment in assignments {
            start = start.min(assignment.span.start.offset());
            end = end.max(assignment.span.end.offset());
        }
        for redirect in redirects {
            start = start.min(redirect_start(self.source, redirect));
            end = end.max(redirect.span.end.offset());
        }
        let span = locate(self.text, start.min(end), end);
        let index = self.script.commands.len();
        let connector_span = match place.operator {
            Some((start, end)) => locate(self.text, start, end),
            None => Span::empty(span.start()),
        };
        let joint = match place.after {
            Some(end) => locate(self.text, end, place.bang.unwrap_or(start)),
            None => Span::empty(span.start()),
        };
        let command = Command {
            base: Command::base_of(&words),
            words,
            wrappers: taken,
            assignments: assignments.iter().map(|assignment| self.assignment(assignment)).collect(),
            redirections: self.redirections(redirects),
            span,
            list: place.list,
            connector: place.connector,
            connector_span,
            joint,
            next: place.next,
            pipeline: place.pipeline,
            negated: place.negated,
            tested: context.tested,
            background: place.background,
            depth: context.depth,
            substitution: context.substitutions > 0,
            function: context.function,
            embedded: context.embedded,
        };
        self.script.commands.push(command);
        self.substitutions.push(context.substitutions);
        self.script.lists[place.list].commands.push(index);
        self.enter(place, span);
        if let Some(pipeline) = place.pipeline {
            self.script.pipelines[pipeline].commands.push(index);
        }
        index
    }

    fn assignment(&self, assignment: &AstAssignment) -> Assignment {
        let value = match &assignment.value {
            AssignmentValue::Scalar(word) => self.word(word),
            AssignmentValue::Compound(array) => Word { literal: false, ..self.raw_word(array.span) },
        };
        let span = assignment.span;
        let name = assignment.target.name.as_str().into();
        Assignment { name, value, span: locate(self.text, span.start.offset(), span.end.offset()) }
    }

    /// shuck reads `&>>file` as `>>file` and a made-up `2>&1` at the same place: one of the two is enough.
    fn redirections(&self, redirects: &[Redirect]) -> Vec<Redirection> {
        let mut out: Vec<Redirection> = Vec::with_capacity(redirects.len());
        let mut before = None;
        for redirect in redirects {
            if before.replace(redirect.span.start.offset()) != Some(redirect.span.start.offset()) {
                out.push(self.redirection(redirect));
            }
        }
        out
    }

    fn redirection(&self, redirect: &Redirect) -> Redirection {
        let (start, end) = (redirect_start(self.source, redirect), redirect.span.end.offset());
        let whole = self.source.get(start..end).unwrap_or_default();
        let body = redirect.heredoc().map(|heredoc| {
            let span = heredoc.body.span;
            locate(self.text, span.start.offset(), span.end.offset())
        });
        let (operator, target) = match redirect_target(redirect) {
            Some(word) => (self.source.get(start..word.span.start.offset()).unwrap_or_default(), self.word(word)),
            None => {
                // `2>&1` and `>&-`: shuck makes up the word behind `&`.
                let split = whole.rfind('&').map_or(whole.len(), |at| at + 1);
                let target = whole.get(split..).unwrap_or_default();
                (whole.get(..split).unwrap_or_default(), self.static_word(target, start + split, end))
            }
        };
        Redirection { operator: operator.trim_end().to_owned(), target, span: locate(self.text, start, end), body }
    }

    fn descend_words(&mut self, words: impl IntoIterator<Item = &'a shuck_ast::Word>, context: Context) {
        self.work.extend(words.into_iter().filter(|word| has_inside(&word.parts)).map(|word| Work::Word(word, context)));
    }
}
