//! Collects what is found in one file.

use std::ops::Range;

use super::arguments::{arguments, unquoted};
use super::names::{NameSays, name_says};
use super::providers::tokens;
use super::references::{fallbacks, hands_on, has_reference, is_cut_by_chance};
use super::texts::{UrlPassword, credential_part, is_credential_header, private_keys, url_passwords};
use super::values::{Strength, entropy, is_none, is_placeholder, looks_random, password_hash, strength};
use super::{DefaultKind, Detection, Evidence, FallbackPlace, Setting};
use crate::shell::Command;
use crate::source::Span;

/// The secrets of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Secrets {
    /// In the order of the file, one for each place: what tells more came first.
    pub detections: Vec<Detection>,
    /// What no output may show, in order, apart from one another. More than was detected: a value that is no finding may still be secret.
    pub masks: Vec<Span>,
}

/// Looks at the places of one file; see the [module](super) for an example.
#[derive(Debug)]
pub struct Scanner<'t> {
    text: &'t str,
    setting: Setting,
    /// Names beside a value that are no secrets when they stand in it again: users, databases, services.
    known: Vec<String>,
    detections: Vec<Detection>,
    masks: Vec<Span>,
    /// Where values may be replaced by references.
    replaceable: bool,
}

impl<'t> Scanner<'t> {
    /// Looks at the running text of the file. `setting` is [`Setting::Deployed`], or [`Setting::Example`] where [`super::is_example`] says so.
    pub fn new(text: &'t str, setting: Setting) -> Self {
        let mut scanner =
            Self { text, setting, known: Vec::new(), detections: Vec::new(), masks: Vec::new(), replaceable: false };
        scanner.running_text();
        scanner
    }

    /// Names of users, databases and services around the places that come next: a password that is the same is a weak one.
    pub fn known(&mut self, names: &[&str]) {
        self.known = names.iter().map(|name| (*name).to_owned()).collect();
    }

    /// Where the places that come next stand: build arguments of compose, say. Examples stay examples.
    pub fn set_setting(&mut self, setting: Setting) {
        if self.setting != Setting::Example {
            self.setting = setting;
        }
    }

    /// Whether `${NAME:?set NAME}` can be written in the place of a whole value, as in the environment of a compose file.
    pub fn set_replaceable(&mut self, replaceable: bool) {
        self.replaceable = replaceable;
    }

    /// A variable, a key or an attribute with the place of its value, written as it is, without its quotes. Also sees what
    /// `${X:-default}` in it falls back to.
    pub fn variable(&mut self, name: &str, value: Span) {
        if self.hash(name, value) {
            return;
        }
        let Some(says) = name_says(name) else { return };
        self.named(Evidence::Name, name, says, value);
    }

    /// As [`Scanner::variable`] for a name that is known to be secret whatever it says, such as `secrets.*.content` of compose.
    pub fn secret(&mut self, name: &str, value: Span) {
        self.named(Evidence::Name, name, NameSays::Password, value);
    }

    /// The arguments of a command: `--password=x`, `-u user:password`, `TOKEN=x command`.
    pub fn command(&mut self, command: &Command) {
        for argument in arguments(self.text, command) {
            let evidence = if is_credential_header(&argument.name) { Evidence::Header } else { Evidence::Argument };
            self.named(evidence, &argument.name, argument.says, argument.value);
        }
    }

    /// As [`Scanner::command`] for a step of a build. A variable that is set for it alone often holds what only satisfies a check
    /// (`SECRET_KEY=build-only python manage.py collectstatic`): it counts when it looks real.
    pub fn build_command(&mut self, command: &Command) {
        for argument in arguments(self.text, command) {
            let value = argument.value.slice(self.text);
            let is_real =
                |strength: Strength| strength == Strength::Real && (argument.says == NameSays::Password || looks_random(value));
            if argument.assigned && fallbacks(value).next().is_none() && !strength(value, &[]).is_some_and(is_real) {
                if !is_none(value) {
                    self.masks.push(argument.value);
                }
                continue;
            }
            let evidence = if is_credential_header(&argument.name) { Evidence::Header } else { Evidence::Argument };
            self.named(evidence, &argument.name, argument.says, argument.value);
        }
    }

    /// A build argument that carries a secret, whatever its value; the place of its name or value.
    pub fn build_argument(&mut self, name: &str, place: Span) {
        let detection = self.detection(Evidence::BuildArgument, Strength::Real, name, place);
        self.push(Detection { masked: false, ..detection });
    }

    /// A header with its value, as `proxy_set_header` of nginx has it.
    pub fn header(&mut self, name: &str, value: Span) {
        if is_credential_header(name) {
            let part = credential_part(value.slice(self.text));
            self.named(Evidence::Header, name, NameSays::Secret, Span::new(value.start() + part.start, value.start() + part.end));
        }
    }

    /// Lines of a configuration written into a file: `name = value`, `name: value`, `export NAME=value`.
    pub fn lines(&mut self, span: Span) {
        let mut at = span.start();
        for line in span.slice(self.text).split_inclusive('\n') {
            if let Some(separator) = line.find(['=', ':']).filter(|_| !line.trim_start().starts_with(['#', ';', '/'])) {
                let name = line[..separator].trim().trim_start_matches("export ").trim_matches(['"', '\'', ' ', '-']);
                let value = &line[separator + 1..];
                let start = at + separator + 1 + (value.len() - value.trim_start().len());
                let end = at + separator + 1 + value.trim_end().trim_end_matches([',', ';']).len();
                if !name.contains(' ') && !value.starts_with("//") {
                    self.variable(name, unquoted(self.text, Span::new(start, end)));
                }
            }
            at += line.len();
        }
    }

    /// Words of a text that nobody could read: `NAME=value`.
    pub fn words(&mut self, span: Span) {
        let text = span.slice(self.text);
        for word in text.split_whitespace() {
            if let Some((name, value)) = word.split_once('=') {
                let end = word.as_ptr().addr() - text.as_ptr().addr() + word.len() + span.start();
                self.variable(name.trim_start_matches('-'), unquoted(self.text, Span::new(end - value.len(), end)));
            }
        }
    }

    /// A well-known credential of an image, or a switch that lets everyone in; the catalogue of default credentials knows them.
    pub fn default_credential(&mut self, name: &str, value: Span, kind: DefaultKind) {
        let masked = matches!(kind, DefaultKind::Credential(_));
        let replaceable = self.replaceable.then_some(value).filter(|_| masked);
        let detection = self.detection(Evidence::Default(kind), Strength::Weak, name, value);
        self.push(Detection { masked, replaceable, ..detection });
    }

    /// What no output may show, and no rule reports.
    pub fn mask(&mut self, span: Span) {
        self.masks.push(span);
    }

    /// What was found so far can be looked at and marked, for instance as deferred.
    pub fn detections_mut(&mut self) -> &mut [Detection] {
        &mut self.detections
    }

    /// Everything that was found, each place once; values that tell enough are masked wherever else in the file they stand.
    pub fn finish(mut self) -> Secrets {
        // What tells more comes first where two detections overlap.
        self.detections.sort_by(|a, b| (a.span.start, b.evidence, b.span.end).cmp(&(b.span.start, a.evidence, a.span.end)));
        let mut kept: Vec<Detection> = Vec::with_capacity(self.detections.len());
        for detection in self.detections {
            match kept.last_mut().filter(|last| detection.span.start < last.span.end) {
                Some(last) if detection.evidence > last.evidence => {
                    *last = Detection { deferred: last.deferred || detection.deferred, ..named_as(detection, last) }
                }
                Some(last) => {
                    last.deferred |= detection.deferred;
                    // Seen again with more names around it.
                    if detection.span == last.span && detection.evidence == last.evidence {
                        last.strength = last.strength.min(detection.strength);
                    }
                }
                None => kept.push(detection),
            }
        }
        kept.shrink_to_fit();
        let mut masks = merged(self.masks);
        let again = recurring(self.text, &kept);
        if !again.is_empty() {
            masks.extend(again);
            masks = merged(masks);
        }
        Secrets { detections: kept, masks }
    }

    fn running_text(&mut self) {
        for key in private_keys(self.text) {
            self.found(Evidence::PrivateKey, Strength::Real, "", Span::from(key));
        }
        for token in tokens(self.text) {
            let value = &self.text[token.range.clone()];
            let strength = if is_placeholder(&value.to_lowercase()) { Strength::Placeholder } else { Strength::Real };
            if strength < Strength::Real && self.in_comment(token.range.start) {
                continue;
            }
            let provider = token.provider.name;
            let evidence =
                Evidence::Token { provider, perishable: token.provider.is_perishable(), proven: token.proven == Some(true) };
            self.found(evidence, strength, "", Span::from(token.range));
        }
        for url in url_passwords(self.text) {
            self.url(&url);
        }
        for fallback in fallbacks(self.text) {
            let Some(says) = name_says(fallback.variable).filter(|_| !self.in_comment(fallback.default.start)) else { continue };
            let place = FallbackPlace { variable: fallback.variable.to_owned(), operation: Span::from(fallback.operation) };
            self.fallback(says, fallback.variable, fallback.default, place);
        }
    }

    /// Whether a place is in a line that is all comment: what it shows is explained, not used.
    fn in_comment(&self, at: usize) -> bool {
        let start = memchr::memrchr(b'\n', &self.text.as_bytes()[..at]).map_or(0, |newline| newline + 1);
        self.text[start..at].trim_start().starts_with('#')
    }

    fn url(&mut self, url: &UrlPassword<'_>) {
        let value = &self.text[url.password.clone()];
        let mut defaults = fallbacks(value).peekable();
        if defaults.peek().is_some() {
            let start = url.password.start;
            let shift = |range: Range<usize>| range.start + start..range.end + start;
            for fallback in defaults {
                let place =
                    FallbackPlace { variable: fallback.variable.to_owned(), operation: Span::from(shift(fallback.operation)) };
                self.fallback(NameSays::Password, fallback.variable, shift(fallback.default), place);
            }
            return;
        }
        let span = Span::from(url.password.clone());
        if has_reference(value) || is_mere_text(value) {
            self.masks.push(span);
            return;
        }
        // A URL that shows what one looks like: `https://user:password@host`.
        let strength = strength(value, &[url.user, "pw", "pwd", "token", "user", "username"]).unwrap_or(Strength::Weak);
        if strength < Strength::Real && self.in_comment(span.start()) {
            return self.masks.push(span);
        }
        self.found(Evidence::Url, strength, url.scheme, span);
    }

    fn named(&mut self, evidence: Evidence, name: &str, says: NameSays, value: Span) {
        let text = value.slice(self.text);
        for fallback in fallbacks(text) {
            let shift = |range: Range<usize>| Span::new(range.start + value.start(), range.end + value.start());
            let place = FallbackPlace { variable: fallback.variable.to_owned(), operation: shift(fallback.operation) };
            self.fallback(says, fallback.variable, shift(fallback.default).range(), place);
        }
        if let Some(method) = password_hash(text) {
            return self.hash_of(method, name, value);
        }
        // What compose takes out of it is a part of the secret all the same.
        let doubled = (evidence == Evidence::Name && is_cut_by_chance(text)).then(|| text.replace('$', "$$"));
        let text = doubled.as_deref().unwrap_or(text);
        // In the command of a compose file `$$` is the `$` of the shell.
        let is_argument = matches!(evidence, Evidence::Argument | Evidence::Header);
        if is_argument && text.contains("$$") && has_reference(&text.replace("$$", "$")) {
            return;
        }
        if self.setting == Setting::BuildArgument && says > NameSays::Perhaps && (text.is_empty() || hands_on(text)) {
            return self.build_argument(name, value);
        }
        if hands_on(text) || is_none(text) && !has_reference(text) {
            return;
        }
        if has_reference(text) {
            // What stands beside the reference may be a part of the secret.
            if says > NameSays::Perhaps && fallbacks(text).next().is_none() && !text.contains("{{") {
                self.masks.push(value);
            }
            return;
        }
        if !url_passwords(text).is_empty() {
            return;
        }
        // What is called as its variable is guessed, too.
        let known: Vec<&str> = self.known.iter().map(String::as_str).chain([name]).collect();
        let Some(strength) = strength(text, &known) else { return };
        let is_secret = match says {
            NameSays::Perhaps => looks_random(text),
            // `TOKEN: the name of a thing` is no token.
            NameSays::Secret => strength < Strength::Real || !is_sentence(text),
            NameSays::Password => true,
        };
        if !is_secret {
            self.masks.extend((says > NameSays::Perhaps).then_some(value));
            return;
        }
        let replaceable = self.replaceable.then_some(value);
        let detection = Detection { replaceable, ..self.detection(evidence, strength, name, value) };
        self.push(detection);
    }

    fn fallback(&mut self, says: NameSays, name: &str, default: Range<usize>, place: FallbackPlace) {
        let text = &self.text[default.clone()];
        let known: Vec<&str> = self.known.iter().map(String::as_str).collect();
        let Some(strength) = strength(text, &known).filter(|_| says > NameSays::Perhaps || looks_random(text)) else { return };
        let setting = if self.setting == Setting::Example { Setting::Example } else { Setting::Fallback };
        let detection = self.detection(Evidence::Name, strength, name, Span::from(default));
        self.push(Detection { setting, fallback: Some(place), ..detection });
    }

    /// Whatever the name says, the value may hold the hash of a password: labels of traefik do.
    fn hash(&mut self, name: &str, value: Span) -> bool {
        let text = value.slice(self.text);
        if !text.contains('$') {
            return false;
        }
        let before = self.detections.len();
        let mut at = value.start();
        for part in text.split_inclusive([':', ',', ' ', '\n']) {
            let trimmed = part.trim_end_matches([':', ',', ' ', '\n', '\r', '"', '\'']);
            if let Some(method) = password_hash(trimmed) {
                self.hash_of(method, name, Span::new(at, at + trimmed.len()));
            }
            at += part.len();
        }
        self.detections.len() > before
    }

    fn hash_of(&mut self, _method: &str, name: &str, value: Span) {
        self.found(Evidence::Hash, Strength::Real, name, value);
    }

    fn found(&mut self, evidence: Evidence, strength: Strength, name: &str, span: Span) {
        let detection = self.detection(evidence, strength, name, span);
        self.push(detection);
    }

    fn detection(&self, evidence: Evidence, strength: Strength, name: &str, span: Span) -> Detection {
        Detection {
            evidence,
            strength,
            setting: self.setting,
            name: name.to_owned(),
            span: unquoted(self.text, span),
            fallback: None,
            masked: true,
            replaceable: None,
            deferred: false,
        }
    }

    fn push(&mut self, detection: Detection) {
        if detection.span.is_empty() {
            return;
        }
        if detection.masked {
            self.masks.push(detection.span);
        }
        self.detections.push(detection);
    }
}

/// The detection that takes the place of another one keeps what that one knew.
fn named_as(detection: Detection, other: &Detection) -> Detection {
    let name = if detection.name.is_empty() { other.name.clone() } else { detection.name.clone() };
    let setting = if detection.fallback.is_none() && other.setting == Setting::BuildArgument {
        Setting::BuildArgument
    } else {
        detection.setting
    };
    Detection {
        name,
        setting,
        fallback: detection.fallback.clone().or_else(|| other.fallback.clone()),
        replaceable: detection.replaceable.or(other.replaceable),
        ..detection
    }
}

/// Several words of plain letters.
fn is_sentence(text: &str) -> bool {
    text.split_whitespace().count() > 2 && entropy(text.as_bytes()) < 4.5
}

/// What documentation puts for a password: `...`, `***`.
fn is_mere_text(value: &str) -> bool {
    value.bytes().all(|byte| matches!(byte, b'.' | b'*' | b'-' | b'_'))
}

/// Spans in order; those that overlap or touch become one.
pub fn merged(mut spans: Vec<Span>) -> Vec<Span> {
    spans.retain(|span| !span.is_empty());
    spans.sort_unstable();
    let mut merged: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match merged.last_mut().filter(|last| span.start <= last.end) {
            Some(last) => *last = last.cover(span),
            None => merged.push(span),
        }
    }
    merged
}

/// A shorter value may be any word.
const SHORTEST_RECURRING: usize = 8;

/// More different values than this are covered only where they were found.
const MOST_RECURRING: usize = 64;

/// Where else the values of secrets stand.
fn recurring(text: &str, detections: &[Detection]) -> Vec<Span> {
    let real = detections.iter().filter(|detection| detection.strength == Strength::Real && detection.masked);
    let mut values: Vec<&str> = real.map(|detection| detection.span.slice(text)).collect();
    // A plain word says too little: `database` as a password does not make the name of every database secret.
    values.retain(|value| value.len() >= SHORTEST_RECURRING && !value.bytes().all(|byte| byte.is_ascii_lowercase()));
    values.sort_unstable();
    values.dedup();
    if values.len() > MOST_RECURRING || values.iter().map(|value| value.len()).sum::<usize>() * 4 > text.len().max(1 << 16) {
        return Vec::new();
    }
    let mut spans = Vec::new();
    for value in values {
        spans.extend(memchr::memmem::find_iter(text.as_bytes(), value).map(|at| Span::new(at, at + value.len())));
    }
    spans
}
