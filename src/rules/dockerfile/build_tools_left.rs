use crate::dockerfile::instruction::Body;
use crate::dockerfile::listening::of_program;
use crate::dockerfile::model::{Dockerfile, InstalledPackage, Stage};
use crate::dockerfile::startup::{is_for_development, program, started};
use crate::finding::Environment;
use crate::rules::check::Reporter;

/// Compilers, and what brings them.
const COMPILERS: &[&str] = &[
    "alpine-sdk",
    "build-base",
    "build-essential",
    "clang",
    "cmake",
    "g++",
    "gcc",
    "gcc-c++",
    "gfortran",
    "musl-dev",
    "libc6-dev",
    "libc-dev",
];

/// One finding for all packages of the final image that only a build needs: what was removed again is not among them, and neither is
/// what an image brings that is made for building.
pub fn check(dockerfile: &Dockerfile, out: &mut Reporter<'_>) {
    let Some(stage) = dockerfile.final_stage().filter(|stage| !is_for_development(dockerfile, stage)) else { return };
    let starts_something = stage.command.is_some() || stage.entrypoint.is_some();
    let base_has_compiler =
        stage.image.as_deref().and_then(|image| image.known()).and_then(|image| image.has("gcc")) != Some(false);
    if out.environment() == Environment::Development || !starts_something || base_has_compiler || !serves(dockerfile, stage) {
        return;
    }
    let packages = || dockerfile.lineage(stage).flat_map(|stage| &stage.packages);
    let is_compiler = |package: &&InstalledPackage| COMPILERS.contains(&package.name.as_str());
    let Some(first) = packages().filter(is_compiler).min_by_key(|package| package.span.start) else { return };
    let mut names: Vec<(u32, &str)> = packages()
        .filter(|package| is_for_building(&package.name))
        .map(|package| (package.span.start, package.name.as_str()))
        .collect();
    names.sort_unstable();
    names.dedup_by_key(|(_, name)| *name);
    let names: Vec<String> = names.iter().take(4).map(|(_, name)| format!("`{name}`")).collect();
    out.report(first.span).value("packages", names.join(", ")).emit();
}

/// Headers alone bring the libraries that run time does need, so they are not named.
fn is_for_building(name: &str) -> bool {
    COMPILERS.contains(&name) || matches!(name, "make" | "pkg-config" | "autoconf" | "automake")
}

/// A service: it names a port or a probe. A tool for the command line may well compile.
fn serves(dockerfile: &Dockerfile, stage: &Stage) -> bool {
    let exposes = dockerfile
        .lineage(stage)
        .any(|stage| dockerfile.instructions_of(stage).any(|(_, instruction)| matches!(instruction.body, Body::Expose(_))));
    exposes
        || stage.healthcheck.is_some()
        || started(dockerfile, stage).iter().any(|command| of_program(program(command)).is_some())
}
