use rustc_hash::FxHashSet;

use crate::dockerfile::instruction::Body;
use crate::dockerfile::model::Dockerfile;
use crate::dockerfile::users::{numbers, user_word};
use crate::rules::check::Reporter;
use crate::source::Span;

/// Each USER whose account is no number, as far as its variables are known.
pub fn check(dockerfile: &Dockerfile, out: &mut Reporter<'_>) {
    if !dockerfile.tree.instructions.iter().any(|instruction| user_word(instruction).is_some()) {
        return;
    }
    let numbers = numbers(dockerfile);
    let mut arguments: FxHashSet<&str> = FxHashSet::default();
    for (index, instruction) in dockerfile.tree.instructions.iter().enumerate() {
        if let Body::Arg(pairs) = &instruction.body {
            arguments.extend(pairs.iter().map(|pair| pair.key.text.as_str()));
        }
        let Some(word) = user_word(instruction) else { continue };
        let written = word.text.split(':').next().unwrap_or_default();
        let expanded = if word.text.contains('$') {
            let known = dockerfile.expand(index, &word.text).ok().and_then(|expanded| expanded.text);
            match known.filter(|text| !text.is_empty() && !text.starts_with(':')) {
                Some(text) => text,
                // Whoever passes the argument may pass a number.
                None if names_argument(written, &arguments) => continue,
                None => word.text.clone(),
            }
        } else {
            word.text.clone()
        };
        let user = expanded.split(':').next().unwrap_or_default();
        let is_windows = dockerfile.stage_of(index).is_some_and(|stage| stage.windows);
        if is_windows || user.bytes().all(|byte| byte.is_ascii_digit()) {
            continue;
        }
        let place = Span::new(word.span.start(), word.span.start() + written.len());
        let is_written = user == written && place.slice(out.text()) == written;
        let number = numbers.get(user).copied().flatten().filter(|_| is_written).map(|number| number.to_string());
        let mut draft = out.report(word.span).value("user", user);
        // hadolint is content with any declared argument, and looks into no ONBUILD.
        if names_argument(&word.text, &arguments) || matches!(instruction.body, Body::Onbuild(_)) {
            draft = draft.without("hadolint");
        }
        if let Some(number) = number {
            draft = draft.value("number", number.as_str()).replace(place, number);
        }
        draft.emit();
    }
}

/// Whether the text of a USER holds a variable that an ARG declares, anywhere before it.
fn names_argument(text: &str, arguments: &FxHashSet<&str>) -> bool {
    text.match_indices('$').any(|(at, _)| {
        let rest = &text[at + 1..];
        match rest.strip_prefix('{') {
            Some(inside) => inside.split_once('}').is_some_and(|(name, _)| arguments.contains(name)),
            None => {
                let end = rest.find(|char: char| !char.is_ascii_alphanumeric() && char != '_').unwrap_or(rest.len());
                arguments.contains(&rest[..end])
            }
        }
    })
}
