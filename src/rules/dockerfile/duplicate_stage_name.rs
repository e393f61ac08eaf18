use rustc_hash::{FxHashMap, FxHashSet};

use crate::dockerfile::model::Dockerfile;
use crate::rules::check::Reporter;

pub fn check(dockerfile: &Dockerfile, out: &mut Reporter<'_>) {
    let mut first = FxHashMap::default();
    let mut spellings = FxHashSet::default();
    for stage in &dockerfile.stages {
        let Some(word) = dockerfile.name_word(stage) else { continue };
        // hadolint tells `Build` from `build`.
        let is_new_spelling = spellings.insert(word.text.as_str());
        match first.get(&stage.name) {
            Some(before) => out
                .report(word.span)
                .value("name", &word.text)
                .related(*before, "first")
                .without_if("hadolint", is_new_spelling)
                .emit(),
            None => {
                first.insert(&stage.name, word.span);
            }
        }
    }
}
