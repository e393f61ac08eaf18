//! Heredocs of RUN, COPY and ADD: the words that open them, and the lines that follow (`heredocsFromLine` in
//! `parser.go`).

use std::ops::Range;

use rustc_hash::FxHashMap;

use crate::source::Span;

use super::expand;
use super::lines::Lines;

/// A word such as `<<-'EOF'`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Marker {
    pub name: String,
    /// In the joined line.
    pub range: Range<usize>,
    pub expand: bool,
    pub strip_tabs: bool,
    pub descriptor: Option<u32>,
    /// `$(( 1 << 2 ))` looks like a heredoc to BuildKit, and is hardly meant to be one.
    pub doubtful: bool,
}

/// The markers of a joined line, in order.
pub(super) fn markers(line: &str) -> Vec<Marker> {
    expand::raw_words(line)
        .into_iter()
        .filter_map(|word| {
            let mut marker = marker(word.text.as_deref()?)?;
            marker.range = word.range;
            Some(marker)
        })
        .collect()
}

/// Reads a word as `^(\d*)<<(-?)\s*([^<]*)$`; its range is that of the word.
pub(super) fn marker(word: &str) -> Option<Marker> {
    let digits = word.bytes().position(|byte| !byte.is_ascii_digit())?;
    let behind = word[digits..].strip_prefix("<<")?;
    let (strip_tabs, behind) = match behind.strip_prefix('-') {
        Some(behind) => (true, behind),
        None => (false, behind),
    };
    let name = behind.trim_start_matches([' ', '\t', '\n', '\u{c}', '\r']);
    if name.is_empty() || name.contains('<') {
        return None;
    }
    let spaced = name.len() < behind.len();
    let (name, quoted) = expand::heredoc_name(name).ok()??;
    let doubtful = spaced || name.bytes().all(|byte| byte.is_ascii_digit());
    let descriptor = word[..digits].parse().ok();
    Some(Marker { name, range: 0..word.len(), expand: !quoted, strip_tabs, descriptor, doubtful })
}

/// Reads the bodies of heredocs.
#[derive(Debug, Default)]
pub(super) struct Bodies<'t> {
    /// For each line of the file its last place, with and without its leading tabs. Made when a terminator was missing,
    /// so that a thousand such heredocs do not search the file a thousand times.
    last: Option<FxHashMap<(&'t str, bool), usize>>,
}

impl<'t> Bodies<'t> {
    /// Takes the lines of one body and its terminator: the span of the body, and where the terminator's content ends.
    /// `None`, and no line taken, when there is no terminator.
    pub fn take(&mut self, text: &'t str, lines: &mut Lines<'t>, marker: &Marker) -> Option<(Span, usize)> {
        let start = lines.at();
        if let Some(last) = &self.last
            && last.get(&(marker.name.as_str(), marker.strip_tabs)).is_none_or(|place| *place < start)
        {
            return None;
        }
        let back = *lines;
        while let Some(line) = lines.next() {
            let content = line.content(text);
            let content = if marker.strip_tabs { content.trim_start_matches('\t') } else { content };
            if content == marker.name {
                return Some((Span::new(start, line.start), line.end));
            }
        }
        *lines = back;
        self.last.get_or_insert_with(|| {
            let mut last = FxHashMap::default();
            let mut all = Lines::new(text, 0);
            while let Some(line) = all.next() {
                let content = line.content(text);
                last.insert((content, false), line.start);
                last.insert((content.trim_start_matches('\t'), true), line.start);
            }
            last
        });
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(line: &str) -> Vec<String> {
        markers(line).into_iter().map(|marker| marker.name).collect()
    }

    #[test]
    fn words_that_open_a_heredoc() {
        assert_eq!(names("RUN cat <<A 3<<-B > x"), ["A", "B"]);
        assert_eq!(names("RUN <<'a b'"), ["a b"]);
        assert_eq!(names("RUN << EOF"), ["EOF"]);
        assert_eq!(names("RUN <<$X.y"), ["$X.y"]);
        assert_eq!(names("RUN x<<EOF a<b <<<EOF <<< EOF \"<<A\" << <<-"), Vec::<String>::new());
        assert_eq!(names("RUN echo $((1<<2))"), Vec::<String>::new());
        assert_eq!(names("RUN echo $(( 1 << 2 ))"), ["2"]);
    }

    #[test]
    fn what_a_marker_says() {
        let marker = marker("4<<-'EOF'").unwrap();
        assert_eq!((marker.name.as_str(), marker.expand, marker.strip_tabs), ("EOF", false, true));
        assert_eq!((marker.descriptor, marker.doubtful), (Some(4), false));
        assert!(super::marker("<< 2").unwrap().doubtful);
        assert!(super::marker("<<\\E").unwrap().expand);
    }

    #[test]
    fn bodies_end_at_the_exact_line() {
        let text = "a\n\tEOF\nEOF \nEOF\r\nb";
        let mut lines = Lines::new(text, 0);
        let plain = marker("<<EOF").unwrap();
        let (body, end) = Bodies::default().take(text, &mut lines, &plain).unwrap();
        assert_eq!((body.slice(text), &text[..end], lines.number()), ("a\n\tEOF\nEOF \n", "a\n\tEOF\nEOF \nEOF", 4));
        let mut lines = Lines::new(text, 0);
        let (body, _) = Bodies::default().take(text, &mut lines, &marker("<<-EOF").unwrap()).unwrap();
        assert_eq!((body.slice(text), lines.number()), ("a\n", 2));
    }

    #[test]
    fn a_missing_terminator_takes_nothing() {
        let text = "a\nEOF\nb\n";
        let mut lines = Lines::new(text, 0);
        let mut bodies = Bodies::default();
        assert!(bodies.take(text, &mut lines, &marker("<<X").unwrap()).is_none());
        assert_eq!(lines.at(), 0);
        assert!(bodies.take(text, &mut lines, &marker("<<EOF").unwrap()).is_some());
        assert!(bodies.take(text, &mut lines, &marker("<<EOF").unwrap()).is_none());
        assert_eq!(lines.at(), 6);
    }
}
