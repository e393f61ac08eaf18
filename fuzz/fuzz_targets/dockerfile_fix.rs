#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| shipworthy_fuzz::dockerfile::fix(bytes));
