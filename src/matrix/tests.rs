use super::*;
use crate::rules::{Registry, judge};
use crate::source::{Kind, SourceFile};
use crate::triage::{Settings, triage};

/// The matrix of some files, as the command makes it.
fn matrix(files: &[(&str, &str)]) -> Matrix {
    let kind = |path: &str| match path {
        _ if path.contains("Dockerfile") => Kind::Dockerfile,
        _ if path.ends_with(".json") => Kind::Snapshot,
        _ if path.ends_with(".env") => Kind::Env,
        _ => Kind::Compose,
    };
    let sources = files.iter().map(|(path, text)| SourceFile::new(*path, kind(path), text.as_bytes().to_vec()));
    let guess = |source: &SourceFile| crate::project::environment::guess(&source.path).unwrap_or(Environment::Production);
    let project = Project::load(sources.collect(), &guess);
    let registry = Registry::embedded();
    let all: Vec<_> = registry.iter().collect();
    let outcome = triage(&project, &registry, judge(&project, &all).findings, &Settings::everything());
    Matrix::of(&project, &outcome)
}

/// `row column` and what the cell says.
fn cell<'m>(matrix: &'m Matrix, row: &str, column: &str) -> (CellState, &'m str, String) {
    let row = matrix.rows.iter().find(|known| known.name == row).unwrap_or_else(|| panic!("no row {row}"));
    let cell = row.cell(column).unwrap_or_else(|| panic!("no column {column}"));
    (cell.state, &cell.reason, cell.evidence.first().map(Evidence::place).unwrap_or_default())
}

const COMPOSE: &str = "\
services:
  web:
    build: web
    ports: [\"8000:8000\"]
    mem_limit: 512m
  db:
    image: postgres:17
    ports: [\"5432:5432\"]
    environment:
      POSTGRES_PASSWORD: postgres
    healthcheck: { test: pg_isready -U postgres }
  cache:
    image: redis
  other:
    image: ${IMAGE}
";
const DOCKERFILE: &str = "FROM python:3.13-slim\nCOPY . .\nHEALTHCHECK CMD python check.py\nEXPOSE 8000\nCMD [\"uvicorn\", \"app:app\", \"--port\", \"8000\"]\n";

#[test]
fn findings_say_no_and_facts_say_yes() {
    let matrix = matrix(&[("compose.yml", COMPOSE), ("web/Dockerfile", DOCKERFILE)]);
    let state = |row, column| cell(&matrix, row, column).0;
    assert_eq!(matrix.rows.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["web", "db", "cache", "other"]);
    let (non_root, reason, place) = cell(&matrix, "web", "non-root");
    assert_eq!((non_root, reason, place.as_str()), (CellState::Fail, "runs as root", "web/Dockerfile:1"));
    assert_eq!(cell(&matrix, "web", "healthcheck"), (CellState::Pass, "has a health check", "web/Dockerfile:3".to_owned()));
    assert_eq!(cell(&matrix, "web", "limits"), (CellState::Pass, "at most 512 MiB", "compose.yml:5".to_owned()));
    assert_eq!(cell(&matrix, "web", "ports").1, "publishes 8000:8000");
    assert_eq!((state("db", "non-root"), state("db", "healthcheck")), (CellState::Pass, CellState::Pass));
    assert_eq!((state("db", "ports"), state("db", "limits")), (CellState::Fail, CellState::Fail));
    let (secrets, _, place) = cell(&matrix, "db", "secrets");
    assert_eq!((secrets, place.as_str()), (CellState::Fail, "compose.yml:8"));
    assert_eq!(state("web", "secrets"), CellState::Pass, "the secret of `db` is not one of `web`");
    assert_eq!(
        cell(&matrix, "cache", "pinned-image"),
        (CellState::Fail, "`redis` is whatever was pushed last", "compose.yml:13".to_owned())
    );
}

#[test]
fn what_was_not_seen_is_no_pass() {
    let matrix = matrix(&[("compose.yml", COMPOSE)]);
    for (row, column) in [
        ("other", "non-root"),
        ("other", "healthcheck"),
        ("other", "pinned-image"),
        ("web", "non-root"),
        ("web", "pinned-image"),
        ("web", "secrets"),
        ("db", "live-health"),
    ] {
        assert_eq!(cell(&matrix, row, column).0, CellState::NotSeen, "{row} {column}");
    }
    assert!(cell(&matrix, "db", "live-health").1.contains("no snapshot"));
}

#[test]
fn a_comment_with_a_reason_makes_it_waived() {
    let dockerfile = format!(
        "# shipworthy: ignore-file[dockerfile/service-as-root, dockerfile/missing-user, project/service-as-root] behind a gateway\n{DOCKERFILE}"
    );
    let compose = COMPOSE.replace("  cache:\n", "  cache: # shipworthy: ignore[compose/unpinned-image] mirrors pin it\n");
    let matrix = matrix(&[("compose.yml", &compose), ("web/Dockerfile", &dockerfile)]);
    let (state, reason, _) = cell(&matrix, "web", "non-root");
    assert_eq!(state, CellState::Waived, "{reason}");
    assert!(reason.contains("runs as root") && reason.contains("behind a gateway"), "{reason}");
    let (state, reason, _) = cell(&matrix, "cache", "pinned-image");
    assert_eq!(state, CellState::Waived, "{reason}");
    assert!(reason.contains("mirrors pin it"), "{reason}");
}

#[test]
fn a_dockerfile_that_nobody_builds_is_a_row_of_its_own() {
    let matrix =
        matrix(&[("api/Dockerfile", DOCKERFILE), ("api/Dockerfile.dev", "FROM node:24\n"), ("Dockerfile", "FROM scratch\n")]);
    let rows: Vec<_> = matrix.rows.iter().map(|row| (row.name.as_str(), row.counts())).collect();
    assert_eq!(rows, [("api", true), ("api/Dockerfile.dev", false), ("Dockerfile", true)]);
    assert_eq!(cell(&matrix, "api", "limits").0, CellState::NotSeen, "it is run somewhere");
    assert_eq!(cell(&matrix, "Dockerfile", "pinned-image").1, "is built on nothing");
    let of_development = matrix.rows[1].cells.iter().filter(|cell| cell.state == CellState::Fail).count();
    let all: usize = matrix.rows.iter().flat_map(|row| &row.cells).filter(|cell| cell.state == CellState::Fail).count();
    assert_eq!(matrix.count(CellState::Fail), all - of_development);
    assert!(of_development > 0);
}

#[test]
fn containers_answer_for_what_runs() {
    let snapshot = r#"{"schema_version": 1, "engines": [{"endpoint": "unix:///x", "containers": [
        {"name": "p-web-1", "image": "p-web", "compose": {"project": "p", "service": "web"},
         "state": {"status": "running"}, "health": {"status": "healthy"}, "processes": [{"pid": 1, "user_id": 0, "command": "python"}]},
        {"name": "p-db-1", "image": "postgres:17", "compose": {"project": "p", "service": "db"},
         "state": {"status": "exited", "exit_code": 1}, "restart": {"policy": "always"}},
        {"name": "stray", "image": "nginx", "state": {"status": "running"}, "limits": {"memory": 1073741824}},
        {"name": "p-cache-1", "image": "redis", "compose": {"project": "p", "service": "cache"}, "state": {"status": "running"}}
    ]}]}"#;
    let dockerfile = DOCKERFILE.replace("EXPOSE", "USER 1000\nEXPOSE");
    let matrix = matrix(&[("compose.yml", COMPOSE), ("web/Dockerfile", &dockerfile), ("engine.json", snapshot)]);
    let state = |row, column| cell(&matrix, row, column).0;
    assert_eq!(state("web", "live-health"), CellState::Pass);
    // The file says 1000, and it was seen as root: what runs counts.
    let (non_root, _, place) = cell(&matrix, "web", "non-root");
    assert_eq!((non_root, place.starts_with("engine.json:")), (CellState::Fail, true), "{place}");
    assert_eq!(state("db", "live-health"), CellState::Fail);
    assert_eq!(state("cache", "live-health"), CellState::NotSeen, "running is not healthy");
    assert_eq!(state("other", "live-health"), CellState::NotSeen);
    assert_eq!(cell(&matrix, "stray", "limits").1, "at most 1 GiB");
    assert_eq!(matrix.rows.last().map(|row| row.kind), Some(RowKind::Container));
}

#[test]
fn a_job_needs_no_health_check() {
    let compose = "services:\n  web:\n    image: a:1\n    depends_on:\n      migrate: { condition: service_completed_successfully }\n  migrate:\n    image: b:1\n";
    let matrix = matrix(&[("compose.yml", compose)]);
    assert_eq!(cell(&matrix, "migrate", "healthcheck").0, CellState::NotApplicable);
    assert_ne!(cell(&matrix, "web", "healthcheck").0, CellState::NotApplicable);
}
