//! Any text is read: the items tile it, and every span lies on its characters.
#![no_main]

use libfuzzer_sys::fuzz_target;
use shipworthy::dockerfile::{model, secrets, syntax};
use shipworthy_fuzz::dockerfile_tree::check_tree;

fuzz_target!(|text: &str| {
    check_tree(text);
    let dockerfile = model::understand(text, syntax::parse(text));
    for span in secrets::secret_spans(text, &dockerfile) {
        assert!(text.get(span.start()..span.end()).is_some(), "{span:?}");
    }
    for script in &dockerfile.scripts {
        for command in &script.script.commands {
            assert!(text.get(command.span.start()..command.span.end()).is_some(), "{command:?}");
            for word in &command.words {
                assert!(text.get(word.span.start()..word.span.end()).is_some(), "{word:?}");
            }
        }
    }
});
