//! A headless Chromium that does what WebDriver and its DevTools say, and axe-core, which audits accessibility.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

/// Which release of axe-core; its licence, MPL-2.0, is no reason to keep a copy here.
const AXE: &str = "axe-core@4.14.1";
/// The package of PyPI that brings nearly the same, where there is no npm.
const AXE_OF_PYTHON: &str = "axe-playwright-python==0.1.8";

/// A browser with a profile of its own; both are gone when it is dropped.
pub struct Browser {
    pub client: Client,
    driver: Child,
    _profile: tempfile::TempDir,
}

impl Browser {
    /// `None`, and a line that says so, where there is no Chromium with its driver; in CI that is a failure.
    pub async fn start() -> Option<Self> {
        let found = [&["chromium", "chromium-browser", "google-chrome"][..], &["chromedriver"][..]]
            .map(|names| names.iter().find_map(|name| which(name)));
        let [Some(chromium), Some(driver)] = found else {
            missing("chromium and chromedriver");
            return None;
        };
        let mut driver =
            Command::new(driver).arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the driver starts");
        let output = BufReader::new(driver.stdout.take().expect("the output is piped"));
        let ready = "started successfully on port ";
        let port = output
            .lines()
            .map_while(Result::ok)
            .find_map(|line| Some(line.split_once(ready)?.1.trim_end_matches('.').to_owned()));
        let port = port.expect("the driver says its port");
        let profile = tempfile::tempdir().expect("a folder for the profile");
        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ];
        let mut arguments: Vec<String> = arguments.map(str::to_owned).to_vec();
        arguments.push(format!("--user-data-dir={}", profile.path().display()));
        let capabilities = json!({
            "goog:chromeOptions": { "binary": chromium, "args": arguments },
            "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
        });
        let Value::Object(capabilities) = capabilities else { unreachable!() };
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await;
        Some(Self { client: client.expect("the browser starts"), driver, _profile: profile })
    }

    /// Opens a page; what was logged before is forgotten.
    pub async fn open(&self, page: &Path) {
        self.log("browser").await;
        self.log("performance").await;
        self.client.goto(&format!("file://{}", page.display())).await.expect("the page loads");
    }

    /// Runs the body of a function in the page.
    pub async fn run(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.expect("the script runs")
    }

    /// What the page wrote to its console since the last time.
    pub async fn console(&self) -> Vec<String> {
        let entries = self.log("browser").await;
        entries.iter().filter_map(|entry| Some(entry["message"].as_str()?.to_owned())).collect()
    }

    /// What was asked of any server, or of the disk, since the last time.
    pub async fn requests(&self) -> Vec<String> {
        let entries = self.log("performance").await;
        let messages = entries.iter().filter_map(|entry| serde_json::from_str::<Value>(entry["message"].as_str()?).ok());
        let sent = messages.filter(|message| message["message"]["method"] == "Network.requestWillBeSent");
        sent.filter_map(|message| Some(message["message"]["params"]["request"]["url"].as_str()?.to_owned())).collect()
    }

    async fn log(&self, kind: &str) -> Vec<Value> {
        let entries = self
            .client
            .issue_cmd(Extension { path: "se/log", body: json!({ "type": kind }) })
            .await
            .expect("the driver keeps logs");
        entries.as_array().cloned().unwrap_or_default()
    }

    /// A command of the Chrome DevTools Protocol.
    pub async fn devtools(&self, method: &str, parameters: Value) -> Value {
        let body = json!({ "cmd": method, "params": parameters });
        self.client.issue_cmd(Extension { path: "goog/cdp/execute", body }).await.expect("the browser knows the command")
    }

    /// `light` or `dark`, on `screen` or in `print`.
    pub async fn media(&self, media: &str, scheme: &str) {
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.devtools("Emulation.setEmulatedMedia", json!({ "media": media, "features": features })).await;
    }

    pub async fn width(&self, width: u32) {
        let metrics = json!({ "width": width, "height": 800, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
    }

    /// What axe-core has to say against the page by the rules of WCAG 2.1 AA, a line each.
    pub async fn accessibility(&self, axe: &str) -> Vec<String> {
        self.run(&format!("{axe}; return null;")).await;
        let script = "const done = arguments[arguments.length - 1];
            const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'];
            axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] }).then(
                (found) => done(found.violations.flatMap((rule) => rule.nodes.map((node) => rule.id + ': ' + node.target + ': ' + node.failureSummary))),
                (error) => done(['axe failed: ' + error]));";
        let found = self.client.execute_async(script, Vec::new()).await.expect("axe runs");
        found.as_array().into_iter().flatten().filter_map(|line| line.as_str().map(str::to_owned)).collect()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// What ChromeDriver knows beside the standard.
#[derive(Debug)]
struct Extension {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Extension {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.body.to_string()))
    }
}

/// The text of axe-core: from `target/axe`, else fetched from a registry of packages into it.
pub fn axe() -> Option<String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("axe");
    let file = folder.join("axe.min.js");
    if !file.is_file() {
        fs::create_dir_all(&folder).expect("the target folder can be written");
        let script = format!(
            "cd '{}' && {{ npm pack --silent {AXE} && tar -xzf axe-core-*.tgz --strip-components=1 package/axe.min.js; }} \
             || {{ python3 -m pip download --quiet --no-deps {AXE_OF_PYTHON} && \
             python3 -c 'import glob, zipfile; open(\"axe.min.js\", \"wb\").write(zipfile.ZipFile(glob.glob(\"axe_*.whl\")[0]).read(\"axe_playwright_python/axe.min.js\"))'; }}",
            folder.display()
        );
        let _ = Command::new("sh").args(["-c", &script]).stdin(Stdio::null()).output();
    }
    let text = fs::read_to_string(&file).ok();
    if text.is_none() {
        missing("axe-core");
    }
    text
}

/// Says that a test does less than it could; in CI it has to do everything.
pub fn missing(what: &str) {
    assert!(std::env::var_os("CI").is_none_or(|ci| ci != "true"), "{what} has to be there in CI");
    eprintln!("skipped, not installed: {what}");
}

pub fn which(name: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders).map(|folder| folder.join(name)).find(|path| path.is_file())
}
