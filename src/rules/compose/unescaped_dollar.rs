use crate::compose::{ComposeProject, Node, Service, SetBy, Ways};
use crate::rules::check::Reporter;
use crate::source::Span;

/// Programs that put variables into the text behind their `-c`.
const SHELLS: [&str; 6] = ["sh", "ash", "bash", "dash", "zsh", "busybox"];

pub fn check(project: &ComposeProject, service: Service<'_>, out: &mut Reporter<'_>) {
    let test = service.healthcheck().map_or(&[][..], |check| check.test());
    let (kind, asked) = test.split_first().map_or(("", test), |(kind, asked)| (kind.as_str().unwrap_or_default(), asked));
    let by_shell = kind == "CMD-SHELL" || calls_shell(asked);
    let entrypoint = service.words("entrypoint").unwrap_or_default();
    let command = service.words("command").unwrap_or_default();
    let started_by_shell = calls_shell(entrypoint) || calls_shell(command);
    let words = entrypoint.iter().chain(command).map(|word| (word, started_by_shell));
    let mut told = Vec::new();
    for (node, has_shell) in asked.iter().map(|word| (word, by_shell)).chain(words) {
        let text = out.text_of(node.origin.file);
        for used in project.sites.variables(&node.origin) {
            let is_taken = used.set == SetBy::Nothing && used.operator.is_none();
            // A name alone is what compose itself gets from whoever runs it.
            let variable = service.variable(&used.name).filter(|variable| is_taken && variable.value.is_some());
            let Some(variable) = variable else { continue };
            let at = used.location.span.start();
            // The words of a text of several share its variables.
            if told.contains(&used.location) || !text[at..].starts_with('$') {
                continue;
            }
            told.push(used.location);
            let draft = out.report_at(used.location).value("variable", &used.name).value("name", service.name);
            let draft = draft.related_at(variable.origin.location(), "set");
            let own = node.origin.is_own() || !node.origin.ways.has_any(Ways::ALIAS);
            match (has_shell, own) {
                // Doubled, the program would get the name and not the value.
                (false, _) => draft.variant("plain").by_hand().emit(),
                (true, true) => draft.replace(Span::empty(at), "$").emit(),
                (true, false) => draft.emit(),
            }
        }
    }
}

/// Whether words begin with a shell that reads the text behind its `-c`.
fn calls_shell(words: &[Node]) -> bool {
    let program = words.first().and_then(Node::as_str).unwrap_or_default();
    let is_shell = SHELLS.contains(&program.rsplit('/').next().unwrap_or(program));
    let reads =
        |word: &Node| word.as_str().is_some_and(|word| word.starts_with('-') && !word.starts_with("--") && word.ends_with('c'));
    is_shell && words.iter().skip(1).any(reads)
}
