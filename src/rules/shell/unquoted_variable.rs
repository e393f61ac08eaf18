use crate::dockerfile::model::{Dockerfile, InstructionScript, ShellKind};
use crate::dockerfile::shell_lint::{expansions, is_known, is_looked_at, joined_text, lints, may_set, quoting, word_around};
use crate::rules::check::Reporter;
use crate::shell::{Expansion, ExpansionKind, Held, lint};

/// Variables of the shell itself that hold numbers, or names without blanks.
const NEVER_SPLIT: &[&str] = &[
    "!",
    "#",
    "$",
    "-",
    "?",
    "BASHPID",
    "COLUMNS",
    "EUID",
    "LINENO",
    "OPTIND",
    "PPID",
    "RANDOM",
    "SECONDS",
    "SHELLOPTS",
    "SHLVL",
    "UID",
    "_",
];

/// Where the text itself may set a variable in a way that [`Held`] does not see, the linter follows its values; everything else is
/// plain here.
pub fn check(dockerfile: &Dockerfile, script: &InstructionScript, out: &mut Reporter<'_>) {
    if script.script.expansions.is_empty() || !is_looked_at(dockerfile, script) {
        return;
    }
    let kinds: &[_] = match script.shell {
        ShellKind::Bash => &[ExpansionKind::Variable, ExpansionKind::Operation],
        _ => &[ExpansionKind::Variable, ExpansionKind::Operation, ExpansionKind::Declared],
    };
    let splits = |expansion: &&Expansion| expansion.name != "@" && !NEVER_SPLIT.contains(&&*expansion.name);
    let candidates: Vec<&Expansion> = expansions(script, kinds).filter(splits).collect();
    let known = |expansion: &Expansion| is_known(dockerfile, script.instruction, &expansion.name);
    let is_plain = |expansion: &Expansion| {
        expansion.kind == ExpansionKind::Variable && !may_set(dockerfile, script, out.text(), &expansion.name)
    };
    let (plain, unclear): (Vec<&Expansion>, Vec<&Expansion>) = candidates.into_iter().partition(|expansion| is_plain(expansion));
    let mut found: Vec<&Expansion> = plain.into_iter().filter(|expansion| !known(expansion)).collect();
    let joined = if unclear.is_empty() { None } else { joined_text(dockerfile, script, out.text()) };
    let mut asked = Vec::new();
    for expansion in unclear {
        let held = match (&joined, expansion.kind) {
            (Some(text), ExpansionKind::Variable) => script.script.held(text.text(), &expansion.name, expansion.command),
            _ => Held::Unknown,
        };
        match held {
            Held::OneWord => {}
            Held::Words => found.push(expansion),
            Held::Unknown => asked.push(expansion),
        }
    }
    if !asked.is_empty() && lint::AVAILABLE {
        let said: Vec<_> = lints(dockerfile, script, out.text(), &[2086]).map(|lint| lint.span.start).collect();
        found.extend(asked.into_iter().filter(|expansion| said.contains(&expansion.span.start)));
    }
    for expansion in found {
        let text = out.text();
        let mut draft = out.report(expansion.span).value("variable", &expansion.name);
        if !is_a_list(script, &expansion.name) {
            let edits = quoting(text, word_around(&script.script, expansion), expansion.span);
            draft = draft.replace_all(edits);
        }
        draft.emit();
    }
}

/// Whether the text puts several words, or what a command prints, into a variable: then it is split on purpose.
fn is_a_list(script: &InstructionScript, name: &str) -> bool {
    let mut assignments = script.script.commands.iter().flat_map(|command| &command.assignments);
    assignments.any(|set| set.name == name && (set.value.text.contains([' ', '\t', '\n']) || set.value.expansion.is_some()))
}
