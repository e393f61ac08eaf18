//! What the fuzz targets do, over their seeds, so that they are compiled and hold on any Rust. `FUZZ_SEEDS=fuzz/corpus` writes the
//! seeds there.

use std::fs;
use std::path::Path;

#[path = "../fuzz/src/lib.rs"]
mod fuzz;

/// Judging with every rule takes its time in a debug build: so many seeds of a target are enough.
const MOST_SEEDS: usize = 60;

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn targets_hold_for_their_seeds() {
    std::thread::scope(|scope| {
        for (name, target) in fuzz::TARGETS {
            scope.spawn(move || {
                let seeds = fuzz::seeds::of(name, repository());
                assert!(seeds.len() > 20, "{name} has {} seeds", seeds.len());
                for (_, seed) in seeds.iter().step_by(seeds.len().div_ceil(MOST_SEEDS)) {
                    target(seed);
                }
            });
        }
    });
}

#[test]
fn every_target_has_its_program_and_its_words() {
    let manifest = fs::read_to_string(repository().join("fuzz/Cargo.toml")).unwrap();
    assert_eq!(manifest.matches("[[bin]]").count(), fuzz::TARGETS.len());
    for (name, _) in fuzz::TARGETS {
        assert!(manifest.contains(&format!("path = \"fuzz_targets/{name}.rs\"")), "{name}");
        assert!(repository().join(format!("fuzz/fuzz_targets/{name}.rs")).is_file(), "{name}");
        let (domain, _) = name.split_once('_').unwrap();
        assert!(repository().join(format!("fuzz/{domain}.dict")).is_file(), "{domain}");
    }
}

/// Not a test: what a person who fuzzes begins with.
#[test]
fn seeds_are_written_where_they_are_asked_for() {
    let Some(folder) = std::env::var_os("FUZZ_SEEDS") else { return };
    for (target, _) in fuzz::TARGETS {
        let folder = repository().join(&folder).join(target);
        fs::create_dir_all(&folder).unwrap();
        for (name, seed) in fuzz::seeds::of(target, repository()) {
            fs::write(folder.join(name), seed).unwrap();
        }
    }
}
