//! Whether a service still depends on something, by the manifests and lock files that lie with it.

use toml::de::{DeTable, DeValue};

use super::Document;
use super::neighbours::is_requirements;

/// Whether a file names the dependencies of what lies with it, as people write them.
pub fn is_manifest(document: &Document) -> bool {
    let name = name_of(document);
    matches!(name, "pyproject.toml" | "Pipfile" | "package.json" | "setup.py" | "setup.cfg" | "environment.yml" | "Gemfile")
        || matches!(name, "go.mod" | "composer.json")
        || is_requirements(name)
}

/// Whether a file is written by a package manager: what stands there is depended on, directly or not.
pub fn is_lock(document: &Document) -> bool {
    matches!(
        name_of(document),
        "poetry.lock"
            | "uv.lock"
            | "pdm.lock"
            | "Pipfile.lock"
            | "package-lock.json"
            | "yarn.lock"
            | "pnpm-lock.yaml"
            | "Gemfile.lock"
    )
}

fn name_of(document: &Document) -> &str {
    document.source.path.rsplit('/').next().unwrap_or_default()
}

/// Whether a manifest or lock file names a dependency. What is commented out is not named. `wanted` is a name as people write it.
pub fn names(document: &Document, wanted: &str) -> bool {
    let text = document.source.text();
    let wanted = normal(wanted);
    let is_it = |name: &str| normal(name) == wanted;
    match name_of(document) {
        name if is_requirements(name) => text.lines().filter_map(requirement).any(is_it),
        "pyproject.toml" => in_pyproject(text, &is_it),
        "Pipfile" => in_tables(text, &["packages", "dev-packages"], &is_it),
        "poetry.lock" | "uv.lock" | "pdm.lock" => {
            let mut names = text.lines().filter_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"'));
            names.any(is_it)
        }
        "package.json" => in_json(text, &["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"], &is_it),
        "composer.json" => in_json(text, &["require", "require-dev"], &is_it),
        "Pipfile.lock" => in_json(text, &["default", "develop"], &is_it),
        "package-lock.json" => {
            let mut keys = text.lines().filter_map(|line| line.trim().strip_prefix('"')?.split_once('"').map(|(key, _)| key));
            keys.any(|key| is_it(key.rsplit("node_modules/").next().unwrap_or(key)))
        }
        "yarn.lock" | "pnpm-lock.yaml" => {
            let keys = text.lines().map(|line| line.trim().trim_start_matches(['"', '\'', '/']));
            // A scope begins with `@` too.
            let mut names = keys.filter_map(|key| Some(&key[..key.char_indices().skip(1).find(|(_, char)| *char == '@')?.0]));
            names.any(is_it)
        }
        _ => {
            let lines = text.lines().map(|line| line.split(['#', ';']).next().unwrap_or_default());
            let is_part = |char: char| char.is_alphanumeric() || matches!(char, '-' | '_' | '.' | '/' | '@');
            lines.flat_map(|line| line.split(|char| !is_part(char))).any(is_it)
        }
    }
}

/// Whether a Dockerfile installs it by itself.
pub fn installs(document: &Document, wanted: &str) -> bool {
    let Some(dockerfile) = document.dockerfile() else { return false };
    let mut packages = dockerfile.stages.iter().flat_map(|stage| &stage.packages);
    packages.any(|package| normal(&package.name) == normal(wanted))
}

/// Names are the same whatever their case and separators are (PEP 503).
fn normal(name: &str) -> String {
    let name = name.split('[').next().unwrap_or(name).trim();
    let mut normal = String::with_capacity(name.len());
    for char in name.chars() {
        match char {
            '-' | '_' | '.' if normal.ends_with('-') => {}
            '-' | '_' | '.' => normal.push('-'),
            char => normal.extend(char.to_lowercase()),
        }
    }
    normal
}

/// The name in a line of requirements.
fn requirement(line: &str) -> Option<&str> {
    let line = line.trim().trim_start_matches('\u{feff}');
    if let Some((_, egg)) = line.split_once("#egg=") {
        return egg.split('&').next();
    }
    if line.starts_with(['#', '-']) {
        return None;
    }
    let end = line.find(|char: char| !(char.is_ascii_alphanumeric() || matches!(char, '-' | '_' | '.'))).unwrap_or(line.len());
    Some(&line[..end]).filter(|name| !name.is_empty())
}

fn in_json(text: &str, sections: &[&str], is_it: &dyn Fn(&str) -> bool) -> bool {
    let Ok(json) = serde_json::from_str::<serde_json::Value>(text) else { return false };
    let sections = sections.iter().filter_map(|section| json.get(section)?.as_object());
    sections.flat_map(serde_json::Map::keys).any(|name| is_it(name))
}

fn in_tables(text: &str, sections: &[&str], is_it: &dyn Fn(&str) -> bool) -> bool {
    let Ok(table) = DeTable::parse(text) else { return false };
    let tables = sections.iter().filter_map(|section| as_table(table.get_ref().get(*section)?.get_ref()));
    tables.flat_map(|table| table.keys()).any(|name| is_it(name.get_ref()))
}

fn as_table<'t, 'i>(value: &'t DeValue<'i>) -> Option<&'t DeTable<'i>> {
    match value {
        DeValue::Table(table) => Some(table),
        _ => None,
    }
}

/// The value of a key of a table.
fn get<'t, 'i>(table: &'t DeTable<'i>, key: &str) -> Option<&'t DeValue<'i>> {
    table.get(key).map(|value| value.get_ref())
}

/// The lists of PEP 621 and PEP 735, and the tables of Poetry.
fn in_pyproject(text: &str, is_it: &dyn Fn(&str) -> bool) -> bool {
    let Ok(table) = DeTable::parse(text) else { return false };
    let root = table.get_ref();
    let listed = |value: &DeValue<'_>| match value {
        DeValue::Array(items) => items.iter().any(|item| match item.get_ref() {
            DeValue::String(text) => requirement(text).is_some_and(is_it),
            _ => false,
        }),
        _ => false,
    };
    let keyed = |value: &DeValue<'_>| as_table(value).is_some_and(|table| table.keys().any(|name| is_it(name.get_ref())));
    let values = |value: &DeValue<'_>, test: &dyn Fn(&DeValue<'_>) -> bool| {
        as_table(value).is_some_and(|table| table.values().any(|value| test(value.get_ref())))
    };
    let of_group = |group: &DeValue<'_>| as_table(group).and_then(|group| get(group, "dependencies")).is_some_and(&keyed);
    let in_project = get(root, "project").and_then(as_table).is_some_and(|project| {
        get(project, "dependencies").is_some_and(&listed)
            || get(project, "optional-dependencies").is_some_and(|groups| values(groups, &listed))
    });
    let poetry = get(root, "tool").and_then(as_table).and_then(|tool| get(tool, "poetry")).and_then(as_table);
    let in_poetry = poetry.is_some_and(|poetry| {
        ["dependencies", "dev-dependencies"].iter().any(|key| get(poetry, key).is_some_and(&keyed))
            || get(poetry, "group").is_some_and(|groups| values(groups, &of_group))
    });
    in_project || in_poetry || get(root, "dependency-groups").is_some_and(|groups| values(groups, &listed))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Environment;
    use crate::source::{FileId, Kind, SourceFile};

    fn document(path: &str, text: &str, kind: Kind) -> Document {
        let source = SourceFile::new(path, kind, text.as_bytes().to_vec());
        Document::new(FileId(0), source.into(), Environment::Production)
    }

    #[test]
    fn a_dependency_is_named_in_any_kind_of_manifest() {
        for (path, text) in [
            ("requirements.txt", "fastapi\nGrpcio [x] == 1.66.2 ; python_version < '4'\n"),
            ("requirements-dev.txt", "-e git+https://x/y#egg=grpcio\n"),
            ("a/requirements.txt", "grpcio>=1\r\n"),
            ("pyproject.toml", "[project]\ndependencies = [\"grpcio>=1\"]\n"),
            ("pyproject.toml", "[project.optional-dependencies]\nrpc = [\"grpcio\"]\n"),
            ("pyproject.toml", "[dependency-groups]\nrpc = [{include-group = \"x\"}, \"grpcio\"]\n"),
            ("pyproject.toml", "[tool.poetry.dependencies]\ngrpcio = \"^1\"\n"),
            ("pyproject.toml", "[tool.poetry.group.dev.dependencies]\ngrpcio = \"^1\"\n"),
            ("Pipfile", "[packages]\ngrpcio = \"*\"\n"),
            ("Pipfile.lock", "{\"default\": {\"grpcio\": {}}}"),
            ("poetry.lock", "[[package]]\nname = \"grpcio\"\nversion = \"1\"\n"),
            ("uv.lock", "[[package]]\nname = \"grpcio\"\n"),
            ("package.json", "{\"dependencies\": {\"grpcio\": \"1\"}}"),
            ("package-lock.json", "{\n  \"packages\": {\n    \"node_modules/grpcio\": {\n"),
            ("yarn.lock", "grpcio@^1.0:\n  version \"1\"\n"),
            ("pnpm-lock.yaml", "packages:\n  grpcio@1.0.0:\n"),
            ("setup.py", "install_requires=['grpcio>=1'],\n"),
        ] {
            assert!(names(&document(path, text, Kind::Neighbour), "grpcio"), "{path}: {text}");
        }
        assert!(names(&document("requirements.txt", "python_consul==1.1.0\n", Kind::Neighbour), "python-consul"));
        assert!(names(&document("package.json", "{\"dependencies\": {\"@a/b\": \"1\"}}", Kind::Neighbour), "@a/b"));
    }

    #[test]
    fn what_only_looks_like_it_is_another() {
        for (path, text) in [
            ("requirements.txt", "# grpcio==1\ngrpcio-tools==1\n"),
            ("requirements.txt", "-r grpcio\n\n"),
            ("pyproject.toml", "[project]\nname = \"grpcio\"\n"),
            ("pyproject.toml", "broken = [\n"),
            ("package.json", "{\"name\": \"grpcio\"}"),
            ("package.json", "{"),
            ("yarn.lock", "@\n@x\n\n"),
            ("setup.py", "# grpcio\n"),
        ] {
            assert!(!names(&document(path, text, Kind::Neighbour), "grpcio"), "{path}: {text}");
        }
    }

    #[test]
    fn a_dockerfile_may_install_it() {
        let file = document("Dockerfile", "FROM python:3.11\nRUN pip install grpcio==1.66\n", Kind::Dockerfile);
        assert!(installs(&file, "grpcio") && !installs(&file, "grpcio-tools"));
    }
}
