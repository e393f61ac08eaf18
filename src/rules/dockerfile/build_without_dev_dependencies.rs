use crate::dockerfile::model::{Dockerfile, InstructionScript};
use crate::rules::check::Reporter;
use crate::shell::{Command, Word};
use crate::source::Span;

/// Scripts of a package.json that compile or bundle.
const BUILDS: &[&str] = &["build", "compile", "bundle"];

/// An installation for production, and after it in the same stage a build that nothing was installed for in between.
pub fn check(dockerfile: &Dockerfile, script: &InstructionScript, command: &Command, out: &mut Reporter<'_>) {
    let Some(flag) = production_flag(command) else { return };
    let Some(stage) = script.stage else { return };
    // From here to the next installation, so that each script is looked at for one installation only.
    let start = dockerfile.scripts.partition_point(|other| other.instruction < script.instruction);
    let later = dockerfile.scripts[start..].iter().take_while(|other| other.stage == Some(stage));
    let commands = later.flat_map(|other| &other.script.commands).skip_while(|other| other.span.start <= command.span.start);
    let until_next_install = commands.take_while(|other| !installs(other));
    let Some(build) = until_next_install.into_iter().find(|other| builds(other)) else { return };
    let shown = build.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
    let draft = out.report(flag.span).value("flag", flag.text.as_str()).value("build", shown).related(build.span, "build");
    let before = command.words.iter().rev().find(|word| word.span.end <= flag.span.start);
    match before {
        Some(before) if !dockerfile.ships(stage) => draft.delete(Span::new(before.span.end(), flag.span.end())).emit(),
        _ => draft.emit(),
    }
}

fn installs(command: &Command) -> bool {
    let subcommand = command.subcommand().map(|word| word.text.as_str());
    match command.name() {
        "npm" => matches!(subcommand, Some("ci" | "install" | "i")),
        "yarn" => matches!(subcommand, None | Some("install")),
        "pnpm" => matches!(subcommand, Some("install" | "i")),
        _ => false,
    }
}

fn production_flag(command: &Command) -> Option<&Word> {
    let is_production = |word: &&Word| {
        matches!(
            word.text.as_str(),
            "--omit=dev" | "--only=production" | "--only=prod" | "--production" | "--prod" | "--production=true"
        )
    };
    command.arguments().iter().find(is_production).filter(|_| installs(command))
}

fn builds(command: &Command) -> bool {
    let words: Vec<&str> = command.non_flag_words().map(|word| word.text.as_str()).collect();
    let is_build = |script: &str| BUILDS.contains(&script.split(':').next().unwrap_or(script));
    match (command.name(), words.as_slice()) {
        ("npm" | "pnpm" | "yarn", ["run", script, ..]) => is_build(script),
        ("yarn" | "pnpm", [script, ..]) => is_build(script),
        ("tsc" | "vite" | "webpack" | "rollup" | "esbuild", _) => true,
        ("npx", [tool, ..]) => matches!(*tool, "tsc" | "vite" | "webpack" | "rollup" | "esbuild" | "ng"),
        _ => false,
    }
}
