//! Any text is interpolated or refused in one place, and escaping keeps a text as it is.
#![no_main]

use libfuzzer_sys::fuzz_target;
use shipworthy::compose::interpolate::{Lookup, interpolate};

fuzz_target!(|text: &str| {
    let lookup = |name: &str| match name.len() % 3 {
        0 => Lookup::Unset,
        1 => Lookup::Set { value: String::new(), unknown: false },
        _ => Lookup::Set { value: "$x".to_owned(), unknown: false },
    };
    match interpolate(text, &lookup) {
        Ok(result) => {
            assert!(text.contains('$') || result.text == text);
            assert!(result.uses.iter().all(|used| text[used.at..].starts_with('$')), "{result:?}");
        }
        Err(error) => assert!(text.is_char_boundary(error.at()), "{error:?}"),
    }
    let escaped = interpolate(&text.replace('$', "$$"), &lookup);
    assert_eq!(escaped.map(|result| result.text).as_deref(), Ok(text));
});
