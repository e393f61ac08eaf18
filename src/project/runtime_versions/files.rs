//! Releases that the files beside a service say: version files, manifests, the configuration of tests.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Range, Rewrite, Role, Said, StatedVersion, leading_version, span_within, workflow};
use crate::config::Runtime;
use crate::project::Document;
use crate::source::{FileId, Location, Span};
use crate::yaml;

/// What a file says, by its name; nothing for one that says nothing or cannot be read.
pub fn in_file(document: &Document) -> Vec<StatedVersion> {
    let (file, text) = (document.file, document.source.text());
    let path = &document.source.path;
    if path.contains(".github/workflows/") {
        return workflow::in_workflow(file, text, path);
    }
    match path.rsplit('/').next().unwrap_or(path) {
        ".python-version" => version_file(file, text, Runtime::Python, ".python-version", &["cpython@", "python-", "cpython-"]),
        ".nvmrc" => version_file(file, text, Runtime::Node, ".nvmrc", &["node/"]),
        ".node-version" => version_file(file, text, Runtime::Node, ".node-version", &[]),
        ".ruby-version" => version_file(file, text, Runtime::Ruby, ".ruby-version", &["ruby-"]),
        "runtime.txt" => version_file(file, text, Runtime::Python, "runtime.txt", &["python-"])
            .into_iter()
            .filter(|stated| stated.rewrite.as_ref().is_some_and(|rewrite| !rewrite.before.is_empty()))
            .collect(),
        ".tool-versions" => tool_versions(file, text),
        "pyproject.toml" => pyproject(file, text),
        "Pipfile" => pipfile(file, text),
        "tox.ini" => tox(file, text),
        "setup.cfg" => ini_ranges(file, text, "python_requires", Runtime::Python),
        "package.json" => package(file, text),
        "go.mod" => go_mod(file, text),
        _ => Vec::new(),
    }
}

/// The first line of a file that names a release, or each of its lines, as pyenv reads them.
fn version_file(file: FileId, text: &str, runtime: Runtime, by: &'static str, prefixes: &[&str]) -> Vec<StatedVersion> {
    let mut lines = text.lines().map(|line| line.trim().trim_start_matches('\u{feff}'));
    let Some(line) = lines.find(|line| !line.is_empty() && !line.starts_with('#')) else { return Vec::new() };
    let word = line.split_whitespace().next().unwrap_or_default();
    let bare = prefixes.iter().find_map(|prefix| word.strip_prefix(prefix)).unwrap_or(word);
    exactly(file, text, word, bare, runtime, by, Role::Works).into_iter().collect()
}

/// A word with a release in it.
fn exactly(
    file: FileId,
    text: &str,
    word: &str,
    bare: &str,
    runtime: Runtime,
    by: &'static str,
    role: Role,
) -> Option<StatedVersion> {
    let version = leading_version(bare).or_else(|| code_name(runtime, bare))?;
    let place = Location { file, span: span_within(text, word) };
    let rewrite = Rewrite::around(place, word, version);
    let said = Said::Exactly(version.to_owned());
    Some(StatedVersion { rewrite, ..StatedVersion::new(runtime, said, word, place, by, role) })
}

/// The releases that nvm knows by name.
pub(super) fn code_name(runtime: Runtime, text: &str) -> Option<&'static str> {
    let names = [("lts/gallium", "16"), ("lts/hydrogen", "18"), ("lts/iron", "20"), ("lts/jod", "22"), ("lts/krypton", "24")];
    let lower = text.to_ascii_lowercase();
    names.iter().find(|(name, _)| runtime == Runtime::Node && *name == lower).map(|(_, version)| *version)
}

/// A span whose text is a range; one release alone is that release.
fn range(file: FileId, text: &str, span: Span, runtime: Runtime, by: &'static str) -> Option<StatedVersion> {
    let written = span.slice(text);
    let said = Said::Within(Range::read(written)?);
    let place = Location { file, span };
    Some(StatedVersion::new(runtime, said, written, place, by, Role::Works))
}

/// `python 3.11.4` and `nodejs 20`, as asdf and mise read them.
fn tool_versions(file: FileId, text: &str) -> Vec<StatedVersion> {
    let tools = [
        ("python", Runtime::Python),
        ("nodejs", Runtime::Node),
        ("node", Runtime::Node),
        ("golang", Runtime::Go),
        ("go", Runtime::Go),
        ("ruby", Runtime::Ruby),
        ("php", Runtime::Php),
    ];
    let of_line = |line: &str| {
        let line = line.split('#').next().unwrap_or_default();
        let start = line.as_ptr() as usize - text.as_ptr() as usize;
        let line = &text[start..start + line.len()];
        let mut words = line.split_whitespace();
        let name = words.next()?;
        let (_, runtime) = tools.iter().find(|(tool, _)| *tool == name)?;
        let word = words.next()?;
        exactly(file, text, word, word, *runtime, ".tool-versions", Role::Works)
    };
    text.lines().filter_map(of_line).collect()
}

/// A value of a TOML file by its path.
fn value<'t, 'i>(table: &'t DeTable<'i>, path: &[&str]) -> Option<&'t Spanned<DeValue<'i>>> {
    let (last, tables) = path.split_last()?;
    let mut here = table;
    for name in tables {
        here = match here.get(*name)?.get_ref() {
            DeValue::Table(inner) => inner,
            _ => return None,
        };
    }
    here.get(*last)
}

/// The span of a text of a TOML file within its quotes, where it is written without escapes.
fn text_span(text: &str, value: &Spanned<DeValue<'_>>) -> Option<Span> {
    let DeValue::String(content) = value.get_ref() else { return None };
    let span = Span::from(value.span());
    let raw = span.slice(text);
    let quotes = raw.len().checked_sub(content.len())? / 2;
    let inner = Span::new(span.start() + quotes, span.end() - quotes);
    (inner.slice(text) == content.as_ref()).then_some(inner)
}

fn pyproject(file: FileId, text: &str) -> Vec<StatedVersion> {
    let Ok(table) = DeTable::parse(text) else { return Vec::new() };
    let ranges = [
        (&["project", "requires-python"][..], "requires-python"),
        (&["tool", "poetry", "dependencies", "python"][..], "tool.poetry.dependencies"),
    ];
    let mut found: Vec<_> = ranges
        .iter()
        .filter_map(|(path, by)| range(file, text, text_span(text, value(table.get_ref(), path)?)?, Runtime::Python, by))
        .collect();
    let tox = value(table.get_ref(), &["tool", "tox", "env_list"]);
    if let Some(DeValue::Array(items)) = tox.map(Spanned::get_ref) {
        let spans = items.iter().filter_map(|item| text_span(text, item));
        let words: Vec<&str> = spans.map(|span| span.slice(text)).collect();
        found.extend(environments(file, &words.join(","), Span::from(tox.map(Spanned::span).unwrap_or_default())));
    }
    found
}

fn pipfile(file: FileId, text: &str) -> Vec<StatedVersion> {
    let Ok(table) = DeTable::parse(text) else { return Vec::new() };
    let paths = [&["requires", "python_version"][..], &["requires", "python_full_version"][..]];
    let spans = paths.iter().filter_map(|path| text_span(text, value(table.get_ref(), path)?));
    let stated = spans.filter_map(|span| {
        let word = span.slice(text);
        exactly(file, text, word, word, Runtime::Python, "Pipfile", Role::Works)
    });
    stated.collect()
}

/// The environments of tox: `py311`, `py{310,311}-django`, `3.13`.
fn tox(file: FileId, text: &str) -> Vec<StatedVersion> {
    let mut found = Vec::new();
    for key in ["envlist", "env_list"] {
        if let Some(span) = ini_value(text, key) {
            found.extend(environments(file, span.slice(text), span));
        }
    }
    found
}

fn environments(file: FileId, list: &str, span: Span) -> Option<StatedVersion> {
    let mut versions: Vec<String> = Vec::new();
    for (at, _) in list.match_indices("py").take(100) {
        let rest = &list[at + 2..];
        let inside = rest.strip_prefix('{').and_then(|rest| rest.split_once('}')).map(|(inside, _)| inside);
        let numbers = inside.unwrap_or_else(|| rest.split(|char: char| !char.is_ascii_alphanumeric()).next().unwrap_or_default());
        for number in numbers.split(',').map(str::trim) {
            // `py311` is 3.11.
            if number.len() >= 2 && number.len() <= 3 && number.bytes().all(|byte| byte.is_ascii_digit()) {
                versions.push(format!("{}.{}", &number[..1], &number[1..]));
            }
        }
    }
    versions.sort();
    versions.dedup();
    let place = Location { file, span };
    let written = list.split_whitespace().collect::<Vec<_>>().join(" ");
    (!versions.is_empty())
        .then(|| StatedVersion::new(Runtime::Python, Said::Each(versions), written, place, "envlist", Role::Tests))
}

/// The value of a key of an INI file with its continuation lines, blanks around it left out.
fn ini_value(text: &str, key: &str) -> Option<Span> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let Some(rest) = line.strip_prefix(key) else { continue };
        let Some(value) = rest.trim_start().strip_prefix(['=', ':']) else { continue };
        let from = start + (line.len() - value.len());
        let mut to = start + line.trim_end().len();
        let mut next = at;
        for line in text[at..].split_inclusive('\n') {
            if !line.starts_with([' ', '\t']) && !line.trim().is_empty() {
                break;
            }
            if !line.trim().is_empty() {
                to = next + line.trim_end().len();
            }
            next += line.len();
        }
        let raw = text.get(from..to.max(from))?;
        let blanks = raw.len() - raw.trim_start().len();
        return Some(Span::new(from + blanks, from + blanks + raw.trim().len())).filter(|span| !span.is_empty());
    }
    None
}

fn ini_ranges(file: FileId, text: &str, key: &'static str, runtime: Runtime) -> Vec<StatedVersion> {
    ini_value(text, key).and_then(|span| range(file, text, span, runtime, key)).into_iter().collect()
}

/// `engines` and `volta` of a package.json.
fn package(file: FileId, text: &str) -> Vec<StatedVersion> {
    let stream = yaml::parse(text);
    let Some(tree) = stream.documents.first() else { return Vec::new() };
    let scalar = |section: &str| {
        let section = tree.entry(tree.root?, section)?.1;
        let node = tree.entry(section, "node")?.1;
        let span = tree.node(node).span;
        (span.len() >= 2 && span.slice(text).starts_with('"')).then(|| Span::new(span.start() + 1, span.end() - 1))
    };
    let engines = scalar("engines").and_then(|span| range(file, text, span, Runtime::Node, "engines"));
    let volta = scalar("volta").and_then(|span| {
        let word = span.slice(text);
        exactly(file, text, word, word, Runtime::Node, "volta", Role::Works)
    });
    engines.into_iter().chain(volta).collect()
}

/// `go 1.26` is the least release; `toolchain go1.26.1` the one that is taken.
fn go_mod(file: FileId, text: &str) -> Vec<StatedVersion> {
    let of_line = |line: &str| {
        let line = line.trim();
        if let Some(version) = line.strip_prefix("go ").map(str::trim) {
            let said = Said::Within(Range::read(&format!(">={}", leading_version(version)?))?);
            let place = Location { file, span: span_within(text, version) };
            return Some(StatedVersion::new(Runtime::Go, said, version, place, "go.mod", Role::Works));
        }
        let word = line.strip_prefix("toolchain ")?.trim();
        exactly(file, text, word, word.strip_prefix("go")?, Runtime::Go, "toolchain", Role::Works)
    };
    text.lines().filter_map(of_line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Environment;
    use crate::source::{Kind, SourceFile};

    fn stated(path: &str, text: &str) -> Vec<(String, String, &'static str)> {
        let source = SourceFile::new(path, Kind::Neighbour, text.as_bytes().to_vec());
        let document = Document::new(FileId(0), source.into(), Environment::Production);
        let found = in_file(&document);
        found.iter().for_each(|stated| assert!(stated.place.span.end() <= text.len() && !stated.place.span.is_empty()));
        let said = |stated: &StatedVersion| match &stated.said {
            Said::Exactly(version) => version.clone(),
            Said::Each(all) => all.join(" "),
            Said::Within(_) => stated.text.clone(),
        };
        found.iter().map(|stated| (said(stated), stated.place.span.slice(text).to_owned(), stated.by)).collect()
    }

    #[test]
    fn each_file_says_its_release_at_its_place() {
        for (path, text, said, place) in [
            (".python-version", "# ours\n3.11.4\n", "3.11.4", "3.11.4"),
            ("a/.python-version", "cpython@3.12\r\n", "3.12", "cpython@3.12"),
            (".nvmrc", "v20.11.1\n", "20.11.1", "v20.11.1"),
            (".nvmrc", "lts/iron", "20", "lts/iron"),
            (".node-version", "22", "22", "22"),
            ("runtime.txt", "python-3.11.9\n", "3.11.9", "python-3.11.9"),
            (".tool-versions", "nodejs 20.1.0 # x\nerlang 26\n", "20.1.0", "20.1.0"),
            ("pyproject.toml", "[project]\nrequires-python = \">=3.11,<3.14\"\n", ">=3.11,<3.14", ">=3.11,<3.14"),
            ("pyproject.toml", "[tool.poetry.dependencies]\npython = '^3.11'\n", "^3.11", "^3.11"),
            ("Pipfile", "[requires]\npython_version = \"3.11\"\n", "3.11", "3.11"),
            (
                "tox.ini",
                "[tox]\nenvlist =\n    py{310,311}-django\n    py313\nskip = 1\n",
                "3.10 3.11 3.13",
                "py{310,311}-django\n    py313",
            ),
            ("setup.cfg", "[options]\npython_requires = >=3.9\n", ">=3.9", ">=3.9"),
            ("package.json", "{\n\t\"engines\": {\"node\": \">=20\"}\n}", ">=20", ">=20"),
            ("go.mod", "module x\n\ngo 1.26\n", "1.26", "1.26"),
        ] {
            let found = stated(path, text);
            assert_eq!(found.len(), 1, "{path}: {found:?}");
            assert_eq!((found[0].0.as_str(), found[0].1.as_str()), (said, place), "{path}");
        }
    }

    #[test]
    fn what_says_no_release_is_passed_over() {
        for (path, text) in [
            (".python-version", "pypy3.9-7.3\n"),
            (".python-version", "my-virtualenv\n"),
            (".python-version", ""),
            (".nvmrc", "lts/*\n"),
            ("runtime.txt", "3.11\n"),
            ("pyproject.toml", "[project]\nrequires-python = 3\n"),
            ("pyproject.toml", "not [ toml"),
            ("package.json", "{\"engines\": {\"node\": \"latest\"}}"),
            ("package.json", "{\"engines\": \"node\"}"),
            ("package.json", "[1, 2"),
            ("tox.ini", "[tox]\nenvlist = lint\n"),
            ("go.mod", "go\n"),
            ("README.md", "Python 3.11"),
        ] {
            assert_eq!(stated(path, text), [], "{path}: {text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_is_too_odd(
            name in "(\\.python-version|\\.nvmrc|runtime\\.txt|\\.tool-versions|pyproject\\.toml|Pipfile|tox\\.ini|setup\\.cfg|package\\.json|go\\.mod|\\.github/workflows/a\\.yml)",
            text in "([\"'{}\\[\\]:=,. \\n#>^~|-]|[a-zé0-9]|python|3\\.11|envlist = py|\"engines\": |\\[project\\]\\nrequires-python = \"|jobs:\\n  a:\\n    steps:\\n      - uses: actions/setup-node@v4\\n        with: \\{ node-version: ){0,40}",
        ) {
            let source = SourceFile::new(name, Kind::Neighbour, text.clone().into_bytes());
            let document = Document::new(FileId(0), source.into(), Environment::Production);
            for stated in in_file(&document) {
                proptest::prop_assert!(text.get(stated.place.span.range()).is_some());
                if let Some(rewrite) = &stated.rewrite {
                    let edit = rewrite.to("9");
                    proptest::prop_assert!(text.get(edit.span.range()).is_some());
                }
            }
        }
    }

    #[test]
    fn another_release_is_written_around_what_stays() {
        let source = SourceFile::new(".nvmrc", Kind::Neighbour, b"v20.11.1\n".to_vec());
        let document = Document::new(FileId(0), source.into(), Environment::Production);
        let edit = in_file(&document)[0].rewrite.as_ref().unwrap().to("22");
        assert_eq!((edit.span, edit.replacement.as_str()), (Span::new(0, 8), "v22"));
    }
}
