use crate::dockerfile::model::{Dockerfile, InstructionScript};
use crate::dockerfile::packages::{Manager, Origin, invocation};
use crate::finding::Severity;
use crate::rules::check::Reporter;
use crate::shell::{Command, Word};
use crate::source::Span;

/// Options that turn the check off when they are true, and when they are false.
const TRUE_IS_OFF: &[&str] = &["apt::get::allowunauthenticated", "acquire::allowinsecurerepositories"];
const FALSE_IS_OFF: &[&str] = &["gpgcheck", "localpkg_gpgcheck", "repo_gpgcheck", "pkg_gpgcheck"];

/// Flags of rpm that leave signatures unread, and its modes that only look at a package.
const RPM_FLAGS: &[&str] = &["--nosignature"];
const RPM_MODES: &[&str] = &["-q", "--query", "-K", "--checksig", "-V", "--verify"];

pub fn check(dockerfile: &Dockerfile, script: &InstructionScript, command: &Command, out: &mut Reporter<'_>) {
    if command.name() == "rpm" {
        if let Some(flag) = command.flag(RPM_FLAGS).filter(|_| !command.has_flag(RPM_MODES)) {
            report(dockerfile, script, out, ("rpm", "`rpm`".to_owned()), (command, flag, flag));
        }
        return;
    }
    let Some(call) = invocation(command) else { return };
    let case = match call.manager {
        Manager::AptGet | Manager::Apt | Manager::Aptitude => "apt",
        Manager::Apk => "apk",
        Manager::Yum | Manager::Dnf | Manager::Microdnf => "dnf",
        Manager::Zypper => "other",
        // Those of the other managers turn off TLS, which is another rule.
        _ => return,
    };
    let title = || format!("`{}`", call.title());
    for flag in &call.flags {
        let option =
            flag.value.filter(|_| call.facts().option_flags.contains(&flag.name)).and_then(|value| value.split_once('='));
        let last = flag.value_word.unwrap_or(flag.word);
        if call.facts().untrusted_flags.contains(&flag.name) {
            let case = match flag.name {
                "--force-yes" => "apt-force",
                "--allow-unauthenticated" | "--allow-untrusted" | "--nogpgcheck" => case,
                _ => "other",
            };
            report(dockerfile, script, out, (case, title()), (command, flag.word, last));
        } else if option.is_some_and(|(key, value)| turns_off(key, value)) {
            report(dockerfile, script, out, ("other", title()), (command, flag.word, last));
        }
    }
}

fn turns_off(key: &str, value: &str) -> bool {
    let key = key.trim().to_ascii_lowercase();
    let key = key.rsplit_once('.').map_or(key.as_str(), |(_, option)| option);
    let is = |words: &[&str]| words.iter().any(|word| value.trim().eq_ignore_ascii_case(word));
    TRUE_IS_OFF.contains(&key) && is(&["1", "true", "yes", "on"])
        || FALSE_IS_OFF.contains(&key) && is(&["0", "false", "no", "off"])
}

fn report(
    dockerfile: &Dockerfile,
    script: &InstructionScript,
    out: &mut Reporter<'_>,
    (case, title): (&str, String),
    (command, first, last): (&Command, &Word, &Word),
) {
    if dockerfile.run_of(script.instruction).is_none() {
        return;
    }
    let text = out.text();
    let own = first.span.cover(last.span);
    let before = command.words.iter().rfind(|word| word.span.end() <= own.start()).map_or(own.start(), |word| word.span.end());
    let gap = Span::new(before, own.start()).slice(text);
    // A comment between the two is to stay.
    let gone = if gap.contains('#') { own } else { Span::new(before, own.end()) };
    let flag = if std::ptr::eq(first, last) { first.text.to_string() } else { format!("{} {}", first.text, last.text) };
    let draft = out.report(own).variant(case).value("command", title).value("flag", flag).delete(gone);
    if is_checked_otherwise(script, command) { draft.severity(Severity::Low).emit() } else { draft.emit() }
}

/// Only files are installed, and a command before this one checks a signature or a digest.
fn is_checked_otherwise(script: &InstructionScript, command: &Command) -> bool {
    let from_files = invocation(command).is_none_or(|call| call.specs().all(|(_, spec)| spec.origin == Origin::Path));
    let checks = |command: &Command| match command.name() {
        "gpg" => command.has_flag(&["--verify"]),
        "gpgv" | "cosign" | "minisign" => true,
        "sha256sum" | "sha512sum" | "sha384sum" | "shasum" | "b2sum" => command.has_flag(&["-c", "--check"]),
        _ => false,
    };
    from_files && script.script.commands.iter().take_while(|other| !std::ptr::eq(*other, command)).any(checks)
}
