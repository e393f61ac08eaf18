use super::{DeviationKind, Fleet, fleets};
use crate::finding::Environment;
use crate::project::Project;
use crate::source::{Kind, SourceFile};

fn project(files: &[(String, String)]) -> Project {
    let kind = |path: &str| if path.ends_with(".env") { Kind::Env } else { Kind::Compose };
    let files = files.iter().map(|(path, text)| SourceFile::new(path.as_str(), kind(path), text.clone().into_bytes()));
    Project::load(files.collect(), &|_| Environment::Production)
}

/// One tenant after the other, each with its text for compose and its env file.
fn tenants(
    folder: &str,
    names: &[&str],
    compose: impl Fn(usize, &str) -> String,
    env: impl Fn(usize, &str) -> String,
) -> Vec<(String, String)> {
    let mut files = Vec::new();
    for (index, name) in names.iter().enumerate() {
        files.push((format!("{folder}/{name}/compose.yaml"), compose(index, name)));
        files.push((format!("{folder}/{name}/.env"), env(index, name)));
    }
    files
}

const SHOP: &str = "services:\n  web:\n    image: example.org/shop:2\n    container_name: ${TENANT}-web\n    ports: [\"${PORT}:80\"]\n    restart: always\n  db:\n    image: postgres:17\n    restart: always\n";

fn shop_env(index: usize, name: &str) -> String {
    format!("TENANT={name}\nPORT={}\n", 8001 + index)
}

fn names<'p>(fleet: &Fleet<'p>) -> Vec<&'p str> {
    fleet.tenants.iter().map(|tenant| tenant.name).collect()
}

#[test]
fn tenants_of_one_template_are_a_fleet() {
    let project = project(&tenants("customers", &["acme", "globex", "initech"], |_, _| SHOP.to_owned(), shop_env));
    let found = fleets(&project);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].folder, "customers");
    assert_eq!(names(&found[0]), ["acme", "globex", "initech"]);
    assert!(found[0].one_host && found[0].deviations().is_empty());
    assert_eq!(found[0].host_ports().iter().map(|port| port.port).collect::<Vec<_>>(), [8001, 8002, 8003]);
}

#[test]
fn names_that_were_written_into_the_file_are_as_good_as_variables() {
    let text = |index: usize, name: &str| {
        format!(
            "services:\n  web-{name}:\n    image: example.org/shop:2\n    container_name: {name}_web\n    ports: [\"{}:80\"]\n",
            8001 + index
        )
    };
    let project = project(&tenants("customers", &["acme-corp", "globex", "umbrella"], text, |_, _| String::new()));
    let found = fleets(&project);
    assert_eq!(names(&found[0]), ["acme-corp", "globex", "umbrella"]);
    assert!(found[0].deviations().is_empty());
}

#[test]
fn what_only_lies_side_by_side_is_no_fleet() {
    let all = ["acme", "globex", "initech"];
    let plain = |_: usize, _: &str| String::new();
    let none = |files: Vec<(String, String)>| {
        let project = project(&files);
        assert!(fleets(&project).is_empty(), "{files:?}");
    };
    // Two are none.
    none(tenants("customers", &all[..2], |_, _| SHOP.to_owned(), shop_env));
    // Alternatives of one system: all the same, made for nobody.
    let same = "services:\n  kafka:\n    image: confluentinc/cp-kafka:7.6.0\n    ports: [\"9092:9092\"]\n";
    none(tenants("kafka", &["avro", "json", "protobuf"], |_, _| same.to_owned(), plain));
    // Other images.
    none(tenants(
        "stacks",
        &all,
        |index, name| format!("services:\n  {name}:\n    image: example.org/{index}\n    container_name: {name}\n"),
        plain,
    ));
    // Each builds what lies in its own folder.
    let built = |_: usize, name: &str| format!("services:\n  web:\n    build: .\n    container_name: {name}\n");
    none(tenants("services", &all, built, plain));
    // One system in three environments.
    none(tenants("deploy", &["dev", "staging", "prod"], |_, _| SHOP.to_owned(), shop_env));
    none(tenants("examples", &all, |_, _| SHOP.to_owned(), shop_env));
    // A third of the folders alone.
    let mut many = tenants("apps", &all, |_, _| SHOP.to_owned(), shop_env);
    many.extend(tenants(
        "apps",
        &["a1", "b1", "c1", "d1"],
        |index, _| format!("services: {{ x{index}: {{ image: i{index} }} }}\n"),
        plain,
    ));
    none(many);
}

#[test]
fn hosts_with_the_same_ports_and_names_are_not_one() {
    let text = |_: usize, name: &str| {
        format!(
            "services:\n  exporter:\n    image: prom/node-exporter:v1.8.2\n    hostname: {name}\n    ports: [\"9100:9100\"]\n"
        )
    };
    let project = project(&tenants("hosts", &["alpha", "beta", "gamma"], text, |_, _| String::new()));
    assert!(!fleets(&project)[0].one_host);
}

#[test]
fn who_differs_from_nearly_all_others_has_drifted() {
    let all = ["acme", "globex", "initech", "umbrella", "wonka"];
    let compose = |index: usize, _: &str| match index {
        1 => SHOP.replacen("    restart: always\n", "", 1),
        2 => SHOP.replace("postgres:17", "postgres:16"),
        3 => SHOP.replacen("    restart: always\n", "    restart: always\n    privileged: true\n", 1),
        _ => SHOP.to_owned(),
    };
    let env = |index: usize, name: &str| if index == 4 { format!("TENANT={name}\n") } else { shop_env(index, name) };
    let project = project(&tenants("customers", &all, compose, env));
    let found = fleets(&project);
    let deviations = found[0].deviations();
    let said: Vec<_> = deviations.iter().map(|deviation| (deviation.tenant, deviation.path.as_str(), deviation.kind)).collect();
    assert_eq!(
        said,
        [
            (1, "services/web/restart", DeviationKind::Missing),
            (2, "services/db/image", DeviationKind::Different),
            (3, "services/web/privileged", DeviationKind::Additional),
            (4, ".env/PORT", DeviationKind::Missing),
        ]
    );
}

#[test]
fn a_template_counts_as_one_more() {
    let all = ["acme", "globex", "initech"];
    let filled = |name: &str| SHOP.replace("${TENANT}", name);
    let compose =
        |index: usize, name: &str| if index == 1 { filled(name).replace("postgres:17", "postgres:16") } else { filled(name) };
    let mut files = tenants("customers", &all, compose, shop_env);
    assert!(fleets(&project(&files))[0].deviations().is_empty(), "two against one say nothing");
    files.push(("docker-compose.template.yml".to_owned(), SHOP.replace("${TENANT}-web", "\"{{TENANT}}-web\"")));
    let project = project(&files);
    let deviations = fleets(&project)[0].deviations();
    assert_eq!(deviations.len(), 1);
    assert_eq!((deviations[0].tenant, deviations[0].path.as_str()), (1, "services/db/image"));
}

#[test]
fn a_thousand_tenants_are_one_fleet() {
    let all: Vec<String> = (0..1000).map(|index| format!("customer-{index}")).collect();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    let project = project(&tenants("customers", &all, |_, _| SHOP.to_owned(), shop_env));
    let found = fleets(&project);
    assert_eq!(found[0].tenants.len(), 1000);
    assert!(found[0].deviations().is_empty());
}
