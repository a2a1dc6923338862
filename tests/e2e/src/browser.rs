//! One Chromium with a profile of its own, and a record of everything that leaves it.
//!
//! The record is Chromium's own network log: it covers workers, preloads and the browser itself, which events of a page
//! do not. Names other than loopback ones do not resolve, so a test cannot reach the world by mistake; the attempt is in
//! the log all the same.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::{BrowserLogEntry, Capabilities, DesiredCapabilities, WebDriver};

use crate::driver::Chromedriver;
use crate::netlog;
use crate::wait::{check, eventually};

const BINARY: &str = "/usr/bin/chromium";

/// Large enough for a library of sixteen pictures without scrolling.
const WINDOW: (u32, u32) = (1500, 1100);

/// A browser that is open.
#[derive(Debug)]
pub struct Browser {
    /// Its WebDriver session.
    pub web: WebDriver,
    // Before the driver: the session ends first.
    folder: Arc<TempDir>,
    _driver: Arc<Chromedriver>,
}

impl Browser {
    /// Starts Chromium.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn open() -> Self {
        provide_tls();
        let folder = TempDir::with_prefix("flux-studio-e2e-").expect("a folder for the profile");
        Self::start(Arc::new(folder)).await
    }

    /// Ends this browser and starts another with an empty profile.
    ///
    /// # Panics
    /// As [`Browser::open`].
    pub async fn followed_by_an_empty_one(&mut self) {
        let old = std::mem::replace(self, Self::open().await);
        drop(old.close().await);
    }

    /// The files that were downloaded so far and are whole, by name.
    ///
    /// # Panics
    /// When their folder cannot be read.
    pub fn downloaded(&self) -> Vec<PathBuf> {
        let folder = std::fs::read_dir(self.downloads()).expect("the folder of downloads");
        let mut files: Vec<PathBuf> = folder.map_while(Result::ok).map(|entry| entry.path()).collect();
        // Chromium writes beside the file and renames it when it is whole.
        files.retain(|path| path.extension().is_none_or(|extension| extension != "crdownload"));
        files.retain(|path| !path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.')));
        files.sort();
        files
    }

    /// Ends every process of this browser as a crash does, without a last word, and starts another on its profile.
    ///
    /// # Panics
    /// When there is no such process, or the other one does not start.
    pub async fn killed_and_reopened(&self) -> Self {
        let killed = self.processes();
        assert!(!killed.is_empty(), "the browser is there to be killed");
        for process in &killed {
            // Those of its children that went with it are gone already.
            let process = process.to_string();
            drop(
                std::process::Command::new("kill").args(["-9", &process]).stderr(std::process::Stdio::null()).status(),
            );
        }
        self.gone().await;
        Self::start(Arc::clone(&self.folder)).await
    }

    /// Ends this browser as a person does and starts another on its profile.
    ///
    /// # Panics
    /// When it does not end, or the other one does not start.
    pub async fn reopen(&mut self) {
        self.web.clone().quit().await.expect("the session ends");
        self.gone().await;
        *self = Self::start(Arc::clone(&self.folder)).await;
    }

    async fn gone(&self) {
        eventually("the browser to be gone", Duration::from_secs(10), async || {
            check(self.processes().is_empty(), || "it is still there".to_owned())
        })
        .await;
    }

    /// The ids of its processes that name its profile.
    pub(crate) fn processes(&self) -> Vec<u32> {
        processes_with(&format!("--user-data-dir={}", self.folder.path().join("profile").display()))
    }

    async fn start(folder: Arc<TempDir>) -> Self {
        let driver = Chromedriver::shared();
        let web = WebDriver::builder(driver.url(), capabilities(folder.path()))
            .request_timeout(Duration::from_secs(60))
            .await
            .expect("Chromium starts");
        std::fs::create_dir_all(folder.path().join("downloads")).expect("a folder for downloads");
        let behaviour = json!({"behavior": "allow", "downloadPath": folder.path().join("downloads")});
        let browser = Self { web, folder, _driver: driver };
        browser.cdp("Browser.setDownloadBehavior", behaviour).await;
        browser
    }

    /// Sends a command of the DevTools protocol.
    ///
    /// # Panics
    /// When it fails.
    pub async fn cdp(&self, method: &str, parameters: Value) -> Value {
        let answer = self.web.cdp().send_raw(method, parameters).await;
        answer.unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    /// Where downloads arrive.
    pub fn downloads(&self) -> PathBuf {
        self.folder.path().join("downloads")
    }

    /// What was said on the console since the last call.
    ///
    /// # Panics
    /// When the session is gone.
    pub async fn console(&self) -> Vec<BrowserLogEntry> {
        self.web.browser_log().await.expect("the console's log")
    }

    /// Ends the browser and returns what its network stack did.
    ///
    /// # Panics
    /// When the log is not there.
    pub async fn close(self) -> netlog::Log {
        self.web.quit().await.expect("the session ends");
        let path = self.folder.path().join("net.json");
        eventually("the network log", Duration::from_secs(10), async || netlog::Log::read(&path)).await
    }
}

/// reqwest is built without a TLS provider; the harness only speaks http, but a client wants one to exist.
pub(crate) fn provide_tls() {
    // An error means that it is there already.
    drop(rustls::crypto::ring::default_provider().install_default());
}

fn capabilities(folder: &Path) -> Capabilities {
    let place = |name: &str| folder.join(name).display().to_string();
    let (width, height) = WINDOW;
    let mut arguments = [
        "--headless=new",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        // Two browsers at once: neither is in front, and a throttled page would be another story.
        "--disable-renderer-backgrounding",
        "--disable-backgrounding-occluded-windows",
        "--lang=en-US",
        // The whole world but this machine is unknown.
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
        // With headers and their secrets, without the bytes of the sockets.
        "--net-log-capture-mode=IncludeSensitive",
    ]
    .map(str::to_owned)
    .to_vec();
    arguments.push(format!("--window-size={width},{height}"));
    arguments.push(format!("--user-data-dir={}", place("profile")));
    arguments.push(format!("--log-net-log={}", place("net.json")));
    if runs_as_root() {
        arguments.push("--no-sandbox".to_owned());
    }
    let mut capabilities: Capabilities = DesiredCapabilities::chrome().into();
    let options = json!({"binary": BINARY, "args": arguments});
    capabilities.set("goog:chromeOptions", options).expect("JSON");
    capabilities.set("goog:loggingPrefs", json!({"browser": "ALL"})).expect("JSON");
    capabilities
}

/// The ids of all processes with this argument.
fn processes_with(argument: &str) -> Vec<u32> {
    let entries = std::fs::read_dir("/proc").expect("a list of processes").flatten();
    let has = |entry: &std::fs::DirEntry| {
        let line = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
        line.split(|byte| *byte == 0).any(|word| word == argument.as_bytes())
    };
    entries.filter(has).filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect()
}

/// Chromium's sandbox refuses root.
fn runs_as_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|me| std::os::unix::fs::MetadataExt::uid(&me) == 0)
}
