//! Any text is read as an env file, with spans that lie on its characters.
#![no_main]

use libfuzzer_sys::fuzz_target;
use shipworthy::compose::interpolate::Lookup;
use shipworthy::env::{parse, parse_raw, resolve};

fuzz_target!(|text: &str| {
    for file in [parse(text), parse_raw(text)] {
        for entry in &file.entries {
            for span in [entry.key_span, entry.span, entry.value_span(), entry.content_span()] {
                assert!(text.get(span.start()..span.end()).is_some(), "{entry:?}");
            }
            assert_eq!(entry.key_span.slice(text), entry.key);
        }
        for problem in &file.problems {
            assert!(text.get(problem.span.start()..problem.span.end()).is_some(), "{problem:?}");
        }
        assert_eq!(resolve(&file, &|_| Lookup::Unset).len(), file.entries.len());
    }
});
