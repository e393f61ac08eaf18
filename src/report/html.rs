//! `html`: one page that needs nothing else. What it says is in [`super::page`], how it looks in `rules/report/`: the template escapes
//! every text, and the policy of the page lets nothing run but the script whose hash it names.

mod markup;

use std::io::{self, Write};

use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::checklist;
use super::full::{HEADINGS, container_row};
use super::json;
use super::page::{Page, State};
use super::view::View;
use markup::{Markup, code, link, markdown, style_string};

const STYLE: &str = include_str!("../../rules/report/style.css");
const SCRIPT: &str = include_str!("../../rules/report/script.js");

/// A larger report is not written into the page.
const MAX_EMBEDDED: usize = 8 << 20;

#[derive(Template)]
#[template(path = "report.html", config = "rules/report/askama.toml")]
struct Report<'v> {
    page: &'v Page<'v>,
    /// For `script-src`.
    script_hash: &'v str,
    style: Markup,
    script: Markup,
    /// The report as JSON; `None` where it is too large.
    record: Option<Markup>,
    /// The checklist as JSON.
    checklist: Option<Markup>,
    version: &'static str,
}

pub(super) fn write(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let page = Page::new(view, true);
    let mut json = Vec::new();
    json::write(view, &mut json)?;
    let record = (json.len() <= MAX_EMBEDDED).then(|| Markup::data(&String::from_utf8_lossy(&json)));
    drop(json);
    let script_hash = format!("sha256-{}", STANDARD.encode(Sha256::digest(SCRIPT)));
    let report = Report {
        page: &page,
        script_hash: &script_hash,
        style: Markup::trusted(STYLE),
        script: Markup::trusted(SCRIPT),
        record,
        checklist: view.run.checklist.map(|checklist| Markup::data(&checklist::json::text(checklist))),
        version: env!("CARGO_PKG_VERSION"),
    };
    report.write_into(&mut out_of(out)).map_err(io::Error::other)
}

/// Askama writes into anything that can be written to, but not through a pointer.
fn out_of<'o>(out: &'o mut dyn Write) -> impl Write + 'o {
    out
}
