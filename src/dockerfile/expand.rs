//! Variables, quotes and escapes in the arguments of instructions, as BuildKit's `shell/lex.go` processes them.

use std::ops::Range;

mod pattern;

/// What a variable is known to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lookup {
    Value(String),
    /// Declared, value unknown.
    Unknown,
    Unset,
}

/// One word after expansion.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Expanded {
    /// `None` when the value hangs on an unknown variable, or is longer than [`LONGEST`].
    pub text: Option<String>,
    /// Every variable named, in order.
    pub uses: Vec<VariableUse>,
}

/// Several words after expansion.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ExpandedWords {
    pub words: Vec<ExpandedWord>,
    pub uses: Vec<VariableUse>,
}

/// One of the words that a text splits into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpandedWord {
    /// `None` when the value hangs on an unknown variable, which is taken to be a single word.
    pub text: Option<String>,
    /// The bytes of the text that the word came from, quotes included.
    pub range: Range<usize>,
}

/// A place that names a variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VariableUse {
    pub name: String,
    /// The bytes of `$NAME` or `${...}`.
    pub range: Range<usize>,
    /// An operator says what happens when it is unset: `:-`, `-`, `:+`, `+`, `:?`, `?`.
    pub defaulted: bool,
    /// The lookup knew the name.
    pub set: bool,
}

/// Why BuildKit refuses a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpandError {
    /// The key of the message: `unclosed-single-quote`, `unclosed-double-quote`, `unclosed-brace`, `bad-substitution`,
    /// `unsupported-modifier`, `invalid-pattern`, `variable-required`, or [`NESTED_TOO_DEEP`].
    pub reason: &'static str,
    pub range: Range<usize>,
}

/// The one reason of an [`ExpandError`] that is ours alone: BuildKit has no limit to `${a:-${b:-...}}`.
pub const NESTED_TOO_DEEP: &str = "nested-too-deep";

/// A value longer than this many bytes counts as unknown: a few lines that double a variable fill any memory.
pub const LONGEST: usize = 1 << 16;

const DEEPEST: usize = 64;

/// One word: quotes removed, escapes processed, variables substituted (`ProcessWord`).
pub fn expand(word: &str, escape: char, lookup: &mut dyn FnMut(&str) -> Lookup) -> Result<Expanded, ExpandError> {
    if !needs_expansion(word, escape) {
        return Ok(Expanded { text: Some(word.to_owned()), uses: Vec::new() });
    }
    // The most of the others are `"text"`.
    let quoted = word.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    if let Some(inner) = quoted.filter(|inner| inner.len() <= LONGEST && !needs_expansion(inner, escape)) {
        return Ok(Expanded { text: Some(inner.to_owned()), uses: Vec::new() });
    }
    let mut lexer = Lexer::new(word, escape, Mode::default(), lookup);
    let value = lexer.top(None)?;
    Ok(Expanded { text: value.known(), uses: lexer.uses })
}

/// Splits into words, honouring quotes, after substitution (`ProcessWords`): an unquoted value may become several words.
pub fn expand_words(text: &str, escape: char, lookup: &mut dyn FnMut(&str) -> Lookup) -> Result<ExpandedWords, ExpandError> {
    let mut lexer = Lexer::new(text, escape, Mode::default(), lookup);
    let mut words = Words::default();
    lexer.top(Some(&mut words))?;
    Ok(ExpandedWords { words: words.finish(), uses: lexer.uses })
}

/// The body of a COPY or ADD heredoc: variables substituted, quotes left alone (`ExpandRaw`); the escape is always `\`.
pub fn expand_body(body: &str, lookup: &mut dyn FnMut(&str) -> Lookup) -> Result<Expanded, ExpandError> {
    let mode = Mode { ignore_quotes: true, ..Mode::default() };
    let mut lexer = Lexer::new(body, '\\', mode, lookup);
    let value = lexer.top(None)?;
    Ok(Expanded { text: value.known(), uses: lexer.uses })
}

/// Splits a line into words that stay as written, quotes, escapes and variables included, as `heredocsFromLine` does.
/// Nothing for a line with an open quote or a bad substitution.
pub(super) fn raw_words(line: &str) -> Vec<ExpandedWord> {
    let mode = Mode { keep_quotes: true, keep_escapes: true, keep_unset: true, ignore_quotes: false };
    let mut unset = |_: &str| Lookup::Unset;
    let mut lexer = Lexer::new(line, '\\', mode, &mut unset);
    let mut words = Words::default();
    match lexer.top(Some(&mut words)) {
        Ok(_) => words.finish(),
        Err(_) => Vec::new(),
    }
}

/// The word after `<<` without its quotes, and whether it had any; `None` unless it is exactly one word.
pub(super) fn heredoc_name(word: &str) -> Result<Option<(String, bool)>, ExpandError> {
    let process = |keep_quotes| {
        let mode = Mode { keep_quotes, keep_unset: true, ..Mode::default() };
        let mut unset = |_: &str| Lookup::Unset;
        let mut lexer = Lexer::new(word, '\\', mode, &mut unset);
        let mut words = Words::default();
        lexer.top(Some(&mut words)).map(|_| words.finish())
    };
    let quotes = |text: &str| text.bytes().filter(|byte| matches!(byte, b'\'' | b'"')).count();
    let plain = process(false)?;
    let [ExpandedWord { text: Some(name), .. }] = plain.as_slice() else {
        return Ok(None);
    };
    // An escaped quote is in both, a quoting one only in the second.
    let quoted = process(true)?;
    let written = quoted.first().and_then(|word| word.text.as_deref()).unwrap_or_default();
    Ok(Some((name.clone(), quotes(name) != quotes(written))))
}

/// Whether anything in the word has a meaning of its own; most words have nothing.
pub fn needs_expansion(word: &str, escape: char) -> bool {
    word.bytes().any(|byte| matches!(byte, b'$' | b'\'' | b'"') || char::from(byte) == escape)
}

/// The switches of BuildKit's `shell.Lex`.
#[derive(Debug, Clone, Copy, Default)]
struct Mode {
    /// `RawQuotes`
    keep_quotes: bool,
    /// `RawEscapes`
    keep_escapes: bool,
    /// `SkipUnsetEnv`
    keep_unset: bool,
    /// `SkipProcessQuotes`
    ignore_quotes: bool,
}

/// Text that may hang on an unknown variable.
#[derive(Debug, Default)]
struct Value {
    text: String,
    unknown: bool,
}

impl Value {
    fn push(&mut self, text: &str) {
        if self.unknown {
            return;
        }
        if self.text.len() + text.len() > LONGEST {
            self.forget();
        } else {
            self.text.push_str(text);
        }
    }

    fn push_value(&mut self, value: &Self) {
        if value.unknown {
            self.forget();
        } else {
            self.push(&value.text);
        }
    }

    fn forget(&mut self) {
        self.unknown = true;
        self.text = String::new();
    }

    fn of(text: String) -> Self {
        Self { text, unknown: false }
    }

    fn unknown() -> Self {
        Self { text: String::new(), unknown: true }
    }

    fn known(self) -> Option<String> {
        (!self.unknown).then_some(self.text)
    }
}

/// Words under construction (`wordsStruct`).
#[derive(Debug, Default)]
struct Words {
    done: Vec<ExpandedWord>,
    current: Value,
    range: Range<usize>,
}

impl Words {
    fn is_empty(&self) -> bool {
        self.current.text.is_empty() && !self.current.unknown
    }

    fn extend(&mut self, range: Range<usize>) {
        if self.is_empty() {
            self.range = range;
        } else {
            self.range.end = range.end;
        }
    }

    /// Text that whitespace splits; `range` is where it came from, `exact` when it stands there byte by byte.
    fn add(&mut self, text: &str, range: Range<usize>, exact: bool) {
        for (at, character) in text.char_indices() {
            if character.is_whitespace() {
                self.close();
                continue;
            }
            let place = if exact { range.start + at..range.start + at + character.len_utf8() } else { range.clone() };
            self.extend(place);
            self.current.push(character.encode_utf8(&mut [0; 4]));
        }
    }

    /// Text that whitespace does not split.
    fn add_whole(&mut self, value: &Value, range: Range<usize>) {
        self.extend(range);
        self.current.push_value(value);
    }

    fn close(&mut self) {
        if !self.is_empty() {
            let text = std::mem::take(&mut self.current).known();
            self.done.push(ExpandedWord { text, range: self.range.clone() });
        }
    }

    fn finish(mut self) -> Vec<ExpandedWord> {
        self.close();
        self.done
    }
}

struct Lexer<'word, 'lookup> {
    word: &'word str,
    at: usize,
    escape: char,
    mode: Mode,
    lookup: &'lookup mut dyn FnMut(&str) -> Lookup,
    uses: Vec<VariableUse>,
    depth: usize,
    /// Where the innermost open `${` stands.
    open: usize,
}

impl<'word, 'lookup> Lexer<'word, 'lookup> {
    fn new(word: &'word str, escape: char, mode: Mode, lookup: &'lookup mut dyn FnMut(&str) -> Lookup) -> Self {
        Self { word, at: 0, escape, mode, lookup, uses: Vec::new(), depth: 0, open: 0 }
    }

    fn top(&mut self, words: Option<&mut Words>) -> Result<Value, ExpandError> {
        self.until(None, self.mode.keep_escapes, words)
    }

    fn peek(&self) -> Option<char> {
        // Most of a word is ASCII; decoding is for the rest.
        match self.word.as_bytes().get(self.at) {
            Some(byte) if byte.is_ascii() => Some(char::from(*byte)),
            Some(_) => self.word[self.at..].chars().next(),
            None => None,
        }
    }

    fn next(&mut self) -> Option<char> {
        let character = self.peek()?;
        self.at += character.len_utf8();
        Some(character)
    }

    fn error<T>(&self, reason: &'static str, from: usize) -> Result<T, ExpandError> {
        Err(ExpandError { reason, range: from..self.at })
    }

    /// `processStopOn`: up to the end, or past `stop`.
    fn until(&mut self, stop: Option<char>, keep_escapes: bool, mut words: Option<&mut Words>) -> Result<Value, ExpandError> {
        let mut value = Value::default();
        while let Some(character) = self.peek() {
            let from = self.at;
            if Some(character) == stop {
                self.at += 1;
                return Ok(value);
            }
            match character {
                '$' => {
                    let part = self.dollar()?;
                    value.push_value(&part);
                    if let Some(words) = words.as_deref_mut() {
                        if part.unknown {
                            words.add_whole(&part, from..self.at);
                        } else {
                            // A variable kept as it is written stands byte by byte in the source.
                            let exact = part.text == self.word[from..self.at];
                            words.add(&part.text, from..self.at, exact);
                        }
                    }
                }
                '\'' | '"' if !self.mode.ignore_quotes => {
                    let part = if character == '"' { self.double_quoted(keep_escapes)? } else { self.single_quoted()? };
                    value.push_value(&part);
                    if let Some(words) = words.as_deref_mut() {
                        words.add_whole(&part, from..self.at);
                    }
                }
                '<' => {
                    self.redirection();
                    let text = &self.word[from..self.at];
                    value.push(text);
                    if let Some(words) = words.as_deref_mut() {
                        words.add_whole(&Value::of(text.to_owned()), from..self.at);
                    }
                }
                _ if character == self.escape => {
                    self.at += 1;
                    let escaped = self.next();
                    let kept = if keep_escapes { from } else { from + character.len_utf8() };
                    // An escape at the end of the word escapes nothing and vanishes.
                    if escaped.is_none() && !keep_escapes {
                        continue;
                    }
                    let text = &self.word[kept..self.at];
                    value.push(text);
                    if let Some(words) = words.as_deref_mut() {
                        words.add_whole(&Value::of(text.to_owned()), from..self.at);
                    }
                }
                _ => {
                    self.plain(stop);
                    let text = &self.word[from..self.at];
                    value.push(text);
                    if let Some(words) = words.as_deref_mut() {
                        words.add(text, from..self.at, true);
                    }
                }
            }
        }
        match stop {
            // BuildKit's word for both: the closing brace is missing, whatever else is.
            Some(_) => self.error("unclosed-brace", self.open),
            None => Ok(value),
        }
    }

    /// Passes over characters without a meaning.
    fn plain(&mut self, stop: Option<char>) {
        let rest = &self.word.as_bytes()[self.at..];
        let special = |byte: &u8| {
            let character = char::from(*byte);
            matches!(byte, b'$' | b'\'' | b'"' | b'<') || character == self.escape || Some(character) == stop
        };
        // A special character right here has no meaning either, or the caller would not ask.
        let first = self.peek().map_or(0, char::len_utf8);
        let run = rest.get(first..).and_then(|rest| rest.iter().position(special));
        self.at = run.map_or(self.word.len(), |run| self.at + first + run);
    }

    /// `processPossibleHeredoc`: `<<` keeps the whitespace after it, so that `<< EOF` is one word.
    fn redirection(&mut self) {
        self.at += 1;
        if self.peek() == Some('<') {
            self.at += 1;
            while self.peek().is_some_and(|character| matches!(character, ' ' | '\t' | '\r' | '\n')) {
                self.at += 1;
            }
        }
    }

    fn single_quoted(&mut self) -> Result<Value, ExpandError> {
        let from = self.at;
        let Some(length) = memchr::memchr(b'\'', &self.word.as_bytes()[from + 1..]) else {
            self.at = self.word.len();
            return self.error("unclosed-single-quote", from);
        };
        self.at = from + length + 2;
        let inner = if self.mode.keep_quotes { from..self.at } else { from + 1..self.at - 1 };
        let mut value = Value::default();
        value.push(&self.word[inner]);
        Ok(value)
    }

    fn double_quoted(&mut self, keep_escapes: bool) -> Result<Value, ExpandError> {
        let from = self.at;
        let mut value = Value::default();
        self.at += 1;
        if self.mode.keep_quotes {
            value.push("\"");
        }
        while let Some(character) = self.peek() {
            let start = self.at;
            match character {
                '"' => {
                    self.at += 1;
                    if self.mode.keep_quotes {
                        value.push("\"");
                    }
                    return Ok(value);
                }
                '$' => {
                    let part = self.dollar()?;
                    value.push_value(&part);
                }
                _ if character == self.escape => {
                    self.at += 1;
                    if keep_escapes {
                        value.push(&self.word[start..self.at]);
                    }
                    // Only these three can be escaped; before all else the escape stands for itself.
                    match self.peek() {
                        None => {}
                        Some(next) if next == '"' || next == '$' || next == self.escape => {
                            value.push(next.encode_utf8(&mut [0; 4]));
                            self.at += next.len_utf8();
                        }
                        Some(_) => value.push(character.encode_utf8(&mut [0; 4])),
                    }
                }
                _ => {
                    let rest = &self.word.as_bytes()[start..];
                    let escape = self.escape;
                    let end = rest.iter().position(|byte| matches!(byte, b'"' | b'$') || char::from(*byte) == escape);
                    self.at = end.map_or(self.word.len(), |end| start + end);
                    value.push(&self.word[start..self.at]);
                }
            }
        }
        self.error("unclosed-double-quote", from)
    }

    /// `processDollar`: `$x`, `${x}` and all its operators.
    fn dollar(&mut self) -> Result<Value, ExpandError> {
        let from = self.at;
        self.at += 1;
        if self.peek() != Some('{') {
            let name = self.name();
            if name.is_empty() {
                return Ok(Value::of("$".to_owned()));
            }
            let index = self.note(name, from);
            let found = self.find(name, index);
            return Ok(match found {
                Lookup::Value(text) => Value::of(text),
                Lookup::Unknown => Value::unknown(),
                Lookup::Unset if self.mode.keep_unset => Value::of(self.word[from..self.at].to_owned()),
                Lookup::Unset => Value::default(),
            });
        }
        if self.depth == DEEPEST {
            return self.error(NESTED_TOO_DEEP, from);
        }
        let outer = std::mem::replace(&mut self.open, from);
        self.depth += 1;
        let value = self.braced(from)?;
        self.depth -= 1;
        self.open = outer;
        Ok(value)
    }

    fn braced(&mut self, from: usize) -> Result<Value, ExpandError> {
        self.at += 1;
        match self.peek() {
            None => return self.error("unclosed-brace", from),
            Some('{' | '}' | ':') => {
                self.at += 1;
                return self.error("bad-substitution", from);
            }
            Some(_) => {}
        }
        let name = self.name();
        let index = self.note(name, from);
        let operator_start = self.at;
        let operator = self.next();
        match operator {
            Some('}') => {
                let found = self.find(name, index);
                self.close_use(index);
                Ok(match found {
                    Lookup::Value(text) => Value::of(text),
                    Lookup::Unknown => Value::unknown(),
                    Lookup::Unset if self.mode.keep_unset => Value::of(self.word[from..self.at].to_owned()),
                    Lookup::Unset => Value::default(),
                })
            }
            Some(':') => {
                let operator = self.next();
                match operator {
                    Some(operator @ ('+' | '-' | '?')) => self.substitution(name, index, from, operator, true),
                    None => self.error("unclosed-brace", from),
                    Some(_) => {
                        let end = self.at;
                        // BuildKit reads the word first, and keeps an unset variable when it is told to.
                        let keep = self.mode.keep_unset;
                        let word = self.until(Some('}'), false, None)?;
                        let found = self.find(name, index);
                        self.close_use(index);
                        if keep && found == Lookup::Unset {
                            return Ok(self.rebuilt(name, operator_start..end, &word));
                        }
                        Err(ExpandError { reason: "unsupported-modifier", range: from..self.at })
                    }
                }
            }
            Some(operator @ ('+' | '-' | '?')) => self.substitution(name, index, from, operator, false),
            Some(operator @ ('#' | '%')) => self.trimming(name, index, operator),
            Some('/') => self.replacing(name, index, from),
            None => self.error("unclosed-brace", from),
            Some(_) => self.error("unsupported-modifier", from),
        }
    }

    /// `${x:-word}` and its kin; `empty_is_unset` with the colon.
    fn substitution(
        &mut self,
        name: &str,
        index: usize,
        from: usize,
        operator: char,
        empty_is_unset: bool,
    ) -> Result<Value, ExpandError> {
        if let Some(usage) = self.uses.get_mut(index) {
            usage.defaulted = true;
        }
        let operator_end = self.at;
        let operator_start = operator_end - if empty_is_unset { 2 } else { 1 };
        let word = self.until(Some('}'), false, None)?;
        let found = self.find(name, index);
        self.close_use(index);
        if self.mode.keep_unset && found == Lookup::Unset {
            return Ok(self.rebuilt(name, operator_start..operator_end, &word));
        }
        let missing = match &found {
            Lookup::Value(text) => empty_is_unset && text.is_empty(),
            Lookup::Unset => true,
            Lookup::Unknown => return Ok(Value::unknown()),
        };
        let value = match found {
            Lookup::Value(text) => text,
            Lookup::Unknown | Lookup::Unset => String::new(),
        };
        match (operator, missing) {
            ('-', true) | ('+', false) => Ok(word),
            ('+', true) => Ok(Value::default()),
            ('?', true) => self.error("variable-required", from),
            _ => Ok(Value::of(value)),
        }
    }

    /// `${x#pattern}`, `${x##pattern}`, `${x%pattern}`, `${x%%pattern}`.
    fn trimming(&mut self, name: &str, index: usize, operator: char) -> Result<Value, ExpandError> {
        let operator_end = self.at;
        let word = self.until(Some('}'), true, None)?;
        let found = self.find(name, index);
        self.close_use(index);
        if self.mode.keep_unset && found == Lookup::Unset {
            return Ok(self.rebuilt(name, operator_end - 1..operator_end, &word));
        }
        if word.unknown {
            return Ok(Value::unknown());
        }
        let (pattern, longest) = match word.text.strip_prefix(operator) {
            Some(pattern) => (pattern, true),
            None => (word.text.as_str(), false),
        };
        let range = operator_end..self.at.saturating_sub(1).max(operator_end);
        let Some(pattern) = pattern::Pattern::new(pattern) else {
            return Err(ExpandError { reason: "invalid-pattern", range });
        };
        match found {
            Lookup::Unknown => Ok(Value::unknown()),
            Lookup::Unset => Ok(Value::default()),
            Lookup::Value(text) => {
                let trimmed = match operator {
                    '#' => pattern.trim_start(&text, longest),
                    _ => pattern.trim_end(&text, longest),
                };
                Ok(trimmed.map_or_else(Value::unknown, |text| Value::of(text.to_owned())))
            }
        }
    }

    /// `${x/pattern/replacement}` and `${x//pattern/replacement}`.
    fn replacing(&mut self, name: &str, index: usize, from: usize) -> Result<Value, ExpandError> {
        let start = self.at;
        let all = self.peek() == Some('/');
        if all {
            self.at += 1;
        }
        let pattern = self.until(Some('/'), true, None)?;
        let pattern_range = start..self.at - 1;
        let replacement = self.until(Some('}'), true, None)?;
        let found = self.find(name, index);
        self.close_use(index);
        if self.mode.keep_unset && found == Lookup::Unset {
            return Ok(Value::of(self.word[from..self.at].to_owned()));
        }
        if pattern.unknown {
            return Ok(Value::unknown());
        }
        let Some(pattern) = pattern::Pattern::new(&pattern.text) else {
            return Err(ExpandError { reason: "invalid-pattern", range: pattern_range });
        };
        match found {
            Lookup::Value(text) if !replacement.unknown => {
                let replaced = pattern.replace(&text, &replacement.text, all);
                Ok(replaced.map_or_else(Value::unknown, Value::of))
            }
            Lookup::Unset => Ok(Value::default()),
            _ => Ok(Value::unknown()),
        }
    }

    /// A substitution of an unset variable as text, for the modes that keep it.
    fn rebuilt(&self, name: &str, operator: Range<usize>, word: &Value) -> Value {
        let mut value = Value::of(format!("${{{name}{}", &self.word[operator]));
        value.push_value(word);
        value.push("}");
        value
    }

    fn note(&mut self, name: &str, from: usize) -> usize {
        self.uses.push(VariableUse { name: name.to_owned(), range: from..self.at, defaulted: false, set: false });
        self.uses.len() - 1
    }

    fn find(&mut self, name: &str, index: usize) -> Lookup {
        let found = (self.lookup)(name);
        if let Some(usage) = self.uses.get_mut(index) {
            usage.set = found != Lookup::Unset;
        }
        found
    }

    fn close_use(&mut self, index: usize) {
        if let Some(usage) = self.uses.get_mut(index) {
            usage.range.end = self.at;
        }
    }

    /// `processName`: letters, digits and `_`; digits alone; or one special parameter.
    fn name(&mut self) -> &'word str {
        let from = self.at;
        let word = self.word;
        match self.peek() {
            Some(first) if first.is_ascii_digit() => {
                while self.peek().is_some_and(|character| character.is_ascii_digit()) {
                    self.at += 1;
                }
            }
            Some('@' | '*' | '#' | '?' | '-' | '$' | '!') => self.at += 1,
            _ => {
                while let Some(character) = self.peek() {
                    if !character.is_alphanumeric() && character != '_' {
                        break;
                    }
                    self.at += character.len_utf8();
                }
            }
        }
        &word[from..self.at]
    }
}

#[cfg(test)]
mod tests;
