use crate::dockerfile::archive::is_archive;
use crate::dockerfile::instruction::{Body, Instruction, Keyword};
use crate::dockerfile::model::Dockerfile;
use crate::dockerfile::remote::{is_repository, is_url};
use crate::finding::Applicability;
use crate::rules::check::Reporter;

/// Flags that COPY has too.
const SHARED_FLAGS: &[&str] = &["chown", "chmod", "link", "exclude"];

/// An ADD of a file or folder that is no archive by its name, and comes from the build context.
pub fn check(dockerfile: &Dockerfile, index: usize, instruction: &Instruction, out: &mut Reporter<'_>) {
    let Body::Add(transfer) = &instruction.body else { return };
    let unpack = instruction.flag("unpack");
    if unpack.is_some_and(|flag| flag.value.as_deref().is_none_or(|value| value.eq_ignore_ascii_case("true"))) {
        return;
    }
    let kinds: Vec<Source> = transfer.sources.iter().map(|source| Source::of(dockerfile, index, &source.text)).collect();
    let Some(plain) = kinds.iter().position(|kind| *kind == Source::Plain) else { return };
    let mut draft = out.report(instruction.keyword_span).value("source", &transfer.sources[plain].text);
    let mut written = transfer.sources.iter().map(|source| source.text.as_str()).chain([transfer.destination.text.as_str()]);
    if written.clone().any(|text| text.contains(".tar")) {
        draft = draft.without("trivy").without("kics");
    } else if written.any(|text| ["http://", "https://", "git@"].iter().any(|part| text.contains(part))) {
        draft = draft.without("trivy");
    }
    if unpack.is_some() {
        draft = draft.without("hadolint");
    }
    let fits = instruction.flags.iter().all(|flag| SHARED_FLAGS.contains(&flag.name.as_str()));
    if fits && kinds.iter().all(|kind| *kind == Source::Plain) {
        // `ADD *` unpacks the archives among the files that it finds.
        if transfer.sources.iter().any(|source| source.text.contains(['*', '?', '['])) {
            draft = draft.applicability(Applicability::Unsafe);
        }
        draft = draft.replace(instruction.keyword_span, instruction.in_its_casing(Keyword::Copy));
    }
    draft.emit();
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    Plain,
    Archive,
    Remote,
    /// It begins with a variable that has no value here: it may be a URL.
    Unknown,
}

impl Source {
    fn of(dockerfile: &Dockerfile, index: usize, text: &str) -> Self {
        let raw = text.trim_matches(['"', '\'']);
        let expanded = dockerfile.expand(index, text).ok().and_then(|expanded| expanded.text);
        let path = expanded.as_deref().unwrap_or(raw);
        if is_url(path) || is_repository(path) {
            Self::Remote
        } else if is_archive(path) {
            Self::Archive
        } else if expanded.is_none() && raw.starts_with('$') {
            Self::Unknown
        } else {
            Self::Plain
        }
    }
}
