//! Scripts that were read before: the services of a repository are built by the same lines again and again, and a Dockerfile is read
//! once more for each service that it makes.

use std::hash::BuildHasher;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use rustc_hash::{FxBuildHasher, FxHashMap};

use super::{Command, Script, Word};
use crate::source::{Mapped, Shift};

/// As much text is remembered, which takes some twenty times the memory: what is alike mostly stands close together.
const MOST_BYTES: usize = 256 << 10;

#[derive(Default)]
struct Known {
    /// By the hash of their text; there are several where continuations lie in different places.
    scripts: FxHashMap<u64, Vec<Entry>>,
    bytes: usize,
}

/// A text, and what was read.
type Entry = (Mapped, Arc<Script>);

static KNOWN: LazyLock<Mutex<Known>> = LazyLock::new(Mutex::default);

/// What `read` makes of a text, or made of one that differs only in where it stands in its file.
pub(super) fn script(text: &Mapped, read: impl FnOnce(&Mapped) -> Script) -> Arc<Script> {
    let hash = FxBuildHasher.hash_one(text.text());
    let known = {
        let known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        let mut alike = known.scripts.get(&hash).into_iter().flatten();
        alike.find_map(|(known, script)| Some((Arc::clone(script), text.shift_from(known)?)))
    };
    match known {
        Some((script, shift)) if shift.is_none() => return script,
        Some((script, shift)) => return Arc::new(shifted(&script, shift)),
        None => {}
    }
    let script = Arc::new(read(text));
    let entry = (text.clone(), Arc::clone(&script));
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    // What is too much is given back when others may look again: it is thousands of pieces.
    let too_much = if known.bytes > MOST_BYTES { std::mem::take(&mut *known) } else { Known::default() };
    known.bytes += text.text().len();
    known.scripts.entry(hash).or_default().push(entry);
    drop(known);
    drop(too_much);
    script
}

/// The same script where its text stands elsewhere in a file.
fn shifted(script: &Script, shift: Shift) -> Script {
    let mut script = script.clone();
    script.span = shift.of(script.span);
    script.commands.iter_mut().for_each(|command| shift_command(command, shift));
    script.pipelines.iter_mut().for_each(|pipeline| {
        pipeline.span = shift.of(pipeline.span);
        pipeline.operator = shift.of(pipeline.operator);
    });
    script.lists.iter_mut().for_each(|list| list.span = shift.of(list.span));
    script.expansions.iter_mut().for_each(|expansion| expansion.span = shift.of(expansion.span));
    script.negations.iter_mut().for_each(|span| *span = shift.of(*span));
    script
}

fn shift_command(command: &mut Command, shift: Shift) {
    let word = |word: &mut Word| word.span = shift.of(word.span);
    command.wrappers.iter_mut().flatten().chain(&mut command.words).for_each(word);
    for assignment in &mut command.assignments {
        word(&mut assignment.value);
        assignment.span = shift.of(assignment.span);
    }
    for redirection in &mut command.redirections {
        word(&mut redirection.target);
        redirection.span = shift.of(redirection.span);
        redirection.body = redirection.body.map(|body| shift.of(body));
    }
    for span in [&mut command.span, &mut command.connector_span, &mut command.joint] {
        *span = shift.of(*span);
    }
}

#[cfg(test)]
mod tests {
    use super::super::{parse, read};
    use crate::source::{Mapped, Span};

    /// Everything that has a span, continuations and texts in texts too.
    const TEXT: &str = "set -e; ! grep a b; d | sort > c 2>&1 && X=1 sudo -E apt-get install -y $P \\\n  `cat l` \\\n && sh -c 'echo \"a\" | cat' <<E || exit\nbody $X\nE\n";

    fn at(before: &str) -> Mapped {
        let file = format!("{before}{TEXT}");
        let cut = TEXT.find("\\\n").unwrap() + before.len();
        let mut text = Mapped::of(&file, Span::new(before.len(), cut));
        text.push(&file, Span::new(cut + 2, file.len()));
        text
    }

    #[test]
    fn what_is_known_is_as_if_it_were_read() {
        for before in ["RUN ", "FROM a\nRUN ", "", "RUN "] {
            let script = parse(&at(before));
            assert_eq!(*script, read(&at(before)), "{before:?}");
            assert!(script.commands.len() > 5 && !script.expansions.is_empty() && !script.negations.is_empty());
        }
        // The same text without a continuation.
        let plain = Mapped::literal(at("").text(), 7);
        assert_eq!(*parse(&plain), read(&plain));
    }
}
