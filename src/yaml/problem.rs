//! Syntax errors in plain words, each at its bytes.

use granit_parser::ErrorKind;

use super::Problem;
use crate::source::Span;

/// How far a document was read when it broke.
#[derive(Clone, Copy)]
pub(super) struct Progress {
    /// The end of what was read.
    pub end: usize,
    /// The innermost `[` or `{` that is not closed yet.
    pub bracket: Option<usize>,
}

/// The problem that granit met at the byte `at`.
pub(super) fn of(kind: &ErrorKind, text: &str, progress: Progress, at: usize) -> Problem {
    let token = token(text, at);
    let first = text[at..].chars().next().unwrap_or(' ');
    let (span, message): (Span, String) = match kind {
        ErrorKind::TabNotAllowed
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation
        | ErrorKind::TabInPlainScalar
        | ErrorKind::TabAtBlockScalarStart => match tab(text, at) {
            Some((span, true)) => (span, TAB_INDENTS.into()),
            Some((span, false)) => (span, "a tab stands here; before a key or a list item YAML allows only spaces".into()),
            None => (token, TAB_INDENTS.into()),
        },

        ErrorKind::UnclosedQuotedScalar => (to_line_end(text, at), "this quote is never closed".into()),
        ErrorKind::DocumentIndicatorInQuotedScalar => {
            (to_line_end(text, at), "this quote is not closed before the document ends".into())
        }
        ErrorKind::InvalidQuotedScalarIndent => match open_quote(text, progress.end, at) {
            Some((open, _)) => {
                (to_line_end(text, open), "this quote is not closed, or the lines after it lack indentation".into())
            }
            None => (to_line_end(text, at), "this line goes on with a quoted text and must be indented".into()),
        },
        ErrorKind::InvalidTrailingSingleQuotedScalar => {
            (token, "text follows the closing quote; inside single quotes a quote is written `''`".into())
        }
        ErrorKind::InvalidTrailingDoubleQuotedScalar => {
            (token, "text follows the closing quote; inside double quotes a quote is written `\\\"`".into())
        }
        ErrorKind::UnknownQuotedScalarEscape => {
            let span = bad_escape(text, at).unwrap_or(token);
            (span, format!("`{}` is no escape; inside double quotes a backslash is written `\\\\`", span.slice(text)))
        }
        ErrorKind::InvalidQuotedScalarHexEscape => {
            let span = bad_escape(text, at).unwrap_or(token);
            (span, "this escape lacks hexadecimal digits: `\\x` takes 2, `\\u` 4 and `\\U` 8".into())
        }
        ErrorKind::InvalidLowSurrogateHexEscape
        | ErrorKind::InvalidLowSurrogate
        | ErrorKind::MissingLowSurrogate
        | ErrorKind::UnpairedLowSurrogate
        | ErrorKind::InvalidUnicodeEscape => {
            (bad_escape(text, at).unwrap_or(token), "this escape stands for no Unicode character".into())
        }

        ErrorKind::UnclosedFlowCollection { open } => (token, format!("this `{open}` is never closed")),
        ErrorKind::MismatchedFlowCollectionEnd { open, close } => (token, format!("a `{close}` closes this `{open}`")),
        ErrorKind::MisplacedFlowCollectionEnd => (token, format!("this `{first}` closes nothing")),
        ErrorKind::ExpectedFlowMappingSeparator
        | ErrorKind::ExpectedFlowSequenceSeparator
        | ErrorKind::InvalidColonPlacement
        | ErrorKind::UnexpectedEofFlowSequence
        | ErrorKind::UnexpectedEofFlowMapping
        | ErrorKind::UnexpectedEofImplicitFlowMapping => (token, between_brackets(text, progress.bracket, first)),
        ErrorKind::BlockEntryInFlowCollection => (token, "between brackets list items take no `-`".into()),
        ErrorKind::PlainScalarStartsWithDashFlowIndicator => (token, "a `-` alone between brackets needs quotes".into()),

        ErrorKind::MappingValueNotAllowed => (token, second_colon(text, progress.end, at)),
        ErrorKind::MappingKeyNotAllowed => (token, "a key cannot start here".into()),
        ErrorKind::FlowMappingValueAdjacentCollection | ErrorKind::InvalidMappingValueWhitespace => {
            (token, "a space is missing after this `:`".into())
        }
        ErrorKind::SimpleKeyExpected | ErrorKind::InvalidSimpleKey => {
            (to_line_end(text, at), "a `:` is missing: this line stands among keys but has none".into())
        }
        ErrorKind::ExpectedBlockMappingKey => {
            let line = line_start(text, at);
            match text[line..at].trim_start_matches(' ') {
                "" => (to_line_end(text, at), "the indentation of this line fits nothing above it".into()),
                before if before.trim_end() == "-" => {
                    (Span::new(at - before.len(), at - before.len() + 1), "a list item cannot stand among keys".into())
                }
                _ => (to_line_end(text, at), "the value ends before this; quote it if this belongs to it".into()),
            }
        }
        ErrorKind::ExpectedBlockSequenceEntry => {
            (to_line_end(text, at), "a `- ` is missing: this line stands among list items but is none".into())
        }
        ErrorKind::BlockSequenceEntryNotAllowed => {
            (token, "a list cannot start here; its items stand below the key, each on a line of its own".into())
        }
        ErrorKind::InvalidBlockEntryWhitespace => (token, "a space is missing after this `-`".into()),
        ErrorKind::InvalidIndentation | ErrorKind::InvalidFlowScalarIndent => {
            (to_line_end(text, at), "this line is indented less than what it belongs to".into())
        }
        ErrorKind::RecursionLimitExceeded => (token, "more than 255 levels are nested here".into()),

        ErrorKind::InvalidBlockScalarHeader => (
            to_line_end(text, at),
            format!("behind `{first}` only an indentation and `+` or `-` can stand; the text starts below"),
        ),
        ErrorKind::ZeroBlockScalarIndent => (to_line_end(text, at), "the indentation of a block text is 1 to 9".into()),
        ErrorKind::InvalidBlockScalarIndent => {
            (to_line_end(text, at), "the lines of this block text are indented less than its first one".into())
        }

        ErrorKind::CommentNotSeparated => (token, "a space is missing before this `#`".into()),
        ErrorKind::CommentInterceptedScalar => {
            (to_line_end(text, at), "a comment has ended the text that this line goes on with; quote the text".into())
        }
        ErrorKind::ExpectedWhitespace => (token, "a space is missing here".into()),
        ErrorKind::UnexpectedCharacter { character } => (token, unexpected(*character)),
        ErrorKind::BomInsideDocument => (token, "a byte order mark can stand only at the start of a document".into()),
        ErrorKind::UnexpectedEof | ErrorKind::UnexpectedEofBlockMapping | ErrorKind::UnexpectedEofBlockSequence => {
            (token, "the text ends too early".into())
        }

        ErrorKind::MissingAnchorOrAliasName => {
            (token, format!("a name must follow `{first}`; quote the text if it starts with `{first}`"))
        }
        ErrorKind::UndeclaredTagHandle => {
            (to_blank(text, at), format!("no `%TAG` declares `{}`", to_blank(text, at).slice(text)))
        }
        ErrorKind::ExpectedTagBang
        | ErrorKind::InvalidGlobalTagCharacter
        | ErrorKind::InvalidTagTerminator
        | ErrorKind::MissingTagUri
        | ErrorKind::UnclosedVerbatimTag
        | ErrorKind::InvalidTagEscape
        | ErrorKind::InvalidTagUtf8LeadingByte
        | ErrorKind::InvalidTagUtf8TrailingByte
        | ErrorKind::InvalidTagUtf8 => (to_blank(text, at), "this is no tag; quote the text if it starts with `!`".into()),

        ErrorKind::InvalidDocumentEnd => (to_line_end(text, at), "behind `...` only a comment can stand".into()),
        ErrorKind::ExpectedDocumentStart => (token, "a `---` is missing after the directives".into()),
        ErrorKind::MissingDocumentEndBeforeDirective => {
            (to_line_end(text, at), "a `...` is missing before this directive".into())
        }
        ErrorKind::DuplicateVersionDirective | ErrorKind::DuplicateTagDirective => {
            (to_line_end(text, at), "this directive stands here twice".into())
        }
        ErrorKind::UnsupportedYamlMajorVersion => (to_line_end(text, at), "this is not a version 1 of YAML".into()),
        ErrorKind::ExpectedTagDirectiveBang
        | ErrorKind::InvalidDirectiveTerminator
        | ErrorKind::MissingYamlVersionSeparator
        | ErrorKind::MissingDirectiveName
        | ErrorKind::InvalidDirectiveName
        | ErrorKind::DirectiveByteLimitExceeded { .. }
        | ErrorKind::TooManyReservedDirectiveParams { .. }
        | ErrorKind::YamlVersionTooLong
        | ErrorKind::MissingYamlVersion
        | ErrorKind::InvalidTagDirectiveTerminator => (to_line_end(text, at), "this is no directive of YAML".into()),

        other => (token, other.to_string()),
    };
    Problem { message, span }
}

const TAB_INDENTS: &str = "a tab indents this line; YAML allows only spaces";

/// The first tab that indents a line outside of `allowed`: compose (go-yaml) refuses it even before a comment and in a
/// blank line, where YAML 1.2.2, 6.1 does not. The spans in `allowed` are sorted and do not overlap.
pub(super) fn indenting_tab(text: &str, allowed: impl Iterator<Item = Span>) -> Option<Problem> {
    let mut allowed = allowed.peekable();
    let mut line = 0;
    loop {
        let blanks = leading_blanks(text, line);
        if blanks.slice(text).contains('\t') {
            while allowed.next_if(|span| span.end() <= line).is_some() {}
            if allowed.peek().is_none_or(|span| span.start() >= line) {
                return Some(Problem { message: TAB_INDENTS.into(), span: blanks });
            }
        }
        line = blanks.end() + text[blanks.end()..].find('\n')? + 1;
    }
}

fn between_brackets(text: &str, bracket: Option<usize>, found: char) -> String {
    if found == ',' {
        return "a `,` stands here without an item before it".into();
    }
    let Some(open) = bracket else { return format!("a `{found}` cannot stand here between brackets") };
    let close = if text[open..].starts_with('[') { ']' } else { '}' };
    let line = text[..open].bytes().filter(|&byte| byte == b'\n').count() + 1;
    format!("a `,` or `{close}` is missing before this; the bracket opens in line {line}")
}

/// What a `:` where none can stand tells about the line.
fn second_colon(text: &str, end: usize, at: usize) -> String {
    let key = text[line_start(text, at)..at].trim_start();
    if key.starts_with("---") {
        return "keys start below `---`, not behind it".into();
    }
    // A scalar that ends at the `:` and began in a line before it.
    if end == at && !key.contains(": ") && line_start(text, at) > 0 {
        "this line reads as the rest of the line above; indent both alike, or end the one above with `:`".into()
    } else {
        "a second `: ` stands in this line; quote the value if it belongs to it".into()
    }
}

fn unexpected(character: char) -> String {
    match character {
        '\0' => "a NUL byte cannot stand in YAML".into(),
        // What stands for a byte that is no UTF-8 (`SourceFile::text`).
        '\u{1a}' => "this byte is no UTF-8; save the file as UTF-8".into(),
        '`' => "no text can start with a backtick; quote it".into(),
        '@' | '%' => format!("no text can start with `{character}`; quote it"),
        control if control.is_control() => {
            format!("the control character U+{:04X} can stand in YAML only as an escape in double quotes", control as u32)
        }
        other => format!("a `{other}` cannot stand here"),
    }
}

/// The tabs at fault for an error at `at`, and whether they indent a line: granit may point at the start of the scalar
/// that goes on in the line with the tab.
fn tab(text: &str, at: usize) -> Option<(Span, bool)> {
    let mut line = line_start(text, at);
    loop {
        let blanks = leading_blanks(text, line);
        if blanks.slice(text).contains('\t') {
            return Some((blanks, true));
        }
        match text[line.max(at)..].find('\n') {
            Some(newline) => line = line.max(at) + newline + 1,
            None => break,
        }
        if text[at..line].contains('\t') {
            break;
        }
    }
    let start = line_start(text, at).max(text[..at].trim_end_matches([' ', '\t']).len());
    let start = start + text[start..].find('\t')?;
    let end = start + text[start..].bytes().take_while(|&byte| byte == b'\t').count();
    Some((Span::new(start, end), false))
}

/// The opening quote of the quoted scalar that holds the byte `at`, and the byte behind its closing quote, or the end of
/// the text. Between `from` and `at` there may be whole scalars that granit has read but not given yet.
pub(super) fn open_quote(text: &str, from: usize, at: usize) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let mut place = from;
    while place < at {
        let begins = place == 0 || matches!(bytes[place - 1], b' ' | b'\t' | b'\r' | b'\n' | b',' | b'[' | b'{' | b':');
        match bytes[place] {
            b'#' if begins => place = line_end(text, place),
            quote @ (b'"' | b'\'') if begins => match closing_quote(bytes, place, quote) {
                Some(end) if end <= at => place = end,
                end => return Some((place, end.unwrap_or(bytes.len()))),
            },
            _ => place += 1,
        }
    }
    None
}

fn closing_quote(bytes: &[u8], open: usize, quote: u8) -> Option<usize> {
    let mut at = open + 1;
    while let Some(&byte) = bytes.get(at) {
        at += match byte {
            b'\\' if quote == b'"' => 2,
            b'\'' if quote == byte && bytes.get(at + 1) == Some(&byte) => 2,
            byte if byte == quote => return Some(at + 1),
            _ => 1,
        };
    }
    None
}

/// The first escape that is none in the double-quoted scalar from `at` (YAML 1.2.2, 5.7).
fn bad_escape(text: &str, at: usize) -> Option<Span> {
    let mut surrogate: Option<Span> = None;
    let mut place = at + 1;
    while let Some(escape) = text.get(place..)?.find(['\\', '"']) {
        place += escape;
        if !text[place..].starts_with('\\') {
            break;
        }
        let code = text[place + 1..].chars().next()?;
        let digits = match code {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            '0' | 'a' | 'b' | 't' | '\t' | 'n' | 'v' | 'f' | 'r' | 'e' | ' ' | '"' | '/' | '\\' | 'N' | '_' | 'L' | 'P'
            | '\n' | '\r' => 0,
            _ => return Some(Span::new(place, place + 1 + code.len_utf8())),
        };
        let start = place + 1 + code.len_utf8();
        let found = text[start..].bytes().take(digits).take_while(u8::is_ascii_hexdigit).count();
        let span = Span::new(place, start + found);
        if found < digits {
            return Some(span);
        }
        if digits > 0 {
            match u32::from_str_radix(&text[start..start + found], 16).unwrap_or_default() {
                0xD800..=0xDBFF if surrogate.is_none() => surrogate = Some(span),
                0xDC00..=0xDFFF if surrogate.is_some_and(|high| high.end() == place) => surrogate = None,
                0xD800..=0xDFFF | 0x11_0000.. => return Some(surrogate.unwrap_or(span)),
                _ => {}
            }
        }
        if surrogate.is_some_and(|high| high != span) {
            return surrogate;
        }
        place = span.end();
    }
    surrogate
}

/// The token at `at`: one indicator, else the word; at the end of the text the empty place behind the last word.
fn token(text: &str, at: usize) -> Span {
    match text[at..].chars().next() {
        None => Span::empty(text.trim_end().len().min(at)),
        Some(first) if first.is_alphanumeric() => {
            let rest = &text[at..];
            let end = rest.find(|next: char| next.is_whitespace() || matches!(next, ',' | '[' | ']' | '{' | '}' | ':' | '#'));
            Span::new(at, at + end.unwrap_or(rest.len()))
        }
        Some(first) => Span::new(at, at + first.len_utf8()),
    }
}

fn to_blank(text: &str, at: usize) -> Span {
    let rest = &text[at..];
    Span::new(at, at + rest.find(char::is_whitespace).unwrap_or(rest.len()))
}

fn to_line_end(text: &str, at: usize) -> Span {
    let end = at + text[at..line_end(text, at)].trim_end().len();
    if end > at { Span::new(at, end) } else { token(text, at) }
}

fn line_end(text: &str, at: usize) -> usize {
    text[at..].find(['\n', '\r']).map_or(text.len(), |newline| at + newline)
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind(['\n', '\r']).map_or(0, |newline| newline + 1)
}

fn leading_blanks(text: &str, line: usize) -> Span {
    let blanks = text[line..].bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    Span::new(line, line + blanks)
}
