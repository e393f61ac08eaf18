use crate::dockerfile::model::{Dockerfile, InstructionScript};
use crate::dockerfile::packages::{Manager, invocation};
use crate::finding::Applicability;
use crate::rules::check::Reporter;
use crate::shell::{Command, Word};
use crate::source::Span;

/// Subcommands that `apt-get` has under the same name and with the same meaning.
const SAME: &[&str] = &["install", "update", "upgrade", "remove", "purge", "autoremove", "clean", "autoclean"];

/// Subcommands that `apt-get` has, too, with small differences.
const SIMILAR: &[&str] = &["build-dep", "changelog", "download", "reinstall", "satisfy", "source"];

/// Subcommands of `apt-cache`.
const CACHE: &[&str] = &["depends", "madison", "pkgnames", "policy", "rdepends", "search", "show", "showpkg", "showsrc"];

pub fn check(dockerfile: &Dockerfile, script: &InstructionScript, command: &Command, out: &mut Reporter<'_>) {
    let Some(call) = invocation(command).filter(|call| call.manager == Manager::Apt) else { return };
    if dockerfile.run_of(script.instruction).is_none() {
        return;
    }
    let text = out.text();
    let subcommand = call.subcommand.map_or("", |word| word.text.as_str());
    let (instead, other, safe) = match subcommand {
        word if SAME.contains(&word) => ("apt-get", None, true),
        word if SIMILAR.contains(&word) => ("apt-get", None, false),
        word if CACHE.contains(&word) => ("apt-cache", None, false),
        "full-upgrade" => ("apt-get", Some("dist-upgrade"), false),
        _ => ("", None, false),
    };
    let mut draft = out.report(call.names[0].span).value("command", call.title());
    if !call.is_plain() {
        draft = draft.without("hadolint");
    }
    let Some(name) = tail(&call.names[0], "apt", text).filter(|_| !instead.is_empty()) else {
        return draft.variant("interactive").emit();
    };
    draft = draft.value("instead", format!("{instead} {}", other.unwrap_or(subcommand))).replace(name, instead);
    if !safe {
        draft = draft.applicability(Applicability::Unsafe);
    }
    match (other, call.subcommand) {
        (Some(other), Some(word)) => match tail(word, &word.text, text) {
            Some(place) => draft.replace(place, other).emit(),
            None => draft.emit(),
        },
        _ => draft.emit(),
    }
}

/// Where the text of a word ends in the file as these letters, a quote behind them aside.
fn tail(word: &Word, letters: &str, text: &str) -> Option<Span> {
    let written = word.span.slice(text);
    let bare = written.trim_end_matches(['"', '\'']);
    let end = word.span.start() + bare.len();
    bare.ends_with(letters).then(|| Span::new(end - letters.len(), end))
}
