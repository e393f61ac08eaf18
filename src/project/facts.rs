//! The effective services of a run as the JSON that `shipworthy facts` prints, described by `schemas/facts/project.schema.json`.

use serde_json::{Map, Value, json};

use super::Project;
use super::effective::{EffectiveService, Listening, System};
use super::links::{Bind, BuildLink};
use crate::dockerfile::run_time_user::Identity;
use crate::source::{Entry, Location};

/// The systems of a project, in the order of their roots; `None` where there is no compose project. There are no values of variables
/// in it, and so no secrets.
pub fn facts(project: &Project) -> Option<Value> {
    let systems: Vec<Value> = project.units.iter().filter_map(|unit| Some(of_system(&System::of(project, unit)?))).collect();
    (!systems.is_empty()).then(|| json!({ "systems": systems }))
}

fn of_system(system: &System<'_>) -> Value {
    let services: Map<String, Value> =
        system.services().map(|service| (service.service.name.to_owned(), of_service(system, &service))).collect();
    json!({ "root": path(system, system.compose.root), "services": services })
}

fn of_service(system: &System<'_>, service: &EffectiveService<'_>) -> Value {
    let (identity, user_at) = service.user();
    let account = match &identity {
        Identity::Account(account) if !account.is_empty() => Some(account.as_str()),
        _ => None,
    };
    let probe = service.probe().and_then(|probe| probe.place());
    let ports = |ports: &[Listening]| -> Vec<Value> {
        let port = |port: &Listening| json!({ "port": port.port, "at": port.place.map(|place| at(system, place)) });
        ports.iter().map(port).collect()
    };
    let links = service.links;
    let binds: Vec<Value> = links.iter().flat_map(|links| &links.binds).map(of_bind).collect();
    let nginx: Vec<&str> = links.iter().flat_map(|links| &links.nginx).map(|mounted| path(system, mounted.file)).collect();
    let others = system.compose.services().filter(|other| other.name != service.service.name);
    let reaches: Vec<&str> =
        others.filter(|other| super::effective::share_a_network(service.service, *other)).map(|other| other.name).collect();
    json!({
        "image": service.image().map(|image| image.text.as_str()),
        "build": links.and_then(|links| links.build.as_ref()).map(|build| of_build(system, build)),
        "user": { "identity": identity.name(), "account": account, "at": at(system, user_at) },
        "probe": { "present": service.has_probe(), "at": probe.map(|place| at(system, place)) },
        "listening": ports(&service.listening()),
        "exposed": ports(&service.exposed()),
        "binds": binds,
        "nginx": nginx,
        "reaches": reaches,
    })
}

fn of_build(system: &System<'_>, build: &BuildLink) -> Value {
    match build {
        BuildLink::Dockerfile(file) => json!({ "state": "found", "path": path(system, *file) }),
        BuildLink::MissingContext(path) => json!({ "state": "missing-context", "path": path }),
        BuildLink::MissingDockerfile(path) => json!({ "state": "missing-dockerfile", "path": path }),
        BuildLink::Unknown => json!({ "state": "unknown", "path": null }),
    }
}

fn of_bind(bind: &Bind) -> Value {
    let entry = match bind.entry {
        Entry::File => "file",
        Entry::Directory => "directory",
        Entry::Missing => "missing",
        Entry::Unknown => "unknown",
    };
    json!({ "path": bind.path, "entry": entry })
}

fn path<'a>(system: &System<'a>, file: crate::source::FileId) -> &'a str {
    &system.project.document(file).source.path
}

fn at(system: &System<'_>, place: Location) -> Value {
    let source = &system.project.document(place.file).source;
    json!({ "path": source.path, "line": source.line(place.span.start()) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Environment;
    use crate::source::{Kind, SourceFile};

    #[test]
    fn facts_fit_their_schema_and_hold_no_values() {
        let compose = "services:\n  web:\n    build: .\n    environment: { DB_PASSWORD: correct-horse-battery }\n    volumes: ['./conf:/etc/nginx']\n  db:\n    image: postgres:17\n  none:\n    build: gone\n";
        let dockerfile = "FROM python:3.13\nEXPOSE 8000\nUSER 1000\nHEALTHCHECK CMD curl -f http://localhost:8000\nCMD [\"uvicorn\", \"a:a\", \"--port\", \"8000\"]\n";
        let file = |path: &str, kind, text: &str| SourceFile::new(path, kind, text.as_bytes().to_vec());
        let files = vec![file("compose.yml", Kind::Compose, compose), file("Dockerfile", Kind::Dockerfile, dockerfile)];
        let project = Project::load(files, &|_| Environment::Production);
        let facts = facts(&project).unwrap();
        let schema: Value = serde_json::from_str(include_str!("../../schemas/facts/project.schema.json")).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let errors: Vec<String> = validator.iter_errors(&facts).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}");
        let web = facts.pointer("/systems/0/services/web").unwrap();
        assert_eq!(web["user"], json!({ "identity": "account", "account": "1000", "at": { "path": "Dockerfile", "line": 3 } }));
        assert_eq!(web["listening"], json!([{ "port": 8000, "at": { "path": "Dockerfile", "line": 5 } }]));
        assert_eq!(web["reaches"], json!(["db", "none"]));
        assert!(!facts.to_string().contains("horse"));
    }
}
