//! What rules ask of a whole text.

use rustc_hash::FxHashMap;

use super::{Command, Connector, List, Pipeline, Script};
use crate::source::Span;

impl Script {
    /// Gives back what growing took beyond the need: the scripts of a thousand files are held at a time.
    pub(super) fn shrink(&mut self) {
        self.commands.shrink_to_fit();
        self.lists.shrink_to_fit();
        self.pipelines.shrink_to_fit();
        self.expansions.shrink_to_fit();
        self.negations.shrink_to_fit();
        for command in &mut self.commands {
            command.words.shrink_to_fit();
            command.assignments.shrink_to_fit();
            command.redirections.shrink_to_fit();
        }
        self.lists.iter_mut().for_each(|list| list.commands.shrink_to_fit());
    }

    /// The list that a command stands in.
    pub fn list_of(&self, command: usize) -> &List {
        &self.lists[self.commands[command].list]
    }

    /// The list around all others: what is appended to it runs last.
    pub fn root(&self) -> Option<&List> {
        self.lists.iter().find(|list| list.parent.is_none())
    }

    /// The pipe that a command is a direct member of.
    pub fn pipeline_of(&self, command: usize) -> Option<&Pipeline> {
        self.commands[command].pipeline.map(|index| &self.pipelines[index])
    }

    /// The commands of that name, wrappers and folders aside, with their indexes.
    pub fn commands_named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = (usize, &'a Command)> {
        self.commands.iter().enumerate().filter(move |(_, command)| command.name() == name)
    }

    /// Whether `after` comes later than `before` and runs whenever all between succeeds. In one list: no `||` leads to it and
    /// nothing between is sent to the background. For lists inside one another the order of the text decides; for others, such as
    /// two branches of an `if`, the answer is no.
    pub fn follows(&self, before: usize, after: usize) -> bool {
        if before >= after || after >= self.commands.len() {
            return false;
        }
        let (first, second) = (self.commands[before].list, self.commands[after].list);
        if first != second {
            return self.is_within(first, second) || self.is_within(second, first);
        }
        let between = self.lists[first].commands.iter().filter(|index| (before + 1..=after).contains(*index));
        between
            .into_iter()
            .all(|index| matches!(self.commands[*index].connector, Connector::And | Connector::Sequence | Connector::Pipe))
    }

    /// Whether a list is the other one or stands inside it.
    pub fn is_within(&self, list: usize, outer: usize) -> bool {
        let mut at = Some(list);
        while let Some(index) = at {
            if index == outer {
                return true;
            }
            at = self.lists[index].parent;
        }
        false
    }

    /// The commands around this one that `&&` and `|` join without a break, itself included: what ` && …` behind the last of
    /// them belongs to. Compound commands between them do not show.
    pub fn chain_of(&self, command: usize) -> &[usize] {
        let members = &self.list_of(command).commands;
        let Some(at) = members.iter().position(|index| *index == command) else { return &[] };
        let joined = |position: usize| matches!(self.commands[members[position]].connector, Connector::And | Connector::Pipe);
        let start = (0..=at).rev().find(|position| !joined(*position)).unwrap_or(0);
        let end = (at + 1..members.len()).find(|position| !joined(*position)).unwrap_or(members.len());
        &members[start..end]
    }

    /// What to delete to take a command out of its list, one connector and the blanks around it included. `None` where that would
    /// change what the others do: in a pipe, beside `||`, in a condition, in the background, with a here-document, alone in its
    /// list, or with a compound command behind that hangs on it.
    pub fn removal(&self, command: usize) -> Option<Span> {
        use Connector::{And, First, Sequence};
        let removed = &self.commands[command];
        let heredoc = removed.redirections.iter().any(|redirection| redirection.body.is_some());
        if removed.pipeline.is_some() || removed.tested || removed.background || heredoc {
            return None;
        }
        match (removed.connector, removed.next) {
            (And, None | Some(And | Sequence)) | (Sequence, None | Some(Sequence)) => Some(removed.joint.cover(removed.span)),
            (First | Sequence, Some(And | Sequence)) => {
                let members = &self.list_of(command).commands;
                let next = members.get(members.binary_search(&command).ok()? + 1).map(|index| &self.commands[*index])?;
                let beside = next.joint.start == removed.span.end && !removed.negated;
                beside.then(|| Span::new(removed.span.start(), next.joint.end()))
            }
            _ => None,
        }
    }

    /// From the start of the first to the end of the last of these commands.
    pub fn span_of(&self, commands: &[usize]) -> Span {
        let spans = commands.iter().map(|index| self.commands[*index].span);
        spans.reduce(Span::cover).unwrap_or_default()
    }

    /// The first command at the top that says `set -e`.
    pub fn sets_errexit(&self) -> Option<usize> {
        self.sets(|command| option(command, 'e', "errexit"))
    }

    /// Whether some command of the text itself says `set -e`, wherever it stands.
    pub fn mentions_errexit(&self) -> bool {
        let mut own = self.commands.iter().filter(|command| command.embedded.is_none() && command.name() == "set");
        own.any(|command| option(command, 'e', "errexit") == Some(true))
    }

    /// The first command at the top that says `set -o pipefail`.
    pub fn sets_pipefail(&self) -> Option<usize> {
        self.sets(|command| option(command, '\0', "pipefail"))
    }

    fn sets(&self, option: impl Fn(&Command) -> Option<bool>) -> Option<usize> {
        let says = |command: &Command| command.depth == 0 && command.name() == "set" && option(command) == Some(true);
        self.commands.iter().position(says)
    }

    /// Whether `set -e` holds where a command runs: said before it at the top of its own text (and not taken back by `set +e`),
    /// or by the options of the shell that reads it (`sh -ec '…'`).
    pub fn has_errexit(&self, command: usize) -> bool {
        self.holds(command, 'e', "errexit")
    }

    /// Whether `set -o pipefail` holds where a command runs, as [`Script::has_errexit`].
    pub fn has_pipefail(&self, command: usize) -> bool {
        self.holds(command, '\0', "pipefail")
    }

    /// The pipes in which only the last command counts, by index: no `pipefail` holds where they run. `outer` says whether it holds
    /// for the text itself.
    pub fn pipes_without_pipefail(&self, outer: bool) -> Vec<usize> {
        let mut found = Vec::new();
        if self.pipelines.is_empty() {
            return found;
        }
        let mut starts: Vec<_> = self.pipelines.iter().map(|pipeline| pipeline.commands.first().copied()).enumerate().collect();
        starts.sort_by_key(|(_, first)| *first);
        let mut starts = starts.into_iter().filter_map(|(index, first)| Some((index, first?))).peekable();
        // What holds in each text inside the text, by the command that holds it.
        let mut held: FxHashMap<Option<usize>, bool> = FxHashMap::default();
        held.insert(None, outer);
        for (index, command) in self.commands.iter().enumerate() {
            let text = command.embedded;
            if !held.contains_key(&text) {
                let shell = text.map(|shell| &self.commands[shell]);
                let own = match shell {
                    Some(shell) if shell.name() == "eval" => held.get(&shell.embedded).copied(),
                    Some(shell) => option(shell, '\0', "pipefail"),
                    None => None,
                };
                held.insert(text, own.unwrap_or(false));
            }
            let depth = text.map_or(0, |shell| self.commands[shell].depth + 1);
            if command.name() == "set"
                && command.depth == depth
                && let Some(said) = option(command, '\0', "pipefail")
            {
                held.insert(text, said);
            }
            while let Some((pipeline, _)) = starts.next_if(|(_, first)| *first == index) {
                if held.get(&text) == Some(&false) {
                    found.push(pipeline);
                }
            }
        }
        found
    }

    fn holds(&self, command: usize, letter: char, name: &str) -> bool {
        let embedded = self.commands[command].embedded;
        let (depth, mut held) = match embedded {
            None => (0, false),
            Some(shell) => {
                let shell = &self.commands[shell];
                if shell.name() == "eval" {
                    return self.commands[command].embedded.is_some_and(|shell| self.holds(shell, letter, name));
                }
                (shell.depth + 1, option(shell, letter, name).unwrap_or(false))
            }
        };
        for before in &self.commands[..command] {
            if before.embedded == embedded && before.depth == depth && before.name() == "set" {
                held = option(before, letter, name).unwrap_or(held);
            }
        }
        held
    }

    /// Puts the commands into the order of the text: those of `sh -c` and of here-documents were found late.
    pub(super) fn settle(&mut self) {
        if self.commands.is_sorted_by_key(|command| command.span.start) {
            return;
        }
        let mut order: Vec<usize> = (0..self.commands.len()).collect();
        order.sort_by_key(|index| self.commands[*index].span.start);
        let mut place = vec![0; order.len()];
        for (new, old) in order.iter().enumerate() {
            place[*old] = new;
        }
        let mut commands: Vec<_> = std::mem::take(&mut self.commands).into_iter().map(Some).collect();
        self.commands = order.iter().filter_map(|old| commands[*old].take()).collect();
        for command in &mut self.commands {
            command.embedded = command.embedded.map(|shell| place[shell]);
        }
        let lists = self.lists.iter_mut().map(|list| &mut list.commands);
        for members in lists.chain(self.pipelines.iter_mut().map(|pipeline| &mut pipeline.commands)) {
            members.iter_mut().for_each(|index| *index = place[*index]);
        }
        for expansion in &mut self.expansions {
            expansion.command = place.get(expansion.command).copied().unwrap_or(expansion.command);
        }
    }
}

/// What a `set`, or the options of a shell, say about an option; `None` when it is not named.
fn option(command: &Command, letter: char, name: &str) -> Option<bool> {
    if !matches!(command.name(), "set" | "sh" | "bash" | "ash" | "dash" | "ksh" | "mksh" | "zsh") {
        return None;
    }
    let mut said = None;
    let mut arguments = command.arguments().iter();
    while let Some(word) = arguments.next() {
        let text = word.text.as_str();
        let on = text.starts_with('-');
        let Some(letters) = text.strip_prefix(['-', '+']).filter(|rest| !rest.is_empty() && !rest.starts_with('-')) else {
            break;
        };
        if letters.contains(letter) {
            said = Some(on);
        }
        for _ in letters.matches('o') {
            if arguments.next().is_some_and(|value| value.text == name) {
                said = Some(on);
            }
        }
    }
    said
}
