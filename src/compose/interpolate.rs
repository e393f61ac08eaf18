//! `$NAME` and `${NAME…}` in text, as compose replaces them (compose-go, `template/template.go`).

use std::fmt;

/// Arguments of operators nest no deeper; compose itself knows no bound.
const DEPTH: usize = 64;

/// The values of variables take up no more bytes in one text, or in all texts that share a [`Room`].
const MOST_BYTES: usize = 16 << 20;

/// How many bytes values may still take up. Variables that each hold the one before twice double with every line: 30 lines would
/// fill the memory.
#[derive(Debug, Clone)]
pub struct Room {
    left: usize,
}

impl Default for Room {
    fn default() -> Self {
        Self::of(MOST_BYTES)
    }
}

impl Room {
    /// For so many bytes.
    pub const fn of(bytes: usize) -> Self {
        Self { left: bytes }
    }

    /// Takes the bytes of a value; `false` where they are too many, as all that come later are then.
    pub fn take(&mut self, value: &str) -> bool {
        let left = self.left.checked_sub(value.len());
        self.left = left.unwrap_or_default();
        left.is_some()
    }
}

/// What a name stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lookup {
    Unset,
    Set {
        value: String,
        /// The value itself hangs on something that is not known.
        unknown: bool,
    },
}

/// A text with its variables replaced.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Interpolated {
    pub text: String,
    /// In the order of the text, those of arguments that were used too.
    pub uses: Vec<Use>,
    /// The text hangs on a variable that is set nowhere.
    pub unknown: bool,
}

/// One place that names a variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    pub name: String,
    pub operator: Option<Operator>,
    /// It is set, perhaps to nothing.
    pub set: bool,
    /// The argument of its operator stands in its place.
    pub replaced: bool,
    /// Where the `$` is in the text that was interpolated; that of the outermost use for those in arguments.
    pub at: usize,
}

/// What follows the name within braces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operator {
    /// `:-`: the argument when unset or empty.
    DefaultIfEmpty,
    /// `-`: the argument when unset.
    Default,
    /// `:?`: an error when unset or empty.
    RequiredNotEmpty,
    /// `?`: an error when unset.
    Required,
    /// `:+`: the argument when set and not empty.
    AlternativeIfNotEmpty,
    /// `+`: the argument when set.
    Alternative,
}

impl Operator {
    /// As it is written.
    pub const fn text(self) -> &'static str {
        match self {
            Self::DefaultIfEmpty => ":-",
            Self::Default => "-",
            Self::RequiredNotEmpty => ":?",
            Self::Required => "?",
            Self::AlternativeIfNotEmpty => ":+",
            Self::Alternative => "+",
        }
    }

    /// Whether it asks for a value.
    pub const fn is_required(self) -> bool {
        matches!(self, Self::RequiredNotEmpty | Self::Required)
    }
}

/// Why compose refuses a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InterpolationError {
    /// A `${` that opens no variable; at this byte of the text.
    Format { at: usize },
    /// Arguments nest too deep.
    Depth { at: usize },
    /// The values take up too many bytes; compose itself knows no bound.
    Size { at: usize },
}

impl InterpolationError {
    /// The byte of the text at fault.
    pub const fn at(&self) -> usize {
        match self {
            Self::Format { at } | Self::Depth { at } | Self::Size { at } => *at,
        }
    }
}

impl fmt::Display for InterpolationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Format { .. } => f.write_str(
                "invalid interpolation format: write `${NAME}` or `${NAME:-default}`, and `$$` for a `$` that is to stay",
            ),
            Self::Depth { .. } => write!(f, "variables are nested more than {DEPTH} levels deep"),
            Self::Size { .. } => f.write_str("with its variables replaced this is too large to read"),
        }
    }
}

/// Replaces every variable. Without a `$` there is nothing to do: ask [`has_variables`] first.
///
/// A variable that an operator asks for (`${X:?}`) and that is set nowhere gives an unknown text and no error: where compose
/// runs, it may be set.
///
/// # Errors
/// A `${` that opens no variable, arguments nested too deep, and values that are too long together.
pub fn interpolate(text: &str, lookup: &dyn Fn(&str) -> Lookup) -> Result<Interpolated, InterpolationError> {
    interpolate_within(text, lookup, &mut Room::default())
}

/// As [`interpolate`], one of several texts for which there is only so much room.
///
/// # Errors
/// As [`interpolate`].
pub fn interpolate_within(
    text: &str,
    lookup: &dyn Fn(&str) -> Lookup,
    room: &mut Room,
) -> Result<Interpolated, InterpolationError> {
    let mut result = Interpolated { text: String::with_capacity(text.len()), ..Interpolated::default() };
    substitute(text, &mut Variables { lookup, room }, &mut result, None, 0)?;
    Ok(result)
}

/// What the variables of a text are.
struct Variables<'l> {
    lookup: &'l dyn Fn(&str) -> Lookup,
    room: &'l mut Room,
}

impl Variables<'_> {
    /// What a name stands for; it takes room even where it is not used.
    fn get(&mut self, name: &str, at: usize) -> Result<Lookup, InterpolationError> {
        match (self.lookup)(name) {
            Lookup::Set { value, .. } if !self.room.take(&value) => Err(InterpolationError::Size { at }),
            found => Ok(found),
        }
    }
}

/// Whether there may be something to replace.
pub fn has_variables(text: &str) -> bool {
    memchr::memchr(b'$', text.as_bytes()).is_some()
}

fn substitute(
    text: &str,
    variables: &mut Variables<'_>,
    result: &mut Interpolated,
    outer: Option<usize>,
    depth: usize,
) -> Result<(), InterpolationError> {
    if depth > DEPTH {
        return Err(InterpolationError::Depth { at: outer.unwrap_or_default() });
    }
    let bytes = text.as_bytes();
    let mut last_brace = LastBrace::default();
    let mut from = 0;
    while let Some(dollar) = memchr::memchr(b'$', &bytes[from..]).map(|at| from + at) {
        result.text.push_str(&text[from..dollar]);
        let at = outer.unwrap_or(dollar);
        from = match bytes.get(dollar + 1) {
            Some(b'$') => {
                result.text.push('$');
                dollar + 2
            }
            Some(b'{') => {
                let Some(braced) = Braced::read(text, dollar, &mut last_brace) else {
                    return Err(InterpolationError::Format { at });
                };
                braced.expand(variables, result, at, outer, depth)?;
                braced.end
            }
            _ => {
                let end = name_end(bytes, dollar + 1);
                if end == dollar + 1 {
                    result.text.push('$');
                } else {
                    plain(&text[dollar + 1..end], variables, result, at)?;
                }
                end
            }
        };
    }
    result.text.push_str(&text[from..]);
    Ok(())
}

/// The end of a name that begins at `start`, which is its start when there is none.
fn name_end(bytes: &[u8], start: usize) -> usize {
    match bytes.get(start) {
        Some(byte) if byte.is_ascii_alphabetic() || *byte == b'_' => {
            let rest = bytes[start..].iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_');
            start + rest.count()
        }
        _ => start,
    }
}

fn plain(name: &str, variables: &mut Variables<'_>, result: &mut Interpolated, at: usize) -> Result<(), InterpolationError> {
    let set = match variables.get(name, at)? {
        Lookup::Unset => {
            result.unknown = true;
            false
        }
        Lookup::Set { value, unknown } => {
            result.text.push_str(&value);
            result.unknown |= unknown;
            true
        }
    };
    result.uses.push(Use { name: name.to_owned(), operator: None, set, replaced: false, at });
    Ok(())
}

/// The last `}` of the line that was asked for last.
#[derive(Default)]
struct LastBrace {
    line_end: usize,
    brace: Option<usize>,
}

impl LastBrace {
    /// The last `}` in the line of the byte `at`, when it does not stand before it.
    fn of(&mut self, bytes: &[u8], at: usize) -> Option<usize> {
        if at >= self.line_end {
            let end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |newline| at + newline);
            self.brace = memchr::memrchr(b'}', &bytes[at..end]).map(|brace| at + brace);
            self.line_end = end.max(at + 1);
        }
        self.brace.filter(|brace| *brace >= at)
    }
}

/// `${NAME}` or `${NAME:-argument}`.
struct Braced<'t> {
    name: &'t str,
    operator: Option<Operator>,
    argument: &'t str,
    /// Behind the closing brace.
    end: usize,
}

impl<'t> Braced<'t> {
    /// Reads what begins with the `$` at `dollar`. An argument goes on to the brace that closes the first one, by counting,
    /// else to the last brace of the line; it holds no newline.
    fn read(text: &'t str, dollar: usize, last_brace: &mut LastBrace) -> Option<Self> {
        let bytes = text.as_bytes();
        let start = dollar + 2;
        let name_end = name_end(bytes, start);
        if name_end == start {
            return None;
        }
        let name = &text[start..name_end];
        if bytes.get(name_end) == Some(&b'}') {
            return Some(Self { name, operator: None, argument: "", end: name_end + 1 });
        }
        let colon = bytes.get(name_end) == Some(&b':');
        let sign = name_end + usize::from(colon);
        let operator = match (bytes.get(sign)?, colon) {
            (b'-', true) => Operator::DefaultIfEmpty,
            (b'-', false) => Operator::Default,
            (b'?', true) => Operator::RequiredNotEmpty,
            (b'?', false) => Operator::Required,
            (b'+', true) => Operator::AlternativeIfNotEmpty,
            (b'+', false) => Operator::Alternative,
            _ => return None,
        };
        let last = last_brace.of(bytes, sign + 1)?;
        let close = closing(&bytes[sign + 1..last]).map_or(last, |close| sign + 1 + close);
        Some(Self { name, operator: Some(operator), argument: &text[sign + 1..close], end: close + 1 })
    }

    fn expand(
        &self,
        variables: &mut Variables<'_>,
        result: &mut Interpolated,
        at: usize,
        outer: Option<usize>,
        depth: usize,
    ) -> Result<(), InterpolationError> {
        let Some(operator) = self.operator else {
            return plain(self.name, variables, result, at);
        };
        let found = variables.get(self.name, at)?;
        let (set, empty) = match &found {
            Lookup::Unset => (false, true),
            Lookup::Set { value, unknown } => (true, value.is_empty() && !unknown),
        };
        let replaced = match operator {
            Operator::DefaultIfEmpty => empty,
            Operator::Default => !set,
            Operator::AlternativeIfNotEmpty => !empty,
            Operator::Alternative => set,
            Operator::RequiredNotEmpty | Operator::Required => false,
        };
        result.uses.push(Use { name: self.name.to_owned(), operator: Some(operator), set, replaced, at });
        if replaced {
            return substitute(self.argument, variables, result, Some(outer.unwrap_or(at)), depth + 1);
        }
        // Compose reads the argument also when it does not use it.
        let mut unused = Interpolated::default();
        substitute(self.argument, variables, &mut unused, Some(outer.unwrap_or(at)), depth + 1)?;
        match found {
            Lookup::Set { value, unknown } => {
                result.text.push_str(&value);
                result.unknown |= unknown || (operator == Operator::RequiredNotEmpty && value.is_empty());
            }
            Lookup::Unset => result.unknown |= operator.is_required(),
        }
        Ok(())
    }
}

/// The first `}` in a text behind a `{` that closes it. Compose does not look at the character behind a `{`, so the braces of
/// `{}` and `{{` are not two.
fn closing(bytes: &[u8]) -> Option<usize> {
    let mut open = 1usize;
    let mut skipped = None;
    for at in memchr::memchr2_iter(b'{', b'}', bytes) {
        if skipped == Some(at) {
            continue;
        }
        if bytes[at] == b'{' {
            open += 1;
            skipped = Some(at + 1);
        } else {
            open -= 1;
            if open == 0 {
                return Some(at);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lookup(name: &str) -> Lookup {
        let set = |value: &str| Lookup::Set { value: value.to_owned(), unknown: false };
        match name {
            "FOO" => set("first"),
            "BAR" => set(""),
            "N" => set("8080"),
            "DOLLAR" => set("a$b"),
            "HAZY" => Lookup::Set { value: String::new(), unknown: true },
            _ => Lookup::Unset,
        }
    }

    fn text(template: &str) -> String {
        interpolate(template, &lookup).map_or_else(|error| format!("error at {}", error.at()), |result| result.text)
    }

    #[test]
    fn texts_as_compose_gives_them() {
        let cases = [
            ("", ""),
            ("plain", "plain"),
            ("$FOO", "first"),
            ("${FOO}", "first"),
            ("ok $FOO.", "ok first."),
            ("$FOO-x", "first-x"),
            ("$FOO_x", ""),
            ("$foo", ""),
            ("ok ${BAR}", "ok "),
            ("ok $NONE", "ok "),
            ("$$", "$"),
            ("$$FOO", "$FOO"),
            ("$${FOO}", "${FOO}"),
            ("$$$FOO", "$first"),
            ("$", "$"),
            ("a$", "a$"),
            ("$1", "$1"),
            ("$ x", "$ x"),
            ("$-", "$-"),
            ("$(date)", "$(date)"),
            ("$é", "$é"),
            ("é$FOO", "éfirst"),
            // defaults
            ("${FOO:-x}", "first"),
            ("${BAR:-x}", "x"),
            ("${NONE:-x}", "x"),
            ("${FOO-x}", "first"),
            ("${BAR-x}", ""),
            ("${NONE-x}", "x"),
            ("${NONE:-}", ""),
            ("${NONE-}", ""),
            ("${NONE:-a b}", "a b"),
            ("${NONE:-/a:b?c}", "/a:b?c"),
            ("${NONE--x}", "-x"),
            ("${NONE:-:-x}", ":-x"),
            ("${NONE-or?x}", "or?x"),
            ("${NONE:-x}${BAR:-y}", "xy"),
            ("${NONE:-x}-${FOO}-${NONE-z}", "x-first-z"),
            ("${NONE:-http://x}/y", "http://x/y"),
            // alternatives
            ("${FOO:+x}", "x"),
            ("${BAR:+x}", ""),
            ("${NONE:+x}", ""),
            ("${FOO+x}", "x"),
            ("${BAR+x}", "x"),
            ("${NONE+x}", ""),
            // required
            ("${FOO:?say}", "first"),
            ("${FOO?}", "first"),
            ("${BAR?say}", ""),
            ("${NONE:?say}", ""),
            // nesting
            ("${NONE:-${FOO}}", "first"),
            ("${NONE:-$FOO}", "first"),
            ("${NONE:-${OTHER:-x}}", "x"),
            ("${NONE:-${OTHER:-${FOO}y}}z", "firstyz"),
            ("${NONE:-a${FOO}b}", "afirstb"),
            ("${NONE:-$${b}}", "${b}"),
            ("${NONE:-{}}", "{}"),
            ("${NONE:-{\"a\": 1}}", "{\"a\": 1}"),
            ("${NONE:-$$x}", "$x"),
            ("${FOO:+${N}}", "8080"),
            ("${NONE-{}", "{"),
            ("${NONE:-{}x}y}", "{}x}y"),
            ("${NONE:-{{x}}}", "{{x}}"),
            ("${NONE:-{{x}}y}", "{{x}y}"),
            // what a variable holds is not read again
            ("$DOLLAR", "a$b"),
            ("${NONE:-$DOLLAR}", "a$b"),
            // lines
            ("$FOO\n$N", "first\n8080"),
            ("${FOO}\n${NONE:-x}", "first\nx"),
        ];
        for (template, expected) in cases {
            assert_eq!(text(template), expected, "{template}");
        }
    }

    #[test]
    fn what_compose_refuses() {
        let cases = [
            ("${}", 0),
            ("a ${", 2),
            ("${1}", 0),
            ("${A/b/c}", 0),
            ("${A:x}", 0),
            ("${FOO", 0),
            ("${FOO:-x", 0),
            ("${ FOO}", 0),
            ("${FOO }", 0),
            ("${!FOO}", 0),
            ("${#FOO}", 0),
            ("${FOO:}", 0),
            ("${FOO%.x}", 0),
            ("${NONE:-${}}", 0),
            ("${FOO:-${}}", 0),
            ("${NONE:-a\nb}", 0),
        ];
        for (template, at) in cases {
            assert_eq!(interpolate(template, &lookup).map_err(|error| error.at()), Err(at), "{template}");
        }
    }

    #[test]
    fn what_hangs_on_the_unset_is_unknown() {
        for (template, unknown) in [
            ("$FOO", false),
            ("$NONE", true),
            ("${NONE}x", true),
            ("${NONE:-x}", false),
            ("${NONE-}", false),
            ("${NONE:+x}", false),
            ("${NONE:?x}", true),
            ("${BAR:?x}", true),
            ("${BAR?x}", false),
            ("${FOO:-$NONE}", false),
            ("${NONE:-$OTHER}", true),
            ("$HAZY", true),
            ("${HAZY:-x}", true),
            ("$$NONE", false),
        ] {
            assert_eq!(interpolate(template, &lookup).unwrap().unknown, unknown, "{template}");
        }
    }

    #[test]
    fn every_use_is_told() {
        let result = interpolate("a ${NONE:-$FOO} $BAR", &lookup).unwrap();
        let uses: Vec<_> = result.uses.iter().map(|used| (used.name.as_str(), used.set, used.replaced, used.at)).collect();
        assert_eq!(uses, [("NONE", false, true, 2), ("FOO", true, false, 2), ("BAR", true, false, 16)]);
    }

    #[test]
    fn depth_and_length_are_bounded() {
        let deep = "${A:-".repeat(10_000) + &"}".repeat(10_000);
        assert!(matches!(interpolate(&deep, &lookup), Err(InterpolationError::Depth { .. })));
        let wide = "${A:-x}".repeat(50_000);
        assert_eq!(interpolate(&wide, &lookup).unwrap().text.len(), 50_000);
        let open = "${A:-{".repeat(20_000) + "}";
        assert!(interpolate(&open, &lookup).is_err());
    }
}
