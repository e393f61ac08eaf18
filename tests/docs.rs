//! The documentation that is made from what the program knows: a page for each rule, tables of them, the reference of the configuration.
//!
//! `UPDATE_DOCS=1 cargo test --test docs` makes it anew.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};
use shipworthy::rules::{Registry, Rule, page};

const COMMAND: &str = "UPDATE_DOCS=1 cargo test --test docs";

const FAMILIES: [(&str, &str); 12] = [
    ("dockerfile", "Dockerfiles: images, instructions, stages, packages"),
    ("shell", "The shell text of RUN, CMD, ENTRYPOINT and HEALTHCHECK"),
    ("compose", "Compose files, loaded as `docker compose` loads them"),
    ("nginx", "nginx configurations with all that they include"),
    ("env", "Env files"),
    ("secret", "Secrets in files of any kind"),
    ("project", "What files say together: services, their images, Dockerfiles, nginx configurations and env files"),
    ("policy", "What the team promises itself in `shipworthy.toml`"),
    ("container", "Running containers, seen by `shipworthy audit`"),
    ("image", "Images on an engine, seen by `shipworthy audit`"),
    ("engine", "Engines, seen by `shipworthy audit`"),
    ("suppression", "Comments that silence findings"),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Compares what was made with what is committed, or commits it.
fn fresh(made: &BTreeMap<PathBuf, String>) {
    let update = std::env::var_os("UPDATE_DOCS").is_some();
    let mut stale = Vec::new();
    for (path, text) in made {
        let path = root().join(path);
        if fs::read_to_string(&path).is_ok_and(|committed| committed == *text) {
            continue;
        }
        if update {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, text).unwrap();
        } else {
            stale.push(path.display().to_string());
        }
    }
    let shown = stale.iter().take(5).map(String::as_str).collect::<Vec<_>>().join("\n");
    assert!(stale.is_empty(), "{} pages are stale: run {COMMAND}\n{shown}", stale.len());
}

#[test]
fn the_pages_of_rules_are_fresh() {
    let registry = Registry::embedded();
    let folder = Path::new("docs/rules");
    let mut made = BTreeMap::new();
    for rule in registry.iter() {
        let family = rule.family();
        let foot = format!("\n---\n\n[All rules about {family}](README.md) · [all rules](../README.md)\n");
        made.insert(folder.join(format!("{}.md", rule.id)), page::markdown(rule) + &foot);
    }
    let mut families: BTreeMap<&str, Vec<&'static Rule>> = BTreeMap::new();
    registry.iter().for_each(|rule| families.entry(rule.family()).or_default().push(rule));
    for (family, rules) in &families {
        let about = FAMILIES.iter().find(|(name, _)| name == family).unwrap_or_else(|| panic!("{family} has no words here")).1;
        let text = format!("# {family}\n\n{about}.\n\n{}\n[All rules](../README.md)\n", table(rules));
        made.insert(folder.join(family).join("README.md"), text);
    }
    made.insert(folder.join("README.md"), index(&registry, &families));
    let known: BTreeSet<PathBuf> = made.keys().map(|path| root().join(path)).collect();
    for path in markdown_files(&root().join(folder)).into_iter().filter(|path| !known.contains(path)) {
        match std::env::var_os("UPDATE_DOCS") {
            Some(_) => fs::remove_file(path).unwrap(),
            None => panic!("{} is the page of no rule: run {COMMAND}", path.display()),
        }
    }
    fresh(&made);
    for rule in registry.iter() {
        let (_, path) = rule.url().split_once("/blob/main/").map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
        assert!(root().join(&path).is_file(), "{}: its address leads nowhere: {path}", rule.id);
    }
}

/// Rules of a family, those of the default profile first.
fn table(rules: &[&Rule]) -> String {
    let mut rules = rules.to_vec();
    rules.sort_by_key(|rule| (rule.profile, rule.id));
    let mut text = String::from("| rule | what it finds | severity | profile | fix | answers to |\n|---|---|---|---|---|---|\n");
    for rule in rules {
        let name = rule.id.split_once('/').map_or(rule.id, |(_, name)| name);
        let families = page::families(rule);
        let peers: Vec<String> = families.iter().map(|(family, ids)| format!("{family} {}", ids.join(", "))).collect();
        let fix = rule.fix_safety().map_or("", |safety| safety.name());
        let severity = if rule.mandatory { "always fails" } else { rule.severity.default.name() };
        let (title, peers) = (rule.title.replace('|', "\\|"), peers.join("; ").replace('|', "\\|"));
        let _ = writeln!(text, "| [{name}]({name}.md) | {title} | {severity} | {} | {fix} | {peers} |", rule.profile);
    }
    text
}

fn index(registry: &Registry, families: &BTreeMap<&str, Vec<&'static Rule>>) -> String {
    let mut text = String::from(
        "# Rules\n\nEach rule has a page: what it finds, why, what to write instead, what its fix does, and which identifiers of other tools it answers to. \
         `shipworthy explain RULE` shows the same page, by its name or by an identifier such as `DL3008`.\n\n\
         `default` is what a good reviewer would raise on that very file; `strict` adds hardening that nearly every file lacks, `pedantic` the rest of what \
         other tools report.\n\n| family | about | default | strict | pedantic |\n|---|---|---|---|---|\n",
    );
    for (family, about) in FAMILIES {
        let Some(rules) = families.get(family) else { continue };
        let count = |name: &str| rules.iter().filter(|rule| rule.profile.name() == name).count();
        let _ = writeln!(
            text,
            "| [{family}]({family}/README.md) | {about} | {} | {} | {} |",
            count("default"),
            count("strict"),
            count("pedantic")
        );
    }
    text.push_str(
        "\n## By the tool that you know\n\n| tool | identifiers that rules answer to | rules | table |\n|---|---|---|---|\n",
    );
    let mut peers: BTreeMap<&str, (BTreeSet<&str>, BTreeSet<&str>)> = BTreeMap::new();
    for rule in registry.iter() {
        for (family, id) in rule.all_aliases() {
            let (ids, rules) = peers.entry(family).or_default();
            ids.insert(id);
            rules.insert(rule.id);
        }
    }
    let pages = markdown_files(&root().join("docs/migrate"));
    for (family, (ids, rules)) in peers {
        let marker = format!("<!-- begin: {family} -->");
        let page = pages.iter().find(|path| fs::read_to_string(path).is_ok_and(|text| text.contains(&marker)));
        let name = page.and_then(|path| path.file_name()).map(|name| name.to_string_lossy().into_owned());
        let link = name.map(|name| format!("[{name}](../migrate/{name})")).unwrap_or_default();
        let _ = writeln!(text, "| {family} | {} | {} | {link} |", ids.len(), rules.len());
    }
    text
}

fn markdown_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|end| end == "md") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

#[test]
fn the_reference_of_the_configuration_is_fresh() {
    let schema: Value = serde_json::from_str(&shipworthy::config::schema()).unwrap();
    let mut text = String::from(
        "# Configuration\n\n`shipworthy.toml` lies at the root of the tree that it is for, or in any folder of it: each file goes by the nearest one, from its own folder \
         up to the root of the repository, and by that one alone. `shipworthy config init` writes one with comments, `shipworthy config show PATH` says what holds for a \
         file and where it comes from, and `schemas/shipworthy.schema.json` lets editors complete it. A key that is not known is an error, with the nearest that is.\n\n\
         The command line beats the file: `--select` for `select`, `--min-severity` for `min-severity`, and so on. `--isolated` leaves the file aside.\n\n\
         This page is made from the schema.\n",
    );
    section(&mut text, &schema, "", &schema);
    text.push_str("\n## A configuration to start with\n\nWhat `shipworthy config init` writes:\n\n```toml\n");
    let _ = writeln!(text, "{}\n```", shipworthy::config::TEMPLATE.trim_end());
    fresh(&BTreeMap::from([(PathBuf::from("docs/configuration.md"), text)]));
}

/// The keys of an object as a table, then the tables that they open. `name` is what stands before them in TOML.
fn section(text: &mut String, schema: &Value, name: &str, object: &Value) {
    let Some(properties) = object["properties"].as_object() else { return };
    let (plain, tables): (Vec<_>, Vec<_>) = properties.iter().partition(|(_, value)| opens(schema, value).is_none());
    if !name.is_empty() {
        let _ = writeln!(text, "\n## `{name}`\n");
    } else {
        text.push('\n');
    }
    if !name.is_empty()
        && let Some(about) = object["description"].as_str()
    {
        let _ = writeln!(text, "{}\n", about.trim());
    }
    if !plain.is_empty() {
        rows(text, schema, &plain, object);
    }
    for (key, value) in tables {
        let (target, repeated) = opens(schema, value).unwrap();
        let key = if name.is_empty() { key.clone() } else { format!("{}.{key}", name.trim_matches(['[', ']'])) };
        let name = if repeated { format!("[[{key}]]") } else { format!("[{key}]") };
        section(text, schema, &name, target);
    }
}

fn rows(text: &mut String, schema: &Value, properties: &[(&String, &Value)], object: &Value) {
    let required: Vec<&str> = object["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    text.push_str("| key | holds | default | what it does |\n|---|---|---|---|\n");
    for (key, value) in properties {
        let default = value.get("default").filter(|value| !value.is_null()).map_or(String::new(), |value| format!("`{value}`"));
        let default = if required.contains(&key.as_str()) { "required".to_owned() } else { default };
        let own = value["description"].as_str().map(str::to_owned);
        let about = own.or_else(|| resolved(schema, value)["description"].as_str().map(str::to_owned)).unwrap_or_default();
        let about = about.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|");
        let _ = writeln!(text, "| `{key}` | {} | {default} | {about} |", holds(schema, value).replace('|', "\\|"));
    }
}

/// A schema behind its `$ref`, and behind a choice between it and nothing.
fn resolved<'s>(schema: &'s Value, value: &'s Value) -> &'s Value {
    if let Some(target) = value["$ref"].as_str().and_then(|path| schema.pointer(path.trim_start_matches('#'))) {
        return target;
    }
    let cases = value["anyOf"].as_array().into_iter().flatten().filter(|case| case["type"] != "null");
    match cases.collect::<Vec<_>>().as_slice() {
        [one] => resolved(schema, one),
        _ => value,
    }
}

/// The object that a key opens a table for, and whether it does several times.
fn opens<'s>(schema: &'s Value, value: &'s Value) -> Option<(&'s Value, bool)> {
    let here = resolved(schema, value);
    if here["properties"].is_object() {
        return Some((here, false));
    }
    let items = resolved(schema, here.get("items")?);
    items["properties"].is_object().then_some((items, true))
}

/// What a value is, in a few words.
fn holds(schema: &Value, value: &Value) -> String {
    let here = resolved(schema, value);
    if let Some(names) = here["enum"].as_array() {
        return names.iter().filter(|name| !name.is_null()).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    }
    if let Some(cases) = here["oneOf"].as_array().or_else(|| here["anyOf"].as_array()) {
        let cases: Vec<String> = cases.iter().filter(|case| case["type"] != "null").map(|case| holds(schema, case)).collect();
        return cases.join(" or ");
    }
    if let Some(constant) = here.get("const") {
        return format!("`{constant}`");
    }
    let kind = match &here["type"] {
        Value::Array(kinds) => kinds.iter().find_map(|kind| kind.as_str().filter(|kind| *kind != "null")).unwrap_or_default(),
        kind => kind.as_str().unwrap_or_default(),
    };
    match kind {
        "array" => format!("list of {}", plural(&holds(schema, &here["items"]))),
        "object" => match here.get("additionalProperties") {
            Some(Value::Object(values)) => format!("table of {}", plural(&holds(schema, &Value::Object(values.clone())))),
            _ => "table".to_owned(),
        },
        "string" => "text".to_owned(),
        "boolean" => "`true` or `false`".to_owned(),
        "integer" => "whole number".to_owned(),
        "" => String::new(),
        other => other.to_owned(),
    }
}

fn plural(one: &str) -> String {
    match one {
        "text" => "texts".to_owned(),
        "whole number" => "whole numbers".to_owned(),
        _ if one.starts_with("list") => one.replacen("list", "lists", 1),
        _ => one.to_owned(),
    }
}

#[test]
fn links_between_pages_lead_somewhere() {
    let mut pages = markdown_files(&root().join("docs"));
    pages.extend(["README.md", "CONTRIBUTING.md"].map(|name| root().join(name)));
    for path in pages {
        let text = without_code(&fs::read_to_string(&path).unwrap());
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let target = link.split('#').next().unwrap();
            if target.is_empty() || target.contains("://") || target.contains([' ', '`', '"', '*', '$', '\\', '(']) {
                continue;
            }
            assert!(path.parent().unwrap().join(target).exists(), "{}: {link} leads nowhere", path.display());
        }
    }
}

/// A page without its blocks of code.
fn without_code(text: &str) -> String {
    let mut fence: Option<&str> = None;
    let mut kept = String::new();
    for line in text.lines() {
        let here = ["```", "~~~~"].into_iter().find(|mark| line.trim_start().starts_with(mark));
        match (fence, here) {
            (None, Some(mark)) => fence = Some(mark),
            (Some(open), Some(mark)) if open == mark => fence = None,
            (None, None) => kept.push_str(&format!("{line}\n")),
            _ => {}
        }
    }
    kept
}

#[test]
fn every_key_of_the_configuration_is_described() {
    let schema: Value = serde_json::from_str(&shipworthy::config::schema()).unwrap();
    let empty = Map::new();
    let definitions = schema["$defs"].as_object().unwrap_or(&empty);
    for (name, object) in definitions.iter().map(|(name, object)| (name.as_str(), object)).chain([("", &schema)]) {
        for (key, value) in object["properties"].as_object().unwrap_or(&empty) {
            let described = value["description"].is_string() || resolved(&schema, value)["description"].is_string();
            assert!(described, "{name}.{key} says nothing of what it does");
        }
    }
}

/// The system of the picture in the README: each file is fine by itself.
const SYSTEM: [(&str, &str); 3] = [
    (
        "compose.yaml",
        "services:\n  web:\n    image: nginx:1.29\n    ports: [\"80:80\"]\n    volumes: [\"./site.conf:/etc/nginx/conf.d/default.conf:ro\"]\n  api:\n    build: .\n    healthcheck:\n      test: [\"CMD\", \"curl\", \"-f\", \"http://localhost:3000/health\"]\n",
    ),
    ("site.conf", "server {\n    listen 80;\n    location / {\n        proxy_pass http://apy:3000;\n    }\n}\n"),
    (
        "Dockerfile",
        "FROM node:24-slim\nWORKDIR /app\nCOPY package.json package-lock.json ./\nRUN npm ci --omit=dev\nCOPY . .\nUSER node\nCMD [\"node\", \"server.js\"]\n",
    ),
];

/// The sixteen colours of a terminal, with enough contrast on its black.
const COLOURS: [[u8; 3]; 16] = [
    [22, 24, 29],
    [240, 98, 98],
    [126, 200, 107],
    [226, 185, 92],
    [106, 159, 242],
    [208, 130, 222],
    [92, 198, 208],
    [216, 219, 225],
    [130, 136, 148],
    [255, 128, 128],
    [152, 224, 133],
    [245, 210, 122],
    [140, 185, 255],
    [230, 160, 242],
    [125, 222, 231],
    [255, 255, 255],
];

/// What a terminal shows, drawn from what the program writes.
#[test]
fn the_picture_of_the_terminal_is_fresh() {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in SYSTEM {
        fs::write(folder.path().join(path), text).unwrap();
    }
    fs::write(folder.path().join(".dockerignore"), ".git\n").unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_shipworthy"))
        .args(["check", "--isolated", "--color", "always", "--no-progress", "--today", "2026-01-01"])
        .current_dir(folder.path())
        .env("LC_ALL", "C.UTF-8")
        .env_remove("COLUMNS")
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let written = String::from_utf8(output.stdout).unwrap();
    let shown = format!("\u{1b}[1m$ shipworthy\u{1b}[0m\n{written}");
    let palette = anstyle_svg::Palette(COLOURS.map(|[red, green, blue]| anstyle::RgbColor(red, green, blue)));
    // What is dimmed stays legible on a projector.
    let drawn = anstyle_svg::Term::new().palette(palette).render_svg(&shown).replace("opacity: 0.4", "opacity: 0.7");
    fresh(&BTreeMap::from([(PathBuf::from("docs/terminal.svg"), drawn)]));
}

/// What the README shows is there: commands, and as many rules as it says.
#[test]
fn the_readme_says_what_is_so() {
    assert!(Registry::embedded().iter().count() > 450);
    let pages = ["README.md", "docs/editors.md"].map(|name| fs::read_to_string(root().join(name)).unwrap());
    let mut seen = 0;
    for line in
        pages.iter().flat_map(|page| page.split("```sh\n").skip(1)).flat_map(|rest| rest.split("```").next().unwrap().lines())
    {
        let words: Vec<&str> = line.split('#').next().unwrap().split_whitespace().collect();
        let ["shipworthy", arguments @ ..] = words.as_slice() else { continue };
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_shipworthy")).args(arguments).arg("--help").output().unwrap();
        assert!(output.status.success(), "{line}: {output:?}");
        seen += 1;
    }
    assert!(seen >= 9, "{seen}");
}
