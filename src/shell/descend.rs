//! Into words: the commands of `$( )`, backticks, `<( )`, `${x:-$(cmd)}`, arrays, arithmetic and here-documents.

use shuck_ast::{
    ArithmeticExpr, ArithmeticLvalue, ArrayElem, Assignment, AssignmentValue, BourneParameterExpansion,
    CommandSubstitutionSyntax, ConditionalExpr, HeredocBodyPart, ParameterExpansionSyntax, ParameterOp, PatternPart, Redirect,
    RedirectTarget, WordPart, WordPartNode, ZshExpansionTarget,
};

use super::walk::{Context, Walker, Work};

/// Whether some part of a word may hold commands.
pub(super) fn has_inside(parts: &[WordPartNode]) -> bool {
    parts.iter().any(|part| match &part.kind {
        WordPart::Literal(_) | WordPart::SingleQuoted { .. } | WordPart::Variable(_) | WordPart::PrefixMatch { .. } => false,
        WordPart::DoubleQuoted { parts, .. } => {
            parts.iter().any(|part| !matches!(part.kind, WordPart::Literal(_) | WordPart::Variable(_)))
        }
        _ => true,
    })
}

impl<'a> Walker<'a, '_> {
    pub(super) fn descend(&mut self, work: Work<'a>) {
        match work {
            Work::Word(word, context) => self.work.extend(word.parts.iter().map(|part| Work::Part(part, context))),
            Work::Part(part, context) => self.part(part, context),
            Work::Parameter(parameter, context) => self.parameter(parameter, context),
            Work::Reference(reference, context) => self.reference(reference, context),
            Work::Pattern(pattern, context) => {
                for part in &pattern.parts {
                    match &part.kind {
                        PatternPart::Word(word) => self.work.push(Work::Word(word, context)),
                        PatternPart::Group { patterns, .. } => {
                            self.work.extend(patterns.iter().map(|pattern| Work::Pattern(pattern, context)));
                        }
                        _ => {}
                    }
                }
            }
            Work::Arithmetic(node, context) => self.arithmetic(node, context),
            Work::Condition(expression, context) => self.condition(expression, context),
            Work::Heredoc(body, context) => {
                for part in &body.parts {
                    match &part.kind {
                        HeredocBodyPart::CommandSubstitution { body, syntax } => {
                            self.note_backticks(part.span, body, *syntax, context);
                            self.work.push(Work::Sequence(body, context.in_substitution(*syntax)));
                        }
                        HeredocBodyPart::ArithmeticExpansion { expression_word_ast, .. } => {
                            self.work.push(Work::Word(expression_word_ast, context));
                        }
                        HeredocBodyPart::Parameter(parameter) => self.work.push(Work::Parameter(parameter, context)),
                        HeredocBodyPart::Literal(_) | HeredocBodyPart::Variable(_) => {}
                    }
                }
            }
            Work::Sequence(..) | Work::Alone(..) | Work::Statement(..) | Work::Member(..) => {}
        }
    }

    pub(super) fn descend_assignments(&mut self, assignments: impl IntoIterator<Item = &'a Assignment>, context: Context) {
        for assignment in assignments {
            self.work.push(Work::Reference(&assignment.target, context));
            match &assignment.value {
                AssignmentValue::Scalar(word) => self.work.push(Work::Word(word, context)),
                AssignmentValue::Compound(array) => {
                    for element in &array.elements {
                        let value = match element {
                            ArrayElem::Sequential(value) => value,
                            ArrayElem::Keyed { key, value } | ArrayElem::KeyedAppend { key, value } => {
                                self.subscript(key, context);
                                value
                            }
                        };
                        self.work.push(Work::Word(&value.word, context));
                    }
                }
            }
        }
    }

    pub(super) fn descend_redirections(&mut self, redirects: &'a [Redirect], context: Context) {
        for redirect in redirects {
            self.work.push(match &redirect.target {
                RedirectTarget::Word(word) => Work::Word(word, context),
                RedirectTarget::Heredoc(heredoc) => Work::Heredoc(&heredoc.body, context),
            });
        }
    }

    fn part(&mut self, part: &'a WordPartNode, context: Context) {
        match &part.kind {
            WordPart::Literal(_) | WordPart::SingleQuoted { .. } | WordPart::Variable(_) | WordPart::PrefixMatch { .. } => {}
            WordPart::ZshQualifiedGlob(_) => {}
            WordPart::DoubleQuoted { parts, .. } => self.work.extend(parts.iter().map(|part| Work::Part(part, context))),
            WordPart::CommandSubstitution { body, syntax } => {
                self.note_backticks(part.span, body, *syntax, context);
                self.work.push(Work::Sequence(body, context.in_substitution(*syntax)));
            }
            WordPart::ProcessSubstitution { body, .. } => {
                let context = context.in_substitution(CommandSubstitutionSyntax::DollarParen);
                self.work.push(Work::Sequence(body, context));
            }
            // The expression is there as a tree, too; the word is there always, and one of the two is enough.
            WordPart::ArithmeticExpansion { expression_word_ast, .. } => {
                self.work.push(Work::Word(expression_word_ast, context));
            }
            WordPart::Parameter(parameter) => self.parameter(parameter, context),
            WordPart::ParameterExpansion { reference, operator, operand_word_ast, .. } => {
                self.operation(reference, Some(operator), operand_word_ast.as_deref(), context);
            }
            WordPart::IndirectExpansion { reference, operator, operand_word_ast, .. } => {
                self.operation(reference, operator.as_deref(), operand_word_ast.as_deref(), context);
            }
            WordPart::Substring { reference, offset_word_ast, length_word_ast, .. }
            | WordPart::ArraySlice { reference, offset_word_ast, length_word_ast, .. } => {
                self.reference(reference, context);
                self.work.push(Work::Word(offset_word_ast, context));
                self.work.extend(length_word_ast.as_deref().map(|word| Work::Word(word, context)));
            }
            WordPart::Length(reference)
            | WordPart::ArrayAccess(reference)
            | WordPart::ArrayLength(reference)
            | WordPart::ArrayIndices(reference)
            | WordPart::Transformation { reference, .. } => self.reference(reference, context),
        }
    }

    fn parameter(&mut self, parameter: &'a shuck_ast::ParameterExpansion, context: Context) {
        use BourneParameterExpansion as Bourne;
        match &parameter.syntax {
            ParameterExpansionSyntax::Bourne(expansion) => match expansion {
                Bourne::Access { reference }
                | Bourne::Length { reference }
                | Bourne::Indices { reference }
                | Bourne::Transformation { reference, .. } => self.reference(reference, context),
                Bourne::Indirect { reference, operator, operand_word_ast, .. } => {
                    self.operation(reference, operator.as_deref(), operand_word_ast.as_deref(), context);
                }
                Bourne::PrefixMatch { .. } => {}
                Bourne::Slice { reference, offset_word_ast, length_word_ast, .. } => {
                    self.reference(reference, context);
                    self.work.push(Work::Word(offset_word_ast, context));
                    self.work.extend(length_word_ast.as_deref().map(|word| Work::Word(word, context)));
                }
                Bourne::Operation { reference, operator, operand_word_ast, .. } => {
                    self.operation(reference, Some(operator), operand_word_ast.as_deref(), context);
                }
            },
            // Only in the Zsh dialect, which is never asked for.
            ParameterExpansionSyntax::Zsh(expansion) => match &expansion.target {
                ZshExpansionTarget::Reference(reference) => self.reference(reference, context),
                ZshExpansionTarget::Nested(inner) => self.work.push(Work::Parameter(inner, context)),
                ZshExpansionTarget::Word(word) => self.work.push(Work::Word(word, context)),
                ZshExpansionTarget::Empty => {}
            },
        }
    }

    fn operation(
        &mut self,
        reference: &'a shuck_ast::VarRef,
        operator: Option<&'a ParameterOp>,
        operand: Option<&'a shuck_ast::Word>,
        context: Context,
    ) {
        self.reference(reference, context);
        let mut replaced = false;
        match operator {
            Some(
                ParameterOp::RemovePrefixShort { pattern }
                | ParameterOp::RemovePrefixLong { pattern }
                | ParameterOp::RemoveSuffixShort { pattern }
                | ParameterOp::RemoveSuffixLong { pattern },
            ) => {
                self.work.push(Work::Pattern(pattern, context));
                replaced = true;
            }
            Some(
                ParameterOp::ReplaceFirst { pattern, replacement_word_ast, .. }
                | ParameterOp::ReplaceAll { pattern, replacement_word_ast, .. },
            ) => {
                self.work.push(Work::Pattern(pattern, context));
                self.work.push(Work::Word(replacement_word_ast, context));
                replaced = true;
            }
            _ => {}
        }
        self.work.extend(operand.filter(|_| !replaced).map(|word| Work::Word(word, context)));
    }

    fn reference(&mut self, reference: &'a shuck_ast::VarRef, context: Context) {
        if let Some(subscript) = &reference.subscript {
            self.subscript(subscript, context);
        }
    }

    fn subscript(&mut self, subscript: &'a shuck_ast::Subscript, context: Context) {
        match (&subscript.word_ast, &subscript.arithmetic_ast) {
            (Some(word), _) => self.work.push(Work::Word(word, context)),
            (None, Some(node)) => self.work.push(Work::Arithmetic(node, context)),
            (None, None) => {}
        }
    }

    fn arithmetic(&mut self, node: &'a shuck_ast::ArithmeticExprNode, context: Context) {
        let mut inner = |node: &'a shuck_ast::ArithmeticExprNode| self.work.push(Work::Arithmetic(node, context));
        match &node.kind {
            ArithmeticExpr::Number(_) | ArithmeticExpr::Variable(_) => {}
            ArithmeticExpr::ShellWord(word) => self.work.push(Work::Word(word, context)),
            ArithmeticExpr::Indexed { index, .. } => inner(index),
            ArithmeticExpr::Parenthesized { expression } => inner(expression),
            ArithmeticExpr::Unary { expr, .. } | ArithmeticExpr::Postfix { expr, .. } => inner(expr),
            ArithmeticExpr::Binary { left, right, .. } => {
                inner(left);
                inner(right);
            }
            ArithmeticExpr::Conditional { condition, then_expr, else_expr } => {
                inner(condition);
                inner(then_expr);
                inner(else_expr);
            }
            ArithmeticExpr::Assignment { target, value, .. } => {
                if let ArithmeticLvalue::Indexed { index, .. } = target {
                    inner(index);
                }
                inner(value);
            }
        }
    }

    fn condition(&mut self, expression: &'a ConditionalExpr, context: Context) {
        match expression {
            ConditionalExpr::Binary(binary) => {
                self.work.push(Work::Condition(&binary.left, context));
                self.work.push(Work::Condition(&binary.right, context));
            }
            ConditionalExpr::Unary(unary) => self.work.push(Work::Condition(&unary.expr, context)),
            ConditionalExpr::Parenthesized(group) => self.work.push(Work::Condition(&group.expr, context)),
            ConditionalExpr::Word(word) | ConditionalExpr::Regex(word) => self.work.push(Work::Word(word, context)),
            ConditionalExpr::Pattern(pattern) => self.work.push(Work::Pattern(pattern, context)),
            ConditionalExpr::VarRef(reference) => self.reference(reference, context),
        }
    }
}
