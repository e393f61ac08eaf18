use rustc_hash::FxHashSet;

use crate::dockerfile::instruction::Body;
use crate::dockerfile::model::{Dockerfile, Variable};
use crate::dockerfile::syntax::{Item, ItemKind};
use crate::dockerfile::variables::{is_platform_argument, is_proxy_argument};
use crate::rules::check::Reporter;

use super::undefined_from_argument::suggestion;

pub fn check(dockerfile: &Dockerfile, out: &mut Reporter<'_>) {
    for argument in unused(dockerfile) {
        let draft = out.report(argument.span).value("name", &argument.name);
        let is_alone = matches!(&dockerfile.instruction(argument.instruction).body, Body::Arg(pairs) if pairs.len() == 1);
        let line = item_of(dockerfile, argument.instruction);
        match line.filter(|_| is_alone) {
            Some(Item { span, .. }) => draft.delete(*span).emit(),
            None => draft.emit(),
        }
    }
}

/// The arguments in front of the first FROM that reach nothing.
pub fn unused(dockerfile: &Dockerfile) -> Vec<&Variable> {
    let arguments = dockerfile.global_arguments();
    if arguments.is_empty() || dockerfile.stages.is_empty() || has_foreign_frontend(dockerfile) {
        return Vec::new();
    }
    let Some(used) = used_names(dockerfile) else { return Vec::new() };
    arguments.iter().filter(|argument| !used.contains(&argument.name) && !is_predefined(argument)).collect()
}

/// All lines of an instruction.
fn item_of(dockerfile: &Dockerfile, instruction: usize) -> Option<&Item> {
    let start = dockerfile.instruction(instruction).span.start;
    let after = dockerfile.tree.items.partition_point(|item| item.span.start <= start);
    let item = dockerfile.tree.items.get(after.checked_sub(1)?)?;
    (item.kind == ItemKind::Instruction(instruction)).then_some(item)
}

/// The names that FROM and other ARGs use, and those that a stage takes in. `None` when a word cannot be read.
fn used_names(dockerfile: &Dockerfile) -> Option<FxHashSet<String>> {
    let mut used = FxHashSet::default();
    let mut add = |instruction: usize, word: &str| {
        let expanded = dockerfile.expand(instruction, word).ok()?;
        used.extend(expanded.uses.into_iter().map(|usage| usage.name));
        Some(())
    };
    let first_from = dockerfile.stages.first()?.from;
    for (index, instruction) in dockerfile.tree.instructions.iter().enumerate().take(first_from) {
        if let Body::Arg(pairs) = &instruction.body {
            for word in pairs.iter().filter_map(|pair| pair.value.as_ref()) {
                add(index, &word.text)?;
            }
        }
    }
    for stage in &dockerfile.stages {
        for word in [dockerfile.platform_word(stage), dockerfile.image_word(stage).cloned()].into_iter().flatten() {
            add(stage.from, &word.text)?;
        }
    }
    for instruction in &dockerfile.tree.instructions[first_from..] {
        let body = match &instruction.body {
            Body::Onbuild(trigger) => &trigger.body,
            body => body,
        };
        if let Body::Arg(pairs) = body {
            used.extend(pairs.iter().map(|pair| pair.key.text.clone()));
        }
    }
    let declared: FxHashSet<&str> = dockerfile.global_arguments().iter().map(|argument| argument.name.as_str()).collect();
    if declared.iter().all(|name| used.contains(*name)) {
        return Some(used);
    }
    // What a misspelled name means is used, too.
    let undeclared = used.iter().filter(|name| !declared.contains(name.as_str()));
    let meant: Vec<String> = undeclared.filter_map(|name| suggestion(dockerfile, name)).map(str::to_owned).collect();
    used.extend(meant);
    Some(used)
}

/// BuildKit itself or a step of the build reads it.
fn is_predefined(argument: &Variable) -> bool {
    let name = argument.name.as_str();
    is_platform_argument(name) || is_proxy_argument(name) || name.starts_with("BUILDKIT_") || name == "SOURCE_DATE_EPOCH"
}

/// Another frontend than Docker's may read ARGs for purposes of its own.
fn has_foreign_frontend(dockerfile: &Dockerfile) -> bool {
    let mut directives = dockerfile.tree.directives.iter();
    directives.any(|directive| directive.name == "syntax" && !directive.value.contains("docker/dockerfile"))
}
