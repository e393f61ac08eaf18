//! Any text is read as nginx reads it: the words, comments and marks tile it, and every span lies on its characters.
#![no_main]

use libfuzzer_sys::fuzz_target;
use shipworthy_fuzz::nginx_tree::check_tree;

fuzz_target!(|text: &str| check_tree(text));
