//! `jsonl`: the finding objects of `json`, a line each, and no other line: a stream of nothing but findings is what
//! `jq` and `wc -l` want. Counts, suppressed findings and errors are in `json`; the exit code is the same.

use std::io::{self, Write};

use super::json::FindingRecord;
use super::stream;
use super::view::View;

pub(super) fn write(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    for judged in &view.run.outcome.findings {
        stream::write_line(out, &FindingRecord::new(view, judged))?;
    }
    Ok(())
}
