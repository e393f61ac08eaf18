//! Turns the rule documents into static data, and finds the Rust check of each one. A document without its check, or a
//! check without its document, fails the build.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

#[path = "src/rules/document.rs"]
#[allow(dead_code)]
mod document;
#[path = "src/json_pointer.rs"]
#[allow(dead_code)]
mod json_pointer;
#[path = "src/source/span.rs"]
#[allow(dead_code)]
mod source;
#[path = "src/yaml/mod.rs"]
#[allow(dead_code, unused_imports)]
mod yaml;

use document::{ExampleText, FixText, RuleDocument, VariantText};

fn main() {
    println!("cargo::rerun-if-changed=rules");
    println!("cargo::rerun-if-changed=src/rules");
    println!("cargo::rerun-if-changed=src/yaml");
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR"));
    let output = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    for (name, made) in [
        ("embedded.rs", generate(&root)),
        ("catalogs.rs", catalogs(&root)),
        ("checklists.rs", checklists(&root)),
        ("nginx_directives.rs", nginx_directives(&root.join("rules/catalog/nginx-directives.tsv"))),
    ] {
        match made {
            Ok(code) => fs::write(output.join(name), code).expect("OUT_DIR can be written"),
            Err(problems) => problems.iter().for_each(|problem| println!("cargo::error={problem}")),
        }
    }
}

/// The fact tables of `rules/catalog/` as JSON texts: `end-of-life.yaml` becomes `END_OF_LIFE`. They are read when a rule first
/// needs them, so that YAML is never parsed at run time.
fn catalogs(root: &Path) -> Result<String, Vec<String>> {
    let mut code = String::from("// Made by build.rs from rules/catalog/.\n");
    let mut problems = Vec::new();
    for (name, path) in files(&root.join("rules/catalog"), "yaml") {
        let text = fs::read_to_string(&path).unwrap_or_default();
        let stream = yaml::parse(&text);
        let json = stream.documents.first().and_then(|tree| Some(tree.to_json(tree.root?)));
        match json {
            Some(Ok(json)) if stream.problems.is_empty() => {
                let constant = name.replace('-', "_").to_uppercase();
                let _ = writeln!(code, "pub(super) const {constant}: &str = {:?};", json.to_string());
            }
            _ => problems.push(format!("rules/catalog/{name}.yaml is no YAML: {:?}", stream.problems)),
        }
    }
    if problems.is_empty() { Ok(code) } else { Err(problems) }
}

/// The lists of `rules/checklists/` as JSON texts with their names.
fn checklists(root: &Path) -> Result<String, Vec<String>> {
    let mut code = String::from("// Made by build.rs from rules/checklists/.\npub(super) static LISTS: &[(&str, &str)] = &[\n");
    let mut problems = Vec::new();
    for (name, path) in files(&root.join("rules/checklists"), "yaml") {
        let stream = yaml::parse(&fs::read_to_string(path).unwrap_or_default());
        match stream.documents.first().and_then(|tree| Some(tree.to_json(tree.root?))) {
            Some(Ok(json)) if stream.problems.is_empty() => {
                let _ = writeln!(code, "    ({name:?}, {:?}),", json.to_string());
            }
            _ => problems.push(format!("rules/checklists/{name}.yaml is no YAML: {:?}", stream.problems)),
        }
    }
    code.push_str("];\n");
    if problems.is_empty() { Ok(code) } else { Err(problems) }
}

/// The table of nginx's directives as static data: nothing is parsed when the program starts.
fn nginx_directives(path: &Path) -> Result<String, Vec<String>> {
    let text = fs::read_to_string(path).map_err(|error| vec![format!("{}: {error}", path.display())])?;
    let rows: Vec<Vec<&str>> =
        text.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t').collect()).collect();
    let mut code = String::from("// Made by build.rs from rules/catalog/nginx-directives.tsv.\n");
    let _ = writeln!(code, "static TABLE: [Form; {}] = [", rows.len());
    for row in &rows {
        let [name, module, contexts, arguments, block, value, repeat, since, removed, default] = row[..] else {
            return Err(vec![format!("{}: a row of {} columns: {row:?}", path.display(), row.len())]);
        };
        let contexts = join(&contexts.split(',').collect::<Vec<_>>(), |context| match *context {
            "any" => ".or(Contexts::all())".to_owned(),
            context => format!(".or(Contexts::of(Context::{}))", camel(context)),
        });
        let arguments = match arguments {
            "flag" => "Arguments::Flag".to_owned(),
            "any" => "Arguments::Any".to_owned(),
            text => match text.strip_suffix('+') {
                Some(least) => format!("Arguments::AtLeast({least})"),
                None => format!(
                    "Arguments::Counts({})",
                    text.split(',').filter_map(|count| count.parse::<u8>().ok()).map(|count| 1 << count).sum::<u8>()
                ),
            },
        };
        let value = match value {
            "" => "Any".to_owned(),
            "size" | "offset" | "time" | "number" => capital(value),
            words => format!("OneOf(&{:?})", words.split('|').collect::<Vec<_>>()),
        };
        let version =
            |text: &str| format!("Version({})", text.split('.').chain(["0", "0"]).take(3).collect::<Vec<_>>().join(", "));
        let removal = match removed.strip_prefix("ignored ") {
            Some(from) => format!("Some(Removal::Ignored({}))", version(from)),
            None if removed.is_empty() => "None".to_owned(),
            None => format!("Some(Removal::Gone({}))", version(removed)),
        };
        let _ = writeln!(
            code,
            "    Form {{ name: {name:?}, module: {module:?}, contexts: Contexts(0){}, arguments: {arguments}, is_block: {}, \
             value: Value::{value}, once: {}, since: {}, removal: {removal}, default: {default:?} }},",
            contexts.replace(", ", ""),
            block == "block",
            repeat == "once",
            option(Some(since).filter(|since| !since.is_empty()), version),
        );
    }
    code.push_str("];\n");
    Ok(code)
}

/// `if-in-location` as the Rust variant `IfInLocation`.
fn camel(name: &str) -> String {
    name.split(['-', '_']).map(capital).collect()
}

fn generate(root: &Path) -> Result<String, Vec<String>> {
    let mut problems = Vec::new();
    let mut documents = BTreeMap::new();
    for (id, path) in files(&root.join("rules"), "yaml") {
        if id.starts_with("catalog/") || id.starts_with("checklists/") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap_or_default();
        match document::read(&text) {
            Ok(document) if document.id != id => problems.push(format!("rules/{id}.yaml: its id is `{}`", document.id)),
            Ok(document) => {
                documents.insert(id, document);
            }
            Err(wrong) => problems.extend(wrong.iter().map(|problem| {
                let line = text[..problem.span.start().min(text.len())].matches('\n').count() + 1;
                format!("rules/{id}.yaml:{line}: {}", problem.message)
            })),
        }
    }
    let checks: BTreeMap<String, PathBuf> = files(&root.join("src/rules"), "rs")
        .into_iter()
        .filter(|(id, _)| id.contains('/'))
        .map(|(id, path)| (id.replace('_', "-"), path))
        .collect();
    for id in checks.keys() {
        if !documents.contains_key(id) && problems.is_empty() {
            problems.push(format!("src/rules/{}.rs has no document rules/{id}.yaml", id.replace('-', "_")));
        }
    }
    let mut code = String::from("// Made by build.rs from rules/.\n\n");
    for family in documents.keys().filter_map(|id| id.split('/').next()).collect::<std::collections::BTreeSet<_>>() {
        let _ = writeln!(code, "/// Checks of the family `{family}`, one file each.\npub mod {family} {{");
        for (id, path) in checks.iter().filter(|(id, _)| id.split('/').next() == Some(family)) {
            let _ = writeln!(code, "    #[path = {:?}]\n    pub mod {};", path.display().to_string(), module(id));
        }
        code.push_str("}\n");
    }
    code.push_str("\n/// The rules in the binary, sorted by id.\npub static EMBEDDED: &[Rule] = &[\n");
    for (id, document) in &documents {
        let check = match (shape(&document.subject), checks.contains_key(id)) {
            (Some(shape), true) => format!("Some(Check::{shape}({}::{}::check))", family(id), module(id)),
            (None, true) => {
                problems.push(format!("rules/{id}.yaml: no Rust check judges the subject `{}`", document.subject));
                continue;
            }
            // Suppressions are judged by `triage`, which alone knows what was used.
            (_, false) if document.assert.is_some() || document.subject == "suppression" => "None".to_owned(),
            (_, false) => {
                problems.push(format!("rules/{id}.yaml has neither `assert` nor a check src/rules/{}.rs", id.replace('-', "_")));
                continue;
            }
        };
        rule(&mut code, document, &check);
    }
    code.push_str("];\n");
    if problems.is_empty() { Ok(code) } else { Err(problems) }
}

/// The variant of `Check` that judges a subject.
fn shape(subject: &str) -> Option<&'static str> {
    Some(match subject {
        "dockerfile" => "Dockerfile",
        "dockerfile.stage" => "DockerfileStage",
        "dockerfile.instruction" => "DockerfileInstruction",
        "dockerfile.script" => "DockerfileScript",
        "dockerfile.command" => "DockerfileCommand",
        "secret" => "Secret",
        "engine" => "Engine",
        "container" => "Container",
        "image" => "Image",
        "compose" => "Compose",
        "compose.service" => "ComposeService",
        "env" => "Env",
        "project" => "Project",
        "project.service" => "ProjectService",
        "fleet" => "Fleet",
        "policy" => "Policy",
        "nginx" => "Nginx",
        "nginx.directive" => "NginxDirective",
        "nginx.server" => "NginxServer",
        "nginx.location" => "NginxLocation",
        _ => return None,
    })
}

/// Files below a folder by their path in it without ending.
fn files(folder: &Path, ending: &str) -> Vec<(String, PathBuf)> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(&next).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == ending) {
                let relative = path.strip_prefix(folder).unwrap_or(&path).with_extension("");
                found.push((relative.to_string_lossy().replace('\\', "/"), path));
            }
        }
    }
    found.sort();
    found
}

fn family(id: &str) -> &str {
    id.split('/').next().unwrap_or(id)
}

fn module(id: &str) -> String {
    id.rsplit('/').next().unwrap_or(id).replace('-', "_")
}

fn rule(code: &mut String, document: &RuleDocument, check: &str) {
    let d = document;
    let _ = writeln!(code, "    Rule {{\n        id: {:?}, title: {:?},", d.id, d.title);
    let _ = writeln!(
        code,
        "        severity: SeverityLevels {{ default: Severity::{}, staging: {}, development: {} }},",
        capital(&d.severity.default),
        option(d.severity.staging.as_ref(), |text| format!("Severity::{}", capital(text))),
        option(d.severity.development.as_ref(), |text| format!("Severity::{}", capital(text))),
    );
    let _ =
        writeln!(code, "        confidence: Confidence::{}, profile: Profile::{},", capital(&d.confidence), capital(&d.profile));
    let _ = writeln!(code, "        subject: {:?}, mandatory: {}, needs: {:?},", d.subject, d.mandatory, d.needs);
    let _ = writeln!(code, "        when: {:?}, each: {:?}, assert: {:?}, at: {:?},", d.when, d.each, d.assert, d.at);
    let _ = writeln!(code, "        message: {:?}, together: {:?}, labels: &{:?},", d.message, d.together, d.labels);
    let _ = writeln!(code, "        fix: {},", option(d.fix.as_ref(), fix));
    let _ = writeln!(code, "        variants: &[{}],", join(&d.variants, variant));
    let _ = writeln!(code, "        why: {:?}, instead: {:?}, ignore_when: {:?},", d.why, d.instead, d.ignore_when);
    let _ = writeln!(code, "        examples: &[{}],", join(&d.examples, example));
    let _ = writeln!(code, "        aliases: {},", aliases(&d.aliases));
    let _ = writeln!(code, "        references: &{:?}, since: {:?}, check: {check},\n    }},", d.references, d.since);
}

fn variant(variant: &VariantText) -> String {
    format!(
        "Variant {{ name: {:?}, message: {:?}, severity: {}, confidence: {}, fix: {}, aliases: {} }}",
        variant.name,
        variant.message,
        option(variant.severity.as_ref(), |text| format!("Severity::{}", capital(text))),
        option(variant.confidence.as_ref(), |text| format!("Confidence::{}", capital(text))),
        option(variant.fix.as_ref(), fix),
        aliases(&variant.aliases),
    )
}

fn fix(fix: &FixText) -> String {
    format!(
        "FixWords {{ safety: Applicability::{}, title: {:?}, remove: &{:?}, ensure: {:?}, append: {:?} }}",
        capital(&fix.safety),
        fix.title,
        fix.remove,
        fix.ensure,
        fix.append
    )
}

fn example(example: &ExampleText) -> String {
    format!(
        "Example {{ path: {:?}, files: &{:?}, bad: {:?}, lines: &{:?}, fixed: {:?}, good: {:?} }}",
        example.path, example.files, example.bad, example.lines, example.fixed, example.good
    )
}

fn aliases(table: &[(String, Vec<String>)]) -> String {
    format!("&[{}]", join(table, |(family, ids)| format!("({family:?}, &{ids:?})")))
}

fn join<T>(items: &[T], text: impl Fn(&T) -> String) -> String {
    items.iter().map(text).collect::<Vec<_>>().join(", ")
}

fn option<T>(value: Option<T>, text: impl Fn(T) -> String) -> String {
    value.map_or_else(|| "None".to_owned(), |value| format!("Some({})", text(value)))
}

/// `high` as the Rust variant `High`.
fn capital(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().collect::<String>() + letters.as_str()).unwrap_or_default()
}
