use crate::compose::Ways;
use crate::dockerfile::instruction::Body;
use crate::dockerfile::nearest_of;
use crate::project::Content;
use crate::project::effective::{EffectiveService, System};
use crate::project::hosts::find_word;
use crate::rules::check::Reporter;
use crate::rules::embedded::dockerfile::unused_global_argument::unused;
use crate::source::Location;

/// Arguments that BuildKit or the proxies of Docker take without a declaration.
const PREDEFINED: &[&str] = &["http_proxy", "https_proxy", "ftp_proxy", "no_proxy", "all_proxy", "source_date_epoch"];

pub fn check<'s>(system: &System<'s>, service: &EffectiveService<'s>, out: &mut Reporter<'_>) {
    let (Some(build), Some(document)) = (service.service.build(), service.built) else { return };
    let (Some(arguments), Some(dockerfile)) = (build.get("args"), document.dockerfile()) else { return };
    let mut declared: Vec<&str> = Vec::new();
    let needed = dockerfile.needed_for(build.get("target").and_then(|target| target.as_str()));
    let mut elsewhere: Vec<(&str, &str)> = Vec::new();
    // Those in front of the first FROM, which only FROM sees.
    let mut outside: Vec<&str> = Vec::new();
    for (index, instruction) in dockerfile.tree.instructions.iter().enumerate() {
        // One of a base image may well be asked for by its ONBUILD.
        match &instruction.body {
            Body::Arg(pairs) => {
                let names = pairs.iter().map(|pair| pair.key.text.as_str());
                match dockerfile.stage_of(index) {
                    Some(stage) if needed.as_ref().is_some_and(|needed| !needed.contains(&stage.index)) => {
                        elsewhere.extend(names.map(|name| (name, stage.name.as_deref().unwrap_or("unnamed"))));
                    }
                    None => outside.extend(names),
                    Some(_) => declared.extend(names),
                }
            }
            Body::Onbuild(_) => return,
            _ => {}
        }
    }
    let unused = unused(&dockerfile);
    let is_unused = |name: &&str| unused.iter().any(|argument| argument.name == **name);
    declared.extend(outside.iter().filter(|name| !is_unused(name)));
    for (name, value) in arguments.entries() {
        let lower = name.to_lowercase();
        let is_taken = declared.contains(&name) || PREDEFINED.contains(&lower.as_str()) || name.starts_with("BUILDKIT_");
        // Shared lists of arguments reach Dockerfiles that need only some of them.
        let is_shared = value.origin.ways.has_any(Ways::ALIAS.with(Ways::MERGE_KEY).with(Ways::EXTENDS));
        if is_taken || is_shared {
            continue;
        }
        let file = value.origin.file;
        let text = system.project.document(file).source.text();
        let key = value.origin.key.or_else(|| find_word(text, value.origin.span, name)).unwrap_or(value.origin.span);
        let path = document.source.path.as_str();
        let draft = out.report_at(Location { file, span: key }).value("argument", name).value("path", path);
        if let Some((_, stage)) = elsewhere.iter().find(|(other, _)| *other == name) {
            draft.variant("stage").value("stage", *stage).emit();
            continue;
        }
        if let Some(argument) = unused.iter().find(|argument| argument.name == name) {
            let place = Location { file: document.file, span: argument.span };
            draft.variant("outside").related_at(place, "outside").emit();
            continue;
        }
        match nearest_of(name, declared.iter().copied()).filter(|near| arguments.get(near).is_none()) {
            Some(near) if key.slice(text) == name => draft.variant("nearest").value("near", near).replace(key, near).emit(),
            _ => draft.emit(),
        }
    }
}
