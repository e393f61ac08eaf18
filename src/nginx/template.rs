//! Marks of template engines, which may stand wherever a word may: `{{ name }}`, `{% if %}`, `<%= name %>`, `@NAME@`.

/// No mark of a template is longer.
const LONGEST_MARK: usize = 200;

/// Words that open or close a part of a Go template, and so are no value.
const CONTROLS: &[&str] =
    &["if", "else", "end", "range", "with", "define", "block", "template", "for", "endif", "endfor", "#", "/"];

/// A mark of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    /// The offset behind it.
    pub end: usize,
    /// It stands for no text of its own: a condition, a loop, a comment.
    pub is_control: bool,
}

/// The mark that begins at `at` and ends on the same line.
pub(super) fn mark(bytes: &[u8], at: usize, end: usize) -> Option<Mark> {
    let (close, second): (&[u8], u8) = match (bytes[at], *bytes.get(at + 1)?) {
        (b'{', b'{') => (b"}}", b'{'),
        (b'{', b'%') => (b"%}", b'%'),
        (b'{', b'#') => (b"#}", b'#'),
        (b'<', b'%') => (b"%>", b'<'),
        _ => return None,
    };
    let text = &bytes[(at + 2).min(end)..(at + LONGEST_MARK).min(end).max((at + 2).min(end))];
    let line = &text[..memchr::memchr(b'\n', text).unwrap_or(text.len())];
    let inner = &line[..memchr::memmem::find(line, close)?];
    let is_control = match second {
        b'{' => {
            let inner = inner.strip_prefix(b"-").unwrap_or(inner).trim_ascii_start();
            CONTROLS.iter().any(|word| starts_with_word(inner, word))
        }
        b'<' => !inner.starts_with(b"="),
        _ => true,
    };
    Some(Mark { end: at + 2 + inner.len() + close.len(), is_control })
}

fn starts_with_word(text: &[u8], word: &str) -> bool {
    let rest = text.strip_prefix(word.as_bytes());
    rest.is_some_and(|rest| !word.as_bytes()[0].is_ascii_alphabetic() || !rest.first().is_some_and(u8::is_ascii_alphanumeric))
}

/// The offset behind `${NAME}` at `at`, which envsubst replaces.
pub(super) fn variable(bytes: &[u8], at: usize, end: usize) -> Option<usize> {
    let name = bytes[at..end].strip_prefix(b"${")?;
    let length = name.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
    (length > 0 && name.get(length) == Some(&b'}')).then_some(at + 2 + length + 1)
}

/// The offset behind `@NAME@` or `%%NAME%%` at `at`, which build tools replace.
pub(super) fn placeholder(bytes: &[u8], at: usize, end: usize) -> Option<usize> {
    let text = &bytes[at..end];
    let fence: &[u8] = if text.starts_with(b"%%") { b"%%" } else { b"@" };
    let name = text.strip_prefix(fence)?;
    let length = name.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
    (length > 0 && name[length..].starts_with(fence)).then_some(at + length + 2 * fence.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(text: &str) -> Option<(&str, bool)> {
        mark(text.as_bytes(), 0, text.len()).map(|mark| (&text[..mark.end], mark.is_control))
    }

    #[test]
    fn marks_of_engines() {
        assert_eq!(first("{{ port }}; x"), Some(("{{ port }}", false)));
        assert_eq!(first("{{- if .Tls }} x"), Some(("{{- if .Tls }}", true)));
        assert_eq!(first("{{end}}"), Some(("{{end}}", true)));
        assert_eq!(first("{{ endpoint }}"), Some(("{{ endpoint }}", false)));
        assert_eq!(first("{% for a in b %}"), Some(("{% for a in b %}", true)));
        assert_eq!(first("<%= @port %>"), Some(("<%= @port %>", false)));
        assert_eq!(first("<% end %>"), Some(("<% end %>", true)));
        assert_eq!(first("{{ never"), None);
        assert_eq!(first("{{ next\n}}"), None);
        assert_eq!(first("{# note"), None);
        assert_eq!(first("{"), None);
    }

    #[test]
    fn marks_of_other_tools() {
        let variable = |text: &str| variable(text.as_bytes(), 0, text.len());
        assert_eq!((variable("${PORT};"), variable("$PORT"), variable("${a-b}")), (Some(7), None, None));
        let placeholder = |text: &str| placeholder(text.as_bytes(), 0, text.len());
        assert_eq!((placeholder("@PORT@;"), placeholder("%%A%%"), placeholder("@name {")), (Some(6), Some(5), None));
    }
}
