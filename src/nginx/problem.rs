//! What nginx's reader refuses, or reads otherwise than it looks.

use crate::source::Span;

/// Something wrong with the text. `reason` says which rule tells it, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Problem {
    pub reason: Reason,
    pub span: Span,
}

/// Why nginx refuses the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// `}` closes nothing.
    UnexpectedClosingBrace,
    /// `{` without a directive before it.
    UnexpectedOpeningBrace,
    /// `;` without a directive before it.
    UnexpectedSemicolon,
    /// A `}` or the end of the file comes while a directive is open: the span is that of its last word.
    MissingSemicolon,
    /// A block is never closed: the span is that of its name.
    UnclosedBlock,
    /// A quoted word is never closed, or another quote far below closes it: the span is the quote.
    UnclosedQuote,
    /// Text stands right behind the closing quote of a word.
    TextAfterQuote,
    /// A word or comment longer than nginx's buffer.
    TooLongWord,
    /// The Lua of a `*_by_lua_block` has no end: the span is that of the name.
    UnclosedLuaBlock,
    /// An unquoted `{2}` in a word, where nginx ends the word at the brace: the span is the word as it was meant.
    UnquotedRegexBrace,
    /// A byte order mark, which nginx takes for part of a word.
    ByteOrderMark,
    /// A blank that is none to nginx: a no-break space or another one of Unicode.
    UnicodeBlank,
    /// The lines of the file end with a carriage return alone, so that the first comment runs to its end.
    LoneCarriageReturn,
    /// The file has more directives than are read.
    TooManyDirectives,
    /// Blocks stand deeper in one another than nginx, which recurses, can be trusted to read.
    TooDeep,
}

impl Reason {
    /// Every reason that `nginx/parse-error` tells; the others have a rule of their own.
    pub const fn is_parse_error(self) -> bool {
        !matches!(self, Self::UnquotedRegexBrace | Self::ByteOrderMark | Self::UnicodeBlank | Self::LoneCarriageReturn)
    }

    /// The span is in no directive.
    pub(super) const fn is_stray(self) -> bool {
        matches!(self, Self::UnexpectedClosingBrace | Self::UnexpectedOpeningBrace | Self::UnexpectedSemicolon)
    }

    /// The name of the variant in `rules/nginx/parse-error.yaml`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::UnexpectedClosingBrace => "unexpected-closing-brace",
            Self::UnexpectedOpeningBrace => "unexpected-opening-brace",
            Self::UnexpectedSemicolon => "unexpected-semicolon",
            Self::MissingSemicolon => "missing-semicolon",
            Self::UnclosedBlock => "unclosed-block",
            Self::UnclosedQuote => "unclosed-quote",
            Self::TextAfterQuote => "text-after-quote",
            Self::TooLongWord => "too-long-word",
            Self::UnclosedLuaBlock => "unclosed-lua-block",
            Self::UnquotedRegexBrace => "unquoted-regex-brace",
            Self::ByteOrderMark => "byte-order-mark",
            Self::UnicodeBlank => "unicode-blank",
            Self::LoneCarriageReturn => "lone-carriage-return",
            Self::TooManyDirectives => "too-many-directives",
            Self::TooDeep => "too-deep",
        }
    }
}
