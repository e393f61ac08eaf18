//! Placeholders of templates that something else fills before compose reads the file: `{{ID}}`, `__ID__`, `<ID>`, `@ID@`.
//!
//! Without quotes `{{ID}}` and `@ID@` are no YAML. They are covered by text of the same length before parsing, so that every
//! offset holds, and put back into the values afterwards.

use crate::source::Span;

/// A longer `{{…}}` is none.
const LONGEST: usize = 400;

/// Where placeholders stand in a text, in order and apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Placeholders {
    spans: Vec<Span>,
    /// Those of them that are covered, and those of Docker.
    covered: Vec<Covered>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Covered {
    span: Span,
    /// By a comment: nothing else stands in its line.
    comment: bool,
}

impl Covered {
    /// The text that is parsed in its place.
    fn cover(&self, text: &str) -> Vec<u8> {
        let original = self.span.slice(text).as_bytes();
        if self.comment {
            return [b"#", &original[1..]].concat();
        }
        original.iter().map(|byte| if byte.is_ascii_alphanumeric() { *byte } else { b'_' }).collect()
    }
}

/// The placeholders of a text, and the text to parse when it is another one.
pub(super) fn cover(text: &str) -> (Placeholders, Option<String>) {
    let bytes = text.as_bytes();
    let mut found = Placeholders::default();
    let mut changed: Option<Vec<u8>> = None;
    for at in memchr::memchr3_iter(b'{', b'@', b'<', bytes) {
        if found.covered.last().is_some_and(|last| at < last.span.end()) {
            continue;
        }
        let Some(end) = end_at(bytes, at) else { continue };
        let span = Span::new(at, end);
        if bytes[at] == b'<' {
            found.spans.push(span);
            continue;
        }
        let covered = Covered { span, comment: stands_alone(bytes, at, end) };
        changed.get_or_insert_with(|| bytes.to_vec())[at..end].copy_from_slice(&covered.cover(text));
        found.covered.push(covered);
        if bytes[at + 1] == b'%' {
            continue;
        }
        if bytes[at] == b'@' || !is_of_docker(&text[at + 2..end - 2]) {
            found.spans.push(span);
        }
    }
    let mut underscored: Vec<Span> = Vec::new();
    for at in memchr::memmem::find_iter(bytes, "__") {
        underscored.extend(underscored_end(bytes, at).map(|end| Span::new(at, end)));
    }
    underscored.retain(|span| overlapping(&found.covered, *span, |covered| covered.span).is_empty());
    underscored.retain(|span| overlapping(&found.spans, *span, |span| *span).is_empty());
    found.spans.extend(underscored);
    found.spans.sort_unstable();
    (found, changed.and_then(|bytes| String::from_utf8(bytes).ok()))
}

/// Whether a text is, or holds, a placeholder.
pub fn has_placeholder(text: &str) -> bool {
    // Alone in its line it would be a comment.
    !cover(&format!("-{text}-")).0.spans.is_empty()
}

/// The text with something else in the place of each placeholder; `None` where there is none.
pub fn without_placeholders(text: &str, instead: &str) -> Option<String> {
    if !text.contains(['{', '@', '<', '_']) {
        return None;
    }
    let padded = format!("-{text}-");
    let spans = cover(&padded).0.spans;
    let (first, last) = (spans.first()?, spans.last()?);
    let mut result = padded[1..first.start()].to_owned();
    for pair in spans.windows(2) {
        result.push_str(instead);
        result.push_str(&padded[pair[0].end()..pair[1].start()]);
    }
    result.push_str(instead);
    result.push_str(&padded[last.end()..padded.len() - 1]);
    Some(result)
}

impl Placeholders {
    /// Whether there is none, so that nothing has to be asked.
    pub const fn is_empty(&self) -> bool {
        self.spans.is_empty() && self.covered.is_empty()
    }

    /// Whether a span holds one that makes its value unknown.
    pub fn within(&self, span: Span) -> bool {
        !overlapping(&self.spans, span, |span| *span).is_empty()
    }

    /// The value of a scalar with the covered placeholders as they are written.
    pub(super) fn restored(&self, text: &str, span: Span, value: &str) -> Option<String> {
        let covered = overlapping(&self.covered, span, |covered| covered.span);
        if covered.is_empty() {
            return None;
        }
        let mut restored = String::with_capacity(value.len());
        let mut rest = value;
        for placeholder in covered {
            let original = placeholder.span.slice(text);
            let cover = placeholder.cover(text);
            if let Some(at) = memchr::memmem::find(rest.as_bytes(), &cover) {
                restored.push_str(&rest[..at]);
                restored.push_str(original);
                rest = &rest[at + cover.len()..];
            }
        }
        restored.push_str(rest);
        Some(restored)
    }
}

/// Those of sorted things that lie in a span, or partly.
fn overlapping<T>(things: &[T], span: Span, of: impl Fn(&T) -> Span) -> &[T] {
    let start = things.partition_point(|thing| of(thing).end <= span.start);
    let end = things.partition_point(|thing| of(thing).start < span.end);
    things.get(start..end).unwrap_or_default()
}

/// The end of a placeholder that begins here.
fn end_at(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = &bytes[at..bytes.len().min(at + LONGEST)];
    match rest {
        [b'{', b'{', inner @ ..] => {
            let line = memchr::memchr(b'\n', inner).unwrap_or(inner.len());
            let close = memchr::memmem::find(&inner[..line], b"}}")?;
            let extra = usize::from(inner.get(close + 2) == Some(&b'}'));
            (close > 0).then_some(at + 2 + close + 2 + extra)
        }
        [b'{', b'%', inner @ ..] => {
            let line = memchr::memchr(b'\n', inner).unwrap_or(inner.len());
            let close = memchr::memmem::find(&inner[..line], b"%}")?;
            let end = at + 2 + close + 2;
            stands_alone(bytes, at, end).then_some(end)
        }
        [b'@', inner @ ..] => {
            let name = upper_name(inner);
            (name > 0 && inner.get(name) == Some(&b'@')).then_some(at + name + 2)
        }
        [b'<', inner @ ..] => {
            let name = upper_name(inner);
            if name > 1 && inner.get(name) == Some(&b'>') {
                return Some(at + name + 2);
            }
            let close = inner.iter().position(|byte| matches!(byte, b'<' | b'>' | b'\n'))?;
            let told = ["your", "insert", "change", "enter", "put", "replace"];
            let told =
                told.iter().any(|word| inner.len() >= word.len() && inner[..word.len()].eq_ignore_ascii_case(word.as_bytes()));
            (told && inner[close] == b'>').then_some(at + close + 2)
        }
        _ => None,
    }
}

fn upper_name(bytes: &[u8]) -> usize {
    if !bytes.first().is_some_and(u8::is_ascii_uppercase) {
        return 0;
    }
    bytes.iter().take_while(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-')).count()
}

/// `__NAME__` in capitals, with nothing of a name around it.
fn underscored_end(bytes: &[u8], at: usize) -> Option<usize> {
    let before = at.checked_sub(1).map(|before| bytes[before]);
    if before.is_some_and(|byte| byte == b'_') || !bytes.get(at + 2)?.is_ascii_uppercase() {
        return None;
    }
    let name =
        bytes[at + 2..].iter().take_while(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || **byte == b'_').count();
    let end = at + 2 + name;
    bytes[..end].ends_with(b"__").then_some(end)
}

/// Whether nothing else stands in the line.
fn stands_alone(bytes: &[u8], at: usize, end: usize) -> bool {
    let blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r');
    let before = bytes[..at].iter().rev().find(|byte| !blank(byte));
    let behind = bytes[end..].iter().find(|byte| !blank(byte));
    matches!(before, None | Some(b'\n')) && matches!(behind, None | Some(b'\n'))
}

/// Templates that Docker fills: `{{.Name}}`, `{{json .State}}`. Those of others name something: `{{ customer.id }}`.
fn is_of_docker(inner: &str) -> bool {
    let inner = inner.trim_matches(['-', ' ', '{', '}']);
    inner.starts_with('.') || [" .", "(."].iter().any(|mark| inner.contains(mark)) || inner.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_found_and_others_left() {
        for (text, expected) in [
            ("image: {{ID}}/app", vec!["{{ID}}"]),
            ("p: \"{{ port }}:80\"", vec!["{{ port }}"]),
            ("a: {{ customer.id }}-{{ x | lower }}", vec!["{{ customer.id }}", "{{ x | lower }}"]),
            ("a: @ID@", vec!["@ID@"]),
            ("a: user@host@x", vec![]),
            ("a: __ID__", vec!["__ID__"]),
            ("a: x__TENANT_ID__y", vec!["__TENANT_ID__"]),
            ("a: __main__", vec![]),
            ("a: <ID>", vec!["<ID>"]),
            ("a: <your password>", vec!["<your password>"]),
            ("a: <clickhouse>", vec![]),
            ("a: \"{{.Names}}\"", vec![]),
            ("a: '{{json .State}}'", vec![]),
            ("a: {b: {c: d}}", vec![]),
        ] {
            let (found, _) = cover(text);
            assert_eq!(found.spans.iter().map(|span| span.slice(text)).collect::<Vec<_>>(), expected, "{text}");
        }
    }

    #[test]
    fn covers_keep_their_length_and_go_back() {
        let text = "a: {{ID}}-{{.X}}\n{% if x %}\n{{- end }}\nb: \"é @ID@\"\n";
        let (found, covered) = cover(text);
        let covered = covered.unwrap();
        assert_eq!(covered.len(), text.len());
        assert_eq!(covered, "a: __ID__-____X__\n#% if x %}\n#{- end }}\nb: \"é _ID_\"\n".replace("____X__", "___X__"));
        let value = found.restored(text, Span::new(3, 16), "__ID__-___X__");
        assert_eq!(value.as_deref(), Some("{{ID}}-{{.X}}"));
        assert_eq!(found.restored(text, Span::new(0, 1), "a"), None);
        let text = "a: |\n  x\n  {{ y }}\n";
        let (found, covered) = cover(text);
        assert_eq!(covered.as_deref(), Some("a: |\n  x\n  #{ y }}\n"));
        assert_eq!(found.restored(text, Span::new(3, 19), "x\n#{ y }}\n").as_deref(), Some("x\n{{ y }}\n"));
        assert!(has_placeholder("{{ID}}") && !has_placeholder("a_b"));
    }
}
