//! The structure of a regular expression as PCRE reads it: its groups, and which bytes they can hold.

/// Groups in groups go no deeper.
const DEEPEST: usize = 60;

/// A set of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ByteSet([u64; 4]);

impl ByteSet {
    pub const EMPTY: Self = Self([0; 4]);
    pub const ALL: Self = Self([u64::MAX; 4]);

    /// Of one byte.
    pub fn of(byte: u8) -> Self {
        let mut set = Self::EMPTY;
        set.insert(byte);
        set
    }

    /// From one byte to another, both included.
    pub fn range(low: u8, high: u8) -> Self {
        let mut set = Self::EMPTY;
        (low..=high).for_each(|byte| set.insert(byte));
        set
    }

    /// Of the bytes of a text.
    pub fn of_text(text: &str) -> Self {
        let mut set = Self::EMPTY;
        text.bytes().for_each(|byte| set.insert(byte));
        set
    }

    pub fn insert(&mut self, byte: u8) {
        self.0[byte as usize / 64] |= 1 << (byte % 64);
    }

    pub const fn contains(self, byte: u8) -> bool {
        self.0[byte as usize / 64] & (1 << (byte % 64)) != 0
    }

    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self([self.0[0] | other.0[0], self.0[1] | other.0[1], self.0[2] | other.0[2], self.0[3] | other.0[3]])
    }

    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self([self.0[0] & other.0[0], self.0[1] & other.0[1], self.0[2] & other.0[2], self.0[3] & other.0[3]])
    }

    #[must_use]
    pub const fn not(self) -> Self {
        Self([!self.0[0], !self.0[1], !self.0[2], !self.0[3]])
    }

    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        self.and(other.not())
    }

    pub const fn is_empty(self) -> bool {
        self.0[0] == 0 && self.0[1] == 0 && self.0[2] == 0 && self.0[3] == 0
    }

    pub const fn len(self) -> usize {
        (self.0[0].count_ones() + self.0[1].count_ones() + self.0[2].count_ones() + self.0[3].count_ones()) as usize
    }

    fn with_both_cases(self) -> Self {
        let mut set = self;
        for byte in b'a'..=b'z' {
            if self.contains(byte) || self.contains(byte.to_ascii_uppercase()) {
                set.insert(byte);
                set.insert(byte.to_ascii_uppercase());
            }
        }
        set
    }
}

/// The place of a node.
pub type NodeId = usize;

/// A part of an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    Empty,
    Set(ByteSet),
    /// `^` and `\A`
    Start,
    /// `$`, `\z` and `\Z`
    End,
    /// `\b` and the like
    Assertion,
    Concat(Vec<NodeId>),
    Alternation(Vec<NodeId>),
    /// The number of a group that captures, `None` for one that does not.
    Group(Option<usize>, NodeId),
    Look {
        is_ahead: bool,
        is_negative: bool,
        child: NodeId,
    },
    Repeat {
        child: NodeId,
        least: u32,
        /// `None` for no bound.
        most: Option<u32>,
        is_possessive: bool,
    },
    /// `\1` and `\k<name>`
    Backreference(usize),
}

/// A regular expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Regex {
    pub nodes: Vec<Node>,
    pub root: NodeId,
    /// The groups that capture; group 1 is the first.
    pub groups: Vec<Group>,
}

/// A group that captures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    pub name: Option<String>,
    pub node: NodeId,
    /// From its `(` to behind its `)`, as offsets in the pattern.
    pub start: usize,
    pub end: usize,
}

impl Regex {
    /// Reads a pattern; `None` for what PCRE refuses, and for what is too deep.
    pub fn parse(pattern: &str, any_case: bool) -> Option<Self> {
        let mut parser = Parser {
            bytes: pattern.as_bytes(),
            at: 0,
            nodes: Vec::new(),
            groups: Vec::new(),
            any_case,
            dot_all: false,
            depth: 0,
        };
        let root = parser.alternation()?;
        (parser.at == pattern.len()).then_some(Self { nodes: parser.nodes, root, groups: parser.groups })
    }

    /// The group of a name.
    pub fn group_named(&self, name: &str) -> Option<usize> {
        self.groups
            .iter()
            .position(|group| group.name.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(name)))
            .map(|at| at + 1)
    }

    /// The node of a group; 0 is the whole.
    pub fn group(&self, number: usize) -> Option<NodeId> {
        match number {
            0 => Some(self.root),
            _ => self.groups.get(number - 1).map(|group| group.node),
        }
    }

    /// Every byte that may stand in what a node matches.
    pub fn bytes(&self, node: NodeId) -> ByteSet {
        self.bytes_where(node, &|_| true)
    }

    /// As [`Self::bytes`], of those sets in the pattern that a test takes.
    pub fn bytes_where(&self, node: NodeId, test: &dyn Fn(ByteSet) -> bool) -> ByteSet {
        let mut set = ByteSet::EMPTY;
        let mut open = vec![node];
        // A reference to a group stands for what the group holds; each is looked at once.
        let mut seen = vec![false; self.nodes.len()];
        while let Some(node) = open.pop() {
            if std::mem::replace(&mut seen[node], true) {
                continue;
            }
            match &self.nodes[node] {
                Node::Set(bytes) if test(*bytes) => set = set.or(*bytes),
                Node::Concat(parts) | Node::Alternation(parts) => open.extend(parts),
                Node::Group(_, child) => open.push(*child),
                Node::Repeat { child, most, .. } if *most != Some(0) => open.push(*child),
                Node::Backreference(number) => open.extend(self.group(*number)),
                _ => {}
            }
        }
        set
    }

    /// Whether everything that a node matches has this byte in it.
    pub fn must_contain(&self, node: NodeId, byte: u8) -> bool {
        match &self.nodes[node] {
            Node::Set(bytes) => *bytes == ByteSet::of(byte),
            Node::Concat(parts) => parts.iter().any(|part| self.must_contain(*part, byte)),
            Node::Alternation(parts) => !parts.is_empty() && parts.iter().all(|part| self.must_contain(*part, byte)),
            Node::Group(_, child) => self.must_contain(*child, byte),
            Node::Repeat { child, least, .. } => *least > 0 && self.must_contain(*child, byte),
            _ => false,
        }
    }

    /// Whether a node can match nothing at all.
    pub fn may_be_empty(&self, node: NodeId) -> bool {
        match &self.nodes[node] {
            Node::Set(_) => false,
            Node::Concat(parts) => parts.iter().all(|part| self.may_be_empty(*part)),
            Node::Alternation(parts) => parts.iter().any(|part| self.may_be_empty(*part)),
            Node::Group(_, child) => self.may_be_empty(*child),
            Node::Repeat { child, least, .. } => *least == 0 || self.may_be_empty(*child),
            _ => true,
        }
    }

    /// The bytes that a match of the node can begin with.
    pub fn first_bytes(&self, node: NodeId) -> ByteSet {
        match &self.nodes[node] {
            Node::Set(bytes) => *bytes,
            Node::Concat(parts) => {
                let mut set = ByteSet::EMPTY;
                for part in parts {
                    set = set.or(self.first_bytes(*part));
                    if !self.may_be_empty(*part) {
                        break;
                    }
                }
                set
            }
            Node::Alternation(parts) => parts.iter().fold(ByteSet::EMPTY, |set, part| set.or(self.first_bytes(*part))),
            Node::Group(_, child) | Node::Repeat { child, .. } => self.first_bytes(*child),
            Node::Backreference(number) => self.group(*number).map_or(ByteSet::EMPTY, |group| self.bytes(group)),
            _ => ByteSet::EMPTY,
        }
    }

    /// Whether a match can only begin where the text begins.
    pub fn is_anchored_at_start(&self) -> bool {
        self.begins_with(self.root, &|node| *node == Node::Start)
    }

    /// Whether a match can only end where the text ends.
    pub fn is_anchored_at_end(&self) -> bool {
        self.ends_with_end(self.root)
    }

    fn begins_with(&self, node: NodeId, test: &dyn Fn(&Node) -> bool) -> bool {
        if test(&self.nodes[node]) {
            return true;
        }
        match &self.nodes[node] {
            Node::Concat(parts) => {
                for part in parts {
                    if self.begins_with(*part, test) {
                        return true;
                    }
                    let is_nothing = matches!(self.nodes[*part], Node::Look { .. } | Node::Assertion | Node::Empty);
                    if !is_nothing {
                        return false;
                    }
                }
                false
            }
            Node::Alternation(parts) => parts.iter().all(|part| self.begins_with(*part, test)),
            Node::Group(_, child) => self.begins_with(*child, test),
            Node::Repeat { child, least, .. } => *least > 0 && self.begins_with(*child, test),
            _ => false,
        }
    }

    fn ends_with_end(&self, node: NodeId) -> bool {
        match &self.nodes[node] {
            Node::End => true,
            Node::Concat(parts) => parts.last().is_some_and(|last| self.ends_with_end(*last)),
            Node::Alternation(parts) => parts.iter().all(|part| self.ends_with_end(*part)),
            Node::Group(_, child) => self.ends_with_end(*child),
            Node::Look { is_ahead: true, is_negative: false, child } => self.ends_with_end(*child),
            _ => false,
        }
    }

    /// The text that it matches, when it is only one; anchors left aside.
    pub fn literal(&self) -> Option<String> {
        let mut text = Vec::new();
        self.add_literal(self.root, &mut text).then(|| String::from_utf8(text).ok()).flatten()
    }

    fn add_literal(&self, node: NodeId, text: &mut Vec<u8>) -> bool {
        match &self.nodes[node] {
            Node::Set(bytes) if bytes.len() == 1 => {
                text.extend((0..=255u8).find(|byte| bytes.contains(*byte)));
                true
            }
            Node::Start | Node::End | Node::Empty => true,
            Node::Concat(parts) => parts.iter().all(|part| self.add_literal(*part, text)),
            Node::Group(_, child) => self.add_literal(*child, text),
            _ => false,
        }
    }
}

impl Regex {
    /// Whether a text can be matched in exponentially many ways before the match fails: an unbounded repetition of something that
    /// itself can be divided in several ways. Errs on the side of silence.
    pub fn is_catastrophic(&self) -> bool {
        (0..self.nodes.len()).any(|node| match &self.nodes[node] {
            Node::Repeat { child, most: None, is_possessive: false, .. } => {
                self.can_fail_after(node) && (self.has_loose_loop(*child) || self.has_twin_branches(*child))
            }
            _ => false,
        })
    }

    /// Whether something stands behind a node, or the text has to end there: else the match never fails there.
    fn can_fail_after(&self, node: NodeId) -> bool {
        let last = self.last_nodes();
        self.is_anchored_at_end() || !last.contains(&node)
    }

    /// The nodes that a match may end with.
    fn last_nodes(&self) -> Vec<NodeId> {
        let mut found = Vec::new();
        let mut open = vec![self.root];
        while let Some(node) = open.pop() {
            found.push(node);
            match &self.nodes[node] {
                Node::Concat(parts) => open.extend(parts.last()),
                Node::Alternation(parts) => open.extend(parts),
                Node::Group(_, child) => open.push(*child),
                _ => {}
            }
        }
        found
    }

    /// An unbounded repetition in a body that is repeated, with nothing around it that keeps one round from the next.
    fn has_loose_loop(&self, body: NodeId) -> bool {
        match &self.nodes[body] {
            Node::Group(_, child) => self.has_loose_loop(*child),
            Node::Repeat { most: None, is_possessive: false, .. } => true,
            Node::Alternation(parts) => parts.iter().any(|part| self.has_loose_loop(*part)),
            Node::Concat(parts) => parts.iter().enumerate().any(|(index, part)| {
                let Some(inner) = self.loop_of(*part) else { return false };
                let bytes = self.bytes(inner);
                let others = parts.iter().enumerate().filter(|(at, _)| *at != index).map(|(_, part)| *part);
                // Something that has to be there and that the loop cannot take divides the rounds.
                !others.into_iter().any(|other| !self.may_be_empty(other) && self.bytes(other).and(bytes).is_empty())
            }),
            _ => false,
        }
    }

    /// The unbounded repetition that a node is, groups around it left aside.
    fn loop_of(&self, node: NodeId) -> Option<NodeId> {
        match &self.nodes[node] {
            Node::Group(_, child) => self.loop_of(*child),
            Node::Repeat { child, most: None, is_possessive: false, .. } => Some(*child),
            _ => None,
        }
    }

    /// Two branches of one byte that the same byte fits.
    fn has_twin_branches(&self, body: NodeId) -> bool {
        match &self.nodes[body] {
            Node::Group(_, child) => self.has_twin_branches(*child),
            Node::Alternation(parts) => parts.iter().enumerate().any(|(index, a)| {
                parts[..index].iter().any(|b| match (&self.nodes[*a], &self.nodes[*b]) {
                    (Node::Set(a), Node::Set(b)) => !a.and(*b).is_empty(),
                    _ => false,
                })
            }),
            _ => false,
        }
    }
}

struct Parser<'t> {
    bytes: &'t [u8],
    at: usize,
    nodes: Vec<Node>,
    groups: Vec<Group>,
    any_case: bool,
    dot_all: bool,
    depth: usize,
}

impl Parser<'_> {
    fn push(&mut self, node: Node) -> NodeId {
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn take(&mut self, text: &[u8]) -> bool {
        let is_there = self.bytes[self.at..].starts_with(text);
        if is_there {
            self.at += text.len();
        }
        is_there
    }

    fn alternation(&mut self) -> Option<NodeId> {
        let mut parts = vec![self.concat()?];
        while self.take(b"|") {
            parts.push(self.concat()?);
        }
        Some(if parts.len() == 1 { parts[0] } else { self.push(Node::Alternation(parts)) })
    }

    fn concat(&mut self) -> Option<NodeId> {
        let mut parts = Vec::new();
        while let Some(byte) = self.peek() {
            if matches!(byte, b'|' | b')') {
                break;
            }
            let atom = self.atom()?;
            parts.push(self.repeated(atom)?);
        }
        Some(match parts.len() {
            0 => self.push(Node::Empty),
            1 => parts[0],
            _ => self.push(Node::Concat(parts)),
        })
    }

    fn repeated(&mut self, atom: NodeId) -> Option<NodeId> {
        let mut atom = atom;
        // `a{2}{3}` is fine, and nobody writes many.
        for _ in 0..8 {
            let (least, most) = match self.peek() {
                Some(b'*') => (0, None),
                Some(b'+') => (1, None),
                Some(b'?') => (0, Some(1)),
                Some(b'{') => match self.bounds() {
                    Some((bounds, length)) => {
                        self.at += length - 1;
                        bounds
                    }
                    None => return Some(atom),
                },
                _ => return Some(atom),
            };
            self.at += 1;
            let is_possessive = self.take(b"+");
            if !is_possessive {
                self.take(b"?");
            }
            atom = self.push(Node::Repeat { child: atom, least, most, is_possessive });
        }
        None
    }

    /// `{2}`, `{2,}` or `{2,3}` here, with its length.
    fn bounds(&self) -> Option<((u32, Option<u32>), usize)> {
        let rest = &self.bytes[self.at + 1..];
        let close = rest.iter().take(16).position(|byte| *byte == b'}')?;
        let text = std::str::from_utf8(&rest[..close]).ok()?;
        let bounds = match text.split_once(',') {
            None => {
                let count = text.parse().ok()?;
                (count, Some(count))
            }
            Some((least, "")) => (least.parse().ok()?, None),
            Some((least, most)) => (least.parse().ok()?, Some(most.parse().ok()?)),
        };
        Some((bounds, close + 2))
    }

    fn set(&mut self, bytes: ByteSet) -> NodeId {
        let bytes = if self.any_case { bytes.with_both_cases() } else { bytes };
        self.push(Node::Set(bytes))
    }

    fn atom(&mut self) -> Option<NodeId> {
        let byte = self.peek()?;
        match byte {
            b'(' => self.group(),
            b'[' => {
                let set = self.class()?;
                Some(self.set(set))
            }
            b'\\' => self.escape(),
            b'*' | b'+' | b'?' => None,
            _ => {
                self.at += 1;
                Some(match byte {
                    b'.' if self.dot_all => self.push(Node::Set(ByteSet::ALL)),
                    b'.' => self.push(Node::Set(ByteSet::of(b'\n').not())),
                    b'^' => self.push(Node::Start),
                    b'$' => self.push(Node::End),
                    _ => self.set(ByteSet::of(byte)),
                })
            }
        }
    }

    fn group(&mut self) -> Option<NodeId> {
        let start = self.at;
        self.at += 1;
        self.depth += 1;
        if self.depth > DEEPEST {
            return None;
        }
        let (any_case, dot_all) = (self.any_case, self.dot_all);
        let node = self.group_body(start)?;
        self.depth -= 1;
        if let Some(node) = node {
            (self.any_case, self.dot_all) = (any_case, dot_all);
            return Some(node);
        }
        // Flags alone, `(?i)`, hold for the rest of the group around them.
        Some(self.push(Node::Empty))
    }

    /// What follows a `(`; `Some(None)` for flags alone.
    fn group_body(&mut self, start: usize) -> Option<Option<NodeId>> {
        if self.take(b"*") {
            // A verb such as `(*UTF8)`.
            let close = self.bytes[self.at..].iter().position(|byte| *byte == b')')?;
            self.at += close + 1;
            return Some(Some(self.push(Node::Empty)));
        }
        if !self.take(b"?") {
            return self.capture(start, None).map(Some);
        }
        if self.take(b"#") {
            let close = self.bytes[self.at..].iter().position(|byte| *byte == b')')?;
            self.at += close + 1;
            return Some(Some(self.push(Node::Empty)));
        }
        for (mark, is_ahead, is_negative) in
            [(&b"="[..], true, false), (b"!", true, true), (b"<=", false, false), (b"<!", false, true)]
        {
            if self.take(mark) {
                let child = self.closed()?;
                return Some(Some(self.push(Node::Look { is_ahead, is_negative, child })));
            }
        }
        for (open, close) in [(&b"P<"[..], b'>'), (b"<", b'>'), (b"'", b'\'')] {
            if self.take(open) {
                let length = self.bytes[self.at..].iter().position(|byte| *byte == close)?;
                let name = std::str::from_utf8(&self.bytes[self.at..self.at + length]).ok()?.to_owned();
                let is_name = !name.is_empty()
                    && !name.as_bytes()[0].is_ascii_digit()
                    && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
                self.at += length + 1;
                return if is_name { self.capture(start, Some(name)).map(Some) } else { None };
            }
        }
        if self.take(b"|") || self.take(b">") || self.take(b":") {
            let child = self.closed()?;
            return Some(Some(self.push(Node::Group(None, child))));
        }
        let mut is_on = true;
        loop {
            match self.peek()? {
                b'-' => is_on = false,
                b'i' => self.any_case = is_on,
                b's' => self.dot_all = is_on,
                b'm' | b'x' | b'U' | b'J' | b'n' => {}
                b')' => {
                    self.at += 1;
                    return Some(None);
                }
                b':' => {
                    self.at += 1;
                    let child = self.closed()?;
                    return Some(Some(self.push(Node::Group(None, child))));
                }
                _ => return None,
            }
            self.at += 1;
        }
    }

    fn closed(&mut self) -> Option<NodeId> {
        let child = self.alternation()?;
        self.take(b")").then_some(child)
    }

    fn capture(&mut self, start: usize, name: Option<String>) -> Option<NodeId> {
        self.groups.push(Group { name, node: 0, start, end: start });
        let number = self.groups.len();
        let child = self.closed()?;
        let node = self.push(Node::Group(Some(number), child));
        let group = &mut self.groups[number - 1];
        (group.node, group.end) = (node, self.at);
        Some(node)
    }

    fn escape(&mut self) -> Option<NodeId> {
        self.at += 1;
        let byte = self.peek()?;
        self.at += 1;
        if let Some(set) = class_escape(byte) {
            return Some(self.push(Node::Set(set)));
        }
        Some(match byte {
            b'b' | b'B' | b'G' | b'K' => self.push(Node::Assertion),
            b'A' => self.push(Node::Start),
            b'z' | b'Z' => self.push(Node::End),
            b'1'..=b'9' => self.push(Node::Backreference((byte - b'0') as usize)),
            b'k' | b'g' => {
                let close = match self.peek()? {
                    b'<' => b'>',
                    b'{' => b'}',
                    b'\'' => b'\'',
                    digit => {
                        self.at += 1;
                        return Some(self.push(Node::Backreference((digit.saturating_sub(b'0')) as usize)));
                    }
                };
                let length = self.bytes[self.at + 1..].iter().position(|byte| *byte == close)?;
                let name = String::from_utf8_lossy(&self.bytes[self.at + 1..self.at + 1 + length]).into_owned();
                self.at += length + 2;
                let named = self.groups.iter().position(|group| group.name.as_deref() == Some(&name)).map(|at| at + 1);
                self.push(Node::Backreference(named.or_else(|| name.parse().ok()).unwrap_or(usize::MAX)))
            }
            b'R' => self.push(Node::Set(ByteSet::of_text("\n\r\u{b}\u{c}"))),
            b'Q' => {
                let rest = &self.bytes[self.at..];
                let length = memchr::memmem::find(rest, b"\\E").unwrap_or(rest.len());
                let parts: Vec<NodeId> = rest[..length].to_vec().iter().map(|byte| self.set(ByteSet::of(*byte))).collect();
                self.at = (self.at + length + 2).min(self.bytes.len());
                self.push(Node::Concat(parts))
            }
            b'E' => self.push(Node::Empty),
            _ => {
                let literal = self.literal_escape(byte)?;
                self.set(ByteSet::of(literal))
            }
        })
    }

    /// The byte of an escape that stands for one; the letter itself has been taken.
    fn literal_escape(&mut self, byte: u8) -> Option<u8> {
        Some(match byte {
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'f' => 0x0c,
            b'a' => 0x07,
            b'e' => 0x1b,
            b'0' => 0,
            b'x' => {
                let (digits, length) = match self.bytes[self.at..].strip_prefix(b"{") {
                    Some(rest) => {
                        let close = rest.iter().position(|byte| *byte == b'}')?;
                        (&rest[..close], close + 2)
                    }
                    None => {
                        let rest = &self.bytes[self.at..];
                        let length = rest.iter().take(2).take_while(|byte| byte.is_ascii_hexdigit()).count();
                        (&rest[..length], length)
                    }
                };
                let value = u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).unwrap_or(0);
                self.at += length;
                // Above the bytes it stands for several of them; any of those above ASCII is near enough.
                u8::try_from(value).unwrap_or(0xff)
            }
            byte => byte,
        })
    }

    fn class(&mut self) -> Option<ByteSet> {
        self.at += 1;
        let is_negated = self.take(b"^");
        let mut set = ByteSet::EMPTY;
        let first = self.at;
        loop {
            let byte = self.peek()?;
            if byte == b']' && self.at > first {
                self.at += 1;
                break;
            }
            if byte == b'['
                && self.bytes.get(self.at + 1) == Some(&b':')
                && let Some(length) = memchr::memmem::find(&self.bytes[self.at..], b":]")
                && let Some(named) = self.bytes.get(self.at + 2..self.at + length).and_then(posix_class)
            {
                set = set.or(named);
                self.at += length + 2;
                continue;
            }
            self.at += 1;
            let low = match self.class_byte(byte)? {
                Ok(low) => low,
                Err(several) => {
                    set = set.or(several);
                    continue;
                }
            };
            let is_range = self.peek() == Some(b'-') && self.bytes.get(self.at + 1).is_some_and(|byte| *byte != b']');
            if !is_range {
                set.insert(low);
                continue;
            }
            self.at += 1;
            let next = self.peek()?;
            self.at += 1;
            match self.class_byte(next)? {
                Ok(high) if low <= high => set = set.or(ByteSet::range(low, high)),
                Ok(_) => return None,
                Err(several) => {
                    set.insert(low);
                    set.insert(b'-');
                    set = set.or(several);
                }
            }
        }
        let set = if self.any_case { set.with_both_cases() } else { set };
        Some(if is_negated { set.not() } else { set })
    }

    /// A byte in a class, or several for `\d` and the like.
    fn class_byte(&mut self, byte: u8) -> Option<Result<u8, ByteSet>> {
        if byte != b'\\' {
            return Some(Ok(byte));
        }
        let escaped = self.peek()?;
        self.at += 1;
        if let Some(set) = class_escape(escaped) {
            return Some(Err(set));
        }
        if escaped == b'b' {
            return Some(Ok(0x08));
        }
        self.literal_escape(escaped).map(Ok)
    }
}

fn class_escape(byte: u8) -> Option<ByteSet> {
    let set = match byte.to_ascii_lowercase() {
        b'd' => ByteSet::range(b'0', b'9'),
        b'w' => word_bytes(),
        b's' => ByteSet::of_text(" \t\n\r\u{b}\u{c}"),
        b'h' => ByteSet::of_text(" \t"),
        b'v' => ByteSet::of_text("\n\r\u{b}\u{c}"),
        b'n' if byte == b'N' => return Some(ByteSet::of(b'\n').not()),
        _ => return None,
    };
    Some(if byte.is_ascii_uppercase() { set.not() } else { set })
}

fn word_bytes() -> ByteSet {
    ByteSet::range(b'a', b'z').or(ByteSet::range(b'A', b'Z')).or(ByteSet::range(b'0', b'9')).or(ByteSet::of(b'_'))
}

fn posix_class(name: &[u8]) -> Option<ByteSet> {
    let (is_negated, name) = name.strip_prefix(b"^").map_or((false, name), |name| (true, name));
    let test: fn(&u8) -> bool = match name {
        b"alpha" => u8::is_ascii_alphabetic,
        b"digit" => u8::is_ascii_digit,
        b"alnum" => u8::is_ascii_alphanumeric,
        b"upper" => u8::is_ascii_uppercase,
        b"lower" => u8::is_ascii_lowercase,
        b"punct" => u8::is_ascii_punctuation,
        b"xdigit" => u8::is_ascii_hexdigit,
        b"cntrl" => u8::is_ascii_control,
        b"graph" => u8::is_ascii_graphic,
        b"space" => |byte| byte.is_ascii_whitespace() || *byte == 0x0b,
        b"blank" => |byte| matches!(byte, b' ' | b'\t'),
        b"print" => |byte| byte.is_ascii_graphic() || *byte == b' ',
        b"word" => |byte| byte.is_ascii_alphanumeric() || *byte == b'_',
        _ => return None,
    };
    let mut set = ByteSet::EMPTY;
    (0..=255u8).filter(test).for_each(|byte| set.insert(byte));
    Some(if is_negated { set.not() } else { set })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn regex(pattern: &str) -> Regex {
        Regex::parse(pattern, false).unwrap_or_else(|| panic!("{pattern}"))
    }

    fn group_holds(pattern: &str, byte: u8) -> bool {
        let regex = regex(pattern);
        regex.bytes(regex.group(1).unwrap()).contains(byte)
    }

    #[test]
    fn groups_and_what_they_hold() {
        assert!(!group_holds("^/a/(.*)$", b'\n') && group_holds("^/a/(.*)$", b'\r'));
        assert!(group_holds("^/a/([^/]*)$", b'\n') && !group_holds("^/a/([^/\\s]*)$", b'\n'));
        assert!(group_holds("(?s)(.*)", b'\n') && !group_holds("([a-z0-9_]+)", b'.'));
        assert!(!group_holds("(\\d+|\\w)", b'/') && group_holds("(\\W*)", b'\n'));
        assert!(group_holds("([[:space:]x])", b'\n') && group_holds("(a|b\\n)", b'\n') && !group_holds("([^\\n])", b'\n'));
        assert!(!group_holds("([\\x20-\\x7e]*)", b'\n') && group_holds("(\\x0a)", b'\n'));
        let both = Regex::parse("([a-c])", true).unwrap();
        assert!(both.bytes(both.root).contains(b'B'));
    }

    #[test]
    fn names_and_numbers() {
        let regex = regex("^(?<lang>en|de)/(?:x)(?P<rest>.*)(?=a)(b)(?'q'c)\\k<lang>$");
        let names: Vec<_> = regex.groups.iter().map(|group| group.name.as_deref()).collect();
        assert_eq!(names, [Some("lang"), Some("rest"), None, Some("q")]);
        assert_eq!((regex.group_named("REST"), regex.group_named("none")), (Some(2), None));
        assert!(regex.is_anchored_at_start() && regex.is_anchored_at_end());
        let first = &regex.groups[0];
        assert_eq!((first.start, first.end), (1, 15));
    }

    #[test]
    fn repetitions_of_repetitions() {
        for pattern in ["^/(\\w+)*$", "^(a+)+x", "^((.|\\s)*)$", "(\\w+\\w)+y", "^/(([a-z]+)?b*)*z"] {
            assert!(regex(pattern).is_catastrophic(), "{pattern}");
        }
        for pattern in ["^/(\\w+/)+x$", "^/(foo|bar)+$", "^(.*)/(.*)$", "^(a+)+", "(?:ab?)+c", "^(\\w++)*$"] {
            assert!(!regex(pattern).is_catastrophic(), "{pattern}");
        }
    }

    #[test]
    fn anchors() {
        let anchored = |pattern: &str| (regex(pattern).is_anchored_at_start(), regex(pattern).is_anchored_at_end());
        assert_eq!(anchored("^/a|^/b"), (true, false));
        assert_eq!(anchored("^/a|/b$"), (false, false));
        assert_eq!(anchored("(\\.php)$"), (false, true));
        assert_eq!(anchored("\\.php(?:$|/)"), (false, false));
        assert_eq!(anchored("(?i)^/a\\z"), (true, true));
    }

    #[test]
    fn what_pcre_refuses() {
        for pattern in ["(", "a)", "[a", "*a", "(?<1a>x)", "[z-a]", "a\\", &"(".repeat(100)] {
            assert_eq!(Regex::parse(pattern, false), None, "{pattern}");
        }
        for pattern in ["a{2", "]", "a{,3}", "(*UTF8)x", "\\Qa.b\\E", "a++", "(?i:x)y", "[]a]", "[a\\-z]", "x{2,3}?"] {
            assert!(Regex::parse(pattern, false).is_some(), "{pattern}");
        }
        assert_eq!(regex("^/a\\.b$").literal().as_deref(), Some("/a.b"));
        assert_eq!(regex("^/a.b$").literal(), None);
    }

    #[test]
    fn facts_of_matches() {
        let facts = |pattern: &str| {
            let regex = regex(pattern);
            (regex.must_contain(regex.root, b'/'), regex.may_be_empty(regex.root), regex.first_bytes(regex.root).contains(b'/'))
        };
        assert_eq!(facts("^/a"), (true, false, true));
        assert_eq!(facts("/?a*"), (false, true, true));
        assert_eq!(facts("a|/"), (false, false, true));
        assert_eq!(facts("(b|c)/"), (true, false, false));
    }

    proptest::proptest! {
        #[test]
        fn no_pattern_makes_it_panic(pattern in "(\\(\\?|[()|*+?{}\\[\\]^$.\\\\a0-9<>:,=!'Qkgxé-]){0,24}") {
            if let Some(regex) = Regex::parse(&pattern, true) {
                regex.bytes(regex.root);
                regex.must_contain(regex.root, b'a');
                regex.first_bytes(regex.root);
                regex.is_anchored_at_start();
                regex.literal();
            }
        }
    }
}
