//! Where fuzzing starts: the systems of `fixtures/` and the examples of the rule documents.

use std::fs;
use std::path::Path;

use shipworthy::rules::Registry;
use shipworthy::rules::rule::Example;

/// Larger seeds are slow to change into something new.
const LARGEST: usize = 4096;

/// What a seed is a text of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Of {
    Dockerfile,
    Compose,
    Nginx,
    Env,
}

/// The seeds of a target, each with a name.
pub fn of(target: &str, repository: &Path) -> Vec<(String, Vec<u8>)> {
    let texts = texts(repository);
    let of =
        |kind: Of| texts.iter().filter(move |(other, _, _)| *other == kind).map(|(_, name, text)| (name.clone(), text.clone()));
    let seeds: Vec<(String, String)> = match target {
        "dockerfile_parse" | "dockerfile_check" | "dockerfile_fix" => of(Of::Dockerfile).collect(),
        "nginx_parse" | "nginx_fix" => of(Of::Nginx).collect(),
        "env_parse" => of(Of::Env).collect(),
        "yaml_parse" | "compose_load" | "compose_fix" => of(Of::Compose).collect(),
        "yaml_edit" => of(Of::Compose).enumerate().map(|(at, (name, text))| (name, text + edits(at))).collect(),
        "compose_interpolate" => {
            let lines = of(Of::Compose).chain(of(Of::Env));
            let lines = lines.flat_map(|(_, text)| text.lines().map(|line| line.trim().to_owned()).collect::<Vec<_>>());
            let mut lines: Vec<String> = lines.filter(|line| line.contains('$')).collect();
            lines.sort();
            lines.dedup();
            lines.into_iter().enumerate().map(|(at, line)| (format!("line-{at}"), line)).collect()
        }
        _ => Vec::new(),
    };
    seeds.into_iter().filter(|(_, text)| text.len() <= LARGEST).map(|(name, text)| (name, text.into_bytes())).collect()
}

/// Something to do to the document of a seed.
fn edits(at: usize) -> &'static str {
    const EDITS: [&str; 6] = [
        "\0\u{3}\0new",
        "\0\u{2}\u{1}{\"a\": [1, \"b\"]}",
        "\0\u{1}\u{2}key=value",
        "\0\u{4}\u{3}key={\"a\": 1}",
        "\0\u{5}\u{4}",
        "\0\u{2}\u{5}name\0\u{6}\u{4}",
    ];
    EDITS[at % EDITS.len()]
}

fn texts(repository: &Path) -> Vec<(Of, String, String)> {
    let mut texts = Vec::new();
    let mut folders = vec![repository.join("fixtures")];
    while let Some(folder) = folders.pop() {
        let mut paths: Vec<_> = fs::read_dir(&folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
        paths.sort();
        for path in paths {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if path.is_dir() {
                folders.push(path);
            } else if let (Some(kind), Ok(text)) = (kind_of(&name), fs::read_to_string(&path)) {
                texts.push((kind, format!("fixture-{}-{name}", texts.len()), text));
            }
        }
    }
    for rule in Registry::embedded().iter() {
        for example in rule.examples {
            for (at, text) in [example.bad, example.good, example.fixed].into_iter().enumerate() {
                let known = text.and_then(|text| Some((kind_of_example(rule.family(), example)?, text)));
                if let Some((kind, text)) = known {
                    texts.push((kind, format!("{}-{}-{at}", rule.id.replace('/', "-"), texts.len()), text.to_owned()));
                }
            }
        }
    }
    texts
}

fn kind_of(name: &str) -> Option<Of> {
    match name {
        _ if name.contains("ockerfile") => Some(Of::Dockerfile),
        _ if name.contains(".conf") => Some(Of::Nginx),
        _ if name.contains(".env") => Some(Of::Env),
        _ if name.ends_with(".yml") || name.ends_with(".yaml") => Some(Of::Compose),
        _ => None,
    }
}

fn kind_of_example(family: &str, example: &Example) -> Option<Of> {
    match (example.path, family) {
        (Some(path), _) => kind_of(path.rsplit('/').next().unwrap_or(path)),
        (None, "compose" | "project") => Some(Of::Compose),
        (None, "nginx") => Some(Of::Nginx),
        (None, "env") => Some(Of::Env),
        (None, "dockerfile" | "shell" | "secret") => Some(Of::Dockerfile),
        _ => None,
    }
}
