//! A thousand projects that one template made are checked as a fleet, in time that grows with their number alone.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

const TENANTS: usize = 1000;

/// Tenants with a planted fault: the port of the one before, the password of the one before, a setting of its own.
const SAME_PORT: usize = 500;
const SAME_PASSWORD: usize = 700;
const DRIFTED: usize = 3;

fn compose(tenant: usize) -> String {
    let restart = if tenant == DRIFTED { "no" } else { "unless-stopped" };
    format!(
        "# made by provision.sh\nservices:\n  app-tenant{tenant}:\n    image: registry.example.org/shop:4.2.0\n    container_name: shop_tenant{tenant}\n    \
         restart: \"{restart}\"\n    env_file: .env\n    ports:\n      - \"127.0.0.1:${{PORT}}:8080\"\n    volumes:\n      - data:/data\nvolumes:\n  data:\n"
    )
}

fn env(tenant: usize) -> String {
    let port = if tenant == SAME_PORT { 10_000 + tenant - 1 } else { 10_000 + tenant };
    let password = if tenant == SAME_PASSWORD { tenant - 1 } else { tenant };
    format!("TENANT=tenant{tenant}\nPORT={port}\nDB_PASSWORD=Kx9{:08x}Qz\n", password * 7_919_193)
}

fn write(root: &Path, count: usize) {
    for tenant in 0..count {
        let folder = root.join(format!("customers/tenant{tenant}"));
        fs::create_dir_all(&folder).expect("folders can be made");
        fs::write(folder.join("docker-compose.yml"), compose(tenant)).expect("files can be written");
        fs::write(folder.join(".env"), env(tenant)).expect("files can be written");
    }
}

/// The findings of the rules that judge fleets: rule, folder of the tenant, message.
fn fleet_findings(root: &Path) -> Vec<(String, String)> {
    let output = Command::new(env!("CARGO_BIN_EXE_shipworthy"))
        .args(["check", "--isolated", "--no-ignores", "-f", "json", "--exit-zero", "."])
        .current_dir(root)
        .stdin(Stdio::null())
        .output()
        .expect("the binary runs");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
    let findings = document["findings"].as_array().expect("findings is a list");
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let of_fleet = |rule: &str| rule.contains("tenant") || rule.contains("port-collision") || rule.contains("ranges");
    findings.iter().map(|finding| (text(&finding["rule"]), text(&finding["path"]))).filter(|(rule, _)| of_fleet(rule)).collect()
}

#[test]
fn a_thousand_tenants_are_one_fleet_and_each_planted_fault_is_found() {
    let place = tempfile::tempdir().expect("a temporary folder");
    write(place.path(), TENANTS);
    let start = Instant::now();
    let found = fleet_findings(place.path());
    let took = start.elapsed();
    let at = |rule: &str, tenant: usize| {
        let folder = format!("customers/tenant{tenant}/");
        found.iter().any(|(found, path)| found == rule && path.starts_with(&folder))
    };
    assert!(at("project/host-port-collision", SAME_PORT), "{found:?}");
    assert!(at("project/credential-shared-between-tenants", SAME_PASSWORD), "{found:?}");
    assert!(at("project/tenant-drift", DRIFTED), "{found:?}");
    assert_eq!(found.len(), 3, "nothing else is at fault: {found:?}");
    // Tests are not optimised: the bound only tells linear from quadratic. `benches/fleet.sh` measures what is shipped.
    assert!(took.as_secs() < 60, "{took:?}");
}

#[test]
fn unrelated_projects_are_no_fleet() {
    let place = tempfile::tempdir().expect("a temporary folder");
    for (name, image) in [("grafana", "grafana/grafana:12.0.0"), ("gitea", "gitea/gitea:1.24"), ("redis", "redis:8")] {
        let folder = place.path().join("examples").join(name);
        fs::create_dir_all(&folder).expect("folders can be made");
        let text = format!("services:\n  {name}:\n    image: {image}\n    ports:\n      - \"127.0.0.1:8080:80\"\n");
        fs::write(folder.join("docker-compose.yml"), text).expect("files can be written");
    }
    assert_eq!(fleet_findings(place.path()), []);
}
