use crate::dockerfile::insertion::is_json;
use crate::dockerfile::instruction::{Body, Instruction, Pair};
use crate::dockerfile::model::{Dockerfile, InstructionScript};
use crate::dockerfile::tls::{insecure, insecure_variable};
use crate::finding::Severity;
use crate::rules::check::{Draft, Reporter};
use crate::shell::{Command, removal};
use crate::source::Span;

/// Variables of ARG, ENV and RUN, and flags of RUN. What the running container does (CMD, HEALTHCHECK) is not fetched for the image.
pub fn check(dockerfile: &Dockerfile, out: &mut Reporter<'_>) {
    for instruction in &dockerfile.tree.instructions {
        let (inner, is_trigger) = match &instruction.body {
            Body::Onbuild(trigger) => (&**trigger, true),
            _ => (instruction, false),
        };
        if let Body::Env(pairs) | Body::Arg(pairs) = &inner.body {
            variables(dockerfile, inner, is_trigger, pairs, out);
        }
    }
    for script in dockerfile.scripts.iter().filter(|script| dockerfile.run_of(script.instruction).is_some()) {
        // What is compared with a checksum may come from anywhere.
        let is_verified = script.script.commands.iter().any(verifies);
        for command in &script.script.commands {
            flags(dockerfile, script, command, is_verified, out);
            assignments(command, out);
        }
    }
}

/// Takes the message of a variable, and the identifier that a peer has for it.
fn of_program<'d>(draft: Draft<'d>, program: &str) -> Draft<'d> {
    let variant = match program {
        "Python" => "variable-python",
        "Node.js" => "variable-node",
        "npm" => "variable-npm",
        "Git" => "variable-git",
        "pip" => "variable-pip",
        "Go" => "variable-go",
        _ => "variable",
    };
    draft.variant(variant).value("program", program)
}

fn variables(dockerfile: &Dockerfile, instruction: &Instruction, is_trigger: bool, pairs: &[Pair], out: &mut Reporter<'_>) {
    let of_pair = |pair: &Pair| insecure_variable(&pair.key.text, &pair.value.as_ref()?.text);
    let text = out.text();
    let is_alone = pairs.iter().all(|pair| of_pair(pair).is_some());
    for (index, pair) in pairs.iter().enumerate() {
        let Some(program) = of_pair(pair) else { continue };
        let before = index.checked_sub(1).map(|before| pairs[before].span);
        let gone = if is_alone {
            (!is_trigger).then(|| instruction.lines(text))
        } else {
            removal(before, pair.span, pairs.get(index + 1).map(|after| after.span), text, dockerfile.tree.escape)
        };
        let draft = of_program(out.report(pair.span).value("option", pair.key.text.as_str()), program);
        delete(draft, gone).emit();
    }
}

fn verifies(command: &Command) -> bool {
    match command.name() {
        "sha256sum" | "sha512sum" | "sha384sum" | "shasum" | "b2sum" => command.has_flag(&["-c", "--check"]),
        "gpg" => command.has_flag(&["--verify"]),
        _ => false,
    }
}

fn flags(dockerfile: &Dockerfile, script: &InstructionScript, command: &Command, is_verified: bool, out: &mut Reporter<'_>) {
    let Some(found) = insecure(command) else { return };
    let text = out.text();
    let first = &command.words[found.words.start];
    let last = &command.words[found.words.end - 1];
    let gone = match found.letter {
        _ if found.is_all || is_json(dockerfile, script, command) => None,
        Some(letter) => {
            let start = first.span.start() + letter;
            (first.span.slice(text) == first.text).then(|| Span::new(start, start + 1))
        }
        None => command.removal(found.words.clone(), text, dockerfile.tree.escape),
    };
    let mut draft = out.report(first.span.cover(last.span)).value("option", found.option.as_str());
    draft = match found.program {
        "git" | "apt" => draft,
        program => draft.variant(program),
    };
    // checkov knows `config set` of npm, and yum only where it configures.
    let configures = |text: &str| command.words.iter().any(|word| word.text.contains(text));
    let is_known = match found.program {
        "npm" => found.is_all && command.name() != "pnpm",
        "yum" => configures("config-manager"),
        "pip" => first.text.starts_with("--trusted-host"),
        _ => true,
    };
    if !is_known {
        draft = draft.without("checkov");
    }
    if is_verified && matches!(found.program, "curl" | "wget") {
        draft = draft.severity(Severity::Low);
    }
    delete(draft, gone).emit();
}

/// `NAME=value command`, `env NAME=value command`, `export NAME=value`.
fn assignments(command: &Command, out: &mut Reporter<'_>) {
    for assignment in &command.assignments {
        let Some(program) = insecure_variable(&assignment.name, &assignment.value.text) else { continue };
        let next = command.assignments.iter().map(|other| other.span).chain(command.wrappers.iter().map(|words| words[0].span));
        let next =
            next.chain(command.words.first().map(|word| word.span)).filter(|span| span.start > assignment.span.start).min();
        let gone = next.map(|next| Span::new(assignment.span.start(), next.start()));
        let gone = gone.filter(|gone| !gone.slice(out.text()).contains(['#', '<', '>']));
        let draft = of_program(out.report(assignment.span).value("option", assignment.name.as_str()), program);
        delete(draft, gone).emit();
    }
    let exported = command.arguments().iter().filter(|_| matches!(command.name(), "export" | "declare" | "readonly"));
    let wrapped = command.wrappers.iter().filter(|words| matches!(words[0].text.as_str(), "env" | "sudo")).flatten();
    for word in exported.chain(wrapped) {
        let Some((name, value)) = word.text.split_once('=') else { continue };
        if let Some(program) = insecure_variable(name, value) {
            of_program(out.report(word.span).value("option", name), program).emit();
        }
    }
}

fn delete(draft: Draft<'_>, gone: Option<Span>) -> Draft<'_> {
    match gone {
        Some(gone) => draft.delete(gone),
        None => draft,
    }
}
