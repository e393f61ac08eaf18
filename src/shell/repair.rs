//! Calling shuck: what it must not be given, and what it wrongly refuses.

use std::borrow::Cow;

use memchr::memmem;
use shuck_parser::parser::{ParseResult, Parser, ShellDialect, ShellProfile};

/// Longer texts are not read: no instruction of a Dockerfile is a megabyte of shell.
const MAX_LENGTH: usize = 1 << 20;
/// How many stray braces are repaired before the text is given up; fewer in a long text, for each costs another reading.
const MAX_REPAIRS: usize = 32;
const MAX_REPAIRED_BYTES: usize = 256 << 10;
/// How deep commands may nest; what people write needs 6. A level of shuck takes up to 30 kB of stack.
const MAX_DEPTH: usize = 24;
/// How many brackets of a kind may be open at once, quotes not regarded; what people write needs 3. The time that shuck takes
/// grows with a high power of this.
const MAX_OPEN: usize = 24;
/// How many `${ }` may hold more than plain characters; a closing brace in quotes would deceive the count of open ones.
const MAX_EXPANSIONS: usize = 32;
/// Each operation of shuck is at least a token; a text cannot need more than this and its length.
const FUEL: usize = 100_000;

/// The tree of a text and whether it is clean; `None` for a text that is refused unread.
///
/// shuck 0.2.8 refuses an unquoted `}` inside a word that opened no brace (`echo a}b`), which every shell takes for a plain
/// character. Its complaint starts at that very byte, so it is covered by `_` and the text is read again; offsets stay.
pub(super) fn parse(text: &str) -> Option<(ParseResult, bool)> {
    let text = &*covered(text);
    match burden(text) {
        Burden::Light => Some(parse_here(text)),
        Burden::Heavy => std::thread::scope(|scope| {
            let thread = std::thread::Builder::new().stack_size(HEAVY_STACK);
            thread.spawn_scoped(scope, || parse_here(text)).ok()?.join().ok()
        }),
        Burden::Refused => None,
    }
}

/// Hands a clean tree and its text, stray braces covered, to the linter, on a stack that is large enough for both. `None` for a
/// text that is not clean.
#[cfg(feature = "shellcheck")]
pub(super) fn for_linter<T: Send>(text: &str, judge: impl FnOnce(&ParseResult, &str) -> T + Send) -> Option<T> {
    let text = &*covered(text);
    let whole = move || {
        let mut text = Cow::Borrowed(text);
        let (result, clean) = parse_repaired(&mut text);
        clean.then(|| judge(&result, &text))
    };
    let links = memmem::find_iter(text.as_bytes(), "&&").count() + memmem::find_iter(text.as_bytes(), "||").count();
    match burden(text) {
        Burden::Light if links <= LIGHT_LINKS => whole(),
        Burden::Light | Burden::Heavy => std::thread::scope(|scope| {
            let thread = std::thread::Builder::new().stack_size(HEAVY_STACK);
            thread.spawn_scoped(scope, whole).ok()?.join().ok()?
        }),
        Burden::Refused => None,
    }
}

/// The text without a character of several bytes where shuck 0.2.8 would cut one in two: behind an escape in double quotes it
/// looks for the text of backticks in the wrong place. A `%` for each byte is as plain a character; offsets stay.
fn covered(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    if text.is_ascii() || !bytes.contains(&b'`') || !bytes.contains(&b'\\') {
        return Cow::Borrowed(text);
    }
    let mut covered = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_ascii() {
            covered.push(character);
        } else {
            covered.extend(std::iter::repeat_n('%', character.len_utf8()));
        }
    }
    Cow::Owned(covered)
}

fn parse_here(text: &str) -> (ParseResult, bool) {
    parse_repaired(&mut Cow::Borrowed(text))
}

fn parse_repaired(text: &mut Cow<'_, str>) -> (ParseResult, bool) {
    let mut result = parse_once(text);
    for _ in 0..MAX_REPAIRS.min(MAX_REPAIRED_BYTES / text.len().max(1)) {
        if result.is_ok() {
            break;
        }
        let Some(stray) = result.diagnostics.iter().find_map(|complaint| stray_brace(text, complaint.span.start.offset())) else {
            break;
        };
        text.to_mut().replace_range(stray..=stray, "_");
        result = parse_once(text);
    }
    let clean = result.is_ok();
    (result, clean)
}

fn parse_once(text: &str) -> ParseResult {
    let profile = ShellProfile::native(ShellDialect::Bash);
    Parser::with_limits_and_profile(text, MAX_DEPTH, FUEL.max(text.len()), profile).parse()
}

fn stray_brace(text: &str, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let inside = at > 0 && !bytes[at - 1].is_ascii_whitespace();
    (inside && bytes.get(at) == Some(&b'}')).then_some(at)
}

/// What reading a text may ask of the stack. shuck counts the nesting of commands, but recurses uncounted over `time time …`,
/// `coproc …` and over the substitutions inside an arithmetic expression.
#[derive(Debug, PartialEq, Eq)]
enum Burden {
    /// The stack of any thread will do.
    Light,
    /// A thread of its own is needed.
    Heavy,
    Refused,
}

const HEAVY_STACK: usize = 32 << 20;
/// A chain of commands is as deep as it is long.
#[cfg(feature = "shellcheck")]
const LIGHT_LINKS: usize = 48;
const LIGHT_BRACKETS: usize = 256;
const HEAVY_BRACKETS: usize = 8192;
const LIGHT_PREFIXES: usize = 24;
const HEAVY_PREFIXES: usize = 1024;

fn burden(text: &str) -> Burden {
    if text.len() > MAX_LENGTH {
        return Burden::Refused;
    }
    let bytes = text.as_bytes();
    let count = |prefix: &str| memmem::find_iter(bytes, prefix).take(HEAVY_PREFIXES + 1).count();
    let prefixes = count("time") + count("coproc");
    let brackets = memchr::memchr3_iter(b'(', b'{', b'`', bytes).count();
    let refused = brackets > HEAVY_BRACKETS || prefixes > HEAVY_PREFIXES;
    if refused || (brackets > MAX_OPEN && nests_too_deep(bytes)) {
        Burden::Refused
    } else if brackets > LIGHT_BRACKETS || prefixes > LIGHT_PREFIXES {
        Burden::Heavy
    } else {
        Burden::Light
    }
}

/// Whether too many brackets are open at once, or too many expansions hold more than plain characters.
fn nests_too_deep(bytes: &[u8]) -> bool {
    let (mut round, mut curly) = (Open::default(), Open::default());
    let mut expansions = 0;
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'(' => round.open(),
            b')' => round.close(),
            b'{' => {
                curly.open();
                expansions += usize::from(at > 0 && bytes[at - 1] == b'$' && !closes_plainly(&bytes[at + 1..]));
            }
            b'}' => curly.close(),
            _ => {}
        }
    }
    round.most.max(curly.most) > MAX_OPEN || expansions > MAX_EXPANSIONS
}

/// Whether `}` comes before anything that nests or quotes.
fn closes_plainly(inside: &[u8]) -> bool {
    let stop = inside.iter().find(|byte| matches!(byte, b'}' | b'{' | b'"' | b'\'' | b'`' | b'$' | b'\\' | b'(' | b'[' | b'\n'));
    stop == Some(&b'}')
}

/// Brackets of one kind.
#[derive(Default)]
struct Open {
    now: usize,
    most: usize,
}

impl Open {
    fn open(&mut self) {
        self.now += 1;
        self.most = self.most.max(self.now);
    }

    fn close(&mut self) {
        self.now = self.now.saturating_sub(1);
    }
}
