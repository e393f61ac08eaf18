use rustc_hash::FxHashMap;

use crate::dockerfile::archive::{base_name, is_archive, is_tar};
use crate::dockerfile::instruction::{Body, Keyword, Word};
use crate::dockerfile::model::Dockerfile;
use crate::rules::check::Reporter;
use crate::shell::Command;

/// Programs that unpack what they are given; ADD does that for tar archives only.
const UNPACKERS: &[&str] = &["bunzip2", "gunzip", "gzcat", "uncompress", "unlzma", "unxz", "unzip", "zcat", "zgz"];

/// What ADD cannot do: it unpacks the whole archive, as it is.
const SELECTIONS: &[&str] = &["--strip-components", "--strip", "--transform", "--xform", "--exclude", "--wildcards"];

/// An archive that a COPY brings from the build context and a RUN of the same stage unpacks. Archives are told apart by the last
/// part of their name, as hadolint does it: where a command looks for them depends on `cd` and WORKDIR.
pub fn check(dockerfile: &Dockerfile, out: &mut Reporter<'_>) {
    let mut archives: FxHashMap<&str, Vec<&Word>> = FxHashMap::default();
    for (index, instruction) in dockerfile.tree.instructions.iter().enumerate() {
        match &instruction.body {
            _ if instruction.keyword == Keyword::From => archives.clear(),
            Body::Copy(transfer) if instruction.flag("from").is_none() => {
                let destination = plain(&transfer.destination);
                if is_archive(destination) {
                    archives.entry(base_name(destination)).or_default().push(&transfer.destination);
                } else {
                    for source in transfer.sources.iter().filter(|source| is_archive(plain(source))) {
                        archives.entry(base_name(plain(source))).or_default().push(source);
                    }
                }
            }
            Body::Run { .. } if !archives.is_empty() => {
                let scripts = dockerfile.scripts_of(index).iter();
                for command in scripts.flat_map(|script| &script.script.commands) {
                    unpacked(command, &mut archives, out);
                }
            }
            _ => {}
        }
    }
}

fn unpacked(command: &Command, archives: &mut FxHashMap<&str, Vec<&Word>>, out: &mut Reporter<'_>) {
    let (extracts, is_dashed) = match command.name() {
        "tar" => {
            let long = command.has_flag(&["--extract", "--get"]);
            let dashed = command.arguments().iter().any(|word| is_cluster(word.text.strip_prefix('-')));
            (long || dashed || is_cluster(command.argument(0).map(|word| word.text.as_str())), long || dashed)
        }
        name => (UNPACKERS.contains(&name), true),
    };
    if !extracts || SELECTIONS.iter().any(|flag| command.has_flag(&[flag])) {
        return;
    }
    for argument in command.arguments().iter().filter(|word| !word.is_flag()) {
        let name = base_name(&argument.text);
        if command.name() != "tar" && !is_tar(name) {
            continue;
        }
        for word in archives.remove(name).unwrap_or_default() {
            let draft = out.report(word.span).value("archive", name).value("command", command.name());
            let draft = draft.related(command.span, "unpacked");
            if is_dashed { draft.emit() } else { draft.without("hadolint").emit() }
        }
    }
}

/// The letters of `tar xzf`, or of `tar -xzf`.
fn is_cluster(letters: Option<&str>) -> bool {
    letters.is_some_and(|letters| letters.contains('x') && letters.bytes().all(|byte| byte.is_ascii_alphabetic()))
}

fn plain(word: &Word) -> &str {
    word.text.trim_matches(['"', '\''])
}
