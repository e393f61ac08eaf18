//! The HTML report as a browser sees it: whole without scripts, filtered by keyboard, silent towards the network, and accessible.

mod browser;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use browser::Browser;
use fantoccini::Locator;
use fantoccini::key::Key;
use serde_json::{Value, json};

/// Runs shipworthy in a folder and gives what it prints.
fn page(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_shipworthy"))
        .args(arguments)
        .args(["--today", "2026-11-20", "--no-progress", "-f", "html"])
        .env("SOURCE_DATE_EPOCH", "1795132800")
        .current_dir(folder)
        .output()
        .expect("shipworthy runs");
    assert!(output.status.code().is_some_and(|code| code < 2), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("reports are UTF-8")
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)
}

fn written(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, text).expect("the page can be written");
    path
}

#[test]
fn two_runs_give_the_same_page() {
    let one = page(&fixture("uk-bot"), &["check", "."]);
    assert_eq!(one, page(&fixture("uk-bot"), &["check", "."]));
    assert!(one.contains("2026-11-19") || one.contains("2026-11-20"), "SOURCE_DATE_EPOCH is the time of the report");
    let without = page(&fixture("uk-bot"), &["check", "--no-timestamps", "."]);
    assert!(!without.contains("<dt>Time</dt>") && !without.contains("<dt>Host</dt>"));
}

#[test]
fn nothing_is_fetched_and_nothing_runs_but_the_script_that_is_named() {
    let page = page(&fixture("sixty"), &["check", "."]);
    let policy = page.split("http-equiv=\"Content-Security-Policy\" content=\"").nth(1).unwrap().split('"').next().unwrap();
    assert!(policy.starts_with("default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-"), "{policy}");
    for mark in ["src=", "@import", "url(", "<link", "<img", "<iframe", " onclick", " onload"] {
        assert!(!page.split("<script type=\"application/json\"").next().unwrap().contains(mark), "{mark}");
    }
    let record = page.split("id=\"report\">").nth(1).unwrap().split("</script>").next().unwrap();
    let record: Value = serde_json::from_str(record).expect("the page holds its record");
    assert_eq!(record["schema_version"], 1);
}

#[test]
fn a_page_is_compared_with_an_earlier_one() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("Dockerfile"), "FROM python:3.13\nRUN sudo true\nCMD [\"python\"]\n").unwrap();
    let earlier = written(folder.path(), "earlier.html", &page(folder.path(), &["check", "--isolated", "."]));
    fs::write(folder.path().join("Dockerfile"), "FROM python\nCMD [\"python\"]\n").unwrap();
    let later = page(folder.path(), &["check", "--isolated", "--compare", earlier.to_str().unwrap(), "."]);
    let section = later.split("id=\"comparison\"").nth(1).unwrap().split("</section>").next().unwrap();
    assert!(section.contains("1 new") && section.contains("dockerfile/sudo"), "{section}");
    assert_eq!(later.matches("<li class=\"new\">").count(), 1);
    let output = Command::new(env!("CARGO_BIN_EXE_shipworthy"))
        .args(["check", "--compare", "Dockerfile", "."])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("is no report"));
}

#[test]
fn in_a_browser() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let Some(browser) = Browser::start().await else { return };
        let folder = tempfile::tempdir().expect("a folder for pages");
        filters_work_by_keyboard(&browser, folder.path()).await;
        tables_are_sorted(&browser).await;
        text_of_files_is_no_markup(&browser, folder.path()).await;
        every_page_is_accessible(&browser, folder.path()).await;
        whole_without_scripts(&browser, folder.path()).await;
        browser.client.clone().close().await.expect("the browser closes");
    });
}

async fn typed(browser: &Browser, keys: &str) {
    browser.client.active_element().await.unwrap().send_keys(keys).await.unwrap();
}

fn key(key: Key) -> String {
    char::from(key).to_string()
}

/// How many findings are in sight, and what is said of it.
async fn shown(browser: &Browser) -> (u64, String) {
    let count = browser
        .run("return Array.from(document.querySelectorAll('.finding')).filter((e) => e.offsetParent !== null).length")
        .await;
    let words = browser.run("return document.getElementById('filter-count').textContent").await;
    (count.as_u64().unwrap(), words.as_str().unwrap().to_owned())
}

/// Tab until something of this id has the focus.
async fn focus(browser: &Browser, selector: &str) {
    for _ in 0..60 {
        typed(browser, &key(Key::Tab)).await;
        let here = browser.run(&format!("return document.activeElement.matches({})", json!(selector))).await;
        if here == json!(true) {
            return;
        }
    }
    panic!("{selector} cannot be reached by keyboard");
}

async fn filters_work_by_keyboard(browser: &Browser, folder: &Path) {
    let page = written(folder, "uk-bot.html", &page(&fixture("uk-bot"), &["check", "."]));
    browser.open(&page).await;
    let (all, words) = shown(browser).await;
    assert!(all > 10 && words == format!("{all} of {all} findings shown"), "{words}");

    typed(browser, &key(Key::Tab)).await;
    assert_eq!(browser.run("return document.activeElement.className").await, "skip", "the first stop skips to the report");

    focus(browser, "#filter-text").await;
    typed(browser, "nginx:1.27").await;
    let (some, words) = shown(browser).await;
    assert!(
        0 < some && some < all && words == format!("{some} of {all} finding{} shown", if all == 1 { "" } else { "s" }),
        "{some} {words}"
    );
    typed(browser, "no such words").await;
    assert_eq!(shown(browser).await.0, 0);
    typed(browser, &key(Key::Escape)).await;
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    assert_eq!(shown(browser).await.0, all, "escape shows all again");

    focus(browser, "[name=severity][value=high]").await;
    typed(browser, " ").await;
    let high = browser.run("return document.querySelectorAll('.finding[data-severity=high]').length").await.as_u64().unwrap();
    assert!(high > 0);
    assert_eq!(shown(browser).await.0, all - high);
    typed(browser, " ").await;

    focus(browser, "#filter-gate").await;
    typed(browser, " ").await;
    let failing = browser.run("return document.querySelectorAll('.finding[data-gate=fails]').length").await.as_u64().unwrap();
    assert_eq!(shown(browser).await.0, failing);
    let groups = browser.run("return Array.from(document.querySelectorAll('.group')).filter((g) => !g.hidden && !g.querySelector('.finding:not([hidden])')).length").await;
    assert_eq!(groups, 0, "no heading stands over nothing");

    assert_eq!(browser.console().await, [""; 0]);
    let requests = browser.requests().await;
    assert_eq!(requests, [format!("file://{}", page.display())], "nothing is asked of anybody");
}

async fn tables_are_sorted(browser: &Browser) {
    browser.run("document.querySelector('#rules details').open = true").await;
    let button = browser.client.find(Locator::Css("#files thead th:first-child button")).await.unwrap();
    let first = "return document.querySelector('#files tbody th').textContent";
    let before = browser.run(first).await;
    button.send_keys(&key(Key::Enter)).await.unwrap();
    assert_eq!(browser.run(first).await, before, "it was sorted by name");
    button.send_keys(&key(Key::Enter)).await.unwrap();
    assert_ne!(browser.run(first).await, before);
    assert_eq!(browser.run("return document.querySelector('#files thead th').getAttribute('aria-sort')").await, "descending");
}

/// Whatever a file holds or is called, it is shown and does nothing.
async fn text_of_files_is_no_markup(browser: &Browser, folder: &Path) {
    let hostile = tempfile::tempdir().unwrap();
    let evil = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">";
    fs::create_dir(hostile.path().join("<b>&\"'")).unwrap();
    fs::write(
        hostile.path().join("<b>&\"'/Dockerfile"),
        format!("FROM python\nLABEL a=\"{evil}\"\nRUN sudo echo '</script><!--{evil}' && cd /tmp\nWORKDIR app</pre>{evil}\nENV A_PASSWORD=hunter2-s3cret\n"),
    )
    .unwrap();
    fs::write(
        hostile.path().join("compose.yml"),
        format!("services:\n  \"{}\":\n    image: nginx\n    privileged: true\n", evil.replace('"', "'")),
    )
    .unwrap();
    let text = page(hostile.path(), &["check", "--isolated", "--profile", "pedantic", "."]);
    assert!(!text.contains("<img") && !text.contains("hunter2"));
    let path = written(folder, "hostile.html", &text);
    browser.open(&path).await;
    let title = browser.client.title().await.unwrap();
    assert!(title.starts_with("Fail: "), "{title}");
    assert!(shown(browser).await.0 > 3);
    assert_eq!(browser.run("return document.querySelectorAll('img, script:not([type]):not(:last-of-type)').length").await, 0);
    assert_eq!(browser.console().await, [""; 0]);
    assert_eq!(browser.requests().await.len(), 1);
}

async fn every_page_is_accessible(browser: &Browser, folder: &Path) {
    let axe = browser::axe();
    let pages: [(&str, PathBuf, &[&str]); 5] = [
        ("checklist.html", fixture("docker-guide"), &["checklist", "--input", "engine.json"]),
        ("check.html", fixture("sixty"), &["check", "."]),
        ("pedantic.html", fixture("teamflow"), &["check", "--profile", "pedantic", "."]),
        ("audit.html", fixture("uk-bot"), &["audit", "--input", "engine.json"]),
        ("clean.html", fixture("docker-guide/frontend"), &["check", "--fail-on", "never", "--select", "compose", "."]),
    ];
    for (name, folder_of, arguments) in pages {
        browser.open(&written(folder, name, &page(&folder_of, arguments))).await;
        browser.run("document.querySelectorAll('details').forEach((part) => { part.open = true; })").await;
        for scheme in ["light", "dark"] {
            browser.media("screen", scheme).await;
            if let Some(axe) = &axe {
                let complaints = browser.accessibility(axe).await;
                assert!(
                    complaints.is_empty(),
                    "{name}, {scheme}: {} complaints\n{}",
                    complaints.len(),
                    complaints[..complaints.len().min(8)].join("\n")
                );
            }
        }
        browser.media("screen", "light").await;
        let outline = browser
            .run("return Array.from(document.querySelectorAll('h1,h2,h3,h4,h5,h6')).map((h) => Number(h.tagName[1]))")
            .await;
        let levels: Vec<u64> = outline.as_array().unwrap().iter().filter_map(Value::as_u64).collect();
        assert!(levels[0] == 1 && levels[1..].iter().all(|level| *level > 1), "{name}: one h1: {levels:?}");
        assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{name}: no level is left out: {levels:?}");
        browser.width(320).await;
        let wide = browser.run("return document.documentElement.scrollWidth").await.as_u64().unwrap();
        let beyond = "return Array.from(document.querySelectorAll('main *')).filter((e) => e.getBoundingClientRect().right > 320 && !e.closest('.scroll'))
            .map((e) => e.outerHTML.slice(0, 120)).slice(0, 5).join('\\n')";
        assert!(wide <= 320, "{name} is {wide} wide on a phone:\n{}", browser.run(beyond).await);
        browser.width(1280).await;
        assert_eq!(browser.console().await, [""; 0], "{name}");
        let pdf = browser.devtools("Page.printToPDF", json!({})).await;
        assert!(pdf["data"].as_str().is_some_and(|data| data.starts_with("JVBERi")), "{name} can be printed");
    }
}

/// With scripts switched off all findings are there, and the filter is not.
async fn whole_without_scripts(browser: &Browser, folder: &Path) {
    browser.devtools("Emulation.setScriptExecutionDisabled", json!({ "value": true })).await;
    browser.open(&folder.join("uk-bot.html")).await;
    let tree = browser.devtools("Accessibility.getFullAXTree", json!({})).await;
    let nodes = tree["nodes"].as_array().unwrap();
    let names = |role: &str| -> Vec<&str> {
        let nodes = nodes.iter().filter(|node| node["role"]["value"] == role && node["ignored"] != json!(true));
        nodes.filter_map(|node| node["name"]["value"].as_str()).collect()
    };
    let source = fs::read_to_string(folder.join("uk-bot.html")).unwrap();
    assert_eq!(names("article").len(), source.matches("<article ").count(), "every finding is told");
    assert!(names("search").is_empty() && names("searchbox").is_empty(), "a filter that does nothing is not shown");
    assert!(names("heading").iter().any(|name| name.contains("Fail")), "{:?}", names("heading"));
    assert!(names("DisclosureTriangle").len() > 3, "parts can be opened");
    browser.devtools("Emulation.setScriptExecutionDisabled", json!({ "value": false })).await;
}
